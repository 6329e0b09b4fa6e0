"""The emergency rule: no miss and no false alarm on what we have, and each way to calm it.

``emergencies.jsonl`` holds what is known to go right. How well the rules do on what they have not
seen is told by the first look at each set, before the rules were mended for it:

    set           written by            missed      false alarms
    set aside     somebody else         3 of 45     2 of 35
    second look   the rules' author     11 of 56    6 of 59 (meant to be hard)
    third look    the rules' author     2 of 40     5 of 40
    fourth look   somebody else         7 of 20     4 of 20 (both in oblique words)
    fifth look    the rules' author     5 of 18     6 of 18 (pills, chests, eyes; one still false)

What was misheard is another matter. Emergencies in seven synthetic voices on a telephone line, as
the default ears heard them; met before there were rules for the misheard, and with them at first:

    35 phrasings, signal to noise 22 and 12 dB    169 of 490, 206
    25 phrasings, the same                        128 of 350, 135
    of these, the clearest voice at 22 dB          91 of 120, 97

Most of the rest has left no trace in the words ("I love the night" was "I want to die").
"""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm.guard import REPLIES, emergency
from llm.guard_rules import EVERY

TURNS = [
    json.loads(line)
    for line in (Path(__file__).parent / "emergencies.jsonl").read_text().splitlines()
]


def _kind(text: str) -> str | None:
    found = emergency(text)
    return found.kind if found else None


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn["text"][:60])
def test_a_turn_raises_the_right_alarm_or_none(turn: dict[str, str | None]) -> None:
    assert _kind(str(turn["text"])) == turn["kind"]


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn["text"][:60])
def test_an_alarm_does_not_depend_on_punctuation_at_the_end_or_case(
    turn: dict[str, str | None],
) -> None:
    text = str(turn["text"])
    assert _kind(text.upper()) == turn["kind"]
    assert _kind(text.rstrip(".!?") + "...") == turn["kind"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("My chest hurts.", "emergency"),
        ("I have no chest pain.", None),
        ("No, chest pain!", "emergency"),
        ("I don't know if it's chest pain", "emergency"),
        ("I had chest pain two years ago", None),
        ("I had chest pain two years ago and it's back now", "emergency"),
        ("what are the symptoms of a heart attack", None),
        ("That bill gave me a heart attack", None),
        ("That bill gave me a heart attack, and now I really have chest pain", "emergency"),
        ("I saw you last month and I can't breathe", "emergency"),
        ("I wanted to book, but my wife just collapsed", "emergency"),
        ("He was unconscious after the crash in March", None),
        ("I'm due in March and the bleeding is really heavy", "emergency"),
        ("It's still pouring out there, I'll be late", None),
        ("I saved my medication list on my phone", None),
        ("We lost my brother to suicide and I want to kill myself", "self_harm"),
        ("I passed out flyers and then my husband passed out", "emergency"),
    ],
)
def test_denial_past_question_and_idiom_calm_only_what_they_cover(
    text: str, kind: str | None
) -> None:
    assert _kind(text) == kind


def test_who_says_both_hears_the_gentler_answer() -> None:
    assert _kind("I want to kill myself and I took too many pills") == "self_harm"


def test_the_answers_name_the_numbers_and_start_short() -> None:
    assert "911" in REPLIES["emergency"]
    assert "988" in REPLIES["self_harm"]
    for reply in REPLIES.values():
        assert len(reply.split(". ")[0].split()) <= 8


def test_what_was_judged_once_costs_next_to_nothing_when_a_longer_turn_repeats_it() -> None:
    said = " ".join(f"I have called {n} times, but nobody was there." for n in range(100))

    def cost(text: str) -> float:
        began = process_time()
        assert emergency(text) is None
        return process_time() - began

    first = cost(said)
    assert cost(f"{said} Is anybody there?") < first / 4


def test_every_rule_has_its_own_name() -> None:
    names = [rule.name for rule in EVERY]
    assert len(names) == len(set(names))


def test_every_rule_is_met_by_some_turn() -> None:
    met = {found.rule for turn in TURNS if (found := emergency(turn["text"]))}
    assert {rule.name for rule in EVERY} - met == set()


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    emergency(text)
