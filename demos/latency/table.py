"""A run's figures as text for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from demos.latency.spread import PERCENTILES

_NAME, _CELL = 28, 20


def table(figures: Mapping[str, Any]) -> str:
    """Verdicts first, then percentiles, then what else there is to know."""
    return "\n".join(_lines(figures))


def _lines(figures: Mapping[str, Any]) -> Iterator[str]:
    yield (
        f"{figures['calls']} calls, {figures['turns']} turns in {figures['seconds']:.0f} s: "
        f"{figures['answered']} answered, {figures['missed']} missed, "
        f"{figures['cut_ins']} cut in, {figures['cut_short']} cut short"
    )
    for reason, count in figures["refused"].items():
        yield f"refused {count} times: {reason}"
    for reason, count in figures["hung_up"].items():
        yield f"the server hung up {count} times: {reason}"
    if figures["unsaid"]:
        yield f"{figures['unsaid']} of {figures['planned']} turns were never said"
    yield ""
    yield f"{'ms, with the 90% interval':<{_NAME}}" + _cells(f"p{p}" for p in PERCENTILES)
    yield from _row("TTFS", figures["ttfs_ms"])
    for kind, tally in parts(figures).items():
        yield from _row(f"  {kind} ({tally['turns']})", tally["ttfs_ms"])
    yield from _row("leading silence in it", figures["leading_silence_ms"])
    yield from _row("greeting after", figures["greeting_ms"])
    yield from _row("barge-in: silent after", figures["barge_in"]["silent_after_ms"])
    yield from _row("  held by the carrier", figures["barge_in"]["held_by_carrier_ms"])
    yield from _row("nod: hush before it went on", figures["overlaps"]["hush_ms"])
    yield from _row("reply ran dry for", figures["ran_dry_ms"])
    for name, stage in figures["stages_ms"].items():
        yield from _row(f"  server: {name.replace('_', ' ')}", stage)
    yield from _row("server minus caller", figures["server_minus_caller_ms"])
    yield ""
    yield from remarks(figures)


def parts(figures: Mapping[str, Any]) -> Mapping[str, Any]:
    """The turns by kind and by who said them, where there is more than one."""
    kinds = figures["kinds"] if len(figures["kinds"]) > 1 else {}
    return {**figures["voices"], **kinds}


def _row(name: str, told: Mapping[str, Sequence[float]]) -> Iterator[str]:
    cells = [f"{value:.0f} [{low:.0f}-{high:.0f}]" for value, low, high in told.values()]
    if cells:
        yield f"{name:<{_NAME}}" + _cells(cells)


def _cells(cells: Iterable[str]) -> str:
    return "".join(f"{cell:>{_CELL}}" for cell in cells)


def remarks(figures: Mapping[str, Any]) -> Iterator[str]:
    """What is no percentile, a line each."""
    barge, overlaps, own = figures["barge_in"], figures["overlaps"], figures["caller"]
    if barge["count"]:
        yield (
            f"{barge['count']} barge-ins: the agent talked on in {barge['talked_on']}, "
            f"sent no clear in {barge['without_clear']}"
        )
    if overlaps["count"]:
        by = ", ".join(f"{count} by {kind}" for kind, count in overlaps["stopped_by"].items())
        yield (
            f"{overlaps['count']} sounds that should stop nobody: {overlaps['stopped']} stopped "
            f"the agent{f' ({by})' if by else ''}, {overlaps['went_on']} made it listen and go on"
        )
    if figures["overlaps_unheard"]:
        yield f"{figures['overlaps_unheard']} sounds over the agent's found it silent already"
    if figures["not_greeted"]:
        yield f"{figures['not_greeted']} calls were not greeted"
    if figures["jitter_ms"] or figures["loss_percent"]:
        yield (
            f"the callers' frames were up to {figures['jitter_ms']:g} ms late, "
            f"{figures['loss_percent']:g}% of them were lost"
        )
    if cost := figures["server"]:
        yield (
            f"the server (process {cost['pid']} and its children) took "
            f"{cost['cpu_seconds_per_call_minute']:.2f} s of processor time for each minute of a "
            f"call; {cost['resident_mb']:.0f} MB are resident, {cost['before_mb']:.0f} before"
        )
    for name, amount in figures["work"].items():
        yield f"server's count of {name.replace('_', ' ')}: {amount:g}"
    yield (
        f"the callers took {own['cpu_percent_per_call']:.2f}% of a core each and were "
        f"{own['late_ms_p99']:.1f} ms late at p99"
        + (": figures are too high by up to that, this machine is too busy" if own["busy"] else "")
    )
