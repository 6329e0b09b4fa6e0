"""The container that llama.cpp keeps a model in: read one, write one like it with other tensors.

Metadata (hyperparameters, tokenizer, chat template) is passed on as bytes, but for the one number
that tells the format of the weights. The ``gguf`` package can do all this, but it makes an array
of every token and every merge: ten seconds for a tokenizer that nobody here looks at.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

MAGIC = b"GGUF"
FILE_TYPE, ALIGNMENT = b"general.file_type", b"general.alignment"
_STRING, _ARRAY, _UINT32 = 8, 9, 4
_SCALAR_BYTES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}


class GgufError(Exception):
    """The file is not a GGUF file that can be read here."""


@dataclass(frozen=True, slots=True)
class TensorPlace:
    """A tensor's name, shape as numpy has it (rows first), format, and where its bytes begin."""

    name: str
    shape: tuple[int, ...]
    kind: int
    start: int


@dataclass(frozen=True, slots=True)
class GgufLayout:
    """What stands before the weights."""

    version: int
    fields: int
    metadata: bytes
    file_type_at: int | None
    alignment: int
    tensors: tuple[TensorPlace, ...]


class _Cursor:
    """Walks over little-endian bytes."""

    def __init__(self, data: memoryview) -> None:
        self.data, self.at = data, 0

    def number(self, form: str) -> int:
        (value,) = struct.unpack_from(f"<{form}", self.data, self.at)
        self.at += struct.calcsize(form)
        return int(value)

    def string(self) -> bytes:
        length = self.number("Q")
        self.at += length
        return bytes(self.data[self.at - length : self.at])

    def skip(self, kind: int) -> None:
        """Pass over one value."""
        if kind == _STRING:
            self.string()
        elif kind == _ARRAY:
            inner, count = self.number("I"), self.number("Q")
            if inner in _SCALAR_BYTES:
                self.at += count * _SCALAR_BYTES[inner]
                return
            for _ in range(count):
                self.skip(inner)
        elif kind in _SCALAR_BYTES:
            self.at += _SCALAR_BYTES[kind]
        else:
            raise GgufError(f"metadata value of type {kind}, expected 0 to 12")


def read_layout(data: memoryview) -> GgufLayout:
    """Find the tensors in a whole file's bytes. Raises :class:`GgufError`."""
    if bytes(data[:4]) != MAGIC:
        raise GgufError(f"begins with {bytes(data[:4])!r}, expected {MAGIC!r}")
    cursor = _Cursor(data)
    cursor.at = 4
    try:
        version, count, fields = cursor.number("I"), cursor.number("Q"), cursor.number("Q")
        first, marks = cursor.at, {}
        for _ in range(fields):
            key, kind = cursor.string(), cursor.number("I")
            if kind == _UINT32:
                marks[key] = cursor.at
            cursor.skip(kind)
        metadata = bytes(data[first : cursor.at])
        places = [_tensor(cursor) for _ in range(count)]
    except struct.error as error:
        raise GgufError(f"cut short after {len(data)} bytes") from error
    alignment = 32
    if ALIGNMENT in marks:
        (alignment,) = struct.unpack_from("<I", data, marks[ALIGNMENT])
    base = _padded(cursor.at, alignment)
    tensors = tuple(TensorPlace(p.name, p.shape, p.kind, base + p.start) for p in places)
    file_type_at = marks[FILE_TYPE] - first if FILE_TYPE in marks else None
    return GgufLayout(version, fields, metadata, file_type_at, alignment, tensors)


def _tensor(cursor: _Cursor) -> TensorPlace:
    name = cursor.string().decode()
    # GGUF lists a tensor's fastest dimension first.
    shape = [cursor.number("Q") for _ in range(cursor.number("I"))][::-1]
    return TensorPlace(name, tuple(shape), cursor.number("I"), cursor.number("Q"))


def _padded(size: int, alignment: int) -> int:
    return -(-size // alignment) * alignment


def write_gguf(
    out: BinaryIO,
    like: GgufLayout,
    file_type: int,
    tensors: Sequence[tuple[str, tuple[int, ...], int, int]],
    weights: Iterable[npt.NDArray[Any]],
) -> None:
    """Write ``like``'s metadata and other weights; ``tensors`` are name, shape, format, bytes."""
    metadata = bytearray(like.metadata)
    if like.file_type_at is not None:
        struct.pack_into("<I", metadata, like.file_type_at, file_type)
    out.write(MAGIC + struct.pack("<IQQ", like.version, len(tensors), like.fields) + metadata)
    start = 0
    for name, shape, kind, size in tensors:
        said = name.encode()
        out.write(struct.pack("<Q", len(said)) + said + struct.pack("<I", len(shape)))
        out.write(struct.pack(f"<{len(shape)}QIQ", *reversed(shape), kind, start))
        start += _padded(size, like.alignment)
    _pad(out, like.alignment)
    for weight in weights:
        out.write(np.ascontiguousarray(weight).tobytes())
        _pad(out, like.alignment)


def _pad(out: BinaryIO, alignment: int) -> None:
    out.write(b"\0" * (_padded(out.tell(), alignment) - out.tell()))


def read_file(path: Path) -> memoryview:
    """A whole file, mapped rather than read. Raises :class:`GgufError` for an empty one."""
    if not path.stat().st_size:
        raise GgufError("it is empty")
    return memoryview(np.memmap(path, mode="r", dtype=np.uint8))  # type: ignore[arg-type]
