"""The notation of the emergency rules means what its table says."""

from __future__ import annotations

import pytest

from llm.guard_phrases import read_phrases
from llm.guard_rules import RULES


@pytest.mark.parametrize(
    ("phrase", "met", "not_met"),
    [
        ("(cat|dog) bites?", ["cat bite", "dog bites"], ["cow bite", "cat"]),
        ("a [very|really] bad day", ["a bad day", "a very bad day"], ["a quite bad day"]),
        ("[just] fell", ["fell", "he just fell"], ["befell"]),
        ("stop [the] ([slow|fast] flow|it)", ["stop it", "stop the fast flow"], ["stop the"]),
        ("chest ~2 hurts", ["chest hurts", "chest it really hurts"], ["chest a b c hurts"]),
        ("droop* [*] face", ["drooping face", "droops her face"], ["droop on her face"]),
        ("fit_", ["a fit"], ["fitting"]),
        ("fit", ["fitting"], ["misfit"]),
        ("blood !(test|work (today|now))", ["blood", "blood work"], ["blood work now"]),
        ("can't speak$", ["i can't speak"], ["can't speak french"]),
        ("lost <my> <limb>", ["lost his thumb"], ["lost it"]),
        ("gas leak / on fire", ["gas leak", "on fire"], ["leak"]),
        ("one (two|\n  three)", ["one two", "one three"], ["one"]),
        ("one\n  two", ["one two"], ["one"]),
        ("one\ntwo", ["one", "two"], ["three"]),
    ],
)
def test_a_phrase_meets_what_it_says(phrase: str, met: list[str], not_met: list[str]) -> None:
    pattern = read_phrases(phrase)
    assert all(pattern.search(words) for words in met)
    assert not any(pattern.search(words) for words in not_met)


def test_every_rule_says_why_and_leaves_nothing_of_the_notation() -> None:
    for rule in RULES:
        assert rule.why
        for sign in ("~", " !", "<", "_", "[a", " /", "  "):
            assert sign not in rule.pattern.pattern, (rule.name, sign)


def test_an_unknown_list_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        read_phrases("lost <nothing>")
