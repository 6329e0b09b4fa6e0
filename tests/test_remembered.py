"""Whenever a caller stops us, what is remembered is what they heard, give or take a word."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import FakeLLM, FakeTranscriber, FakeTTS
from tests.scene import Outcome, Silence, Speech, play

SAID = (
    "Well, we have some time on Monday. I can give you nine, or half past ten, with Dr. Chen. "
    "If that is too soon for you, then we can look at next week, too. What do you prefer?"
)
PER_WORD = 0.3


def remembered_words(call: Outcome) -> int:
    """How many words of ours the model will read."""
    ours = [m.content for m in call.session.history if m.role == "assistant"]
    return len(" ".join(ours).split())


def heard_words(call: Outcome) -> float:
    """How many of them were audible, to the part of a word."""
    return sum(until - since for since, until in call.audible) / PER_WORD


@settings(max_examples=60, deadline=None)
@given(
    stopped=st.integers(0, 400).map(lambda frames: frames * 0.02),
    nods=st.lists(st.tuples(st.floats(0.3, 2.0), st.sampled_from([0.1, 0.3, 0.6])), max_size=2),
    marks=st.booleans(),
    returns_cleared=st.booleans(),
    gap=st.sampled_from([0.02, 0.2]),
    ttfb=st.sampled_from([0.05, 0.35]),
    delay=st.sampled_from([0.06, 0.25, 1.3]),
)
def test_whenever_we_are_stopped_the_history_holds_at_most_one_word_that_was_not_heard(
    stopped: float,
    nods: list[tuple[float, float]],
    marks: bool,
    returns_cleared: bool,
    gap: float,
    ttfb: float,
    delay: float,
) -> None:
    nodded = [step for after, lasts in nods for step in (Silence(after), Speech(lasts))]
    call = play(
        Silence(1.0),
        Speech(1.0),
        Silence(0.5),
        *nodded,
        Silence(1.0 + stopped),
        Speech(1.2),
        Silence(6.0),
        transcriber=FakeTranscriber(
            "When can I come?",
            [*["Mm-hm."] * len(nods), "No, stop that."],
            delay=delay,
        ),
        llm=FakeLLM(SAID, "Fine.", ttft=0.05, gap=gap),
        tts=FakeTTS(ttfb=ttfb, per_word=PER_WORD),
        marks=marks,
        returns_cleared=returns_cleared,
    )
    assert -2 < remembered_words(call) - heard_words(call) < 1
