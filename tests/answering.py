"""A server for tests to call, start and kill: real ears and voice, a business that says our lines.

    python -m tests.answering --port 8123 --line "Hello." --line "..." --whisper FOLDER --window .5

Without --whisper nothing is heard. The first line is the greeting; each turn takes the next of the
others, again and again.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from asr.engine import Transcriber
from asr.vad import SileroVad, VoiceDetector
from tests.fakes import FakeConversation, FakeLLM, FakeTranscriber
from tts.cache import Cached
from tts.espeak import Espeak
from voice.config import Config, EngineConfig, ServerConfig
from voice.house import House
from voice.reception import Reception
from voice.server import create_app
from voice.session import Engines


@dataclass(frozen=True)
class Lines:
    """An agent that greets with this and leaves the rest to the model."""

    greeting: str
    phrases: Sequence[str] = ()

    def open(self, call_id: str, caller: str = "") -> FakeConversation:
        """Answer."""
        conversation = FakeConversation()
        conversation.greeting = self.greeting
        return conversation


def main() -> None:
    """Serve until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--line", action="append", required=True)
    parser.add_argument("--whisper", type=Path)
    parser.add_argument("--window", type=float, help="none: a stock model's")
    parser.add_argument("--token", default="")
    parser.add_argument("--max-calls", type=int, default=4)
    given = parser.parse_args()

    vad = SileroVad()
    ears: Transcriber = FakeTranscriber()
    if given.whisper:
        from asr.whisper import Whisper  # most tests hear nothing and need not wait for it

        ears = Whisper(given.whisper, vad=vad, window_extra=given.window)
    engine = EngineConfig(engine="test")
    server = ServerConfig(token=given.token, max_calls=given.max_calls)
    reception = Reception(Config(server=server, asr=engine, llm=engine, tts=engine, agent=engine))
    tts = Cached(Espeak())
    reception.house = House(
        Engines(ears, FakeLLM(*given.line[1:] * 1000), tts),
        tts,
        Lines(given.line[0]),
        lambda: VoiceDetector(vad),
    )
    uvicorn.run(create_app(reception), port=given.port, log_level="warning")


if __name__ == "__main__":
    main()
