"""How long a silence must be, by the words before it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis.strategies import sampled_from, text

from voice.config import TurnPolicy
from voice.endpoint import endpoint_delay, same_words, takes_turn

POLICY = TurnPolicy()


@pytest.mark.parametrize(
    ("words", "expects", "delay"),
    [
        ("I'd like to book an appointment.", "any", POLICY.shortest_endpoint),
        ("What are your hours?", "any", POLICY.shortest_endpoint),
        ("What is that for?", "any", POLICY.shortest_endpoint),
        ("Book me in.", "any", POLICY.shortest_endpoint),
        ("Thank you.", "any", POLICY.shortest_endpoint),
        ("yes", "yes_no", POLICY.shortest_endpoint),
        ("yes", "any", POLICY.usual_endpoint),
        ("My number is", "any", POLICY.hanging_endpoint),
        ("My number is.", "any", POLICY.hanging_endpoint),
        ("I need to see someone about my", "any", POLICY.hanging_endpoint),
        ("Well, um.", "any", POLICY.hanging_endpoint),
        ("On Tuesday,", "any", POLICY.hanging_endpoint),
        ("I was thinking...", "any", POLICY.hanging_endpoint),
        ("555.", "digits", POLICY.hanging_endpoint),
        ("five five five oh one.", "digits", POLICY.hanging_endpoint),
        ("555-0142.", "digits", POLICY.shortest_endpoint),
        ("I don't know.", "digits", POLICY.shortest_endpoint),
        ("", "any", POLICY.longest_endpoint),
        ("...", "any", POLICY.longest_endpoint),
    ],
)
def test_words_say_whether_more_is_to_come(words: str, expects: str, delay: float) -> None:
    assert endpoint_delay(words, expects, POLICY) == delay


@given(text(), sampled_from(["any", "digits", "yes_no", "name", "date"]))
def test_nobody_waits_longer_than_the_longest(words: str, expects: str) -> None:
    assert 0 < endpoint_delay(words, expects, POLICY) <= POLICY.longest_endpoint


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Yes, please.", "yes please", True),
        ("Um, yes please.", "Yes, uh, please?", True),
        ("Tuesday at ten.", "Tuesday at two.", False),
        ("Book it.", "Book it with Dr. Chen.", False),
        ("", "...", True),
    ],
)
def test_what_is_written_otherwise_means_the_same(one: str, other: str, same: bool) -> None:
    assert same_words(one, other) is same
    assert same_words(other, one) is same


@pytest.mark.parametrize(
    "words", ["", "Mm-hm.", "Okay.", "Uh-huh, yeah.", "I see.", "Got it, thanks."]
)
def test_a_nod_does_not_take_the_turn(words: str) -> None:
    assert not takes_turn(words)


@pytest.mark.parametrize(
    "words", ["No.", "Stop.", "Wait.", "Yes, but on Friday.", "What?", "Hello?"]
)
def test_words_that_want_something_do(words: str) -> None:
    assert takes_turn(words)
