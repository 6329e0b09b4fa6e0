"""Cutting a small ONNX model, (x + two) * three, whose bytes are written here by hand."""

from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.cut import Graph
from tts.onnx import open_model


def field(number: int, payload: bytes | str | int) -> bytes:
    """A protobuf field; small numbers and payloads only."""
    if isinstance(payload, int):
        return bytes([number << 3, payload])
    payload = payload.encode() if isinstance(payload, str) else payload
    assert len(payload) < 0x4000
    size = (
        [len(payload)] if len(payload) < 0x80 else [len(payload) & 0x7F | 0x80, len(payload) >> 7]
    )
    return bytes([number << 3 | 2, *size]) + payload


def node(kind: str, inputs: list[str], output: str) -> bytes:
    names = b"".join(field(1, name) for name in inputs)
    return field(1, names + field(2, output) + field(4, kind))


def weight(name: str, value: float) -> bytes:
    raw = np.array([value], "<f4").tobytes()
    return field(5, field(1, 1) + field(2, 1) + field(8, name) + field(9, raw))


def value(number: int, name: str) -> bytes:
    shape = field(2, field(1, field(2, "length")))
    return field(number, field(1, name) + field(2, field(1, field(1, 1) + shape)))


MODEL = (
    field(1, 8)
    + field(
        7,
        node("Add", ["x", "two"], "sum")
        + node("Mul", ["sum", "three"], "y")
        + node("Neg", ["unused"], "nothing")
        + field(2, "whole")
        + weight("two", 2)
        + weight("three", 3)
        + value(11, "x")
        + value(11, "unused")
        + value(12, "y")
        + value(13, "sum"),
    )
    + field(8, field(1, "") + field(2, 15))
)


def run(model: bytes, name: str, x: float) -> float:
    return float(open_model(model, threads=1).run(None, {name: np.array([x], np.float32)})[0][0])


def test_the_two_halves_do_what_the_whole_does() -> None:
    graph = Graph(MODEL)
    assert (graph.inputs, graph.outputs) == (["x", "unused"], ["y"])

    head, tail = graph.part(["x"], ["sum"]), graph.part(["sum"], ["y"])

    assert run(head, "x", 5.0) == 7.0
    assert run(tail, "sum", 7.0) == 21.0


def test_a_half_carries_only_its_own_weights() -> None:
    head, tail = Graph(MODEL).part(["x"], ["sum"]), Graph(MODEL).part(["sum"], ["y"])

    assert (b"two" in head, b"three" in head) == (True, False)
    assert (b"two" in tail, b"three" in tail) == (False, True)


def test_the_tensor_beside_a_weight_is_found() -> None:
    assert Graph(MODEL).fed_beside("three") == "sum"
    assert Graph(MODEL).fed_beside("four") is None


def test_a_part_that_needs_more_than_its_inputs_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="needs x besides"):
        Graph(MODEL).part(["sum"], ["sum"])


def test_a_tensor_whose_type_is_not_stated_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="type of two"):
        Graph(MODEL).part(["x", "two"], ["sum"])


@pytest.mark.parametrize("model", [b"", b"\x00", b"\x0b", MODEL[:-40], b"\x08" + 12 * b"\xff"])
def test_what_is_not_a_model_is_refused(model: bytes) -> None:
    with pytest.raises(ValueError, match=r"onnx model|protobuf"):
        Graph(model)


@given(st.binary(max_size=60))
def test_no_bytes_raise_anything_but_value_error(model: bytes) -> None:
    with suppress(ValueError):
        Graph(model)
