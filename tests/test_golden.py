"""Whole conversations, pinned: what the caller's phone saw and heard, and what is remembered.

One JSON line per event, times in simulated seconds, one file per scene under ``tests/golden/``.
``make golden`` rewrites them; the diff is reviewed like code.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from llm.engine import Tool, ToolCall
from tests.fakes import FakeConversation, FakeLLM, FakeTranscriber, FakeTTS
from tests.scene import Outcome, Silence, Speech, play
from voice.agent import ToolResult
from voice.wire import Stopped

GOLDEN = Path(__file__).parent / "golden"


def plain_turn() -> Outcome:
    return play(
        Silence(1.0),
        Speech(1.0),
        Silence(4.0),
        transcriber=FakeTranscriber("What are your hours?"),
        llm=FakeLLM("Sure, we open at nine. Anything else?", ttft=0.07),
    )


def pause_in_mid_turn() -> Outcome:
    return play(
        Silence(1.0),
        Speech(1.0),
        Silence(0.26),
        Speech(0.8),
        Silence(3.0),
        transcriber=FakeTranscriber(["My knee hurts.", "My knee hurts. Since Monday."]),
        llm=FakeLLM("Since when does it?", "I see.", ttft=0.05),
    )


def barge_in() -> Outcome:
    return play(
        Silence(1.0),
        Speech(1.0),
        Silence(2.0),
        Speech(1.7),
        Silence(3.0),
        transcriber=FakeTranscriber("Which doctors are there?", "Stop, thank you."),
        llm=FakeLLM(
            "We have Dr. Chen, Dr. Patel and many more besides them.", "All right.", ttft=0.05
        ),
    )


def nod() -> Outcome:
    return play(
        Silence(1.0),
        Speech(1.0),
        Silence(2.0),
        Speech(0.3),
        Silence(4.0),
        transcriber=FakeTranscriber("Which doctors are there?", "Mm-hm."),
        llm=FakeLLM("We have Dr. Chen, Dr. Patel and many more besides them.", ttft=0.05),
    )


def begun_early() -> Outcome:
    return play(
        Silence(1.0),
        Speech(2.0),
        Silence(4.0),
        transcriber=FakeTranscriber(
            "Book me in with Dr. Chen.",
            partials=[(1.0, "Book me in."), (1.6, "Book me in with Dr. Chen.")],
        ),
        llm=FakeLLM("Sure, with whom?", "Okay, with Dr. Chen.", ttft=0.6),
    )


def silent_caller() -> Outcome:
    return play(Silence(60.0))


def hang_up_in_mid_reply() -> Outcome:
    return play(
        Silence(1.0),
        Speech(1.0),
        Silence(1.0),
        Stopped(),
        transcriber=FakeTranscriber("Which doctors are there?"),
        llm=FakeLLM("We have Dr. Chen. " + 30 * "And more. ", ttft=0.05),
    )


def engine_fails_in_mid_reply() -> Outcome:
    return play(
        Silence(1.0),
        Speech(1.0),
        Silence(6.0),
        Speech(1.0),
        Silence(3.0),
        transcriber=FakeTranscriber("Which doctors are there?", "And the hours?"),
        llm=FakeLLM("We have Dr. Chen. But !", "Nine to five.", ttft=0.05),
    )


def tool_call() -> Outcome:
    return play(
        Silence(1.0),
        Speech(1.0),
        Silence(5.0),
        transcriber=FakeTranscriber("Book me in."),
        llm=FakeLLM(["Sure, let me see.", ToolCall("book", '{"day": "monday"}')], ttft=0.05),
        tts=FakeTTS(ttfb=0.04),
        conversation=FakeConversation(
            [Tool("book", "Book.", {})], {"book": ToolResult("{}", "You're booked for Monday.")}
        ),
    )


SCENES: list[Callable[[], Outcome]] = [
    plain_turn,
    pause_in_mid_turn,
    barge_in,
    nod,
    begun_early,
    silent_caller,
    hang_up_in_mid_reply,
    engine_fails_in_mid_reply,
    tool_call,
]


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_a_conversation_goes_as_it_always_went(scene: Callable[[], Outcome]) -> None:
    outcome = scene()
    lines = [json.dumps({"at": at, "what": what}) for at, what in outcome.events]
    lines += [
        json.dumps({"audible": [round(start, 3), round(end, 3)]}) for start, end in outcome.audible
    ]
    lines += [
        json.dumps({"role": m.role, "content": m.content, "tools": [c.name for c in m.tool_calls]})
        for m in outcome.session.history
    ]
    file = GOLDEN / f"{scene.__name__}.jsonl"
    text = "\n".join(lines) + "\n"
    if os.environ.get("GOLDEN") == "rewrite":
        file.write_text(text)
    assert text == file.read_text()
