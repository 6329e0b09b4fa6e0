"""Make what the configuration names: the one place that knows every adapter.

Weights are found or fetched first, then engines are made, entered and asked for something real: who
is ready has answered. Leaving :func:`open_house` stops them.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import logging
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from asr.edges import VadSettings
from asr.engine import SAMPLE_RATE, Pause, Pcm, Transcriber, TranscriberError
from asr.smart_turn import SmartTurn
from asr.vad import SileroVad, VoiceDetector
from llm.engine import LLM, LLMError
from tts.cache import Cached
from tts.engine import TTS, TTSError
from voice import weights
from voice.agent import Agent
from voice.config import Config, EngineConfig, TurnPolicy
from voice.end_of_turn import EndOfTurn
from voice.errors import ConfigError, VoiceError
from voice.house import House, Patient
from voice.options import mistakes, validate
from voice.session import Engines
from voice.speculation import Speculation
from voice.weights.catalog import PADDED_WINDOW

logger = logging.getLogger(__name__)

ADAPTERS: Mapping[str, Mapping[str, str]] = {
    "asr": {"whisper": "asr.whisper:Whisper"},
    "llm": {"llamacpp": "llm.llamacpp:LlamaCpp", "openai": "llm.openai:OpenAIChat"},
    "tts": {
        "piper": "tts.piper:Piper",
        "espeak": "tts.espeak:Espeak",
        "kokoro": "tts.kokoro:Kokoro",
    },
    "agent": {"clinic": "demos.clinic.desk:Clinic"},
}
"""What the short names in the configuration stand for."""


_METHODS = {"asr": "transcribe", "llm": "generate", "tts": "synthesize", "agent": "open"}
"""What each kind is asked; a class without it is of something else."""

_PLAIN = (
    ImportError,
    AttributeError,
    TypeError,
    ValueError,
    TranscriberError,
    LLMError,
    TTSError,
    VoiceError,
)
"""Errors whose words say enough."""


def load(kind: str, config: EngineConfig) -> Callable[..., Any]:
    """The class that ``engine = ...`` names. Raises :class:`ConfigError`."""
    known = ADAPTERS[kind]
    path = known.get(config.engine, config.engine)
    module, _, name = path.partition(":")
    if not name:
        raise ConfigError(
            f'[{kind}] engine is {config.engine!r}, expected "package.module:Class" or one of: '
            + ", ".join(sorted(known))
        )
    try:
        found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    except Exception as error:  # whatever runs when somebody else's module is imported
        raise ConfigError(
            f"[{kind}] engine {config.engine!r} cannot be imported: {_told(error)}"
        ) from error
    if not callable(found):
        raise ConfigError(f"[{kind}] engine {config.engine!r} is {found!r}, expected a class")
    if inspect.isclass(found) and not hasattr(found, _METHODS[kind]):
        raise ConfigError(
            f"[{kind}] engine {config.engine!r} has no method {_METHODS[kind]}, expected a class "
            f"of [{kind}] engines"
        )
    return found


def _told(error: Exception) -> str:
    """One line of it, with its kind where the words may not stand alone; more in the log."""
    logger.info("what went wrong", exc_info=error)
    words = " ".join(str(error).split())
    return words if words and isinstance(error, _PLAIN) else f"{type(error).__name__}: {words}"


def check_options(kind: str, config: EngineConfig, paths: Paths) -> Callable[..., Any]:
    """The class that ``engine = ...`` names, which takes the rest of its table.

    Raises :class:`ConfigError`, one line for each setting that it does not. Loads no model.
    """
    engine, options, table = load(kind, config), config.options, f"[{kind}]"
    wrong = mistakes(table, engine, options)
    if name := paths.model_of(kind, config):
        del options["model"]
        if (made_for := weights.card(name).engine) not in ("", config.engine):
            wrong.append(
                f"{table} model is {name!r}, expected one that is not made for engine {made_for!r}"
            )
        elif found := paths.here(name):
            options["model"] = found
    try:
        if not wrong:
            validate(engine, options)
    except Exception as error:  # it may be anybody's
        wrong = [f"{table} {_told(error)}"]
    if wrong:
        raise ConfigError("\n".join(wrong))
    return engine


def make(
    kind: str,
    config: EngineConfig,
    environ: Mapping[str, str],
    paths: Paths,
    vad: SileroVad,
) -> Any:  # noqa: ANN401 - whatever the configuration names
    """Call it with the rest of its table; names of models become paths, of keys their values."""
    engine, options = check_options(kind, config, paths), config.options
    if name := paths.model_of(kind, config):
        options["model"] = paths.find(name)
    if "key_env" in options:
        options["key"] = _key(kind, config, environ)
        del options["key_env"]
    if kind == "asr" and config.engine == "whisper":
        options = {"vad": vad, "window_extra": _window(config), **options}
    try:
        return engine(**options)
    except Exception as error:  # it may be anybody's
        raise ConfigError(f"[{kind}] {config.engine}: {_told(error)}") from error


def _window(config: EngineConfig) -> float | None:
    """What the model's card says of its window; None where it must have all of it."""
    window = weights.card(str(config.options.get("model", ""))).window
    return window if window < PADDED_WINDOW else None


def _key(kind: str, config: EngineConfig, environ: Mapping[str, str]) -> str | None:
    """The value of the variable that holds the engine's key, if it has one."""
    name = config.options.get("key_env")
    if name is not None and name not in environ:
        raise ConfigError(f"[{kind}] key_env names {name}, which is not set in the environment")
    return None if name is None else environ[name]


def load_end_of_turn(policy: TurnPolicy) -> EndOfTurn | None:
    """The acoustic model that ``[turn]`` names, if any. Raises :class:`ConfigError`."""
    if policy.smart_turn is None:
        return None
    try:
        return SmartTurn(policy.smart_turn)
    except ValueError as error:
        raise ConfigError(f"[turn] smart_turn: {_told(error)}") from error


@dataclass(frozen=True, slots=True)
class Paths:
    """Where weights are, and how to get those that are not here."""

    cache: Path
    shared: Sequence[Path]
    say: Callable[[str], None]

    @staticmethod
    def model_of(kind: str, config: EngineConfig) -> str | None:
        """The weights that a table names: those of our own engines that run here."""
        name = config.options.get("model")
        ours = config.engine in ADAPTERS[kind] and config.engine != "openai"
        return name if ours and isinstance(name, str) else None

    def here(self, name: str) -> Path | None:
        """The path of a model that need not be fetched."""
        try:
            return weights.find(name, self.cache, self.shared)
        except VoiceError:
            return None  # whoever needs it is told why

    def find(self, name: str) -> Path:
        """The path of a model by its name in the catalog, fetched if need be, or by its path."""
        return weights.fetch(name, self.cache, self.shared, say=self.say)


@asynccontextmanager
async def open_house(
    config: Config, environ: Mapping[str, str], paths: Paths
) -> AsyncGenerator[House, None]:
    """Everything that a call needs, up and answering. Raises :class:`VoiceError`."""
    async with AsyncExitStack() as stack:
        tables = {"agent": config.agent, "asr": config.asr, "tts": config.tts, "llm": config.llm}
        for kind, table in tables.items():  # before the slow part begins
            await asyncio.to_thread(check_options, kind, table, paths)
            _key(kind, table, environ)
        patients: dict[str, Patient] = {}

        vad = await asyncio.to_thread(SileroVad)

        async def enter(kind: str) -> Any:  # noqa: ANN401 - as make
            table = tables[kind]
            paths.say(f"loading [{kind}] {table.engine}")
            engine = await asyncio.to_thread(make, kind, table, environ, paths, vad)
            if isinstance(engine, AbstractAsyncContextManager):
                try:
                    await stack.enter_async_context(engine)
                except Exception as error:
                    raise ConfigError(f"not ready: [{kind}] {_told(error)}") from error
            if isinstance(engine, Patient):
                patients[kind] = engine
            return engine

        try:
            agent: Agent = await enter("agent")
            _check_agent(config.agent.engine, agent)
            transcriber: Transcriber = await enter("asr")
            voice: TTS = await enter("tts")
            llm: LLM = await enter("llm")
            tts = Cached(voice)
            settings = VadSettings(hangover=config.turn.offset_delay)
            house = House(
                Engines(
                    transcriber,
                    llm,
                    tts,
                    Speculation(config.turn.guess_waste, config.turn.guess_crowd),
                    await asyncio.to_thread(load_end_of_turn, config.turn),
                ),
                tts,
                agent,
                lambda: VoiceDetector(vad, settings),
                patients,
            )
            paths.say("learning by heart what every call needs")
            await house.rehearse()
            await house.warm()
            await _listen_once(transcriber)
        except (LLMError, TTSError, TranscriberError) as error:
            raise ConfigError(f"not ready: {error}") from error
        yield house


def _check_agent(name: str, agent: Agent) -> None:
    """Not by asking it: a property may take its time, or fail."""
    missing = object()
    if inspect.getattr_static(agent, "phrases", missing) is missing:
        raise ConfigError(
            f"[agent] {name} has no phrases, expected sentences that its replies may begin with, "
            "or an empty tuple"
        )


async def _listen_once(transcriber: Transcriber) -> None:
    async def a_moment() -> AsyncGenerator[Pcm | Pause, None]:
        yield np.zeros(SAMPLE_RATE, np.int16)
        yield Pause(1)

    async with aclosing(a_moment()) as audio, aclosing(transcriber.transcribe(audio)) as words:
        async for _ in words:
            return
