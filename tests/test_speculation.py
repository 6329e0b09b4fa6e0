"""How much may be spent on replies that nobody may get to hear."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from llm.engine import Message
from tests.fakes import FakeConversation, FakeLLM, FakeTTS
from tests.simulate import simulate
from tts.engine import Pcm
from voice.reply import Clause, Reply, compose, speak
from voice.speculation import Speculation
from voice.trace import TurnTrace


def test_guesses_are_allowed_until_they_have_cost_their_part() -> None:
    speculation = Speculation(waste=0.5)
    assert speculation.may_guess()

    speculation.account(40, heard=False)
    assert not speculation.may_guess(), "40 lost is more than half of the 60 it begins with"

    speculation.account(100, heard=True)
    assert speculation.may_guess()


def test_what_was_lost_long_ago_is_forgiven() -> None:
    speculation = Speculation(waste=0.5)
    speculation.account(1_000, heard=False)
    for _ in range(150):
        assert not speculation.may_guess()
        speculation.account(1, heard=True)
    for _ in range(100):
        speculation.account(1, heard=True)
    assert speculation.may_guess()


def test_the_budget_shrinks_with_the_replies_that_are_being_written() -> None:
    speculation = Speculation(waste=0.5, crowd=2)
    speculation.account(20, heard=False)
    assert speculation.may_guess()

    with speculation.writing():
        assert not speculation.may_guess(), "20 lost is more than a quarter of 60"
        speculation.account(60, heard=True)
        assert speculation.may_guess()
        with speculation.writing():
            assert not speculation.may_guess(), "it is a crowd"

    assert speculation.may_guess()


def test_nothing_is_guessed_without_a_budget() -> None:
    assert not Speculation(waste=0.0).may_guess()


def test_a_guess_is_not_allowed_that_would_break_the_budget_if_it_were_lost() -> None:
    speculation = Speculation(waste=0.5)
    speculation.account(28, heard=False)
    assert not speculation.may_guess(), "28 lost and a tenth of a reply of 28 are more than 30"


def test_however_many_guesses_are_lost_no_more_than_their_part_is() -> None:
    speculation = Speculation(waste=0.35)
    lost = heard = 0.0
    for _ in range(400):
        while speculation.may_guess():
            speculation.account(12, heard=False)
            lost += 12
        speculation.account(12, heard=True)
        heard += 12
    assert 0.25 * heard < lost < 0.35 * heard


def test_a_reply_that_is_only_being_spoken_is_not_being_written() -> None:
    speculation = Speculation(crowd=1)
    heard: list[float] = []

    async def play(clause: Clause, chunks: AsyncGenerator[Pcm, None]) -> bool:
        async for _ in chunks:
            await asyncio.sleep(5.0)  # the caller hears it
        heard.append(asyncio.get_running_loop().time())
        return True

    async def scene() -> list[bool]:
        reply = Reply(1, "Hours?", TurnTrace(1))
        llm = FakeLLM(12 * "We open at nine. ", ttft=0.2, gap=0.01)
        prompt = [Message("user", "Hours?")]
        clauses = compose(reply, prompt, llm, FakeConversation(), speculation.writing)
        allowed = []
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(speak(reply, clauses, FakeTTS(), play))
            for seconds in (0.1, 0.5, 0.2):
                await asyncio.sleep(seconds)
                allowed.append(speculation.may_guess())
        return allowed

    assert simulate(scene()) == [False, False, True]
    assert len(heard) > 4, "there was more to say than a few clauses"
    assert min(heard) > 5.0
