"""What has been heard of what was sent."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis.strategies import floats

from voice.playback import Playback


def two_clauses(at: float = 10.0) -> Playback:
    playback = Playback()
    playback.begin(0, "We open at nine.", at)
    playback.send(2.0, at)
    playback.begin(0, "And we close at five.", at + 0.1)
    playback.send(2.0, at + 0.1)
    return playback


def test_clauses_are_played_one_after_the_other() -> None:
    assert two_clauses().heard_at == 14.0


def test_by_the_clock_half_the_time_is_half_the_words() -> None:
    assert two_clauses().heard(1, 11.0) == ["We open"]
    assert two_clauses().heard(1, 13.2) == ["We open at nine. And we close"]


def test_nothing_is_heard_before_it_begins() -> None:
    assert two_clauses().heard(1, 10.0) == [""]


def test_a_mark_is_better_than_the_clock() -> None:
    playback = two_clauses()
    playback.acknowledge(0, 11.0)
    assert playback.heard(1, 11.0) == ["We open at nine."]
    assert playback.heard_at == 13.0


def test_a_late_mark_moves_what_comes_after() -> None:
    playback = two_clauses()
    playback.acknowledge(0, 12.5)
    assert playback.heard(1, 12.6) == ["We open at nine."]
    assert playback.heard_at == 14.5


def test_a_voice_that_lagged_in_a_clause_has_made_its_end_late_once() -> None:
    playback = Playback()
    playback.begin(0, "one two three four", 0.0)
    playback.send(0.5, 0.0)
    playback.send(0.5, 5.0)
    assert playback.heard(1, 5.1) == ["one two"]
    assert playback.acknowledge(0, 5.5) == pytest.approx(0.0)
    assert playback.heard_at == pytest.approx(5.5)


def test_audio_of_no_length_takes_no_time() -> None:
    playback = Playback()
    playback.begin(0, "one two three four", 0.0)
    playback.send(0.5, 0.0)
    playback.send(0.0, 5.0)
    assert playback.heard_at == pytest.approx(0.5)
    playback.acknowledge(0, 5.0)
    assert playback.heard_at == pytest.approx(5.0)


def test_a_mark_for_nothing_we_sent_changes_nothing() -> None:
    playback = two_clauses()
    playback.acknowledge(7, 12.5)
    assert playback.heard_at == 14.0


def test_a_mark_that_comes_twice_counts_once() -> None:
    playback = two_clauses()
    playback.acknowledge(0, 12.5)
    playback.acknowledge(0, 13.5)
    assert playback.heard_at == 14.5


def test_a_reply_waits_for_the_one_before_it() -> None:
    playback = Playback(busy_until=20.0)
    playback.begin(0, "Sorry.", 10.0)
    playback.send(1.0, 10.0)
    assert playback.heard(1, 20.0) == [""]
    assert playback.heard_at == 21.0


def test_what_was_begun_but_not_sent_is_not_heard() -> None:
    playback = Playback()
    playback.begin(0, "Never.", 1.0)
    assert playback.heard(1, 99.0) == [""]


def test_of_a_clause_that_broke_off_no_word_counts_as_heard_but_its_time_does() -> None:
    playback = Playback()
    playback.begin(0, "We open at nine.", 0.0)
    playback.send(0.5, 0.0)
    playback.break_off()
    playback.begin(0, "Anything else?", 0.1)
    playback.send(1.0, 0.1)
    assert playback.heard(1, 0.5) == [""]
    assert playback.heard(1, 1.5) == ["Anything else?"]
    assert playback.text == "Anything else?"


def test_each_message_has_its_own_words() -> None:
    playback = Playback()
    for message, text in enumerate(["Sure.", "Booked."]):
        playback.begin(message, text, 0.0)
        playback.send(1.0, 0.0)
    assert playback.heard(2, 99.0) == ["Sure.", "Booked."]
    assert playback.text == "Sure. Booked."


def test_nothing_more_is_heard_while_the_peer_is_paused() -> None:
    playback = two_clauses()
    playback.pause(11.0)
    assert playback.heard(1, 11.0) == playback.heard(1, 99.0) == ["We open"]


def test_what_was_not_heard_comes_later_by_as_long_as_the_pause() -> None:
    playback = two_clauses()
    playback.pause(11.0)
    playback.resume(11.5)
    assert playback.heard(1, 11.5) == ["We open"]
    assert playback.heard(1, 12.4) == ["We open at"]
    assert playback.heard(1, 12.5) == ["We open at nine."]
    assert playback.heard_at == 14.5


def test_what_was_heard_before_a_pause_stays_where_it_was() -> None:
    playback = two_clauses()
    playback.pause(13.2)
    playback.resume(14.2)
    assert playback.heard(1, 14.2) == ["We open at nine. And we close"]
    assert playback.heard_at == 15.0


def test_a_pause_in_the_last_moment_brings_back_only_that() -> None:
    playback = two_clauses()
    playback.pause(13.9)
    playback.resume(20.0)
    assert playback.heard_at == pytest.approx(20.1)


def test_two_pauses_add_up() -> None:
    playback = two_clauses()
    for paused_at in (11.0, 12.0):
        playback.pause(paused_at)
        playback.resume(paused_at + 0.5)
    assert playback.heard_at == 15.0


def test_who_was_not_paused_cannot_go_on() -> None:
    playback = two_clauses()
    playback.pause(11.0)
    playback.resume(11.5)
    with pytest.raises(AssertionError):
        playback.resume(12.0)


@given(floats(10, 14), floats(0, 5), floats(10, 25))
def test_a_pause_costs_time_and_no_words(paused_at: float, pause: float, at: float) -> None:
    whole, halting = two_clauses(), two_clauses()
    halting.pause(paused_at)
    before = halting.heard(1, at)
    halting.resume(paused_at + pause)
    assert before == whole.heard(1, min(at, paused_at))
    assert halting.heard(1, 99.0) == whole.heard(1, 99.0)
    assert halting.heard_at == pytest.approx(whole.heard_at + pause)


@given(floats(0, 20), floats(0, 20))
def test_more_time_is_never_fewer_words(first: float, second: float) -> None:
    early, late = sorted((first, second))
    playback = two_clauses()
    assert playback.heard(1, late)[0].startswith(playback.heard(1, early)[0])
