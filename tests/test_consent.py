"""A yes is heard where one was said, and nowhere else.

``consents.jsonl`` holds answers to "Shall I book it?" and the like, as callers say them and a
transcriber writes them, each a yes, a no or neither. Half of them were set aside while the rules
were written, and the third look was written after them, by the same hand. Taken for a yes that was
none:

    before these rules    132 of 239
    tuned half            0 of 122
    set aside             1 of 117 at the first look ("Cancel that."), none since
    third look            1 of 40 at the first look ("Oh, okay."), none since; 7 of 20 yeses missed

A yes that is ``missed`` still is asked for again.
"""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.clinic.consent import verdict

ANSWERS = [
    json.loads(line) for line in (Path(__file__).parent / "consents.jsonl").read_text().splitlines()
]
IDS = [f"{one['heard'][:40]} {one.get('asked', '')}".strip() for one in ANSWERS]
YESES = [one["heard"] for one in ANSWERS if one["answer"] == "yes" and "asked" not in one]


@pytest.mark.parametrize("one", ANSWERS, ids=IDS)
def test_an_answer_is_a_yes_a_no_or_neither(one: dict[str, str]) -> None:
    expected = None if "missed" in one else one["answer"]
    assert verdict(one["heard"], one.get("asked", "")) == expected


@pytest.mark.parametrize(
    "after",
    [
        "wait",
        "but what time is it?",
        "let me check with my wife",
        "hold on a second",
        "is that with Dr. Chen?",
        "not on Friday",
        "only if it's free",
        "and",
        "can you say that again",
    ],
)
@pytest.mark.parametrize("yes", YESES)
def test_no_yes_survives_what_takes_it_back(yes: str, after: str) -> None:
    assert verdict(f"{yes.rstrip('.?!')}, {after}") != "yes"


@pytest.mark.parametrize("one", ANSWERS, ids=IDS)
def test_no_answer_becomes_a_yes_by_its_case_or_its_full_stop(one: dict[str, str]) -> None:
    if one["answer"] != "yes" and not one["heard"].endswith("?"):
        assert verdict(one["heard"].rstrip(".!").upper(), one.get("asked", "")) != "yes"


@pytest.mark.parametrize(
    "words", ["that works ", "fine with me ", "on Monday ", "yes that's fine "]
)
def test_words_that_can_be_read_in_many_ways_are_judged_in_no_time(words: str) -> None:
    def cost(heard: str) -> float:
        began = process_time()
        for _ in range(20):
            verdict(heard)
        return process_time() - began

    few, many = f"yes {words * 3}x", f"yes {words * (28 // len(words.split()))}x"
    assert cost(many) < 40 * cost(few)


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    verdict(text)
