"""A name that was spelled is written as it was spelled, whatever was guessed of its sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.clinic.desk import Clinic
from demos.clinic.heard_name import HeardName, heard_name
from demos.clinic.names import tidy_name
from demos.clinic.spelling import read_spelling
from tests.clinic import NOW, Caller, open_clinic


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Chivon Nguyedn, that's S-I-O-B-H-A-N N-G-U-Y-E-N", "Siobhan Nguyen"),
        ("My name is Shavat Nuyi. That's S-I-O-B-H-A-N-N-G-U-Y-E-N.", "Siobhan Nguyen"),
        ("Chivon Win, S I O B H A N, N G U Y E N.", "Siobhan Nguyen"),
        ("It's Shavonne Nguyen, S, I, O, B, H, A, N.", "Siobhan Nguyen"),
        ("I'm Jeff Meeker, that's G-E-O-F-F-M-E-A-G-H-E-R.", "Geoff Meagher"),
        ("The last name is Calcet KOWA L-C-Z-Y-K.", "Kowalczyk"),
        ("Christoph K.R. Z. Y. S. Z. T. O. F.", "Krzysztof"),
        ("Siobhan, S as in Sam, I, O, B as in boy, H, A, N as in Nancy.", "Siobhan"),
        ("Jiran, S is in San. I, oh, be as in boy, H, A, and as in Nancy.", "Siobhan"),
        ("Sierra India Oscar Bravo Hotel Alpha November.", "Siobhan"),
        ("Joe Allen, A double L A N.", "Joe Allan"),
        ("Maria Cruise, C are you Z.", "Maria Cruz"),
        ("My name is Maria Cruise, see are you Z.", "Maria Cruz"),
        ("Maria, C R U Z, are you there?", "Maria Cruz"),
        ("It's what we learn. O-Y-E-L-R-E-N.", "Oyelren"),
        ("maria lopez l o p e z", "Maria Lopez"),
        ("Wu, W U.", "Wu"),
    ],
)
def test_the_letters_win_over_what_was_guessed(said: str, name: str) -> None:
    assert tidy_name(said) == name


@pytest.mark.parametrize(
    "said",
    [
        "Maria Lopez",
        "MARIA LOPEZ",
        "Mary J. Blige.",
        "J. R. Smith",
        "See you there, are you open?",
        "Why, are you closed? Oh, I see.",
        "I need an MRI.",
        "At 3 p.m. or 4 a.m.",
        "Vitamin B, please.",
        "Okay, oh, I see.",
        "Mike Lima",
        "",
    ],
)
def test_what_is_no_spelling_is_none(said: str) -> None:
    assert read_spelling(said) is None


def _asked_for_name(clinic: Clinic | None = None) -> Caller:
    caller = Caller(clinic or open_clinic())
    caller.says("Dr. Chen on Friday.", "book", doctor="Dr. Chen", day="Friday")
    assert caller.says("Yes.", "confirm", answer="yes") == "What name is it under?"
    return caller


@pytest.mark.parametrize("copied", ["Chivon Nguyedn", "chivon nguyedn s-i-o-b-h-a-n", ""])
def test_a_spelled_name_is_the_same_whatever_the_model_copied(copied: str) -> None:
    said = "Chivon Nguyedn, that's S-I-O-B-H-A-N N-G-U-Y-E-N."
    found = heard_name(said, copied, "", asked=True)
    assert found == HeardName("Siobhan Nguyen", ("Siobhan", "Nguyen"))


def test_a_spelled_name_is_read_back_with_its_letters() -> None:
    said = "Chivon Nguyedn, that's S-I-O-B-H-A-N N-G-U-Y-E-N."
    assert _asked_for_name().spells(said) == (
        "That's Dr. Chen on Friday at 9 AM for Siobhan Nguyen, S-I-O-B-H-A-N, N-G-U-Y-E-N. "
        "Shall I book it?"
    )


def test_letters_that_say_what_was_heard_anyway_are_not_told_again() -> None:
    said = _asked_for_name().spells("Maria Lopez, L-O-P-E-Z.")
    assert said == "That's Dr. Chen on Friday at 9 AM for Maria Lopez. Shall I book it?"


def test_letters_said_to_correct_a_name_go_where_it_was_misheard() -> None:
    caller = _asked_for_name()
    assert "for Chivon Nguyen." in caller.says("Chivon Nguyen.", "book", name="Chivon Nguyen")
    assert "for Siobhan Nguyen, S-I-O-B-H-A-N." in caller.spells("No, it's S-I-O-B-H-A-N.")


def test_a_last_name_is_added_by_its_letters_and_the_book_has_no_hyphens() -> None:
    clinic = open_clinic()
    caller = Caller(clinic)
    caller.says("Dr. Chen, Friday.", "book", doctor="Dr. Chen", day="Friday", time="nine")
    caller.says("Yes.", "confirm", answer="yes")
    assert caller.says("Siobhan.", "book", name="Siobhan") == "And the last name?"
    assert "for Siobhan Nguyen, N-G-U-Y-E-N." in caller.spells("N-G-U-Y-E-N")
    caller.says("Yes.", "confirm", answer="yes")
    assert [one.name for one in clinic.book.appointments("Siobhan Nguyen", NOW)] == [
        "Siobhan Nguyen"
    ]


def test_letters_are_answered_without_the_model_which_knows_none() -> None:
    clinic = open_clinic()
    caller = _asked_for_name(clinic)
    assert caller.spells("M-A-R-I-A L-O-P-E-S") == (
        "That's Dr. Chen on Friday at 9 AM for Maria Lopes, M-A-R-I-A, L-O-P-E-S. Shall I book it?"
    )
    assert caller.spells("No, L-O-P-E-Z.") == (
        "That's Dr. Chen on Friday at 9 AM for Maria Lopez, L-O-P-E-Z. Shall I book it?"
    )
    assert caller.says("Yes.", "confirm", answer="yes").startswith("You're booked")
    assert clinic.book.appointments("Maria Lopez", NOW)


def test_letters_that_answer_another_question_are_the_models() -> None:
    caller = Caller(open_clinic())
    caller.says("I need a refill.", "refill")
    assert caller.call.answer("L-I-S-I-N-O-P-R-I-L") is None


NO_NAMES = [
    *("and yours.", "Happy New Year!", "You're not long left.", "and then they can yours."),
    *("I got a lot of licks.", "all that way off me.", "in the family or the family."),
    *("8-0-Y-F-E-V-Y.", "Midway, midway, midway,", "What? What?", "I'm happy I love it."),
]
"""What tiny.en made of Spanish."""


@pytest.mark.parametrize("heard", NO_NAMES)
def test_what_is_no_name_is_asked_for_again_and_then_to_be_spelled(heard: str) -> None:
    caller = _asked_for_name()
    assert caller.says(heard, "book", name=heard) == (
        "Sorry, I didn't get the name. What name is it under?"
    )
    assert caller.says(heard, "book") == "Sorry, could you spell the name for me?"
    assert caller.expects() == "name"
    assert "for Maria Cruz, M-A-R-I-A, C-R-U-Z." in caller.spells("M-A-R-I-A C-R-U-Z")


@pytest.mark.parametrize(
    "name", ["Will Young", "May Long", "Minh Do", "De La Cruz", "Grace Day", "See Moua"]
)
def test_a_name_that_is_also_a_word_is_a_name(name: str) -> None:
    assert tidy_name(f"It's {name}.") == name


def test_a_day_that_answers_the_question_for_a_name_is_no_miss() -> None:
    caller = _asked_for_name()
    said = caller.says("Actually, Monday at three.", "book", day="Monday", time="three")
    assert said == "What name is it under?"


@given(st.lists(st.sampled_from("S I-O B. see are you double L as in Sam , Maria N-G CR".split())))
def test_no_words_break_it(words: list[str]) -> None:
    tidy_name(" ".join(words))
