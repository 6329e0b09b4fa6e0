"""Draw the curves of wrong cuts against delay: a panel for each sort of caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from demos.latency.detectors import Point
from voice.errors import VoiceError

COLOURS = {"ours": "#c8553d", "Smart Turn v3.2": "#2f6690", "silence alone": "#9aa5b1"}
"""Of the detectors that are drawn."""
_INK, _TARGET = "#1f2933", "#3a7d44"
_LIMITS = (1_400, 60)
_TARGETS = ((450, 5), (250, 10))


def draw(
    panels: Mapping[str, Mapping[str, Sequence[Point]]], now: Mapping[str, Point], path: Path
) -> None:
    """Save the picture; the ending of ``path`` says in which format."""
    figure = Figure(figsize=(12, 5), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots(1, len(panels), sharey=True)
    for panel, (name, curves) in zip(axes, panels.items(), strict=True):
        _panel(panel, curves, now[name])
        panel.set_title(f"{name}: {now[name].turns} held-out turns", loc="left", color=_INK)
    axes[0].set_ylabel("turns wrongly cut, %")
    axes[0].legend(frameon=False)
    figure.suptitle("When has the caller finished? Down and left is better", color=_INK, size=13)
    try:
        figure.savefig(path)
    except (OSError, ValueError) as error:
        raise VoiceError(f"cannot draw {path}: {error}") from None


def _panel(axes: Any, curves: Mapping[str, Sequence[Point]], now: Point) -> None:  # noqa: ANN401
    for name in COLOURS:
        points = curves[name]
        delays = [1e3 * point.mean_delay for point in points]
        cuts = [100 * point.cut_share for point in points]
        axes.plot(delays, cuts, color=COLOURS[name], lw=2, label=name, marker=".", ms=4)
        # One standard error of a share, so that nobody reads more into a curve than is there.
        errors = [100 * sqrt(p.cut_share * (1 - p.cut_share) / max(1, p.turns)) for p in points]
        low = [cut - error for cut, error in zip(cuts, errors, strict=True)]
        high = [cut + error for cut, error in zip(cuts, errors, strict=True)]
        axes.fill_between(delays, low, high, color=COLOURS[name], alpha=0.12, lw=0)
    axes.plot(1e3 * now.mean_delay, 100 * now.cut_share, "o", color=COLOURS["ours"], ms=9)
    axes.annotate(
        "as configured",
        (1e3 * now.mean_delay, 100 * now.cut_share),
        (8, 8),
        textcoords="offset points",
        color=_INK,
    )
    for delay, cut in _TARGETS:
        axes.plot(delay, cut, "x", color=_TARGET, ms=9, mew=2)
        axes.annotate("target", (delay, cut), (6, -12), textcoords="offset points", color=_TARGET)
    axes.set(xlim=(0, _LIMITS[0]), ylim=(0, _LIMITS[1]), xlabel="mean wait after the last word, ms")
    axes.grid(color="#e4e7eb", lw=0.8)
    axes.spines[["right", "top"]].set_visible(False)
