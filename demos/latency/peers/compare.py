"""What the rows say side by side: a table, and ratios with their spread over the rounds. Pure.

Percentiles are over the turns of all rounds; what stands in brackets is the least and the most that
a single round had. A ratio is ours to the peer's within one round; its median over the rounds is
told, with the least and the most.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from demos.latency.peers.measure import Row

OURS = "ours"
_NAME, _CELL = 30, 20


@dataclass(frozen=True, slots=True)
class Told:
    """A figure, and the least and the most that a round had."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figure:
    """A column: its heading, what it is for some rows, and how it is written."""

    name: str
    of: Callable[[Sequence[Row]], float]
    form: str = ".0f"


def _percentile(percent: float) -> Callable[[Sequence[Row]], float]:
    def of(rows: Sequence[Row]) -> float:
        waited = [ms for row in rows for ms in row.ttfs_ms]
        return float(np.percentile(waited, percent)) if waited else inf  # nobody was answered

    return of


def _mean(take: Callable[[Row], float]) -> Callable[[Sequence[Row]], float]:
    return lambda rows: float(np.mean([take(row) for row in rows]))


FIGURES = (
    Figure("TTFS p50 ms", _percentile(50)),
    Figure("TTFS p95 ms", _percentile(95)),
    Figure("CPU % a call", _mean(lambda row: row.cpu_percent_per_call), ".2f"),
    Figure("peak RSS MB", _mean(lambda row: row.peak_mb)),
    Figure("MB a call", _mean(lambda row: (row.peak_mb - row.ready_mb) / row.calls), ".1f"),
)


def tell(figure: Figure, rows: Sequence[Row]) -> Told:
    """Over all rounds, and the extremes of single ones."""
    each = [figure.of(among) for among in _rounds(rows).values()]
    return Told(figure.of(rows), min(each), max(each))


def ratio(figure: Figure, ours: Sequence[Row], theirs: Sequence[Row]) -> Told | None:
    """Ours to theirs, round by round; None if no round has both, or theirs is nothing."""
    mine, other = _rounds(ours), _rounds(theirs)
    each = [
        figure.of(mine[number]) / beside
        for number in sorted(mine.keys() & other.keys())
        if 0 < (beside := figure.of(other[number])) < inf
    ]
    return Told(float(np.median(each)), min(each), max(each)) if each else None


def _rounds(rows: Sequence[Row]) -> dict[int, list[Row]]:
    rounds: dict[int, list[Row]] = {}
    for row in rows:
        rounds.setdefault(row.round, []).append(row)
    return rounds


def table(rows: Sequence[Row]) -> str:
    """For people."""
    return "\n".join(_lines(rows))


def ratios(rows: Sequence[Row]) -> Iterator[dict[str, object]]:
    """For scripts: ours to each peer, and both sides' errors, ours first."""
    for engines, calls, system in dict.fromkeys((r.engines, r.calls, r.system) for r in rows):
        if system == OURS:
            continue
        here = [row for row in rows if (row.engines, row.calls) == (engines, calls)]
        ours = [row for row in here if row.system == OURS]
        theirs = [row for row in here if row.system == system]
        told = {each.name: ratio(each, ours, theirs) for each in FIGURES}
        yield {
            "engines": engines,
            "calls": calls,
            "peer": system,
            **{name: _rounded(each) for name, each in told.items() if each},
            "cut_ins": [sum(row.cut_ins for row in side) for side in (ours, theirs)],
            "missed": [sum(row.missed for row in side) for side in (ours, theirs)],
        }


def _rounded(told: Told) -> list[float | None]:
    """JSON has no word for what is without end."""
    return [round(value, 3) if value < inf else None for value in (told.value, told.low, told.high)]


def _lines(rows: Sequence[Row]) -> Iterator[str]:
    for engines, calls in dict.fromkeys((row.engines, row.calls) for row in rows):
        some = [row for row in rows if (row.engines, row.calls) == (engines, calls)]
        yield f"{engines} engines, {calls} call{'s' if calls > 1 else ''}, {_circumstances(some)}"
        yield (
            f"{'':<{_NAME}}"
            + "".join(f"{figure.name:>{_CELL}}" for figure in FIGURES)
            + ("  turns cut-ins missed cut-short")
        )
        systems = list(dict.fromkeys(row.system for row in some))
        by_system = {name: [row for row in some if row.system == name] for name in systems}
        for name, told in by_system.items():
            cells = [_cell(tell(figure, told), figure.form) for figure in FIGURES]
            yield f"{name:<{_NAME}}" + "".join(f"{cell:>{_CELL}}" for cell in cells) + _counts(told)
        for name in systems:
            if name != OURS and OURS in by_system:
                ratios = [ratio(each, by_system[OURS], by_system[name]) for each in FIGURES]
                cells = ["-" if each is None else _cell(each, ".2f") for each in ratios]
                yield f"{f'ours / {name}':<{_NAME}}" + "".join(f"{c:>{_CELL}}" for c in cells)
        yield ""


def _cell(told: Told, form: str) -> str:
    return f"{told.value:{form}} [{told.low:{form}}-{told.high:{form}}]"


def _counts(rows: Sequence[Row]) -> str:
    turns, cut_ins = sum(row.turns for row in rows), sum(row.cut_ins for row in rows)
    missed, short = sum(row.missed for row in rows), sum(row.cut_short for row in rows)
    return f"{turns:>7}{cut_ins:>8}{missed:>7}{short:>10}"


def _circumstances(rows: Sequence[Row]) -> str:
    others = [row.others_percent for row in rows]
    late = max(row.late_ms_p99 for row in rows)
    return (
        f"{len(_rounds(rows))} rounds; others took {min(others):.0f} to {max(others):.0f}% of a "
        f"core, callers were at most {late:.0f} ms late (p99)"
    )
