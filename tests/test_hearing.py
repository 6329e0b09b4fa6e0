"""A turn in flight: finals come soon, once each, and from as few decodes as can be."""

from dataclasses import replace

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from asr.edges import WINDOW
from asr.engine import Transcript
from asr.hearing import Hearing, Wanted
from asr.tail import Tail
from asr.window import Cut

SECOND = 16_000
INTERVAL = 0.25


def hear(hearing: Hearing, seconds: float, *, speech: bool = True) -> None:
    for _ in range(round(seconds * SECOND / WINDOW)):
        hearing.hear(
            np.zeros(WINDOW, dtype=np.int16),
            0.95 if speech else 0.01,
            np.full(8, -20 if speech else -90, dtype=np.float32),
        )


def want(hearing: Hearing) -> Wanted:
    wanted = hearing.wants(INTERVAL)
    assert wanted is not None
    return wanted


def decode(hearing: Hearing, wanted: Wanted, text: str) -> Transcript | None:
    hearing.started(wanted)
    hearing.decoded(wanted, text)
    return hearing.news()


def spoken(seconds: float = 0.5) -> Hearing:
    hearing = Hearing()
    hear(hearing, seconds)
    return hearing


def test_a_partial_is_told_when_it_changes_and_only_then() -> None:
    hearing = spoken()
    assert decode(hearing, want(hearing), "I would") == Transcript("I would")

    hear(hearing, 0.3)
    assert decode(hearing, want(hearing), "I would") is None
    assert hearing.news() is None


def test_a_pause_is_answered_from_the_decode_that_has_heard_it_all() -> None:
    hearing = spoken()
    hear(hearing, 0.064, speech=False)
    decode(hearing, want(hearing), "Yes.")
    hear(hearing, 0.064, speech=False)
    hearing.pause(1)

    assert hearing.news() == Transcript("Yes.", pause=1)
    assert hearing.wants(INTERVAL) is None
    assert hearing.news() is None


def test_a_pause_waits_for_a_decode_under_way_that_will_have_heard_it_all() -> None:
    hearing = spoken()
    hear(hearing, 0.064, speech=False)
    running = want(hearing)
    hearing.started(running)
    hearing.pause(1)

    assert hearing.wants(INTERVAL) is None
    assert hearing.news() is None
    hearing.decoded(running, "Yes.")
    assert hearing.news() == Transcript("Yes.", pause=1)


def test_a_partial_that_may_have_left_something_out_answers_no_pause() -> None:
    """Only what is told for good is looked at again: it has a decode of its own."""
    hearing = spoken()
    hear(hearing, 0.064, speech=False)
    running = want(hearing)
    hearing.started(running)
    hearing.pause(1)
    hearing.decoded(running, "Yes.", whole=False)
    assert hearing.news() == Transcript("Yes.")

    wanted = want(hearing)
    assert not running.to_decode.for_good
    assert wanted.to_decode.for_good
    assert decode(hearing, wanted, "Yes. No.") == Transcript("Yes. No.", pause=1)


def test_a_pause_that_waited_for_a_decode_that_failed_has_one_of_its_own() -> None:
    hearing = spoken()
    hear(hearing, 0.064, speech=False)
    hearing.started(want(hearing))
    hearing.pause(1)
    assert hearing.wants(INTERVAL) is None
    hearing.failed()

    wanted = want(hearing)
    assert wanted.final
    assert decode(hearing, wanted, "Yes.") == Transcript("Yes.", pause=1)


def test_a_waiting_decode_that_will_have_heard_it_all_is_hurried() -> None:
    hearing = spoken()
    hear(hearing, 0.064, speech=False)
    waiting = want(hearing)
    hearing.pause(1)

    assert hearing.wants(INTERVAL) == replace(waiting, final=True)
    assert hearing.wants(INTERVAL) is None


def test_a_decode_that_has_not_heard_the_end_is_not_enough() -> None:
    hearing = spoken()
    early = want(hearing)
    hear(hearing, 0.1)
    hear(hearing, 0.128, speech=False)
    hearing.pause(1)

    assert decode(hearing, early, "Yes") == Transcript("Yes")
    final = want(hearing)
    assert final.final
    assert decode(hearing, final, "Yesterday.") == Transcript("Yesterday.", pause=1)


def test_a_pause_without_a_word_is_answered_with_nothing_at_once() -> None:
    hearing = Hearing()
    hear(hearing, 0.5, speech=False)
    hearing.pause(1)

    assert hearing.news() == Transcript("", pause=1)
    assert hearing.wants(INTERVAL) is None


def test_the_second_pause_hears_the_first_words_too() -> None:
    hearing = spoken()
    hearing.pause(1)
    decode(hearing, want(hearing), "I need")
    hear(hearing, 0.3, speech=False)
    hear(hearing, 0.5)
    hear(hearing, 0.3, speech=False)
    hearing.pause(2)
    final = want(hearing)

    assert final.clip.start == 0
    assert decode(hearing, final, "I need a refill.") == Transcript("I need a refill.", pause=2)


def test_only_the_latest_of_two_pauses_is_answered() -> None:
    hearing = spoken()
    hearing.pause(1)
    first = want(hearing)
    hear(hearing, 0.5)
    hearing.pause(2)

    assert decode(hearing, first, "I") == Transcript("I")
    assert decode(hearing, want(hearing), "I do") == Transcript("I do", pause=2)


def test_the_head_of_a_long_turn_is_told_for_good() -> None:
    hearing = Hearing(Tail(Cut(longest=4, earliest=2, latest=3)))
    hear(hearing, 2.5)
    hear(hearing, 0.2, speech=False)
    hear(hearing, 1)
    decode(hearing, want(hearing), "one two three four")
    hear(hearing, 0.6)
    head = want(hearing)
    assert head.head
    assert hearing.wants(INTERVAL) is None

    assert decode(hearing, head, "One two three.") == Transcript("One two three. four", 14)
    rest = want(hearing)
    assert rest.clip.start == head.clip.end
    assert decode(hearing, rest, "four five") == Transcript("One two three. four five", 14)


def test_a_pause_during_the_decode_of_the_head_waits_for_both() -> None:
    hearing = Hearing(Tail(Cut(longest=4, earliest=2, latest=3)))
    hear(hearing, 4.1)
    head = want(hearing)
    hearing.started(head)
    hear(hearing, 0.1, speech=False)
    hearing.pause(1)
    assert hearing.wants(INTERVAL) is None
    hearing.decoded(head, "one two")
    assert hearing.news() == Transcript("one two", 7)

    assert decode(hearing, want(hearing), "three.") == Transcript("one two three.", 7, pause=1)


def test_a_pause_whose_rest_holds_no_word_is_answered_at_once() -> None:
    hearing = Hearing(Tail(Cut(longest=3, earliest=1, latest=2)))
    hear(hearing, 1.5)
    hearing.pause(1)
    hear(hearing, 1.5)
    head = want(hearing)
    hearing.started(head)
    hear(hearing, 3.1, speech=False)
    hearing.decoded(head, "one two")
    hearing.news()
    rest = want(hearing)
    hearing.started(rest)
    hear(hearing, 3.1, speech=False)
    hearing.decoded(rest, "three.")

    told = hearing.news()
    assert told is not None
    assert told.pause == 1
    assert hearing.wants(INTERVAL) is None


class Rules(RuleBasedStateMachine):
    """A caller and a decoder in any order: one job waits, one runs, each pause is answered."""

    def __init__(self) -> None:
        super().__init__()
        self.hearing = Hearing(Tail(Cut(longest=3, earliest=1, latest=2)))
        self.waiting: Wanted | None = None
        self.running: Wanted | None = None
        self.pauses = 0
        self.answered = 0
        self.settled = ""
        self.position = self.needed = self.heard_to = 0
        self.spoken: set[int] = set()  # where windows of speech end

    @rule(seconds=st.sampled_from([0.032, 0.1, 0.4, 1.5]), speech=st.booleans())
    def listen(self, seconds: float, speech: bool) -> None:
        hear(self.hearing, seconds, speech=speech)
        for _ in range(round(seconds * SECOND / WINDOW)):
            self.position += WINDOW
            if speech:
                self.spoken.add(self.position)
        self.look()

    @rule()
    def fall_silent(self) -> None:
        self.pauses += 1
        self.needed = self.position
        self.hearing.pause(self.pauses)
        self.look()

    @precondition(lambda self: self.waiting and not self.running)
    @rule()
    def start(self) -> None:
        assert self.waiting is not None
        self.hearing.started(self.waiting)
        self.waiting, self.running = None, self.waiting

    @precondition(lambda self: self.running)
    @rule(text=st.lists(st.sampled_from("abc"), max_size=4).map(" ".join))
    def finish(self, text: str) -> None:
        assert self.running is not None
        wanted, self.running = self.running, None
        self.hearing.decoded(wanted, text)
        self.heard_to = max(self.heard_to, wanted.clip.end)
        self.look()

    def look(self) -> None:
        if news := self.hearing.news():
            assert news.text.startswith(self.settled)
            self.settled = news.text[: news.settled]
            if news.pause is not None:
                assert news.pause == self.pauses > self.answered
                self.answered = news.pause
                unheard = {end for end in self.spoken if self.heard_to < end <= self.needed}
                assert not any(end - WINDOW in unheard for end in unheard)  # one is a click
        if wanted := self.hearing.wants(INTERVAL):
            if self.waiting:
                assert not self.waiting.head
            self.waiting = wanted
        assert self.hearing.pausing == (self.answered < self.pauses)
        if self.hearing.pausing:
            assert self.waiting or self.running

    def teardown(self) -> None:
        for _ in range(100):
            if self.waiting and not self.running:
                self.start()
            if self.running:
                self.finish("a b")
        assert self.answered == self.pauses
        assert not self.waiting
        assert not self.running


TestRules = Rules.TestCase
TestRules.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
