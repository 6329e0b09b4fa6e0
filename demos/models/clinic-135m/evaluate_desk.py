"""Count what the desk ends up with, given what the model wrote: the model alone, and with the desk.

    python evaluate_desk.py TURNS.jsonl OUTPUTS.jsonl [--model MODEL.gguf] [--gold 400]

OUTPUTS.jsonl is what the model wrote, one line a turn; with ``--model`` it is written first, where
it does not exist yet. The rest needs no model. Each turn is put to a real desk whose call has come
to where the turn stands; right is a desk that then stands, and says, what it would have after one
of the right answers. With ``--gold``, right answers of generated turns go through the repairs: one
that is changed is a false repair.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[2])]

from generate import held_turns  # noqa: E402
from grammar import Split  # noqa: E402
from score import TOOLS, Answer, plain_kind, same  # noqa: E402

from demos.clinic import repair as repairs  # noqa: E402
from demos.clinic.book import Book, Slot  # noqa: E402
from demos.clinic.call import Call, Talk  # noqa: E402
from demos.clinic.desk import Clinic  # noqa: E402
from demos.clinic.forms import Ask, Heard, said_only  # noqa: E402
from demos.clinic.when import read_when  # noqa: E402
from llm.engine import ToolCall  # noqa: E402

NOW = datetime(2026, 11, 25, 8, 10)
FACTS = {
    "fax": "Our fax number is 555-0101.",
    "cost": "A visit is $90 without insurance.",
    "walk-ins": "Walk-ins are welcome before noon.",
    "new patients": "Yes, we take new patients.",
    "website": "It's our name dot example.",
    "languages": "We speak English and Spanish.",
    "holidays": "We're closed on public holidays.",
    "wheelchair access": "There's a ramp at the front door.",
    "x-rays": "We don't do x-rays.",
}
_ASKS: Sequence[tuple[str, Ask]] = (
    (r"Shall I (?:book|move|cancel|send) it|Is that right", "read_back"),
    (r"Shall I take a message", "take_message"),
    (r"Which works|Does .+ work\?|Does that work", "offer"),
    (r"Which one\?$", "which"),
    (r"[Ww]hat name|Is there another name", "name"),
    (r"last name", "last_name"),
    (r"[Ww]hich doctor", "doctor"),
    (r"[Ww]hat day", "day"),
    (r"Which medicine", "drug"),
    (r"What's the message", "text"),
    (r"[Ww]hat number", "phone"),
    (r"What should I change", "change"),
)


@dataclass(frozen=True)
class Turn:
    """One caller's turn in a call: what was said before, and the answers that are right."""

    id: str
    clinic: str
    doctors: Sequence[str]
    context: Sequence[Mapping[str, Any]]
    user: str
    allowed: Sequence[Mapping[str, Any]]


def read_turn(row: Mapping[str, Any]) -> Turn:
    """A line of the hand-written file."""
    context = row["context"]
    allowed = [row["expect"], *row.get("accept", [])]
    return Turn(row["id"], row["clinic"], row["doctors"], context, row["user"], allowed)


def _clinic(turn: Turn) -> Clinic:
    week = ("monday", "tuesday", "wednesday", "thursday", "friday")
    start = datetime(NOW.year, NOW.month, NOW.day)
    diary = [
        (doctor, start + timedelta(days=day, hours=8, minutes=30 * half))
        for doctor in turn.doctors
        for day in range(40)
        for half in range(18)
        if (start + timedelta(days=day)).weekday() < 5
    ]
    return Clinic(
        name=turn.clinic,
        doctors=[{"name": name, "days": week} for name in turn.doctors],
        hours=dict.fromkeys(week, "8:00-17:00"),
        address="12 Maple Street",
        phone="555-0100",
        parking="Parking is free behind the building.",
        insurers=["Aetna", "Cigna"],
        facts=FACTS,
        diary=diary,
        now=lambda: NOW,
    )


def _moments(said: str, doctor: str) -> tuple[Slot, ...]:
    """The times in a desk's sentence: "Monday at 9 AM or 3:15 PM"."""
    slots: list[Slot] = []
    days = None
    for part in re.split(r" or | and ", said):
        wish = read_when(part, NOW.date())
        days = wish.days or days
        if days and wish.hours and wish.hours.exact:
            at = datetime.combine(days[0], wish.hours.exact[0])
            slots.append(Slot(len(slots), doctor, at))
    return tuple(slots)


def stand(turn: Turn) -> Call:
    """A desk that has come to this turn, as far as its context tells."""
    clinic = _clinic(turn)
    call = clinic.open("evaluation")
    said = ""
    for message in turn.context:
        if message["role"] == "user":
            call.answer(message["content"])
        elif asked := message.get("tool_call"):
            heard = call.talk.heard[-1] if call.talk.heard else ""
            written = json.dumps(asked["arguments"])
            asyncio.run(call.call(ToolCall(asked["tool"], written), heard))
        said = message["content"] if message["role"] == "assistant" else said
    call.resume(_as_said(call.talk, clinic.book, said, turn.doctors))
    return call


def _as_said(talk: Talk, book: Book, said: str, doctors: Sequence[str]) -> Talk:
    """What the desk of the context said last is what this desk now waits for."""
    ask = next((ask for pattern, ask in _ASKS if re.search(pattern, said)), None)
    if not said or ask is None:
        booked = None
        if talk.heard and (found := _moments(said, doctors[0])):
            name = talk.name or "Maria Lopez"
            booked = book.book("before", _opened(book, found[0]), name)
        return replace(talk, form=None, ask="anything_else", booked=booked)
    named = [doctor for doctor in doctors if doctor in said]
    found = _moments(said, named[0] if named else doctors[0])
    form = talk.form
    if form and ask == "offer":
        form = replace(form, doctor=found[0].doctor if found else form.doctor, offered=found)
    if form and ask == "read_back" and found and form.kind in {"book", "move"}:
        form = replace(form, doctor=found[0].doctor, slot=found[-1 if form.kind == "book" else 0])
    if form and ask == "which":
        name = form.name or "Maria Lopez"
        booked_all = [
            book.book(f"before {n}", _opened(book, slot), name) for n, slot in enumerate(found)
        ]
        form = replace(form, name=name, found=tuple(one for one in booked_all if one))
    if form and ask == "name":
        form = replace(form, name=None)
    question = re.split(r"(?<=[.?!]) ", said)[-1]
    return replace(talk, form=form, ask=ask, question=question)


def _opened(book: Book, slot: Slot) -> Slot:
    book.open_slots([(slot.doctor, slot.at)])
    return slot


Outcome = Mapping[str, Any]


def outcome(turn: Turn, answer: Mapping[str, Any]) -> Outcome:
    """How the desk stands after this answer: the kind of a plain reply, or form and sentence."""
    if "plain" in answer:
        return {"plain": answer["plain"]}
    call = stand(turn)
    call.answer(turn.user)
    written = json.dumps(answer["slots"], ensure_ascii=False)
    result = asyncio.run(call.call(ToolCall(answer["tool"], written), turn.user))
    if (kind := plain_kind(result.say or "")) in {"refuse", "nevermind"}:
        return {"plain": kind}
    return {"say": result.say, "ask": call.talk.ask, **_form(call.talk)}


def _form(talk: Talk) -> Outcome:
    if talk.form is None:
        return {}
    fields = asdict(talk.form)
    del fields["key"]
    del fields["reason"]  # a note for the doctor: nothing at the desk depends on it
    return {
        name: value.lower() if isinstance(value, str) else value for name, value in fields.items()
    }


def ends_right(turn: Turn, answer: Mapping[str, Any]) -> bool:
    """Does the desk end where a right answer would have taken it?"""
    ours = outcome(turn, answer)
    return any(ours == outcome(turn, allowed) for allowed in turn.allowed)


def _answer(row: Mapping[str, Any]) -> Mapping[str, Any]:
    if row["action"] in TOOLS and row["valid"]:
        return {"tool": row["action"], "slots": row["arguments"]}
    return {"plain": row["action"]}


def handwritten(turns: Sequence[Turn], rows: Mapping[str, Mapping[str, Any]]) -> None:
    """Both figures, and each turn on which they differ or that stays wrong."""
    alone = ended = 0
    for turn in turns:
        row = rows[turn.id]
        model = Answer(row["action"], row["arguments"], row["words"], row["valid"])
        right = any(model.does(allowed) for allowed in turn.allowed)
        done = ends_right(turn, _answer(row))
        alone, ended = alone + right, ended + done
        if not done or not right:
            mark = "still wrong" if not done and not right else "repaired" if done else "MADE WRONG"
            wrote = json.dumps(_answer(row), ensure_ascii=False)
            print(f"  {mark}: {turn.id} {turn.user} -> {wrote}")
    total = len(turns)
    print(f"model alone: {alone} of {total} right; desk after it: {ended} of {total} right")


def _context(history: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    context: list[dict[str, Any]] = []
    for role, text in history[1:]:
        found = re.fullmatch(r"(.*?)\n<tool_call>\n(.*)\n</tool_call>", text, re.S)
        if found and role == "assistant":
            written = json.loads(found[2])
            call = {"tool": written["name"], "arguments": written["arguments"]}
            context.append({"role": role, "content": found[1], "tool_call": call})
        else:
            context.append({"role": role, "content": text})
    return context


def _doctors(system: str) -> list[str]:
    found = re.search(r"Doctors: (.*)\. Tools:", system)
    return found[1].split(", ") if found else ["Dr. Chen"]


def gold(count: int, seed: int) -> None:
    """Right answers through the repairs: what they change, they make wrong."""
    asked = changed = 0
    for held in (False, True):
        for history, said in held_turns(seed, Split(held, held), count // 2):
            action = said.action
            if not action.tool:
                continue
            asked += 1
            system = history[0][1]
            turn = Turn(
                "", "Maple Street Clinic", _doctors(system), _context(history), said.user, ()
            )
            call = stand(turn)
            call.answer(said.user)
            given: dict[str, str] = dict(action.arguments)
            kept = _kept(given, call.heard)
            tool, after = repairs.repair(action.tool, kept, call.heard, call.talk.form)
            if tool != action.tool or not _same(after, kept):
                changed += 1
                print(f"  [{said.kind}, {call.talk.ask}] {said.user}:")
                print(f"    {action.tool} {kept} -> {tool} {after}")
    share = 100 * changed / max(1, asked)
    print(f"false repairs: {changed} of {asked} right tool calls ({share:.2f}%)")


def _kept(given: Mapping[str, str], heard: Heard) -> dict[str, str]:
    return said_only(given, heard) | {k: given[k] for k in ("about", "answer") if k in given}


def _same(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    return set(one) == set(other) and all(same(slot, one[slot], other[slot]) for slot in one)


async def write(model: Path, turns: Sequence[Mapping[str, Any]], outputs: Path) -> None:
    """Ask the model each turn once, as the server asks it."""
    from evaluate import _history, _patient, ask

    async with _patient(model) as llm:
        with outputs.open("w") as file:
            for turn in turns:
                answer = await ask(llm, _history(dict(turn)), turn["user"])
                row = {"id": turn["id"], "action": answer.action, "words": answer.words,
                       "arguments": dict(answer.arguments), "valid": answer.valid}  # fmt: skip
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("turns", type=Path)
    parser.add_argument("outputs", type=Path)
    parser.add_argument("--model", type=Path, help="write OUTPUTS with it, where there are none")
    parser.add_argument("--gold", type=int, default=0, help="generated turns for false repairs")
    parser.add_argument("--seed", type=int, default=2026)
    options = parser.parse_args()
    turns = [json.loads(line) for line in options.turns.read_text().splitlines()]
    if options.model and not options.outputs.exists():
        asyncio.run(write(options.model, turns, options.outputs))
    rows = [json.loads(line) for line in options.outputs.read_text().splitlines()]
    handwritten([read_turn(turn) for turn in turns], {row["id"]: row for row in rows})
    if options.gold:
        gold(options.gold, options.seed)


if __name__ == "__main__":
    main()
