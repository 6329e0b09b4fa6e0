"""How long a silence must be, by the words before it and by how the caller has paused before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis.strategies import sampled_from, text

from voice.config import TurnPolicy
from voice.ending import ending
from voice.endpoint import Patience, endpoint_delay, same_words, takes_turn
from voice.events import Judged, SpeechEnded, SpeechStarted

POLICY = TurnPolicy()
ASKED = ["any", "digits", "yes_no", "name", "date"]


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("What are your hours?", "any"),
        ("What is that for?", "any"),
        ("Well, can my mother come along.", "any"),
        ("Where do I park.", "any"),
        ("If it gets worse, should I come?", "any"),
        ("Hi there, I'd like to book an appointment with Dr. Chen on Tuesday.", "any"),
        ("Book me in.", "any"),
        ("Please take me off the list.", "any"),
        ("Thank you.", "any"),
        ("yes", "yes_no"),
        ("Yes please.", "yes_no"),
        ("No, I don't.", "yes_no"),
        ("I am.", "yes_no"),
        ("555-0142.", "digits"),
        ("My number is 604-555-0142.", "any"),
        ("Five five five, sorry, five five six, oh one four two.", "digits"),
        ("The last four digits are 7703.", "digits"),
        ("Triple two, oh one four oh.", "digits"),
        ("It's zip code 30309.", "digits"),
        ("I'll take the first one. My name is Laura Smith.", "date"),
        ("Karen O'Neill", "name"),
        ("My name is Laura Smith.", "name"),
        ("Hi, I'm Karen, can I move my appointment?", "any"),
        ("It's Keogh, K-E-O-G-H.", "name"),
        ("My last name is Wu, W U.", "name"),
        ("June the eleventh.", "date"),
        ("Tomorrow morning.", "date"),
        ("Wednesday at two.", "date"),
    ],
)
def test_words_that_hand_the_turn_over_end_it_soonest(words: str, asked: str) -> None:
    assert ending(words, asked).wait == "shortest", ending(words, asked).name


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("My number is", "any"),
        ("My number is.", "any"),
        ("I need to see someone about my", "any"),
        ("I'd like.", "any"),
        ("I was thinking.", "any"),
        ("How about?", "date"),
        ("Can I come on Monday or?", "any"),
        ("Well, um.", "any"),
        ("On Tuesday,", "any"),
        ("On Tuesday, no, sorry.", "date"),
        ("Dr. Allen, no, not Allen.", "any"),
        ("Two a day, I mean.", "any"),
        ("Hold on.", "digits"),
        ("Message from Extension.", "any"),
        ("If it gets any worse.", "any"),
        ("When I stand up.", "any"),
        ("I need a checkup. Also.", "any"),
        ("555.", "digits"),
        ("five five five oh one.", "digits"),
        ("My number is 555.", "any"),
        ("March.", "date"),
        ("N O", "name"),
        ("Lindqvist. L-I-N-D.", "name"),
        ("B as in boy.", "name"),
        ("N O V A K", "name"),
        ("Siobhan Nguyen, S I O B H A", "any"),
        ("Siobhan Nguyen, S I O B H A N", "name"),
        ("It's spelled.", "any"),
        ("Hi, this is Karen Whitfield.", "any"),
        ("My name is Laura Smith.", "any"),
        ("Good morning. I'm Karen.", "any"),
        ("Kowalski, K-O-W, why?", "name"),
    ],
)
def test_words_that_hang_are_waited_for(words: str, asked: str) -> None:
    assert ending(words, asked).wait == "hanging", ending(words, asked).name


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("My knee is swollen.", "any"),
        ("yes", "any"),
        ("This is not what I wanted.", "any"),
        ("I'm allergic.", "any"),
        ("I'm Karen Whitfield and my knee is swollen.", "any"),
        ("After lunch.", "any"),
        ("I called at nine but nobody picked up and I was told that you would.", "any"),
        ("It was in April.", "date"),
        ("Wednesday.", "date"),
        ("Karen.", "name"),
        ("I don't know.", "digits"),
        ("I don't have the number.", "any"),
        ("Ich habe einen Termin.", "any"),
    ],
)
def test_after_a_whole_sentence_another_may_follow(words: str, asked: str) -> None:
    assert ending(words, asked).wait == "usual", ending(words, asked).name


@pytest.mark.parametrize("words", ["", "...", "My number is...", "I was thinking…"])
def test_nothing_is_decided_on_words_that_die_away(words: str) -> None:
    assert ending(words, "any").wait == "longest"


@given(text(), sampled_from(ASKED))
def test_nobody_waits_longer_than_the_longest(words: str, asked: str) -> None:
    assert 0 < endpoint_delay(words, asked, POLICY) <= POLICY.longest_endpoint


STORY, MORE = "My knee is swollen.", "My knee is swollen. I fell."


def paused(patience: Patience, at: float, seconds: float, before: str, after: str) -> None:
    """The caller says something, pauses, and has said more by the end of it."""
    patience.hear(SpeechEnded(at, 1))
    patience(before)
    patience.hear(SpeechStarted(at + seconds))
    patience.hear(SpeechEnded(at + seconds + 1.0, 2))
    patience(after)


def test_who_has_gone_on_after_a_whole_sentence_is_given_a_little_longer_after_the_next() -> None:
    patience = Patience(POLICY, lambda: "any")
    assert patience(STORY) == POLICY.usual_endpoint
    paused(patience, 5.0, 0.5, STORY, MORE)
    assert patience(STORY) == pytest.approx(0.6)
    assert patience("What are your hours?") == POLICY.shortest_endpoint
    paused(patience, 9.0, 0.4, STORY, MORE)
    assert patience(STORY) == pytest.approx(0.6)  # the longest pause counts
    paused(patience, 15.0, 0.9, STORY, MORE)
    assert patience(STORY) == pytest.approx(0.8)  # within reason


@pytest.mark.parametrize(
    ("seconds", "before", "after"),
    [
        (0.5, "My number is", "My number is 5."),  # anybody pauses there
        (0.5, STORY, STORY),  # a cough
        (1.2, STORY, MORE),  # an answer to us
    ],
)
def test_other_pauses_teach_nothing(seconds: float, before: str, after: str) -> None:
    patience = Patience(POLICY, lambda: "any")
    paused(patience, 5.0, seconds, before, after)
    assert patience(STORY) == POLICY.usual_endpoint


def test_what_was_asked_for_is_known_at_the_time() -> None:
    asked = ["any"]
    patience = Patience(POLICY, lambda: asked[0])
    assert patience("555.") == POLICY.usual_endpoint
    asked[0] = "digits"
    assert patience("555.") == POLICY.hanging_endpoint


@pytest.mark.parametrize(
    ("words", "finished", "seconds"),
    [
        (STORY, 0.9, POLICY.shortest_endpoint),
        (STORY, 0.1, POLICY.doubtful_endpoint),
        (STORY, None, POLICY.usual_endpoint),
        ("What are your hours?", 0.1, POLICY.shortest_endpoint),
        ("My number is", 0.9, POLICY.hanging_endpoint),
    ],
)
def test_how_finished_it_sounds_counts_only_where_words_do_not_tell(
    words: str, finished: float | None, seconds: float
) -> None:
    assert endpoint_delay(words, "any", POLICY, finished) == seconds
    patience = Patience(POLICY, lambda: "any")
    patience.hear(SpeechEnded(5.0, 1))
    if finished is not None:
        patience.hear(Judged(5.2, 1, finished))
    assert patience(words) == seconds


def test_how_one_silence_sounded_says_nothing_of_another() -> None:
    patience = Patience(POLICY, lambda: "any")
    patience.hear(SpeechEnded(5.0, 1))
    patience.hear(Judged(5.2, 1, 0.1))
    patience.hear(SpeechStarted(5.5))
    assert patience(STORY) == POLICY.usual_endpoint
    patience.hear(SpeechEnded(7.0, 2))
    patience.hear(Judged(7.1, 1, 0.1))  # it was late
    assert patience(STORY) == POLICY.usual_endpoint


def test_who_sounds_finished_but_has_paused_is_still_given_longer() -> None:
    patience = Patience(POLICY, lambda: "any")
    paused(patience, 5.0, 0.5, STORY, MORE)
    patience.hear(Judged(6.7, 2, 0.9))
    assert patience(MORE) == pytest.approx(0.6)


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
    "words",
    [
        "",
        "Mm-hm.",
        "Mmmhm",
        "Okay.",
        "Uh-huh, yeah.",
        "I see.",
        "Got it, thanks.",
        "Yup.",
        "God it.",
    ],
)
def test_a_nod_does_not_take_the_turn(words: str) -> None:
    assert not takes_turn(words)


@pytest.mark.parametrize(
    "words", ["No.", "Stop.", "Wait.", "Yes, but on Friday.", "What?", "Hello?"]
)
def test_words_that_want_something_do(words: str) -> None:
    assert takes_turn(words)
