"""The run as one HTML file: figures, pictures and what there is to know of them. No scripts.

Whatever a server or a file name said is escaped: a report is opened where its reader is logged in.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from demos.latency.callers import Run
from demos.latency.judge import Answer
from demos.latency.svg import Dot, handover, histogram, over_time
from demos.latency.table import parts, remarks
from demos.phone.report import milestones_of
from voice.errors import VoiceError

STYLE = """
:root { color-scheme: light dark; --ink: #1f2933; --pale: #7b8794; --paper: #fff; --grid: #e4e7eb;
  --caller: #2f6690; --agent: #c8553d; --wait: #e9c46a66; --wrong: #b00020; --card: #f5f7fa; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7eb; --pale: #9aa5b1; --paper: #14181d;
  --grid: #2b333c; --caller: #6ba3cf; --agent: #e58a72; --wrong: #ff6b81; --card: #1d232a; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 920px; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.4rem; margin: 0; overflow-wrap: anywhere }
h2 { font-size: 1.05rem; margin: 2rem 0 .4rem }
p { margin: .3rem 0 } .note { color: var(--pale) } .bad { color: var(--wrong); font-weight: 600 }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(125px, 1fr)); gap: .6rem;
  margin: 1.2rem 0 }
.tile { background: var(--card); border-radius: 8px; padding: .7rem .9rem }
.tile b { display: block; font-size: 1.5rem; line-height: 1.2 } .tile span { color: var(--pale) }
svg { width: 100%; height: auto; display: block } svg text { font-size: 11px; fill: var(--pale) }
.grid { stroke: var(--grid) } .turn { fill: var(--caller) } circle.turn { fill-opacity: .65 }
.mark { stroke: var(--ink); stroke-dasharray: 3 3 } .band { fill: var(--wait); stroke: var(--pale) }
.wait { fill: var(--wait) } .caller { fill: var(--caller) } .agent { fill: var(--agent) }
.stage { fill: var(--pale) } svg .wrong { fill: var(--wrong); font-size: 16px; text-anchor: middle }
.wide { overflow-x: auto } table { border-collapse: collapse; width: 100%; white-space: nowrap }
td, th { text-align: right; padding: .25rem .6rem; border-bottom: 1px solid var(--grid) }
td:first-child, th:first-child { text-align: left } td small { color: var(--pale) }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 12px }
"""


def write_page(path: Path, figures: Mapping[str, Any], run: Run) -> None:
    """Write it. Raises :class:`VoiceError`."""
    try:
        path.write_text(page(figures, run), encoding="utf-8")
    except OSError as error:
        raise VoiceError(f"cannot write {path}: {error.strerror}") from None


def page(figures: Mapping[str, Any], run: Run) -> str:
    """The whole file."""
    title = escape(f"voice bench: {figures['url']}")
    body = "\n".join(_body(figures, run))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style></head><body>{body}</body></html>\n"
    )


def _body(figures: Mapping[str, Any], run: Run) -> Iterator[str]:
    answers = [answer for call in run.calls for answer in call.answers]
    yield f"<h1>{escape(figures['url'])}</h1>"
    yield (
        f'<p class="note">{figures["calls"]} of {figures["callers"]} callers at once over '
        f"{figures['protocol']}, {figures['turns']} turns in {figures['seconds']:.0f} s, "
        f"seed {figures['seed']}</p>"
    )
    yield f'<div class="tiles">{"".join(_tiles(figures))}</div>'
    yield "<h2>How long callers waited for the first sentence</h2>"
    waited = [1e3 * answer.ttfs for answer in answers if answer.ttfs is not None]
    yield histogram(waited, figures["ttfs_ms"])
    yield "<h2>When</h2>"
    yield over_time([_dot(a, call.began_at) for call in run.calls for a in call.answers])
    yield from _handovers(answers)
    yield "<h2>Figures</h2>"
    yield f'<div class="wide"><table>{"".join(_rows(figures))}</table></div>'
    yield from (f"<p>{escape(remark)}</p>" for remark in remarks(figures))
    yield "<details><summary>JSON</summary><pre>"
    yield escape(json.dumps(figures, indent=1)) + "</pre></details>"


def _tiles(figures: Mapping[str, Any]) -> Iterator[str]:
    barge, kept = figures["barge_in"], figures["overlaps"]
    for name, told in (
        ("TTFS", figures["ttfs_ms"]),
        ("barge-in", barge["silent_after_ms"]),
        ("greeting", figures["greeting_ms"]),
    ):
        for p in ("p50", "p95"):
            if told and (name == "TTFS" or p == "p95"):
                yield _tile(f"{told[p][0]:.0f} ms", f"{name} {p}")
    for name, count in (
        ("missed", figures["missed"]),
        ("cut in", figures["cut_ins"]),
        ("cut short", figures["cut_short"]),
        ("refused", sum(figures["refused"].values())),
    ):
        yield _tile(str(count), name, bad=count > 0)
    if barge["count"]:
        yield _tile(
            f"{barge['talked_on']} of {barge['count']}",
            "talked over barge-ins",
            barge["talked_on"] > 0,
        )
    if kept["count"]:
        yield _tile(
            f"{kept['stopped']} of {kept['count']}", "stopped for a noise", kept["stopped"] > 0
        )


def _tile(value: str, name: str, bad: bool = False) -> str:
    mark = ' class="bad"' if bad else ""
    return f'<div class="tile"><b{mark}>{escape(value)}</b><span>{escape(name)}</span></div>'


def _dot(answer: Answer, began_at: float) -> Dot:
    if answer.ttfs is not None:
        waited = f"{1e3 * answer.ttfs:.0f} ms"
        return Dot(began_at + answer.t0, 1e3 * answer.ttfs, f"{answer.scene.name}: {waited}")
    wrong = "no reply" if answer.cut_in is None else f"cut in {1e3 * answer.cut_in:.0f} ms early"
    return Dot(began_at + answer.t0, None, f"{answer.scene.name}: {wrong}")


def _handovers(answers: Sequence[Answer]) -> Iterator[str]:
    answered = sorted(
        (answer for answer in answers if answer.ttfs is not None), key=lambda a: a.ttfs or 0.0
    )
    if not answered:
        return
    for name, answer in (("median", answered[(len(answered) - 1) // 2]), ("worst", answered[-1])):
        waited = f"{1e3 * (answer.ttfs or 0.0):.0f} ms"
        yield f"<h2>The {name} turn: {escape(answer.scene.name)}, {waited}</h2>"
        if answer.heard or answer.scene.text:
            heard = f"heard \u201c{answer.heard}\u201d" if answer.heard else "said"
            said = f" of \u201c{answer.scene.text}\u201d" if answer.scene.text else ""
            yield f'<p class="note">{escape(heard + said)}</p>'
        yield handover(answer, milestones_of(answer.trace, answer.ttfs))


def _rows(figures: Mapping[str, Any]) -> Iterator[str]:
    heads = "".join(
        f"<th>{head}</th>" for head in ("ms", "turns", "wrong", "p50", "p90", "p95", "p99")
    )
    yield f"<tr>{heads}</tr>"
    for name, tally in ({"all": figures} | dict(parts(figures))).items():
        wrong = tally["turns"] - tally["answered"] + tally["cut_short"]
        yield _row(f"TTFS, {name.replace('_', ' ')}", tally["ttfs_ms"], tally["turns"], wrong)
    for name, told in (
        ("leading silence", figures["leading_silence_ms"]),
        ("greeting", figures["greeting_ms"]),
        ("barge-in: silent after", figures["barge_in"]["silent_after_ms"]),
        ("nod: hush before it went on", figures["overlaps"]["hush_ms"]),
        ("reply ran dry", figures["ran_dry_ms"]),
        *(
            (f"server: {name.replace('_', ' ')}", told)
            for name, told in figures["stages_ms"].items()
        ),
    ):
        if told:
            yield _row(name, told)


def _row(
    name: str, told: Mapping[str, Sequence[float]], turns: int | str = "", wrong: int | str = ""
) -> str:
    cells = "".join(
        f"<td>{value:.0f} <small>{low:.0f}\u2013{high:.0f}</small></td>"
        for value, low, high in told.values()
    )
    return f"<tr><td>{escape(name)}</td><td>{turns}</td><td>{wrong}</td>{cells}</tr>"
