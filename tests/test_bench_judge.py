"""What one step of a call is judged to be, from its events alone: exact times, no call."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from demos.latency.judge import Answer, Interruption, Lived, Said, judge
from demos.latency.scene import Expect, Play, Scene
from demos.phone.earpiece import Cleared, Note
from demos.phone.playout import Span
from voice.wire import TraceOut, TranscriptOut


def scene(
    *speech: tuple[float, float],
    play: Play = "turn",
    expect: Expect = "reply",
    turn_end: float | None = -1.0,
) -> Scene:
    end = speech[-1][1] if turn_end == -1.0 else turn_end
    return Scene("scene", np.zeros(0, np.int16), speech, end, "kind", expect, play)


TURN = Said(scene((0.2, 1.0), (1.5, 2.0)), 10.0)
"""Voiced from 10.2 to 11 and from 11.5 to 12, which is t0."""


def lived(
    *agent: tuple[float, float],
    over: Said | None = None,
    fed: list[tuple[float, float]] | None = None,
    clears: tuple[Cleared, ...] = (),
    notes: tuple[Note, ...] = (),
) -> Lived:
    spans = [Span(*span) for span in agent]
    played = spans if fed is None else [Span(*span) for span in fed]
    return Lived(TURN, over, 20.0, spans, played, clears, notes)


def answer(step: Lived) -> Answer:
    [answer], interruption = judge(step)
    assert interruption is None
    return answer


def interrupted(step: Lived) -> Interruption:
    _, interruption = judge(step)
    assert interruption is not None
    return interruption


def test_a_reply_is_timed_from_the_last_voiced_sample_to_the_first_audible_one() -> None:
    told = answer(lived((12.4, 14.0)))

    assert told.ttfs == pytest.approx(0.4)
    assert (told.cut_in, told.missed, told.cut_short) == (None, False, False)
    assert told.t0 == 12.0


def test_silence_that_was_sent_first_is_part_of_it_and_told_apart() -> None:
    told = answer(lived((12.4, 14.0), fed=[(12.3, 14.1)]))

    assert told.ttfs == pytest.approx(0.4)
    assert told.leading_silence == pytest.approx(0.1)


def test_silence_that_was_sent_before_the_turn_was_over_is_nobodys_lead() -> None:
    assert answer(lived((12.4, 14.0), fed=[(9.0, 14.1)])).leading_silence == 0.0


def test_sound_in_the_callers_own_pause_is_a_cut_in_whatever_comes_after() -> None:
    told = answer(lived((11.2, 11.6), (12.4, 14.0)))

    assert told.cut_in == pytest.approx(0.8)
    assert told.ttfs is None
    assert not told.missed


def test_sound_before_the_caller_has_begun_is_not() -> None:
    told = answer(lived((10.1, 10.15), (12.4, 14.0)))

    assert told.cut_in is None
    assert told.ttfs == pytest.approx(0.4)


def test_no_sound_is_a_missed_reply() -> None:
    told = answer(lived())

    assert told.missed
    assert told.ttfs is None


def test_a_reply_that_is_thrown_away_though_nobody_spoke_is_cut_short() -> None:
    assert answer(lived((12.4, 13.0), clears=(Cleared(13.0, 1.2),))).cut_short
    assert not answer(lived((12.4, 13.0), clears=(Cleared(13.0, 0.04),))).cut_short
    assert not answer(lived((12.4, 13.0), clears=(Cleared(12.1, 1.2),))).cut_short


def test_the_longest_time_with_nothing_to_play_in_a_reply() -> None:
    told = answer(lived((12.4, 13.0), (13.5, 15.0), fed=[(12.4, 13.1), (13.4, 14), (14.1, 15)]))

    assert told.ran_dry == pytest.approx(0.3)


def test_what_the_server_said_of_the_reply_that_was_heard() -> None:
    notes = (
        Note(9.9, TranscriptOut("user", "the turn before", final=True)),
        Note(11.3, TranscriptOut("user", "my number is", final=False)),
        Note(11.4, TraceOut(1, {"audio_sent": 0.2}, {"tokens": 3, "wasted_tokens": 3})),
        Note(12.4, TranscriptOut("user", "my number is five", final=True)),
        Note(12.5, TraceOut(2, {"audio_sent": 0.39}, {"tokens": 5})),
    )
    told = answer(lived((12.4, 14.0), notes=notes))

    assert told.heard == "my number is five"
    assert told.trace == {"audio_sent": 0.39}
    assert told.counts == {"tokens": 8, "wasted_tokens": 3}


BARGE_IN = Said(scene((0.1, 0.9), play="over_agent", expect="stop"), 13.0)
"""Onset at 13.1, over at 13.9."""


def test_a_barge_in_lasts_until_the_agents_last_sample_and_is_answered_itself() -> None:
    step = lived((12.4, 13.3), (14.2, 15.0), over=BARGE_IN, clears=(Cleared(13.3, 2.5),))
    [first, second], stopped = judge(step)

    assert first.ttfs == pytest.approx(0.4)
    assert not first.cut_short
    assert stopped is not None
    assert (stopped.stopped, stopped.told, stopped.dropped) == (True, True, 2.5)
    assert stopped.silent_after == pytest.approx(0.2)
    assert second.ttfs == pytest.approx(0.3)
    assert second.t0 == pytest.approx(13.9)


def test_an_agent_that_is_never_told_to_be_silent_is_heard_to_its_end() -> None:
    told = interrupted(lived((12.4, 15.0), over=BARGE_IN))

    assert (told.stopped, told.told) == (False, False)
    assert told.silent_after == pytest.approx(1.9)


def test_a_breath_between_two_clauses_is_no_stop() -> None:
    told = interrupted(lived((12.4, 13.2), (13.6, 14.8), over=BARGE_IN))

    assert not told.stopped
    assert told.silent_after == pytest.approx(1.7)


def test_an_agent_that_simply_stops_sending_has_stopped() -> None:
    told = interrupted(lived((12.4, 13.25), over=BARGE_IN))

    assert (told.stopped, told.told) == (True, False)
    assert told.silent_after == pytest.approx(0.15)


def test_its_answer_to_the_barge_in_is_no_longer_what_was_interrupted() -> None:
    [_, second], stopped = judge(lived((12.4, 13.25), (14.1, 15.0), over=BARGE_IN))

    assert stopped is not None
    assert stopped.silent_after == pytest.approx(0.15)
    assert second.ttfs == pytest.approx(0.2)


def test_sound_after_a_long_silence_within_the_barge_in_cuts_in() -> None:
    long = Said(scene((0.1, 3.1), play="over_agent", expect="stop"), 13.0)
    [_, second], stopped = judge(lived((12.4, 13.25), (14.5, 15.0), over=long))

    assert stopped is not None
    assert stopped.silent_after == pytest.approx(0.15)
    assert second.cut_in == pytest.approx(1.6)


def test_a_clear_in_a_breath_of_the_agents_has_stopped_what_was_to_come() -> None:
    told = interrupted(lived((12.4, 13.2), over=BARGE_IN, clears=(Cleared(13.6, 1.0),)))

    assert (told.told, told.stopped) == (True, True)
    assert told.silent_after == pytest.approx(0.1)


def test_a_server_that_sends_at_the_pace_of_speech_leaves_nothing_to_throw_away() -> None:
    clears = (Cleared(13.3, 0.0),)

    assert interrupted(lived((12.4, 13.28), over=BARGE_IN, clears=clears)).told
    assert not interrupted(lived((12.4, 13.28), over=BARGE_IN)).told


def test_an_agent_that_had_fallen_silent_by_itself_cannot_be_interrupted() -> None:
    _, interruption = judge(lived((12.4, 13.0), (14.2, 15.0), over=BARGE_IN))

    assert interruption is None


def test_a_reply_to_half_a_barge_in_cuts_in() -> None:
    step = lived((12.4, 13.3), (13.6, 14.5), over=BARGE_IN, clears=(Cleared(13.3, 2.5),))
    [_, second], _ = judge(step)

    assert second.cut_in == pytest.approx(0.3)


def test_a_barge_in_that_gets_no_answer_is_missed() -> None:
    [_, second], _ = judge(lived((12.4, 13.3), over=BARGE_IN, clears=(Cleared(13.3, 2.5),)))

    assert second.missed


NOD = Said(scene((0.0, 0.3), play="over_agent", expect="keep_talking", turn_end=None), 13.0)


def test_an_agent_that_is_not_told_to_stop_by_a_nod_has_kept_talking() -> None:
    step = lived((12.4, 13.2), (14.0, 15.0), over=NOD)
    answers, interruption = judge(step)

    assert len(answers) == 1  # a nod asks for nothing
    assert interruption is not None
    assert not interruption.stopped


def test_one_that_clears_its_sound_for_a_nod_has_been_stopped() -> None:
    step = lived((12.4, 13.2), over=NOD, clears=(Cleared(13.2, 1.5),))
    [told], interruption = judge(step)

    assert interruption is not None
    assert interruption.stopped
    assert not told.cut_short  # it is not said twice


def test_one_that_listens_to_a_nod_and_goes_on_was_not_stopped_and_its_hush_is_told() -> None:
    clears = (Cleared(13.2, 1.5),)
    told = interrupted(lived((12.4, 13.2), (13.9, 15.4), over=NOD, clears=clears))

    assert (told.stopped, told.told) == (False, True)
    assert told.silent_after == pytest.approx(0.2)
    assert told.hush == pytest.approx(0.7)


def test_one_that_takes_too_long_to_go_on_has_been_stopped() -> None:
    clears = (Cleared(13.2, 1.5),)

    assert not interrupted(lived((12.4, 13.2), (14.75, 16.0), over=NOD, clears=clears)).stopped
    late = interrupted(lived((12.4, 13.2), (14.85, 16.0), over=NOD, clears=clears))
    assert (late.stopped, late.hush) == (True, None)


def test_one_that_answers_a_nod_has_not_gone_on() -> None:
    taken = (Note(13.6, TranscriptOut("user", "mm-hm", final=True)),)
    heard = (Note(13.6, TranscriptOut("user", "mm-hm", final=False)),)
    clears = (Cleared(13.2, 1.5),)

    def step(notes: tuple[Note, ...]) -> Lived:
        return lived((12.4, 13.2), (13.9, 15.4), over=NOD, clears=clears, notes=notes)

    assert interrupted(step(taken)).stopped
    assert not interrupted(step(heard)).stopped


def test_one_that_talks_through_a_nod_has_no_hush() -> None:
    assert interrupted(lived((12.4, 15.0), over=NOD)).hush is None


def test_a_noise_in_the_gap_moves_nothing_and_the_answer_must_still_come() -> None:
    cough = Said(scene((0.0, 0.4), play="after_turn", turn_end=None), 12.1)

    assert answer(lived((12.4, 14.0), over=cough)).ttfs == pytest.approx(0.4)
    assert answer(lived(over=cough)).missed
    assert answer(lived((12.4, 12.6), over=cough, clears=(Cleared(12.6, 1.0),))).cut_short


def test_words_in_the_gap_move_the_end_of_the_turn() -> None:
    more = Said(scene((0.1, 0.8), play="after_turn"), 12.3)

    assert answer(lived((13.5, 14.0), over=more)).ttfs == pytest.approx(0.4)
    assert answer(lived((12.5, 14.0), over=more)).cut_in == pytest.approx(0.6)


def test_the_picture_has_both_lines_on_the_clock_of_t0() -> None:
    told = answer(lived((12.4, 14.0)))

    assert rounded(told.agent) == [(0.4, 2.0)]
    assert rounded(told.caller) == [(-1.8, -1.0), (-0.5, 0.0)]


def rounded(spans: Sequence[Span]) -> list[tuple[float, float]]:
    return [(round(span.begins_at, 6), round(span.ends_at, 6)) for span in spans]
