"""Whole calls in simulated time: what the caller heard, when, and what is remembered of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator

import numpy as np
import pytest

from asr.engine import Pause, Transcript
from llm.engine import Message, Tool, ToolCall
from tests.fakes import FakeConversation, FakeEndOfTurn, FakeLLM, FakeTranscriber, FakeTTS
from tests.scene import PHRASES, Nothing, Outcome, Silence, Speech, Step, play
from tts.engine import Pcm, TTSError
from voice.agent import ToolResult
from voice.config import TurnPolicy
from voice.events import Phrase
from voice.overlap import LISTENING
from voice.speculation import Speculation
from voice.turn import PARTING
from voice.wire import Audio, Digit, Stopped

HELLO_HEARD = Silence(1.0)


def roles(outcome: Outcome) -> list[tuple[str, str]]:
    return [(m.role, m.content) for m in outcome.session.history[1:]]


def test_first_audio_leaves_at_the_endpoint_when_the_reply_was_ready() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(4.0),
        transcriber=FakeTranscriber("My knee is swollen.", delay=0.03),
        llm=FakeLLM("Since when is it?", ttft=0.05),
        tts=FakeTTS(ttfb=0.02),
    )
    spoke_until, policy = 2.0, TurnPolicy()
    assert call.audible[1][0] == pytest.approx(spoke_until + policy.usual_endpoint, abs=0.021)
    assert roles(call)[1:] == [("user", "My knee is swollen."), ("assistant", "Since when is it?")]


def test_a_slow_reply_is_heard_sooner_if_it_was_begun_while_the_caller_spoke() -> None:
    def answered_at(*partials: tuple[float, str]) -> float:
        call = play(
            HELLO_HEARD,
            Speech(2.0),
            Silence(4.0),
            transcriber=FakeTranscriber("What are your hours?", partials=partials),
            llm=FakeLLM("We open at nine.", ttft=0.9),
        )
        assert len(call.llm.prompts) == 1
        assert roles(call)[2] == ("assistant", "We open at nine.")
        return call.audible[1][0]

    begun = 1.8 - 0.3  # a turn begins with a little of what came before it
    known = 2.0 + 0.1 + 0.06
    saved = answered_at() - answered_at((1.0, "what are"), (1.8, "what are your hours?"))
    assert saved == pytest.approx(known - begun, abs=0.021)


@pytest.mark.parametrize(
    ("opinion", "delay"), [(0.9, 0.2), (0.1, 0.6), (None, 0.3)], ids=["over", "not over", "fails"]
)
def test_how_a_whole_sentence_sounds_shortens_or_lengthens_the_wait(
    opinion: float | None, delay: float, caplog: pytest.LogCaptureFixture
) -> None:
    model = FakeEndOfTurn(opinion, delay=0.05)
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(4.0),
        transcriber=FakeTranscriber("My knee is swollen.", delay=0.03),
        llm=FakeLLM("Since when is it?", ttft=0.01),
        tts=FakeTTS(ttfb=0.02),
        end_of_turn=model,
    )
    assert call.audible[1][0] == pytest.approx(2.0 + delay, abs=0.021)
    assert model.heard == [pytest.approx(0.3 + 1.0 + 0.1, abs=0.041)]
    assert len(call.llm.prompts) == 1
    assert ("nobody can tell how finished" in caplog.text) is (opinion is None)


def test_who_spells_a_name_is_heard_out_and_then_answered_at_once() -> None:
    named = "Siobhan Nguyen, S I O B H A"
    told = [named, f"{named} N, N G", f"{named} N, N-G-U-Y-E-N."]
    conversation = FakeConversation()
    conversation.expects = "name"
    call = play(
        HELLO_HEARD,
        *(Speech(1.0), Silence(0.8), Speech(0.6), Silence(0.8), Speech(0.6), Silence(3.0)),
        transcriber=FakeTranscriber(told, delay=0.03),
        llm=FakeLLM("Thanks, Siobhan.", ttft=0.01),
        tts=FakeTTS(ttfb=0.02),
        conversation=conversation,
    )
    policy, spoke_until = TurnPolicy(), 1.0 + 1.0 + 0.8 + 0.6 + 0.8 + 0.6
    assert call.audible[1][0] == pytest.approx(spoke_until + policy.shortest_endpoint, abs=0.021)
    assert roles(call)[1:] == [("user", told[-1]), ("assistant", "Thanks, Siobhan.")]


def test_nobody_waits_for_an_opinion_and_who_goes_on_is_not_judged_by_it() -> None:
    model = FakeEndOfTurn(0.1, delay=3.0)
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(0.2),
        Speech(1.0),
        Silence(3.5),
        transcriber=FakeTranscriber(["My knee is swollen.", "My knee is swollen. I fell."]),
        llm=FakeLLM("Oh.", "Since when is it?"),
        end_of_turn=model,
    )
    assert call.audible[1][0] < 4.0
    assert model.heard == [pytest.approx(1.4, abs=0.041), pytest.approx(2.6, abs=0.041)]
    assert model.abandoned == 1


def test_a_reply_begun_too_early_costs_the_caller_nothing() -> None:
    def play_with(*partials: tuple[float, str]) -> Outcome:
        return play(
            HELLO_HEARD,
            Speech(2.0),
            Silence(4.0),
            transcriber=FakeTranscriber("Book me in with Dr. Chen.", partials=partials),
            llm=FakeLLM(*["Sure, with whom?"] * len(partials), "Okay, Dr. Chen.", ttft=1.5),
        )

    plain, early = play_with(), play_with((1.0, "Book me in."))

    assert early.llm.aborted == 1
    assert early.audible == plain.audible
    assert roles(early) == roles(plain)
    assert plain.counts[0].get("wasted_replies", 0) == 0
    assert early.counts[0]["wasted_replies"] == 1


def test_what_a_cough_has_cost_is_not_told_of_the_turn_after_it() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(2.0),
        Speech(2.0),
        Silence(4.0),
        transcriber=FakeTranscriber("", "Book me in.", partials=[(0.5, "Book me in.")]),
        llm=FakeLLM("Sure, with whom?", "Okay, with whom?", ttft=1.5),
    )

    assert call.llm.aborted == 1
    assert [counts.get("wasted_replies", 0) for counts in call.counts] == [0]


def test_what_was_lost_on_guesses_forbids_more_of_them() -> None:
    def prompts(waste: float) -> int:
        texts = [f"{word} it." for word in ("Book", "Move", "Cancel", "Refill")]
        call = play(
            HELLO_HEARD,
            Speech(3.0),
            Silence(4.0),
            transcriber=FakeTranscriber(
                "Never mind it.",
                partials=[(0.5 * n, text) for n, text in enumerate(texts, 1)],
            ),
            llm=FakeLLM(*["And so on and on and on and on."] * 5, ttft=0.1),
            speculation=Speculation(waste),
        )
        return len(call.llm.prompts)

    assert prompts(0.0) == 1
    assert 1 < prompts(0.2) < prompts(9.9) == 5


def test_a_slow_reply_is_heard_as_soon_as_its_first_clause_is_spoken() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(9.0),
        transcriber=FakeTranscriber("What are your hours?", delay=0.03),
        llm=FakeLLM("Sure, " + 20 * "and " + "so on.", ttft=0.5),
        tts=FakeTTS(ttfb=0.07),
    )
    offset_known = 2.0 + 0.1
    assert call.audible[1][0] == pytest.approx(offset_known + 0.03 + 0.5 + 0.07, abs=0.001)
    assert call.tts.spoken[1] == "Sure,"


@pytest.mark.parametrize("breath", [0.05, 0.35])
def test_silence_before_the_first_word_counts_in_our_own_figure(breath: float) -> None:
    def sent(breath: float) -> float:
        call = play(
            Silence(2.0),
            Speech(1.0),
            Silence(9.0),
            transcriber=FakeTranscriber("What are your hours?"),
            llm=FakeLLM("We open at nine."),
            tts=FakeTTS(breath=breath),
        )
        (trace,) = [what for _, what in call.events if what.startswith("trace")]
        return float(json.loads(trace.split(maxsplit=2)[2])["audio_sent"])

    assert sent(breath) == pytest.approx(sent(0.0) + breath, abs=0.001)


def test_a_caller_who_goes_on_after_a_pause_is_answered_once() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(0.24),
        Speech(1.0),
        Silence(4.0),
        transcriber=FakeTranscriber(["That is all.", "That is all I know."]),
        llm=FakeLLM("Never heard.", "Thank you.", ttft=0.01),
        tts=FakeTTS(ttfb=0.01),
    )
    assert call.said("agent ") == ["Hello.", "Thank you."]
    assert call.said("user ") == ["That is all I know."]
    assert call.tts.spoken == ["Hello.", "Never heard.", "Thank you."]  # it was ready, and dropped
    assert len(call.audible) == 2
    assert call.conversation.rewound == 1


def test_a_caller_who_goes_on_while_the_silence_runs_out_is_not_cut_into() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(0.26),
        Speech(1.0),
        Silence(4.0),
        confirm=0.08,
        transcriber=FakeTranscriber(["That is all.", "That is all I know."]),
        llm=FakeLLM("Never heard.", "Thank you.", ttft=0.01),
        tts=FakeTTS(ttfb=0.01),
    )
    assert call.said("user ") == ["That is all I know."]
    assert call.said("agent ") == ["Hello.", "Thank you."]


def test_the_next_turn_does_not_know_of_a_reply_that_was_discarded() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(0.24),
        Speech(1.0),
        Silence(4.0),
        transcriber=FakeTranscriber(["It rains.", "It rains. I want a taxi."]),
        llm=FakeLLM("Does it?", "Coming.", ttft=0.01),
    )
    assert len(call.llm.prompts) == 2
    assert roles(call)[1:] == [("user", "It rains. I want a taxi."), ("assistant", "Coming.")]


def test_barge_in_stops_the_agent_and_cuts_the_history_to_what_was_heard() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(1.5),
        Speech(1.0),
        Silence(3.0),
        transcriber=FakeTranscriber("Tell me all.", "Stop that."),
        llm=FakeLLM("One two three four five six seven eight nine ten.", "Fine.", ttft=0.05),
        tts=FakeTTS(per_word=0.5),
    )
    began, onset = call.audible[1][0], 3.5
    assert call.at("clear") - onset == pytest.approx(TurnPolicy().barge_in_delay, abs=0.03)
    assert call.audible[1][1] == pytest.approx(call.at("clear"), abs=0.001)
    words = call.session.history[3].content.split()
    assert len(words) == int((call.at("clear") - began) / 0.5)
    assert words == "One two three four five six seven eight nine ten.".split()[: len(words)]
    assert roles(call)[-2:] == [("user", "Stop that."), ("assistant", "Fine.")]
    assert call.conversation.heard == [" ".join(words), "Fine."]


def test_a_question_that_nobody_heard_is_told_of_though_a_tool_ran_for_it() -> None:
    tools = [Tool("book", "Book.", {}, reads_only=True)]
    booked = {"book": ToolResult("{}", "For Monday. Shall I book it?")}
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(0.6),
        Speech(0.6),
        Silence(5.0),
        transcriber=FakeTranscriber("Book it.", "Yes, do that."),
        llm=FakeLLM((ToolCall("book", "{}", "id"),), "Fine.", ttft=0.05),
        tts=FakeTTS(ttfb=1.2),
        conversation=FakeConversation(tools, booked),
    )
    assert call.conversation.heard == ["", "Fine."]
    assert call.conversation.rewound == 0


@pytest.mark.parametrize("before", [0.02, 0.1, 0.2])
def test_who_goes_on_before_our_first_word_is_not_talked_over(before: float) -> None:
    ready = 1.0 + 1.0 + 0.9  # greeted, a turn of a second, and all of the delays of a reply
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(0.9 - before),
        Speech(1.5),
        Silence(5.0),
        transcriber=FakeTranscriber("My knee hurts.", "And my foot, too.", delay=0.1),
        llm=FakeLLM("Since when is it?", "I see.", ttft=0.6),
        tts=FakeTTS(ttfb=0.2),
    )
    quiet = [(a, b) for a, b in call.audible[1:] if a < ready - before + 1.5]
    assert quiet == []
    assert call.said("agent ")[-1] == "I see."


def test_barge_in_stops_the_model_that_still_writes() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(1.5),
        Speech(1.0),
        Silence(3.0),
        transcriber=FakeTranscriber("Tell me all.", "Stop that."),
        llm=FakeLLM("One. " + 500 * "more ", "Fine.", ttft=0.05),
    )
    assert call.llm.aborted == 1


class BusyLater(FakeTranscriber):
    """One that needs ``later`` seconds from the second turn on."""

    def __init__(self, *turns: str | list[str], delay: float, later: float) -> None:
        super().__init__(*turns, delay=delay)
        self._later = later

    def transcribe(self, audio: AsyncIterator[Pcm | Pause]) -> AsyncGenerator[Transcript, None]:
        if len(self.turns) == 1:
            self.delay = self._later
        return super().transcribe(audio)


TEN = "One two three four five six seven eight nine ten."


def spoken_over(
    *sounds: Step,
    words: str | list[str],
    delay: float = 0.06,
    late: float | None = None,
    tts: FakeTTS | None = None,
    marks: bool = True,
    returns_cleared: bool = False,
) -> Outcome:
    """They ask for all, and a second later, while we count to ten, this is heard over us."""
    return play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(1.0),
        *sounds,
        transcriber=BusyLater("Tell me all.", words, delay=delay, later=late or delay),
        llm=FakeLLM(TEN, "Yes?", ttft=0.05),
        tts=tts,
        marks=marks,
        returns_cleared=returns_cleared,
    )


@pytest.mark.parametrize("words", ["Mm-hm.", "Okay, yeah.", ""])
def test_after_a_nod_or_a_cough_we_go_on_from_the_very_sample(words: str) -> None:
    def heard_for(*overlap: Speech | Silence) -> tuple[float, Outcome]:
        call = spoken_over(*overlap, Silence(6.0), words=words)
        return sum(until - since for since, until in call.audible), call

    seconds, call = heard_for(Speech(0.4))
    assert seconds == pytest.approx(heard_for()[0], abs=0.001)
    assert len(call.said("clear")) == 1
    assert call.said("user ") == ["Tell me all."]
    assert call.said("agent ")[1:] == [TEN]
    assert roles(call)[1:] == [("user", "Tell me all."), ("assistant", TEN)]


def test_after_a_nod_the_words_from_there_on_are_told_again_each_before_its_audio() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(1.2),
        Speech(0.3),
        Silence(6.0),
        transcriber=FakeTranscriber("Tell me all.", "Mm-hm."),
        llm=FakeLLM("One two. Three four. Five six seven eight. Nine ten.", "Yes?", ttft=0.05),
    )
    whats = [what for _, what in call.events]
    again = whats[whats.index("clear") + 1 :]
    assert [what for what in again if what.startswith("agent")] == [
        "agent~ One two. Three four.",
        "agent~ One two. Three four. Five six seven eight.",
        "agent~ One two. Three four. Five six seven eight. Nine ten.",
        "agent One two. Three four. Five six seven eight. Nine ten.",
    ]


def test_a_nod_before_our_first_word_tells_each_word_of_ours_once() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(0.4),
        Speech(0.3),
        Silence(6.0),
        transcriber=FakeTranscriber("Tell me all.", "Mm-hm."),
        llm=FakeLLM(TEN, "Yes?", ttft=0.05),
        tts=FakeTTS(ttfb=0.5),
    )
    assert call.said("agent~ ")[1:] == [TEN]


def test_we_are_silent_soon_after_the_caller_speaks_over_us_whatever_they_say() -> None:
    call = spoken_over(Speech(0.4), Silence(6.0), words="Okay.")
    onset, offset = 3.0, 3.4
    before, after = call.audible[1:3]
    assert before[1] - onset == pytest.approx(TurnPolicy().barge_in_delay, abs=0.021)
    assert after[0] - offset == pytest.approx(0.1 + 0.06, abs=0.021)


def test_what_the_model_writes_while_we_listen_waits_with_the_rest() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(1.0),
        Speech(0.6),
        Silence(9.0),
        transcriber=FakeTranscriber("Tell me all.", "Okay.", delay=0.5),
        llm=FakeLLM(20 * "One two three. ", ttft=0.05, gap=0.06),
        tts=FakeTTS(per_word=0.1),
    )
    silent_at = call.at("clear")
    spoken = [span for span in call.audible if span[1] > silent_at + 0.01]
    assert spoken[0][0] == pytest.approx(3.6 + 0.1 + 0.5, abs=0.021)


def test_the_history_is_right_when_a_reply_that_went_on_is_stopped_after_all() -> None:
    call = spoken_over(
        Speech(0.4),
        Silence(1.6),
        Speech(1.0),
        Silence(3.0),
        words=["Okay.", "Okay. Stop it now."],
        tts=FakeTTS(per_word=0.5),
        marks=False,
    )
    heard = sum(until - since for since, until in call.audible[1:-1])
    assert len(call.session.history[3].content.split()) == int(heard / 0.5)


def test_a_reply_does_not_end_while_we_listen_to_words_that_never_become_known() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(1.0),
        Speech(0.4),
        Silence(9.0),
        transcriber=FakeTranscriber("Tell me all.", "..."),
        llm=FakeLLM("One two three.", ttft=0.05),
        marks=False,
    )
    _, _, rest, apology = call.audible
    assert rest[0] == pytest.approx(3.4 + LISTENING, abs=0.021)
    assert call.at("agent One two three.") == pytest.approx(rest[1], abs=0.001)
    assert apology[0] > rest[1] + TurnPolicy().transcript_patience, "it may have been an answer"


@pytest.mark.parametrize("late", [0.3, 1.4, 1.9])
def test_who_says_no_over_us_is_obeyed_however_late_their_words_are_known(late: float) -> None:
    call = spoken_over(
        Speech(0.6), Silence(8.0), words="No, stop that.", late=late, tts=FakeTTS(per_word=0.5)
    )
    known = 3.6 + 0.1 + late
    assert call.said("user ") == ["Tell me all.", "No, stop that."]
    assert call.said("agent ")[-1] == "Yes?"
    assert max(until for since, until in call.audible[:-1]) <= known + 0.001
    heard = sum(until - since for since, until in call.audible[1:-1])
    assert len(call.session.history[3].content.split()) == pytest.approx(heard / 0.5, abs=1)


@pytest.mark.parametrize("words", ["Mm-hm.", "Okay, yeah.", ""])
def test_a_nod_or_a_cough_that_is_known_late_changes_nothing(words: str) -> None:
    call = spoken_over(Speech(0.4), Silence(8.0), words=words, late=1.4)
    assert call.said("agent ") == ["Hello.", TEN]
    assert len(call.said("clear")) == 1
    assert call.audible[-1][0] == pytest.approx(3.4 + LISTENING, abs=0.021)


def test_a_yes_over_our_question_is_an_answer_however_long_we_listened_to_it() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(1.0),
        Speech(0.5),
        Silence(4.0),
        transcriber=FakeTranscriber("Book it.", "Yes.", delay=0.3),
        llm=FakeLLM("On Monday at nine, okay?", "Booked.", ttft=0.05),
    )
    assert call.said("user ") == ["Book it.", "Yes."]
    assert call.said("agent ")[-1] == "Booked."


def test_a_cough_over_our_last_word_does_not_bring_the_reprompt() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(1.0),
        Speech(0.6),
        Silence(20.0),
        transcriber=FakeTranscriber("Book it.", ""),
        llm=FakeLLM("Booked.", ttft=0.5),
    )
    asked_again = call.at("agent~ Are you")
    assert asked_again - call.at("agent Booked.") >= TurnPolicy().reprompt_after - 0.01


def test_two_nods_in_a_row_are_nods() -> None:
    call = spoken_over(
        Speech(0.3),
        Silence(0.2),
        Speech(0.3),
        Silence(6.0),
        words=["Mm-hm.", "Mm-hm, mm-hm."],
        delay=0.2,
    )
    assert call.said("agent ") == ["Hello.", TEN]


def test_nothing_is_begun_early_where_that_is_not_wanted() -> None:
    call = play(
        HELLO_HEARD,
        Speech(2.0),
        Silence(4.0),
        transcriber=FakeTranscriber(
            "Book me in.", partials=[(1.0, "Book me."), (1.8, "Book me in.")]
        ),
        llm=FakeLLM("Sure.", ttft=0.05),
        policy=TurnPolicy(speculate=False),
    )
    assert len(call.llm.prompts) == 1
    assert call.audible[-1][0] >= 3.0 + TurnPolicy().shortest_endpoint + 0.05


def test_a_short_objection_takes_the_turn() -> None:
    call = spoken_over(Speech(0.4), Silence(6.0), words="Stop.")
    assert call.said("user ") == ["Tell me all.", "Stop."]
    assert call.said("agent ")[-1] == "Yes?"
    heard = call.session.history[3].content
    assert heard
    assert TEN.startswith(heard)
    assert heard != TEN


def test_words_over_us_that_never_become_known_do_not_silence_us_for_good() -> None:
    call = spoken_over(Speech(0.4), Silence(9.0), words="...")
    assert call.said("agent ") == ["Hello.", TEN]


def test_after_a_pause_marks_of_what_was_thrown_away_are_not_believed() -> None:
    call = spoken_over(
        Speech(0.4),
        Silence(0.4),
        Speech(1.0),
        Silence(3.0),
        words=["Okay.", "Okay. Stop it now."],
        tts=FakeTTS(per_word=0.5),
        returns_cleared=True,
    )
    heard = call.session.history[3].content
    assert len(heard.split()) <= 4


def test_a_short_answer_over_our_last_word_is_an_answer() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(1.2),
        Speech(0.1),
        Silence(4.0),
        transcriber=FakeTranscriber("Book it.", "Yes."),
        llm=FakeLLM("On Monday okay?", "Booked.", ttft=0.05),
    )
    assert call.said("user ") == ["Book it.", "Yes."]
    assert call.said("agent ")[-1] == "Booked."


@pytest.mark.parametrize("cough", [0.5, 1.8])
def test_a_cough_before_our_first_word_does_not_cost_the_answer(cough: float) -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(0.6),
        Speech(cough),
        Silence(5.0),
        transcriber=FakeTranscriber("Book it.", ""),
        llm=FakeLLM("Booked.", ttft=1.5),
    )
    assert len(call.llm.prompts) == 1
    assert call.said("agent ") == ["Hello.", "Booked."]
    assert roles(call)[1:] == [("user", "Book it."), ("assistant", "Booked.")]


def test_words_whose_answer_was_not_heard_belong_to_the_next_turn() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(0.6),
        Speech(1.0),
        Silence(5.0),
        transcriber=FakeTranscriber("Book it.", "For Monday."),
        llm=FakeLLM("Never heard.", "Booked.", ttft=1.5),
    )
    assert roles(call)[1:] == [("user", "Book it. For Monday."), ("assistant", "Booked.")]
    assert call.conversation.rewound == 1


def test_noise_without_words_is_not_answered() -> None:
    call = play(HELLO_HEARD, Speech(0.5), Silence(3.0), transcriber=FakeTranscriber(""))
    assert call.said("agent ") == ["Hello."]
    assert call.llm.prompts == []


def test_a_model_that_fails_is_apologised_for_and_the_call_goes_on() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(4.0),
        Speech(1.0),
        Silence(4.0),
        transcriber=FakeTranscriber("Hours?", "Hours?"),
        llm=FakeLLM("!", "!", "We open at nine.", ttft=0.05),
    )
    assert call.said("agent ") == ["Hello.", "Sorry, something went wrong.", "We open at nine."]


def test_a_model_that_fails_in_mid_reply_has_its_sentence_heard_before_the_apology() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(5.0),
        transcriber=FakeTranscriber("Hours?"),
        llm=FakeLLM("We open at nine. But !", ttft=0.05),
    )
    assert call.said("agent ") == ["Hello.", "We open at nine.", "Sorry, something went wrong."]


def test_a_sentence_that_cannot_be_spoken_is_left_out() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(6.0),
        transcriber=FakeTranscriber("Hours?"),
        llm=FakeLLM("We open at nine. We close at five. Bye now.", ttft=0.05),
        tts=FakeTTS(refuse="close"),
    )
    assert call.said("agent ")[-1] == "We open at nine. Bye now."


class BreaksOff(FakeTTS):
    """A voice that fails in the middle of what holds a certain word."""

    async def synthesize(self, text: str, slack: float = 0.0) -> AsyncGenerator[Pcm, None]:
        async for pcm in super().synthesize(text):
            if "nine" in text:
                yield pcm[: len(pcm) // 4]
                raise TTSError("the fake voice broke off")
            yield pcm


def test_of_a_sentence_that_breaks_off_nothing_is_remembered() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(6.0),
        transcriber=FakeTranscriber("Hours?"),
        llm=FakeLLM("We open at nine every day. Anything else?", ttft=0.05),
        tts=BreaksOff(),
    )
    assert roles(call)[1:] == [("user", "Hours?"), ("assistant", "Anything else?")]
    assert call.said("agent ")[-1] == "Anything else?"


def test_nobody_waits_for_the_mark_of_a_sentence_that_broke_off() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(6.0),
        transcriber=FakeTranscriber("Hours?"),
        llm=FakeLLM("We open at nine.", ttft=0.05),
        tts=BreaksOff(),
    )
    broken, apology = call.audible[1:]
    assert call.said("agent ")[-1] == "Sorry, something went wrong."
    assert apology[0] - broken[1] < 0.1


def test_a_transcriber_that_fails_is_apologised_for() -> None:
    call = play(HELLO_HEARD, Speech(1.0), Silence(4.0), transcriber=FakeTranscriber("!"))
    assert call.said("agent ") == ["Hello.", "Sorry, something went wrong."]


def test_a_silent_caller_is_asked_twice_and_then_left() -> None:
    call = play(Silence(120.0))
    assert call.said("agent ") == ["Hello.", "Are you there?", "Are you there?", "Goodbye."]
    assert call.said("bye ") == ["the caller was silent"]


@pytest.mark.parametrize("words", ["Yes, I am.", ""])
def test_who_speaks_over_the_end_of_our_goodbye_to_a_silent_caller_is_heard_out(words: str) -> None:
    def play_with(*sounds: Step) -> Outcome:
        return play(
            *sounds,
            transcriber=FakeTranscriber(words),
            llm=FakeLLM("What can I do for you?"),
            policy=TurnPolicy(reprompts=0),
        )

    left_at = play_with(Silence(60.0)).at("bye ")
    call = play_with(Silence(left_at - 0.1), Speech(0.6), Silence(30.0))
    assert call.said("agent ")[1:3] == [
        "Goodbye.",
        "What can I do for you?" if words else "Goodbye.",
    ]
    assert call.said("bye ") == ["the caller was silent"]
    assert call.at("bye ") > left_at + TurnPolicy().reprompt_after


def test_a_call_ends_once_our_goodbye_was_heard() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(30.0),
        transcriber=FakeTranscriber("That's all, thanks."),
        llm=FakeLLM("You're welcome. Bye now."),
    )
    assert call.said("agent ")[-1] == "You're welcome. Bye now."
    assert call.said("bye ") == ["the call is over"]
    assert call.at("bye ") == pytest.approx(call.audible[-1][1] + PARTING, abs=0.05)


def test_who_goes_on_after_our_goodbye_is_answered() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(2.4),
        Speech(1.0),
        Silence(8.0),
        transcriber=FakeTranscriber("That's all.", "Oh, one more thing."),
        llm=FakeLLM("Bye now.", "What is it?"),
    )
    assert call.said("agent ")[-1] == "What is it?"
    assert call.said("bye ") == []


def test_a_cough_after_our_goodbye_does_not_keep_the_call_open() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(2.0),
        Speech(0.3),
        Silence(30.0),
        transcriber=FakeTranscriber("That's all.", ""),
        llm=FakeLLM("Bye now."),
    )
    assert call.said("agent ") == ["Hello.", "Bye now."]
    assert call.said("bye ") == ["the call is over"]


def test_a_goodbye_that_the_caller_interrupts_ends_nothing() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(0.8),
        Speech(1.5),
        Silence(8.0),
        transcriber=FakeTranscriber("That's all.", "No, wait."),
        llm=FakeLLM("Well, then have a good day. Bye now.", "I wait."),
    )
    assert call.said("agent ")[-1] == "I wait."
    assert call.said("bye ") == []


def test_the_silence_before_a_reprompt_counts_from_when_we_were_heard_out() -> None:
    call = play(Silence(20.0), policy=TurnPolicy(reprompt_after=5.0))
    heard_out = call.audible[0][1]
    assert call.audible[1][0] == pytest.approx(heard_out + 5.0 + 0.05, abs=0.021)


def test_hanging_up_in_mid_reply_stops_the_model() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(1.0),
        Stopped(),
        transcriber=FakeTranscriber("Tell me all."),
        llm=FakeLLM("One. " + 500 * "more ", ttft=0.05),
    )
    assert call.llm.aborted == 1


BOOK = Tool("book", "Book.", {})
LOOK = Tool("look", "Look.", {}, reads_only=True)


def test_a_tool_that_changes_something_waits_until_the_turn_is_ours() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(0.24),
        Speech(1.0),
        Silence(5.0),
        transcriber=FakeTranscriber(["Book it.", "Book it. No, don't."]),
        llm=FakeLLM(["Okay.", ToolCall("book", "{}")], "Fine.", ttft=0.01, gap=0.001),
        conversation=FakeConversation([BOOK], {"book": ToolResult("{}", "Booked.")}),
    )
    assert call.conversation.called == []
    assert call.said("agent ")[-1] == "Fine."


def test_what_a_tool_says_is_spoken_and_remembered_with_its_call() -> None:
    tool_call = ToolCall("look", "{}", "1")
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(5.0),
        transcriber=FakeTranscriber("Hours?"),
        llm=FakeLLM(["Let me look.", tool_call], ttft=0.05),
        conversation=FakeConversation([LOOK], {"look": ToolResult('{"say": 9}', "We open at 9.")}),
    )
    assert list(call.session.history[3:]) == [
        Message("assistant", "Let me look.", (tool_call,)),
        Message("tool", '{"say": 9}', tool_call_id="1"),
        Message("assistant", "We open at 9."),
    ]
    assert call.said("agent ")[-1] == "Let me look. We open at 9."


def test_a_tool_without_a_sentence_lets_the_model_speak() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(5.0),
        transcriber=FakeTranscriber("Hours?"),
        llm=FakeLLM([ToolCall("look", "{}")], "We open at nine.", ttft=0.05),
        conversation=FakeConversation([LOOK], {"look": ToolResult('{"open": 9}')}),
    )
    assert call.said("agent ")[-1] == "We open at nine."
    assert call.llm.prompts[-1][-1] == Message("tool", '{"open": 9}')


def test_a_rule_answers_without_the_model() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(5.0),
        transcriber=FakeTranscriber("My chest hurts."),
        conversation=FakeConversation(rules={"My chest hurts.": "Call 911 now."}),
    )
    assert call.said("agent ")[-1] == "Call 911 now."
    assert call.llm.prompts == []


def test_keys_are_words() -> None:
    call = play(HELLO_HEARD, Digit("4"), Silence(0.3), Digit("2"), Silence(5.0))
    assert call.said("user ") == ["42"]


def test_the_pound_key_ends_the_number_at_once() -> None:
    call = play(HELLO_HEARD, Digit("4"), Digit("#"), Silence(5.0))
    assert call.at("user ") == pytest.approx(1.0, abs=0.05)


def test_consecutive_prompts_share_their_prefix() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(4.0),
        Speech(1.0),
        Silence(4.0),
        transcriber=FakeTranscriber("Hours?", "Thanks."),
        llm=FakeLLM("We open at nine.", "Bye."),
    )
    first, second = call.llm.prompts
    assert second[: len(first)] == first


def test_the_model_reads_our_reply_while_the_caller_hears_it() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(4.0),
        Speech(1.0),
        Silence(4.0),
        transcriber=FakeTranscriber("Hours?", "Thanks."),
        llm=FakeLLM("We open at nine.", "Bye."),
    )
    assert call.llm.prompts[1][:-1] == call.llm.read[0]


@pytest.mark.parametrize(
    ("reading", "policy", "read"),
    [
        (3.0, TurnPolicy(), ["We open at nine.", "Bye."]),
        (6.0, TurnPolicy(), []),  # the next turn, and the end, come before it has read anything
        (0.0, TurnPolicy(read_ahead=False), []),
    ],
)
def test_the_model_stops_reading_when_it_has_something_better_to_do(
    reading: float, policy: TurnPolicy, read: list[str]
) -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(4.0),
        Speech(1.0),
        Silence(4.0),
        transcriber=FakeTranscriber("Hours?", "Thanks."),
        llm=FakeLLM("We open at nine.", "Bye.", reading=reading),
        policy=policy,
    )
    assert [prompt[-1].content for prompt in call.llm.read] == read


@pytest.mark.parametrize("marks", [True, False])
def test_the_next_turn_may_begin_as_soon_as_we_are_heard_out(marks: bool) -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(3.0),
        Speech(1.0),
        Silence(4.0),
        marks=marks,
        transcriber=FakeTranscriber("Hours?", "Thanks."),
        llm=FakeLLM("We open at nine.", "Bye.", ttft=0.05),
    )
    assert call.said("agent ") == ["Hello.", "We open at nine.", "Bye."]


def test_a_client_that_stops_sending_audio_is_still_answered() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(0.2),
        Nothing(3.0),
        transcriber=FakeTranscriber("Hours?"),
        llm=FakeLLM("We open at nine.", ttft=0.05),
    )
    assert call.said("user ") == ["Hours?"]


def test_a_stall_of_the_network_is_not_a_pause() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Nothing(0.25),
        Speech(1.0),
        Silence(2.0),
        transcriber=FakeTranscriber("Hours?"),
    )
    assert call.said("user ") == ["Hours?"]
    assert call.conversation.rewound == 0


def test_a_line_that_goes_dead_in_mid_speech_is_answered_too() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Nothing(6.0),
        transcriber=FakeTranscriber("Hours?"),
        llm=FakeLLM("We open at nine.", ttft=0.05),
    )
    assert call.said("user ") == ["Hours?"]
    assert call.said("agent ")[-1] == "We open at nine."
    [trace] = call.said("trace ")
    spoke_until, sent = 2.0, call.audible[1][0]
    assert json.loads(trace.split(maxsplit=1)[1])["audio_sent"] == pytest.approx(sent - spoke_until)


def test_messages_without_audio_are_no_sign_that_the_caller_speaks_on() -> None:
    dead: list[Step] = [Nothing(0.5), Audio(np.empty(0, np.int16))]
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        *dead * 12,
        transcriber=FakeTranscriber("Hours?"),
        llm=FakeLLM("We open at nine.", ttft=0.05),
    )
    assert call.said("user ") == ["Hours?"]
    assert call.said("agent ")[-1] == "We open at nine."


def test_a_voice_that_makes_no_sound_costs_an_apology_not_the_call() -> None:
    class Mute(FakeTTS):
        async def synthesize(self, text: str, slack: float = 0.0) -> AsyncGenerator[Pcm, None]:
            if "nine" not in text.lower():
                async for pcm in super().synthesize(text):
                    yield pcm

    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(4.0),
        transcriber=FakeTranscriber("Hours?"),
        llm=FakeLLM("Nine? nine.", "nine.", ttft=0.01),
        tts=Mute(),
    )
    assert call.said("agent ")[-1] == "Sorry, something went wrong."


class Stalls(FakeTTS):
    """A voice that hangs in the middle of what holds a certain word."""

    async def synthesize(self, text: str, slack: float = 0.0) -> AsyncGenerator[Pcm, None]:
        async for pcm in super().synthesize(text):
            yield pcm
            if "nine" in text:
                await asyncio.sleep(3600)


def test_a_voice_that_stalls_costs_a_sentence_not_the_call() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(20.0),
        Speech(1.0),
        Silence(4.0),
        transcriber=FakeTranscriber("Hours?", "Bye."),
        llm=FakeLLM("Yes, of course. At nine. At five.", "Bye now.", ttft=0.05),
        tts=Stalls(),
    )
    assert call.said("agent ")[1].startswith("Yes, of course.")
    assert call.said("agent ")[1].endswith("At five.")
    assert call.said("agent ")[-1] == "Bye now."


def test_a_voice_that_stalls_at_all_of_a_reply_costs_an_apology() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(14.0),
        transcriber=FakeTranscriber("Hours?"),
        llm=FakeLLM("At nine.", ttft=0.05),
        tts=Stalls(),
    )
    assert call.said("agent ")[-1] == "Sorry, something went wrong."


def test_a_voice_that_waits_for_the_caller_to_hear_it_has_not_stalled() -> None:
    call = play(
        Silence(4.0),
        Speech(1.0),
        Silence(30.0),
        transcriber=FakeTranscriber("Hours?"),
        llm=FakeLLM("We open at eight. Closed on Sunday.", ttft=0.05),
        tts=FakeTTS(per_word=3.0),
    )
    assert call.said("agent ")[1] == "We open at eight. Closed on Sunday."


def test_a_tool_that_stalls_costs_an_apology_and_the_call_goes_on() -> None:
    class Stuck(FakeConversation):
        async def call(self, call: ToolCall, heard: str) -> ToolResult:
            await asyncio.sleep(3600)
            raise AssertionError

    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(14.0),
        Speech(1.0),
        Silence(4.0),
        transcriber=FakeTranscriber("Book it.", "Hours?"),
        llm=FakeLLM((ToolCall("book", "{}", "1"),), "We open at nine.", ttft=0.05),
        conversation=Stuck(tools=(Tool("book", "", {}),)),
    )
    assert call.said("agent ") == ["Hello.", "Sorry, something went wrong.", "We open at nine."]
    asked, told = call.llm.prompts[1][3:5]
    assert (asked.tool_calls[0].name, told.role) == ("book", "tool")
    assert "may have been done" in told.content


def test_a_lone_pound_key_does_not_cost_what_was_said() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(0.2),
        Digit("#"),
        Silence(4.0),
        transcriber=FakeTranscriber("Five five five."),
    )
    assert call.said("user ") == ["Five five five."]


def test_keys_after_words_go_with_them() -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(0.2),
        Digit("4"),
        Digit("#"),
        Silence(4.0),
        transcriber=FakeTranscriber("My code is."),
    )
    assert call.said("user ") == ["My code is. 4"]


def test_a_cough_after_keys_does_not_cost_them() -> None:
    call = play(
        HELLO_HEARD,
        Digit("4"),
        Digit("2"),
        Speech(0.3),
        Silence(4.0),
        transcriber=FakeTranscriber(""),
    )
    assert call.said("user ") == ["42"]


def test_coughs_do_not_put_off_the_reprompt() -> None:
    coughs = [step for _ in range(8) for step in (Speech(0.3), Silence(2.0))]
    call = play(HELLO_HEARD, *coughs, transcriber=FakeTranscriber(*(8 * [""])))
    assert "Are you there?" in call.said("agent ")


def test_who_hangs_up_in_mid_speech_frees_the_line_at_once() -> None:
    call = play(HELLO_HEARD, Speech(0.5), Stopped())
    assert call.over_at == pytest.approx(1.5, abs=0.01)


def test_who_hangs_up_while_their_words_are_found_out_and_judged_frees_the_line_at_once() -> None:
    stuck = FakeTranscriber("...")
    undecided = FakeEndOfTurn(0.9, delay=3600.0)
    call = play(
        *(HELLO_HEARD, Speech(0.5), Silence(0.3), Stopped()),
        transcriber=stuck,
        end_of_turn=undecided,
    )
    assert call.over_at == pytest.approx(1.8, abs=0.01)
    assert (stuck.abandoned, undecided.abandoned) == (1, 1)


def test_the_words_of_a_turn_that_was_given_up_are_not_found_out_any_more() -> None:
    call = play(HELLO_HEARD, Speech(0.5), Silence(9.0), transcriber=FakeTranscriber("..."))
    assert call.said("agent ") == ["Hello.", PHRASES[Phrase.APOLOGY]]
    assert call.transcriber.abandoned == 1
    assert call.over_at == pytest.approx(1.0 + 0.5 + 9.0, abs=0.01)


def test_a_transcriber_that_fails_over_us_does_not_keep_us_silent() -> None:
    call = spoken_over(Speech(0.4), Silence(6.0), words="!")
    assert call.said("agent ") == ["Hello.", TEN]
    assert call.audible[2][0] == pytest.approx(3.4 + 0.1 + 0.06, abs=0.021)


@pytest.mark.parametrize("early", [0.0, 0.01, 0.02, 0.03, 0.04])
def test_a_chunk_that_comes_in_the_moment_of_a_barge_in_is_not_sent(early: float) -> None:
    call = play(
        HELLO_HEARD,
        Speech(1.0),
        Silence(1.0),
        Speech(1.0),
        Silence(3.0),
        transcriber=FakeTranscriber("Tell me all.", "Stop that."),
        llm=FakeLLM("One two. Three four. Five six.", "Fine.", ttft=0.05),
        tts=FakeTTS(ttfb=0.47 - early),
    )
    assert call.said("agent ")[-1] == "Fine."
    assert not [end for start, end in call.audible if start < call.at("clear") < end - 0.001]
