"""What was left out is looked for until nothing is missing, and never at the cost of an answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from asr.edges import WINDOW
from asr.engine import SAMPLE_RATE
from asr.filter import Decoded
from asr.mend import mend
from asr.tail import Clip
from asr.window import POSITION, Window

SAID = {"one": 0.0, "two": 2.0, "three": 4.0, "four": 6.0}
"""When each sentence begins; a word is believed to last for under half a second."""


class Model:
    """Hears what was said between two instants, but in the whole clip only the first word of it."""

    def __init__(self, *, broken: bool = False, says: str = "") -> None:
        self._says = says
        self.windows: list[int] = []
        self.spare: list[int] = []
        self._broken = broken

    def encode(self, clips: Sequence[Clip], window: int) -> list[str]:
        """Nothing that matters."""
        return list(SAID)

    def timed(self, encoded: object, text: str, samples: int) -> tuple[list[int], list[float]]:
        """A token is the number of a sentence."""
        if self._broken:
            raise RuntimeError("no alignment")
        words = text.split()
        return [list(SAID).index(word) for word in words], [SAID[word] for word in words]

    def written(self, tokens: Sequence[int]) -> str:
        """The sentences of those numbers."""
        return " ".join(list(SAID)[token] for token in tokens)

    def hear(self, clips: Sequence[Clip], window: int) -> list[Decoded]:
        """The first sentence in the samples, which count the seconds."""
        [clip] = clips
        self.windows.append(window)
        self.spare.append(window - clip.audio.size)
        first, last = clip.audio[0] / 100, clip.audio[-1] / 100
        [word, *_] = [word for word, at in SAID.items() if first <= at + 0.1 <= last]
        return [Decoded(self._says or word, logprob=-0.2, no_speech=0.1, voiced=1.0)]


def clip() -> Clip:
    """Eight seconds of speech; each sample is the hundredths of a second at which it is."""
    at = np.arange(8 * SAMPLE_RATE // WINDOW * WINDOW)
    audio = (at * 100 // SAMPLE_RATE).astype(np.int16)
    return Clip(audio, 0, audio.size, (True,) * (audio.size // WINDOW), for_good=True)


FIRST = Decoded("one", logprob=-0.1, no_speech=0.1, voiced=8.0)


def test_as_many_sentences_as_are_missing_are_looked_for() -> None:
    assert mend(Model(), clip(), FIRST, 9 * SAMPLE_RATE).text == "one two three four"


def test_after_letters_that_take_as_long_as_the_speech_nothing_more_is_looked_for() -> None:
    model = Model(says="B-H-A-M.")
    text = mend(model, clip(), replace(FIRST, voiced=2.6), 9 * SAMPLE_RATE).text

    assert text == "one B-H-A-M."
    assert len(model.windows) == 1


def test_a_piece_is_shown_in_a_window_of_its_own_length() -> None:
    model, whole = Model(), clip()
    mend(model, whole, FIRST, whole.audio.size + SAMPLE_RATE // 2)

    assert model.spare == [pytest.approx(SAMPLE_RATE / 2, abs=POSITION)] * 3


def test_a_piece_is_shown_in_thirty_seconds_if_the_model_must_have_them() -> None:
    model, thirty = Model(), Window().samples(0)
    mend(model, clip(), FIRST, thirty)

    assert set(model.windows) == {thirty}


def test_what_goes_wrong_costs_nobody_the_text_there_is(caplog: pytest.LogCaptureFixture) -> None:
    assert mend(Model(broken=True), clip(), FIRST, 9 * SAMPLE_RATE) is FIRST
    assert "could not look again at 8.0 s of speech" in caplog.text
