"""What a small model left out is put back from the caller's own words, and nothing else is."""

from __future__ import annotations

from datetime import date

import pytest

from demos.clinic.forms import Heard
from demos.clinic.repair import repair

DOCTORS = ("Dr. Chen", "Dr. Okafor")


def mended(tool: str, arguments: dict[str, str], words: str) -> tuple[str, dict[str, str]]:
    return repair(
        tool, arguments, Heard((words,), "anything_else", date(2026, 11, 25), DOCTORS), None
    )


@pytest.mark.parametrize(
    ("tool", "arguments", "words", "field", "value"),
    [
        ("book", {"doctor": "Dr. Chen"}, "Dr. Chen on Monday, please.", "day", "Monday"),
        ("book", {"day": "Monday"}, "A visit Monday, Dr. Okafor.", "doctor", "Dr. Okafor"),
        ("refill", {"drug": "lisinopril"}, "Lisinopril, 10 mg.", "drug", "lisinopril 10 mg"),
        ("cancel", {"day": "Friday"}, "Cancel Friday, my name is Ada Obi.", "name", "Ada Obi"),
    ],
)  # fmt: skip
def test_what_was_said_but_not_passed_is_put_back(
    tool: str, arguments: dict[str, str], words: str, field: str, value: str
) -> None:
    assert mended(tool, arguments, words)[1][field].lower() == value.lower()


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("move", {"day": "Friday"}, "I see Dr. Chen on Monday, could it be Friday?"),
        ("lookup", {"about": "hours", "of": "Monday"}, "Are you open on Monday?"),
        ("message", {"to": "Dr. Chen", "text": "I am late"}, "Tell Dr. Chen I am late."),
        ("book", {"doctor": "Dr. Chen", "day": "Monday"}, "Dr. Chen on Monday, please."),
    ],
)
def test_a_call_that_is_right_is_left_alone(
    tool: str, arguments: dict[str, str], words: str
) -> None:
    assert mended(tool, arguments, words) == (tool, arguments)
