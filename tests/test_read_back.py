"""What was read back, heard and agreed to is written, and nothing else."""

from __future__ import annotations

import json
from typing import cast

import pytest

from demos.clinic.call import Call
from demos.clinic.desk import Clinic
from llm.engine import ToolCall
from tests.clinic import NOW, Caller, open_clinic
from tests.fakes import FakeConversation, FakeLLM, FakeTranscriber
from tests.scene import Outcome, Silence, Speech, Step, play

READ_BACK = "That's Dr. Chen on Friday at 9 AM for Maria Lopez. Shall I book it?"
BOOKED = "You're booked with Dr. Chen on Friday at 9 AM."
WISH = "Dr. Chen on Friday at nine for Maria Lopez, please."
ALL = {"doctor": "Dr. Chen", "day": "friday", "time": "nine", "name": "Maria Lopez"}


def _call(tool: str, **given: str) -> tuple[ToolCall, ...]:
    return (ToolCall(tool, json.dumps(given), tool),)


def _scene(call: Call, *steps: Step, llm: FakeLLM, heard: list[str | list[str]]) -> Outcome:
    ears = FakeTranscriber(*heard)
    talk = cast(FakeConversation, call)  # the scene wants any conversation
    return play(Silence(1.0), *steps, llm=llm, transcriber=ears, conversation=talk)


def _read_back(call_id: str = "call-1") -> tuple[Clinic, Caller]:
    clinic = open_clinic()
    caller = Caller(clinic, call_id)
    assert caller.says(WISH, "book", **ALL) == READ_BACK
    caller.call.was_heard(READ_BACK)
    return clinic, caller


def _in_the_book(clinic: Clinic) -> list[str]:
    names = ("Maria Lopez", "Anna Lopez")
    return [one.slot.doctor for name in names for one in clinic.book.appointments(name, NOW)]


def test_a_reply_that_is_dropped_before_it_was_heard_has_written_nothing() -> None:
    clinic, caller = _read_back()
    yes = "Yes, and I also need a refill of Zoloft."
    outcome = _scene(
        caller.call,
        Speech(2.0),
        Silence(0.18),
        Speech(1.5),
        Silence(6.0),
        llm=FakeLLM(_call("refill", drug="Zoloft"), _call("confirm", answer="no"), ttft=0.01),
        heard=[[yes, f"{yes} Oh wait, no, never mind, don't book it."]],
    )
    assert len(outcome.llm.prompts) == 2, "the first reply was made early"
    assert _in_the_book(clinic) == []


@pytest.mark.parametrize("second", [_call("confirm", answer="yes"), _call("book")])
def test_nothing_is_read_back_and_written_in_one_turn(second: tuple[ToolCall, ...]) -> None:
    clinic = open_clinic()
    outcome = _scene(
        clinic.open("call-1"),
        Speech(2.0),
        Silence(9.0),
        llm=FakeLLM((*_call("book", **ALL), *second), ttft=0.01),
        heard=[WISH],
    )
    assert outcome.said("agent ")[1].startswith(READ_BACK)
    assert _in_the_book(clinic) == []


@pytest.mark.parametrize(
    ("heard", "now"),
    [
        ("Yes, with Dr. Brooks.", "Dr. Brooks"),
        ("Yes. It's for Anna Lopez.", "Anna Lopez"),
        ("Yes, under Anna Lopez.", "Anna Lopez"),
        ("Yes, Tuesday.", "Tuesday"),
        ("Yes, at eleven.", "11"),
    ],
)
def test_a_yes_that_names_something_else_is_none(heard: str, now: str) -> None:
    clinic, caller = _read_back()
    assert now in caller.says(heard, "confirm", answer="yes")
    assert _in_the_book(clinic) == []


@pytest.mark.parametrize(
    "heard",
    ["Yes.", "Yes, with Dr. Chen.", "Yes, for Maria Lopez.", "Yes, Friday at nine."],
)
def test_a_yes_that_says_the_same_again_is_one(heard: str) -> None:
    clinic, caller = _read_back()
    assert caller.says(heard, "confirm", answer="yes").startswith(BOOKED)
    assert _in_the_book(clinic) == ["Dr. Chen"]


def test_a_yes_to_another_strength_of_a_medicine_is_none() -> None:
    clinic = open_clinic()
    caller = Caller(clinic)
    drug = "sertraline 50 milligrams"
    caller.says(f"A refill of {drug} for Maria Lopez", "refill", drug=drug, name="Maria Lopez")
    changed = caller.says("Yes, sertraline 100 milligrams.", "confirm", answer="yes")
    assert changed == "That's a refill of sertraline 100 milligrams for Maria Lopez. Is that right?"
    assert clinic.book.refills() == []


@pytest.mark.parametrize(
    "heard",
    [
        "Yes. I have BCBS PPO.",
        "It's for an E K G.",
        "Yes. My son is in the U.S.A.F.",
        "Yes. My MRI.",
    ],
)
def test_letters_that_are_not_of_the_name_do_not_mend_it(heard: str) -> None:
    assert _read_back()[1].call.answer(heard) is None


@pytest.mark.parametrize("more", ["but make it Dr. Patel", "and I'd rather come on Tuesday"])
def test_letters_that_come_with_a_wish_are_left_to_the_model(more: str) -> None:
    assert _read_back()[1].call.answer(f"No, L-O-P-E-S, {more}.") is None


@pytest.mark.parametrize("named", [True, False])
def test_what_was_done_is_told_again_though_another_wish_follows_it(named: bool) -> None:
    clinic, caller = _read_back()
    refill = {"drug": "lisinopril"} if named else {}
    caller.says("Yes, and I need a refill of lisinopril.", "refill", **refill)
    assert _in_the_book(clinic) == ["Dr. Chen"]
    caller.call.was_heard("You're")
    assert caller.says("Lisinopril.", "refill", drug="Lisinopril").startswith(f"{BOOKED} ")
    caller.call.was_heard(BOOKED)
    assert BOOKED not in caller.says("Lisinopril.", "refill", drug="Lisinopril")


def test_a_goodbye_is_the_last_word_though_something_was_put_off() -> None:
    _, caller = _read_back()
    caller.says("Oh, and I also need a refill of Zoloft.", "refill", drug="Zoloft")
    assert caller.call.answer("Actually never mind.") is None
    caller.call.was_heard("Okay, never mind that. Anything else?")
    said = caller.says("No thanks, bye.", "confirm", answer="no")
    assert said == "Thank you for calling. Goodbye."


def test_a_wish_that_was_put_off_can_be_given_up() -> None:
    _, caller = _read_back()
    caller.says("Oh, and I also need a refill of Zoloft.", "refill", drug="Zoloft")
    caller.says("Um, forget the refill.", "lookup", about="refill")
    assert caller.says("Yes.", "confirm", answer="yes") == f"{BOOKED} Anything else?"


def test_a_yes_is_no_medicine() -> None:
    caller = Caller(open_clinic())
    asked = caller.says("I need a refill", "refill")
    assert caller.says("Yes.", "refill") == asked


def test_a_question_about_what_was_read_back_is_answered_with_it() -> None:
    _, caller = _read_back()
    assert caller.says("What day was that, please?", "lookup", about="appointment") == READ_BACK


@pytest.mark.parametrize("asked", ["Can you repeat that?", "Pardon?", "Sorry, what was that?"])
def test_who_wants_to_hear_it_again_hears_it_and_a_yes_to_that_counts(asked: str) -> None:
    clinic, caller = _read_back()
    assert caller.call.answer(asked) == READ_BACK
    caller.call.was_heard(READ_BACK)
    assert caller.says("Yes.", "confirm", answer="yes").startswith(BOOKED)
    assert caller.call.answer(asked) == f"{BOOKED} Anything else?"
    assert _in_the_book(clinic) == ["Dr. Chen"]


@pytest.mark.parametrize(
    "asked",
    ["What are your hours?", "Sorry, make it Tuesday.", "What day was that again?", "Uh-huh."],
)
def test_who_asks_for_more_is_not_told_the_same_again(asked: str) -> None:
    assert _read_back()[1].call.answer(asked) is None


@pytest.mark.parametrize(
    ("heard", "slot"), [("No, the second one.", "second one"), ("No, the other one.", "other one")]
)
def test_the_other_time_that_was_offered_can_still_be_had(heard: str, slot: str) -> None:
    clinic = open_clinic()
    caller = Caller(clinic)
    wish = {"doctor": "Dr. Chen", "day": "tuesday", "name": "Maria Lopez"}
    offer = caller.says("Dr. Chen on Tuesday for Maria Lopez.", "book", **wish)
    assert offer == "Dr. Chen has Tuesday at 10 AM or 2:30 PM. Which works?"
    assert "at 10 AM" in caller.says("The first one.", "book", time="first one")
    other = "That's Dr. Chen on Tuesday at 2:30 PM for Maria Lopez. Shall I book it?"
    assert caller.says(heard, "book", time=slot) == other
    caller.call.was_heard(other)
    assert "at 10 AM" in caller.says("No, the first one.", "confirm", answer="no")


def test_a_bare_word_is_the_answer_though_the_model_looks_it_up() -> None:
    caller = Caller(open_clinic())
    caller.says("A refill for Maria Lopez", "refill", name="Maria Lopez")
    told = caller.says("Metformin.", "lookup", about="Metformin")
    assert told == "That's a refill of metformin for Maria Lopez. Is that right?"
