"""Every sentence the front desk says, and how it says days, times and lists.

The desk's words are made here and nowhere else, so that what a caller can be told is read in one
sitting, and so that the model's training data holds the very sentences of its calls.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

ANYTHING_ELSE = "Anything else?"
WHICH_DOCTOR = "Which doctor would you like to see?"
WHAT_DAY = "What day works for you?"
WHICH_WORKS = "Which works?"
WHAT_NAME = "What name is it under?"
NAME_AGAIN = "Sorry, I didn't get the name. What name is it under?"
SPELL_NAME = "Sorry, could you spell the name for me?"
LAST_NAME = "And the last name?"
WHICH_MEDICINE = "Which medicine do you need?"
WHAT_MESSAGE = "What's the message?"
WHAT_NUMBER = "What number can they reach you on?"
NEVER_MIND = "Okay, never mind that. Anything else?"
WHAT_TO_CHANGE = "Okay. What should I change?"
OTHER_TIME = "Okay. What day or time would suit you?"
WHAT_ELSE = "Sure. What can I do for you?"
GOODBYE = "Thank you for calling. Goodbye."
SAY_AGAIN = "Sorry, could you say that again?"
NO_INFORMATION = "I don't have that information. Shall I take a message?"
NOT_YET = "Not yet."
THAT_NEXT = "Sure, we'll do that next."
NO_NAME_YET = "I don't have your name yet."
NOTHING_ELSE_OPEN = "Okay. Anything else?"
YES_OR_NO = "Sorry, was that a yes or a no?"
CANCELLED = "That's cancelled. Anything else?"
MESSAGE_SENT = "I'll pass that on. Anything else?"
REFILL_SENT = "Your refill request is in. Anything else?"
BOOK_UNREACHABLE = "Sorry, I can't reach our book. Could you try again?"
ONLY_CLINIC = "Sorry, I can only help with the clinic."
NOTHING_FREE = "I have no free times left. Shall I take a message?"

FIXED = (
    WHICH_DOCTOR,
    WHAT_DAY,
    WHAT_NAME,
    NAME_AGAIN,
    SPELL_NAME,
    LAST_NAME,
    WHICH_MEDICINE,
    WHAT_MESSAGE,
    WHAT_NUMBER,
    NEVER_MIND,
    WHAT_TO_CHANGE,
    OTHER_TIME,
    WHAT_ELSE,
    GOODBYE,
    SAY_AGAIN,
    NO_INFORMATION,
    NOTHING_ELSE_OPEN,
    YES_OR_NO,
    CANCELLED,
    MESSAGE_SENT,
    REFILL_SENT,
    BOOK_UNREACHABLE,
    ONLY_CLINIC,
    NOTHING_FREE,
)
"""The sentences without a hole: worth rendering once, before the first call."""


def greeting(clinic: str) -> str:
    """The first words of a call."""
    return f"Hello, {clinic}. How can I help?"


def clock(at: time) -> str:
    """``10 AM``, ``2:30 PM``, ``noon``."""
    if (at.hour, at.minute) == (12, 0):
        return "noon"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{(at.hour - 1) % 12 + 1}{minutes} {'AM' if at.hour < 12 else 'PM'}"


def ordinal(number: int) -> str:
    """``1st``, ``22nd``, ``13th``."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(0 if 10 < number % 100 < 14 else number % 10, "th")
    return f"{number}{ending}"


def day(at: date, today: date) -> str:
    """``today``, ``Tuesday`` within the week, or ``Tuesday, December 8th``."""
    if at == today:
        return "today"
    name = WEEKDAYS[at.weekday()]
    if today < at < today + timedelta(days=7):
        return name
    return f"{name}, {MONTHS[at.month - 1]} {ordinal(at.day)}"


def on_day(at: date, today: date) -> str:
    """``on Tuesday``, but ``today``."""
    said = day(at, today)
    return said if said == "today" else f"on {said}"


def moment(at: datetime, today: date) -> str:
    """``Tuesday at 10 AM``."""
    return f"{day(at.date(), today)} at {clock(at.time())}"


def on_moment(at: datetime, today: date) -> str:
    """``on Tuesday at 10 AM``."""
    return f"{on_day(at.date(), today)} at {clock(at.time())}"


def choices(items: Iterable[str], word: str = "and") -> str:
    """``A``, ``A and B``, ``A, B and C``."""
    *most, last = list(items)
    return f"{', '.join(most)} {word} {last}" if most else last


def moments(options: Sequence[datetime], today: date) -> str:
    """Two times of one day share its name: ``Tuesday at 10 AM or 2:30 PM``."""
    said = [moment(options[0], today)]
    for before, at in pairwise(options):
        said.append(clock(at.time()) if at.date() == before.date() else moment(at, today))
    return choices(said, "or")


def offer(doctor: str, options: Sequence[datetime], today: date) -> str:
    """What is free: one time or two, never a list to remember."""
    if len(options) == 1:
        return f"{doctor} has {moment(options[0], today)}. Does that work?"
    return f"{doctor} has {moments(options, today)}. {WHICH_WORKS}"


def offer_again(options: Sequence[datetime], today: date) -> str:
    """The same offer after an aside, shorter."""
    if len(options) == 1:
        return f"Does {moment(options[0], today)} work?"
    return f"Which works, {moments(options, today)}?"


def spelled_out(name: str, spelled: Sequence[str]) -> str:
    """``Siobhan Nguyen, S-I-O-B-H-A-N``: letters are misheard, too, so they are told again."""
    return ", ".join((name, *("-".join(word.upper()) for word in spelled)))


def which_doctor(doctors: Sequence[str]) -> str:
    """The caller asked for somebody who does not work here."""
    return f"We have {choices(doctors, 'and')}. Which one?"


def read_back(doctor: str, at: datetime, name: str, today: date, verb: str = "book") -> str:
    """Everything that is about to be written, and the question whether to."""
    return f"That's {doctor} {on_moment(at, today)} for {name}. Shall I {verb} it?"


def read_back_move(doctor: str, old: datetime, new: datetime, name: str, today: date) -> str:
    """From where to where an appointment is about to move."""
    return (
        f"That's {doctor} {on_moment(new, today)} for {name}, "
        f"instead of {moment(old, today)}. Shall I move it?"
    )


def read_back_refill(drug: str, name: str) -> str:
    """A refill that is about to be asked for."""
    return f"That's a refill of {drug} for {name}. Is that right?"


def read_back_message(to: str, text: str, name: str, phone: str) -> str:
    """A message that is about to be kept."""
    return f"That's a message for {to}. It says: {text}. From {name}, {phone}. Shall I send it?"


def booked(doctor: str, at: datetime, today: date) -> str:
    """It is in the book."""
    return f"You're booked with {doctor} {on_moment(at, today)}. {ANYTHING_ELSE}"


def moved(doctor: str, at: datetime, today: date) -> str:
    """It stands somewhere else in the book."""
    return f"You're moved to {moment(at, today)} with {doctor}. {ANYTHING_ELSE}"


def found(doctor: str, at: datetime, today: date) -> str:
    """The caller's own appointment."""
    return f"You're with {doctor} {on_moment(at, today)}. {ANYTHING_ELSE}"


def found_several(doctors: Sequence[str], times: Sequence[datetime], today: date) -> str:
    """Several appointments under one name."""
    each = [f"{who} {on_moment(at, today)}" for who, at in zip(doctors, times, strict=True)]
    return f"You have {len(each)} appointments. There's {choices(each)}."


def which_appointment(doctors: Sequence[str], times: Sequence[datetime], today: date) -> str:
    """The same, and a question: only one can be moved or cancelled."""
    return f"{found_several(doctors, times, today)} Which one?"


def move_to(doctor: str, at: datetime, today: date) -> str:
    """The appointment to move is found; its new day is not known yet."""
    return f"I found {doctor} {on_moment(at, today)}. What day works instead?"


def not_found(name: str) -> str:
    """Nobody of that name has an appointment."""
    return f"I can't find an appointment for {name}. Is there another name?"


def not_free(at: datetime, today: date) -> str:
    """The caller asked for a time that is taken or never was one."""
    said = clock(at.time())
    return f"{said[0].upper()}{said[1:]} {on_day(at.date(), today)} isn't free."


def nothing_on(doctor: str, at: date, today: date) -> str:
    """Nothing is free on the day the caller asked for."""
    return f"{doctor} has nothing {on_day(at, today)}."


def has_passed(at: date, today: date) -> str:
    """The caller asked for a day that is over."""
    yesterday = at == today - timedelta(days=1)
    return f"{'Yesterday' if yesterday else day(at, today)} has passed."


def no_such_day(said: str) -> str:
    """The caller asked for a date that no calendar has."""
    return f"There's no {said}."


def nothing_then(doctor: str) -> str:
    """Nothing is free in the days or hours the caller asked for."""
    return f"{doctor} has nothing free then."


def too_late(last: date, today: date) -> str:
    """The caller asked for a day that the book does not hold yet."""
    return f"I can only book up to {day(last, today)}."


def taken(at: datetime, today: date) -> str:
    """Somebody else was quicker, between the offer and the yes."""
    return f"Sorry, {moment(at, today)} was just taken."


_TAKEN_UP = {
    "book": "Now the new appointment.",
    "move": "Now the appointment to move.",
    "cancel": "Now the appointment to cancel.",
    "refill": "Now the refill.",
    "message": "Now the message.",
}


def but_question(sentence: str) -> str:
    """What is told before "Shall I book it?" or "Anything else?"."""
    return sentence[: sentence.rfind(". ") + 1]


def taken_up(told: str, kind: str, sentence: str) -> str:
    """What is told of the first thing, less "Anything else?", and the second that was wanted."""
    return f"{but_question(told)} {_TAKEN_UP[kind]} {sentence}".strip()
