"""What was promised, and whether a run kept it. Pure.

The peer is measured in more than one configuration; ours is held against the better one, which is
the one with the lower median in that case. A ratio is kept or missed by its median over the rounds;
errors by their sum.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from demos.latency.peers.compare import FIGURES, OURS, Told, ratio, tell
from demos.latency.peers.measure import Row

_P50, _P95, _CPU, _, _MB = FIGURES


@dataclass(frozen=True, slots=True)
class Target:
    """Ours to the better peer's: at most so much of it, by the place of a figure in FIGURES."""

    engines: str
    calls: int
    figure: int
    at_most: float


TARGETS = (
    Target("rig", 1, 0, 0.35),
    Target("rig", 1, 1, 0.2),
    Target("real", 1, 0, 0.25),
    Target("real", 1, 1, 0.4),
    Target("real", 8, 0, 0.2),
    Target("rig", 16, 2, 0.1),
    Target("rig", 16, 4, 0.1),
)
GREETING_MS = 150.0
"""From the call's being accepted to the first word of the greeting, at p95, for one call."""
CROWD, CROWD_LATER_MS = 100, 40.0
"""So many calls at once may be answered so much later than one is, at p95."""
CROWD_CPU_PERCENT, CROWD_MB = 0.45, 2.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """One promise: what was measured, with its spread over the rounds, and whether it was kept."""

    what: str
    measured: str
    target: str
    kept: bool


def better_peer(rows: Sequence[Row]) -> str | None:
    """Of one case: whose median is lower in the rounds that it shares with others."""
    peers = {row.system for row in rows if row.system != OURS}
    return min(peers, key=lambda name: _median_of(rows, name, peers), default=None)


def _median_of(rows: Sequence[Row], name: str, peers: set[str]) -> float:
    shared = set.intersection(*({r.round for r in rows if r.system == peer} for peer in peers))
    own = [row for row in rows if row.system == name]
    return _P50.of([row for row in own if row.round in shared] or own)


def verdicts(rows: Sequence[Row]) -> list[Verdict]:
    """For whatever of the promises these rows can tell about."""
    return [*_against_peers(rows), *_greeting(rows), *_alone(rows)]


def _greeting(rows: Sequence[Row]) -> Iterator[Verdict]:
    for engines in ("rig", "real"):
        ours = [row for row in _case(rows, engines, 1) if row.system == OURS]
        if told := [ms for row in ours for ms in row.greeting_ms]:
            p95 = float(np.percentile(told, 95))
            measured = f"{p95:.0f} ms of {len(told)}"
            yield Verdict(
                f"{engines}, 1 at once: greeting p95",
                measured,
                f"at most {GREETING_MS:.0f} ms",
                p95 <= GREETING_MS,
            )


def _against_peers(rows: Sequence[Row]) -> Iterator[Verdict]:
    for engines, calls in dict.fromkeys((row.engines, row.calls) for row in rows):
        some = _case(rows, engines, calls)
        ours, peer = [row for row in some if row.system == OURS], better_peer(some)
        if not ours or peer is None:
            continue
        theirs = [row for row in some if row.system == peer]
        where = f"{engines}, {calls} at once"
        for target in TARGETS:
            if (target.engines, target.calls) == (engines, calls):
                figure = FIGURES[target.figure]
                if (told := ratio(figure, ours, theirs)) is not None:
                    yield _ratio(f"{where}: {figure.name}", peer, told, target.at_most)
        yield from _errors(where, ours, theirs, peer)


def _ratio(what: str, peer: str, told: Told, at_most: float) -> Verdict:
    measured = f"{told.value:.3f} [{told.low:.3f}-{told.high:.3f}] of {peer}"
    return Verdict(what, measured, f"at most {at_most:g}", told.value <= at_most)


def _errors(where: str, ours: Sequence[Row], theirs: Sequence[Row], peer: str) -> Iterator[Verdict]:
    """Errors a turn, for the peer may have been asked in fewer rounds."""
    mine, others = _cut_ins(ours), _cut_ins(theirs)
    measured = f"{mine:.1%} of turns, {others:.1%} of {peer}'s"
    yield Verdict(f"{where}: cut-ins", measured, "no more than its", mine <= others)
    missed = sum(row.missed + row.unsaid + row.refused for row in ours)
    yield Verdict(f"{where}: missed", str(missed), "none", missed == 0)


def _cut_ins(rows: Sequence[Row]) -> float:
    return sum(row.cut_ins for row in rows) / sum(row.turns for row in rows)


def _alone(rows: Sequence[Row]) -> Iterator[Verdict]:
    one = [row for row in _case(rows, "rig", 1) if row.system == OURS]
    many = [row for row in _case(rows, "rig", CROWD) if row.system == OURS]
    if not many:
        return
    where = f"rig, {CROWD} at once"
    for figure, at_most in ((_CPU, CROWD_CPU_PERCENT), (_MB, CROWD_MB)):
        told = tell(figure, many)
        measured = f"{told.value:.2f} [{told.low:.2f}-{told.high:.2f}]"
        yield Verdict(
            f"{where}: {figure.name}", measured, f"at most {at_most:g}", told.value <= at_most
        )
    if one:
        later = _P95.of(many) - _P95.of(one)
        target = f"at most {CROWD_LATER_MS:g} ms"
        kept = later <= CROWD_LATER_MS
        yield Verdict(f"{where}: p95 after one call's", f"{later:.0f} ms", target, kept)


def _case(rows: Sequence[Row], engines: str, calls: int) -> list[Row]:
    return [row for row in rows if (row.engines, row.calls) == (engines, calls)]


def verdict_table(told: Sequence[Verdict]) -> str:
    """For people."""
    lines = [
        f"{each.what:<42}{each.measured:<56}{each.target:<18}{'kept' if each.kept else 'MISSED'}"
        for each in told
    ]
    return "\n".join(["targets", *lines]) if lines else "no target is of these cases"
