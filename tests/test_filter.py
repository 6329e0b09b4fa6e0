"""Loops and inventions never get through; what people really say does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asr.filter import ALLOWANCE, FASTEST, Decoded, credible, cut_loop, spoken_length


def sure(text: str, voiced: float = 2.0) -> Decoded:
    return Decoded(text, logprob=-0.3, no_speech=0.05, voiced=voiced)


@pytest.mark.parametrize(
    ("text", "voiced"),
    [
        ("five five five", 0.8),
        ("no no no", 0.6),
        ("No, no, no, no!", 0.8),
        ("My number is 555-0142.", 1.9),
        ("It's 5 5 5, 5 5 5 5.", 2.5),
        ("very very very very good", 1.5),
        ("I said I would and I would.", 1.4),
        ("Yes.", 0.1),
        ("Thank you.", 0.4),
        ("Bye bye.", 0.4),
        ("Bye.", 0.2),
        ("I saw you on Tuesday", 1.0),
    ],
)
def test_what_a_caller_can_say_in_that_time_is_kept(text: str, voiced: float) -> None:
    assert credible(sure(text, voiced)) == text


@pytest.mark.parametrize(
    ("text", "voiced", "kept"),
    [
        ("My number is 555-0142. My number is 555-0142.", 2.2, "My number is 555-0142."),
        ("My number is 555-0142. My number is 555-0142. My num", 2.2, "My number is 555-0142."),
        ("Yes. " + 30 * "yes. ", 0.4, "Yes."),
        ("I need a refill. " + 8 * "I need a refill. ", 1.0, "I need a refill."),
        ("Stop" + 60 * " beep", 0.5, "Stop beep"),
        ("please " + 20 * "call me back and ", 1.4, "please call me back and"),
        ("please " + 20 * "call me back and ", 2.4, "please call me back and call me back and"),
        ("My number is" + 19 * " 5", 1.6, "My number is 5 5 5"),
        (12 * "My number is 555-0142 ", 5.0, "My number is 555-0142 My number is 555-0142"),
    ],
)
def test_a_loop_is_cut_to_what_fits(text: str, voiced: float, kept: str) -> None:
    assert credible(sure(text, voiced)) == kept


@given(
    st.lists(
        st.sampled_from(["I", "need", "five", "pills", "no,", "No", "5", "today."]), max_size=30
    ),
    st.integers(1, 12),
    st.floats(0.05, 10),
)
def test_no_more_is_believed_than_could_be_said(
    words: list[str], times: int, voiced: float
) -> None:
    text = " ".join(words * times)
    kept = cut_loop(text, voiced)

    assert text.startswith(kept)
    assert spoken_length(kept.split()) <= 1.5 * (FASTEST * voiced + ALLOWANCE)
    if spoken_length(text.split()) <= FASTEST * voiced + ALLOWANCE:
        assert kept == text


@given(st.lists(st.text("abcdef", min_size=1, max_size=6), min_size=4, max_size=8, unique=True))
def test_a_sentence_said_over_and_over_is_said_once(words: list[str]) -> None:
    sentence = " ".join(words)
    voiced = max(0.0, spoken_length(words) + 1 - ALLOWANCE) / FASTEST

    assert cut_loop(" ".join([sentence] * 6), voiced) == sentence


@pytest.mark.parametrize(
    "text",
    [
        "you",
        " Thank you.",
        "Thank you very much!",
        "Bye.",
        "Okay.",
        "I'll see you next time.",
        "Oh",
    ],
)
def test_an_invention_said_with_doubt_is_dropped(text: str) -> None:
    assert credible(Decoded(text, logprob=-0.6, no_speech=0.9, voiced=0.6)) == ""
    assert credible(Decoded(text, logprob=-3.5, no_speech=0.2, voiced=0.6)) == ""
    assert credible(Decoded(text, logprob=-0.3, no_speech=0.1, voiced=0.06)) == ""


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for watching!",
        "Thank you for watching this video.",
        "Please subscribe.",
        "Subtitles by the Amara.org community",
        "[Music]",
        "(coughs)",
        "♪ ♪",
        "♪ la la la ♪",
        "*beep*",
        "[BLANK_AUDIO",
        "...",
        "",
    ],
)
def test_what_no_caller_says_is_dropped_however_sure(text: str) -> None:
    assert credible(sure(text)) == ""


def test_an_annotation_goes_and_the_words_around_it_stay() -> None:
    assert credible(sure("Yes, [coughs] I am (sighs) here.")) == "Yes, I am here."


def test_a_guess_at_what_a_first_syllable_will_become_is_dropped() -> None:
    guess = "Then we're going to go"
    assert credible(Decoded(guess, logprob=-1.5, no_speech=0.26, voiced=0.26)) == ""
    assert credible(Decoded("Stop.", logprob=-0.9, no_speech=0.16, voiced=0.26)) == "Stop."


@pytest.mark.parametrize("text", ["Bye bye.", "I don't.", "Go ahead.", "COO", "Anna."])
def test_a_hum_that_was_taken_for_words_is_a_hum(text: str) -> None:
    assert credible(Decoded(text, logprob=-0.7, no_speech=0.35, voiced=0.5)) == "Mm."
    assert credible(Decoded(text, logprob=-0.7, no_speech=0.14, voiced=0.5)) == text
    assert credible(Decoded(text, logprob=-0.7, no_speech=0.35, voiced=1.2)) == text


def test_a_hum_that_was_heard_as_one_is_left_as_it_is() -> None:
    for text in ("Mm-hmm.", "Uh-huh.", "Hmm.", "Uh..."):
        assert credible(Decoded(text, logprob=-0.7, no_speech=0.4, voiced=0.5)) == text


def test_anything_said_with_no_conviction_from_no_speech_is_dropped() -> None:
    assert credible(Decoded("Beeping", logprob=-2.6, no_speech=0.67, voiced=1.0)) == ""
    assert credible(Decoded("Two tickets", logprob=-0.4, no_speech=0.67, voiced=1.0)) != ""
