"""The caller, in simulated time: what it says when, what it hears, and what it makes of that."""

from dataclasses import replace

import numpy as np
import pytest

from demos.phone.report import as_json, describe, waterfall
from demos.phone.script import Manners, Patience
from tests.phone import Agent, Clause, place, recording
from voice.audio import decode_mulaw, encode_mulaw
from voice.wire import Audio, Codec, Mark, Started
from voice.wire.native import Native
from voice.wire.twilio import Twilio


@pytest.mark.parametrize("make", [Native, Twilio])
def test_every_turn_is_answered_and_timed_to_the_millisecond(make: type[Codec]) -> None:
    agent = Agent(make(), replies=[[Clause(0.5, 2.0)], [Clause(0.713, 1.8)]])
    turn = recording(agent.codec.sample_rate)

    outcome, _ = place(agent, [turn, turn, turn])

    assert [t.ttfs for t in outcome.turns] == pytest.approx([0.5, 0.713, 0.713], abs=0.001)
    assert [t.leading_silence for t in outcome.turns] == pytest.approx([0, 0, 0], abs=1e-6)
    assert outcome.greeted_at == pytest.approx(0.1, abs=0.001)
    assert (outcome.missed, outcome.cut_ins, outcome.status) == (0, 0, 0)


@pytest.mark.parametrize("make", [Native, Twilio])
def test_the_server_hears_what_the_recording_says_and_silence_in_between(make: type[Codec]) -> None:
    agent = Agent(make())
    turn = recording(agent.codec.sample_rate)

    outcome, call = place(agent, [turn])

    heard = np.concatenate([v.pcm for v in agent.received if isinstance(v, Audio)])
    said = outcome.left if make is Native else decode_mulaw(encode_mulaw(outcome.left))
    assert heard.tolist() == said.tolist()
    start = round(call.spoken[0].begins_at * outcome.sample_rate)
    assert outcome.left[start : start + len(turn.pcm)].tolist() == turn.pcm.tolist()
    assert np.count_nonzero(outcome.left) == np.count_nonzero(turn.pcm)


def test_twilio_is_told_the_stream_and_the_token() -> None:
    agent = Agent(Twilio())

    place(agent, [recording(8_000)])

    assert agent.received[0] == Started({"token": "s3cret", "streamSid": "MZ01", "callSid": "CA01"})


def test_leading_silence_is_part_of_ttfs_and_told_apart() -> None:
    agent = Agent(Native(), replies=[[Clause(0.5, 2.0, leading_silence=0.12)]])

    outcome, _ = place(agent, [recording(16_000)])

    [turn] = outcome.turns
    assert turn.ttfs == pytest.approx(0.62, abs=0.001)
    assert turn.leading_silence == pytest.approx(0.12, abs=0.001)


def test_the_recording_holds_both_lines_on_one_clock() -> None:
    agent = Agent(Native())

    outcome, _ = place(agent, [recording(16_000)])

    assert len(outcome.left) == len(outcome.right)
    last_voiced = int(np.flatnonzero(outcome.left)[-1])
    greeted, answered = (s.begins_at for s in outcome.spans)
    assert greeted == pytest.approx(0.1, abs=0.001)
    assert answered - last_voiced / 16_000 == pytest.approx(0.5, abs=0.001)


def test_an_agent_that_speaks_before_the_caller_has_finished_cuts_in() -> None:
    turn = recording(16_000, speech=1.0)
    pause = round(0.4 * 16_000)
    turn.pcm[pause : pause + round(0.35 * 16_000)] = 0  # in the middle of the caller's sentence
    agent = Agent(Native(), replies=[[Clause(0.33, 0.2)], [Clause(0.5, 2.0)]])

    outcome, _ = place(agent, [turn])

    [measured] = outcome.turns
    assert measured.cut_in_at == pytest.approx(measured.spoken.begins_at + 0.73, abs=0.002)
    assert measured.ttfs is None
    assert (outcome.cut_ins, outcome.missed, outcome.status) == (1, 0, 1)
    assert "CUT IN: the agent spoke 370 ms before the caller had finished" in describe(outcome)


def test_a_reply_that_does_not_come_is_missed_and_the_caller_goes_on() -> None:
    agent = Agent(Native(), replies=[[], [Clause(0.5, 2.0)]])
    turn = recording(16_000)

    outcome, call = place(agent, [turn, turn])

    first, second = outcome.turns
    assert first.ttfs is None
    assert second.ttfs == pytest.approx(0.5, abs=0.001)
    waited = call.spoken[1].begins_at - call.spoken[0].speech_ends_at
    assert waited == pytest.approx(10.0, abs=0.021)
    assert (outcome.missed, outcome.status) == (1, 1)


def test_the_caller_waits_to_be_greeted_but_not_for_ever() -> None:
    outcome, call = place(Agent(Native(), greeting=()), [recording(16_000)])

    assert call.spoken[0].begins_at == pytest.approx(5.0)
    assert outcome.greeted_at is None
    assert outcome.status == 0


def test_the_caller_lets_the_greeting_finish() -> None:
    _, call = place(Agent(Native(), greeting=[Clause(0.1, 3.0)]), [recording(16_000)])

    assert call.spoken[0].begins_at == pytest.approx(3.1 + 0.7, abs=0.021)


def test_a_short_reply_may_be_the_first_half_of_one() -> None:
    agent = Agent(Native(), replies=[[Clause(0.5, 0.6), Clause(1.5, 2.0)]])
    turn = recording(16_000)

    outcome, call = place(agent, [turn, turn])

    reply_ends = call.spoken[0].speech_ends_at + 0.5 + 0.6 + 1.5 + 2.0
    assert call.spoken[1].begins_at == pytest.approx(reply_ends + 0.7, abs=0.021)
    assert outcome.turns[0].ttfs == pytest.approx(0.5, abs=0.001)


def test_a_server_that_tells_when_its_reply_is_over_is_believed() -> None:
    agent = Agent(Native(), replies=[[Clause(0.5, 2.0), Clause(2.5, 1.0)]], tells=True)
    turn = recording(16_000)

    outcome, call = place(agent, [turn, turn])

    reply_ends = call.spoken[0].speech_ends_at + 0.5 + 2.0 + 2.5 + 1.0
    assert call.spoken[1].begins_at == pytest.approx(reply_ends + 0.7, abs=0.041)
    assert [t.heard for t in outcome.turns] == ["turn 1", "turn 2"]
    assert [t.reply for t in outcome.turns] == ["reply 1", "reply 2"]
    assert outcome.greeting == "reply 0"


def test_the_end_of_the_reply_before_says_nothing_of_this_one() -> None:
    patience = Patience(Manners(pause=0.7, unfinished_pause=4.0))
    patience.wait(10.0)
    patience.hear_reply_over(8.0)  # we have begun to speak before it told

    assert not patience.is_over(11.0, audible_until=12.0)
    assert not patience.is_over(13.0, audible_until=12.0)
    patience.hear_reply_over(13.0)
    assert patience.is_over(13.0, audible_until=12.0)


def test_but_not_for_ever_when_it_forgets_to_tell() -> None:
    agent = Agent(Native(), tells=True)
    turn = recording(16_000)
    silent = replace(Manners(), unfinished_pause=1.2)

    _, told = place(agent, [turn, turn], silent)
    agent = Agent(Native(), replies=[[Clause(0.5, 2.0), Clause(1.5, 1.0)]], tells=True)
    outcome, hasty = place(agent, [turn, turn], silent)

    assert told.spoken[1].begins_at < hasty.spoken[1].begins_at
    assert hasty.spoken[1].begins_at == pytest.approx(
        hasty.spoken[0].speech_ends_at + 2.5 + 1.2, abs=0.021
    )
    assert outcome.turns[0].answered


@pytest.mark.parametrize("make", [Native, Twilio])
def test_each_mark_is_acknowledged_once_its_audio_has_been_played(make: type[Codec]) -> None:
    agent = Agent(make(), replies=[[Clause(0.5, 1.0), Clause(0.0, 1.0)]])

    place(agent, [recording(agent.codec.sample_rate)])

    assert [v.name for v in agent.received if isinstance(v, Mark)] == ["0.0", "1.0", "1.1"]


@pytest.mark.parametrize(("make", "marks"), [(Native, []), (Twilio, ["0.0", "1.0"])])
def test_a_clear_silences_the_agent_at_once(make: type[Codec], marks: list[str]) -> None:
    agent = Agent(make(), clear_after=0.25)

    outcome, _ = place(agent, [recording(agent.codec.sample_rate)])

    lengths = [span.ends_at - span.begins_at for span in outcome.spans]
    assert lengths == pytest.approx([0.25, 0.25], abs=0.001)
    # Twilio acknowledges the marks that it throws away; in our protocol they are forgotten.
    assert [v.name for v in agent.received if isinstance(v, Mark)] == marks


def test_the_servers_account_stands_beside_the_callers() -> None:
    outcome, _ = place(Agent(Native(), tells=True), [recording(16_000)])

    [turn] = outcome.turns
    assert turn.server_ttfs == pytest.approx(0.5, abs=0.001)
    told = describe(outcome)
    assert "TTFS      500 ms at the caller; the server says 500 ms (-0)" in told.replace("+0", "-0")
    assert [line.split("  ")[-1].strip() for line in waterfall(turn)] == [
        "300 ms",
        "500 ms",
        "500 ms",
    ]
    assert "1 of 1 turns answered; TTFS 500 to 500 ms" in told


def test_programs_get_the_same_as_json() -> None:
    outcome, _ = place(
        Agent(Native(), tells=True, replies=[[Clause(0.5, 2.0)], []]),
        [recording(16_000), recording(16_000)],
    )

    told = as_json(outcome)
    first, second = told["turns"]
    assert (first["heard"], first["reply"], first["ttfs_ms"]) == ("turn 1", "reply 1", 500.0)
    assert (second["ttfs_ms"], second["cut_in_at"]) == (None, None)
    assert (told["missed"], told["cut_ins"]) == (1, 0)
