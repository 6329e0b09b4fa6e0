"""Add a low-rank delta to the base model it was trained on.

The base stays what its publisher released; what was tuned here travels as a few megabytes of
factors. A delta holds, for each tensor it changes, ``<tensor>.a`` (rank, in) and ``<tensor>.b``
(out, rank) in the base file's own names and row order (llama.cpp's, where a head's rotary pairs
are neighbours), so that merging is ``weight + b @ a``, and the SHA-256 of the only file it may be
added to. What comes out is Q8_0: a coarser format would cost more than the delta brings.
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import gguf
import numpy as np
import numpy.typing as npt

from llm.gguf_file import GgufError, GgufLayout, TensorPlace, read_file, read_layout, write_gguf

Array = npt.NDArray[Any]
Factors = Mapping[str, Array]

_F32 = gguf.GGMLQuantizationType.F32
_Q8_0 = gguf.GGMLQuantizationType.Q8_0


class DeltaError(Exception):
    """The delta does not fit the base, or one of the files is not what it should be."""


def merge(base: Path, delta: Path, out: Path) -> None:
    """Write ``base`` plus ``delta`` to ``out``; the file appears only once it is whole."""
    factors = _read(delta)
    try:
        data = read_file(base)
        _check_base(data, base, delta, factors)
        layout = read_layout(data)
        for place in layout.tensors:
            _raw(data, place)
    except GgufError as error:
        raise DeltaError(f"{base} is not a GGUF file: {error}") from error
    _check_tensors(layout, delta, factors)
    half = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        with half.open("wb") as file:
            tensors = [_described(place) for place in layout.tensors]
            weights = (_merged(data, place, factors) for place in layout.tensors)
            write_gguf(file, layout, gguf.LlamaFileType.MOSTLY_Q8_0, tensors, weights)
        os.replace(half, out)
    finally:
        half.unlink(missing_ok=True)


def _read(delta: Path) -> Factors:
    try:
        with np.load(delta, allow_pickle=False) as arrays:
            factors = dict(arrays)
    except (BadZipFile, ValueError, EOFError) as error:
        raise DeltaError(f"{delta} is not a delta: {error}") from error
    if "base_sha256" not in factors:
        raise DeltaError(f"{delta} does not name its base, expected an entry base_sha256")
    return factors


def _check_base(data: memoryview, base: Path, delta: Path, factors: Factors) -> None:
    found, wanted = hashlib.sha256(data).hexdigest(), str(factors["base_sha256"])
    if found != wanted:
        raise DeltaError(f"{base} has SHA-256 {found}, but {delta} was trained on {wanted}")


def _check_tensors(layout: GgufLayout, delta: Path, factors: Factors) -> None:
    shapes = {place.name: place.shape for place in layout.tensors}
    for name in sorted({key[:-2] for key in factors if key.endswith((".a", ".b"))}):
        if name not in shapes:
            raise DeltaError(f"{delta} changes {name}, which the base does not have")
        try:
            found = (len(factors[f"{name}.b"]), factors[f"{name}.a"].shape[1])
        except KeyError as error:
            raise DeltaError(f"{delta} lacks {error.args[0].split()[0]}") from error
        if found != shapes[name]:
            raise DeltaError(f"{delta} has shape {found} for {name}, expected {shapes[name]}")


def _described(place: TensorPlace) -> tuple[str, tuple[int, ...], int, int]:
    """Norms stay whole, as llama.cpp wants them; all else becomes Q8_0."""
    kind = _Q8_0 if len(place.shape) > 1 else _F32
    return place.name, place.shape, int(kind), _bytes(place, kind)


def _bytes(place: TensorPlace, kind: gguf.GGMLQuantizationType) -> int:
    block, size = gguf.GGML_QUANT_SIZES[kind]
    return math.prod(place.shape) // int(block) * int(size)


def _raw(data: memoryview, place: TensorPlace) -> Array:
    """The tensor's bytes in the base file."""
    try:
        size = _bytes(place, gguf.GGMLQuantizationType(place.kind))
        return np.frombuffer(data, np.uint8, size, place.start)
    except ValueError as error:  # an unknown format, or bytes beyond the file's end
        raise GgufError(f"{place.name} cannot be read: {error}") from error


def _merged(data: memoryview, place: TensorPlace, factors: Factors) -> Array:
    kind, raw = gguf.GGMLQuantizationType(place.kind), _raw(data, place)
    if f"{place.name}.a" not in factors and kind is _Q8_0:
        return raw
    # Blocks never straddle rows, so a tensor may go through the codec as a single row.
    weight: Array = gguf.quants.dequantize(raw.reshape(1, -1), kind).reshape(place.shape)
    if f"{place.name}.a" in factors:
        a, b = (factors[f"{place.name}.{factor}"].astype(np.float32) for factor in "ab")
        weight = weight + b @ a
    if weight.ndim > 1:
        weight = gguf.quants.quantize(weight.reshape(1, -1), _Q8_0)
    return weight
