"""A decode that goes wrong costs its own callers a partial or an answer, and nobody else anything.

The decoder is a fake that fails when it is told to; the voice detector is the real one.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing
from pathlib import Path

import numpy as np
import pytest
import soundfile

from asr.engine import SAMPLE_RATE, Pause, Pcm, TranscriberError, Transcript
from asr.filter import Decoded
from asr.heard import Heard, HeardAudio
from asr.tail import Clip
from asr.vad import Judge, Samples, SileroVad, VadState
from asr.whisper import Whisper

WORDS = "I would like to book"


class Decodes:
    """Hears :data:`WORDS` in all, but what ``answers`` says first; waits while ``open`` is not."""

    def __init__(self, *answers: Exception | Decoded | None) -> None:
        self.answers = list(answers)
        self.batches: list[int] = []
        self.open = threading.Event()
        self.open.set()
        self._warm = False

    def decode(self, clips: Sequence[Clip], window: int) -> list[Decoded]:
        """See :class:`asr.decoder.Decoder`."""
        if not self._warm:  # the one that nobody asked for
            self._warm = True
            return [heard("") for _ in clips]
        self.open.wait(10)
        self.batches.append(len(clips))
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, Exception):
            raise answer
        rest = [heard(WORDS) for _ in clips]
        return [answer, *rest[1:]] if answer else rest


def heard(text: str) -> Decoded:
    return Decoded(text, logprob=-0.1, no_speech=0.0, voiced=1.5)


def speech() -> Pcm:
    pcm: Pcm = soundfile.read(Path(__file__).parent / "audio" / "booking.wav", dtype="int16")[0]
    return pcm[: 2 * SAMPLE_RATE]


async def turn(*items: Pcm | Pause, pace: float = 0.0) -> AsyncGenerator[Pcm | Pause, None]:
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


QUIET = np.zeros(round(0.1 * SAMPLE_RATE), dtype=np.int16)


def test_a_partial_that_fails_is_only_missed() -> None:
    decodes = Decodes(RuntimeError("out of memory"))
    whisper = Whisper(decodes, window_extra=0.5)
    said = asyncio.run(collect(whisper, turn(speech(), QUIET, Pause(1), pace=0.002)))

    assert len(decodes.batches) > 1
    assert said[-1] == Transcript(WORDS, said[-1].settled, pause=1)


def test_a_final_that_fails_is_told_and_the_next_turn_is_heard() -> None:
    decodes = Decodes()
    whisper = Whisper(decodes, window_extra=0.5)

    async def scene() -> list[Transcript]:
        decodes.answers = [RuntimeError("out of memory")] * 99
        with pytest.raises(TranscriberError, match="could not decode: out of memory"):
            await collect(whisper, turn(speech(), QUIET, Pause(1)))
        decodes.answers.clear()
        return await collect(whisper, turn(speech(), QUIET, Pause(1)))

    assert asyncio.run(scene())[-1].text == WORDS


def test_what_cannot_be_judged_fails_its_own_call_alone() -> None:
    """The others of its batch have their answers, and the ears go on."""
    decodes = Decodes(None, heard(None))  # type: ignore[arg-type]
    whisper = Whisper(decodes, window_extra=0.5)
    paused = 0

    async def audio() -> AsyncGenerator[Pcm | Pause, None]:
        nonlocal paused
        async for item in turn(speech(), QUIET, Pause(1)):
            yield item
        paused += 1
        if paused == 3:  # one of them is being decoded; all want a final
            decodes.open.set()

    async def scene() -> list[list[Transcript] | BaseException]:
        decodes.open.clear()
        calls = [asyncio.ensure_future(collect(whisper, audio())) for _ in range(3)]
        outcomes = await asyncio.gather(*calls, return_exceptions=True)  # noqa: TID251 - all their ends
        return [*outcomes, await collect(whisper, turn(speech(), QUIET, Pause(1)))]

    outcomes = asyncio.run(scene())
    answered = [said for said in outcomes if isinstance(said, list)]
    assert decodes.batches[1] == 3
    assert [said[-1].text for said in answered] == [WORDS] * 3
    assert sum(isinstance(outcome, TypeError) for outcome in outcomes) == 1


class Counted(SileroVad):
    """Silero; counts how often it is asked."""

    asked = 0

    def probability(self, heard: Samples, state: VadState) -> float:
        """As it does."""
        self.asked += 1
        return super().probability(heard, state)


def test_what_the_ears_have_judged_is_transcribed_without_being_judged_again() -> None:
    vad = Counted()
    whisper = Whisper(Decodes(), vad=vad, window_extra=0.5)

    async def judged() -> AsyncGenerator[Pcm | Heard | Pause, None]:
        for heard in Judge(SileroVad()).feed(np.concatenate([speech(), QUIET])):
            yield heard
        yield Pause(1)

    assert asyncio.run(collect(whisper, HeardAudio(judged())))[-1].text == WORDS
    assert vad.asked == 0
