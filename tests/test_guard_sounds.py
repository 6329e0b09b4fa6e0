"""A word misheard by a sound is taken for the one that was meant, where no other makes sense."""

from __future__ import annotations

import pytest

from llm.guard import emergency
from llm.guard_sounds import unlike


@pytest.mark.parametrize(
    ("meant", "heard", "another"),
    [
        ("kill", "fill", "see"),
        ("live", "love", "wait"),
        ("stroke", "throat", "seizure"),
        ("heart", "hard", "panic"),
        ("overdosed", "over those", "registered"),
        ("hurting", "hooding", "forgetting"),
        ("swallowed", "wallowed", "finished"),
        ("chest", "chess", "back"),
        ("breathe", "breeze", "wait"),
    ],
)
def test_what_sounds_alike_is_nearer_than_what_does_not(
    meant: str, heard: str, another: str
) -> None:
    assert unlike(meant, meant) == 0
    assert unlike(heard, meant) == unlike(meant, heard) <= 0.4
    assert unlike(another, meant) > 0.4


def test_a_phrase_with_another_word_in_its_hole_is_no_alarm() -> None:
    assert emergency("I want to gill myself.")
    assert emergency("I want to weigh myself.") is None
    assert emergency("I want to gill my prescription.") is None


def test_the_very_word_is_left_to_the_rules_that_know_when_it_is_denied() -> None:
    assert emergency("I have trouble breezing.")
    assert emergency("I don't have any trouble breathing.") is None
