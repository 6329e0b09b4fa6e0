"""A delta is added to its own base, keeps all else as it was, and refuses any other."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest

from llm.delta import DeltaError, merge

CHANGED, KEPT, NORM = "blk.0.attn_q.weight", "token_embd.weight", "output_norm.weight"
TOKENS = ["<s>", "hello", "wörld"]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """A model of three tensors: Q4_1 of another shape than square, Q8_0 and F32."""
    random = np.random.default_rng(1)
    writer = gguf.GGUFWriter(path := tmp_path / "base.gguf", "llama")
    writer.add_block_count(1)
    writer.add_file_type(gguf.LlamaFileType.MOSTLY_Q4_1)
    writer.add_rope_freq_base(100_000.0)
    writer.add_token_list(TOKENS)
    writer.add_chat_template("{% for message in messages %}{% endfor %}")
    for name, shape, kind in (
        (CHANGED, (96, 64), gguf.GGMLQuantizationType.Q4_1),
        (KEPT, (3, 64), gguf.GGMLQuantizationType.Q8_0),
    ):
        weight = random.normal(size=shape).astype(np.float32)
        writer.add_tensor(name, gguf.quants.quantize(weight, kind), raw_dtype=kind)
    writer.add_tensor(NORM, random.normal(size=64).astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def factors(base: Path) -> dict[str, Any]:
    random = np.random.default_rng(2)
    return {
        "base_sha256": np.array(hashlib.sha256(base.read_bytes()).hexdigest()),
        f"{CHANGED}.a": random.normal(size=(4, 64)).astype(np.float16),
        f"{CHANGED}.b": random.normal(size=(96, 4)).astype(np.float16),
    }


def save(path: Path, **arrays: Any) -> Path:  # noqa: ANN401  # numpy takes them as they come
    np.savez(path, **arrays)
    return path


def weights(path: Path) -> dict[str, np.ndarray[Any, Any]]:
    return {
        tensor.name: gguf.quants.dequantize(tensor.data, tensor.tensor_type)
        for tensor in gguf.GGUFReader(path).tensors
    }


def test_the_changed_tensor_is_the_base_plus_b_times_a(base: Path, tmp_path: Path) -> None:
    delta = save(tmp_path / "delta.npz", **(arrays := factors(base)))
    merge(base, delta, tmp_path / "out.gguf")
    a, b = (arrays[f"{CHANGED}.{factor}"].astype(np.float32) for factor in "ab")
    wanted = weights(base)[CHANGED] + b @ a
    # Q8_0 steps are a 127th of the largest value of 32 neighbours.
    step = np.abs(wanted).max() / 127
    np.testing.assert_allclose(weights(tmp_path / "out.gguf")[CHANGED], wanted, atol=step)


def test_what_the_delta_does_not_name_stays_as_it_was(base: Path, tmp_path: Path) -> None:
    merge(base, save(tmp_path / "delta.npz", **factors(base)), tmp_path / "out.gguf")
    before, after = weights(base), weights(tmp_path / "out.gguf")
    np.testing.assert_array_equal(after[KEPT], before[KEPT])
    np.testing.assert_array_equal(after[NORM], before[NORM])


def test_metadata_and_tokenizer_are_kept_and_the_format_is_told(base: Path, tmp_path: Path) -> None:
    merge(base, save(tmp_path / "delta.npz", **factors(base)), tmp_path / "out.gguf")
    before, after = gguf.GGUFReader(base), gguf.GGUFReader(tmp_path / "out.gguf")
    assert list(after.fields) == list(before.fields)
    told = {key: field.contents() for key, field in after.fields.items()}
    assert told["tokenizer.ggml.tokens"] == TOKENS
    assert told[gguf.Keys.General.FILE_TYPE] == gguf.LlamaFileType.MOSTLY_Q8_0
    same = set(told) - {gguf.Keys.General.FILE_TYPE}
    assert {key: before.fields[key].contents() for key in same} == {key: told[key] for key in same}
    kinds = {tensor.name: tensor.tensor_type for tensor in after.tensors}
    assert kinds[CHANGED] is kinds[KEPT] is gguf.GGMLQuantizationType.Q8_0


def test_a_delta_for_another_base_is_refused_by_hash(base: Path, tmp_path: Path) -> None:
    delta = save(tmp_path / "delta.npz", **factors(base))
    other = tmp_path / "other.gguf"
    other.write_bytes(base.read_bytes() + b"\0")
    with pytest.raises(DeltaError, match=r"other\.gguf has SHA-256 .* was trained on"):
        merge(other, delta, tmp_path / "out.gguf")
    assert not (tmp_path / "out.gguf").exists()


def test_a_tensor_the_base_lacks_is_named(base: Path, tmp_path: Path) -> None:
    arrays = factors(base) | {"blk.7.attn_q.weight.a": np.zeros((4, 64), np.float16)}
    with pytest.raises(DeltaError, match=r"changes blk\.7\.attn_q\.weight"):
        merge(base, save(tmp_path / "delta.npz", **arrays), tmp_path / "out.gguf")


def test_factors_of_the_wrong_shape_are_named(base: Path, tmp_path: Path) -> None:
    arrays = factors(base) | {f"{CHANGED}.b": np.zeros((64, 4), np.float16)}
    with pytest.raises(DeltaError, match=r"shape \(64, 64\) .* expected \(96, 64\)"):
        merge(base, save(tmp_path / "delta.npz", **arrays), tmp_path / "out.gguf")


def test_half_a_delta_is_refused(base: Path, tmp_path: Path) -> None:
    arrays = factors(base)
    del arrays[f"{CHANGED}.b"]
    with pytest.raises(DeltaError, match=rf"lacks {CHANGED}\.b"):
        merge(base, save(tmp_path / "delta.npz", **arrays), tmp_path / "out.gguf")


def test_a_file_that_is_no_delta_is_refused(base: Path, tmp_path: Path) -> None:
    (tmp_path / "delta.npz").write_bytes(b"not a zip file")
    with pytest.raises(DeltaError, match="is not a delta"):
        merge(base, tmp_path / "delta.npz", tmp_path / "out.gguf")


@pytest.mark.parametrize("content", [b"", b"junk that is long enough", b"GGUF\3\0\0\0\1"])
def test_a_base_that_is_no_gguf_file_is_refused(content: bytes, tmp_path: Path) -> None:
    base = tmp_path / "base.gguf"
    base.write_bytes(content)
    delta = save(tmp_path / "d.npz", base_sha256=np.array(hashlib.sha256(content).hexdigest()))
    with pytest.raises(DeltaError, match="is not a GGUF file"):
        merge(base, delta, tmp_path / "out.gguf")


def test_a_base_cut_short_leaves_no_half_written_file(base: Path, tmp_path: Path) -> None:
    short = tmp_path / "short.gguf"
    short.write_bytes(base.read_bytes()[:-2000])
    with pytest.raises(DeltaError, match=r"is not a GGUF file: .* cannot be read"):
        merge(short, save(tmp_path / "delta.npz", **factors(short)), tmp_path / "out.gguf")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["base.gguf", "delta.npz", "short.gguf"]
