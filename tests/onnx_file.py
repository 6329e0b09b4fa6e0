"""The smallest model of Smart Turn's interface, written without the package that writes models.

It finds a turn the more finished the louder it is: ``sigmoid(mean(input_features))``.
"""

from __future__ import annotations

from pathlib import Path

FLOAT, INT, INTS = 1, 2, 7
"""ONNX's numbers for an element type and for two kinds of attribute."""


def _number(value: int) -> bytes:
    """A protobuf varint."""
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + _number(rest) if rest else bytes([low])


def _field(number: int, value: int | str | bytes) -> bytes:
    """One field of a protobuf message: a number, or something of a length."""
    if isinstance(value, int):
        return _number(number << 3) + _number(value)
    raw = value.encode() if isinstance(value, str) else value
    return _number(number << 3 | 2) + _number(len(raw)) + raw


def _tensor(name: str, shape: tuple[int | str, ...]) -> bytes:
    """What is known of an input or output; an axis of any length has a name."""
    axes = b"".join(_field(1, _field(2 if isinstance(axis, str) else 1, axis)) for axis in shape)
    return _field(1, name) + _field(2, _field(1, _field(1, FLOAT) + _field(2, axes)))


def _mean(source: str, target: str, axis: int, keep: bool) -> bytes:
    axes = _field(1, "axes") + _field(8, axis) + _field(20, INTS)
    kept = _field(1, "keepdims") + _field(3, int(keep)) + _field(20, INT)
    names = _field(1, source) + _field(2, target) + _field(4, "ReduceMean")
    return names + _field(5, axes) + _field(5, kept)


def write_model(path: Path, name: str = "input_features", frames: int = 800) -> Path:
    """It takes ``name`` with the shape (batch, 80, ``frames``)."""
    nodes = [
        _mean(name, "bands", 2, keep=False),
        _mean("bands", "mean", 1, keep=True),
        _field(1, "mean") + _field(2, "logits") + _field(4, "Sigmoid"),
    ]
    graph = b"".join(_field(1, node) for node in nodes) + _field(2, "louder is more finished")
    graph += _field(11, _tensor(name, ("batch", 80, frames)))
    graph += _field(12, _tensor("logits", ("batch", 1)))
    path.write_bytes(_field(1, 8) + _field(7, graph) + _field(8, _field(2, 13)))
    return path
