"""The embedded brain: a small GGUF model in llama.cpp's own server, on the CPU, as a child process.

    LlamaCpp -> Child      starts llamacpp_server.py, watches it, starts it again
             -> Life       asks the server that runs now

What is decided here: how that server is set up, and what is said while it is down.
"""

from __future__ import annotations

import json
import secrets
import sys
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack, aclosing
from pathlib import Path
from types import TracebackType
from typing import Any

from pydantic import PositiveFloat, PositiveInt

from llm.child import Child, State
from llm.engine import LLM, LLMError, Message, Tool, ToolCall
from llm.fit import fit
from llm.gbnf import grammar
from llm.llamacpp_life import Life, Limits, States

_PROGRAM = Path(__file__).with_name("llamacpp_server.py")
_NAME = "embedded brain"


class LlamaCpp:
    """``async with LlamaCpp(path) as llm``. See :class:`llm.engine.LLM`.

    ``slots`` is how many calls keep their place in memory (35 MB each at ``context`` 1,536),
    ``batch`` how many tokens of new prompts are read between two tokens of the answers that are
    being written. Of the tools only the form of their calls is sent: the model was tuned on them.
    """

    def __init__(
        self,
        model: Path | str,
        *,
        slots: PositiveInt = 24,
        context: PositiveInt = 1536,
        threads: PositiveInt = 1,
        batch: PositiveInt = 128,
        max_tokens: PositiveInt = 160,
        first_token_timeout: PositiveFloat = 8.0,
        next_token_timeout: PositiveFloat = 4.0,
        start_timeout: PositiveFloat = 60.0,
    ) -> None:
        self.check_settings(
            model=model, slots=slots, context=context, batch=batch, max_tokens=max_tokens
        )
        self._count, self._room = slots, context - max_tokens
        self._limits = Limits(max_tokens, first_token_timeout, next_token_timeout)
        self._key = secrets.token_urlsafe(24)
        self._settings: dict[str, Any] = {
            "model": {"path": str(model)},
            "cpuparams": {"n_threads": threads},
            "cpuparams_batch": {"n_threads": threads},
            "n_parallel": slots,
            "n_ctx": slots * context,
            "n_batch": batch,
            "n_ubatch": batch,
            "cache_ram_mib": 0,  # slots are chosen here, so nothing is swapped out behind our back
            "fit_params": False,
            "warmup": False,  # our first question is one
            "ui": False,
            "offline": True,
            "verbosity": 1,
        }
        self._child = Child(
            _NAME,
            self._command,
            self._answers,
            self._lives,
            # With more than one thread OpenMP would spin while it waits, and starve the ears.
            environ={"LLAMA_API_KEY": self._key, "OMP_WAIT_POLICY": "passive"},
            start_timeout=start_timeout,
        )
        self._states = States()
        self._life: Life | None = None

    @staticmethod
    def check_settings(
        *,
        slots: int,
        context: int,
        batch: int,
        max_tokens: int,
        model: Path | str | None = None,
        **_: object,
    ) -> None:
        """Raise :class:`ValueError` for numbers that do not go together, or another's model."""
        if model is not None and not _is_gguf(Path(model)):
            raise ValueError(f"model is {str(model)!r}, expected a GGUF file")
        if slots > batch:
            raise ValueError(f"slots is {slots}, expected 1 to batch, which is {batch}")
        if context <= max_tokens:
            raise ValueError(f"context is {context}, expected more than max_tokens, {max_tokens}")

    def ailment(self) -> str:
        """Why it cannot answer now; nothing while it can."""
        state = self._child.state
        return "" if state is State.READY else f"the {_NAME} is {state.value}"

    @property
    def child(self) -> Child:
        """The server's process."""
        return self._child

    async def __aenter__(self) -> LlamaCpp:
        async with AsyncExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="voice-brain-"))
            self._settings["slot_save_path"] = f"{folder}/"
            await stack.enter_async_context(self._child)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def generate(
        self, messages: Sequence[Message], tools: Sequence[Tool] = ()
    ) -> AsyncGenerator[str | ToolCall, None]:
        """See :class:`llm.engine.LLM`. A tool call ends the answer: this model writes one, last."""
        if self._life is None or self._child.state not in (State.READY, State.SILENT):
            raise LLMError(f"the {_NAME} is restarting")
        form = grammar(tools) if tools else ""
        async with aclosing(self._life.ask(fit(messages, self._room), form)) as pieces:
            async for piece in pieces:
                yield piece
                if isinstance(piece, ToolCall):
                    return  # its closing tag is eight more tokens: nobody need wait for them

    def _command(self, port: int) -> Sequence[str]:
        # -P: the folder of the program holds modules that are named like other people's packages.
        settings = {**self._settings, "port": port}
        return [sys.executable, "-P", str(_PROGRAM), json.dumps(settings)]

    async def _answers(self, port: int) -> None:
        """Ask the server at ``port`` for one token; from then on it is the one that answers."""
        if self._life is None or self._life.port != port:
            self._life = Life(port, self._key, self._count, self._states, self._limits)
        await self._life.answer()

    async def _lives(self, port: int) -> None:
        assert self._life is not None
        await self._life.beat()


def _is_gguf(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(4) == b"GGUF"
    except OSError:
        return False


_: type[LLM] = LlamaCpp
