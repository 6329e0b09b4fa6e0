"""What our own server is given for the comparison, by name in its configuration.

``RigTranscriber`` takes the rig's time for a decode and cannot be interrupted in one, as Whisper
cannot; ``Plain`` is an agent of a prompt and nothing else, which is what the peer is given.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence

import numpy as np

from asr.engine import SAMPLE_RATE, Pause, Pcm, Transcriber, Transcript
from demos.latency.peers import rig
from llm.engine import Tool, ToolCall
from voice.agent import Agent, Conversation, Expects, ToolResult


class RigTranscriber:
    """Words at the pace of sound: a partial now and then, a final for each pause."""

    async def transcribe(
        self, audio: AsyncIterator[Pcm | Pause]
    ) -> AsyncGenerator[Transcript, None]:
        """See :class:`asr.engine.Transcriber`."""
        turn = _Turn()
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(turn.listen(audio))
            try:
                while (pause := await turn.wait_asked()) is not None:
                    text = rig.words(turn.sound, finished=pause > 0)
                    await asyncio.sleep(rig.DECODE_SECONDS)
                    yield Transcript(text, pause=pause or None)
            except GeneratorExit:
                return  # abandoned: a group would wrap it
            finally:
                listening.cancel()


class _Turn:
    """What was heard of one turn, and what is asked about it: a pause's number, 0 for a partial.

    Sound is weighed by the quarter second, so that the rig itself costs nothing to speak of.
    """

    def __init__(self) -> None:
        self.sound = 0.0
        self._told = 0.0
        self._fresh: list[Pcm] = []
        self._fresh_samples = 0
        self._pause = 0
        self._ended = False
        self._news = asyncio.Event()

    async def listen(self, audio: AsyncIterator[Pcm | Pause]) -> None:
        """Hear the turn to its end."""
        async for item in audio:
            if isinstance(item, Pause):
                self._pause = item.number
                self._news.set()
                continue
            self._fresh.append(item)
            self._fresh_samples += len(item)
            if self._fresh_samples >= rig.PARTIAL_INTERVAL * SAMPLE_RATE:
                self._news.set()
        self._ended = True
        self._news.set()

    async def wait_asked(self) -> int | None:
        """What to decode next; None once all is said."""
        while True:
            self._weigh()
            if self._pause:
                pause, self._pause, self._told = self._pause, 0, self.sound
                return pause
            if self._ended:
                return None
            if self.sound - self._told >= rig.PARTIAL_INTERVAL:
                self._told = self.sound
                return 0
            self._news.clear()
            await self._news.wait()

    def _weigh(self) -> None:
        if self._fresh:
            self.sound += rig.sound_seconds(np.concatenate(self._fresh), SAMPLE_RATE)
            self._fresh, self._fresh_samples = [], 0


class Plain:
    """An agent that has a prompt and no tools."""

    phrases: Sequence[str] = ()

    def open(self, call_id: str, caller: str = "") -> Conversation:
        """Answer a new call."""
        return _Talk()


class _Talk:
    prompt = rig.PROMPT
    greeting = rig.GREETING
    tools: Sequence[Tool] = ()
    expects: Expects = "any"

    def answer(self, text: str) -> str | None:
        """The model answers everything."""
        return None

    async def call(self, call: ToolCall, heard: str) -> ToolResult:
        """There is nothing to call; a model that makes a tool up is told so."""
        return ToolResult('{"error": "there are no tools"}')

    def was_heard(self, said: str) -> None:
        """Nothing depends on it."""

    def asked_aside(self) -> None:
        """Nothing depends on it."""

    def is_over(self, said: str) -> bool:
        """The caller hangs up."""
        return False

    def rewind(self) -> None:
        """Nothing is kept."""


_: type[Transcriber] = RigTranscriber
__: type[Agent] = Plain
