"""Days and times as callers say them."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = (
    "January February March April May June July August September October November December"
).split()
NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first "
    "twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth twenty-seventh "
    "twenty-eighth twenty-ninth thirtieth thirty-first"
).split()
SPOKEN_MINUTES = {
    15: "fifteen", 30: "thirty", 45: "forty-five", 10: "ten", 20: "twenty", 40: "forty",
    50: "fifty",
}  # fmt: skip
SOONEST = (
    "as soon as possible|earliest|soonest|first available|the next available|the earliest|"
    "the soonest|any day|whenever you can|any time this week|asap|the earliest day|the first day"
).split("|")
VAGUE = (
    "first thing in the morning|anytime|any time|as early as possible|as late as possible|"
    "lunchtime|the end of the day|first thing|late in the day|early in the day|"
    "as early as you can|the latest you have|your first appointment|the last slot"
).split("|")
LATER = (
    "later|earlier|later|earlier|later in the day|earlier in the day|after lunch|before lunch|"
    "sooner|later than that|earlier than that|more towards evening|after work"
).split("|")
PLACES = (
    "the first one|the first|the second one|the second|the earlier one|the later one|the last one|"
    "the latter|the former|first one|second one|the early one|the late one|the earlier|the later|"
    "the first time|the second time|the first option|number two|the morning one|the afternoon one"
).split("|")
PARTS = (
    "morning|morning|morning|morning|afternoon|afternoon|afternoon|afternoon|evening|evening|"
    "late morning|early afternoon|late afternoon|early morning"
).split("|")
THIS = ["this morning", "this afternoon", "this afternoon", "this evening"]


def ordinal(number: int) -> str:
    """``1st``, ``22nd``, ``13th``."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(0 if 10 < number % 100 < 14 else number % 10, "th")
    return f"{number}{ending}"


@dataclass(slots=True)
class Whens:
    """Draws days and times."""

    random: Random

    def weekday(self) -> str:
        """More workdays than weekends."""
        return self.random.choice(WEEKDAYS[:5] * 3 + WEEKDAYS[5:])

    def relative(self) -> str:
        """Seen from today."""
        day = self.weekday()
        likely = ["tomorrow"] * 5 + ["today"] * 3 + [f"next {day}"] * 4 + [f"this {day}"] * 3
        likely += ["the day after tomorrow", "next week", "next week", "this week"]
        likely += [f"{day} next week", "early next week", "later this week", "next month"]
        likely += [f"a week from {day}", f"{day} week", "the end of the week"]
        likely += ["sometime next week", "in two weeks", "a week from today"]
        return self.random.choice(likely)

    def date(self) -> str:
        """By its number."""
        number = self.random.randint(1, 31)
        month, said = self.random.choice(MONTHS), ORDINALS[number - 1]
        short = ordinal(number)
        return self.random.choice(
            [
                f"the {short}",
                f"the {said}",
                f"{month} {short}",
                f"{month} {said}",
                f"the {said} of {month}",
                f"{month} {number}",
                f"the {short}",
                f"{self.weekday()} the {short}",
                f"{self.weekday()}, {month} {short}",
            ]
        )

    def span(self) -> str:
        """More than one day will do."""
        one, two = self.random.sample(WEEKDAYS[:6], 2)
        return self.random.choice(
            [
                f"{one} or {two}",
                f"either {one} or {two}",
                f"any day but {one}",
                f"before {one}",
                f"after {one}",
                f"any day except {one}",
                f"{one} through {two}",
                f"any {one}",
                "any weekday",
                "the weekend",
                f"by {one}",
                f"not before {one}",
            ]
        )

    def day(self) -> str:
        """Any of these."""
        kinds = [self.weekday, self.weekday, self.relative, self.relative, self.date, self.date]
        return self.random.choice([*kinds, self.span])()

    def clock(self) -> str:
        """A time of day, in digits or words."""
        hour = self.random.randint(1, 12)
        minute = self.random.choice([0, 0, 0, 30, 30, 15, 45, 10, 20, 40, 50])
        word = NUMBERS[hour - 1]
        half = self.random.choice(["AM", "PM", "a.m.", "p.m.", "am", "pm"])
        if minute == 0:
            return self.random.choice(
                [
                    str(hour),
                    word,
                    word,
                    f"{hour} o'clock",
                    f"{word} o'clock",
                    f"{hour} {half}",
                    f"{hour}:00",
                    f"{hour}:00 {half}",
                    f"{word} {half}",
                    "noon",
                ]
            )
        forms = [f"{hour}:{minute}"] * 4 + [f"{word} {SPOKEN_MINUTES[minute]}"] * 3
        forms += [f"{hour}:{minute} {half}"] * 2 + [f"{hour} {minute}"]
        if minute == 30:
            forms += [f"half past {word}", f"half past {hour}"]
        if minute in (15, 45):
            forms += [f"quarter {'past' if minute == 15 else 'to'} {word}"]
        return self.random.choice(forms)

    def bound(self) -> str:
        """Before, after or between."""
        return self.random.choice(
            [
                f"before {self.clock()}",
                f"after {self.clock()}",
                f"after {self.clock()}",
                "after lunch",
                f"by {self.clock()}",
                "after work",
                "after school",
                "before work",
                "before lunch",
                f"between {self.clock()} and {self.clock()}",
                f"no later than {self.clock()}",
                "before noon",
                "after noon",
            ]
        )

    def part(self) -> str:
        """A part of the day."""
        return self.random.choice(PARTS)

    def vague(self) -> str:
        """No clock in it."""
        return self.random.choice(VAGUE)

    def time(self) -> str:
        """Any of these."""
        kinds = [self.clock, self.clock, self.clock, self.bound, self.part, self.vague]
        return self.random.choice(kinds)()
