"""The embedded brain with real weights: its form, its slots, its death."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

import llm
from llm.chat import write_messages
from llm.child import Child, State
from llm.engine import LLMError, Message, Tool, ToolCall
from llm.gbnf import grammar
from llm.llamacpp import LlamaCpp
from llm.llamacpp_life import Life, Limits, States
from llm.openai import OpenAIChat
from voice.house import Patient

pytestmark = pytest.mark.slow

PROGRAM = Path(llm.__path__[0]) / "llamacpp_server.py"

SYSTEM = Message("system", "You are the front desk of Harbor Clinic. " + 10 * "Be brief. ")
TALK = [
    SYSTEM,
    Message("user", "A table for two."),
    Message("assistant", "Sure.", (ToolCall("book", '{"seats": "two"}'),)),
    Message("tool", '{"say": "When?"}'),
    Message("assistant", "When?"),
    Message("user", "At eight."),
]


@pytest.fixture(scope="module")
def weights(model: Callable[[str], Path]) -> Path:
    return model("smollm2-135m-instruct")


@asynccontextmanager
async def server(
    weights: Path, folder: Path
) -> AsyncGenerator[tuple[Child, httpx.AsyncClient], None]:
    """The program on its own, with four slots, and somebody who asks it what only it knows."""

    def command(port: int) -> Sequence[str]:
        settings = {
            "port": port,
            "model": {"path": str(weights)},
            "cpuparams": {"n_threads": 1},
            "n_parallel": 4,
            "n_ctx": 4 * 512,
            "sampling": {"ignore_eos": True},  # who looks at the slots finds them still at work
            "warmup": False,
            "verbosity": 1,
            "slot_save_path": f"{folder}/",
        }
        return [sys.executable, "-P", str(PROGRAM), json.dumps(settings)]

    async def answers(port: int) -> None:
        url = f"http://127.0.0.1:{port}/health"
        try:
            async with httpx.AsyncClient(trust_env=False) as client:
                (await client.get(url)).raise_for_status()
        except httpx.HTTPError as error:
            raise LLMError(str(error)) from error

    async with (
        Child("brain", command, answers, answers, environ={"LLAMA_API_KEY": "secret"}) as child,
        httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{child.port}",
            headers={"Authorization": "Bearer secret"},
            limits=httpx.Limits(max_keepalive_connections=0),
            timeout=60,
            trust_env=False,
        ) as asker,
    ):
        yield child, asker


async def busy(asker: httpx.AsyncClient) -> list[dict[str, Any]]:
    """The slots that write an answer; one that has just been given up is among them for a token."""
    return [slot for slot in (await asker.get("/slots")).json() if slot["is_processing"]]


async def wait_until_idle(asker: httpx.AsyncClient) -> None:
    """An answer that nobody reads any more stops, long before its 400 tokens are written."""
    while slots := await busy(asker):
        # Tokens are counted, not looks: on an idle machine these are over before the server knows.
        assert max(slot["next_token"][0]["n_decoded"] for slot in slots) < 300


def test_a_tuned_model_sees_the_very_text_it_was_tuned_on(weights: Path, tmp_path: Path) -> None:
    async def scene() -> str:
        async with server(weights, tmp_path) as (_, asker):
            body = {"messages": write_messages(TALK, "hermes-text")}
            prompt: str = (await asker.post("/apply-template", json=body)).json()["prompt"]
            return prompt

    assert asyncio.run(scene()) == (
        f"<|im_start|>system\n{SYSTEM.content}<|im_end|>\n"
        "<|im_start|>user\nA table for two.<|im_end|>\n"
        "<|im_start|>assistant\nSure.\n<tool_call>\n"
        '{"name": "book", "arguments": {"seats": "two"}}\n</tool_call><|im_end|>\n'
        '<|im_start|>tool\n{"say": "When?"}<|im_end|>\n'
        "<|im_start|>assistant\nWhen?<|im_end|>\n"
        "<|im_start|>user\nAt eight.<|im_end|>\n"
        "<|im_start|>assistant\n"
    )


def test_a_model_that_was_tuned_on_no_call_can_only_write_valid_ones(
    weights: Path, tmp_path: Path
) -> None:
    fields = {
        "guests": {"type": "integer"},
        "bar": {"type": "boolean"},
        "dish": {"enum": ["soup", "pie"]},
    }
    tools = [
        Tool("order", "", {"properties": fields, "required": ["bar"]}),
        Tool("wait", "", {"properties": {}, "additionalProperties": False}),
    ]
    root, _, rules = grammar(tools).partition("\n")
    # Its words are left out, or it would write nothing else.
    call = root[root.index('("<tool_call>"') :].removesuffix("?")

    async def scene() -> list[ToolCall]:
        async with server(weights, tmp_path) as (child, _):
            url = f"http://127.0.0.1:{child.port}/v1"
            async with OpenAIChat(
                url, "brain", key="secret", temperature=1.0, next_token_timeout=60
            ) as chat:
                calls = []
                for seed in range(3):
                    body = {"grammar": f"root ::= {call}\n{rules}", "seed": seed}
                    async with aclosing(chat.ask(TALK, extra_body=body)) as pieces:
                        piece = await anext(pieces)
                        assert isinstance(piece, ToolCall)
                        calls.append(piece)
                return calls

    calls = asyncio.run(scene())
    assert {call.name for call in calls} <= {"order", "wait"}
    for arguments in (json.loads(call.arguments) for call in calls if call.name == "order"):
        assert list(arguments) == [name for name in fields if name in arguments]
        assert arguments["bar"] in (True, False)
        assert isinstance(arguments.get("guests", 1), int)
        assert arguments.get("dish", "pie") in ("soup", "pie")


def test_closing_an_answer_frees_its_slot_and_strangers_are_refused(
    weights: Path, tmp_path: Path
) -> None:
    async def scene() -> None:
        async with server(weights, tmp_path) as (child, asker):
            url = f"http://127.0.0.1:{child.port}/v1"
            async with OpenAIChat(
                url,
                "brain",
                key="secret",
                max_tokens=400,
                first_token_timeout=60,
                next_token_timeout=60,
            ) as chat:
                async with aclosing(chat.generate(TALK)) as pieces:
                    await anext(pieces)
                    assert await busy(asker)
                await wait_until_idle(asker)
            async with OpenAIChat(url, "brain") as stranger:
                with pytest.raises(LLMError, match="HTTP 401"):
                    await anext(stranger.generate(TALK))

    asyncio.run(scene())


def test_a_call_reads_only_what_is_new_and_a_new_call_not_even_the_prompt(
    weights: Path, tmp_path: Path
) -> None:
    async def read(asker: httpx.AsyncClient, life: Life, talk: list[Message]) -> tuple[int, int]:
        """How many tokens of ``talk`` the slot knew, and how many it had to read."""
        async with aclosing(life.ask(tuple(talk))) as pieces:
            await anext(pieces)
            (slot,) = await busy(asker)
        await wait_until_idle(asker)
        return slot["n_prompt_tokens_cache"], slot["n_prompt_tokens_processed"]

    async def scene() -> None:
        async with server(weights, tmp_path) as (child, asker):
            life = Life(child.port, "secret", 4, States(), Limits(400, 60.0, 60.0))
            other = [SYSTEM, Message("user", "Do you have parking?")]
            read_by = [await read(asker, life, talk) for talk in (TALK[:2], other, TALK, other)]
            assert all(known > 30 for known, _ in read_by)  # the prompt has more than 40
            assert read_by[-1][1] < 5  # the other call's slot was left alone meanwhile

    asyncio.run(scene())


def test_a_killed_brain_says_so_at_once_and_is_soon_back(weights: Path) -> None:
    async def wait_for(brain: LlamaCpp, *states: State) -> None:
        async with asyncio.timeout(60):
            while brain.child.state not in states:  # noqa: ASYNC110 - another process decides
                await asyncio.sleep(0.005)

    async def ask(brain: LlamaCpp) -> str:
        async with aclosing(brain.generate(TALK)) as pieces:
            return "".join([str(piece) async for piece in pieces])

    async def scene() -> None:
        async with LlamaCpp(
            weights,
            slots=2,
            context=512,
            max_tokens=8,
            first_token_timeout=60,
            next_token_timeout=60,
        ) as brain:
            before = await ask(brain)
            assert before.strip()
            async with aclosing(brain.generate(TALK)) as pieces:
                await anext(pieces)
                os.kill(brain.child.pid, signal.SIGKILL)
                with pytest.raises(LLMError, match=r"the connection broke|the middle"):
                    async for _ in pieces:
                        pass
            await wait_for(brain, State.DOWN, State.STARTING)
            assert brain.ailment().startswith("the embedded brain is ")
            with pytest.raises(LLMError, match="the embedded brain is restarting"):
                await ask(brain)
            await wait_for(brain, State.READY)
            assert await ask(brain) == before
            assert brain.ailment() == ""
        assert brain.child.state is State.STOPPED

    asyncio.run(scene())


def test_a_brain_that_is_stopped_says_so_until_it_goes_on(weights: Path) -> None:
    async def wait_to_say(brain: LlamaCpp, words: str) -> None:
        async with asyncio.timeout(30):
            while brain.ailment() != words:  # noqa: ASYNC110 - another process decides
                await asyncio.sleep(0.02)

    async def scene() -> None:
        async with LlamaCpp(weights, slots=2, context=512, max_tokens=8) as brain:
            assert isinstance(brain, Patient)  # so it is asked for its health
            os.kill(brain.child.pid, signal.SIGSTOP)
            await wait_to_say(brain, "the embedded brain is silent")
            os.kill(brain.child.pid, signal.SIGCONT)
            await wait_to_say(brain, "")
            assert brain.child.deaths == 0

    asyncio.run(scene())


def test_weights_that_are_none_are_one_clear_line(tmp_path: Path) -> None:
    async def scene() -> None:
        rubbish = tmp_path / "rubbish.gguf"
        rubbish.write_bytes(b"GGUF, almost")
        async with LlamaCpp(rubbish):
            pass

    with pytest.raises(LLMError, match=r"embedded brain did not start: .*rubbish\.gguf"):
        asyncio.run(scene())
    with pytest.raises(ValueError, match="expected a GGUF file"):
        LlamaCpp(tmp_path / "nothing.gguf")
