"""Real Whisper hears what is said, in pieces and at the end, and hears nothing in noise."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from asr.agreement import key
from asr.engine import SAMPLE_RATE, Pause, Pcm, TranscriberError, Transcript
from asr.vad import SileroVad
from asr.whisper import Whisper

pytestmark = pytest.mark.slow

AUDIO = Path(__file__).parent / "audio"
SPOKEN = {
    "yes": "Yes.",
    "booking": "Hello, I would like to book an appointment for Tuesday, please.",
    "number": "My number is 555-0142.",
    "refill": "I need a refill, and can you tell me your opening hours?",
}


@pytest.fixture(scope="module")
def whisper(model: Callable[[str], Path]) -> Whisper:
    return Whisper(model("whisper-tiny.en-short"), vad=SileroVad(), window_extra=0.5)


def clip(name: str) -> Pcm:
    pcm: Pcm = soundfile.read(AUDIO / f"{name}.wav", dtype="int16")[0]
    return pcm


def silence(seconds: float) -> Pcm:
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.int16)


async def turn(*items: Pcm | Pause, pace: float = 0.0) -> AsyncGenerator[Pcm | Pause, None]:
    """The frames of some audio, and the pauses in it, ``pace`` seconds apart."""
    for item in items:
        if isinstance(item, Pause):
            yield item
            continue
        for at in range(0, item.size, 320):
            await asyncio.sleep(pace)
            yield item[at : at + 320]


async def collect(whisper: Whisper, audio: AsyncIterator[Pcm | Pause]) -> list[Transcript]:
    async with aclosing(whisper.transcribe(audio)) as transcripts:
        return [transcript async for transcript in transcripts]


def errors(said: str, heard: str) -> int:
    """Word errors: the edit distance, case and punctuation aside."""
    wanted, got = [[key(w) for w in text.split()] for text in (said, heard)]
    row = list(range(len(got) + 1))
    for word in wanted:
        above, row = row, [row[0] + 1]
        for j, other in enumerate(got, start=1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (word != other)))
    return row[-1]


@pytest.mark.parametrize("name", ["booking", "refill"])
def test_partials_grow_into_the_final(whisper: Whisper, name: str) -> None:
    # Four times as fast as speech.
    heard = asyncio.run(
        collect(whisper, turn(silence(0.25), clip(name), silence(0.1), Pause(1), pace=0.005))
    )
    *partials, final = heard

    assert final.pause == 1
    assert errors(SPOKEN[name], final.text) <= 1
    assert partials
    assert all(partial.pause is None for partial in partials)
    for earlier, later in pairwise(heard):
        assert later.text.startswith(earlier.text[: earlier.settled])


@pytest.mark.parametrize("name", SPOKEN)
def test_the_final_of_one_decode_is_as_good(whisper: Whisper, name: str) -> None:
    audio = turn(silence(0.25), clip(name), silence(0.1), Pause(1))
    final = asyncio.run(collect(whisper, audio))[-1]

    assert final.pause == 1
    assert errors(SPOKEN[name], final.text) <= 1


def test_three_voices_without_a_gap_between_them_are_all_heard(whisper: Whisper) -> None:
    """Without a second look the text ends at the first sentence."""
    said = (
        "Please take me off the waiting list. The pharmacy says they never got the prescription. "
        "Is that before or after lunch?"
    )
    audio = turn(silence(0.25), clip("joined"), silence(0.11), Pause(1))

    assert errors(said, asyncio.run(collect(whisper, audio))[-1].text) <= 2


def test_each_pause_is_answered_with_the_turn_so_far(whisper: Whisper) -> None:
    yes, booking = clip("yes"), clip("booking")
    first = silence(0.25), yes, silence(0.11), Pause(1)
    second = silence(0.4), booking, silence(0.11), Pause(2)
    finals = [
        each
        for each in asyncio.run(collect(whisper, turn(*first, *second, pace=0.005)))
        if each.pause is not None
    ]

    assert finals[-1].pause == 2
    assert errors(f"{SPOKEN['yes']} {SPOKEN['booking']}", finals[-1].text) <= 2


def tone(*frequencies: float) -> npt.NDArray[np.float64]:
    t = np.arange(3 * SAMPLE_RATE) / SAMPLE_RATE
    wave: npt.NDArray[np.float64] = 0.2 * np.sum(
        [np.sin(2 * np.pi * f * t) for f in frequencies], 0
    )
    return wave


NOISES = {
    "silence": np.zeros(3 * SAMPLE_RATE),
    "white noise": 0.05 * np.random.default_rng(1).standard_normal(3 * SAMPLE_RATE),
    "hold tone": tone(440),
    "ringback": tone(440, 480),
    "chords": tone(262, 330, 392, 524) * np.tile(np.exp(-np.arange(16_000) / 4000), 3),
    "a cough": np.concatenate(
        [
            np.random.default_rng(2).standard_normal(4800) * np.exp(-np.arange(4800) / 1200) * 0.3,
            np.zeros(2 * SAMPLE_RATE),
        ]
    ),
}


@pytest.mark.parametrize("name", NOISES)
def test_what_is_not_speech_yields_no_words(whisper: Whisper, name: str) -> None:
    pcm = (32767 * np.clip(NOISES[name], -1, 1)).astype(np.int16)

    assert asyncio.run(collect(whisper, turn(pcm, Pause(1)))) == [Transcript("", pause=1)]


def test_a_long_turn_is_told_whole(whisper: Whisper) -> None:
    """More than a window holds, without a pause of any length, faster than it can be spoken."""
    sentences = ["booking", "refill"] * 3
    audio = [part for name in sentences for part in (clip(name), silence(0.1))]
    heard = asyncio.run(collect(whisper, turn(*audio, Pause(1), pace=0.0005)))
    said = " ".join(SPOKEN[name] for name in sentences)

    assert errors(said, heard[-1].text) <= 0.15 * len(said.split())
    assert heard[-1].settled > len(said) / 2
    for earlier, later in pairwise(heard):
        assert later.text.startswith(earlier.text[: earlier.settled])


def test_six_callers_at_once_are_all_answered(whisper: Whisper) -> None:
    async def scene() -> list[list[Transcript]]:
        async with asyncio.TaskGroup() as tasks:
            calls = [
                tasks.create_task(
                    collect(
                        whisper,
                        turn(silence(0.25), clip(name), silence(0.11), Pause(1), pace=0.01),
                    )
                )
                for name in ("booking", "refill", "number", "yes", "booking", "refill")
            ]
        return [call.result() for call in calls]

    said = [SPOKEN[n] for n in ("booking", "refill", "number", "yes", "booking", "refill")]
    for text, heard in zip(said, asyncio.run(scene()), strict=True):
        assert heard[-1].pause == 1
        assert errors(text, heard[-1].text) <= 1


def test_an_abandoned_turn_leaves_nothing_behind(whisper: Whisper) -> None:
    async def scene() -> list[Transcript]:
        abandoned = []
        for _ in range(4):
            words = whisper.transcribe(turn(clip("booking"), clip("refill"), pace=0.005))
            await anext(words)
            abandoned.append(words)
        for words in abandoned:
            await words.aclose()
        assert asyncio.all_tasks() == {asyncio.current_task()}
        return await collect(whisper, turn(clip("yes"), silence(0.11), Pause(1)))

    assert asyncio.run(scene())[-1].text.startswith("Yes")


def test_a_cancelled_turn_is_cancelled(whisper: Whisper) -> None:
    async def scene() -> None:
        async with asyncio.timeout(0.05):
            await collect(whisper, turn(silence(60), pace=0.01))

    with pytest.raises(TimeoutError):
        asyncio.run(scene())


def test_what_the_caller_side_raises_comes_out_as_it_is(whisper: Whisper) -> None:
    async def broken() -> AsyncGenerator[Pcm | Pause, None]:
        yield silence(0.1)
        raise RuntimeError("the line is cut")

    with pytest.raises(RuntimeError, match="the line is cut"):
        asyncio.run(collect(whisper, broken()))


def test_a_turn_without_a_pause_ends_without_a_final(whisper: Whisper) -> None:
    assert asyncio.run(collect(whisper, turn(silence(0.5)))) == []


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TranscriberError, match=r"has no model\.bin"):
        Whisper(tmp_path)


def test_a_language_that_the_model_does_not_know_is_refused_before_it_is_loaded(
    model: Callable[[str], Path],
) -> None:
    path = model("whisper-tiny.en-short")
    settings: dict[str, Any] = {"device": "cpu", "compute_type": None, "model": path}
    Whisper.check_settings(language="en", **settings)
    with pytest.raises(TranscriberError, match=r"is English-only, asked for 'de'"):
        Whisper.check_settings(language="de", **settings)
    with pytest.raises(TranscriberError, match=r"compute_type is 'float16', expected"):
        Whisper.check_settings(language="en", **settings | {"compute_type": "float16"})


def test_a_model_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"not a model")
    (tmp_path / "tokenizer.json").write_text("{}")

    with pytest.raises(TranscriberError, match="does not load"):
        Whisper(tmp_path)
