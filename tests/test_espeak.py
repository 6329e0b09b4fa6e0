"""espeak-ng through its wheel: quick enough to be tested for real everywhere."""

import asyncio

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tts.engine import Pcm, TTSError
from tts.espeak import Espeak, phonemes
from tts.trim import audible


async def say(espeak: Espeak, text: str) -> list[Pcm]:
    return [pcm async for pcm in espeak.synthesize(text)]


def test_a_sentence_is_sound_of_a_sensible_length_with_its_silence_trimmed() -> None:
    espeak = Espeak()

    (pcm,) = asyncio.run(say(espeak, "Sure, let me check our hours."))

    assert espeak.sample_rate == 22_050
    assert 1.2 < len(pcm) / espeak.sample_rate < 3.0
    assert audible(pcm)[0] <= 0.005 * espeak.sample_rate
    assert len(pcm) - audible(pcm)[-1] - 1 <= round(0.12 * espeak.sample_rate)


def test_several_sentences_are_all_spoken() -> None:
    one, three = (
        sum(map(len, asyncio.run(say(Espeak(), text)))) for text in ("Yes.", "Yes. Yes. Yes.")
    )

    assert three > 2.5 * one


@pytest.mark.parametrize("text", ["", "...", "\n", "\N{THUMBS UP SIGN}"])
def test_what_cannot_be_spoken_is_nothing_and_no_error(text: str) -> None:
    assert asyncio.run(say(Espeak(), text)) == []


def test_twice_the_rate_takes_about_half_the_time() -> None:
    text = "Please hold the line while I look that up for you."

    slow, quick = (sum(map(len, asyncio.run(say(Espeak(rate_wpm=r), text)))) for r in (120, 240))

    assert 0.4 < quick / slow < 0.65


def test_voices_do_not_get_into_each_others_way() -> None:
    async def scene() -> list[list[Pcm]]:
        american, british = Espeak("en-us"), Espeak("en-gb-x-rp", rate_wpm=120)
        async with asyncio.TaskGroup() as tasks:
            voices = [american, british] * 10
            calls = [tasks.create_task(say(voice, "The doctor is in.")) for voice in voices]
        return [call.result() for call in calls]

    spoken = [pcm for (pcm,) in asyncio.run(scene())]

    # Its voice flutters a little, so only the lengths compare.
    quick, slow = (np.array([len(pcm) for pcm in mine]) for mine in (spoken[::2], spoken[1::2]))
    assert np.ptp(quick) < 0.05 * quick[0]
    assert np.ptp(slow) < 0.05 * slow[0]
    assert slow[0] > 1.2 * quick[0]


def test_a_voice_that_is_not_there_is_named_at_once() -> None:
    with pytest.raises(TTSError, match="espeak-ng has no voice 'en-martian'"):
        Espeak("en-martian")


def test_phonemes_are_ipa_with_stress() -> None:
    assert phonemes("Doctor Chen. Sure.") == "dˈɑːktɚ tʃˈɛn ʃˈʊɹ"  # noqa: RUF001 it is IPA


@settings(max_examples=50)
@given(st.text(max_size=40))
def test_no_text_brings_it_down(text: str) -> None:
    asyncio.run(say(Espeak(), text))
    phonemes(text)
