"""A caller behind a bad line: what comes through of what was said, when, and in which order."""

from __future__ import annotations

import json
from random import Random

import pytest

from demos.latency.caller import Caller
from demos.latency.deal import Step
from demos.latency.judge import Answer, judge
from demos.latency.scene import Scene
from demos.latency.uplink import Remote, Uplink
from demos.phone.earpiece import FRAME
from demos.phone.peers import NativePeer, TwilioPeer
from demos.phone.script import Manners
from tests.phone import Agent, Clause, recording
from voice.wire import Mark
from voice.wire.native import Native

READ = recording(16_000)
TURN = Scene("turn", READ.pcm, ((READ.speech_start, READ.speech_end),), READ.speech_end)


def sent(uplink: Uplink, seed: int = 1) -> list[tuple[float, int]]:
    """When each frame leaves, and its number, of a caller who is never spoken to."""
    peer, manners = TwilioPeer(), Manners(greeting_timeout=3.0, reply_timeout=5.0)
    far = Remote(Caller(peer, [Step(TURN)], manners), uplink, Random(seed))
    frames = []
    while not far.over:
        at = far.next_frame_at
        frames += [(at, int(json.loads(message)["media"]["chunk"])) for message in far.speak()]
    return frames


def live(agent: Agent, uplink: Uplink) -> tuple[list[Answer], Caller]:
    """A call in no time."""
    caller = Caller(NativePeer(), 3 * [Step(TURN)], Manners())
    far = Remote(caller, uplink, Random(1))
    for opening in NativePeer().begin():
        agent.receive(opening, 0.0)
    while not far.over:
        at = far.next_frame_at
        for sent_at, reply in agent.due(at):
            for answer in far.hear(reply, sent_at):
                agent.receive(answer, sent_at)
        for message in far.speak():
            agent.receive(message, at)
    caller.hang_up(caller.next_frame_at, by_server=False)
    return [answer for lived in caller.lived for answer in judge(lived)[0]], caller


def test_every_frame_of_a_perfect_line_leaves_when_it_has_been_spoken() -> None:
    frames = sent(Uplink())

    assert len(frames) > 300
    assert [number for _, number in frames] == list(range(1, len(frames) + 1))
    assert [at for at, _ in frames] == pytest.approx([FRAME * number for _, number in frames])


def test_a_frame_is_late_by_no_more_than_the_jitter_and_overtakes_nothing() -> None:
    frames = sent(Uplink(jitter=0.09))

    late = [at - FRAME * number for at, number in frames]
    assert [number for _, number in frames] == list(range(1, len(frames) + 1))
    assert min(late) >= -1e-9
    assert 0.08 < max(late) <= 0.09 + 1e-9
    assert len({at for at, _ in frames}) < len(frames)  # some wait for one, and come with it


def test_so_many_frames_are_lost_and_the_same_ones_again() -> None:
    frames = sent(Uplink(loss=0.2))
    through = {number for _, number in frames}

    assert 0.15 < 1 - len(through) / max(through) < 0.25
    assert frames == sent(Uplink(loss=0.2))
    assert frames != sent(Uplink(loss=0.2), seed=2)


def test_a_reply_is_late_by_as_much_as_the_last_word_was() -> None:
    answers, _ = live(Agent(Native(), replies=[[Clause(0.5, 2.0)]]), Uplink(jitter=0.06))

    waited = [answer.ttfs for answer in answers if answer.ttfs is not None]
    assert len(waited) == 3
    assert all(0.5 <= ttfs <= 0.56 + 0.001 for ttfs in waited)
    assert max(waited) > 0.51


def test_marks_come_through_a_line_that_loses_half_of_what_is_said() -> None:
    agent = Agent(Native(), replies=[[Clause(0.5, 2.0)]])
    answers, caller = live(agent, Uplink(jitter=0.06, loss=0.5))

    assert not [answer for answer in answers if answer.missed]
    played = [value.name for value in agent.received if isinstance(value, Mark)]
    assert played[:4] == ["0.0", "1.0", "2.0", "3.0"]
    assert caller.steps_left == 0
