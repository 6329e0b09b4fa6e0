"""The bench's three pictures as SVG text; colours and letters are the page's. Pure.

histogram: how long callers waited     over_time: who waited when     handover: one turn, apart
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

from demos.latency.judge import Answer
from demos.phone.playout import Span

WIDTH, HEIGHT = 860, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 22, 28
_BINS = 48
_ROW = 19
_MARK = 15
_LABELS = 150
_BEFORE, _AFTER = 0.5, 0.4  # seconds of a handover before t0, and after the first sound


@dataclass(frozen=True, slots=True)
class Axis:
    """From values to places along one edge of the picture."""

    low: float
    high: float
    begin: float
    end: float

    def at(self, value: float) -> float:
        """Where to draw it."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.begin + share * (self.end - self.begin), 1)

    def ticks(self) -> list[float]:
        """Four to nine round numbers within it."""
        step = 10 ** floor(log10((self.high - self.low) / 4))
        step *= next(m for m in (1, 2, 5, 10) if (self.high - self.low) / (step * m) <= 9)
        return [n * step for n in range(ceil(self.low / step), floor(self.high / step) + 1)]


@dataclass(frozen=True, slots=True)
class Dot:
    """One turn over time; ``ms`` is None for one that went wrong, as ``what`` says."""

    at: float
    ms: float | None
    what: str


def histogram(ttfs_ms: Sequence[float], marks: Mapping[str, Sequence[float]]) -> str:
    """How many turns waited how long; above it each percentile, and its interval as a bar."""
    across = Axis(0, 1.03 * max([*ttfs_ms, 1.0]), _LEFT, WIDTH - _RIGHT)
    top = _TOP + _MARK * len(marks)
    height = HEIGHT + _MARK * len(marks)
    width = across.high / _BINS
    counts = [0] * _BINS
    for value in ttfs_ms:
        counts[min(_BINS - 1, int(value / width))] += 1
    up = Axis(0, max([*counts, 1]), height - _BOTTOM, top)
    parts = [*draw_across(across, "ms", height), *_up(up, "turns", whole=True)]
    for place, count in enumerate(counts):
        if count:
            left, right = across.at(place * width), across.at((place + 1) * width)
            title = f"{count} turns, {place * width:.0f} to {(place + 1) * width:.0f} ms"
            parts.append(_bar(left, up.at(count), right - left - 1, up.begin - up.at(count), title))
    for row, (name, (value, low, high)) in enumerate(marks.items()):
        at, middle = across.at(value), _TOP + _MARK * (row + 0.5) - 8
        parts.append(draw_line("mark", at, middle, at, up.begin))
        parts.append(_rect("band", across.at(low), middle - 3, across.at(high) - across.at(low), 6))
        label = f"{name} {value:.0f}"
        beside = across.at(low) - 6
        if beside > _LEFT + 60:
            parts.append(draw_text(beside, middle + 4, label, "end"))
        else:
            parts.append(draw_text(across.at(high) + 6, middle + 4, label))
    return draw_picture(parts, height, "Distribution of time to first sentence")


def over_time(dots: Sequence[Dot]) -> str:
    """Each turn when its caller had finished, and how long they waited; errors along the top."""
    across = Axis(0, max([dot.at for dot in dots], default=1.0) * 1.02 or 1, _LEFT, WIDTH - _RIGHT)
    highest = max([dot.ms for dot in dots if dot.ms is not None], default=1.0)
    up = Axis(0, 1.08 * max(highest, 1.0), HEIGHT - _BOTTOM, _TOP)
    parts = [*draw_across(across, "s"), *_up(up, "ms")]
    for dot in dots:
        title = f"<title>{escape(dot.what)}</title>"
        if dot.ms is None:
            parts.append(
                f'<text class="wrong" x="{across.at(dot.at)}" y="{_TOP - 8}">\u00d7{title}</text>'
            )
        else:
            parts.append(
                f'<circle class="turn" cx="{across.at(dot.at)}" cy="{up.at(dot.ms)}" r="3">'
                f"{title}</circle>"
            )
    return draw_picture(parts, HEIGHT, "Time to first sentence over the run")


def handover(answer: Answer, milestones: Sequence[tuple[str, float]]) -> str:
    """One turn from the caller's last words to the agent's first, and where the time went."""
    last = max([at for _, at in milestones] + [answer.ttfs or 0.0])
    height = _TOP + _ROW * (2 + len(milestones)) + _BOTTOM
    across = Axis(-_BEFORE, last + _AFTER, _LABELS, WIDTH - _RIGHT)
    parts = list(draw_across(across, "ms", height, scale=1e3))
    for row, (name, spans) in enumerate((("caller", answer.caller), ("agent", answer.agent))):
        parts.append(draw_text(_LABELS - 8, _TOP + _ROW * (row + 0.7), name, "end"))
        parts += [_sound(name, span, across, row) for span in _within(spans, across)]
    if answer.ttfs is not None:
        wait = across.at(answer.ttfs) - across.at(0)
        parts.insert(0, _rect("wait", across.at(0), _TOP, wait, height - _TOP - _BOTTOM))
    before = 0.0
    for row, (name, at) in enumerate(milestones, 2):
        top, left = _TOP + _ROW * row, across.at(min(before, at))
        parts.append(draw_text(_LABELS - 8, top + 0.7 * _ROW, name, "end"))
        parts.append(_rect("stage", left, top + 3, max(2, across.at(at) - left), _ROW - 6))
        parts.append(draw_text(across.at(max(at, before)) + 4, top + 0.7 * _ROW, f"{1e3 * at:.0f}"))
        before = max(before, at)
    parts.append(draw_line("mark", across.at(0), _TOP - 4, across.at(0), height - _BOTTOM))
    return draw_picture(parts, height, "One turn")


def _sound(name: str, span: Span, axis: Axis, row: int) -> str:
    left, right = axis.at(span.begins_at), axis.at(span.ends_at)
    return _rect(name, left, _TOP + _ROW * row + 3, right - left, _ROW - 6)


def _within(spans: Iterable[Span], axis: Axis) -> Iterator[Span]:
    for span in spans:
        if span.ends_at > axis.low and span.begins_at < axis.high:
            yield Span(max(span.begins_at, axis.low), min(span.ends_at, axis.high))


def draw_across(axis: Axis, unit: str, height: float = HEIGHT, scale: float = 1.0) -> Iterator[str]:
    """A scale along the bottom."""
    for tick in axis.ticks():
        yield draw_line("grid", axis.at(tick), _TOP, axis.at(tick), height - _BOTTOM)
        anchor = "end" if axis.at(tick) > WIDTH - 30 else "middle"
        yield draw_text(axis.at(tick), height - _BOTTOM + 16, f"{scale * tick:g} {unit}", anchor)


def _up(axis: Axis, unit: str, whole: bool = False) -> Iterator[str]:
    for tick in axis.ticks():
        if not whole or tick == int(tick):
            yield draw_line("grid", _LEFT, axis.at(tick), WIDTH - _RIGHT, axis.at(tick))
            yield draw_text(_LEFT - 6, axis.at(tick) + 4, f"{tick:g}", "end")
    yield draw_text(4, axis.end - 8, unit)


def _bar(left: float, top: float, width: float, height: float, title: str) -> str:
    return _rect("turn", left, top, width, height).replace("/>", f"><title>{title}</title></rect>")


def _rect(name: str, left: float, top: float, width: float, height: float) -> str:
    return (
        f'<rect class="{name}" x="{left:.1f}" y="{top:.1f}" width="{max(0.0, width):.1f}" '
        f'height="{max(0.0, height):.1f}"/>'
    )


def draw_line(name: str, x1: float, y1: float, x2: float, y2: float) -> str:
    """From one point to another; ``name`` is its class."""
    return f'<line class="{name}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def draw_text(left: float, top: float, text: str, anchor: str = "start") -> str:
    """Words, escaped."""
    return f'<text x="{left:.1f}" y="{top:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def draw_picture(parts: Iterable[str], height: float, title: str) -> str:
    """All of it as one picture, which ``title`` describes."""
    return (
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(title)}">'
        f"{''.join(parts)}</svg>"
    )
