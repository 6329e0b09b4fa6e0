"""What all calls share once it is up, and what its voice says by heart.

every call needs it (greeting, apologies)     rehearse, before the first call is taken
a reply may begin with it (Agent.phrases)     learn, while calls already come in
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from llm.engine import LLMError, Message
from llm.warmup import read
from tts.cache import Cached
from tts.engine import TTSError
from tts.spoken import spoken
from voice.agent import Agent
from voice.events import Phrase
from voice.listening import Detector
from voice.sentences import split
from voice.session import Engines

logger = logging.getLogger(__name__)

PHRASES = {
    Phrase.APOLOGY: "Sorry, something went wrong. Could you say that again?",
    Phrase.REPROMPT: "Are you still there?",
    Phrase.GOODBYE: "I can't hear you, so I'll hang up. Goodbye.",
}

_UNHURRIED = 60.0
"""Seconds of slack that let every call go first."""


@runtime_checkable
class Patient(Protocol):
    """An engine that knows when it cannot answer: one whose work is done elsewhere."""

    def ailment(self) -> str:
        """Why it cannot answer now; nothing while it can. Asked at any time, so known at once."""
        ...


@dataclass(frozen=True, slots=True)
class House:
    """All that calls share. ``detector`` makes one call's own."""

    engines: Engines
    voice: Cached
    agent: Agent
    detector: Callable[[], Detector]
    patients: Mapping[str, Patient] = field(default_factory=dict)
    """Who is asked for their health, by the names of their tables."""
    learnt: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once :meth:`learn` is over: from then on the voice is there for calls only."""
    _warming: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def ailments(self) -> dict[str, str]:
        """The engines that cannot answer now, each with the reason."""
        said = {name: patient.ailment() for name, patient in self.patients.items()}
        return {name: words for name, words in said.items() if words}

    async def rehearse(self) -> None:
        """Get by heart what every call needs. Raises :class:`TTSError`."""
        greeting = self.agent.open("warm-up").greeting
        await self.voice.learn(_clauses([*PHRASES.values(), greeting]))

    async def learn(self) -> None:
        """Get by heart what replies are likely to begin with, while calls already come in.

        Raises nothing: calls do without what could not be learnt.
        """
        try:
            await self._learn()
        except Exception:  # of an agent or a voice that is not ours, and no call needs this
            logger.exception("what replies begin with is not known by heart")
        self.learnt.set()

    async def _learn(self) -> None:
        clauses = _clauses(self.agent.phrases)
        known = 0
        for clause in clauses:
            try:
                await self.voice.learn([clause], _UNHURRIED)
                known += 1
            except TTSError as error:
                logger.warning("%r is not known by heart: %s", clause, error)
        logger.info("%d of %d clauses are known by heart", known, len(clauses))

    async def expect_call(self) -> None:
        """A call is about to come: let the model read how it begins, unless it does so already."""
        if not self._warming.locked():
            async with self._warming:
                with suppress(LLMError):  # the call will meet it, too
                    await self.warm()

    async def warm(self) -> None:
        """Let the model read how a call begins. Raises :class:`LLMError` if it does not answer."""
        conversation = self.agent.open("warm-up")
        opening = [
            Message("system", conversation.prompt),
            Message("assistant", conversation.greeting),
            Message("user", "Hello."),
        ]
        await read(self.engines.llm, opening, conversation.tools)


def _clauses(texts: Iterable[str]) -> list[str]:
    """What the voice will be asked for when these are said."""
    return [spoken(clause) for text in texts for clause in split(text)]
