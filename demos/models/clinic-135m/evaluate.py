"""Ask the tuned model in llama.cpp's own server, and count right actions.

    python evaluate.py MODEL.gguf [--turns 150] [--report heldout.json]

MODEL.gguf is the merged file (``llm.delta.merge``). Three kinds of questions: turns made by the
generator (phrasings and values that training saw, or not), turns written by hand before the
data existed (``handwritten.jsonl``), and questions for facts that no clinic has (``absent.jsonl``).
The server and the way it is asked are the product's own.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[2])]

from answers import Said  # noqa: E402
from generate import held_turns  # noqa: E402
from grammar import Split  # noqa: E402
from score import Answer, plain_kind, read_answer  # noqa: E402

from demos.clinic.prompt import system_prompt  # noqa: E402
from demos.clinic.tools import TOOLS  # noqa: E402
from llm.engine import LLM, Message, ToolCall  # noqa: E402
from llm.llamacpp import LlamaCpp  # noqa: E402

SPLITS = {
    "seen phrasings, seen values": Split(False, False),
    "held-out phrasings, seen values": Split(True, False),
    "seen phrasings, held-out values": Split(False, True),
    "held-out phrasings, held-out values": Split(True, True),
}


async def ask(llm: LLM, history: Sequence[tuple[str, str]], user: str) -> Answer:
    """One turn, as the server asks it."""
    messages = [_message(role, text) for role, text in [*history, ("user", user)]]
    words, calls = "", []
    async with aclosing(llm.generate(messages, TOOLS)) as pieces:
        async for piece in pieces:
            if isinstance(piece, ToolCall):
                calls.append((piece.name, piece.arguments))
            else:
                words += piece
    return read_answer(words, calls)


def _message(role: Any, text: str) -> Message:  # noqa: ANN401  # a literal, checked by Message
    """A tool call in the history goes the way the product's history takes."""
    found = re.fullmatch(r"(.*?)\n<tool_call>\n(.*)\n</tool_call>", text, re.S)
    if role != "assistant" or not found:
        return Message(role, text)
    call = json.loads(found[2])
    arguments = json.dumps(call["arguments"], ensure_ascii=False)
    return Message("assistant", found[1], (ToolCall(call["name"], arguments),))


class Tally:
    """Counts of one set of turns."""

    def __init__(self, name: str) -> None:
        self.name, self.turns, self.right = name, 0, 0
        self.calls = self.valid = self.short = 0
        self.misses: list[dict[str, Any]] = []
        self.by_kind: Counter[str] = Counter()
        self.wrong_by_kind: Counter[str] = Counter()

    def add(self, kind: str, user: str, answer: Answer, right: bool, wanted: str) -> None:
        self.turns += 1
        self.right += right
        self.calls += bool(answer.arguments or answer.action in _TOOL_NAMES or not answer.valid)
        self.valid += answer.valid and answer.action in _TOOL_NAMES
        self.short += answer.first_sentence_words() <= 8
        self.by_kind[kind] += 1
        if not right:
            self.wrong_by_kind[kind] += 1
            did = {"did": answer.action, **answer.arguments} | (
                {} if answer.action in _TOOL_NAMES else {"words": answer.words}
            )
            self.misses.append({"kind": kind, "user": user, "wanted": wanted, **did})

    def report(self) -> dict[str, Any]:
        return {
            "turns": self.turns,
            "right": self.right,
            "percent": round(100 * self.right / max(1, self.turns), 1),
            "tool calls": self.calls,
            "valid tool calls": self.valid,
            "first sentence at most 8 words": self.short,
            "wrong by kind": dict(self.wrong_by_kind.most_common()),
        }

    def show(self, misses: int) -> None:
        report = self.report()
        found = f"{self.right} of {self.turns} ({report['percent']}%)"
        print(f"\n{self.name}: {found}, {self.valid} of {self.calls} calls valid", flush=True)
        for miss in self.misses[:misses]:
            print("  ", json.dumps(miss, ensure_ascii=False))


_TOOL_NAMES = {"book", "move", "cancel", "refill", "message", "lookup", "confirm"}


def _right(said: Said, answer: Answer) -> bool:
    action = said.action
    if action.tool:
        return answer.does({"tool": action.tool, "slots": dict(action.arguments)})
    if plain_kind(action.words) == "other":  # a question said again must be the same question
        return answer.words == action.words
    return answer.action == plain_kind(action.words)


async def generated(llm: LLM, turns: int, seed: int) -> list[Tally]:
    """The generator's own turns, split by what training has seen."""
    tallies = []
    for name, split in SPLITS.items():
        tally = Tally(name)
        for history, said in held_turns(seed, split, turns):
            answer = await ask(llm, history, said.user)
            tally.add(said.kind, said.user, answer, _right(said, answer), said.action.text())
        tally.show(12)
        tallies.append(tally)
    return tallies


def _history(turn: dict[str, Any]) -> list[tuple[str, str]]:
    """What stands before a hand-written turn."""
    history = [("system", system_prompt(turn["clinic"], turn["doctors"]))]
    for message in turn["context"]:
        text = message["content"]
        if message["role"] == "tool" and not isinstance(text, str):
            text = json.dumps(text, ensure_ascii=False)
        if call := message.get("tool_call"):
            call = {"name": call["tool"], "arguments": call["arguments"]}
            written = json.dumps(call, ensure_ascii=False)
            text = f"{text}\n<tool_call>\n{written}\n</tool_call>"
        history.append((message["role"], text))
    return history


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


async def handwritten(llm: LLM, turns: Sequence[dict[str, Any]]) -> list[Tally]:
    """Turns written before the data; the second count lets most of a long text do."""
    strict, free = Tally("handwritten"), Tally("handwritten, most of a text will do")
    for turn in turns:
        answer = await ask(llm, _history(turn), turn["user"])
        allowed = [turn["expect"], *turn.get("accept", [])]
        kind = turn["expect"].get("tool") or turn["expect"]["plain"]
        for tally, lenient in ((strict, False), (free, True)):
            right = any(answer.does(wanted, lenient) for wanted in allowed)
            wanted = json.dumps(turn["expect"], ensure_ascii=False)
            tally.add(kind, f"{turn['id']}: {turn['user']}", answer, right, wanted)
    strict.show(100)
    free.show(0)
    return [strict, free]


async def absent(llm: LLM, questions: Sequence[dict[str, Any]]) -> list[Tally]:
    """Questions for facts that no clinic has: right is to look them up, or to decline."""
    tally = Tally("absent facts")
    prompt = system_prompt("Maple Street Clinic", ["Dr. Chen", "Dr. Patel", "Dr. Brooks"])
    for question in questions:
        answer = await ask(llm, [("system", prompt)], question["user"])
        right = answer.valid and answer.action in ("lookup", "refuse", "medical")
        tally.add("absent", f"{question['id']}: {question['user']}", answer, right, "lookup")
    tally.show(50)
    return [tally]


def _patient(model: Path) -> LlamaCpp:
    """The product's server, with time for a machine that does other work."""
    return LlamaCpp(
        model, slots=2, first_token_timeout=900, next_token_timeout=900, start_timeout=120
    )


async def run(options: argparse.Namespace) -> dict[str, Any]:
    """All that was asked for."""
    start, tallies = time.monotonic(), []
    async with _patient(options.model) as llm:
        if options.handwritten.exists():
            tallies += await handwritten(llm, _lines(options.handwritten))
        if options.absent.exists():
            tallies += await absent(llm, _lines(options.absent))
        if options.turns:
            tallies += await generated(llm, options.turns, options.seed)
    print(f"\n{time.monotonic() - start:.0f} s")
    return {tally.name: tally.report() for tally in tallies}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("model", type=Path)
    parser.add_argument("--turns", type=int, default=150, help="of each generated split")
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--handwritten", type=Path, default=HERE / "handwritten.jsonl")
    parser.add_argument("--absent", type=Path, default=HERE / "absent.jsonl")
    parser.add_argument("--report", type=Path)
    options = parser.parse_args()
    report = asyncio.run(run(options))
    if options.report:
        options.report.write_text(json.dumps(report, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
