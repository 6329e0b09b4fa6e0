"""Two wishes in one breath: the first is dealt with, and the second is not forgotten."""

from __future__ import annotations

import json

import pytest

from demos.clinic.second_wish import Wish, second_wish
from tests.clinic import NOW, Caller, open_clinic

DOCTORS = ("Dr. Chen", "Dr. Patel")


@pytest.mark.parametrize(
    ("heard", "tool", "wish"),
    [
        (
            "I'd like to cancel my appointment on Tuesday and get a refill of lisinopril.",
            "cancel",
            Wish("refill", {"drug": "lisinopril"}),
        ),
        (
            "I'd like to cancel my appointment on Tuesday and get a refill of lisinopril.",
            "refill",
            Wish("cancel", {"day": "tuesday"}),
        ),
        (
            "Could you move my appointment to Friday and refill my lisinopril, 10 milligrams?",
            "move",
            Wish("refill", {"drug": "lisinopril 10 milligrams"}),
        ),
        (
            "Can you refill my atorvastatin and book me an appointment with Dr. Patel?",
            "refill",
            Wish("book", {"doctor": "Dr Patel"}),
        ),
        (
            "What are your hours? And I need a refill of my blood pressure pills.",
            "lookup",
            Wish("refill", {"drug": "blood pressure pills"}),
        ),
        (
            "i need to see dr chen and my prescription refilled please",
            "book",
            Wish("refill", {}),
        ),
        (
            "I need to move my appointment and leave a message for the nurse.",
            "move",
            Wish("message", {}),
        ),
        ("Yes, and I also need a refill of Zoloft.", "confirm", Wish("refill", {"drug": "zoloft"})),
    ],
)
def test_the_other_wish_is_found_with_what_was_said_for_it(
    heard: str, tool: str, wish: Wish
) -> None:
    assert second_wish(heard, tool, DOCTORS) == wish


@pytest.mark.parametrize(
    ("heard", "tool"),
    [
        ("I need an appointment with Dr. Chen for a refill.", "book"),
        ("I want to cancel my appointment and make a new one.", "cancel"),
        ("I need a refill of lisinopril and metformin.", "refill"),
        ("Cancel my appointment, I don't need a refill.", "cancel"),
        ("I had to cancel my appointment and I need to see Dr. Chen.", "book"),
        ("I need a refill of lisinopril.", "book"),
        ("Dr. Chen on Friday and the name is Maria Lopez.", "book"),
        ("Not a refill, I need an appointment.", "book"),
        ("Do I have an appointment on Thursday?", "lookup"),
        ("Could I ask whether I have to make an appointment first?", "lookup"),
        ("I have an appointment with Dr. Chen. I have to cancel it.", "cancel"),
        ("I have an appointment tomorrow and I need to change it.", "move"),
        ("My pharmacy said they won't refill it and you have to renew it.", "refill"),
        ("", "book"),
    ],
)
def test_where_only_one_thing_is_asked_for_there_is_no_other(heard: str, tool: str) -> None:
    assert second_wish(heard, tool, DOCTORS) is None


BOTH = "I'd like to cancel my appointment on Tuesday and get a refill of lisinopril."


def _booked_caller() -> Caller:
    clinic = open_clinic()
    (slot, *_) = [s for s in clinic.book.free(NOW) if s.at.day == 1]
    clinic.book.book("key", slot, "Maria Lopez")
    return Caller(clinic)


def test_a_refill_asked_for_with_a_cancellation_is_taken_up_once_that_is_done() -> None:
    caller = _booked_caller()
    assert caller.says(BOTH, "cancel", day="tuesday") == "What name is it under?"
    assert caller.says("Maria Lopez.", "cancel", name="Maria Lopez").endswith("cancel it?")
    assert caller.says("Yes.", "confirm", answer="yes") == (
        "That's cancelled. Now the refill. That's a refill of lisinopril for Maria Lopez. "
        "Is that right?"
    )
    assert caller.expects() == "yes_no"
    assert caller.says("Yes.", "confirm", answer="yes") == (
        "Your refill request is in. Anything else?"
    )


def test_the_second_wish_is_taken_up_too_when_the_first_is_dropped() -> None:
    caller = _booked_caller()
    caller.says(BOTH, "cancel", day="tuesday")
    caller.says("Maria Lopez.", "cancel", name="Maria Lopez")
    assert caller.says("No, never mind.", "confirm", answer="no") == (
        "Okay, never mind that. Now the refill. That's a refill of lisinopril for Maria Lopez. "
        "Is that right?"
    )


def test_a_model_that_calls_two_tools_in_one_turn_loses_neither_and_asks_one_thing() -> None:
    caller = _booked_caller()
    assert caller.says(BOTH, "cancel", day="tuesday") == "What name is it under?"
    assert caller.tool(BOTH, "refill", json.dumps({"drug": "lisinopril"})) == ""
    caller.says("Maria Lopez.", "cancel", name="Maria Lopez")
    assert "Now the refill. That's a refill of lisinopril for Maria Lopez." in caller.says(
        "Yes.", "confirm", answer="yes"
    )
    assert caller.says("Yes.", "confirm", answer="yes").endswith("Anything else?")


def test_a_fact_is_told_and_the_wish_that_came_with_it_taken_up() -> None:
    heard = "What's your fax number? And I need an appointment with Dr. Chen on Friday."
    assert Caller(open_clinic()).says(heard, "lookup", about="fax") == (
        "Our fax number is 555-0143. Now the new appointment. Dr. Chen has Friday at 9 AM. "
        "Does that work?"
    )


@pytest.mark.parametrize("tool", ["confirm", "refill"])
def test_a_yes_with_another_wish_books_and_goes_on_to_it(tool: str) -> None:
    clinic = open_clinic()
    caller = Caller(clinic)
    caller.says(
        "Dr. Chen on Friday at nine for Maria Lopez.",
        "book",
        doctor="Dr. Chen",
        day="Friday",
        time="nine",
        name="Maria Lopez",
    )
    given = {"answer": "yes"} if tool == "confirm" else {"drug": "lisinopril"}
    assert caller.says("Yes, and I need a refill of lisinopril.", tool, **given) == (
        "You're booked with Dr. Chen on Friday at 9 AM. Now the refill. That's a refill of "
        "lisinopril for Maria Lopez. Is that right?"
    )
    assert len(clinic.book.appointments("Maria Lopez", NOW)) == 1
    assert clinic.book.refills() == []


def test_a_second_wish_of_a_turn_that_was_discarded_is_forgotten_with_it() -> None:
    caller = _booked_caller()
    caller.says(BOTH, "cancel", day="tuesday")
    caller.call.rewind()
    caller.says("Cancel my appointment, it's Maria Lopez.", "cancel", name="Maria Lopez")
    assert caller.says("Yes.", "confirm", answer="yes") == "That's cancelled. Anything else?"


def test_what_is_asked_for_on_top_of_a_booking_waits_until_that_is_done() -> None:
    caller = Caller(open_clinic())
    caller.says("Dr. Chen on Friday.", "book", doctor="Dr. Chen", day="Friday")
    assert caller.says("Oh, and I also need a refill of Zoloft.", "refill", drug="Zoloft") == (
        "Sure, we'll do that next. Does Friday at 9 AM work?"
    )
    caller.says("Yes.", "confirm", answer="yes")
    caller.says("Maria Lopez.", "book", name="Maria Lopez")
    assert "Now the refill. That's a refill of zoloft for Maria Lopez." in caller.says(
        "Yes.", "confirm", answer="yes"
    )


def test_what_is_asked_for_instead_does_not_wait() -> None:
    caller = Caller(open_clinic())
    caller.says("Dr. Chen on Friday.", "book", doctor="Dr. Chen", day="Friday")
    assert caller.says("Actually, I need a refill of Zoloft.", "refill", drug="Zoloft") == (
        "What name is it under?"
    )


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("What are your hours on Friday?", "We're open 8 AM to 5 PM on Friday. "),
        ("Where are you located?", "We're at 12 Maple Street. "),
        ("Can I get a refill?", ""),
        ("How are you?", ""),
    ],
)
def test_a_question_beside_a_wish_is_answered_by_the_way(asked: str, told: str) -> None:
    caller = Caller(open_clinic())
    said = caller.says(
        f"{asked} And I need a refill of my lisinopril.", "refill", drug="lisinopril"
    )
    assert said == f"{told}What name is it under?"
