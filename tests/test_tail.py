"""What of a turn is worth decoding, and when; speech here is a probability and a loudness."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.edges import WINDOW
from asr.tail import AFTER, BEFORE, DIP, Tail, worth_hearing
from asr.window import LEAD, Cut

SECOND = 16_000


def hear(tail: Tail, seconds: float, *, speech: bool = True, loudness: float = -20) -> None:
    sample = 1000 if speech else 0
    for _ in range(round(seconds * SECOND / WINDOW)):
        tail.hear(
            np.full(WINDOW, sample, dtype=np.int16),
            0.95 if speech else 0.01,
            np.full(8, loudness if speech else -90, dtype=np.float32),
        )


def test_nothing_is_worth_decoding_before_there_is_speech() -> None:
    tail = Tail()
    hear(tail, 1, speech=False)

    assert not tail.due(0.25)
    assert not tail.has_speech


def test_one_window_of_speech_is_a_click() -> None:
    tail = Tail()
    hear(tail, 0.3, speech=False)
    hear(tail, 0.032)
    hear(tail, 0.3, speech=False)

    assert not tail.has_speech
    assert not tail.due(0.25)


def test_a_clip_is_due_after_every_interval_of_new_speech() -> None:
    tail = Tail()
    due_at = []
    for step in range(40):
        hear(tail, 0.032)
        if tail.due(0.25):
            due_at.append(step)
            tail.clip()

    assert due_at == [7, 15, 23, 31, 39]


def test_a_clip_is_due_at_once_when_the_voice_pauses_and_only_once() -> None:
    tail = Tail()
    hear(tail, 0.4)
    tail.clip()
    hear(tail, 0.1)
    assert not tail.due(0.25)
    hear(tail, 0.064, speech=False)
    assert tail.due(0.25)

    clip = tail.clip()

    assert tail.covers(clip.end)
    assert clip.end - tail.spoken_to >= DIP
    hear(tail, 0.5, speech=False)
    assert not tail.due(0.25)


def test_a_voice_detector_that_lets_go_late_makes_no_second_clip() -> None:
    tail = Tail()
    hear(tail, 0.4)
    hear(tail, 0.064, speech=False)
    tail.clip()
    for _ in range(3):
        tail.hear(np.zeros(WINDOW, dtype=np.int16), 0.6, np.full(8, -90, dtype=np.float32))

    assert not tail.due(0.05)


def test_silence_before_the_first_word_is_dropped() -> None:
    tail = Tail()
    hear(tail, 30, speech=False)
    hear(tail, 0.5)
    clip = tail.clip()

    assert clip.audio.size <= (LEAD + 0.5 + 0.1) * SECOND
    assert clip.voiced == pytest.approx(0.5 * SECOND, abs=WINDOW)
    assert clip.end == tail.end == pytest.approx(30.5 * SECOND, abs=2 * WINDOW)


def test_the_middle_of_a_long_silence_is_left_out() -> None:
    tail = Tail()
    hear(tail, 0.512)
    hear(tail, 1.6, speech=False)
    hear(tail, 0.512)
    clip = tail.clip()

    assert clip.end == tail.end
    assert clip.audio.size == 2 * 0.512 * SECOND + (AFTER + BEFORE) * WINDOW
    assert np.count_nonzero(clip.audio) == 2 * 0.512 * SECOND


@given(st.lists(st.booleans(), max_size=60))
def test_all_speech_and_all_short_silences_are_worth_hearing(voiced: list[bool]) -> None:
    kept = worth_hearing(voiced)
    left_out = sorted(set(range(len(voiced))) - set(kept))

    assert kept == sorted(set(kept))
    for index in left_out:
        near = voiced[max(0, index - AFTER) : index + BEFORE + 1]
        assert not any(near)
    run = 0
    for index in range(len(voiced)):  # no silence that is kept is long
        run = run + 1 if index in kept and not voiced[index] else 0 if voiced[index] else run
        assert run <= AFTER + BEFORE


def test_a_long_turn_loses_its_head_where_it_was_quiet_and_the_rest_stays() -> None:
    tail = Tail(Cut(longest=14))
    hear(tail, 9)
    hear(tail, 0.3, speech=False)
    hear(tail, 4.8)
    assert tail.too_long

    head = tail.head()
    tail.drop(head.end)

    assert head.start == 0
    assert 9.0 * SECOND <= head.end <= 9.4 * SECOND
    assert tail.start == head.end
    assert not tail.too_long
    assert tail.clip().start == head.end


def test_a_head_without_a_word_is_dropped_and_not_decoded() -> None:
    tail = Tail()
    hear(tail, 0.2)
    tail.drop(tail.end)
    hear(tail, 0.032)
    hear(tail, 14.1, speech=False)

    tail.shed()
    assert not tail.too_long
    assert not tail.has_speech


def test_a_five_minute_turn_keeps_a_quarter_of_a_minute() -> None:
    tail = Tail()
    longest = 0
    for _ in range(300):
        hear(tail, 0.96)
        hear(tail, 0.064, speech=False)
        if tail.too_long:
            tail.drop(tail.head().end)
        longest = max(longest, tail.clip().audio.size)

    assert longest <= 15 * SECOND
    assert tail.end == pytest.approx(300 * 1.024 * SECOND, abs=300 * WINDOW)
