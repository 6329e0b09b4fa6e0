"""The comparison as one HTML file: promises, every turn of every system, the table. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from html import escape

import numpy as np

from demos.latency import svg
from demos.latency.page import STYLE
from demos.latency.peers.compare import OURS, table
from demos.latency.peers.measure import Row
from demos.latency.peers.targets import Verdict
from demos.latency.svg import Axis

_LEFT, _RIGHT, _TOP, _BOTTOM = 190, 14, 22, 28
_LANE = 52
_DOT = 3.0
_LANES = """
.peer { fill: var(--pale) } circle.ours { fill: var(--agent); fill-opacity: .65 }
circle.peer { fill-opacity: .65 } .wide pre { white-space: pre }
.ok { color: var(--caller); font-weight: 600 }
"""


def page(rows: Sequence[Row], told: Sequence[Verdict], about: Mapping[str, object]) -> str:
    """The whole file."""
    body = "\n".join(_body(rows, told, about))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Side by side</title><style>{STYLE}{_LANES}</style></head>"
        f"<body>{body}</body></html>\n"
    )


def _body(
    rows: Sequence[Row], told: Sequence[Verdict], about: Mapping[str, object]
) -> Iterator[str]:
    yield "<h1>Side by side: time to first sentence</h1>"
    yield (
        f'<p class="note">{escape(str(about.get("date", "")))}, commit '
        f"{escape(str(about.get('commit', '')))}, {escape(str(about.get('cores', '?')))} cores. "
        "Same machine, callers, scenes and engines for all; a dot is a turn, its lane a round; "
        "bars stand at p50 and p95 of all rounds.</p>"
    )
    yield f'<div class="wide"><table>{"".join(_verdicts(told))}</table></div>'
    for engines, calls in dict.fromkeys((row.engines, row.calls) for row in rows):
        some = [row for row in rows if (row.engines, row.calls) == (engines, calls)]
        yield f"<h2>{escape(engines)} engines, {calls} at once</h2>"
        yield lanes(some)
        wrong = [(row.system, row.round, each) for row in some for each in row.wrong]
        if wrong:
            yield f"<details><summary>{len(wrong)} turns that went wrong</summary><ul>"
            yield from (f"<li>{escape(f'{who}, round {n}: {what}')}</li>" for who, n, what in wrong)
            yield "</ul></details>"
    yield f'<h2>Figures</h2><div class="wide"><pre>{escape(table(rows))}</pre></div>'
    yield "<details><summary>JSON</summary><pre>"
    yield escape(json.dumps({**about, "rows": [asdict(row) for row in rows]})) + "</pre></details>"


def _verdicts(told: Sequence[Verdict]) -> Iterator[str]:
    yield "<tr><th>target</th><th>measured [rounds]</th><th>wanted</th><th></th></tr>"
    for each in told:
        mark = '<td class="ok">kept</td>' if each.kept else '<td class="bad">missed</td>'
        cells = "".join(f"<td>{escape(t)}</td>" for t in (each.what, each.measured, each.target))
        yield f"<tr>{cells}{mark}</tr>"


def lanes(rows: Sequence[Row]) -> str:
    """A lane for each system: every turn at its time, round under round, p50 and p95 as bars."""
    systems = list(dict.fromkeys(row.system for row in rows))
    height = _TOP + _LANE * len(systems) + _BOTTOM
    highest = max([ms for row in rows for ms in row.ttfs_ms], default=1.0)
    across = Axis(0, 1.05 * max(highest, 1.0), _LEFT, svg.WIDTH - _RIGHT)
    parts = list(svg.draw_across(across, "ms", height))
    for place, system in enumerate(systems):
        top = _TOP + _LANE * place
        own = [row for row in rows if row.system == system]
        parts.append(svg.draw_text(_LEFT - 10, top + _LANE / 2 + 4, system, "end"))
        parts += _lane(own, across, top, "ours" if system == OURS else "peer")
    return svg.draw_picture(parts, height, "Time to first sentence, turn by turn")


def _lane(rows: Sequence[Row], across: Axis, top: float, kind: str) -> Iterator[str]:
    for place, row in enumerate(rows):
        y = top + 10 + (place + 0.5) * (_LANE - 20) / len(rows)
        for ms in row.ttfs_ms:
            title = f"<title>round {row.round}: {ms:.0f} ms</title>"
            yield (
                f'<circle class="{kind}" cx="{across.at(ms)}" cy="{y:.1f}" r="{_DOT}">'
                f"{title}</circle>"
            )
    if every := [ms for row in rows for ms in row.ttfs_ms]:
        for value in np.percentile(every, (50, 95)):
            at = across.at(float(value))
            yield svg.draw_line("mark", at, top + 4, at, top + _LANE - 4)
            yield svg.draw_text(at + 3, top + 9, f"{value:.0f}")
