"""Settled words never change, whatever the partials do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.agreement import Agreed, Agreement

WORDS = st.lists(
    st.sampled_from(["no", "five", "Five,", "two", "42.", "for", "For", "-"]), max_size=8
)


def settled(agreed: Agreed) -> str:
    return agreed.text[: agreed.settled]


def test_words_settle_once_two_partials_agree_on_them() -> None:
    agreement = Agreement(hold_back=1)

    assert settled(agreement.update("book an appointment for two")) == ""
    assert settled(agreement.update("book an appointment for Tuesday")) == "book an appointment for"
    assert agreement.agreed.text == "book an appointment for Tuesday"


def test_case_and_punctuation_do_not_keep_words_from_settling() -> None:
    agreement = Agreement(hold_back=1)
    agreement.update("my name is Ann.")

    assert settled(agreement.update("My name is Ann, and I")) == "My name is"


def test_the_last_words_are_held_back() -> None:
    agreement = Agreement(hold_back=2)
    agreement.update("I need a refill of at her")

    assert settled(agreement.update("I need a refill of at her")) == "I need a refill of"


def test_what_settled_stays_although_the_model_changes_its_mind() -> None:
    agreement = Agreement(hold_back=1)
    agreement.update("we are for two people today")
    agreement.update("we are for two people today")

    assert agreement.update("We're 42 people today please").text.endswith("today please")
    assert settled(agreement.agreed).startswith("we are for two people")


@pytest.mark.parametrize("rest", ["", "and", "and then home"])
def test_an_empty_or_shortened_partial_unsettles_nothing(rest: str) -> None:
    agreement = Agreement(hold_back=0)
    agreement.update("first to the shop")
    agreement.update("first to the shop")

    assert agreement.update(rest).text.startswith("first to the shop")


def test_the_head_is_told_and_the_rest_stays_open() -> None:
    agreement = Agreement(hold_back=2)
    agreement.update("I was here on Monday and the")
    agreement.update("I was here on Monday and the doctor")

    assert agreement.release("I was here on Monday.") == "I was here on Monday"
    assert agreement.agreed == Agreed("and the doctor", 0)


def test_the_head_is_told_with_words_that_the_partials_had_not_settled() -> None:
    agreement = Agreement()
    agreement.update("I was hear")

    assert agreement.release("I was here on Monday.") == "I was here on Monday."
    assert agreement.agreed == Agreed("", 0)


@given(WORDS, WORDS, WORDS)
def test_releasing_a_head_changes_nothing_that_is_settled(
    first: list[str], second: list[str], head: list[str]
) -> None:
    agreement = Agreement(hold_back=0)
    agreement.update(" ".join(first))
    before = settled(agreement.update(" ".join([*first, *second])))
    told = agreement.release(" ".join(head))

    assert f"{told} {agreement.agreed.text}".strip().startswith(before)
    assert f"{told} {settled(agreement.agreed)}".strip().startswith(before)


@given(st.lists(WORDS, max_size=10), st.integers(0, 3))
def test_settled_text_only_grows(partials: list[list[str]], hold_back: int) -> None:
    agreement, before = Agreement(hold_back), ""
    for words in partials:
        agreed = agreement.update(" ".join(words))
        assert settled(agreed).startswith(before)
        assert agreed.settled <= len(agreed.text)
        assert settled(agreed) == settled(agreed).strip()
        before = settled(agreed)


@given(st.lists(st.sampled_from("abcdefgh"), max_size=12), st.data())
def test_partials_that_only_grow_lose_and_repeat_nothing(
    words: list[str], data: st.DataObject
) -> None:
    lengths = sorted(data.draw(st.lists(st.integers(0, len(words)), max_size=6)))
    agreement = Agreement()
    for length in lengths:
        assert agreement.update(" ".join(words[:length])).text == " ".join(words[:length])

    assert agreement.update(" ".join(words)).text == " ".join(words)


def test_one_that_may_have_left_words_out_is_told_and_settles_nothing() -> None:
    agreement = Agreement(hold_back=0)
    agreement.update("take it we go", whole=False)

    assert agreement.update("take it we go", whole=False) == Agreed("take it we go", 0)
    assert agreement.update("take it not today we go").text == "take it not today we go"


@given(WORDS)
def test_a_partial_told_twice_settles_all_but_what_is_held_back(words: list[str]) -> None:
    agreement = Agreement(hold_back=2)
    agreement.update(" ".join(words))

    assert settled(agreement.update(" ".join(words))) == " ".join(words[:-2])
