"""Letters in a row: whole once they are those of the name before them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis.strategies import integers, sampled_from, text

from voice.letters import spelling_is_whole

NAMES = ["Wu", "Keogh", "Siobhan", "Kowalski", "O'Neill", "Abernathy"]
WAYS = [" ", "-", ", ", ". ", ""]


def spelled(name: str, letters: int, between: str) -> str:
    """The first letters of a name, as the transcriber may write them."""
    plain = name.replace("'", "").upper()
    return between.join(plain[:letters])


@pytest.mark.parametrize("asked", ["name", "any"])
@given(sampled_from(NAMES), sampled_from(WAYS), integers(1, 9))
def test_a_name_is_whole_when_all_its_letters_were_said_and_not_before(
    asked: str, name: str, between: str, letters: int
) -> None:
    plain = name.replace("'", "")
    text = f"It's {name}, {spelled(name, letters, between)}."
    assert spelling_is_whole(text, asked) is (letters >= len(plain))


@pytest.mark.parametrize(
    "words",
    [
        "Siobhan Nguyen, S I O B H A N, N-G-U-Y-E-N.",
        "Bo, B as in boy, O.",
        "Wendell, W E N D E double L.",
        "The name is Mia, M I A",
        "Markov, spelled M A R K O V",
        "Quay, queue you A why.",
    ],
)
def test_the_last_name_said_counts_however_its_letters_are_told(words: str) -> None:
    assert spelling_is_whole(words, "name") is True


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("Siobhan Nguyen, S I O B H A N", "name"),  # the other name may follow
        ("Shivon, S I O B H A N", "name"),  # heard otherwise: nobody knows
        ("N O V A K", "name"),
        ("M C, capital D", "name"),
        ("V as in Victor", "name"),
        ("That speed is in boy.", "name"),
        ("Feynold w.o d.f.i", "name"),
        ("Bailey, be aye.", "name"),
        ("Kowalski, K O W, are.", "name"),
        ("It's spelled any or.", "any"),
        ("I am Markov, M A R", "any"),
    ],
)
def test_letters_that_may_go_on_are_not_whole(words: str, asked: str) -> None:
    assert spelling_is_whole(words, asked) is False


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("I need an MRI.", "any"),
        ("Yes, MRI.", "any"),
        ("At five P M.", "any"),
        ("On Monday, A.M.", "date"),
        ("Plan B.", "any"),
        ("The A and E.", "any"),
        ("Karen.", "name"),
        ("Yes, that is me.", "name"),
        ("Oh, I see.", "name"),
        ("Who are you?", "name"),
        ("Why?", "name"),
        ("How is it spelled?", "any"),
        ("Can you spell that?", "name"),
        ("", "name"),
    ],
)
def test_what_only_looks_like_letters_is_no_spelling(words: str, asked: str) -> None:
    assert spelling_is_whole(words, asked) is None


@given(text(), sampled_from(["any", "name"]))
def test_any_words_are_taken(words: str, asked: str) -> None:
    assert spelling_is_whole(words, asked) in (True, False, None)
