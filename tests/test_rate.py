"""How many messages, and how much audio, are too many: exact counts at exact times."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.errors import WireError
from voice.rate import Pace, Rate

MARK = '{"type": "played", "mark": "0.0"}'


def taken(message: str | bytes, times: int, every: float = 0.0, rate: Rate | None = None) -> int:
    """How many of so many are taken, one after the other."""
    rate = rate or Rate()
    for number in range(times):
        try:
            rate.check(message, 7.0 + number * every)
        except WireError:
            return number
    return times


def test_a_burst_is_taken_and_no_more() -> None:
    assert taken(MARK, 4_000) == taken(b"", 4_000) == 2_500


def test_the_pace_of_speech_is_taken_for_ever_in_frames_of_four_milliseconds() -> None:
    assert taken(bytes(128), 100_000, every=0.004) == 100_000
    assert taken(bytes(64), 100_000, every=0.002) < 6_000


def test_who_has_rested_may_hurry_again() -> None:
    rate = Rate()
    assert taken(MARK, 2_000, rate=rate) == 2_000
    rate.check(MARK, 17.0)  # ten seconds later all of that is forgotten
    for _ in range(2_499):
        rate.check(MARK, 17.0)
    with pytest.raises(WireError, match="faster than 250 a second"):
        rate.check(MARK, 17.0)


def test_long_text_counts_for_its_length_and_audio_does_not() -> None:
    assert taken("x" * 64 * 1_024, 4_000) == 2_500 // 65
    assert taken(bytes(64 * 1_024), 4_000) == 2_500


@given(st.lists(st.tuples(st.floats(0, 0.5), st.integers(0, 5_000)), max_size=200))
def test_nobody_who_sends_less_than_a_hundred_a_second_is_refused(
    messages: list[tuple[float, int]],
) -> None:
    rate, at = Rate(), 0.0
    for pause, length in messages:
        at += 0.01 + pause
        rate.check("x" * min(length, 1_023), at)


def test_a_burst_after_a_stall_is_no_faster_than_speech() -> None:
    pace = Pace()
    pace.check(0.02, 0.0)
    for _ in range(450):
        pace.check(0.02, 9.0)


def test_a_minute_at_once_is() -> None:
    pace = Pace()
    with pytest.raises(WireError, match="ahead of time"):
        pace.check(60.0, 1.0)


def test_a_sound_card_that_runs_fast_may_run_for_hours() -> None:
    pace = Pace()
    for tick in range(180_000):
        pace.check(0.02, 0.0198 * tick)


def test_what_was_spoken_while_we_stood_still_is_taken_with_a_burst_on_top() -> None:
    pace, rate = Pace(), Rate()
    pace.check(9.9, 1.0)
    for _ in range(2_499):
        rate.check(MARK, 1.0)
    pace.check(24.9, 16.0, lost=15.0)
    for _ in range(2_499 + 15 * 250):
        rate.check(MARK, 16.0, lost=15.0)
    with pytest.raises(WireError):
        pace.check(2.0, 16.0, lost=15.0)
    rate.check(MARK, 16.0, lost=15.0)
    with pytest.raises(WireError):
        rate.check(MARK, 16.0, lost=15.0)


def test_a_stall_of_ours_before_somebody_came_is_no_credit_of_theirs() -> None:
    pace = Pace()
    pace.check(9.9, 100.0, lost=50.0)
    with pytest.raises(WireError):
        pace.check(1.0, 100.0, lost=50.0)
