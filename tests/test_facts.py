"""Questions of fact, asked on Wednesday, 25 November 2026 at 9:10: computed, or not known."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from demos.clinic.facts import look_up, topic_of
from demos.clinic.practice import (
    Opening,
    Practice,
    PracticeError,
    fortnight,
    read_doctors,
    read_hours_table,
)
from tests.clinic import NOW, TABLE

CLINIC = Practice(
    name=TABLE["name"],
    doctors=read_doctors(TABLE["doctors"]),
    hours=read_hours_table(TABLE["hours"]),
    address=TABLE["address"],
    phone=TABLE["phone"],
    parking=TABLE["parking"],
    insurers=tuple(TABLE["insurers"]),
    facts=TABLE["facts"],
)


@pytest.mark.parametrize(
    ("heard", "about", "of", "said"),
    [
        ("Are you open on Saturday?", "hours", "saturday", "We're open 9 AM to noon on Saturday."),
        ("Are you open on Sunday?", "hours", "sunday", "No, we're closed on Sunday."),
        ("what time do you close on friday", "hours", "friday", "We close at 5 PM on Friday."),
        ("What time do you close?", "hours", "", "We close at 5 PM today."),
        ("when do you open tomorrow", "hours", "tomorrow", "We open at 8 AM on Thursday."),
        ("Are you open right now?", "hours", "now", "Yes, we're open until 5 PM."),
        ("open thursday at 5:30?", "hours", "thursday", "We're open 8 AM to 6 PM on Thursday."),
        ("Are you open Thursday at 5:30?", "hours", "thursday at 5:30",
         "Yes, we're open 8 AM to 6 PM on Thursday."),
        ("are you open until six on friday", "hours", "friday",
         "No, we're open 8 AM to 5 PM on Friday."),
        ("do you have evening hours", "hours", "evening", "Yes, on Thursday."),
        ("are you open on weekends", "hours", "weekends", "We're open 9 AM to noon on Saturday."),
        ("Where are you?", "address", "", "We're at 12 Maple Street."),
        ("Is there parking?", "parking", "", "Parking is free, behind the building."),
        ("What's your number?", "phone", "", "Our number is 555-0142."),
        ("what's your fax", "fax", "", "Our fax number is 555-0143."),
        ("Who are your doctors?", "doctors", "",
         "Our doctors are Dr. Chen, Dr. Patel and Dr. Brooks."),
        ("Is Dr. Chen in on Friday?", "doctors", "dr. chen", "Yes, Dr. Chen is in on Friday."),
        ("is dr chan in on thursday", "doctors", "dr chan",
         "No, Dr. Chen isn't in on Thursday. Dr. Chen is in on Monday, Tuesday and Friday."),
        ("who's in on Tuesday", "doctors", "tuesday", "Dr. Chen and Dr. Patel are in on Tuesday."),
        ("do you have a pediatrician", "doctors", "pediatrician", "Dr. Patel does that."),
        ("Do you have a Dr. Smith?", "doctors", "dr. smith",
         "There's no Dr. Smith here. Our doctors are Dr. Chen, Dr. Patel and Dr. Brooks."),
        ("Do you take Aetna?", "insurance", "aetna", "Yes, we take Aetna."),
        ("do you take etna", "insurance", "etna", "Yes, we take Aetna."),
        ("Do you take Medicaid?", "insurance", "medicaid", "No, Medicaid isn't on our list."),
        ("Do you take Medicare?", "insurance", "medicare", "Yes, we take Medicare."),
        ("what insurance do you take", "insurance", "",
         "We take Aetna, Blue Cross, Cigna and Medicare."),
        ("I have Fidelis, is that okay?", "insurance", "Fidelis",
         "No, Fidelis isn't on our list."),
        ("And Fidelis?", "insurance", "Fidelis", "No, Fidelis isn't on our list."),
        ("Is Cigna okay?", "insurance", "Cigna", "Yes, we take Cigna."),
        ("Will my insurance cover an MRI?", "insurance", "mri",
         "We take Aetna, Blue Cross, Cigna and Medicare."),
        ("How much is it if I'm paying cash?", "cost", "", "A visit without insurance is $120."),
        ("And without insurance?", "cost", "", "A visit without insurance is $120."),
        ("how much is a visit", "cost", "visit", "A visit without insurance is $120."),
        ("is it wheelchair accessible", "wheelchair accessible", "",
         "There's a ramp at the front door."),
    ],
)  # fmt: skip
def test_a_fact_of_the_table_is_said(heard: str, about: str, of: str, said: str) -> None:
    assert look_up(CLINIC, about, of, heard, NOW) == said


@pytest.mark.parametrize(
    ("about", "of", "heard"),
    [
        ("website", "", "do you have a website"),
        ("walk-ins", "", "do you take walk-ins"),
        ("languages", "russian", "do you speak russian"),
        ("wifi", "", "is there wifi"),
        ("x-rays", "", "do you do x-rays"),
        ("doctors", "dermatologist", "do you have a dermatologist"),
        ("hours", "christmas", "are you open on christmas"),
        ("hours", "lunch", "do you close for lunch"),
        ("elevator", "", "is there an elevator"),
        ("email", "", "what's your email"),
        ("", "", ""),
        ("insurance", "MRIsCans", "Do you do MRIsCans?"),
        ("insurance", "EKGs", "Do you do EKGs?"),
        ("insurance", "Adderall", "Do you prescribe Adderall?"),
        ("insurance", "diabetes", "I have diabetes, is that okay?"),
        ("insurance", "credit cards", "Do you take credit cards?"),
        ("cost", "", "Do you take credit cards?"),
        ("cost", "Tylenol", "How much Tylenol can I give my baby?"),
        ("cost", "", "how many advil should i take"),
        ("cost", "Tylenol", "How much Tylenol is safe for a baby?"),
        ("cost", "", "What's the right dose of Advil?"),
        ("new patients", "", "Are you hiring?"),
    ],
)
def test_what_the_table_does_not_have_is_not_answered(about: str, of: str, heard: str) -> None:
    assert look_up(CLINIC, about, of, heard, NOW) is None


@pytest.mark.parametrize(
    ("about", "heard"),
    [
        ("new patients", "Are you taking anybody new?"),
        ("new patients", "We've never been there, can we still come?"),
        ("walk-ins", "Can I just show up?"),
        ("walk-ins", "Do I have to call ahead?"),
    ],
)
def test_a_fact_is_told_to_who_asks_for_it_in_other_words(about: str, heard: str) -> None:
    facts = {about: "Yes, we are."}
    clinic = Practice(name="Clinic", doctors=CLINIC.doctors, hours={}, facts=facts)
    assert look_up(clinic, about, "", heard, NOW) == "Yes, we are."


def test_a_clinic_with_only_a_name_answers_nothing() -> None:
    bare = Practice(name="Clinic", doctors=CLINIC.doctors, hours={})
    for about in ("hours", "address", "parking", "phone", "insurance", "cost"):
        assert look_up(bare, about, "", "", NOW) is None


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (datetime(2026, 11, 25, 7, 0), "No, we're closed now. We open at 8 AM today."),
        (datetime(2026, 11, 25, 17, 0), "No, we're closed now. We open at 8 AM on Thursday."),
        (datetime(2026, 11, 28, 13, 0), "No, we're closed now. We open at 8 AM on Monday."),
        (datetime(2026, 11, 28, 11, 59), "Yes, we're open until noon."),
    ],
)
def test_now_is_a_matter_of_the_clock(at: datetime, said: str) -> None:
    assert look_up(CLINIC, "hours", "now", "Are you open now?", at) == said


def test_days_of_equal_hours_are_said_together() -> None:
    said = look_up(CLINIC, "hours", "", "What are your hours?", NOW)
    assert said == (
        "Monday to Wednesday, 8 AM to 5 PM. Thursday, 8 AM to 6 PM. "
        "Friday, 8 AM to 5 PM. Saturday, 9 AM to noon."
    )


def test_the_callers_words_name_the_topic_when_the_model_does_not() -> None:
    assert topic_of("", "how late are you open") == "hours"
    assert topic_of("price", "") == "cost"


def test_a_fortnight_is_the_same_whenever_it_is_made() -> None:
    today = fortnight(CLINIC, NOW.date(), seed=3)
    tomorrow = fortnight(CLINIC, NOW.date().replace(day=26), seed=3)
    shared = [slot for slot in today if slot[1].day != 25 or slot[1].month != 11]
    assert shared == [slot for slot in tomorrow if slot[1].date() < datetime(2026, 12, 9).date()]
    assert fortnight(CLINIC, NOW.date(), seed=4) != today


def test_a_fortnight_has_slots_only_when_the_doctor_is_in_and_the_door_is_open() -> None:
    for doctor, at in fortnight(CLINIC, NOW.date(), seed=0):
        days = next(one.days for one in CLINIC.doctors if one.name == doctor)
        opening = CLINIC.hours[at.weekday()]
        assert at.weekday() in days
        assert opening.first <= at.time() < opening.last
        assert not time(12) <= at.time() < time(13)


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ({"moonday": "8:00-17:00"}, 'hours has "moonday", expected one of: monday, '),
        ({"monday": "8-17"}, 'hours of monday are "8-17", expected like "8:00-17:00"'),
        ({"monday": "17:00-8:00"}, 'hours of monday are "17:00-8:00", expected to close after'),
        ({"monday": "8:00-25:00"}, 'hours of monday are "8:00-25:00": hour must be in 0..23'),
    ],
)
def test_hours_that_are_none_are_refused(rows: dict[str, str], error: str) -> None:
    with pytest.raises(PracticeError, match="^" + error.replace("(", r"\(")):
        read_hours_table(rows)


def test_hours_are_read() -> None:
    assert read_hours_table({"monday": "8:30-17:00"}) == {0: Opening(time(8, 30), time(17))}


@pytest.mark.parametrize("row", [{"name": "Dr. Chen"}, {"name": "Dr. Chen", "days": [], "age": 3}])
def test_a_doctor_that_is_none_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(PracticeError, match=r"^doctor .* needs name and days"):
        read_doctors([row])
    with pytest.raises(PracticeError, match=r"^doctors is empty"):
        read_doctors([])
