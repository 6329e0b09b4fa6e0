"""Whole calls with a model that fails, or says two things at once: neither costs the booking."""

from __future__ import annotations

import json
from typing import cast

import pytest

from demos.clinic.call import Call
from llm.engine import ToolCall
from tests.clinic import NOW, open_clinic
from tests.fakes import FakeConversation, FakeLLM, FakeTranscriber
from tests.scene import Outcome, Silence, Speech, play
from voice.config import TurnPolicy


def _tool(tool: str, **given: str) -> tuple[str | ToolCall, ...]:
    return ("Okay. ", ToolCall(tool, json.dumps(given)))


BOOK = _tool("book", doctor="Dr. Chen", day="Friday")
TIME = _tool("book", time="nine")
NAME = _tool("book", name="Maria Lopez")
YES = _tool("confirm", answer="yes")


def _call(call: Call, *turns: tuple[str, tuple[str | ToolCall, ...]]) -> Outcome:
    script = [step for _ in turns for step in (Speech(1.0), Silence(8.0))]
    return play(
        Silence(3.0),
        *script,
        llm=FakeLLM(*(reply for _, reply in turns)),
        transcriber=FakeTranscriber(*(heard for heard, _ in turns)),
        conversation=cast(FakeConversation, call),  # the scene wants any conversation
    )


TURNS = (
    ("Dr. Chen on Friday, please.", BOOK),
    ("Nine is fine.", TIME),
    ("It's Maria Lopez.", NAME),
    ("Yes, please.", YES),
)
APOLOGY = "Sorry, something went wrong."


@pytest.mark.parametrize("failure", [("!",), ("Okay. ", "!"), ("Okay, ", "one moment. ", "!")])
@pytest.mark.parametrize("when", [1, 2, 3])
def test_the_booking_goes_on_where_it_was_when_the_turn_is_said_again_after_an_apology(
    failure: tuple[str, ...], when: int
) -> None:
    turns = [*TURNS[:when], (TURNS[when][0], failure), *TURNS[when:]]
    if when == 3 and len(failure) > 1:
        # We said "okay" to the yes before we failed: it is read back again, to be on the safe side.
        turns.append(("Yes.", YES))
    clinic = open_clinic()
    outcome = _call(clinic.open("call-1"), *turns)
    assert APOLOGY in outcome.said("agent ")
    assert [one.slot.doctor for one in clinic.book.appointments("Maria Lopez", NOW)] == ["Dr. Chen"]


def test_who_goes_on_after_an_apology_without_saying_it_again_is_asked_for_it() -> None:
    clinic = open_clinic()
    turns = [TURNS[0], ("Nine is fine.", ("Okay. ", "!")), *TURNS[2:]]
    outcome = _call(clinic.open("call-1"), *turns)
    said = " ".join(outcome.said("agent "))
    assert said.index(APOLOGY) < said.rindex("Dr. Chen has Friday at 9 AM. Does that work?")
    assert clinic.book.appointments("Maria Lopez", NOW) == []


def test_who_asks_after_an_apology_whether_it_is_booked_is_told_not_yet_and_it_goes_on() -> None:
    clinic = open_clinic()
    asked = ("So is it booked?", _tool("lookup", about="appointment"))
    outcome = _call(clinic.open("call-1"), *TURNS[:3], ("Yes.", ("!",)), asked, TURNS[3])
    assert "Okay. Not yet. Shall I book it?" in outcome.said("agent ")
    assert [one.slot.doctor for one in clinic.book.appointments("Maria Lopez", NOW)] == ["Dr. Chen"]


def test_two_tool_calls_in_one_reply_are_both_kept_and_one_question_is_asked() -> None:
    clinic = open_clinic()
    refill = ToolCall("refill", '{"drug": "lisinopril"}')
    both = ("I want to see Dr. Chen on Friday and I need a refill of lisinopril.", (*BOOK, refill))
    outcome = _call(clinic.open("call-1"), both, *TURNS[1:], ("Yes.", YES))
    said = outcome.said("agent ")
    assert said[1] == "Okay. Dr. Chen has Friday at 9 AM. Does that work?"
    assert any("Now the refill. That's a refill of lisinopril for Maria Lopez." in s for s in said)
    assert clinic.book.refills() == [("lisinopril", "Maria Lopez")]


def test_who_goes_on_after_an_apology_is_heard_with_what_had_no_answer() -> None:
    clinic = open_clinic()
    turns = [TURNS[0], ("Nine is fine.", ("!",)), *TURNS[2:]]
    outcome = _call(clinic.open("call-1"), *turns)
    assert outcome.llm.prompts[2][-1].content == "Nine is fine. It's Maria Lopez."
    assert [one.slot.doctor for one in clinic.book.appointments("Maria Lopez", NOW)] == ["Dr. Chen"]


def test_a_yes_to_whether_they_are_there_does_not_book() -> None:
    clinic = open_clinic()
    silence = Silence(TurnPolicy().reprompt_after + 6)
    outcome = play(
        Silence(3.0),
        Speech(1.0),
        silence,
        Speech(0.5),
        Silence(8.0),
        llm=FakeLLM(
            _tool("book", doctor="Dr. Chen", day="Friday", time="nine", name="Maria Lopez"), YES
        ),
        transcriber=FakeTranscriber("Dr. Chen on Friday at nine for Maria Lopez.", "Yes."),
        conversation=cast(FakeConversation, clinic.open("call-1")),
    )
    read_back = "That's Dr. Chen on Friday at 9 AM for Maria Lopez. Shall I book it?"
    assert outcome.said("agent ")[1:] == [
        f"Okay. {read_back}",
        "Are you there?",
        f"Okay. {read_back}",
    ]
    assert clinic.book.appointments("Maria Lopez", NOW) == []


def test_the_model_does_not_read_our_apologies() -> None:
    """One that was tuned on calls without any repeats itself to the end of its breath after one."""
    outcome = _call(open_clinic().open("call-1"), TURNS[0], ("Nine is fine.", ("!",)), *TURNS[1:3])
    assert APOLOGY in outcome.said("agent ")
    for prompt in outcome.llm.prompts:
        assert not any(APOLOGY in message.content for message in prompt)
