"""How often turns are cut, against how long callers wait: ours, a timer, and the peer's model.

    python -m demos.latency.endpoints [--table FILE] [--picture docs/endpoints.png] [--kinds]

Reads the table of pauses, so it takes seconds. Each detector is tried in many settings. Those that
no other setting beats on one half of the scenes are measured on the other half: that is the curve.
Then what whole calls, bounds and another mix of the same turns make of it. Ends with one line of
JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from demos.latency.beyond import beyond
from demos.latency.detectors import (
    WITH_SOUND,
    Point,
    by_words,
    by_words_and_sound,
    frontier,
    measure,
    outcome,
    settings,
)
from demos.latency.pauses import HeardTurn, by_kind, read_table
from voice.config import TurnPolicy, default_config, load_config
from voice.errors import VoiceError

TABLE = Path(__file__).parent / "scenes" / "pauses.jsonl"
TARGETS = ((0.45, 0.05), (0.25, 0.10))
"""Mean delay in seconds, and the share of turns that may be cut at it."""
COMPLETE = ("short", "question", "statement", "finished")
"""Kinds that are one complete, short sentence."""

Curves = Mapping[str, Sequence[Point]]


def curves(turns: Sequence[HeardTurn], policy: TurnPolicy) -> Curves:
    """For each detector the held-out half's points, its settings chosen on the other half."""
    tune = [turn for turn in turns if not turn.held_out]
    held_out = [turn for turn in turns if turn.held_out]
    found = {}
    for name, tried in settings(policy).items():
        chosen = frontier([measure(label, tune, detector) for label, detector in tried])
        found[name] = [measure(tried[i][0], held_out, tried[i][1]) for i in chosen]
    return found


def at_delay(points: Sequence[Point], delay: float) -> Point | None:
    """The most patient setting whose callers wait no longer than this at the mean."""
    quick = [point for point in points if point.mean_delay <= delay]
    return max(quick, key=lambda point: point.mean_delay, default=None)


def at_cuts(points: Sequence[Point], share: float) -> Point | None:
    """The quickest setting that cuts no more turns than this."""
    careful = [point for point in points if point.cut_share <= share]
    return min(careful, key=lambda point: point.mean_delay, default=None)


def groups(turns: Sequence[HeardTurn]) -> dict[str, list[HeardTurn]]:
    """Real people and synthetic callers, and the real ones by whose pauses they are."""
    return {
        "real people": [turn for turn in turns if turn.real],
        "real, own pauses": [turn for turn in turns if turn.real and not turn.joined],
        "synthetic": [turn for turn in turns if not turn.real],
        "all": list(turns),
    }


def told(point: Point | None) -> str:
    """One cell of the table."""
    if point is None:
        return "never"
    return f"{100 * point.cut_share:.1f}% at {1e3 * point.mean_delay:.0f} ms ({point.name})"


def report(turns: Sequence[HeardTurn], policy: TurnPolicy) -> list[str]:
    """The table, in Markdown."""
    lines = ["| held-out turns | | cuts at 250 ms | cuts at 450 ms | 10% | 5% | as configured |"]
    lines.append("|---|---|---|---|---|---|---|")
    for group, chosen in groups(turns).items():
        held_out = [turn for turn in chosen if turn.held_out]
        for name, points in curves(chosen, policy).items():
            cells = [told(at_delay(points, seconds)) for seconds in (0.25, 0.45)]
            cells += [told(at_cuts(points, share)) for share in (0.10, 0.05)]
            detector = {"ours": by_words, WITH_SOUND: by_words_and_sound}.get(name)
            now = measure("now", held_out, detector(policy)) if detector else None
            cells.append(
                f"{told(now)}, p50 {_ms(now.median_delay)}, worst {_ms(now.worst_delay)}"
                if now
                else ""
            )
            lines.append(f"| {group}, {len(held_out)} | {name} | {' | '.join(cells)} |")
    return lines


def kinds(turns: Sequence[HeardTurn], policy: TurnPolicy) -> list[str]:
    """What ours does with each kind, as configured."""
    lines = ["| kind | turns | cut | not heard | p50 ms | mean ms | worst ms |"]
    lines.append("|---|---|---|---|---|---|---|")
    for kind, members in by_kind(turns).items():
        found = measure(kind, members, by_words(policy))
        cells = [str(number) for number in (found.turns, found.cuts, found.unheard)]
        cells += [_ms(s) for s in (found.median_delay, found.mean_delay, found.worst_delay)]
        lines.append(f"| {kind} | {' | '.join(cells)} |")
    return lines


def _ms(seconds: float) -> str:
    return f"{1e3 * seconds:.0f}"


def summary(turns: Sequence[HeardTurn], policy: TurnPolicy) -> dict[str, object]:
    """What a script wants to know: the held-out half."""
    held_out = [turn for turn in turns if turn.held_out]
    found: dict[str, object] = {}
    for group, chosen in groups(held_out).items():
        found[group] = asdict(measure("ours", chosen, by_words(policy)))
    complete = [turn for turn in held_out if turn.kind in COMPLETE]
    delays = sorted(
        delay for turn in complete if (delay := outcome(turn, by_words(policy)).delay) is not None
    )
    found["complete_p50"] = delays[len(delays) // 2] if delays else None
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--table", type=Path, default=TABLE)
    parser.add_argument("--config", type=Path, default=default_config(), help="whose [turn] it is")
    parser.add_argument("--picture", type=Path, help="draw the curves, say docs/endpoints.png")
    parser.add_argument("--kinds", action="store_true", help="what ours does with each kind")
    asked = parser.parse_args(arguments)
    try:
        turns, policy = read_table(asked.table), load_config(asked.config).turn
        if asked.picture:
            from demos.latency.curve import draw  # matplotlib takes its time to load

            halves = {"real people": True, "synthetic callers": False}
            parts = {name: [t for t in turns if t.real is real] for name, real in halves.items()}
            draw(
                {name: curves(part, policy) for name, part in parts.items()},
                {
                    name: measure("now", [t for t in part if t.held_out], by_words(policy))
                    for name, part in parts.items()
                },
                asked.picture,
            )
    except VoiceError as error:
        print(f"endpoints: {error}", file=sys.stderr)
        return 1
    held_out = [turn for turn in turns if turn.held_out]
    print("\n".join([*report(turns, policy), "", *beyond(held_out, policy)]))
    if asked.kinds:
        print("\n".join(["", *kinds(held_out, policy)]))
    print(json.dumps(summary(turns, policy)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
