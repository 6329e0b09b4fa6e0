"""After an emergency was told, the desk stays with it until the caller asks for something else."""

from __future__ import annotations

import pytest

from llm.guard import REPLIES
from tests.clinic import Caller, open_clinic

CRISIS = "I don't want to live anymore."
CHEST = "I have a crushing pain in my chest."
CALL_988 = REPLIES["self_harm"].removeprefix("I'm really glad you told me. ")


@pytest.mark.parametrize(
    "then",
    ["No, I am alone.", "I don't want to call anybody.", "Yes.", "Please help me.", "I'm fine."],
)
def test_who_has_told_of_a_wish_to_die_is_told_again_where_help_is(then: str) -> None:
    caller = Caller(open_clinic())
    assert caller.call.answer(CRISIS) == REPLIES["self_harm"]
    assert caller.call.answer(then) == CALL_988
    assert caller.call.answer("Nobody cares.") == CALL_988


@pytest.mark.parametrize("then", ["No.", "It started an hour ago.", "Can somebody call me back?"])
def test_who_has_told_of_an_emergency_is_told_again_whom_to_call(then: str) -> None:
    caller = Caller(open_clinic())
    assert caller.call.answer(CHEST) == REPLIES["emergency"]
    assert caller.call.answer(then) == "Please hang up and call 911 now."


@pytest.mark.parametrize(
    "then",
    [
        "No, I need a refill of my chest medication.",
        "It's not an emergency.",
        "I'm fine now.",
        "No no, I'd like to book an appointment.",
        "That's not what I said.",
        "What are your hours?",
    ],
)
def test_a_false_alarm_ends_with_the_callers_own_business(then: str) -> None:
    caller = Caller(open_clinic())
    caller.call.answer(CHEST)
    assert caller.call.answer(then) is None
    assert caller.call.answer("Yes.") is None


def test_an_alarm_that_nobody_heard_of_has_not_been() -> None:
    caller = Caller(open_clinic())
    caller.call.answer(CHEST)
    caller.call.rewind()
    assert caller.call.answer("No.") is None
