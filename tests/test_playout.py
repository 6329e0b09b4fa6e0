"""What a telephone plays, whatever order things come in."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.phone.playout import Playout, Span, audible_spans
from tests.phone import tone
from voice.audible import AUDIBLE

RATE = 1_000


def test_audio_is_played_when_it_comes_or_after_what_is_being_played() -> None:
    playout = Playout(RATE)
    playout.receive(tone(0.3, RATE), 1.0)
    playout.receive(tone(0.2, RATE), 1.1)
    playout.receive(tone(0.1, RATE), 2.0)

    spans = audible_spans(playout.recording(3.0), RATE)

    assert spans == [Span(1.0, 1.5), Span(2.0, 2.1)]
    assert (playout.ends_at, playout.audible_until) == (2.1, 2.1)


def test_silence_at_the_end_is_played_but_not_heard() -> None:
    playout = Playout(RATE)
    playout.receive(np.concatenate([tone(0.3, RATE), tone(0.2, RATE, AUDIBLE - 1)]), 1.0)

    assert playout.audible_until == 1.3
    assert playout.ends_at == 1.5


def test_a_mark_is_played_with_the_last_sample_before_it() -> None:
    playout = Playout(RATE)
    playout.mark("nothing came before")
    playout.receive(tone(0.3, RATE), 1.0)
    playout.mark("first")
    playout.receive(tone(0.3, RATE), 1.1)
    playout.mark("second")

    assert playout.take_played(1.0) == ["nothing came before"]
    assert playout.take_played(1.29) == []
    assert playout.take_played(1.3) == ["first"]
    assert playout.take_played(9.0) == ["second"]
    assert playout.take_played(9.0) == []


def test_a_clear_keeps_what_was_heard_and_frees_the_line() -> None:
    playout = Playout(RATE)
    playout.receive(tone(0.5, RATE), 1.0)
    playout.receive(tone(0.5, RATE), 1.0)
    playout.mark("end")

    assert playout.clear(1.7) == ["end"]
    playout.receive(tone(0.1, RATE), 1.8)

    assert audible_spans(playout.recording(3.0), RATE) == [Span(1.0, 1.9)]
    assert np.count_nonzero(playout.recording(3.0)) == 800
    assert playout.take_played(9.0) == []


def test_a_recording_ends_where_the_call_does() -> None:
    playout = Playout(RATE)
    playout.receive(tone(0.5, RATE), 1.0)

    assert len(playout.recording(1.2)) == 1_200
    assert np.count_nonzero(playout.recording(1.2)) == 200
    assert np.count_nonzero(playout.recording(0.5)) == 0


def test_what_was_heard_between_two_moments_is_part_of_the_recording() -> None:
    playout = Playout(RATE)
    playout.receive(tone(0.5, RATE), 1.0)
    playout.receive(tone(0.2, RATE), 2.0)

    whole = playout.recording(3.0)
    for begin, end in ((0.0, 3.0), (1.2, 1.4), (1.2, 2.1), (1.6, 1.9), (2.1, 2.9)):
        assert (
            playout.heard(begin, end).tolist()
            == whole[int(begin * RATE) : int(end * RATE)].tolist()
        )


def test_what_was_played_may_be_forgotten_and_what_is_being_played_is_not() -> None:
    playout = Playout(RATE)
    playout.receive(tone(0.5, RATE), 1.0)
    playout.receive(tone(0.5, RATE), 1.0)
    playout.receive(tone(0.2, RATE), 3.0)
    playout.forget(1.7)

    assert np.count_nonzero(playout.heard(0.0, 4.0)) == 700
    assert playout.audible_until == 3.2


def test_sound_that_comes_a_little_late_does_not_break_the_line() -> None:
    playout = Playout(RATE)
    for at, samples in ((1.0, 0.1), (1.12, 0.1), (1.3, 0.1), (1.35, 0.1)):
        playout.receive(tone(samples, RATE, 0), at)

    assert playout.fed() == [Span(1.0, 1.22), Span(1.3, 1.5)]


def test_the_loudest_negative_sample_is_heard() -> None:
    assert audible_spans(np.array([0, -32_768, 0], np.int16), RATE) == [Span(0.001, 0.002)]
    assert audible_spans(np.zeros(10, np.int16), RATE) == []


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(0, 300)), max_size=12), st.data())
def test_however_audio_comes_none_is_lost_and_none_is_mixed(
    pieces: list[tuple[int, int]], data: st.DataObject
) -> None:
    playout = Playout(RATE)
    at = 0
    for gap, samples in pieces:
        at += gap
        playout.receive(tone(samples / RATE, RATE), at / RATE)
    total = sum(samples for _, samples in pieces)
    assert np.count_nonzero(playout.recording(10.0)) == total

    cleared_at = data.draw(st.integers(at, at + 500)) / RATE
    heard = np.count_nonzero(playout.recording(cleared_at))
    playout.clear(cleared_at)
    assert np.count_nonzero(playout.recording(10.0)) == heard
    assert playout.audible_until == pytest.approx(min(playout.audible_until, cleared_at))
