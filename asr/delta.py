"""Merge a low-rank delta into a CTranslate2 Whisper model, in numpy.

A tuned model is shipped as a base that everybody can fetch plus a delta of about a megabyte: for
each changed weight two thin fp16 factors whose product is added to it. The delta names its base by
hash, because added to any other weights it would make noise that still looks like a model.

    weight (rows, columns)  +=  up (rows, rank) @ down (rank, columns)

CTranslate2 stacks the rows of the query, key and value matrices in one variable. Such a variable
has a ``down`` of shape ``(parts, rank, columns)``: part ``i`` of the rows has its own factors.
"""

from __future__ import annotations

import hashlib
import shutil
import struct
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

HASH_KEY = "base_sha256"
WEIGHTS = "model.bin"

_FLOAT16 = 4  # CTranslate2's number for the type

Float16 = npt.NDArray[np.float16]
Factors = tuple[Float16, Float16]
"""``(up, down)`` of one variable, the scale folded in."""


class DeltaError(Exception):
    """The delta cannot be merged into this base; the message says which file, and why."""


@dataclass(frozen=True, slots=True)
class Variable:
    """Where one weight lies in a model.bin."""

    shape: tuple[int, ...]
    dtype: int
    offset: int
    size: int


def variables(model: bytes | bytearray) -> dict[str, Variable]:
    """Find every weight of a model.bin by name.

    Little-endian: version, specification, revision, count; then for each variable its name, rank,
    dimensions, type, size in bytes and content; then aliases, which are of no concern here.
    """
    position = 0

    def take(form: str) -> int:
        nonlocal position
        (value,) = struct.unpack_from("<" + form, model, position)
        position += struct.calcsize("<" + form)
        return int(value)

    def take_string() -> str:
        nonlocal position
        length = take("H")  # with the closing NUL
        raw = bytes(model[position : position + length])
        position += length
        return raw.rstrip(b"\0").decode()

    found: dict[str, Variable] = {}
    try:
        take("I"), take_string(), take("I")
        for _ in range(take("I")):
            name = take_string()
            shape = tuple(take("I") for _ in range(take("B")))
            dtype, size = take("B"), take("I")
            if position + size > len(model):
                raise DeltaError(f"{WEIGHTS} ends inside {name!r}, expected {size} bytes of it")
            found[name] = Variable(shape, dtype, position, size)
            position += size
    except (struct.error, UnicodeDecodeError) as error:
        raise DeltaError(f"not a CTranslate2 {WEIGHTS}: broken at byte {position}") from error
    return found


def read_delta(path: Path) -> tuple[str, dict[str, Factors]]:
    """Return the hash of the base that a delta was made for, and its factors by variable."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise DeltaError(f"{path.name} cannot be read as a delta: {error}") from error
    base = arrays.pop(HASH_KEY, None)
    if base is None:
        raise DeltaError(f"{path.name} has no {HASH_KEY}, expected the hash of its base")
    names = {key.removesuffix(".up").removesuffix(".down") for key in arrays}
    if odd := {f"{name}.{half}" for name in names for half in ("up", "down")} ^ arrays.keys():
        raise DeltaError(f"{path.name} has no pair for {min(odd)!r}, expected .up with .down")
    return str(base), {name: (arrays[f"{name}.up"], arrays[f"{name}.down"]) for name in names}


def write_delta(path: Path, base_sha256: str, factors: Mapping[str, Factors]) -> None:
    """Write what :func:`read_delta` reads."""
    arrays = {HASH_KEY: np.array(base_sha256)}
    for name, (up, down) in sorted(factors.items()):
        arrays[f"{name}.up"], arrays[f"{name}.down"] = up, down
    with path.open("wb") as file:
        np.savez(file, **arrays)  # type: ignore[arg-type]  # numpy types its flags only


def product(name: str, shape: tuple[int, ...], factors: Factors) -> npt.NDArray[np.float32]:
    """Multiply the factors out to the full update of a weight of ``shape``."""
    up, down = (half.astype(np.float32) for half in factors)
    if down.ndim == 2:
        down = down[None]
    if up.ndim != 2 or down.ndim != 3 or len(up) % len(down) or up.shape[1] != down.shape[1]:
        raise DeltaError(f"factors of {name!r} are {up.shape} and {down.shape}, which do not fit")
    update = up.reshape(len(down), -1, up.shape[1]) @ down
    update = update.reshape(-1, down.shape[2])
    if update.shape != shape:
        raise DeltaError(f"delta of {name!r} has shape {update.shape}, expected {shape}")
    return update


def merge(base: Path, delta: Path, out: Path) -> None:
    """Write to ``out`` the model folder ``base`` with ``delta`` added to its weights.

    Only model.bin changes; what lies beside it is copied. Takes about a second. Whoever calls us
    makes ``out`` a temporary folder and renames it, so that nobody meets half a model.
    """
    wanted, changes = read_delta(delta)
    try:
        model = bytearray((base / WEIGHTS).read_bytes())
    except OSError as error:
        raise DeltaError(f"base of {delta.name} cannot be read: {error}") from error
    actual = hashlib.sha256(model).hexdigest()
    if actual != wanted:
        raise DeltaError(f"{delta.name} is for a base with hash {wanted}, this one has {actual}")
    where = variables(model)
    for name, factors in changes.items():
        _add(model, where, name, factors)
    out.mkdir(parents=True, exist_ok=True)
    for beside in base.iterdir():
        if beside.is_file() and beside.name != WEIGHTS:
            shutil.copyfile(beside, out / beside.name)
    (out / WEIGHTS).write_bytes(model)


def _add(model: bytearray, where: Mapping[str, Variable], name: str, factors: Factors) -> None:
    variable = where.get(name)
    if variable is None:
        raise DeltaError(f"delta changes {name!r}, which the base does not have")
    if variable.dtype != _FLOAT16:
        raise DeltaError(f"{name!r} has type {variable.dtype}, expected {_FLOAT16} (fp16)")
    update = product(name, variable.shape, factors)
    weight = np.frombuffer(model, np.float16, update.size, variable.offset).reshape(update.shape)
    weight[...] = weight + update  # summed in fp32, rounded once
