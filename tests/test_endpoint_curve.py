"""What a detector would have done with the pauses of a table."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from demos.latency.detectors import (
    Point,
    by_model,
    by_silence,
    by_words,
    frontier,
    measure,
    outcome,
    waiting,
)
from demos.latency.endpoints import TABLE, at_cuts, at_delay, curves
from demos.latency.limits import mixed, omniscient, pauses_inside, perfect_reader
from demos.latency.pauses import HeardPause, HeardTurn, read_table, write_table
from demos.latency.whole_calls import deal_calls, live_through
from voice.config import TurnPolicy
from voice.errors import VoiceError

MIDDLE = HeardPause(offset=1.0, noticed=1.12, rose=1.7, text="My number is", complete=0.1)
LAST = HeardPause(offset=3.0, noticed=3.12, rose=None, text="My number is 555-0142.", complete=0.9)
TURN = HeardTurn("hanging-01", "hanging", "any", True, False, "slt", 3.01, (MIDDLE, LAST))


def test_a_silence_that_is_long_enough_ends_the_turn_though_it_goes_on() -> None:
    assert outcome(TURN, by_silence(0.6)).cut


def test_a_pause_that_is_sat_out_costs_nothing_but_the_wait_at_the_end() -> None:
    patient = outcome(TURN, by_silence(0.8))
    assert not patient.cut
    assert patient.delay == pytest.approx(0.79)


def test_nothing_ends_before_the_silence_is_certain() -> None:
    only_last = replace(TURN, pauses=(LAST,))
    assert outcome(only_last, by_silence(0.0)).delay == pytest.approx(0.11)


def test_a_turn_that_was_not_heard_has_no_delay() -> None:
    point = measure("deaf", [replace(TURN, pauses=())], by_silence(0.5))
    assert (point.cuts, point.unheard, point.cut_share) == (0, 1, 0.0)


def test_the_end_may_be_noticed_while_the_last_sound_is_still_true_speech() -> None:
    early = replace(TURN, turn_end=3.3, pauses=(LAST,))
    assert outcome(early, by_silence(0.2)).cut
    assert outcome(early, by_silence(0.4)).delay == pytest.approx(0.1)


def test_words_that_hang_are_waited_for_and_words_that_end_are_not() -> None:
    policy = TurnPolicy(shortest_endpoint=0.2, hanging_endpoint=1.0)
    assert outcome(TURN, by_words(policy)).delay == pytest.approx(0.19)
    hasty = policy.model_copy(update={"hanging_endpoint": 0.5})
    assert outcome(TURN, by_words(hasty)).cut


def test_other_silences_are_tried_after_what_may_be_all_and_after_nothing_else() -> None:
    quick, policy = waiting(TurnPolicy(), 0.1, 0.15), TurnPolicy()
    assert (quick.shortest_endpoint, quick.usual_endpoint) == (0.1, 0.15)
    assert quick.hanging_endpoint == policy.hanging_endpoint


def test_the_peers_model_ends_a_turn_at_once_or_leaves_it_to_a_timer() -> None:
    assert outcome(TURN, by_model(0.5, fallback=3.0)).delay == pytest.approx(0.19)
    assert outcome(TURN, by_model(0.95, fallback=2.0)).delay == pytest.approx(1.99)
    assert outcome(TURN, by_model(0.05, fallback=3.0)).cut


def test_only_settings_that_no_other_beats_are_on_the_frontier() -> None:
    def point(delay: float, cuts: int) -> Point:
        return Point("", 10, cuts, 0, delay, delay, delay)

    points = [point(0.5, 1), point(0.2, 4), point(0.6, 1), point(0.4, 5), point(0.9, 0)]
    assert frontier(points) == [1, 0, 4]
    assert at_delay(points, 0.55) == points[0]
    assert at_cuts(points, 0.2) == points[0]
    assert at_cuts(points[:1], 0.0) is None


def test_a_table_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "pauses.jsonl"
    write_table([TURN], path)
    assert read_table(path) == [TURN]
    path.write_text('{"scene": "half a line"}\n')
    with pytest.raises(VoiceError, match=r"pauses\.jsonl is no table"):
        read_table(path)


def test_the_committed_table_has_every_turn_in_two_halves_and_ends_that_are_silences() -> None:
    turns = read_table(TABLE)
    held_out = sum(turn.held_out for turn in turns)
    assert len(turns) > 280
    assert 0.4 < held_out / len(turns) < 0.6
    for turn in turns:
        assert all(p.offset < p.noticed for p in turn.pauses)
        assert all(p.rose is not None for p in turn.pauses[:-1])
    unheard = [turn.scene for turn in turns if not turn.pauses]
    assert len(unheard) < 0.02 * len(turns)


def test_ours_cuts_fewer_turns_than_a_timer_of_the_same_delay_on_the_held_out_half() -> None:
    found = curves(read_table(TABLE), TurnPolicy())
    ours, timer = (at_delay(found[name], 0.45) for name in ("ours", "silence alone"))
    assert ours is not None
    assert timer is not None
    assert ours.cut_share < timer.cut_share


def test_who_knows_the_true_end_cuts_nobody_and_waits_for_nothing_but_the_words() -> None:
    assert outcome(TURN, omniscient).delay == pytest.approx(0.13)
    assert not outcome(replace(TURN, pauses=(MIDDLE, MIDDLE, LAST)), omniscient).cut


def test_a_perfect_reader_takes_no_end_for_half_of_something() -> None:
    policy = TurnPolicy(hanging_endpoint=1.0)
    ends = replace(TURN, pauses=(MIDDLE, replace(LAST, text="That's what it is")))
    assert outcome(ends, by_words(policy)).delay == pytest.approx(0.99)
    assert outcome(ends, perfect_reader(policy)).delay == pytest.approx(0.13)
    assert outcome(TURN, perfect_reader(TurnPolicy(hanging_endpoint=0.5))).cut


def test_a_mix_weighs_turns_that_pause_inside_against_those_that_do_not() -> None:
    plain = replace(TURN, pauses=(replace(LAST, text="It is swollen."),))
    assert pauses_inside(TURN)
    assert not pauses_inside(plain)
    hasty = by_silence(0.5)
    assert mixed([TURN, plain], hasty, 0.25) == pytest.approx((0.25, 0.49))
    assert mixed([TURN, plain], by_silence(1.0), 0.25) == pytest.approx((0.0, 0.99))


def test_who_was_cut_once_is_not_cut_like_that_again_in_the_same_call() -> None:
    told = replace(MIDDLE, text="My knee is swollen.", rose=1.5)
    story = replace(TURN, pauses=(told, replace(LAST, text="My knee is swollen. I fell.")))
    other = replace(story, pauses=(replace(told, text="I fell down."), story.pauses[1]))
    first, second = live_through([story, other], TurnPolicy(usual_endpoint=0.3))
    assert first.cut
    assert not second.cut
    assert second.delay == pytest.approx(0.59)  # 1.2 times that pause of 0.5 s


def test_every_turn_is_dealt_once_and_a_call_is_of_one_voice() -> None:
    turns = [replace(TURN, scene=f"{n}", voice="ab"[n % 2]) for n in range(10)]
    calls = list(deal_calls(turns, 3, seed=1))
    assert sorted(turn.scene for call in calls for turn in call) == [f"{n}" for n in range(10)]
    assert all(len({turn.voice for turn in call}) == 1 for call in calls)
    assert max(map(len, calls)) == 3
