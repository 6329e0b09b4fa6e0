"""Draw a finished call: both lines on one clock, then each turn's handover under a lens.

caller ~~~~~ ............ ~~~~~~
agent  ..... ~~~~~~~~~~~~ ......        above: the whole call, with the words
[turn 1 |t0| ~~~] [turn 2 |t0| ~~~]     below: from the last word to the first, in milliseconds
"""

from __future__ import annotations

import textwrap
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine as _Layout

from demos.phone.measure import Turn
from demos.phone.outcome import Outcome
from demos.phone.report import milestones, summary
from voice.audio import Pcm
from voice.errors import VoiceError

_CALLER, _AGENT, _WAIT, _ERROR = "#2f6690", "#c8553d", "#e9c46a", "#b00020"
_INK, _PALE = "#1f2933", "#9aa5b1"
_MILESTONES = {
    "all words known": "#3a7d44",
    "first token": "#7b2d8b",
    "first sentence": "#8a6d1b",
    "first audio made": "#0f7173",
    "turn is ours": "#6c584c",
    "audio sent": _AGENT,
}
_COLUMNS = 4
_BEFORE, _AFTER = 0.35, 0.3  # seconds of each handover before t0, and after the first sound
_ROW = -0.52
_POINTS = 3_000  # a waveform needs no more than the picture has columns


def check_format(path: Path) -> None:
    """Raise :class:`VoiceError` unless the ending of ``path`` is a format that we can draw."""
    known = FigureCanvasAgg.get_supported_filetypes()
    if path.suffix.removeprefix(".").lower() not in known:
        endings = ", ".join(f".{name}" for name in sorted(known))
        raise VoiceError(f"cannot draw {path}, expected a name that ends in one of: {endings}")


def draw(outcome: Outcome, path: Path) -> None:
    """Save the picture; the ending of ``path`` says in which format."""
    rows = ceil(len(outcome.turns) / _COLUMNS)
    figure = Figure(figsize=(16, 4.6 + 3.1 * rows), dpi=110, layout=_Layout(w_pad=0.15, h_pad=0.15))
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(1 + rows, 1, height_ratios=[4.2, *([3.0] * rows)])
    _timeline(figure.add_subplot(grid[0]), outcome)
    for row in range(rows):
        turns = outcome.turns[row * _COLUMNS : (row + 1) * _COLUMNS]
        cells = grid[1 + row].subgridspec(1, max(len(turns), min(_COLUMNS, len(outcome.turns))))
        for column, turn in enumerate(turns):
            _handover(figure.add_subplot(cells[column]), outcome, turn, row * _COLUMNS + column)
    try:
        figure.savefig(path)
    except (OSError, ValueError) as error:
        raise VoiceError(f"cannot draw {path}: {error}") from None


def _timeline(axes: Any, outcome: Outcome) -> None:  # noqa: ANN401  matplotlib is untyped here
    seconds = outcome.seconds
    for pcm, at, colour in ((outcome.left, 1.0, _CALLER), (outcome.right, -1.0, _AGENT)):
        _wave(axes, pcm, outcome.sample_rate, at, colour)
    for name, at, colour in (("caller", 1.0, _CALLER), ("agent", -1.0, _AGENT)):
        axes.text(-0.008 * seconds, at, name, color=colour, ha="right", va="center", size=11)
    if outcome.greeted_at is not None and outcome.greeting:
        until = outcome.turns[0].spoken.begins_at if outcome.turns else seconds
        _words(axes, outcome.greeting, outcome.greeted_at, until, -2.1, _AGENT, seconds)
    ends = [*(turn.spoken.begins_at for turn in outcome.turns[1:]), seconds]
    for turn, until in zip(outcome.turns, ends, strict=False):  # perhaps there is none
        spoken = turn.spoken
        said = turn.heard or spoken.recording.name
        room = turn.first_audible_at or until
        _words(axes, said, spoken.speech_starts_at, room, 2.1, _CALLER, seconds)
        if turn.first_audible_at is not None:
            wait = (spoken.speech_ends_at, turn.first_audible_at)
            axes.fill_between(wait, -2.0, 2.0, color=_WAIT, alpha=0.8, lw=0)
            _words(axes, turn.reply, turn.first_audible_at, until, -2.1, _AGENT, seconds)
        axes.text(
            spoken.speech_ends_at,
            0.0,
            f" {_verdict(turn)}",
            color=_INK if turn.answered else _ERROR,
            size=10,
            weight="bold",
            va="center",
        )
    axes.set(xlim=(0, seconds), ylim=(-4.4, 4.4), yticks=[])
    axes.set_title(_title(outcome), loc="left", size=13, color=_INK, pad=10)
    axes.xaxis.set_major_formatter(lambda at, _: f"{int(at) // 60}:{int(at) % 60:02}")
    axes.tick_params(colors=_PALE)
    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.spines["bottom"].set_color(_PALE)


def _handover(axes: Any, outcome: Outcome, turn: Turn, index: int) -> None:  # noqa: ANN401  as above
    t0 = turn.spoken.speech_ends_at
    marks = [(name, at) for name, at in milestones(turn) if name != "heard by the caller"]
    latest = max([at for _, at in marks] + [turn.ttfs or 0.6])
    begin, end = t0 - _BEFORE, t0 + latest + _AFTER
    rate = outcome.sample_rate
    for pcm, at, colour in ((outcome.left, 1.0, _CALLER), (outcome.right, -1.0, _AGENT)):
        cut = pcm[max(0, round(begin * rate)) : max(0, round(end * rate))]
        _wave(axes, cut, rate, at, colour, start=-_BEFORE)
    axes.axvline(0, color=_CALLER, lw=1.2)
    if turn.ttfs is not None:
        axes.axvspan(0, turn.ttfs, color=_WAIT, alpha=0.45, lw=0)
        axes.annotate(
            "", (turn.ttfs, 0), (0, 0), arrowprops={"arrowstyle": "<->", "color": _INK, "lw": 1.2}
        )
    _waterfall(axes, marks, latest)
    bottom = _ROW * (len(marks) + 0.6) - 2.0
    axes.set(xlim=(-_BEFORE, latest + _AFTER), ylim=(bottom, 2.3), yticks=[])
    axes.set_title(
        f"turn {index + 1}: {_verdict(turn)}",
        loc="left",
        size=11,
        color=_INK if turn.answered else _ERROR,
    )
    axes.xaxis.set_major_formatter(lambda at, _: f"{1e3 * at:.0f} ms")
    axes.tick_params(colors=_PALE, labelsize=8)
    axes.spines[["left", "right", "top"]].set_visible(False)
    axes.spines["bottom"].set_color(_PALE)


def _waterfall(axes: Any, marks: list[tuple[str, float]], latest: float) -> None:  # noqa: ANN401
    """A row for each milestone, from the one before it to its own moment."""
    before = 0.0
    for place, (name, at) in enumerate(marks):
        colour = _MILESTONES.get(name, _INK)
        height = -2.0 + _ROW * (place + 0.8)
        begin = min(before, at)
        axes.barh(height, max(at - begin, 0.002), -0.6 * _ROW, begin, color=colour)
        left = at < 0.78 * latest
        told = f"  {name} {1e3 * at:.0f}  "
        edge = at if left else begin
        align = "left" if left else "right"
        axes.text(edge, height, told, color=colour, size=9, ha=align, va="center")
        before = max(before, at)


def _wave(
    axes: Any,  # noqa: ANN401  as above
    pcm: Pcm,
    rate: int,
    at: float,
    colour: str,
    start: float = 0.0,
) -> None:
    """A waveform of height 2 around ``at``, as what a screen can show of it: lows and highs."""
    low, high, width = _envelope(pcm)
    times = start + (np.arange(len(low)) + 0.5) * width / rate
    axes.fill_between(times, at + 0.95 * low, at + 0.95 * high, color=colour, lw=0.3)


def _envelope(
    pcm: Pcm,
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], int]:
    width = max(1, len(pcm) // _POINTS)
    whole = pcm[: len(pcm) // width * width].reshape(-1, width) / 32_768
    peak = max(0.05, float(np.abs(whole).max(initial=0)))
    return whole.min(axis=1) / peak, whole.max(axis=1) / peak, width


def _words(
    axes: Any,  # noqa: ANN401  as above
    text: str,
    begin: float,
    end: float,
    height: float,
    colour: str,
    seconds: float,
) -> None:
    """Words between two moments, wrapped to the room there is."""
    columns = max(20, int(180 * (end - begin) / seconds))
    told = "\n".join(textwrap.wrap(text, columns))
    align = "bottom" if height > 0 else "top"
    axes.text(begin, height, told, color=colour, size=9.5, va=align, ha="left", linespacing=1.25)


def _verdict(turn: Turn) -> str:
    if turn.cut_in_at is not None:
        return "cut in"
    return "no reply" if turn.ttfs is None else f"{1e3 * turn.ttfs:.0f} ms"


def _title(outcome: Outcome) -> str:
    return f"A call of {outcome.seconds:.0f} s to {outcome.url}: {summary(outcome)}"
