"""Calls at the clinic's front desk, turn by turn: what is said, and what is in the book after."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from datetime import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from demos.clinic import say
from demos.clinic.book import Book
from demos.clinic.consent import verdict
from demos.clinic.prompt import system_prompt
from demos.clinic.tools import TOOLS
from llm.guard import REPLIES
from tests.clinic import DIARY, NOW, Caller, open_clinic

TUESDAY_10 = datetime(2026, 12, 1, 10)
READ_BACK = "That's Dr. Chen on Tuesday at 10 AM for Maria Lopez. Shall I book it?"
BOOKED = "You're booked with Dr. Chen on Tuesday at 10 AM. Anything else?"


def _booked(caller: Caller) -> None:
    caller.says(
        "Dr. Chen on Tuesday at 10 for Maria Lopez",
        "book",
        doctor="Dr. Chen",
        day="tuesday",
        time="10",
        name="Maria Lopez",
    )
    assert caller.says("Yes please", "confirm", answer="yes") == BOOKED


# Booking


def test_an_appointment_is_booked_over_several_turns() -> None:
    clinic = open_clinic()
    caller = Caller(clinic)
    assert caller.says("I need an appointment", "book") == "Which doctor would you like to see?"
    assert caller.says("Dr. Chen", "book", doctor="Dr. Chen") == "What day works for you?"
    assert caller.says("Tuesday", "book", day="tuesday") == (
        "Dr. Chen has Tuesday at 10 AM or 2:30 PM. Which works?"
    )
    assert caller.says("the first one", "book", time="the first one") == "What name is it under?"
    assert caller.says("Maria Lopez.", "book", name="Maria Lopez") == READ_BACK
    assert clinic.book.appointments("Maria Lopez", NOW) == []
    assert caller.says("Yes, please.", "confirm", answer="yes") == BOOKED
    (booked,) = clinic.book.appointments("Maria Lopez", NOW)
    assert (booked.slot.doctor, booked.slot.at) == ("Dr. Chen", TUESDAY_10)


def test_the_details_come_in_any_order_or_all_at_once() -> None:
    caller = Caller(open_clinic())
    assert caller.says("it's for Maria Lopez", "book", name="maria lopez") == (
        "Which doctor would you like to see?"
    )
    assert caller.says("tuesday at ten", "book", day="tuesday", time="ten") == (
        "Which doctor would you like to see?"
    )
    assert caller.says("dr chen", "book", doctor="dr chen") == READ_BACK
    caller = Caller(open_clinic())
    assert (
        caller.says(
            "Dr. Chen, Tuesday at ten o'clock, Maria Lopez",
            "book",
            doctor="Dr. Chen",
            day="tuesday",
            time="ten o'clock",
            name="Maria Lopez",
        )
        == READ_BACK
    )


@pytest.mark.parametrize(
    ("heard", "given", "said"),
    [
        (
            "no, Friday",
            {"day": "friday"},
            "10 AM on Friday isn't free. Dr. Chen has Friday at 9 AM. Does that work?",
        ),
        (
            "make it two thirty",
            {"time": "two thirty"},
            "That's Dr. Chen on Tuesday at 2:30 PM for Maria Lopez. Shall I book it?",
        ),
        (
            "No, with Dr. Patel",
            {"doctor": "Dr. Patel"},
            "That's Dr. Patel on Tuesday at 10 AM for Maria Lopez. Shall I book it?",
        ),
        (
            "I said Lopes, with an s",
            {"name": "Lopes"},
            "That's Dr. Chen on Tuesday at 10 AM for Maria Lopes. Shall I book it?",
        ),
        (
            "It's for Leo Park",
            {"name": "Leo Park"},
            "That's Dr. Chen on Tuesday at 10 AM for Leo Park. Shall I book it?",
        ),
    ],
)
def test_a_correction_changes_one_thing_and_is_read_back(
    heard: str, given: dict[str, str], said: str
) -> None:
    caller = Caller(open_clinic())
    caller.says(
        "dr chen tuesday at ten maria lopez",
        "book",
        doctor="dr chen",
        day="tuesday",
        time="ten",
        name="maria lopez",
    )
    assert caller.says(heard, "book", **given) == said


def test_a_time_that_was_never_free_is_refused_with_what_is() -> None:
    caller = Caller(open_clinic())
    said = caller.says(
        "Dr. Chen, Tuesday at 11", "book", doctor="Dr. Chen", day="tuesday", time="11"
    )
    assert said == (
        "11 AM on Tuesday isn't free. Dr. Chen has Tuesday at 10 AM or 10:30 AM. Which works?"
    )
    assert caller.says("Ten thirty then", "book", time="ten thirty") == "What name is it under?"


def test_a_day_with_nothing_free_is_refused_with_the_next_that_has() -> None:
    caller = Caller(open_clinic())
    said = caller.says("Dr. Chen on Thursday", "book", doctor="Dr. Chen", day="thursday")
    assert said == (
        "Dr. Chen has nothing on Thursday. "
        "Dr. Chen has Friday at 9 AM or Monday at 3 PM. Which works?"
    )


def test_a_day_beyond_the_book_is_refused_with_its_last() -> None:
    caller = Caller(open_clinic())
    said = caller.says("Dr. Chen, December 20th", "book", doctor="Dr. Chen", day="december 20th")
    assert said.startswith("I can only book up to Friday, December 4th. Dr. Chen has ")


def test_later_times_are_offered_when_neither_will_do() -> None:
    caller = Caller(open_clinic())
    caller.says("Dr. Chen on Tuesday", "book", doctor="Dr. Chen", day="tuesday")
    assert caller.says("something later", "book", time="later") == (
        "Dr. Chen has Tuesday at 4 PM. Does that work?"
    )
    assert caller.says("Yes", "confirm", answer="yes") == "What name is it under?"


def test_the_earliest_is_chosen_with_whoever_is_free() -> None:
    caller = Caller(open_clinic())
    assert caller.says("the earliest you have", "book", day="earliest") == "What name is it under?"
    assert caller.says("Leo Park", "book", name="Leo Park") == (
        "That's Dr. Brooks today at 2 PM for Leo Park. Shall I book it?"
    )


def test_a_doctor_who_does_not_work_here_is_not_booked() -> None:
    caller = Caller(open_clinic())
    assert caller.says("I want to see Dr. Smith", "book", doctor="Dr. Smith") == (
        "We have Dr. Chen, Dr. Patel and Dr. Brooks. Which one?"
    )
    assert caller.says("oh, doctor chan then", "book", doctor="doctor chan") == (
        "What day works for you?"
    )


def test_any_doctor_will_do() -> None:
    caller = Caller(open_clinic())
    caller.says("an appointment for thursday", "book", day="thursday")
    assert caller.says("I don't mind", "book") == (
        "Dr. Patel has Thursday at 9 AM or 1:30 PM. Which works?"
    )


def test_an_empty_diary_is_said_to_be_one() -> None:
    caller = Caller(open_clinic(diary=()))
    assert caller.says("Dr. Chen on Tuesday", "book", doctor="Dr. Chen", day="tuesday") == (
        "I have no free times left. Shall I take a message?"
    )
    assert caller.says("yes", "confirm", answer="yes") == "What's the message?"


# What was said, and what was not


def test_an_argument_that_nobody_said_is_dropped_and_asked_for() -> None:
    caller = Caller(open_clinic())
    assert caller.says(
        "Dr. Chen on Tuesday please",
        "book",
        doctor="Dr. Chen",
        day="tuesday",
        time="2:30",
        name="John Smith",
    ) == ("Dr. Chen has Tuesday at 10 AM or 2:30 PM. Which works?")
    assert caller.says("the second", "book", time="the second", name="John Smith") == (
        "What name is it under?"
    )


def test_a_detail_from_an_earlier_turn_still_counts_as_said() -> None:
    caller = Caller(open_clinic())
    caller.says("Hi, this is Maria Lopez, I need an appointment", "book")
    caller.says("Dr. Chen", "book", doctor="Dr. Chen", name="Maria Lopez")
    assert caller.says("Tuesday at ten", "book", day="tuesday", time="ten") == READ_BACK


def test_a_name_is_read_from_the_callers_words_when_the_model_invents_one() -> None:
    caller = Caller(open_clinic())
    caller.says("Dr. Chen, Tuesday, 10", "book", doctor="Dr. Chen", day="tuesday", time="10")
    assert caller.says("It's Maria Lopez.", "book", name="Marcus Webb") == READ_BACK


def test_a_name_spelled_out_is_put_together() -> None:
    caller = Caller(open_clinic())
    caller.says("Dr. Chen, Tuesday, 10", "book", doctor="Dr. Chen", day="tuesday", time="10")
    assert caller.spells("Maria Lopez, L-O-P-E-Z") == READ_BACK


def test_a_detail_that_comes_under_a_siblings_name_is_taken() -> None:
    caller = Caller(open_clinic())
    caller.says("A refill of lisinopril please", "refill", drug="lisinopril")
    assert caller.says("Maria Lopez", "book", name="maria lopez") == (
        "That's a refill of lisinopril for Maria Lopez. Is that right?"
    )


def test_a_new_wish_opens_a_new_form_and_keeps_the_name() -> None:
    caller = Caller(open_clinic())
    caller.says("I'm Maria Lopez, I need an appointment", "book", name="Maria Lopez")
    assert caller.says("actually I need a refill of metformin", "refill", drug="metformin") == (
        "That's a refill of metformin for Maria Lopez. Is that right?"
    )


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("book", "{not json"),
        ("book", "[1, 2]"),
        ("book", '"tuesday"'),
        ("dance", "{}"),
        ("", "{}"),
    ],
)
def test_a_call_that_makes_no_sense_asks_again(tool: str, arguments: str) -> None:
    caller = Caller(open_clinic())
    assert caller.says("hm", tool, arguments) == "Sorry, could you say that again?"


@pytest.mark.parametrize(
    "arguments", ['{"day": null}', '{"day": ["tuesday"]}', '{"day": {"a": 1}}', '{"x": "y"}', ""]
)
def test_arguments_of_a_strange_shape_are_left_out(arguments: str) -> None:
    caller = Caller(open_clinic())
    assert caller.says("hm", "book", arguments) == "Which doctor would you like to see?"


# Yes and no


def _at_read_back() -> Caller:
    caller = Caller(open_clinic())
    assert (
        caller.says(
            "dr chen tuesday at ten maria lopez",
            "book",
            doctor="dr chen",
            day="tuesday",
            time="ten",
            name="maria lopez",
        )
        == READ_BACK
    )
    return caller


@pytest.mark.parametrize("heard", ["yes", "Yeah.", "that's right", "sure, go ahead", "Perfect!"])
def test_a_yes_books(heard: str) -> None:
    assert _at_read_back().says(heard, "confirm", answer="yes") == BOOKED


@pytest.mark.parametrize(
    ("heard", "answer", "said"),
    [
        ("no", "no", "Okay. What should I change?"),
        ("no, that's wrong", "no", "Okay. What should I change?"),
        ("never mind", "no", "Okay, never mind that. Anything else?"),
        ("actually cancel that", "no", "Okay, never mind that. Anything else?"),
        ("um hmm", "yes", "Sorry, was that a yes or a no? Shall I book it?"),
        ("no", "yes", "Sorry, was that a yes or a no? Shall I book it?"),
        ("yes", "maybe", "Sorry, was that a yes or a no? Shall I book it?"),
        (
            "yes but make it Friday at 9",
            "yes",
            "That's Dr. Chen on Friday at 9 AM for Maria Lopez. Shall I book it?",
        ),
    ],
)
def test_nothing_is_booked_without_a_plain_yes(heard: str, answer: str, said: str) -> None:
    clinic = open_clinic()
    caller = Caller(clinic)
    caller.says(
        "dr chen tuesday at ten maria lopez",
        "book",
        doctor="dr chen",
        day="tuesday",
        time="ten",
        name="maria lopez",
    )
    assert caller.says(heard, "confirm", answer=answer) == said
    assert clinic.book.appointments("Maria Lopez", NOW) == []


def test_a_yes_that_comes_as_the_forms_own_tool_is_a_yes() -> None:
    assert _at_read_back().says("yes that's right", "book") == BOOKED


def test_the_same_yes_twice_books_once() -> None:
    clinic = open_clinic()
    caller = Caller(clinic)
    _booked(caller)
    assert caller.tool("Yes please", "confirm", '{"answer": "yes"}') == BOOKED
    caller.says("yes", "confirm", answer="yes")
    assert len(clinic.book.appointments("Maria Lopez", NOW)) == 1


def test_two_calls_cannot_take_one_slot() -> None:
    clinic = open_clinic()
    one, other = Caller(clinic, "call-1"), Caller(clinic, "call-2")
    for caller, name in ((one, "Maria Lopez"), (other, "Leo Park")):
        caller.says(
            f"Dr. Chen Tuesday at 10 {name}",
            "book",
            doctor="Dr. Chen",
            day="tuesday",
            time="10",
            name=name,
        )
    assert one.says("yes", "confirm", answer="yes") == BOOKED
    assert other.says("yes", "confirm", answer="yes") == (
        "Sorry, Tuesday at 10 AM was just taken. 10 AM on Tuesday isn't free. "
        "Dr. Chen has Tuesday at 10:30 AM or 2:30 PM. Which works?"
    )
    assert clinic.book.appointments("Leo Park", NOW) == []


def test_a_call_of_the_same_name_is_another_call() -> None:
    clinic = open_clinic()
    _booked(Caller(clinic, "call-1"))
    caller = Caller(clinic, "call-1")
    caller.says(
        "Dr. Chen Tuesday at two thirty Leo Park",
        "book",
        doctor="Dr. Chen",
        day="tuesday",
        time="two thirty",
        name="Leo Park",
    )
    assert caller.says("yes", "confirm", answer="yes").startswith("You're booked")
    assert len(clinic.book.appointments("Leo Park", NOW)) == 1


def test_what_was_just_booked_can_be_made_later_without_booking_twice() -> None:
    clinic = open_clinic()
    caller = Caller(clinic)
    _booked(caller)
    assert caller.says("actually make it ten thirty", "book", time="ten thirty") == (
        "That's Dr. Chen on Tuesday at 10:30 AM for Maria Lopez, instead of Tuesday at 10 AM. "
        "Shall I move it?"
    )
    caller.says("yes", "confirm", answer="yes")
    (booked,) = clinic.book.appointments("Maria Lopez", NOW)
    assert booked.slot.at == datetime(2026, 12, 1, 10, 30)


def test_the_call_ends_with_a_goodbye_or_goes_on() -> None:
    caller = Caller(open_clinic())
    _booked(caller)
    assert caller.says("yes", "confirm", answer="yes") == "Sure. What can I do for you?"
    assert caller.says("no thanks", "confirm", answer="no") == "Thank you for calling. Goodbye."


def test_a_discarded_turn_is_undone() -> None:
    caller = Caller(open_clinic())
    caller.says("Dr. Chen please", "book", doctor="Dr. Chen")
    caller.says("Tuesday", "book", day="tuesday")
    caller.call.rewind()
    assert caller.expects() == "date"
    assert caller.says("Tuesday or rather Friday", "book", day="friday") == (
        "Dr. Chen has Friday at 9 AM. Does that work?"
    )


READ_BACK_HEARD = READ_BACK.removesuffix(" Shall I book it?")


@pytest.mark.parametrize("heard", ["", "That's Dr. Chen on Tuesday at 10 AM for"])
def test_a_yes_to_what_was_not_heard_to_its_end_has_it_read_back_again(heard: str) -> None:
    clinic = open_clinic()
    caller = Caller(clinic)
    caller.says(
        "dr chen tuesday at ten maria lopez",
        "book",
        doctor="dr chen",
        day="tuesday",
        time="ten",
        name="maria lopez",
    )
    caller.call.was_heard(heard)
    assert caller.says("Yes", "confirm", answer="yes") == READ_BACK
    caller.call.was_heard(heard)
    assert caller.says("Yes", "confirm", answer="yes") == READ_BACK
    assert clinic.book.appointments("Maria Lopez", NOW) == []
    caller.call.was_heard(f"Okay. {READ_BACK_HEARD}")
    assert caller.says("Yes", "confirm", answer="yes") == BOOKED


def test_what_was_done_is_told_again_if_it_was_not_heard() -> None:
    caller = Caller(open_clinic())
    _booked(caller)
    caller.call.was_heard("You're booked with")
    told = caller.says("What are your hours on Friday?", "lookup", about="hours", of="friday")
    assert told == (
        "You're booked with Dr. Chen on Tuesday at 10 AM. "
        "We're open 8 AM to 5 PM on Friday. Anything else?"
    )
    caller.call.was_heard(told)
    assert "You're booked" not in caller.says("And Monday?", "lookup", about="hours", of="monday")


def test_a_confirmation_that_was_discarded_and_said_again_books_once() -> None:
    clinic = open_clinic()
    caller = Caller(clinic)
    _booked(caller)
    caller.call.rewind()
    assert caller.says("Yes please", "confirm", answer="yes") == BOOKED
    assert len(clinic.book.appointments("Maria Lopez", NOW)) == 1


def test_a_yes_after_something_else_was_said_does_not_book() -> None:
    clinic = open_clinic()
    caller = Caller(clinic)
    caller.says(
        "dr chen tuesday at ten maria lopez",
        "book",
        doctor="dr chen",
        day="tuesday",
        time="ten",
        name="maria lopez",
    )
    assert caller.call.answer("is my rash contagious?") is None  # the model answers by itself
    assert caller.says("yes please", "confirm", answer="yes") == READ_BACK
    assert clinic.book.appointments("Maria Lopez", NOW) == []
    assert caller.says("yes", "confirm", answer="yes") == BOOKED


def test_a_form_that_the_caller_dropped_is_not_asked_about_again() -> None:
    caller = Caller(open_clinic())
    caller.says("I need to see Dr. Chen", "book", doctor="Dr. Chen")
    assert caller.call.answer("Never mind, forget it.") is None  # the model says goodbye to it
    assert caller.says("do you take Aetna", "lookup", about="insurance", of="aetna") == (
        "Yes, we take Aetna. Anything else?"
    )


def test_a_first_name_alone_is_asked_to_be_completed_once() -> None:
    caller = Caller(open_clinic())
    caller.says("Dr. Chen, Tuesday, 10", "book", doctor="Dr. Chen", day="tuesday", time="10")
    assert caller.says("Maria", "book", name="Maria") == "And the last name?"
    assert caller.says("Lopez", "book", name="Lopez") == READ_BACK


def test_a_yes_with_a_name_takes_the_one_time_on_offer() -> None:
    caller = Caller(open_clinic())
    caller.says("Dr. Chen on Friday", "book", doctor="Dr. Chen", day="friday")
    assert caller.says("Yes, and it's for Maria Lopez", "book", name="Maria Lopez") == (
        "That's Dr. Chen on Friday at 9 AM for Maria Lopez. Shall I book it?"
    )


def test_an_offer_is_repeated_whole_after_an_aside() -> None:
    caller = Caller(open_clinic())
    caller.says("Dr. Chen on Tuesday", "book", doctor="Dr. Chen", day="tuesday")
    assert caller.says("are you open on sunday", "lookup", about="hours", of="sunday") == (
        "No, we're closed on Sunday. Which works, Tuesday at 10 AM or 2:30 PM?"
    )
    assert caller.says("The ten one", "book", time="ten") == "What name is it under?"


# Moving, cancelling, finding


def test_an_appointment_is_found_and_moved_by_the_next_call() -> None:
    clinic = open_clinic()
    _booked(Caller(clinic, "call-1"))
    caller = Caller(clinic, "call-2")
    assert caller.says("I need to move my appointment", "move") == "What name is it under?"
    assert caller.says("maria lopes", "move", name="maria lopes") == (
        "I found Dr. Chen on Tuesday at 10 AM. What day works instead?"
    )
    assert caller.says("Friday", "move", day="friday") == (
        "Dr. Chen has Friday at 9 AM. Does that work?"
    )
    assert caller.says("yes", "confirm", answer="yes") == (
        "That's Dr. Chen on Friday at 9 AM for Maria Lopez, instead of Tuesday at 10 AM. "
        "Shall I move it?"
    )
    assert caller.says("yes", "confirm", answer="yes") == (
        "You're moved to Friday at 9 AM with Dr. Chen. Anything else?"
    )
    (moved,) = clinic.book.appointments("Maria Lopez", NOW)
    assert moved.slot.at == datetime(2026, 11, 27, 9)


def test_an_appointment_is_cancelled_after_a_yes() -> None:
    clinic = open_clinic()
    _booked(Caller(clinic, "call-1"))
    caller = Caller(clinic, "call-2")
    said = caller.says("cancel my appointment, it's Maria Lopez", "cancel", name="Maria Lopez")
    assert said == "That's Dr. Chen on Tuesday at 10 AM for Maria Lopez. Shall I cancel it?"
    assert len(clinic.book.appointments("Maria Lopez", NOW)) == 1
    assert caller.says("yes", "confirm", answer="yes") == "That's cancelled. Anything else?"
    assert clinic.book.appointments("Maria Lopez", NOW) == []


def test_which_of_several_appointments_is_asked() -> None:
    clinic = open_clinic()
    for key, slot in zip("ab", clinic.book.free(NOW, ["Dr. Chen"]), strict=False):
        clinic.book.book(key, slot, "Maria Lopez")
    caller = Caller(clinic)
    assert caller.says("cancel it for Maria Lopez", "cancel", name="Maria Lopez") == (
        "You have 2 appointments. There's Dr. Chen on Friday at 9 AM and "
        "Dr. Chen on Monday at 3 PM. Which one?"
    )
    assert caller.says("the Monday one", "cancel", day="monday") == (
        "That's Dr. Chen on Monday at 3 PM for Maria Lopez. Shall I cancel it?"
    )


def test_an_appointment_that_is_not_there_is_not_cancelled() -> None:
    caller = Caller(open_clinic())
    assert caller.says("Cancel it, I'm Leo Park", "cancel", name="Leo Park") == (
        "I can't find an appointment for Leo Park. Is there another name?"
    )
    assert caller.says("no", "confirm", answer="no") == "Okay, never mind that. Anything else?"


def test_callers_are_told_of_their_own_appointment() -> None:
    clinic = open_clinic()
    _booked(Caller(clinic, "call-1"))
    caller = Caller(clinic, "call-2")
    assert caller.says("when is my appointment?", "lookup", about="appointment") == (
        "What name is it under?"
    )
    assert caller.says("Maria Lopez", "lookup", about="appointment", of="Maria Lopez") == (
        "You're with Dr. Chen on Tuesday at 10 AM. Anything else?"
    )


def test_an_appointment_that_was_found_is_cancelled_without_asking_again() -> None:
    clinic = open_clinic()
    _booked(Caller(clinic, "call-1"))
    caller = Caller(clinic, "call-2")
    caller.says(
        "when am I coming in, I'm Maria Lopez", "lookup", about="appointment", of="Maria Lopez"
    )
    assert caller.says("oh, cancel it please", "cancel") == (
        "That's Dr. Chen on Tuesday at 10 AM for Maria Lopez. Shall I cancel it?"
    )
    caller.says("yes", "confirm", answer="yes")
    assert caller.says("cancel it again", "cancel") == (
        "I can't find an appointment for Maria Lopez. Is there another name?"
    )


# Refills, messages, facts


def test_a_refill_is_asked_for_after_a_yes() -> None:
    clinic = open_clinic()
    caller = Caller(clinic)
    assert caller.says("I need a refill", "refill") == "Which medicine do you need?"
    assert caller.says("it's lisinopril 10 milligrams", "refill", drug="lisinopril 10 milligrams")
    assert caller.says("Maria Lopez", "refill", name="Maria Lopez") == (
        "That's a refill of lisinopril 10 milligrams for Maria Lopez. Is that right?"
    )
    assert caller.says("no, 20 milligrams", "refill", drug="20 milligrams") == (
        "That's a refill of lisinopril 20 milligrams for Maria Lopez. Is that right?"
    )
    assert clinic.book.refills() == []
    assert caller.says("right", "confirm", answer="yes") == (
        "Your refill request is in. Anything else?"
    )
    assert clinic.book.refills() == [("lisinopril 20 milligrams", "Maria Lopez")]


def test_a_message_is_taken_with_a_number_to_call() -> None:
    clinic = open_clinic()
    caller = Caller(clinic)
    assert caller.says("can a nurse call me back", "message", to="nurse") == "What's the message?"
    assert caller.says("My knee is swollen again.", "message", text="my knee is swollen again") == (
        "What name is it under?"
    )
    assert caller.says("Maria Lopez", "message", name="maria lopez") == (
        "What number can they reach you on?"
    )
    assert caller.expects() == "digits"
    assert caller.says("five five five, oh one nine nine", "message", phone="5550199") == (
        "That's a message for the nurse. It says: my knee is swollen again. "
        "From Maria Lopez, 555-0199. Shall I send it?"
    )
    caller.says("yes", "confirm", answer="yes")
    assert clinic.book.messages() == [
        ("the nurse", "my knee is swollen again", "Maria Lopez", "555-0199")
    ]


def test_a_message_for_the_nurse_is_offered_by_the_model_and_taken() -> None:
    caller = Caller(open_clinic())
    assert caller.call.answer("is my rash contagious?") is None  # the model offers a message
    assert caller.says("yes please", "message", to="nurse") == "What's the message?"
    caller.says("My rash is spreading", "message", text="my rash is spreading")
    caller.says("Maria Lopez", "message", name="Maria Lopez")
    assert caller.says("555-0199", "message", phone="555-0199").startswith(
        "That's a message for the nurse. It says: my rash is spreading."
    )


def test_the_carriers_number_saves_a_question() -> None:
    caller = Caller(open_clinic(), number="+15550199")
    caller.says("tell the nurse I'm fine", "message", to="the nurse", text="I'm fine")
    assert "Shall I send it?" in caller.says("Maria Lopez", "message", name="Maria Lopez")


def test_a_fact_is_told_and_the_open_question_asked_again() -> None:
    caller = Caller(open_clinic())
    caller.says("Dr. Chen please, I need an appointment", "book", doctor="Dr. Chen")
    assert caller.says("Do you take Aetna?", "lookup", about="insurance", of="aetna") == (
        "Yes, we take Aetna. What day works for you?"
    )
    assert caller.says("is there wifi", "lookup", about="wifi") == (
        "I don't have that information. What day works for you?"
    )
    assert caller.says("Tuesday at ten", "book", day="tuesday", time="ten") == (
        "What name is it under?"
    )


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("So is it booked?", "Not yet."),
        ("Did that go through?", "Not yet."),
        ("When is my appointment?", "You're with Dr. Chen on Tuesday at 10 AM."),
    ],
)
def test_a_question_about_an_appointment_does_not_close_the_one_being_booked(
    asked: str, told: str
) -> None:
    clinic = open_clinic()
    _booked(Caller(clinic, "call-1"))
    caller = Caller(clinic, "call-2")
    caller.says("Dr. Chen on Friday", "book", doctor="Dr. Chen", day="friday")
    caller.says("Yes, it's for Maria Lopez", "book", name="Maria Lopez")
    assert caller.says(asked, "lookup", about="appointment") == f"{told} Shall I book it?"
    assert caller.says("yes", "confirm", answer="yes").startswith("You're booked")
    assert len(clinic.book.appointments("Maria Lopez", NOW)) == 2


def test_an_appointment_is_not_looked_up_without_a_name_while_another_is_booked() -> None:
    caller = Caller(open_clinic())
    caller.says("Dr. Chen please", "book", doctor="Dr. Chen")
    assert caller.says("When am I due?", "lookup", about="appointment") == (
        "I don't have your name yet. What day works for you?"
    )


def test_a_fact_that_is_not_there_leads_to_a_message() -> None:
    caller = Caller(open_clinic())
    assert caller.says("is there wifi", "lookup", about="wifi") == (
        "I don't have that information. Shall I take a message?"
    )
    assert caller.says("yes please", "confirm", answer="yes") == "What's the message?"


def test_a_confirmation_out_of_nowhere_writes_nothing() -> None:
    clinic = open_clinic()
    assert Caller(clinic).says("yes", "confirm", answer="yes") == "Sure. What can I do for you?"
    assert len(clinic.book.free(NOW)) == len(DIARY)


# Around the model


def test_an_emergency_never_reaches_the_model() -> None:
    call = open_clinic().open("call-1")
    assert call.answer("My chest hurts and I can't breathe") == REPLIES["emergency"]
    assert call.answer("I want to kill myself") == REPLIES["self_harm"]
    assert call.answer("I need an appointment for a cough") is None
    elsewhere = open_clinic(emergency_reply="Please call 112.").open("call-1")
    assert elsewhere.answer("I can't breathe") == "Please call 112."


def test_the_prompt_is_the_one_that_was_trained_on() -> None:
    call = open_clinic().open("call-1")
    assert call.prompt == system_prompt(
        "Maple Street Clinic", ("Dr. Chen", "Dr. Patel", "Dr. Brooks")
    )
    assert call.prompt == (
        "You are the front desk of Maple Street Clinic. Doctors: Dr. Chen, Dr. Patel, Dr. Brooks. "
        "Tools: book, move, cancel, refill, message, lookup, confirm."
    )
    assert [tool.name for tool in call.tools if not tool.reads_only] == ["confirm"]


def test_what_the_desk_waits_for_is_known() -> None:
    caller = Caller(open_clinic())
    assert caller.expects() == "any"
    caller.says("I need Dr. Chen", "book", doctor="Dr. Chen")
    assert caller.expects() == "date"
    caller.says("Tuesday at 10", "book", day="tuesday", time="10")
    assert caller.expects() == "name"
    caller.says("Maria Lopez", "book", name="Maria Lopez")
    assert caller.expects() == "yes_no"


def test_a_book_that_fails_is_said_so() -> None:
    clinic = open_clinic()
    caller = Caller(clinic)
    clinic.book.close()
    assert caller.says("Dr. Chen on Tuesday", "book", doctor="Dr. Chen", day="tuesday") == (
        "Sorry, I can't reach our book. Could you try again?"
    )
    with pytest.raises(sqlite3.ProgrammingError):
        clinic.book.free(NOW)


def test_a_clinic_that_closes_lets_go_of_its_book() -> None:
    async def scene() -> None:
        async with open_clinic() as clinic:
            assert clinic.book.free(NOW)
        with pytest.raises(sqlite3.ProgrammingError):
            clinic.book.free(NOW)

    asyncio.run(scene())


def test_fixed_phrases_start_short() -> None:
    for phrase in open_clinic().phrases:
        assert len(phrase.split(". ")[0].split("? ")[0].split()) <= 8, phrase


@pytest.mark.parametrize(
    ("heard", "answer"),
    [
        ("Yes.", "yes"),
        ("yeah that works", "yes"),
        ("Mm-hmm.", "yes"),
        ("no problem, yes", "yes"),
        ("Yes, no problem.", "yes"),
        ("No, that's right.", "yes"),
        ("no", "no"),
        ("Nope.", "no"),
        ("No, thank you.", "no"),
        ("no, please don't", "no"),
        ("wait", "no"),
        ("not really", "no"),
        ("that's not right", None),
        ("yes no maybe", None),
        ("Tuesday", None),
        ("", None),
    ],
)
def test_consent_is_plain_or_it_is_none(heard: str, answer: str | None) -> None:
    assert verdict(heard) == answer


WORDS = st.sampled_from(
    [
        *("Dr. Chen", "Tuesday", "at ten", "the first one", "Maria Lopez", "yes", "no", "Friday"),
        *("later", "cancel that", "Dr. Patel", "ten thirty", "earliest", "lisinopril", "what"),
    ]
)
GIVEN = st.dictionaries(
    st.sampled_from(
        ["doctor", "day", "time", "name", "drug", "text", "to", "phone", "about", "of"]
    ),
    WORDS,
    max_size=3,
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(WORDS, max_size=3).map(" ".join),
            st.sampled_from([tool.name for tool in TOOLS]),
            GIVEN,
            st.sampled_from(["yes", "no"]),
        ),
        max_size=10,
    )
)
def test_the_book_changes_only_after_a_yes(
    turns: list[tuple[str, str, dict[str, str], str]],
) -> None:
    clinic = open_clinic()
    caller = Caller(clinic)
    for heard, tool, given_arguments, answer in turns:
        before = _state(clinic.book)
        arguments = {"answer": answer} if tool == "confirm" else given_arguments
        fixed = caller.call.answer(heard)
        said = caller.tool(heard, tool, json.dumps(arguments)) if fixed is None else fixed
        assert said.endswith(("?", ".")), said
        if _state(clinic.book) != before:
            assert verdict(heard) == "yes", heard
    clinic.book.close()


def _state(book: Book) -> object:
    return (book.free(NOW), book.refills(), book.messages())


def test_say_knows_dates_near_and_far() -> None:
    today = NOW.date()
    assert say.moment(datetime(2026, 11, 25, 14), today) == "today at 2 PM"
    assert say.moment(datetime(2026, 12, 1, 12), today) == "Tuesday at noon"
    assert say.moment(datetime(2026, 12, 2, 9, 30), today) == "Wednesday, December 2nd at 9:30 AM"


@pytest.mark.parametrize(
    ("heard", "tool", "over"),
    [
        ("No, that's all. Bye.", False, True),
        ("No, thank you.", False, True),
        ("Um, well, the, uh.", False, False),
        ("Tuesday, thanks.", True, False),
        ("Forget it, goodbye.", True, True),
    ],
)
def test_a_call_is_over_when_both_have_said_goodbye(heard: str, tool: bool, over: bool) -> None:
    caller = Caller(open_clinic())
    if tool:
        caller.says("I'd like to see Dr. Chen.", "book", doctor="Dr. Chen")
    assert caller.call.answer(heard) is None
    assert caller.call.is_over(say.GOODBYE) is over
    assert not caller.call.is_over("Which day works for you?")


def test_a_call_can_go_on_from_where_another_stood() -> None:
    one, other = Caller(open_clinic()), Caller(open_clinic(), "call-2")
    one.says("Dr. Chen on Friday, please.", "book", doctor="Dr. Chen", day="Friday")
    other.call.resume(one.call.talk)
    assert other.expects() == one.expects() == "yes_no"
    assert other.says("Yes.", "confirm", answer="yes") == "What name is it under?"
    other.call.rewind()
    assert other.call.talk == one.call.talk
