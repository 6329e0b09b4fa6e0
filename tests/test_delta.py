"""A delta plus the base it was made for is the tuned model; plus anything else it is refused."""

from __future__ import annotations

import hashlib
import struct
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from asr.delta import DeltaError, Factors, merge, read_delta, variables, write_delta

Weights = dict[str, npt.NDArray[np.generic]]

FUSED = "encoder/layer_0/self_attention/linear_0"
PLAIN = "encoder/layer_0/ffn/linear_0"
RANK = 2


def model_bin(weights: Weights) -> bytes:
    """Lay weights out as CTranslate2 does, independently of the code under test."""
    codes = {"float16": 4, "float32": 0, "int8": 1}

    def string(text: str) -> bytes:
        raw = text.encode() + b"\0"
        return struct.pack("<H", len(raw)) + raw

    out = struct.pack("<I", 6) + string("WhisperSpec") + struct.pack("<II", 3, len(weights))
    for name, weight in weights.items():
        out += string(name) + struct.pack("<B", weight.ndim)
        out += struct.pack(f"<{weight.ndim}I", *weight.shape)
        out += struct.pack("<BI", codes[weight.dtype.name], weight.nbytes) + weight.tobytes()
    return out + struct.pack("<I", 1) + string("alias") + string(PLAIN)


def halves(seed: int, *shape: int) -> npt.NDArray[np.float16]:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float16)


def stock() -> Weights:
    """Two linear layers of width 4: one of stacked queries, keys and values, one plain."""
    bias = halves(2, 12)
    bias[4:8] = 0  # CTranslate2 gives the keys a bias of zeros
    return {
        "decoder/scale_embeddings": np.array(0, np.int8),
        f"{FUSED}/weight": halves(1, 12, 4),
        f"{FUSED}/bias": bias,
        f"{PLAIN}/weight": halves(3, 8, 4),
    }


def folder(path: Path, weights: Weights) -> str:
    """Write a model folder and return the hash of its weights."""
    path.mkdir()
    raw = model_bin(weights)
    (path / "model.bin").write_bytes(raw)
    (path / "config.json").write_text("{}")
    (path / "tokenizer.json").write_text('{"model": 1}')
    (path / "vocabulary.txt").write_text("a\nb\n")
    return hashlib.sha256(raw).hexdigest()


def read(path: Path) -> Weights:
    """Read a folder's fp16 weights back."""
    raw = (path / "model.bin").read_bytes()
    return {
        name: np.frombuffer(raw, np.float16, found.size // 2, found.offset).reshape(found.shape)
        for name, found in variables(raw).items()
        if found.dtype == 4
    }


def merged(tmp_path: Path, changes: dict[str, Factors]) -> Weights:
    base, out = tmp_path / "base", tmp_path / "out"
    write_delta(tmp_path / "delta.npz", folder(base, stock()), changes)
    merge(base, tmp_path / "delta.npz", out)
    return read(out)


def test_every_weight_is_found_where_ctranslate2_put_it(tmp_path: Path) -> None:
    folder(tmp_path / "base", stock())

    found = read(tmp_path / "base")

    expected = {name: weight for name, weight in stock().items() if weight.dtype == np.float16}
    assert found.keys() == expected.keys()
    for name, weight in expected.items():
        np.testing.assert_array_equal(found[name], weight)


def test_a_delta_reads_back_as_it_was_written(tmp_path: Path) -> None:
    factors = halves(4, 8, RANK), halves(5, RANK, 4)
    write_delta(tmp_path / "delta.npz", "abc", {f"{PLAIN}/weight": factors})

    base, found = read_delta(tmp_path / "delta.npz")

    assert base == "abc"
    np.testing.assert_array_equal(found[f"{PLAIN}/weight"][0], factors[0])
    np.testing.assert_array_equal(found[f"{PLAIN}/weight"][1], factors[1])


def test_merging_adds_the_product_of_the_factors(tmp_path: Path) -> None:
    up, down = halves(4, 8, RANK), halves(5, RANK, 4)

    found = merged(tmp_path, {f"{PLAIN}/weight": (up, down)})

    weight = stock()[f"{PLAIN}/weight"].astype(np.float32)
    expected = weight + up.astype(np.float32) @ down.astype(np.float32)
    np.testing.assert_array_equal(found[f"{PLAIN}/weight"], expected.astype(np.float16))
    assert (expected.astype(np.float16) != weight.astype(np.float16)).any()


def test_stacked_queries_keys_and_values_have_factors_of_their_own(tmp_path: Path) -> None:
    up, down = halves(6, 12, RANK), halves(7, 3, RANK, 4)

    found = merged(tmp_path, {f"{FUSED}/weight": (up, down)})[f"{FUSED}/weight"]

    weight = stock()[f"{FUSED}/weight"].astype(np.float32)
    for part in range(3):
        rows = slice(4 * part, 4 * part + 4)
        expected = weight[rows] + up[rows].astype(np.float32) @ down[part].astype(np.float32)
        np.testing.assert_array_equal(found[rows], expected.astype(np.float16))


def test_what_the_delta_does_not_name_stays_as_it_was(tmp_path: Path) -> None:
    found = merged(tmp_path, {f"{FUSED}/weight": (halves(6, 12, RANK), halves(7, 3, RANK, 4))})

    np.testing.assert_array_equal(found[f"{PLAIN}/weight"], stock()[f"{PLAIN}/weight"])
    np.testing.assert_array_equal(found[f"{FUSED}/bias"], stock()[f"{FUSED}/bias"])
    assert not found[f"{FUSED}/bias"][4:8].any()  # the keys still have no bias


def test_the_result_is_a_whole_folder_and_the_base_is_untouched(tmp_path: Path) -> None:
    merged(tmp_path, {f"{PLAIN}/weight": (halves(4, 8, RANK), halves(5, RANK, 4))})

    base, out = tmp_path / "base", tmp_path / "out"
    assert sorted(path.name for path in out.iterdir()) == sorted(
        path.name for path in base.iterdir()
    )
    assert (out / "vocabulary.txt").read_text() == "a\nb\n"
    assert (base / "model.bin").read_bytes() == model_bin(stock())


def test_only_the_changed_weights_bytes_change(tmp_path: Path) -> None:
    merged(tmp_path, {f"{PLAIN}/weight": (halves(4, 8, RANK), halves(5, RANK, 4))})

    before = (tmp_path / "base" / "model.bin").read_bytes()
    after = (tmp_path / "out" / "model.bin").read_bytes()
    place = variables(before)[f"{PLAIN}/weight"]
    end = place.offset + place.size
    assert (before[: place.offset], before[end:]) == (after[: place.offset], after[end:])


def test_a_delta_for_another_base_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    folder(tmp_path / "base", stock())
    write_delta(tmp_path / "delta.npz", 64 * "0", {})

    with pytest.raises(DeltaError, match=f"for a base with hash {64 * '0'}, this one has"):
        merge(tmp_path / "base", tmp_path / "delta.npz", tmp_path / "out")

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("name", "factors", "complaint"),
    [
        ("encoder/conv9/weight", (halves(0, 8, 2), halves(0, 2, 4)), "does not have"),
        ("decoder/scale_embeddings", (halves(0, 8, 2), halves(0, 2, 4)), "type 1"),
        (f"{PLAIN}/weight", (halves(0, 8, 2), halves(0, 2, 5)), r"\(8, 5\), expected \(8, 4\)"),
        (f"{PLAIN}/weight", (halves(0, 8, 2), halves(0, 3, 4)), "do not fit"),
        (f"{FUSED}/weight", (halves(0, 12, 2), halves(0, 5, 2, 4)), "do not fit"),
        (f"{FUSED}/bias", (halves(0, 12, 2), halves(0, 2, 1)), r"expected \(12,\)"),
    ],
)
def test_factors_that_do_not_fit_the_base_are_refused(
    tmp_path: Path, name: str, factors: Factors, complaint: str
) -> None:
    with pytest.raises(DeltaError, match=complaint):
        merged(tmp_path, {name: factors})

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [b"<html>not found</html>", b"", b"PK\x03\x04 cut short"])
def test_a_file_that_is_no_delta_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "delta.npz").write_bytes(content)

    with pytest.raises(DeltaError, match=r"delta\.npz cannot be read as a delta"):
        read_delta(tmp_path / "delta.npz")


def test_a_delta_without_its_base_or_half_a_pair_is_refused(tmp_path: Path) -> None:
    nameless: dict[str, Any] = {"a.up": halves(0, 1, 1), "a.down": halves(0, 1, 1)}
    half: dict[str, Any] = {"a.up": halves(0, 1, 1), "base_sha256": np.array("abc")}
    np.savez(tmp_path / "nameless.npz", **nameless)
    np.savez(tmp_path / "half.npz", **half)

    with pytest.raises(DeltaError, match="has no base_sha256"):
        read_delta(tmp_path / "nameless.npz")
    with pytest.raises(DeltaError, match=r"no pair for 'a\.down'"):
        read_delta(tmp_path / "half.npz")


def test_the_shipped_delta_is_small_and_made_for_the_catalog_s_base() -> None:
    models = Path(__file__).parents[1] / "demos" / "models"
    catalog = tomllib.loads((models / "catalog.toml").read_text())["models"]
    tuning = catalog["whisper-tiny.en-short"]["tuning"]
    hashes = {file["name"]: file["sha256"] for file in catalog[tuning["base"]]["files"]}

    base, factors = read_delta(models / tuning["delta"])

    assert base == hashes["model.bin"]
    assert len(factors) == 4 * 4 + 4 * 7  # every linear layer of four encoder, four decoder layers
    assert (models / tuning["delta"]).stat().st_size < 1_200_000
    for up, down in factors.values():
        assert np.isfinite(up).all()
        assert np.isfinite(down).all()


@pytest.mark.parametrize("kept", [0, 3, 40, 120])
def test_a_model_cut_short_is_refused(kept: int) -> None:
    with pytest.raises(DeltaError, match=r"model\.bin"):
        variables(model_bin(stock())[:kept])
