"""Engines that take their time as arguments and remember how they were treated."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence

import numpy as np

from asr.edges import Offset, Onset
from asr.engine import SAMPLE_RATE, Pause, Pcm, TranscriberError, Transcript
from llm.engine import LLMError, Message, Tool, ToolCall
from tts.engine import TTSError
from voice.agent import Expects, ToolResult

VOICED = 1000
"""A frame of speech is full of this; silence is zeros."""


class FakeTranscriber:
    """Hears ``turns[i]`` in the i-th turn: after each pause its next text, ``delay`` late.

    ``partials`` says what it believes to hear once the first turn is so many seconds long.
    """

    def __init__(
        self,
        *turns: str | list[str],
        delay: float = 0.06,
        partials: Sequence[tuple[float, str]] = (),
    ) -> None:
        self.turns = [[turn] if isinstance(turn, str) else turn for turn in turns]
        self.delay = delay
        self.partials = list(partials)
        self.abandoned = 0

    async def transcribe(
        self, audio: AsyncIterator[Pcm | Pause]
    ) -> AsyncGenerator[Transcript, None]:
        """Yield one final for each pause. The text ``"!"`` is a failure, ``"..."`` a stall."""
        texts = iter(self.turns.pop(0) if self.turns else [""])
        text, seconds = "", 0.0
        partials, self.partials = self.partials, []
        try:
            async for item in audio:
                seconds += 0.0 if isinstance(item, Pause) else len(item) / SAMPLE_RATE
                if partials and seconds >= partials[0][0] - 1e-6:
                    yield Transcript(partials.pop(0)[1])
                if isinstance(item, Pause):
                    await asyncio.sleep(self.delay)
                    text = next(texts, text)
                    if text == "!":
                        raise TranscriberError("the fake transcriber was told to fail")
                    if text == "...":
                        await asyncio.sleep(3600)
                    yield Transcript(text, len(text), item.number)
        except (asyncio.CancelledError, GeneratorExit):
            self.abandoned += 1
            raise


class FakeDetector:
    """An onset takes ``confirm`` seconds of voice, an offset ``hangover`` seconds of silence."""

    def __init__(self, hangover: float = 0.1, confirm: float = 0.0) -> None:
        self._hangover = round(hangover * SAMPLE_RATE)
        self._confirm = round(confirm * SAMPLE_RATE)
        self._rising = 0
        self._position = 0
        self._speaking = False
        self._voiced_to = 0

    @property
    def rising(self) -> bool:
        """Whether an onset is being confirmed."""
        return self._rising > 0

    def feed(self, pcm: Pcm) -> list[Pcm | Onset | Offset]:
        """Frames are either voiced or silent as a whole."""
        edges: list[Pcm | Onset | Offset] = [pcm]
        self._position += len(pcm)
        if np.abs(pcm).max(initial=0) > VOICED // 2:
            self._voiced_to = self._position
            if not self._speaking:
                self._rising += len(pcm)
                if self._rising > self._confirm:
                    self._speaking, self._rising = True, 0
                    edges.append(Onset(self._position - self._confirm - len(pcm)))
        elif self._rising:
            self._rising = 0
        elif self._speaking and self._position - self._voiced_to >= self._hangover:
            self._speaking = False
            edges.append(Offset(self._voiced_to))
        return edges


class FakeEndOfTurn:
    """Says ``opinions`` in turn, ``delay`` late. None is a failure."""

    def __init__(self, *opinions: float | None, delay: float = 0.07) -> None:
        self.opinions = list(opinions)
        self.delay = delay
        self.heard: list[float] = []
        self.abandoned = 0

    async def finished(self, heard: Pcm) -> float:
        """The next opinion."""
        self.heard.append(len(heard) / SAMPLE_RATE)
        try:
            await asyncio.sleep(self.delay)
        except asyncio.CancelledError:
            self.abandoned += 1
            raise
        opinion = self.opinions.pop(0)
        if opinion is None:
            raise RuntimeError("the fake model was told to fail")
        return opinion


class FakeLLM:
    """Says ``replies`` in turn, after ``ttft`` seconds, one word every ``gap``.

    A ToolCall among the pieces is yielded whole; a piece ``"!"`` is a failure, ``"..."`` a stall.
    What is only to be read takes ``reading`` seconds.
    """

    def __init__(
        self,
        *replies: Sequence[str | ToolCall],
        ttft: float = 0.2,
        gap: float = 0.02,
        reading: float = 0.0,
    ) -> None:
        self.replies = list(replies)
        self.reading = reading
        self.ttft = ttft
        self.gap = gap
        self.aborted = 0
        self.prompts: list[list[Message]] = []
        self.read: list[list[Message]] = []

    async def generate(
        self, messages: Sequence[Message], tools: Sequence[Tool] = ()
    ) -> AsyncGenerator[str | ToolCall, None]:
        """Stream the next reply."""
        warming = messages[-1] == Message("user", "Hello.")
        if warming or messages[-1].role == "assistant":  # it is to be read ahead
            await asyncio.sleep(self.reading)
            self.read.append(list(messages))
            yield "read"
            return
        self.prompts.append(list(messages))
        reply = self.replies.pop(0) if self.replies else ("Okay.",)
        try:
            await asyncio.sleep(self.ttft)
            for piece in _words(reply):
                if piece == "!":
                    raise LLMError("the fake model was told to fail")
                if piece == "...":
                    await asyncio.sleep(3600)
                yield piece
                await asyncio.sleep(self.gap)
        except (asyncio.CancelledError, GeneratorExit):
            self.aborted += 1
            raise


def _words(reply: Sequence[str | ToolCall]) -> Iterator[str | ToolCall]:
    for part in [reply] if isinstance(reply, str) else reply:
        if isinstance(part, ToolCall):
            yield part
        else:
            yield from (word if word in ("!", "...") else f"{word} " for word in part.split())


class FakeTTS:
    """Takes ``ttfb`` seconds, then speaks ``per_word`` seconds of audio a word, all at once.

    ``breath`` seconds of silence come before the words.
    """

    sample_rate = 16_000

    def __init__(
        self, ttfb: float = 0.05, per_word: float = 0.3, refuse: str = "\0", breath: float = 0.0
    ) -> None:
        self.ttfb = ttfb
        self.per_word = per_word
        self.breath = breath
        self.refuse = refuse
        self.spoken: list[str] = []
        self.aborted = 0

    async def synthesize(self, text: str, slack: float = 0.0) -> AsyncGenerator[Pcm, None]:
        """Speak a clause, unless it holds what we refuse."""
        try:
            await asyncio.sleep(self.ttfb)
        except asyncio.CancelledError:
            self.aborted += 1
            raise
        if self.refuse in text:
            raise TTSError(f"the fake voice was told not to say {text!r}")
        self.spoken.append(text)
        seconds = self.per_word * len(text.split())
        pcm = np.full(int((self.breath + seconds) * self.sample_rate), VOICED, np.int16)
        pcm[: int(self.breath * self.sample_rate)] = 0
        yield pcm


class FakeConversation:
    """A call without a business: no tools but those given, no rules but those given.

    It is over when we have said "Bye now."
    """

    prompt = "You are a test."
    greeting = "Hello."

    def __init__(
        self,
        tools: Sequence[Tool] = (),
        results: dict[str, ToolResult] | None = None,
        rules: dict[str, str] | None = None,
    ) -> None:
        self.tools = tools
        self.expects: Expects = "any"
        self.results = results or {}
        self.rules = rules or {}
        self.called: list[str] = []
        self.heard: list[str] = []
        self.answered = self.rewound = self.asides = 0

    def answer(self, text: str) -> str | None:
        """What the rules say."""
        self.answered += 1
        return self.rules.get(text)

    async def call(self, call: ToolCall, heard: str) -> ToolResult:
        """What the results say."""
        self.called.append(call.name)
        return self.results[call.name]

    def was_heard(self, said: str) -> None:
        """Keep it."""
        self.heard.append(said)

    def asked_aside(self) -> None:
        """Count it."""
        self.asides += 1

    def is_over(self, said: str) -> bool:
        """After these words of ours."""
        return said.endswith("Bye now.")

    def rewind(self) -> None:
        """Count it; only what was told can be taken back."""
        self.rewound += 1
        assert self.rewound <= self.answered
