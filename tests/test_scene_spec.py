"""The committed lists of scenes, and what labels and lines are made of them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from demos.latency.scenes.label import RATE, Samples, loud_spans
from demos.latency.scenes.line import late, lossy, telephone
from demos.latency.scenes.make import all_specs
from demos.latency.scenes.sounds import SOUNDS
from demos.latency.scenes.spec import Piece, read_overlaps, read_turns
from voice.errors import VoiceError


def tone(seconds: float, loudness: float = 0.3) -> Samples:
    at = np.arange(round(seconds * RATE)) / RATE
    return (loudness * np.sin(2 * np.pi * 220 * at)).astype(np.float32)


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)


def test_pauses_are_read_from_between_the_words() -> None:
    (spec,) = read_turns("[groups digits]\nFive five <0.5> two <0.4> one.", "say")
    assert spec.pieces == (
        Piece("say", "Five five"),
        Piece("say", "two", 0.5),
        Piece("say", "one.", 0.4),
    )
    assert (spec.name, spec.asks, spec.takes_the_turn) == ("groups-01", "digits", True)


def test_recordings_are_joined_without_a_pause_unless_one_is_written() -> None:
    (spec,) = read_turns("[carried_on any]\nvm-press <0.7> digits/1 digits/2", "recording")
    assert [(piece.what, piece.pause) for piece in spec.pieces] == [
        ("vm-press", 0.0),
        ("digits/1", 0.7),
        ("digits/2", 0.0),
    ]


def test_an_overlap_may_say_when_it_begins() -> None:
    text = "[goes_on over_agent stop]\n@0.0-0.15 And also.\n[cough after_turn reply]\nsound: cough"
    goes_on, cough = read_overlaps(text)
    assert (goes_on.delay, goes_on.expect, goes_on.takes_the_turn) == ((0.0, 0.15), "stop", True)
    assert (cough.pieces[0], cough.delay, cough.takes_the_turn) == (
        Piece("sound", "cough"),
        None,
        False,
    )


@pytest.mark.parametrize("header", ["hanging", "hanging telephone", "hanging any more"])
def test_a_section_that_says_too_little_or_nonsense_is_refused(header: str) -> None:
    with pytest.raises(VoiceError, match=r"\[hanging"):
        read_turns(f"[{header}]\nYes.", "say")


def test_the_set_has_as_many_scenes_of_each_sort_as_it_promises() -> None:
    specs = all_specs()
    assert len({spec.name for spec in specs}) == len(specs)
    turns = [spec for spec in specs if spec.play == "turn"]
    real = [spec for spec in turns if spec.pieces[0].source == "recording"]
    assert (len(turns) >= 150, len(real) >= 60, len(specs) - len(turns) >= 60) == (True,) * 3
    assert set(Counter(spec.kind for spec in turns)) >= {
        "short", "long", "hanging", "groups", "filler", "trailing_um", "correction", "background",
        "loss", "jitter", "natural", "carried_on",
    }  # fmt: skip
    sounds = {p.what for spec in specs for p in spec.pieces if p.source == "sound"}
    assert sounds <= {*SOUNDS, "far_talk"}


def test_labels_lie_where_the_sound_begins_and_ends() -> None:
    clean = np.concatenate([silence(0.3), tone(0.5), silence(0.25), tone(0.2, 0.05), silence(0.5)])
    spans = loud_spans(clean)
    assert [edge for span in spans for edge in span] == pytest.approx(
        [0.3, 0.8, 1.05, 1.25], abs=0.005
    )


def test_the_closure_of_a_consonant_is_no_pause() -> None:
    clean = np.concatenate([silence(0.3), tone(0.3), silence(0.07), tone(0.3), silence(0.5)])
    assert len(loud_spans(clean)) == 1


def test_late_packets_move_the_labels_with_the_sound() -> None:
    clean = np.concatenate([silence(0.3), tone(0.4), silence(0.5), tone(0.4), silence(1.0)])
    heard, speech = late(clean, loud_spans(clean), np.random.default_rng(3))
    assert len(heard) > len(clean)
    assert speech[-1][1] == pytest.approx(loud_spans(heard)[-1][1], abs=0.005)


def test_lost_packets_are_silence_and_as_many_as_said() -> None:
    heard = lossy(tone(60), np.random.default_rng(1))
    lost = np.mean([not heard[at : at + 320].any() for at in range(0, len(heard), 320)])
    assert 0.03 < lost < 0.07


@pytest.mark.parametrize(("hertz", "passes"), [(60, False), (1_000, True), (6_000, False)])
def test_a_telephone_lets_a_narrow_band_through(hertz: float, passes: bool) -> None:
    at = np.arange(RATE) / RATE
    heard = telephone((0.5 * np.sin(2 * np.pi * hertz * at)).astype(np.float32))
    within = np.abs(heard[1_600:-1_600])  # its edges click
    assert within.max() > 0.4 if passes else within.max() < 0.1


@pytest.mark.parametrize("name", sorted(SOUNDS))
def test_sounds_are_what_their_seed_makes_them_and_never_too_long(name: str) -> None:
    first, again, other = (SOUNDS[name](np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not (len(first) == len(other) and np.array_equal(first, other))
    assert 0.2 * RATE < len(first) < 3 * RATE
