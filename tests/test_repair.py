"""What a small model left out is put back from the caller's own words, and nothing else is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from demos.clinic.forms import Ask, Form, Heard
from demos.clinic.off_topic import not_ours
from demos.clinic.repair import repair

DOCTORS = ("Dr. Chen", "Dr. Okafor")


def mended(
    tool: str,
    arguments: Mapping[str, str],
    words: str,
    ask: Ask = "anything_else",
    form: Form | None = None,
) -> tuple[str, dict[str, str]]:
    return repair(tool, arguments, Heard((words,), ask, date(2026, 11, 25), DOCTORS), form)


@pytest.mark.parametrize(
    ("tool", "arguments", "words", "field", "value"),
    [
        ("book", {"doctor": "Dr. Chen"}, "Dr. Chen on Monday, please.", "day", "Monday"),
        ("book", {"doctor": "dr chen"}, "can i see dr chen on monday", "day", "monday"),
        ("book", {}, "Could I come in tomorrow morning?", "day", "tomorrow"),
        ("book", {}, "Could I come in tomorrow morning?", "time", "morning"),
        ("book", {"reason": "rash"}, "I've got a rash. Soonest you've got.", "day", "soonest"),
        (
            "book",
            {"reason": "cough"},
            "I have this cough, can I get in on Friday?",
            "day",
            "Friday",
        ),
        ("book", {"day": "Monday"}, "Anything on Monday at 10:30?", "time", "10:30"),
        ("book", {"day": "Monday"}, "A visit Monday, Dr. Okafor.", "doctor", "Dr. Okafor"),
        ("cancel", {}, "My Tuesday slot, I don't need it.", "day", "tuesday"),
        ("cancel", {"day": "Friday"}, "Cancel Friday, my name is Ada Obi.", "name", "Ada Obi"),
        ("cancel", {}, "I have to call off my visit with Dr. Chen.", "doctor", "Dr. Chen"),
        ("refill", {"drug": "lisinopril"}, "Lisinopril, 10 mg.", "drug", "lisinopril 10 mg"),
        ("refill", {"drug": "zoloft"}, "10 milligrams of Zoloft.", "drug", "zoloft 10 milligrams"),
        ("refill", {"drug": "50 mg"}, "My sertraline, the 50 mg.", "drug", "sertraline 50 mg"),
        ("book", {"name": "Lopez"}, "It's Maria Lopez.", "name", "Maria Lopez"),
        ("book", {"name": "Maria"}, "Maria Lopez, please.", "name", "Maria Lopez"),
        ("refill", {}, "My son's name is Leo Park.", "name", "Leo Park"),
        ("move", {"name": "Ruth"}, "Last name Green, first name Ruth.", "name", "Ruth Green"),
    ],
)
def test_what_was_said_but_not_passed_is_put_back(
    tool: str, arguments: dict[str, str], words: str, field: str, value: str
) -> None:
    meant, said = mended(tool, arguments, words)
    assert meant == tool
    assert said[field].lower() == value.lower()


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        # It is right as it is.
        ("move", {"day": "Friday"}, "I see Dr. Chen on Monday, could it be Friday?"),
        ("lookup", {"about": "hours", "of": "Monday"}, "Are you open on Monday?"),
        ("message", {"to": "Dr. Chen", "text": "I am late"}, "Tell Dr. Chen I am late."),
        ("book", {"doctor": "Dr. Chen", "day": "Monday"}, "Dr. Chen on Monday, please."),
        ("book", {"name": "Maria Lopez"}, "It's Maria Lopez."),
        # A day or a time that is of something else.
        ("book", {"reason": "cough"}, "I've had this cough, it started on Monday."),
        ("book", {"reason": "cough"}, "It started, um, on Monday."),
        ("book", {"reason": "knee"}, "I fell on Tuesday and my knee hurts."),
        ("book", {"reason": "headaches"}, "I get these headaches in the morning."),
        ("book", {}, "I need to be seen before my flight on Friday."),
        ("book", {}, "I finish work at five."),
        ("book", {}, "My son's school closes at noon."),
        ("book", {}, "I have one on Friday."),
        ("book", {}, "Anything after Friday?"),
        ("book", {"reason": "cough"}, "My birthday is on Friday, I'd like to be seen."),
        ("cancel", {}, "I work on Friday so cancel my appointment."),
        ("move", {}, "My appointment is Monday, can I move it?"),
        # Two of them: which is meant is not for us to guess.
        ("book", {}, "Monday or Tuesday, please."),
        # A doctor who is not asked for.
        ("book", {}, "I want anyone but Dr. Chen."),
        ("book", {}, "I don't want Dr. Chen this time."),
        ("book", {}, "Dr. Chen told me to come back in."),
        ("book", {}, "Is Dr. Chen's nurse there?"),
        ("book", {"doctor": "Dr. Okafor"}, "Dr. Okafor. Dr. Chen referred me."),
        ("book", {}, "Dr. Smith, please."),
        # A capital that is no name, a name that is not the patient's.
        ("book", {"name": "Maria"}, "Put Maria down for that."),
        ("book", {"name": "Maria"}, "See Maria first."),
        ("book", {"name": "Maria"}, "Make Maria the one."),
        ("message", {"to": "nurse"}, "My doctor's name is Ada Obi."),
        # A strength that is another medicine's, a former one, or none.
        ("refill", {"drug": "sertraline"}, "1000 milligram Lantus, uh, no, um, sertraline."),
        ("refill", {"drug": "lisinopril"}, "Lisinopril, but not the 10 milligrams."),
        ("refill", {"drug": "warfarin"}, "I went from 5 milligrams of warfarin."),
        ("refill", {"drug": "warfarin"}, "Warfarin 5 mg or 10 mg, I forget."),
        ("refill", {}, "It's exactly ten milligrams."),
        ("refill", {"drug": "statin point five milligrams"}, "My statin point five milligrams."),
    ],
)
def test_a_call_is_left_alone_where_the_words_bear_out_nothing_else(
    tool: str, arguments: dict[str, str], words: str
) -> None:
    assert mended(tool, arguments, words) == (tool, arguments)


@pytest.mark.parametrize(
    ("tool", "words", "meant"),
    [
        ("book", "I'd like to cancel my appointment.", "cancel"),
        ("move", "Take me off the schedule.", "cancel"),
        ("book", "I need to reschedule my appointment.", "move"),
        ("book", "Can I get a refill?", "refill"),
        ("refill", "Could I leave a message for the nurse?", "message"),
        ("book", "When am I supposed to come in?", "lookup"),
    ],
)
def test_the_tool_is_the_one_that_the_words_name(tool: str, words: str, meant: str) -> None:
    assert mended(tool, {}, words)[0] == meant


@pytest.mark.parametrize(
    ("tool", "words"),
    [
        ("book", "I had to cancel my appointment last month, can I book a new one?"),
        ("move", "I need to cancel my appointment and get another time."),
        ("book", "Can I book a time to drop it off?"),
        ("move", "When am I supposed to come in? I need to move it."),
        ("book", "I need an appointment about a refill of my pills."),
        ("message", "I'd like to cancel my appointment, tell her."),
        ("book", "I don't want to leave a message, I want an appointment."),
        ("book", "I left a message yesterday and nobody called."),
    ],
)
def test_the_tool_is_the_models_where_the_words_could_be_read_two_ways(
    tool: str, words: str
) -> None:
    assert mended(tool, {}, words)[0] == tool


def test_a_no_to_what_was_read_back_is_no_new_request() -> None:
    form = Form("book", "key")
    assert mended("cancel", {}, "No, never mind.", "read_back", form) == (
        "confirm",
        {"answer": "no"},
    )
    for words in ("No, I need to leave a message.", "Yes, please.", "No, cancel the appointment."):
        assert mended("cancel", {}, words, "read_back", form)[0] != "confirm"
    assert mended("cancel", {}, "No, never mind.", "day", form)[0] == "cancel"


def test_what_was_refused_is_no_wish_and_what_is_no_name_is_none() -> None:
    said = {"day": "tomorrow", "time": "9 o'clock"}
    assert mended("move", said, "Tomorrow, not the 9 o'clock.")[1] == {"day": "tomorrow"}
    assert mended("move", said, "Tomorrow at 9 o'clock, not 10.")[1] == said
    tall = {"name": "the tall lady"}
    assert mended("book", tall, "I want the tall lady, Dr. Okafor.")[1] == {}
    assert mended("book", tall, "i want the tall lady dr okafor")[1] == tall


def test_an_offer_is_answered_by_the_form_not_by_a_day_put_in_its_place() -> None:
    assert mended("book", {}, "Tuesday at 10:30, please.", "offer") == ("book", {})


@pytest.mark.parametrize(
    ("words", "ours"),
    [
        ("I'd like to book a table for two.", False),
        ("Call me a cab, please.", False),
        ("Book me a haircut.", False),
        ("Can I book something before my flight?", True),
        ("I can't get a taxi until ten, can we make it later?", True),
        ("I'd like to book for after the train comes in.", True),
        ("Book a doctor's appointment near the hotel.", True),
    ],
)
def test_only_what_is_asked_of_somebody_else_is_not_ours(words: str, ours: bool) -> None:
    assert not_ours(words) is not ours
