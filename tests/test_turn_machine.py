"""The turn machine under any order of events: what callers would notice must hold."""

from __future__ import annotations

from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.strategies import booleans, sampled_from

from voice.config import TurnPolicy
from voice.endpoint import Patience, same_words, takes_turn
from voice.events import (
    CallStarted,
    CancelReply,
    Command,
    DigitPressed,
    EndTurn,
    Event,
    HangUp,
    HungUp,
    Judged,
    PauseReply,
    Phrase,
    ReleaseReply,
    ReplyEnded,
    ReplyFailed,
    ResumeReply,
    Say,
    SpeechEnded,
    SpeechStarted,
    StartReply,
    Tick,
    Transcribed,
    TranscriptionFailed,
)
from voice.overlap import LISTENING
from voice.turn import PARTING, State, TurnMachine

POLICY = TurnPolicy()


class Calls(RuleBasedStateMachine):
    """A call in which anything may happen, in any order that a call allows."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.machine = TurnMachine(POLICY, lambda text: 1.2 if text.endswith("and") else 0.3)
        self.live: dict[int, bool] = {}  # reply -> may it be heard
        self.paused: int | None = None  # the reply that is silent, and may go on
        self.listened: int | None = None  # the reply that was silenced for words not known yet
        self.words = ""  # what the latest reply answers
        self.final: str | None = None  # what was said before this silence, once it is known
        self.ever: set[int] = set()
        self.speaking = False
        self.speaking_since = 0.0
        self.pause = 0
        self.owed: int | None = None  # the pause whose final has not come
        self.over = False
        self.parted_at: float | None = None  # when our goodbye had been heard
        self.excused = False  # we lost this speech, or keys were pressed during it

    @initialize()
    def begin(self) -> None:
        self.hear(CallStarted(self.now))

    def hear(self, event: Event) -> None:
        for command in self.machine.receive(event):
            match command:
                case StartReply(reply, words, held):
                    self.words = words
                    self.start(reply, audible=not held)
                case Say(reply):
                    self.start(reply, audible=True)
                case ReleaseReply(reply):
                    assert self.live[reply] is False, "only a held reply can be released"
                    assert self.final is not None, "nobody knows yet what is to be answered"
                    keys = len(self.words.split()) - len(self.final.split())
                    assert same_words(" ".join(self.words.split()[keys:]), self.final)
                    self.live[reply] = True
                    self.parted_at = None
                case PauseReply(reply):
                    assert self.live[reply], "nobody hears it yet"
                    assert self.paused is None
                    self.paused = self.listened = reply
                case ResumeReply(reply):
                    assert self.paused == reply
                    self.paused = None
                case CancelReply(reply):
                    del self.live[reply]
                case EndTurn():
                    pass
                case HangUp(reason):
                    self.over = True
                    if reason == "the call is over":
                        assert self.parted_at is not None, "nobody has said goodbye"
                        assert self.now >= self.parted_at + PARTING
                        assert self.excused or not self.speaking, "they have more to say"

    def start(self, reply: int, audible: bool) -> None:
        assert reply not in self.ever, "a reply's number is never used again"
        assert not self.live, "one reply at a time"
        self.ever.add(reply)
        self.live[reply] = audible
        if audible:
            self.parted_at = None

    @rule(pause=sampled_from([0.001, 0.05, 0.31, 1.0, 10.0]))
    def wait(self, pause: float) -> None:
        self.now += pause
        self.hear(Tick(self.now))

    @precondition(lambda self: not self.speaking)
    @rule()
    def speak(self) -> None:
        self.speaking, self.speaking_since, self.excused = True, self.now, False
        self.hear(SpeechStarted(self.now))

    @precondition(lambda self: self.speaking)
    @rule()
    def fall_silent(self) -> None:
        self.speaking = False
        self.pause += 1
        self.owed, self.final = self.pause, None
        self.hear(SpeechEnded(self.now, self.pause))

    @precondition(lambda self: self.owed is not None)
    @rule(text=sampled_from(["", "yes.", "mm-hm", "the one and", "book it"]))
    def understand(self, text: str) -> None:
        pause, self.owed, self.final = self.owed, None, text
        listened = self.listened
        self.hear(Transcribed(self.now, text, pause))
        if not self.speaking:  # else they come again with the next
            self.listened = None
            assert not (takes_turn(text) and listened in self.live), "they said no, and we go on"

    @precondition(lambda self: any(self.live.values()) and not self.speaking)
    @rule(late=booleans())
    def speak_over_us(self, late: bool) -> None:
        """Rare where the steps are drawn one by one."""
        self.speak()
        self.wait(POLICY.barge_in_delay)
        self.fall_silent()
        if late:
            self.wait(LISTENING)

    @rule(text=sampled_from(["", "yes.", "Yes", "the one and", "book it"]))
    def guess(self, text: str) -> None:
        self.hear(Transcribed(self.now, text))

    @precondition(lambda self: self.pause)
    @rule(late=booleans())
    def judge(self, late: bool) -> None:
        before = self.machine.state
        self.hear(Judged(self.now, self.pause - late, 0.5))
        assert self.machine.state is before, "only time ends a turn"

    @precondition(lambda self: any(self.live.values()))
    @rule(failed=booleans(), farewell=booleans())
    def finish(self, failed: bool, farewell: bool) -> None:
        reply = next(iter(self.live))
        if self.paused == reply and not failed:
            return  # it is not heard to its end while it is silent
        del self.live[reply]
        if failed:
            self.hear(ReplyFailed(self.now, reply))
        else:
            self.parted_at = self.now if farewell else None
            self.hear(ReplyEnded(self.now, reply, farewell))

    @precondition(lambda self: any(not audible for audible in self.live.values()))
    @rule()
    def fail_unheard(self) -> None:
        reply = next(iter(self.live))
        del self.live[reply]
        self.hear(ReplyFailed(self.now, reply))

    @precondition(lambda self: self.ever - set(self.live))
    @rule(failed=booleans())
    def hear_stale_news(self, failed: bool) -> None:
        stale = min(self.ever - set(self.live))
        before = self.machine.state
        self.hear((ReplyFailed if failed else ReplyEnded)(self.now, stale))
        assert self.machine.state is before

    @rule()
    def fail_to_transcribe(self) -> None:
        self.excused, self.listened = True, None
        self.hear(TranscriptionFailed(self.now))

    @rule(digit=sampled_from("5#"))
    def press(self, digit: str) -> None:
        self.excused = True
        self.hear(DigitPressed(self.now, digit))

    @precondition(lambda self: self.ever)
    @rule(really=sampled_from([False] * 9 + [True]))
    def hang_up(self, really: bool) -> None:
        if really:
            self.over = True
            self.hear(HungUp(self.now))

    @invariant()
    def nothing_is_heard_before_the_turn_is_ours(self) -> None:
        if self.machine.state is not State.REPLYING:
            assert not any(self.live.values())

    @invariant()
    def a_reply_is_on_its_way_while_the_turn_is_ours(self) -> None:
        if self.machine.state is State.REPLYING:
            assert any(self.live.values())

    @invariant()
    def the_call_cannot_hang(self) -> None:
        if self.machine.state in (State.IDLE, State.SETTLING, State.DIALING) and self.ever:
            assert self.machine.deadline is not None
        if self.machine.state is State.HEARING:
            assert self.speaking, "who listens to nobody waits for ever"

    @invariant()
    def a_caller_who_speaks_long_enough_stops_us(self) -> None:
        if self.speaking and self.machine.state is State.REPLYING and any(self.live.values()):
            deadline = self.machine.deadline
            assert deadline is None or deadline <= self.speaking_since + POLICY.barge_in_delay

    @invariant()
    def a_reply_is_not_silent_for_good(self) -> None:
        if self.paused is not None and self.paused not in self.live:
            self.paused = None  # it was cancelled, or has failed
        if self.paused is not None:
            assert self.machine.state is State.REPLYING
            assert self.machine.deadline is not None or self.speaking

    @invariant()
    def who_speaks_is_not_forgotten(self) -> None:
        assert not (self.speaking and not self.excused and self.machine.state is State.IDLE)

    @invariant()
    def nobody_is_kept_waiting_after_a_goodbye(self) -> None:
        if self.machine.state is State.IDLE and self.parted_at is not None:
            deadline = self.machine.deadline
            assert deadline is not None
            assert deadline <= max(self.now, self.parted_at + PARTING)

    @invariant()
    def a_call_that_is_over_stays_over(self) -> None:
        if self.over:
            assert self.machine.state is State.CLOSED
            assert not self.live
            assert self.machine.deadline is None


TestCalls = Calls.TestCase
TestCalls.settings = settings(max_examples=300, stateful_step_count=40, deadline=None)


def test_a_goodbye_that_was_answered_is_forgotten_even_if_keys_stop_the_answer() -> None:
    machine = TurnMachine(POLICY, lambda text: 0.3)
    machine.receive(CallStarted(0.0))
    machine.receive(ReplyEnded(1.0, 1, farewell=True))
    machine.receive(DigitPressed(2.0, "5"))
    machine.receive(DigitPressed(2.1, "#"))
    assert machine.state is State.REPLYING
    machine.receive(DigitPressed(2.5, "#"))
    assert machine.deadline == 2.5 + POLICY.reprompt_after


def test_how_a_silence_sounds_moves_its_end_however_it_races_with_the_words() -> None:
    known = Transcribed(3.14, "My knee is swollen.", 1)
    judged = Judged(3.2, 1, 0.1)
    other = Judged(3.2, 7, 0.9)
    races: list[list[Event]] = [[known, judged], [judged, known], [known, other, judged]]
    for events in races:
        patience = Patience(POLICY, lambda: "any")
        machine = TurnMachine(POLICY, patience)
        script: list[Event] = [CallStarted(0.0), ReplyEnded(1.0, 1)]
        script += [SpeechStarted(2.0), SpeechEnded(3.0, 1), *events]
        for event in script:
            patience.hear(event)
            machine.receive(event)
        assert machine.deadline == 3.0 + POLICY.doubtful_endpoint
        assert machine.receive(Tick(3.0 + POLICY.doubtful_endpoint))[0] == EndTurn()


def asked(*then: Event) -> tuple[TurnMachine, list[Command]]:
    """The caller has been greeted and is asked something; what is done at the end of ``then``."""
    machine = TurnMachine(POLICY, lambda text: 0.3)
    machine.receive(CallStarted(0.0))
    machine.receive(ReplyEnded(1.0, 1))
    commands: list[Command] = []
    for event in then:
        commands = machine.receive(event)
    return machine, commands


def test_what_was_said_before_the_keys_is_asked_with_them_however_late_it_is_known() -> None:
    said: list[Event] = [SpeechStarted(2.0), SpeechEnded(3.0, 1), DigitPressed(3.1, "5")]
    known = Transcribed(3.2, "My number is", 1)

    _, commands = asked(*said, known, Tick(3.1 + POLICY.digit_pause))
    assert commands == [EndTurn(), StartReply(2, "My number is 5", held=False)]

    late = 3.1 + POLICY.digit_pause
    machine, commands = asked(*said, Tick(late))
    assert commands == []
    assert machine.deadline == late + POLICY.transcript_patience
    assert machine.receive(known) == [EndTurn(), StartReply(2, "My number is 5", held=False)]


def test_keys_do_not_end_the_turn_of_who_still_speaks() -> None:
    machine, _ = asked(SpeechStarted(2.0), DigitPressed(2.5, "5"), DigitPressed(2.6, "#"))
    assert machine.receive(Tick(9.0)) == []

    machine.receive(SpeechEnded(9.5, 1))
    machine.receive(Transcribed(9.6, "and that is all.", 1))
    assert machine.receive(Tick(9.8))[-1] == ReleaseReply(machine.reply)


def test_a_hash_over_our_reply_does_not_lose_what_the_caller_says_at_that_moment() -> None:
    machine, commands = asked(
        SpeechStarted(2.0),
        SpeechEnded(3.0, 1),
        Transcribed(3.1, "What are your hours?", 1),
        Tick(3.3),
        SpeechStarted(4.0),
        DigitPressed(4.05, "#"),
    )
    assert commands == [CancelReply(2)]
    assert machine.state is State.HEARING


def test_nobody_is_asked_for_more_keys_than_fit_a_number() -> None:
    keys = [DigitPressed(2.0, "5")] * 1_000
    _, commands = asked(*keys, DigitPressed(2.1, "#"))
    assert commands == [EndTurn(), StartReply(2, "5" * 40, held=False)]


REPLYING: list[Event] = [
    SpeechStarted(2.0),
    SpeechEnded(3.0, 1),
    Transcribed(3.1, "What are your hours?", 1),
    Tick(3.3),
    SpeechStarted(4.0),
    Tick(4.0 + POLICY.barge_in_delay),
]


def test_words_over_us_take_the_turn_before_they_end_and_noises_and_nods_never() -> None:
    machine, commands = asked(*REPLYING)
    assert commands == [PauseReply(2)]

    assert machine.receive(Transcribed(4.5, "No, stop")) == [], "it may have been misheard"
    assert machine.receive(Transcribed(5.2, "Okay, okay")) == []
    assert machine.receive(Tick(60.0)) == []
    assert CancelReply(2) in machine.receive(Transcribed(60.0, "No, stop"))
    assert machine.state is State.HEARING


def test_a_reply_that_failed_under_a_cough_is_apologised_for() -> None:
    machine, _ = asked(*REPLYING[:-1], ReplyFailed(4.05, 2), SpeechEnded(4.1, 2))
    assert Say(3, Phrase.APOLOGY) in machine.receive(Transcribed(4.2, "", 2))
