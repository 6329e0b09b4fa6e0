"""Event streams, cut anywhere, with every line end and every oddity that servers produce."""

from __future__ import annotations

import contextlib
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm.engine import LLMError
from llm.sse import EventStream


def read(*chunks: bytes, max_event_bytes: int = 1000) -> list[str]:
    stream = EventStream(max_event_bytes)
    events = [event for chunk in chunks for event in stream.receive(chunk)]
    return events + stream.end()


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_every_line_end_ends_a_line(line_end: bytes) -> None:
    body = b"data: one||data: two|data: three||".replace(b"|", line_end)
    assert read(body) == ["one", "two\nthree"]
    assert read(*(body[i : i + 1] for i in range(len(body)))) == ["one", "two\nthree"]


def test_comments_and_other_fields_say_nothing() -> None:
    assert read(b": ping\n\nevent: message\nid: 7\nretry: 10\ndata: x\n\ndatum: y\n\n") == ["x"]


def test_one_space_after_the_colon_is_not_part_of_the_payload() -> None:
    assert read(b"data:x\n\ndata:  y\n\ndata\n\n") == ["x", " y", ""]


def test_a_mark_of_byte_order_is_no_part_of_the_first_field() -> None:
    assert read(b"\xef\xbb\xbfdata: x\n\n") == ["x"]


def test_the_last_event_needs_no_empty_line() -> None:
    assert read(b"data: x\n\ndata: [DONE]") == ["x", "[DONE]"]


def test_an_event_comes_out_with_the_byte_that_ends_it() -> None:
    stream = EventStream()
    assert stream.receive(b"data: x\r\n\r") == ["x"]
    assert stream.receive(b"\ndata: y\n") == []
    assert stream.receive(b"\n") == ["y"]


def test_bytes_that_are_no_text_are_replaced() -> None:
    assert read(b"data: a\xffb\n\n") == ["a\ufffdb"]


@pytest.mark.parametrize(
    "chunks",
    [
        pytest.param([b"data: " + 2000 * b"x"], id="a line without end"),
        pytest.param(400 * [b"xxxxx"], id="a line without end, in pieces"),
        pytest.param(400 * [b"data: x\n"], id="an event without end"),
        pytest.param(2000 * [b"data\n"], id="an event of empty lines"),
    ],
)
def test_an_event_without_end_is_an_error(chunks: list[bytes]) -> None:
    with pytest.raises(LLMError, match="event of more than 1000 bytes"):
        read(*chunks)


@given(st.lists(st.binary(max_size=40)))
def test_whatever_arrives_raises_nothing_but_llm_error(chunks: list[bytes]) -> None:
    with contextlib.suppress(LLMError):
        read(*chunks, max_event_bytes=60)


_texts = st.text(st.characters(blacklist_characters="\r\n", blacklist_categories=["Cs"]))


@given(st.lists(_texts), st.sampled_from(["\n", "\r\n", "\r"]), st.data())
def test_cuts_change_nothing(texts: list[str], line_end: str, draw: st.DataObject) -> None:
    body = "".join(f"data: {text}{line_end}:{line_end}{line_end}" for text in texts).encode()
    cuts = sorted(draw.draw(st.lists(st.integers(0, len(body)), max_size=8)))
    edges = [0, *cuts, len(body)]
    chunks = [body[a:b] for a, b in itertools.pairwise(edges)]
    assert read(*chunks, max_event_bytes=1 << 20) == texts
