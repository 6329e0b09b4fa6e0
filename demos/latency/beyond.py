"""What the set alone does not tell: bounds, whole calls, other mixes of the turns. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from demos.latency.detectors import Point, by_words, measure, point, waiting
from demos.latency.limits import mixed, omniscient, pauses_inside, perfect_reader
from demos.latency.pauses import HeardTurn
from demos.latency.whole_calls import deal_calls, live_through
from voice.config import TurnPolicy

PATIENT = (0.25, 0.45)
"""Seconds, for who would rather wait than cut: a second setting to report."""
LENGTH, DEALS = 8, 20
"""Turns in a call, and how often the scenes are dealt into calls anew."""
SHARES = (0.1, 0.25, 0.5)
"""Of turns that pause inside. Nobody has counted it for a telephone desk, so three are told."""

_Row = tuple[str, float, float, float | None]


def beyond(turns: Sequence[HeardTurn], policy: TurnPolicy) -> list[str]:
    """The table, in Markdown, for the configured policy and a more patient one."""
    inside = sum(map(pauses_inside, turns))
    lines = [f"| {len(turns)} turns, {inside} of them pause inside | cut | mean ms | p50 ms |"]
    lines.append("|---|---|---|---|")
    rows = [_row("who knows the true end", measure("", turns, omniscient))]
    rows += _rows(turns, "as configured", policy)
    rows += _rows(turns, "patient", waiting(policy, *PATIENT))
    for name, cut, mean, median in rows:
        p50 = "" if median is None else f"{1e3 * median:.0f}"
        lines.append(f"| {name} | {100 * cut:.1f}% | {1e3 * mean:.0f} | {p50} |")
    return lines


def _rows(turns: Sequence[HeardTurn], name: str, policy: TurnPolicy) -> list[_Row]:
    ours = by_words(policy)
    lived = [
        result
        for seed in range(DEALS)
        for call in deal_calls(turns, LENGTH, seed)
        for result in live_through(call, policy)
    ]
    return [
        _row(name, measure("", turns, ours)),
        _row(f"{name}, no end taken for half", measure("", turns, perfect_reader(policy))),
        _row(f"{name}, in calls of {LENGTH} turns of one voice", point("", lived)),
        *(
            (f"{name}, if {share:.0%} paused inside", *mixed(turns, ours, share), None)
            for share in SHARES
        ),
    ]


def _row(name: str, found: Point) -> _Row:
    return name, found.cut_share, found.mean_delay, found.median_delay
