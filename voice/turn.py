"""Decide whose turn it is.

A sans-I/O state machine: events in, commands out. :mod:`voice.session` performs what it asks, and
wakes it with a Tick once ``deadline`` has passed. It never awaits, reads a clock or sees a model.

                  onset                 offset                 endpoint
         +------> HEARING <-----------> SETTLING ------------> REPLYING
         |            ^   onset: the held  (a reply is prepared,   |  |
       IDLE           |   reply is dropped  held, while we wait)   |  |
         ^            +-------- barge-in: words, not a noise ------+  |
         +------------------------- heard to the end -----------------+

A reply may be prepared in HEARING already, from words that look like the whole of a turn: it is
kept as long as what is heard means the same, and nothing of it is heard before the endpoint.

What a sound over us means is decided in :mod:`voice.overlap`.

Keys pressed on a telephone are words too: they are gathered in DIALING until a short rest or ``#``.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto

from voice.config import TurnPolicy
from voice.endpoint import same_words
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
from voice.overlap import Overlap, Verdict
from voice.silence import Silence

MOST_DIGITS = 40
"""More than any number that anybody is asked for."""
PARTING = 1.5
"""Seconds after a farewell in which the caller may still go on."""


class State(Enum):
    """Who has the turn."""

    IDLE = auto()
    HEARING = auto()
    SETTLING = auto()
    DIALING = auto()
    REPLYING = auto()
    CLOSED = auto()


class TurnMachine:
    """One call's turn-taking.

    ``patience`` says how long a silence must be, in seconds, to end a turn with these words;
    ``may_guess`` whether a reply may be prepared while the caller still speaks; ``sounding``
    whether they hear something of ours just now.
    ``deadline`` is when to send a Tick, on the clock of the events' ``at``, or None.
    """

    def __init__(
        self,
        policy: TurnPolicy,
        patience: Callable[[str], float],
        may_guess: Callable[[], bool] = lambda: True,
        sounding: Callable[[], bool] = lambda: True,
    ) -> None:
        self.state = State.IDLE
        self.deadline: float | None = None
        self.reply = 0
        self._policy = policy
        self._patience = patience
        self._may_guess = may_guess
        self._sounding = sounding
        self._live: StartReply | Say | None = None  # the reply that is being made or heard
        self._silence: Silence | None = None  # the one that we settle or dial in
        self._overlap = Overlap(policy, sounding)
        self._digits = ""
        self._sorry = False  # a reply failed while the caller spoke over it
        self._reprompts = 0
        self._parting = False  # we have said goodbye
        self._rest_ends_at = 0.0

    @property
    def counts_audio(self) -> bool:
        """Whether ``deadline`` ends a silence or a beginning of speech of the caller: then their
        own samples measure it, and a network that stalls or hurries does not."""
        return self.state is State.SETTLING or self._overlap.since is not None

    def receive(self, event: Event) -> list[Command]:
        """Take one event and say what is to be done, in order."""
        match self.state, event:
            case State.CLOSED, _:
                return []
            case _, HungUp():
                self._enter(State.CLOSED)
                return [*self._cancel(), EndTurn()]
            case _, (ReplyEnded() | ReplyFailed()) if not self._is_live(event.reply):
                return []  # it was cancelled while its end was in flight
            case _, CallStarted():
                return self._say(Phrase.GREETING)
            case _, DigitPressed():
                return self._dial(event)
            case State.IDLE, _:
                return self._idle(event)
            case State.HEARING, _:
                return self._hearing(event)
            case State.DIALING, _:
                return self._dialing(event)
            case State.SETTLING, _:
                return self._settling(event)
            case _:
                return self._replying(event)

    def _idle(self, event: Event) -> list[Command]:
        match event:
            case SpeechStarted():
                self._enter(State.HEARING)
            case Tick() if self._due(event.at) and self._parting:
                self._enter(State.CLOSED)
                return [EndTurn(), HangUp("the call is over")]
            case Tick() if self._due(event.at):
                self._reprompts += 1
                patient = self._reprompts <= self._policy.reprompts
                return self._say(Phrase.REPROMPT if patient else Phrase.GOODBYE)
            case _:
                pass  # words of a turn that has been dropped, or a Tick before its time
        return []

    def _hearing(self, event: Event) -> list[Command]:
        match event:
            case SpeechEnded():
                self._settle(Silence(event.at, event.pause))
            case Transcribed(pause=None):
                return self._guess(event.text)
            case ReplyFailed():
                self._live = None  # nobody has heard of it
            case TranscriptionFailed():
                return self._give_up()
            case _:
                pass  # words of an earlier pause
        return []

    def _dialing(self, event: Event) -> list[Command]:
        match event:
            case SpeechStarted():
                self._enter(State.HEARING)  # what is said goes with what was pressed
            case SpeechEnded():
                self._settle(Silence(event.at, event.pause))
            case TranscriptionFailed():
                return self._give_up()
            case Transcribed(pause=pause) if self._silence and pause == self._silence.pause:
                return self._put_before_keys(self._silence, event.text)
            case Tick() if self._due(event.at):
                return self._dialled(event.at)
            case _:
                pass  # words of an earlier pause
        return []

    def _put_before_keys(self, silence: Silence, text: str) -> list[Command]:
        """What was said before the keys were pressed is known."""
        self._silence = None
        self._digits = f"{text} {self._digits}".strip()
        return self._end_turn("") if silence.waited else [EndTurn()]

    def _dialled(self, at: float) -> list[Command]:
        """No more keys come."""
        silence = self._silence
        if silence is None or silence.waited:
            return self._end_turn("")
        self._wait_for_words(silence, at)
        return []

    def _wait_for_words(self, silence: Silence, at: float) -> None:
        silence.waited = True
        self.deadline = at + self._policy.transcript_patience

    def _settling(self, event: Event) -> list[Command]:
        silence = self._silence
        assert silence is not None
        match event:
            case SpeechStarted():
                self._enter(State.HEARING)
                return self._cancel()
            case Transcribed(pause=pause) if pause == silence.pause:
                return self._understand(silence, event.text, event.at)
            case Judged(pause=pause) if pause == silence.pause and silence.text is not None:
                self.deadline = silence.at + self._patience(silence.text)
            case ReplyFailed():
                self._live = None  # nobody has heard of it: the endpoint starts another
            case TranscriptionFailed():
                return self._give_up()
            case Tick() if self._due(event.at):
                if silence.text is not None:
                    return self._end_turn(silence.text)
                if silence.waited:
                    return self._give_up()
                self._wait_for_words(silence, event.at)
            case _:
                pass  # words of an earlier pause, what they sound like before they are known
        return []

    def _replying(self, event: Event) -> list[Command]:
        match event:
            case ReplyEnded():
                return self._finish(event.at, event.farewell)
            case ReplyFailed() if self._overlap.since is not None:
                self._live, self._sorry = None, True  # hear them out, apologise later
                self._enter(State.HEARING)
                return []
            case ReplyFailed():
                answering = isinstance(self._live, StartReply)
                return self._say(Phrase.APOLOGY) if answering else self._finish(event.at)
            case TranscriptionFailed():
                return [*self._overlapped(event), EndTurn()]
            case _:
                return self._overlapped(event)

    def _overlapped(self, event: Event) -> list[Command]:
        verdict = self._overlap.receive(event)
        self.deadline = self._overlap.deadline
        match verdict:
            case None:
                return []
            case Verdict.PAUSE:
                return [PauseReply(self.reply)]
            case Verdict.GO_ON:
                return [ResumeReply(self.reply)]
            case Verdict.TAKEN:
                assert isinstance(event, Transcribed)
                return self._yield(self._overlap.silence, event.text, event.at)

    def _yield(self, silence: Silence | None, text: str, at: float) -> list[Command]:
        """The turn is the caller's by these words, after which they are silent, or still speak."""
        commands = self._cancel()
        if silence is None:
            self._enter(State.HEARING)
            return [*commands, *self._guess(text)]
        self._settle(silence)
        return [*commands, *self._understand(silence, text, at)]

    def _settle(self, silence: Silence) -> None:
        self._enter(State.SETTLING, deadline=silence.at + self._policy.longest_endpoint)
        self._silence = silence

    def _understand(self, silence: Silence, text: str, at: float) -> list[Command]:
        """The words before this silence are known: how long must it be, and is an answer ready?"""
        if not text and not self._digits:
            return self._nothing_said(at)
        silence.text = text
        delay = self._patience(text)
        self.deadline = at if silence.waited else silence.at + delay
        return self._prepare(
            text, self._policy.speculate and delay <= self._policy.speculate_within
        )

    def _guess(self, text: str) -> list[Command]:
        """The caller still speaks, as far as is certain: may these words be all of it?"""
        wanted = bool(text) and self._policy.speculate and self._policy.guess
        whole = text.endswith((".", "?", "!"))
        most = self._policy.usual_endpoint if whole else self._policy.shortest_endpoint
        likely = wanted and self._patience(text) <= most
        return self._prepare(text, likely and self._may_guess())

    def _prepare(self, text: str, worth_it: bool) -> list[Command]:
        """See to it that what is held, if anything, answers these very words."""
        if isinstance(self._live, StartReply) and same_words(self._live.words, self._all(text)):
            return []
        commands = self._cancel()
        if worth_it:
            commands.append(self._start(text, held=True))
        return commands

    def _nothing_said(self, at: float) -> list[Command]:
        """It was a cough: those do not put off the moment in which we ask whether anybody is
        there."""
        if self._sorry:
            return self._give_up()
        self._rest_until(max(at, self._rest_ends_at))
        return [*self._cancel(), EndTurn()]

    def _end_turn(self, text: str) -> list[Command]:
        """The turn is ours: let the prepared answer be heard, or start one."""
        self._reprompts, self._parting, self._sorry = 0, False, False
        self._enter(State.REPLYING)
        ready = isinstance(self._live, StartReply)
        answer = ReleaseReply(self.reply) if ready else self._start(text, held=False)
        self._digits = ""
        return [EndTurn(), answer]

    def _finish(self, at: float, farewell: bool = False) -> list[Command]:
        """The caller has heard us out."""
        said, self._live = self._live, None
        self._parting = farewell
        self._plan_rest(at)  # for whatever comes next: if it is no word we ask no sooner
        if self._overlap.since is not None:
            self._enter(State.HEARING)
            return []
        if (answer := self._overlap.answer(at)) is not None:
            self._settle(answer)
            return [] if answer.text is None else self._understand(answer, answer.text, at)
        if isinstance(said, Say) and said.phrase is Phrase.GOODBYE:
            self._enter(State.CLOSED)
            return [EndTurn(), HangUp("the caller was silent")]
        self._rest_until(self._rest_ends_at)
        return [EndTurn()]

    def _dial(self, event: DigitPressed) -> list[Command]:
        """Keys interrupt us: who presses them knows what comes next. A turn that was spoken before
        them is said with them, and a lone ``#`` does not end one."""
        if event.digit != "#" and len(self._digits) < MOST_DIGITS:
            self._digits += event.digit
        if self.state is State.HEARING:
            return [] if event.digit == "#" else self._cancel()  # the keys go with what is said
        if self._overlap.since is not None:
            self._enter(State.HEARING)
            return self._cancel()
        if event.digit == "#" and not self._digits and self.state is not State.REPLYING:
            return []
        commands = self._cancel()
        if event.digit == "#" and not self._digits:
            self._plan_rest(event.at)
            self._rest_until(self._rest_ends_at)
            return [*commands, EndTurn()]
        silence = self._silence
        rest = 0.0 if event.digit == "#" else self._policy.digit_pause
        self._enter(State.DIALING, deadline=event.at + rest)
        if silence is not None:
            self._silence, silence.waited = silence, False
            if silence.text is not None:
                commands += self._put_before_keys(silence, silence.text)
        return [*commands, *(self._dialled(event.at) if event.digit == "#" else [])]

    def _give_up(self) -> list[Command]:
        return [*self._cancel(), EndTurn(), *self._say(Phrase.APOLOGY)]

    def _say(self, phrase: Phrase) -> list[Command]:
        self._enter(State.REPLYING)
        self._parting = self._sorry = False
        self.reply += 1
        self._live = Say(self.reply, phrase)
        return [self._live]

    def _start(self, text: str, held: bool) -> StartReply:
        self.reply += 1
        self._live = StartReply(self.reply, self._all(text), held)
        return self._live

    def _all(self, text: str) -> str:
        return f"{self._digits} {text}".strip()

    def _cancel(self) -> list[Command]:
        if self._live is None:
            return []
        self._live = None
        return [CancelReply(self.reply)]

    def _plan_rest(self, at: float) -> None:
        self._rest_ends_at = at + (PARTING if self._parting else self._policy.reprompt_after)

    def _rest_until(self, at: float) -> None:
        self._enter(State.IDLE, deadline=at)

    def _enter(self, state: State, deadline: float | None = None) -> None:
        self.state, self.deadline = state, deadline
        self._silence, self._overlap = None, Overlap(self._policy, self._sounding)

    def _due(self, at: float) -> bool:
        return self.deadline is not None and at >= self.deadline

    def _is_live(self, reply: int) -> bool:
        return self._live is not None and reply == self.reply
