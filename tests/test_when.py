"""Days, times and picks as callers say them, read on Wednesday, 25 November 2026."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.clinic.hours import Hours
from demos.clinic.say import clock, ordinal
from demos.clinic.when import When, read_spoken, read_when, revise
from demos.clinic.words import plain, was_said

TODAY = date(2026, 11, 25)


def _day(month: int, day: int) -> date:
    return date(2026, month, day)


@pytest.mark.parametrize(
    ("said", "days"),
    [
        ("today", [(11, 25)]),
        ("tomorrow", [(11, 26)]),
        ("tomorrow morning", [(11, 26)]),
        ("the day after tomorrow", [(11, 27)]),
        ("friday", [(11, 27)]),
        ("this friday", [(11, 27)]),
        ("Fri.", [(11, 27)]),
        ("tuesday", [(12, 1)]),
        ("Tuesdays", [(12, 1)]),
        ("next tuesday", [(12, 1)]),
        ("wednesday", [(12, 2)]),
        ("tuesday week", [(12, 8)]),
        ("a week from tuesday", [(12, 8)]),
        ("tuesday of next week", [(12, 1)]),
        ("monday or tuesday", [(11, 30), (12, 1)]),
        ("the 3rd of december", [(12, 3)]),
        ("december third", [(12, 3)]),
        ("december 3rd", [(12, 3)]),
        ("December 3", [(12, 3)]),
        ("dec 3", [(12, 3)]),
        ("the third", [(12, 3)]),
        ("on the twenty-third", [(12, 23)]),
        ("friday the 4th", [(12, 4)]),
        ("12/3", [(12, 3)]),
        ("in three days", [(11, 28)]),
        ("early next week", [(11, 30), (12, 1)]),
        ("end of next week", [(12, 3), (12, 4)]),
        ("later this week", [(11, 26), (11, 27)]),
        ("this weekend", [(11, 28), (11, 29)]),
    ],
)
def test_a_day_is_read(said: str, days: list[tuple[int, int]]) -> None:
    assert read_when(said, TODAY).days == tuple(_day(*day) for day in days)


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("next week", (11, 30), (12, 6)),
        ("the week after next", (12, 7), (12, 13)),
        ("in two weeks", (12, 8), (12, 12)),
        ("this week", (11, 25), (11, 29)),
        ("next month", (12, 1), (12, 28)),
    ],
)
def test_a_span_is_every_day_of_it(
    said: str, first: tuple[int, int], last: tuple[int, int]
) -> None:
    days = read_when(said, TODAY).days
    assert days is not None
    assert (days[0], days[-1]) == (_day(*first), _day(*last))


@pytest.mark.parametrize(
    ("said", "times"),
    [
        ("ten", [(10, 0)]),
        ("at ten", [(10, 0)]),
        ("10", [(10, 0)]),
        ("ten o'clock", [(10, 0)]),
        ("10 AM", [(10, 0)]),
        ("10am", [(10, 0)]),
        ("10 a.m.", [(10, 0)]),
        ("ten a m", [(10, 0)]),
        ("ten thirty", [(10, 30)]),
        ("ten-thirty", [(10, 30)]),
        ("10:30", [(10, 30)]),
        ("10.30", [(10, 30)]),
        ("1030", [(10, 30)]),
        ("nine oh five", [(9, 5)]),
        ("half past two", [(14, 30)]),
        ("half past 2", [(14, 30)]),
        ("quarter to three", [(14, 45)]),
        ("a quarter past nine", [(9, 15)]),
        ("twenty past three", [(15, 20)]),
        ("two", [(14, 0)]),
        ("for two", [(14, 0)]),
        ("2:30 PM", [(14, 30)]),
        ("14:30", [(14, 30)]),
        ("noon", [(12, 0)]),
        ("at one", [(13, 0)]),
        ("the one at ten", [(10, 0)]),
        ("ten or eleven", [(10, 0), (11, 0)]),
        ("tuesday at ten", [(10, 0)]),
        ("thursday at 2 in the afternoon", [(14, 0)]),
        ("eight in the morning", [(8, 0)]),
        ("Tues. 10:30", [(10, 30)]),
        ("the three thirty one", [(15, 30)]),
        ("Oh, 9 AM works.", [(9, 0)]),
    ],
)
def test_a_time_is_read(said: str, times: list[tuple[int, int]]) -> None:
    hours = read_when(said, TODAY).hours
    assert hours is not None
    assert hours.exact == tuple(time(*at) for at in times)


@pytest.mark.parametrize(
    ("said", "yes", "no"),
    [
        ("morning", (9, 0), (13, 0)),
        ("in the afternoon", (14, 0), (11, 0)),
        ("friday afternoon", (14, 0), (11, 0)),
        ("late afternoon", (16, 0), (13, 0)),
        ("after four", (16, 30), (15, 30)),
        ("before noon", (11, 30), (13, 0)),
        ("between two and four", (15, 0), (16, 30)),
        ("not before ten", (10, 30), (9, 30)),
        ("first thing", (8, 0), (11, 0)),
        ("after work", (17, 0), (15, 0)),
        ("before work", (8, 30), (9, 30)),
        ("after school", (15, 30), (11, 0)),
        ("as late as possible", (16, 0), (11, 0)),
    ],
)
def test_a_part_of_the_day_is_read(said: str, yes: tuple[int, int], no: tuple[int, int]) -> None:
    hours = read_when(said, TODAY).hours
    assert hours is not None
    assert hours.allow(time(*yes))
    assert not hours.allow(time(*no))


@pytest.mark.parametrize(
    ("said", "pick"),
    [
        ("the first one", 0),
        ("the first", 0),
        ("First.", 0),
        ("yeah, the first one please", 0),
        ("the earlier one", 0),
        ("the second one", -1),
        ("the second", -1),
        ("the later one", -1),
        ("the last one", -1),
        ("the other one", -1),
        ("option two", -1),
    ],
)
def test_one_of_the_offered_times_is_picked(said: str, pick: int) -> None:
    assert read_when(said, TODAY, offered=2).pick == pick


def test_nothing_is_picked_where_nothing_was_offered() -> None:
    assert read_when("the second", TODAY).days == (_day(12, 2),)


@pytest.mark.parametrize("said", ["later", "something later", "anything later", "neither"])
def test_more_times_are_asked_for(said: str) -> None:
    assert read_when(said, TODAY, offered=2).more == "later"


@pytest.mark.parametrize(
    "said",
    ["earliest", "as soon as possible", "asap", "the soonest", "the first available", "right away"],
)
def test_the_soonest_is_asked_for(said: str) -> None:
    assert read_when(said, TODAY).soonest


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("yesterday", 24),
        ("Yesterday at 4 PM.", 24),
        ("um, how about yesterday?", 24),
        ("last Friday", 20),
        ("last Wednesday, please", 18),
    ],
)
def test_a_day_that_is_over_is_read_as_that_day(said: str, day: int) -> None:
    assert read_when(said, TODAY).days == (date(2026, 11, day),)


@pytest.mark.parametrize(
    "said",
    ["It has hurt since yesterday.", "I called yesterday.", "I was there last Friday in town"],
)
def test_a_day_that_is_over_and_told_of_is_not_asked_for(said: str) -> None:
    assert date(2026, 11, 24) not in (read_when(said, TODAY).days or ())
    assert date(2026, 11, 20) not in (read_when(said, TODAY).days or ())


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("November 31st", "November 31st"),
        ("the 31st of November, please", "November 31st"),
        ("february thirtieth", "February 30th"),
        ("Feb 29", "February 29th"),
    ],
)
def test_a_date_that_no_calendar_has_is_told_from_silence(said: str, told: str) -> None:
    assert read_when(said, TODAY) == When(no_day=told)


def test_a_leap_day_is_one_where_it_comes() -> None:
    assert not read_when("february 29th", date(2027, 11, 25)).no_day


def test_a_date_that_no_calendar_has_lets_go_of_the_day_before() -> None:
    old = read_when("tuesday at ten", TODAY)
    new = revise(old, read_when("no, November 31st", TODAY))
    assert (new.days, new.hours, new.no_day) == (None, old.hours, "November 31st")
    assert revise(new, read_when("friday", TODAY)).no_day == ""


@pytest.mark.parametrize("said", ["any day", "any time", "whenever", "I don't mind", "either"])
def test_no_preference_is_read(said: str) -> None:
    assert read_when(said, TODAY).anytime


def test_a_day_can_be_ruled_out() -> None:
    wish = read_when("any day but monday", TODAY)
    assert not wish.allows(_day(11, 30))
    assert wish.allows(_day(12, 1))


@pytest.mark.parametrize(
    "said", ["Maria Lopez", "yes", "a refill", "it's for my knee", "I may need help", "", "um"]
)
def test_words_without_a_time_say_nothing(said: str) -> None:
    assert not read_when(said, TODAY)


@pytest.mark.parametrize(
    ("said", "day", "at"),
    [
        ("Tuesday, no, Wednesday at ten", (12, 2), time(10)),
        ("Friday, sorry, I mean Thursday at two", (11, 26), time(14)),
        ("No, Thursday at nine.", (11, 26), time(9)),
    ],
)
def test_what_comes_after_a_correction_counts(said: str, day: tuple[int, int], at: time) -> None:
    when = read_spoken(said, TODAY)
    assert when.days == (_day(*day),)
    assert when.hours == Hours(exact=(at,))


def test_a_new_day_keeps_the_time_and_a_new_time_keeps_the_day() -> None:
    tuesday_at_ten = read_when("tuesday at ten", TODAY)
    thursday = revise(tuesday_at_ten, read_when("thursday", TODAY))
    assert (thursday.days, thursday.hours) == ((_day(11, 26),), Hours(exact=(time(10),)))
    at_two = revise(tuesday_at_ten, read_when("at two", TODAY))
    assert (at_two.days, at_two.hours) == ((_day(12, 1),), Hours(exact=(time(14),)))


def test_asking_for_the_soonest_lets_go_of_the_day() -> None:
    wish = revise(read_when("tuesday at ten", TODAY), read_when("the earliest", TODAY))
    assert wish == When(soonest=True)


@given(st.dates(date(2024, 1, 1), date(2030, 1, 1)), st.integers(1, 28), st.integers(1, 12))
def test_a_date_that_is_named_is_the_date_that_is_read(today: date, day: int, month: int) -> None:
    names = ("January February March April May June July August September").split()
    names += ["October", "November", "December"]
    read = read_when(f"{names[month - 1]} {ordinal(day)}", today).days
    assert read is not None
    assert (read[0].month, read[0].day) == (month, day)
    assert today - timedelta(days=31) < read[0] < today + timedelta(days=366)


@given(st.integers(7, 18), st.sampled_from([0, 15, 30, 45]))
def test_a_time_that_the_desk_says_is_a_time_that_it_reads(hour: int, minute: int) -> None:
    at = time(hour, minute)
    assert read_when(f"at {clock(at)}", TODAY).hours == Hours(exact=(at,))


@given(st.text(max_size=80), st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 2))
def test_no_words_break_it(said: str, today: date, offered: int) -> None:
    read_when(said, today, offered)
    read_spoken(said, today, offered)


def test_numbers_and_punctuation_are_made_alike() -> None:
    assert plain("Tuesday, ten-thirty A.M., please!") == "tuesday 10 30 am please"
    assert plain("the twenty-third at 10.30am") == "the 23rd at 10:30 am"


@pytest.mark.parametrize(
    ("value", "heard", "said"),
    [
        ("tuesday", "on Tuesday, please", True),
        ("10:30", "at ten thirty", True),
        ("ten thirty", "10:30.", True),
        ("Maria Lopez", "it's maria lopes", True),
        ("maria lopez", "L-O-P-E-Z, Maria", True),
        ("lisinopril 10 milligrams", "Lisinopril, ten milligrams", True),
        ("wednesday", "on Tuesday, please", False),
        ("Maria Lopez", "it's Maria", False),
        ("11", "at ten thirty", False),
        ("", "at ten thirty", False),
    ],
)
def test_what_the_caller_never_said_is_told_from_what_they_did(
    value: str, heard: str, said: bool
) -> None:
    assert was_said(value, [heard]) is said
