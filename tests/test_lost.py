"""What a text has left out is found by when its words were said; the unsure is not believed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from asr.edges import WINDOW
from asr.engine import SAMPLE_RATE
from asr.filter import Decoded
from asr.lost import drones, find_lost, join, piece, sparse
from asr.tail import Clip

SECOND = SAMPLE_RATE / WINDOW


def decoded(text: str, voiced: float, logprob: float = -0.2) -> Decoded:
    return Decoded(text, logprob=logprob, no_speech=0.1, voiced=voiced)


def clip(seconds: float, silent: Sequence[tuple[float, float]] = ()) -> Clip:
    """Speech, but for some silences, which are the quietest of it."""
    count = round(seconds * SECOND)
    at = np.arange(count) / SECOND
    voices = ~np.any([(start <= at) & (at < end) for start, end in [*silent, (-1, -1)]], axis=0)
    audio = np.repeat(np.where(voices, 3000, 3), WINDOW).astype(np.int16)
    return Clip(audio, 0, audio.size, tuple(map(bool, voices)))


def test_a_sentence_for_the_speech_of_three_is_sparse_and_its_own_speech_is_not() -> None:
    assert sparse(decoded("Please take me off the waiting list.", 6.0))
    assert not sparse(decoded("Please take me off the waiting list.", 2.0))
    assert not sparse(decoded("My number is 555-0142.", 2.6))
    assert not sparse(decoded("", 6.0))


@pytest.mark.parametrize(
    ("text", "voiced"),
    [
        ("5-5-5-4-2-7-7", 3.1),
        ("My last name is NTYN.", 3.2),
        ("S-I-O-B-H-A-N.", 4.5),
        ("It's C. H. E. N.", 3.4),
    ],
)
def test_letters_and_digits_take_their_time(text: str, voiced: float) -> None:
    assert not sparse(decoded(text, voiced))
    assert sparse(decoded(text, 2.5 * voiced))


def test_what_follows_the_last_mark_is_lost_up_to_the_end() -> None:
    lost = find_lost(["Take", "it", "."], [0.0, 0.4, 0.8], clip(4.0))

    assert lost is not None
    assert lost.token == 3
    assert lost.start == pytest.approx(0.8 * SECOND, abs=4)
    assert lost.end == round(4.0 * SECOND)


def test_what_comes_before_the_first_word_is_lost_from_the_beginning() -> None:
    lost = find_lost(["I", "was", "in", "."], [0.0, 2.6, 2.9, 3.2], clip(3.6, [(2.35, 2.4)]))

    assert lost is not None
    assert (lost.token, lost.start) == (0, 0)
    assert lost.end == pytest.approx(2.37 * SECOND, abs=1.5)


def test_a_stretch_in_the_middle_is_lost_between_two_words() -> None:
    starts = [0.0, 0.4, 0.8, 2.5, 2.8]
    lost = find_lost(["No", "way", ".", "We", "go"], starts, clip(3.4, [(2.45, 2.5)]))

    assert lost is not None
    assert lost.token == 3
    assert lost.start == pytest.approx(0.8 * SECOND, abs=4)
    assert lost.end == pytest.approx(2.47 * SECOND, abs=1.5)


def test_a_word_without_a_mark_keeps_its_own_sound() -> None:
    lost = find_lost(["No", "way"], [0.0, 0.4], clip(4.0))

    assert lost is not None
    assert lost.start == pytest.approx(0.7 * SECOND, abs=4)


def test_words_one_after_the_other_have_lost_nothing_nor_has_a_silence_between_them() -> None:
    said = ["Take", "it", "or", "leave", "it", "."]

    assert find_lost(said, [0.0, 0.5, 0.9, 1.5, 2.1, 2.4], clip(2.8)) is None
    assert find_lost(said, [0.0, 0.5, 0.9, 3.5, 4.1, 4.4], clip(4.8, [(1.3, 3.4)])) is None


def test_a_number_lasts_as_long_as_its_digits() -> None:
    assert find_lost(["It", "is", "926"], [0.0, 0.5, 0.9], clip(3.0)) is None
    assert find_lost(["It", "is", "BHA"], [0.0, 0.5, 0.9], clip(3.0)) is None
    assert find_lost(["It", "is", "bad"], [0.0, 0.5, 0.9], clip(3.0)) is not None


def test_the_lost_piece_is_the_sound_of_that_stretch() -> None:
    whole = clip(4.0)
    lost = find_lost(["Take", "it", "."], [0.0, 0.4, 0.8], whole)
    assert lost is not None
    found = piece(whole, lost)

    assert found.audio.size == len(found.voices) * WINDOW == (lost.end - lost.start) * WINDOW
    assert found.voiced == found.audio.size


def test_what_is_found_is_put_in_its_place_unless_the_model_is_unsure_or_invents() -> None:
    text = decoded("Take it. We go.", 5.0)
    join_with = [
        decoded("Not today.", 2.0),
        decoded("Not today.", 2.0, logprob=-1.1),
        decoded("Thanks for watching!", 2.0),
        decoded("Aah, aah, aah, aah, aah, aah, aah, aah", 2.0),
        decoded("", 2.0),
    ]
    told = [join(text, "Take it.", found, "We go.").text for found in join_with]

    assert told == ["Take it. Not today. We go.", *["Take it. We go."] * 4]


@pytest.mark.parametrize(
    "text",
    ["Mm-hmm.", "Ah", "Uh, uh-huh. Hmm", "Aah, aah, aah", "La la la.", "I'm so, I'm so, I'm so"],
)
def test_a_hum_and_what_is_said_over_and_over_fill_no_gap(text: str) -> None:
    assert drones(text)


@pytest.mark.parametrize("text", ["No, no, I said Thursday.", "Not today.", "My ham is a ham."])
def test_words_fill_a_gap(text: str) -> None:
    assert not drones(text)
