"""Cut an ONNX graph in two at one tensor, so that its second half can run piece by piece.

Piper's voices are one graph: text -> frames of sound features -> samples. The second half is
convolutions only, so the first samples need not wait for the last frame, if only one could call
it alone. An ONNX file is nested protobuf messages; a part of one is those of its fields that are
wanted, copied byte for byte, which needs neither the onnx package nor a second file on disk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# Field numbers of onnx.proto.
_MODEL_GRAPH = 7
_NODE, _GRAPH_NAME, _INITIALIZER, _INPUT, _OUTPUT, _VALUE_INFO = 1, 2, 5, 11, 12, 13
_NODE_INPUT, _NODE_OUTPUT = 1, 2
_TENSOR_NAME, _VALUE_NAME = 8, 1


@dataclass(frozen=True, slots=True)
class _Field:
    number: int
    payload: memoryview
    whole: memoryview  # tag and length too

    def text(self) -> str:
        return bytes(self.payload).decode()


@dataclass(frozen=True, slots=True)
class _Node:
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    whole: memoryview


class Graph:
    """The graph of an ONNX model, to look at and to take parts of."""

    def __init__(self, model: bytes) -> None:
        fields = list(_fields(memoryview(model)))
        graphs = [field for field in fields if field.number == _MODEL_GRAPH]
        if len(graphs) != 1:
            raise ValueError(f"onnx model has {len(graphs)} graphs, expected one")
        self._around = [field.whole for field in fields if field.number != _MODEL_GRAPH]
        self._nodes: list[_Node] = []
        self._weights: dict[str, memoryview] = {}
        self._values: dict[str, memoryview] = {}  # payloads: name and type of each known tensor
        self.inputs: list[str] = []
        self.outputs: list[str] = []
        for field in _fields(graphs[0].payload):
            self._add(field)

    def _add(self, field: _Field) -> None:
        if field.number == _NODE:
            parts = list(_fields(field.payload))
            inputs = tuple(part.text() for part in parts if part.number == _NODE_INPUT)
            outputs = tuple(part.text() for part in parts if part.number == _NODE_OUTPUT)
            self._nodes.append(_Node(inputs, outputs, field.whole))
        elif field.number == _INITIALIZER:
            self._weights[_text(field.payload, _TENSOR_NAME)] = field.whole
        elif field.number in (_INPUT, _OUTPUT, _VALUE_INFO):
            name = _text(field.payload, _VALUE_NAME)
            self._values[name] = field.payload
            if field.number == _INPUT:
                self.inputs.append(name)
            elif field.number == _OUTPUT:
                self.outputs.append(name)

    def fed_beside(self, weight: str) -> str | None:
        """The tensor that the first node with this weight is applied to, None if there is none."""
        return next((node.inputs[0] for node in self._nodes if weight in node.inputs), None)

    def part(self, inputs: Sequence[str], outputs: Sequence[str]) -> bytes:
        """The model that makes ``outputs`` of ``inputs``; ValueError if it would need more."""
        nodes, weights = self._between(inputs, outputs)
        missing = [name for name in (*inputs, *outputs) if name not in self._values]
        if missing:
            raise ValueError(f"onnx model does not say the type of {', '.join(missing)}")
        graph = b"".join(
            [
                *(node.whole for node in nodes),
                _message(_GRAPH_NAME, b"part"),
                *(self._weights[name] for name in weights),
                *(_message(_INPUT, self._values[name]) for name in inputs),
                *(_message(_OUTPUT, self._values[name]) for name in outputs),
            ]
        )
        return b"".join([*self._around, _message(_MODEL_GRAPH, graph)])

    def _between(
        self, inputs: Sequence[str], outputs: Sequence[str]
    ) -> tuple[list[_Node], list[str]]:
        """The nodes, in their old order, and the weights that are needed."""
        needed, nodes = set(outputs), []
        for node in reversed(self._nodes):  # a node comes after those it depends on
            if needed.intersection(node.outputs):
                nodes.append(node)
                needed.update(name for name in node.inputs if name and name not in inputs)
        made = {name for node in nodes for name in node.outputs}
        unknown = needed - made - self._weights.keys() - set(inputs)
        if unknown:
            raise ValueError(f"onnx graph needs {', '.join(sorted(unknown))} besides the inputs")
        return nodes[::-1], [name for name in self._weights if name in needed]


def _fields(message: memoryview) -> Iterator[_Field]:
    at = 0
    while at < len(message):
        start = at
        tag, at = _varint(message, at)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            body, (_, end) = at, _varint(message, at)
        elif kind == 2:
            length, body = _varint(message, at)
            end = body + length
        elif kind in (1, 5):
            body, end = at, at + (8 if kind == 1 else 4)
        else:
            raise ValueError(f"protobuf field {number} has wire type {kind}")
        if end > len(message):
            raise ValueError(f"protobuf field {number} ends after its message: cut short?")
        yield _Field(number, message[body:end], message[start:end])
        at = end


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            break
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise ValueError("protobuf number does not end")


def _text(message: memoryview, number: int) -> str:
    return next((field.text() for field in _fields(message) if field.number == number), "")


def _message(number: int, payload: bytes | memoryview) -> bytes:
    head, rest = bytearray([number << 3 | 2]), len(payload)
    while rest >= 0x80:
        head.append(rest & 0x7F | 0x80)
        rest >>= 7
    head.append(rest)
    return bytes(head) + bytes(payload)
