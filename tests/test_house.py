"""What the voice knows by heart once the house is open, and what becomes of it if it cannot."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator, Sequence

import pytest

from tests.fakes import FakeConversation, FakeDetector, FakeLLM, FakeTranscriber, FakeTTS
from tests.simulate import simulate
from tts.cache import Cached
from tts.engine import Pcm
from voice.agent import Agent
from voice.house import PHRASES, House
from voice.session import Engines


class Taciturn:
    """An agent that does not know what it is likely to say."""

    phrases: Sequence[str] = ()

    def open(self, call_id: str, caller: str = "") -> FakeConversation:
        """A call."""
        return FakeConversation()


class Talkative(Taciturn):
    """One that does."""

    phrases: Sequence[str] = ("Sure, one moment. Let me look.", "Dr. Chen is in at 9.")


class Confused(Taciturn):
    """One that fails when it is asked."""

    @property
    def phrases(self) -> Sequence[str]:  # type: ignore[override]
        """Nothing of the kind."""
        raise ZeroDivisionError


class Unhurried(FakeTTS):
    """A voice that remembers how urgent each clause was."""

    def __init__(self, refuse: str = "\0") -> None:
        super().__init__(refuse=refuse)
        self.slack: list[float] = []

    async def synthesize(self, text: str, slack: float = 0.0) -> AsyncGenerator[Pcm, None]:
        """As the fake does."""
        self.slack.append(slack)
        async for chunk in super().synthesize(text, slack):
            yield chunk


def house(agent: Agent, tts: FakeTTS) -> House:
    return House(Engines(FakeTranscriber(), FakeLLM(), tts), Cached(tts), agent, FakeDetector)


def test_greeting_and_phrases_are_rehearsed_clause_by_clause() -> None:
    opened = house(Talkative(), tts := FakeTTS())
    simulate(opened.rehearse())

    assert tts.spoken[-1] == FakeConversation.greeting
    assert "Are you still there?" in tts.spoken
    assert len(tts.spoken) > len(PHRASES) + 1  # an apology has two sentences
    assert not opened.learnt.is_set()


def test_what_replies_begin_with_is_learnt_as_it_will_be_asked_for_after_every_call() -> None:
    opened = house(Talkative(), tts := Unhurried())
    simulate(opened.learn())

    assert tts.spoken == ["Sure,", "one moment.", "Let me look.", "Doctor Chen is in at nine."]
    assert min(tts.slack) >= 10  # a call's clauses have less
    assert opened.learnt.is_set()


def test_one_clause_that_cannot_be_spoken_does_not_keep_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    opened = house(Talkative(), tts := FakeTTS(refuse="one moment"))
    with caplog.at_level(logging.INFO, logger="voice.house"):
        simulate(opened.learn())

    assert tts.spoken == ["Sure,", "Let me look.", "Doctor Chen is in at nine."]
    assert opened.learnt.is_set()
    assert [record.levelname for record in caplog.records] == ["WARNING", "INFO"]
    assert caplog.messages[-1] == "3 of 4 clauses are known by heart"


def test_an_agent_that_knows_no_phrases_has_none_to_learn(caplog: pytest.LogCaptureFixture) -> None:
    opened = house(Taciturn(), tts := FakeTTS())
    simulate(opened.learn())

    assert opened.learnt.is_set()
    assert tts.spoken == []
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


def test_an_agent_that_fails_when_asked_ends_nothing_and_is_told_of(
    caplog: pytest.LogCaptureFixture,
) -> None:
    opened = house(Confused(), FakeTTS())
    simulate(opened.learn())

    assert opened.learnt.is_set()
    assert caplog.messages == ["what replies begin with is not known by heart"]
