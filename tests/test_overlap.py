"""Words over us that become known when we have gone on without them."""

from __future__ import annotations

import pytest

from voice.config import TurnPolicy
from voice.events import (
    CallStarted,
    CancelReply,
    Command,
    EndTurn,
    Event,
    PauseReply,
    ReleaseReply,
    ReplyEnded,
    ResumeReply,
    SpeechEnded,
    SpeechStarted,
    StartReply,
    Tick,
    Transcribed,
    TranscriptionFailed,
)
from voice.overlap import LISTENING
from voice.turn import State, TurnMachine

POLICY = TurnPolicy()
NO = "No, stop, cancel that."
ENDED = 6.0
WENT_ON = ENDED + LISTENING


def went_on(*then: Event) -> tuple[TurnMachine, list[Command]]:
    """A caller speaks over our greeting, and we go on before their words are known."""
    machine = TurnMachine(POLICY, lambda text: 0.3)
    machine.receive(CallStarted(0.0))
    machine.receive(SpeechStarted(5.0))
    assert machine.receive(Tick(5.0 + POLICY.barge_in_delay)) == [PauseReply(1)]
    machine.receive(SpeechEnded(ENDED, 1))
    commands = machine.receive(Tick(WENT_ON))
    assert commands == [ResumeReply(1)]
    for event in then:
        commands = machine.receive(event)
    return machine, commands


def test_words_that_come_late_take_the_turn_from_a_reply_that_went_on() -> None:
    machine, commands = went_on(Transcribed(WENT_ON + 0.2, NO, 1))
    assert commands == [CancelReply(1), StartReply(2, NO, held=True)]
    assert machine.receive(Tick(WENT_ON + 0.2)) == [EndTurn(), ReleaseReply(2)]


@pytest.mark.parametrize("text", ["", "Mm-hm.", "Okay."])
def test_nods_and_noises_that_are_known_late_change_nothing(text: str) -> None:
    machine, commands = went_on(Transcribed(WENT_ON + 0.2, text, 1))
    assert commands == []
    assert machine.state is State.REPLYING
    assert machine.deadline is None


def test_words_known_after_the_reply_has_ended_are_the_answer_if_it_ended_soon() -> None:
    machine, commands = went_on(ReplyEnded(WENT_ON + 0.5, 1))
    assert commands == [], "their turn is not over, or the words would be lost"
    assert machine.state is State.SETTLING

    machine.receive(Transcribed(WENT_ON + 0.7, NO, 1))
    assert machine.receive(Tick(WENT_ON + 0.7))[-1] == ReleaseReply(2)


def test_a_noise_known_after_the_reply_has_ended_puts_off_no_reprompt() -> None:
    machine, _ = went_on(ReplyEnded(WENT_ON + 0.5, 1), Transcribed(WENT_ON + 0.7, "", 1))
    assert machine.state is State.IDLE
    assert machine.deadline == WENT_ON + 0.5 + POLICY.reprompt_after


def test_the_words_of_who_speaks_again_before_they_are_known_come_with_the_next() -> None:
    machine, commands = went_on(
        SpeechStarted(WENT_ON + 0.1),
        Transcribed(WENT_ON + 0.15, NO, 1),
        SpeechEnded(WENT_ON + 0.2, 2),  # too short a sound to make us listen again
    )
    assert commands == []
    assert CancelReply(1) in machine.receive(Transcribed(WENT_ON + 0.4, NO, 2))


def test_who_speaks_again_for_longer_makes_us_listen_again() -> None:
    onset = WENT_ON + 0.1
    machine, commands = went_on(SpeechStarted(onset), Tick(onset + POLICY.barge_in_delay))
    assert commands == [PauseReply(1)]
    assert machine.receive(Transcribed(onset + 0.5, NO)) == [], "it may have been misheard"
    assert CancelReply(1) in machine.receive(Transcribed(onset + POLICY.nod, NO))


def test_a_nod_answers_for_the_words_before_it_and_no_later_noise_is_judged_by_them() -> None:
    known = Transcribed(WENT_ON + 0.2, "Mm-hm.", 1)
    again: list[Event] = [SpeechStarted(WENT_ON + 0.5), SpeechEnded(WENT_ON + 0.55, 2)]
    _, commands = went_on(known, *again, Transcribed(WENT_ON + 0.7, "Mm-hm. No.", 2))
    assert commands == [], "so short a sound takes no turn"


def test_a_failure_to_transcribe_lets_a_paused_reply_go_on_and_ends_the_wait() -> None:
    failed = TranscriptionFailed(WENT_ON + 1.0)
    onset = WENT_ON + 0.1
    _, commands = went_on(SpeechStarted(onset), Tick(onset + POLICY.barge_in_delay), failed)
    assert commands == [ResumeReply(1), EndTurn()]

    machine, commands = went_on(failed)
    assert commands == [EndTurn()]
    assert machine.receive(Transcribed(WENT_ON + 1.1, NO, 1)) == []
    machine.receive(SpeechStarted(WENT_ON + 2.0))
    machine.receive(SpeechEnded(WENT_ON + 2.05, 2))
    assert machine.receive(Transcribed(WENT_ON + 2.2, "No.", 2)) == [], "so short a sound"
