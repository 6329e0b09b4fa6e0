"""Kokoro's adapter, with the smallest weights that can be had."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from onnxruntime import get_available_providers

from tts.engine import Pcm, TTSError
from tts.kokoro import Kokoro
from tts.trim import audible


@pytest.fixture(scope="module")
def folder(model: Callable[[str], Path]) -> Path:
    return model("kokoro-82m-int8")


async def say(kokoro: Kokoro, text: str) -> list[Pcm]:
    return [pcm async for pcm in kokoro.synthesize(text)]


@pytest.mark.slow
def test_each_sentence_is_a_chunk_trimmed_at_both_ends(folder: Path) -> None:
    kokoro = Kokoro(folder)

    chunks = asyncio.run(say(kokoro, "Sure. Tuesday?"))

    assert len(chunks) == 2
    for pcm in chunks:
        assert pcm.dtype == np.int16
        assert 0.2 < len(pcm) / kokoro.sample_rate < 2.0
        assert audible(pcm)[0] <= 0.005 * kokoro.sample_rate
        assert len(pcm) - audible(pcm)[-1] - 1 <= round(0.12 * kokoro.sample_rate)
    assert asyncio.run(say(kokoro, "... \N{EM DASH}")) == []


@pytest.mark.slow
def test_speakers_and_paces_differ(folder: Path) -> None:
    one = asyncio.run(say(Kokoro(folder, voice="jf_alpha"), "Sure."))[0]
    other = asyncio.run(say(Kokoro(folder, voice="jm_kumo", pace=1.6), "Sure."))[0]

    assert len(other) > 1.2 * len(one)


@pytest.mark.slow
def test_a_speaker_that_is_not_there_is_named_with_those_that_are(folder: Path) -> None:
    with pytest.raises(TTSError, match=r"no voice 'af_nobody', expected one of jf_alpha, "):
        Kokoro(folder, voice="af_nobody")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TTSError, match=r"cannot load kokoro none: .*voices\.npz"):
        Kokoro(tmp_path / "none")


@pytest.mark.skipif("CUDAExecutionProvider" in get_available_providers(), reason="it has one")
def test_a_machine_without_a_gpu_says_so(tmp_path: Path) -> None:
    np.savez(tmp_path / "voices.npz", somebody=np.zeros((510, 1, 256), np.float32))

    with pytest.raises(TTSError, match="onnxruntime here has no CUDAExecutionProvider"):
        Kokoro(tmp_path, device="cuda")


def test_an_accent_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TTSError, match="no voice 'en-martian'"):
        Kokoro(tmp_path, accent="en-martian")
