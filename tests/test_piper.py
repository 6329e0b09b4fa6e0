"""Piper's adapter, with the voice that is the default."""

import asyncio
import ctypes
from collections.abc import Callable
from contextlib import aclosing, suppress
from pathlib import Path
from random import Random

import numpy as np
import pytest

from tts.engine import Pcm, TTSError
from tts.onnx import open_model
from tts.piper import Piper
from tts.trim import audible
from tts.vits import Vits, chunks

LONG = "You are booked with Doctor Chen on Tuesday at ten, and we will call you the day before."


@pytest.fixture(scope="module")
def voice(model: Callable[[str], Path]) -> Path:
    return model("piper-en_US-joe-medium")


@pytest.fixture(scope="module")
def piper(voice: Path) -> Piper:
    return Piper(voice)


async def say(piper: Piper, text: str) -> list[Pcm]:
    return [pcm async for pcm in piper.synthesize(text)]


@pytest.mark.slow
def test_a_sentence_comes_as_sound_of_a_sensible_length_and_loudness(piper: Piper) -> None:
    pcm = np.concatenate(asyncio.run(say(piper, "Sure, let me check our hours.")))

    assert pcm.dtype == np.int16
    assert 1.2 < len(pcm) / piper.sample_rate < 3.0
    assert -30 < 20 * np.log10(np.sqrt(np.mean(pcm.astype(float) ** 2)) / 32_768) < -14


@pytest.mark.slow
def test_the_first_chunk_is_short_and_audible_at_once(piper: Piper) -> None:
    first, *rest = asyncio.run(say(piper, LONG))

    assert len(first) / piper.sample_rate < 0.3
    assert sum(map(len, rest)) > 5 * len(first)
    assert audible(first)[0] <= 0.005 * piper.sample_rate


@pytest.mark.slow
def test_silence_at_the_end_is_no_longer_than_after_a_sentence(piper: Piper) -> None:
    pcm = np.concatenate(asyncio.run(say(piper, "Sure.")))

    assert len(pcm) - audible(pcm)[-1] - 1 <= round(0.12 * piper.sample_rate)


@pytest.mark.slow
@pytest.mark.parametrize("text", ["", "...", " \n", "?!", "\N{EM DASH}", "\N{THUMBS UP SIGN}"])
def test_what_cannot_be_spoken_is_nothing_and_no_error(piper: Piper, text: str) -> None:
    assert asyncio.run(say(piper, text)) == []


@pytest.mark.slow
def test_the_chunks_are_the_samples_of_the_uncut_network(voice: Path) -> None:
    ids, even = [1, 0, *range(14, 34), 0, 2], np.array([0, 1.5, 0], np.float32)
    inputs = {"input": np.array([ids]), "input_lengths": np.array([len(ids)]), "scales": even}

    whole = open_model(voice, threads=1).run(None, inputs)[0].reshape(-1)
    cut = list(Vits(voice.read_bytes()).say(ids, even))

    assert len(cut) > 2
    assert np.allclose(np.concatenate(cut), whole, atol=1e-4)


@pytest.mark.slow
def test_a_short_answer_does_not_wait_for_the_end_of_a_long_one(piper: Piper) -> None:
    async def scene() -> list[str]:
        done: list[str] = []

        async def speak(name: str, text: str) -> None:
            await say(piper, text)
            done.append(name)

        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(speak("long", f"{LONG} {LONG}"))
            tasks.create_task(speak("short", "Sure."))
        return done

    assert asyncio.run(scene()) == ["short", "long"]


@pytest.mark.slow
def test_twenty_calls_are_all_spoken_to(piper: Piper) -> None:
    async def scene() -> list[list[Pcm]]:
        async with asyncio.TaskGroup() as tasks:
            calls = [tasks.create_task(say(piper, "Sure.")) for _ in range(20)]
        return [call.result() for call in calls]

    assert all(sum(map(len, pcm)) > 0.2 * piper.sample_rate for pcm in asyncio.run(scene()))


@pytest.mark.slow
def test_a_sentence_that_is_given_up_leaves_the_voice_as_it_was(piper: Piper) -> None:
    async def scene() -> list[Pcm]:
        async with aclosing(piper.synthesize(LONG)) as chunks_:
            await anext(chunks_)
        with suppress(TimeoutError):
            async with asyncio.timeout(0.01):  # its first piece is under way, on the only thread
                await say(piper, LONG)
        return await say(piper, "Sure.")

    assert sum(map(len, asyncio.run(scene()))) > 0.2 * piper.sample_rate


@pytest.mark.slow
def test_a_slower_pace_says_the_same_in_more_time(voice: Path, piper: Piper) -> None:
    usual, slow = (
        sum(map(len, asyncio.run(say(each, LONG)))) for each in (piper, Piper(voice, pace=1.5))
    )

    assert slow > 1.2 * usual  # lengths are drawn by lot, a little


@pytest.mark.slow
def test_text_that_espeak_refuses_is_an_error_that_names_the_voice(piper: Piper) -> None:
    with pytest.raises(TTSError, match=r"piper en_US-joe-medium\.onnx failed on 5 characters"):
        asyncio.run(say(piper, "a\udcff b."))


def test_a_voice_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TTSError, match=r"cannot load piper none\.onnx: .*none\.onnx\.json"):
        Piper(tmp_path / "none.onnx")


def test_a_voice_that_is_no_voice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bad.onnx").write_bytes(b"<html>")
    (tmp_path / "bad.onnx.json").write_text("{}")

    with pytest.raises(TTSError, match=r"cannot load piper bad\.onnx"):
        Piper(tmp_path / "bad.onnx")


def test_chunks_cover_a_sentence_once_and_leave_no_scrap() -> None:
    for features in range(400):
        pieces = list(chunks(features))
        assert [at for start, end in pieces for at in range(start, end)] == list(range(features))
        assert all(end - start >= 12 for start, end in pieces) or features < 12


@pytest.mark.slow
def test_it_keeps_nothing_of_what_it_has_said(piper: Piper) -> None:
    words = "two three five eight nine ten please thanks doctor monday".split()
    random = Random(1)

    def talk(sentences: int) -> int:
        for _ in range(sentences):
            text = " ".join(random.choices(words, k=random.randint(1, 8)))
            asyncio.run(say(piper, text))
        return allocated_bytes()

    before = talk(12)

    assert talk(20) - before < 500_000


def allocated_bytes() -> int:
    """What C and C++ have allocated and not freed, by glibc's own account."""
    libc = ctypes.CDLL("libc.so.6")
    libc.mallinfo2.restype = _Allocations
    return int(libc.mallinfo2().uordblks)


class _Allocations(ctypes.Structure):
    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            "arena ordblks smblks hblks hblkhd usmblks fsmblks uordblks fordblks keepcost"
        ).split()
    ]
