"""Which half of a name is which, when it was not said first name first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.clinic.full_name import called_name, full_name
from tests.clinic import Caller, open_clinic


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Last name Green, first name Drondthan.", "Drondthan Green"),
        ("last name green first name drondthan", "Drondthan Green"),
        ("My last name is Green and my first name's Ruth, please.", "Ruth Green"),
        ("Last name Green, G-R-E-E-N, first name Ruth.", "Ruth Green"),
        ("First name Ruth, surname De Soto.", "Ruth De Soto"),
        ("Seeck, and the last name is Moreau.", "Seeck Moreau"),
        ("Oyelaran, first name Folasade.", "Folasade Oyelaran"),
        ("Um, it's Green, and my first name is Ruth.", "Ruth Green"),
        ("Green is the last name, Ruth is the first.", "Ruth Green"),
        ("Ruth is my first name and Jones is my last name", "Ruth Jones"),
        ("Maria Lopez, last name Lopez.", "Maria Lopez"),
        ("Jones Ruth Jones", "Ruth Jones"),
        ("Pumphrey. Wilhelmina Pumphrey.", "Wilhelmina Pumphrey"),
        ("Ruth. Ruth Jones.", "Ruth Jones"),
        ("Ruth Jones. Ruth Jones.", "Ruth Jones"),
        ("Chen, Maria.", "Maria Chen"),
        ("It's Chen, Maria", "Maria Chen"),
    ],
)
def test_a_name_that_tells_its_order_is_put_first_name_first(said: str, name: str) -> None:
    assert full_name(said) == name


@pytest.mark.parametrize(
    "said",
    [
        "Maria Lopez.",
        "Maria, Lopez.",
        "Thomas, James.",
        "Mary Ann Jones.",
        "Lopez.",
        "My last name is Lopez.",
        "The first name is Ruth.",
        "Yes, Maria.",
        "No, Chen.",
        "What, Maria?",
        "Ruth Jones Smith.",
        "I don't know his last name.",
        "The first one is fine, thanks, and the last one too.",
        "Kowalczyk, not Kowalski.",
        "",
    ],
)
def test_a_name_that_does_not_is_left_as_it_was_said(said: str) -> None:
    assert full_name(said) == ""


def test_outside_a_question_for_it_only_a_name_with_both_its_labels_counts() -> None:
    assert called_name("I need a refill, last name Green, first name Ruth.") == "Ruth Green"
    assert called_name("Hi. My first name is Ruth and my last name is Green.") == "Ruth Green"
    assert called_name("Can you book Chen, first name Maria?") == ""
    assert called_name("Jones Ruth Jones") == ""


def test_the_desk_books_under_the_name_in_its_order_whatever_the_model_made_of_it() -> None:
    caller = Caller(open_clinic())
    caller.says("Dr. Chen on Friday.", "book", doctor="Dr. Chen", day="Friday")
    caller.says("Nine is fine.", "book", time="nine")
    assert "for Ruth Green." in caller.says("Green, first name Ruth.", "book", name="Green")


@given(st.lists(st.sampled_from("first last name is my the Green Ruth , . and surname".split())))
def test_no_words_break_it_and_what_it_tells_was_said(words: list[str]) -> None:
    said = " ".join(words)
    for name in (full_name(said), called_name(said)):
        assert set(name.lower().split()) <= set(said.lower().split())
