"""The bench's caller in simulated time: what it says when, and what is noted of each step."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from demos.latency.caller import Caller
from demos.latency.deal import Overlap, Step
from demos.latency.judge import Answer, Interruption, judge
from demos.latency.scene import Scene
from demos.phone.earpiece import FRAME
from demos.phone.peers import NativePeer, Peer, TwilioPeer
from demos.phone.script import Manners
from tests.phone import Agent, Clause, recording, tone
from voice.wire import Audio, Codec, Mark
from voice.wire.native import Native
from voice.wire.twilio import Twilio

PAUSE = 0.7


def turn(rate: int = 16_000) -> Scene:
    read = recording(rate)
    return Scene("turn", read.pcm, ((read.speech_start, read.speech_end),), read.speech_end)


def barge_in(delay: float, rate: int = 16_000) -> Overlap:
    speech = np.concatenate([tone(0.1, rate, 0), tone(0.8, rate)])
    scene = Scene("wait", speech, ((0.1, 0.9),), 0.9, "barge_in", "stop", "over_agent")
    return Overlap(scene, delay)


def nod(delay: float, rate: int = 16_000) -> Overlap:
    scene = Scene("nod", tone(0.2, rate), ((0.0, 0.2),), None, "nod", "keep_talking", "over_agent")
    return Overlap(scene, delay)


def cough(delay: float) -> Overlap:
    # Too soft for this agent to take for a voice; what is tested is when the caller makes it.
    soft = tone(0.2, 16_000, 2_000)
    scene = Scene("cough", soft, ((0.0, 0.2),), None, "noise_gap", "reply", "after_turn")
    return Overlap(scene, delay)


def place(
    agent: Agent, steps: Sequence[Step], lasts: float = 120.0
) -> tuple[Caller, list[Answer], list[Interruption]]:
    """Live through a call in no time, hung up by the server after so many seconds if not over."""
    peer: Peer = TwilioPeer({}, "01") if isinstance(agent.codec, Twilio) else NativePeer()
    caller = Caller(peer, steps, Manners(pause=PAUSE))
    for opening in peer.begin():
        agent.receive(opening, 0.0)
    while not caller.over and (at := caller.next_frame_at) < lasts:
        for sent_at, reply in agent.due(at - FRAME):
            for said in caller.hear(reply, sent_at):
                agent.receive(said, sent_at)
        for message in caller.speak():
            agent.receive(message, at)
    caller.hang_up(caller.next_frame_at, by_server=not caller.over)
    judged = [judge(lived) for lived in caller.lived]
    return (
        caller,
        [answer for answers, _ in judged for answer in answers],
        [interruption for _, interruption in judged if interruption],
    )


@pytest.mark.parametrize("make", [Native, Twilio])
def test_each_turn_is_timed_to_the_millisecond(make: type[Codec]) -> None:
    agent = Agent(make(), replies=[[Clause(0.5, 2.0)], [Clause(0.713, 1.8)]])
    steps = 3 * [Step(turn(agent.codec.sample_rate))]

    caller, answers, _ = place(agent, steps)

    assert [a.ttfs for a in answers] == pytest.approx([0.5, 0.713, 0.713], abs=0.001)
    assert caller.greeted_at == pytest.approx(0.1, abs=0.001)
    assert caller.steps_left == 0


def test_the_next_turn_begins_a_pause_after_the_agents_last_sound() -> None:
    _, answers, _ = place(Agent(Native()), 2 * [Step(turn())])

    heard_out = answers[0].t0 + 0.5 + 2.0
    assert answers[1].t0 - turn().ends_at == pytest.approx(heard_out + PAUSE, abs=FRAME + 0.001)


def test_a_reply_that_does_not_come_is_waited_for_and_missed() -> None:
    agent = Agent(Native(), replies=[[], [Clause(0.5, 2.0)]])

    _, answers, _ = place(agent, 2 * [Step(turn())])

    assert [a.missed for a in answers] == [True, False]
    assert answers[1].t0 - turn().ends_at == pytest.approx(answers[0].t0 + 10.0, abs=FRAME + 0.001)


def test_an_agent_that_speaks_in_the_callers_pause_cuts_in() -> None:
    rate = 16_000
    pcm = np.concatenate([tone(0.5, rate), tone(0.6, rate, 0), tone(0.5, rate)])
    pausing = Scene("pause", pcm, ((0.0, 0.5), (1.1, 1.6)), 1.6, "mid_pause")
    agent = Agent(Native(), replies=[[Clause(0.4, 0.3)], [Clause(0.5, 2.0)]])

    _, [answer], _ = place(agent, [Step(pausing)])

    assert answer.cut_in == pytest.approx(1.1 - 0.4, abs=0.001)
    assert answer.ttfs is None


@pytest.mark.parametrize("make", [Native, Twilio])
def test_a_barge_in_counts_what_was_played_until_the_clear_and_is_answered(
    make: type[Codec],
) -> None:
    agent = Agent(make(), replies=[[Clause(0.5, 4.0)], [Clause(0.45, 2.0)]], yields_after=0.18)
    rate = agent.codec.sample_rate

    _, answers, [stopped] = place(agent, [Step(turn(rate), barge_in(0.8, rate)), Step(turn(rate))])

    assert [a.ttfs for a in answers] == pytest.approx([0.5, 0.45, 0.45], abs=0.001)
    assert (stopped.stopped, stopped.told) == (True, True)
    # The agent notices with a frame, and is told of the clear with the next.
    assert stopped.silent_after == pytest.approx(0.18, abs=0.002)
    assert stopped.dropped == pytest.approx(4.0 - 0.8 - 0.1 - 0.18, abs=0.03)


def test_a_server_that_never_clears_talks_on_at_the_bridge() -> None:
    agent = Agent(Native(), replies=[[Clause(0.5, 4.0)], []])

    _, _, [stopped] = place(agent, [Step(turn(), barge_in(0.8))])

    assert (stopped.stopped, stopped.told) == (False, False)
    assert stopped.silent_after == pytest.approx(4.0 - 0.8 - 0.1, abs=0.03)


def test_the_answer_to_a_barge_in_is_waited_for_as_any_other() -> None:
    agent = Agent(Native(), replies=[[Clause(0.5, 4.0)], [Clause(2.9, 2.0)]], yields_after=0.18)

    _, answers, _ = place(agent, 2 * [Step(turn(), barge_in(0.8))])

    assert answers[1].ttfs == pytest.approx(2.9, abs=0.001)


def test_the_caller_says_one_thing_after_the_other() -> None:
    agent = Agent(Native(), replies=[[Clause(0.5, 1.0)], []])
    humming = Scene("hum", tone(3.0, 16_000), ((0.0, 3.0),), None, "hum", "keep_talking",
                    "over_agent")  # fmt: skip

    caller, _, _ = place(agent, [Step(turn(), Overlap(humming, 0.8)), Step(turn())])

    hummed = caller.lived[0].over
    assert hummed is not None
    assert caller.lived[1].said.begins_at >= hummed.ends_at


def test_sound_that_follows_a_clear_at_once_is_another_reply() -> None:
    peer = NativePeer()
    caller = Caller(peer, [Step(turn())], Manners(greeting_timeout=0.0, reply_timeout=2.0))
    while not caller.over:
        caller.speak()
        if caller.next_frame_at == pytest.approx(1.5):
            caller.hear(peer.speak(tone(1.0, 16_000)), 1.2)
            caller.hear('{"type": "clear"}', 1.4)
            caller.hear(peer.speak(tone(0.5, 16_000)), 1.45)

    [lived] = caller.lived
    edges = [edge for span in lived.spans for edge in (span.begins_at, span.ends_at)]
    assert edges == pytest.approx([1.2, 1.4, 1.45, 1.95])
    assert [edge for c in lived.clears for edge in (c.at, c.dropped)] == pytest.approx([1.4, 0.8])


def test_a_nod_is_made_over_the_agent_and_asks_for_no_answer() -> None:
    agent = Agent(Native(), replies=[[Clause(0.5, 4.0)], []])

    caller, answers, [kept] = place(agent, [Step(turn(), nod(0.8))])

    assert len(answers) == 1
    assert not kept.stopped
    begun = caller.lived[0].over
    assert begun is not None
    assert begun.begins_at - answers[0].t0 == pytest.approx(0.5 + 0.8, abs=FRAME + 0.001)


def test_an_agent_that_stops_for_a_nod_is_told_of() -> None:
    agent = Agent(Native(), replies=[[Clause(0.5, 4.0)], []], yields_after=0.15)

    _, _, [stopped] = place(agent, [Step(turn(), nod(0.8))])

    assert stopped.stopped
    assert stopped.silent_after == pytest.approx(0.15, abs=0.002)


@pytest.mark.parametrize("make", [Native, Twilio])
def test_a_caller_who_has_nodded_waits_for_an_agent_that_listens_and_goes_on(
    make: type[Codec],
) -> None:
    replies = [[Clause(0.5, 4.0)], [], [Clause(0.5, 1.0)]]
    hush = 1.2  # after so much silence any other step would have been over
    agent = Agent(make(), replies=replies, yields_after=0.15, resumes_after=hush)
    rate = agent.codec.sample_rate

    _, answers, [kept] = place(agent, [Step(turn(rate), nod(2.0, rate)), Step(turn(rate))])

    assert (kept.stopped, kept.told) == (False, True)
    assert kept.hush == pytest.approx(hush, abs=0.03)
    assert [a.ttfs for a in answers] == pytest.approx([0.5, 0.5], abs=0.001)


def test_a_sound_over_a_reply_that_is_too_short_for_it_is_not_made() -> None:
    agent = Agent(Native(), replies=[[Clause(0.5, 0.5)]])

    caller, answers, interruptions = place(agent, [Step(turn(), nod(0.8))])

    assert interruptions == []
    assert caller.lived[0].over is None
    assert [a.ttfs for a in answers] == pytest.approx([0.5], abs=0.001)


def test_a_noise_in_the_gap_comes_so_long_after_the_last_word() -> None:
    caller, [answer], _ = place(Agent(Native()), [Step(turn(), cough(0.1))])

    begun = caller.lived[0].over
    assert begun is not None
    assert begun.begins_at - answer.t0 == pytest.approx(0.1, abs=FRAME)
    assert answer.scene.name == "cough"
    assert answer.ttfs == pytest.approx(0.5, abs=0.001)


def test_two_sounds_at_once_are_heard_as_their_sum() -> None:
    rate = 16_000
    long = Scene("long", tone(1.0, rate, 1_000), ((0.0, 0.4),), 0.4)
    agent = Agent(Native(), greeting=())

    place(agent, [Step(long, cough(0.1))], lasts=7.0)

    heard = np.concatenate([v.pcm for v in agent.received if isinstance(v, Audio)])
    assert set(heard.tolist()) == {0, 1_000, 3_000}
    assert np.count_nonzero(heard == 3_000) == round(0.2 * rate)


def test_a_server_that_hangs_up_in_its_reply_has_cut_it_short_and_leaves_turns_unsaid() -> None:
    caller, [answer], _ = place(Agent(Native()), 3 * [Step(turn())], lasts=4.3)

    assert answer.ttfs == pytest.approx(0.5, abs=0.001)
    assert answer.cut_short
    assert caller.steps_left == 2


def test_a_call_that_is_hung_up_before_a_word_has_lived_nothing() -> None:
    caller, answers, _ = place(Agent(Native()), [Step(turn())], lasts=0.5)

    assert answers == []
    assert caller.steps_left == 1
    assert caller.greeted_at == pytest.approx(0.1, abs=0.001)


def test_marks_are_acknowledged_once_their_audio_has_been_played() -> None:
    agent = Agent(Native(), replies=[[Clause(0.5, 1.0), Clause(0.0, 1.0)]])

    place(agent, [Step(turn())])

    assert [v.name for v in agent.received if isinstance(v, Mark)] == ["0.0", "1.0", "1.1"]


def test_the_servers_account_of_a_turn_goes_with_it() -> None:
    agent = Agent(Native(), tells=True)

    caller, answers, _ = place(agent, 2 * [Step(turn())])

    for lived in caller.lived:
        assert all(lived.said.begins_at <= note.at <= lived.until for note in lived.notes)
    assert [a.heard for a in answers] == ["turn 1", "turn 2"]
    assert [a.trace["audio_sent"] for a in answers] == pytest.approx([0.5, 0.5])
