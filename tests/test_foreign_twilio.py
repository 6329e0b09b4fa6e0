"""A Twilio client that we did not write makes whole calls to a real socket of ours.

``streamdouble`` (PyPI, Apache-2.0) plays Twilio's part: it streams 20 ms frames without a pause,
echoes marks when their audio has been played, empties its buffer on clear, and reports every
message of ours that Twilio would not accept as a violation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from time import sleep

import numpy as np
import pytest
import soundfile
from streamdouble.api import CallReport, run_scenario_sync
from streamdouble.scenario import parse
from streamdouble.session import SessionConfig

from tests.fakes import VOICED, FakeLLM, FakeTranscriber, FakeTTS
from tests.serving import Serving, serving
from voice.config import ServerConfig, TurnPolicy

pytestmark = pytest.mark.slow

QUICK = TurnPolicy(reprompt_after=30.0)


@pytest.fixture
def server() -> Iterator[Serving]:
    """Three turns' worth of fake engines behind the real server."""
    words = FakeTranscriber("Hello there.", "I am Ann.", "Yes please.")
    llm = FakeLLM("Which day works for you?", "Thank you Ann.", "It is booked.", ttft=0.05)
    with serving(llm, FakeTTS(per_word=0.1), words, turn=QUICK) as running:
        yield running


@pytest.fixture
def turn(tmp_path: Path) -> str:
    """Half a second that the fake detector takes for speech."""
    path = tmp_path / "turn.wav"
    soundfile.write(path, np.full(4_000, 4 * VOICED, np.int16), 8_000)
    return str(path)


def play(server: Serving, *steps: object, token: str = "") -> CallReport:
    """Live through these steps of a caller."""
    scenario = parse({"name": "a call", "steps": list(steps)})
    config = SessionConfig(quiet_period_s=0.3, max_call_s=60, custom_parameters={"token": token})
    return run_scenario_sync(server.url("/twilio"), scenario, config=config)


def settles(condition: Callable[[], bool]) -> bool:
    """Whether it comes true within two seconds, on the server's own thread."""
    for _ in range(100):
        if condition():
            return True
        sleep(0.02)
    return False


def test_it_completes_a_call_of_three_turns_without_a_complaint(server: Serving, turn: str) -> None:
    words = ["Hello.", "Which day works for you?", "Thank you Ann.", "It is booked."]
    turns = 3 * [{"say": turn}, {"wait": 1.6}]

    report = play(server, {"wait_for": "mark"}, {"wait": 0.3}, *turns, {"expect": "no_violations"})

    assert (report.violations, report.result.failed_expectations) == ([], [])
    assert report.exit_code == 0
    assert server.tts.spoken == words
    seconds = 0.1 * sum(len(clause.split()) for clause in words)
    assert len(report.audio_received) / 8_000 == pytest.approx(seconds, abs=0.05)


def test_it_is_told_to_clear_when_the_caller_speaks_up(server: Serving, turn: str) -> None:
    server.llm.replies = ["one two three four five six seven eight nine ten. " * 2]

    report = play(server, {"wait_for": "mark"}, {"say": turn}, {"wait": 1.2}, {"say": turn},
                  {"wait": 0.3}, {"expect": "clear"}, {"expect": "no_violations"})  # fmt: skip

    assert (report.violations, report.result.failed_expectations) == ([], [])


def test_the_next_call_is_as_good_as_the_one_that_was_cut_off(server: Serving, turn: str) -> None:
    play(server, {"wait_for": "audio"}, {"say": turn}, "hangup")
    server.transcriber.turns = [["Hello there."]]
    server.tts.spoken.clear()

    report = play(server, {"wait_for": "mark"}, {"wait": 0.3}, {"say": turn}, {"wait": 1.2})

    assert report.exit_code == 0
    assert server.tts.spoken == ["Hello.", "Which day works for you?"]
    assert settles(lambda: server.reception.calls == 0)


def test_it_brings_the_token_as_a_parameter(turn: str) -> None:
    with serving(server=ServerConfig(port=0, token="s3cret"), turn=QUICK) as guarded:
        welcome = play(guarded, {"wait_for": "mark"}, token="s3cret")
        stranger = play(guarded, {"wait": 0.5}, token="guess")

    assert welcome.spoke
    assert not stranger.spoke


@pytest.mark.parametrize("digits", ["1", "42#"])
def test_it_presses_keys(server: Serving, digits: str) -> None:
    report = play(server, {"wait_for": "mark"}, {"wait": 0.2}, {"dtmf": digits}, {"wait": 2.0},
                  {"expect": "no_violations"})  # fmt: skip

    assert report.result.failed_expectations == []
    assert [prompt[-1].content for prompt in server.llm.prompts] == [digits.rstrip("#")]
