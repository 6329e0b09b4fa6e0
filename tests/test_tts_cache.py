"""The voice that knows some phrases by heart."""

import asyncio
from collections.abc import AsyncGenerator

import numpy as np
import pytest

from tts.cache import Cached
from tts.engine import Pcm, TTSError


class CountingTTS:
    """Says a chunk a word, one sample a letter; remembers what it was asked, and being closed."""

    sample_rate = 16_000

    def __init__(self, broken: bool = False) -> None:
        self.broken = broken
        self.asked: list[str] = []
        self.slack: list[float] = []
        self.closed = 0

    async def synthesize(self, text: str, slack: float = 0.0) -> AsyncGenerator[Pcm, None]:
        self.asked.append(text)
        self.slack.append(slack)
        if self.broken:
            raise TTSError("no voice today")
        try:
            for word in text.split():
                yield np.full(len(word), 7, np.int16)
        finally:
            self.closed += 1


async def say(tts: Cached, text: str) -> list[int]:
    return [len(pcm) async for pcm in tts.synthesize(text)]


def test_a_phrase_is_spoken_once_and_then_known_by_heart() -> None:
    async def scene() -> list[list[int]]:
        await cached.learn(["One moment, please."])
        return [
            await say(cached, "One moment, please."),
            await say(cached, " One moment, please.\n"),
        ]

    cached = Cached(tts := CountingTTS())

    assert asyncio.run(scene()) == [[17], [17]]
    assert tts.asked == ["One moment, please."]


def test_what_is_no_phrase_is_passed_on_chunk_by_chunk() -> None:
    cached = Cached(tts := CountingTTS())

    assert asyncio.run(say(cached, "On Tuesday at ten.")) == [2, 7, 2, 4]
    assert tts.asked == ["On Tuesday at ten."]
    assert cached.sample_rate == 16_000


def test_learning_again_speaks_only_what_is_new() -> None:
    async def scene() -> None:
        await cached.learn(["Hello."])
        await cached.learn(["Hello.", "Bye."])

    cached = Cached(tts := CountingTTS())
    asyncio.run(scene())

    assert tts.asked == ["Hello.", "Bye."]


def test_what_is_learnt_in_passing_lets_calls_go_first() -> None:
    cached = Cached(tts := CountingTTS())
    asyncio.run(cached.learn(["Hello."], slack=60.0))

    assert tts.slack == [60.0]


def test_a_phrase_with_nothing_to_speak_is_nothing() -> None:
    async def scene() -> list[int]:
        await cached.learn([" "])
        return await say(cached, "")

    cached = Cached(CountingTTS())

    assert asyncio.run(scene()) == []


def test_a_voice_that_fails_at_start_is_not_hidden() -> None:
    with pytest.raises(TTSError, match="no voice today"):
        asyncio.run(Cached(CountingTTS(broken=True)).learn(["Hello."]))


def test_no_caller_can_change_what_the_next_one_hears() -> None:
    async def scene() -> Pcm:
        await cached.learn(["Hello."])
        return await anext(cached.synthesize("Hello."))

    cached = Cached(CountingTTS())

    with pytest.raises(ValueError, match="read-only"):
        asyncio.run(scene())[0] = 0


def test_closing_it_closes_the_voice_behind_it() -> None:
    async def scene() -> None:
        speech = cached.synthesize("On Tuesday at ten.")
        await anext(speech)
        await speech.aclose()

    cached = Cached(tts := CountingTTS())
    asyncio.run(scene())

    assert tts.closed == 1
