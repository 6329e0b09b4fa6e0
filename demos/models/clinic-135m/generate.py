"""Write training trees and held-out turns for the front desk.

    python generate.py --show 40            read what it makes
    python generate.py --trees 2000 OUT     trees as JSON lines

Every tree is one random clinic: a call of a few turns with other lines branching off each turn.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[2])]

from answers import Said  # noqa: E402
from calls import Call, say_fitting  # noqa: E402
from grammar import Split, read_sections  # noqa: E402
from trees import Segment  # noqa: E402
from values import clinic_name, doctor_name  # noqa: E402

from demos.clinic import say  # noqa: E402
from demos.clinic.prompt import system_prompt  # noqa: E402


def chat(role: str, text: str) -> str:
    """One message in the model's own template."""
    return f"<|im_start|>{role}\n{text}<|im_end|>\n"


ASK = "<|im_start|>assistant\n"


def new_call(random: Random, split: Split) -> tuple[Call, list[tuple[str, str]]]:
    """A clinic, and the messages before the caller's first words."""
    clinic = clinic_name(random, split)
    count = random.choice([1, 2, 3, 3, 4, 5])
    names = list(dict.fromkeys(doctor_name(random, split) for _ in range(count)))
    call = Call(random, split, clinic, names)
    messages = [("system", system_prompt(clinic, call.titled))]
    if random.random() < 0.6:
        messages.append(("assistant", say.greeting(clinic)))
    return call, messages


def tool_messages(spoken: str) -> list[tuple[str, str]]:
    """What a tool call leaves in the history before the caller speaks again."""
    return [("tool", json.dumps({"say": spoken}, ensure_ascii=False)), ("assistant", spoken)]


TARGETS = {
    "readback": 8, "offer": 4, "one": 2, "else": 8, "name": 3, "doctor": 1.5, "day": 2, "take": 4,
    "change": 1.5, "which": 2.5, "another": 0.7, "lastname": 0.7, "drug": 3, "text": 3,
    "phone": 1, "appointment": 1, "intent": 0.5,
}  # fmt: skip
"""Places that half of the trees walk to in few turns and branch at widely."""


def tree(random: Random, split: Split) -> list[Segment]:
    """One call with branches: many first turns, or a walk to a rarer place and many lines there."""
    call, messages = new_call(random, split)
    segments = [Segment("".join(chat(*m) for m in messages), -1)]
    if random.random() < 0.42:
        _branch(segments, 0, call, random.randint(9, 13))
        return segments
    target = random.choices(list(TARGETS), list(TARGETS.values()))[0]
    trunk = 0
    for _ in range(5):
        if call.place.asked == target and trunk:
            break
        _branch(segments, trunk, call, random.choice([0, 0, 1, 1]))
        said = say_fitting(call) if random.random() < 0.15 else call.forward()
        if said.kind == "bye":
            continue
        trunk = _advance(segments, trunk, call, said)
    _branch(segments, trunk, call, random.randint(7, 9))
    return segments


def _branch(segments: list[Segment], trunk: int, call: Call, twigs: int) -> None:
    for _ in range(twigs):
        _grow(segments, trunk, say_fitting(call.branch()))


def _advance(segments: list[Segment], trunk: int, call: Call, said: Said) -> int:
    """Let the call go on with this line; the segment it now ends with."""
    _grow(segments, trunk, said)
    # The template's newline after a message is not the model's to write.
    text = "\n"
    if spoken := call.advance(said):
        text += "".join(chat(*m) for m in tool_messages(spoken))
    segments.append(Segment(text, len(segments) - 1))
    return len(segments) - 1


def _grow(segments: list[Segment], trunk: int, said: Said) -> None:
    segments.append(Segment(chat("user", said.user) + ASK, trunk))
    segments.append(Segment(said.action.text() + "<|im_end|>", len(segments) - 1, learnt=True))


def held_turns(seed: int, split: Split, count: int) -> Iterator[tuple[list[tuple[str, str]], Said]]:
    """Turns for the evaluation: the history in messages, and the last turn with its answer."""
    random = Random(seed)
    made = 0
    while made < count:
        call, messages = new_call(random, split)
        for _ in range(random.choice([1, 1, 2, 3, 4, 5])):
            said = say_fitting(call)
            yield list(messages), said
            made += 1
            messages += [("user", said.user), ("assistant", said.action.text())]
            if spoken := call.advance(said):
                messages += tool_messages(spoken)
            if said.kind == "bye":
                break


def census() -> str:
    """How wide the generator is, and how much of it training never sees."""
    rows = []
    for name in ("forms", "details", "lookup", "plain", "turns", "macros", "talk"):
        sections = read_sections(f"{name}.txt").values()
        rows.append((f"{name}.txt", *_counted(sections, Split.phrasings)))
    lists = [" ".join(lines).split(",") for lines in read_sections("values.txt").values()]
    rows.append(("values.txt", *_counted([[v.strip() for v in v_] for v_ in lists], Split.values)))
    return "\n".join(f"{name}: {seen} seen, {held} held out" for name, seen, held in rows)


def _counted(
    sections: Iterable[list[str]], part: Callable[[Split, list[str]], list[str]]
) -> tuple[int, int]:
    seen = held = 0
    for lines in sections:
        kept = len(part(Split(False, False), lines))
        seen, held = seen + kept, held + len(lines) - kept
    return seen, held


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--show", type=int, default=0, help="print this many turns instead")
    parser.add_argument("--census", action="store_true", help="count templates and values")
    parser.add_argument("--trees", type=int, default=1500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("out", type=Path, nargs="?")
    options = parser.parse_args()
    if options.census:
        print(census())
        return
    if options.show:
        for _, said in held_turns(options.seed, Split(), options.show):
            print(f"[{said.kind}] {said.user}\n    {said.action.text()!r}")
        return
    random = Random(options.seed)
    with options.out.open("w") as file:
        for _ in range(options.trees):
            made = tree(random, Split())
            file.write(json.dumps([(s.text, s.parent, s.learnt) for s in made]) + "\n")


if __name__ == "__main__":
    main()
