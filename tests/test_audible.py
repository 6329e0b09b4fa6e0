"""What a person hears of some audio: where time to first sentence begins and ends."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.trim import audible
from voice.audible import AUDIBLE, audible_samples, leading_silence
from voice.audio import Pcm


def pcm(*samples: int) -> Pcm:
    return np.array(samples, np.int16)


def test_what_is_heard_is_louder_than_forty_decibels_under_full_scale() -> None:
    assert pytest.approx(-40, abs=0.1) == 20 * np.log10(AUDIBLE / 32_768)
    assert audible_samples(pcm(AUDIBLE - 1, AUDIBLE, 1 - AUDIBLE, -AUDIBLE)).tolist() == [1, 3]


def test_voices_are_trimmed_and_the_page_measures_by_the_same_threshold() -> None:
    every = np.arange(-32_768, 32_768).astype(np.int16)
    assert audible(every).tolist() == audible_samples(every).tolist()

    page = (Path(__file__).parents[1] / "demos/browser/playback-worklet.js").read_text()
    assert f"AUDIBLE = {AUDIBLE} / 32768;" in page
    assert "Math.abs(sample) >= AUDIBLE" in page


def test_the_loudest_samples_are_heard_though_one_has_no_opposite() -> None:
    assert audible_samples(pcm(0, 32_767, -32_767, -32_768)).tolist() == [1, 2, 3]


def test_silence_comes_before_the_first_sample_that_is_heard() -> None:
    assert leading_silence(pcm(0, 12, -7, 900, 0, 900)) == 3
    assert leading_silence(pcm(-32_768, 0)) == 0


def test_audio_in_which_nothing_is_heard_is_silence_to_its_end() -> None:
    assert leading_silence(pcm(0, 1, -1)) == 3
    assert leading_silence(pcm()) == 0


@given(st.lists(st.integers(-32_768, 32_767)))
def test_each_sample_is_judged_by_itself_and_as_its_mirror_image(samples: list[int]) -> None:
    heard = [place for place, sample in enumerate(samples) if abs(sample) >= AUDIBLE]

    assert audible_samples(pcm(*samples)).tolist() == heard
    assert leading_silence(pcm(*samples)) == (heard[0] if heard else len(samples))
    flipped = pcm(*[min(32_767, -sample) for sample in samples])
    assert audible_samples(flipped).tolist() == heard
