"""How long a silence must be, by the words before it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis.strategies import sampled_from, text

from voice.config import TurnPolicy
from voice.endpoint import endpoint_delay

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
