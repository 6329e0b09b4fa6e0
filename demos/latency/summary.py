"""A run in figures: one mapping that is printed, drawn, and written as a line of JSON.

Times are in milliseconds; each percentile stands with the ends of its 90% interval. Pure.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from demos.latency.callers import Run
from demos.latency.judge import Answer, Interruption
from demos.latency.spread import percentiles

_LATE = 0.02
"""Seconds: a caller that is as late as this itself, a frame, measures its own machine."""


def summarise(run: Run, planned: int) -> dict[str, Any]:
    """Everything but the pictures. ``planned`` is how many turns were to be said."""
    answers = [answer for call in run.calls for answer in call.answers]
    interruptions = [each for call in run.calls for each in call.interruptions]
    lived = [call for call in run.calls if not call.refused]
    return {
        "calls": len(lived),
        "refused": _reasons(call.refused for call in run.calls),
        "hung_up": _reasons(call.hung_up for call in lived),
        "planned": planned,
        "unsaid": sum(call.unsaid for call in lived),
        **_tally(answers),
        "greeting_ms": _ms([c.greeted_at for c in lived if c.greeted_at is not None]),
        "not_greeted": sum(call.greeted_at is None for call in lived),
        "barge_in": _barge_ins([i for i in interruptions if i.scene.expect == "stop"]),
        "overlaps": _overlaps([i for i in interruptions if i.scene.expect == "keep_talking"]),
        "overlaps_unheard": sum(call.unheard for call in lived),
        "stages_ms": _stages(answers),
        "server_minus_caller_ms": _ms(
            [a.trace["audio_sent"] - a.ttfs for a in answers if a.ttfs and "audio_sent" in a.trace]
        ),
        "work": _work(answers),
        "kinds": {
            kind: _tally([a for a in answers if a.scene.kind == kind])
            for kind in sorted({a.scene.kind for a in answers})
        },
        "voices": {
            name: _tally([a for a in answers if a.scene.real is real])
            for name, real in (("real", True), ("synthetic", False))
            if any(a.scene.real for a in answers)
        },
        "seconds": round(run.seconds, 1),
        "caller": _own(run),
    }


def failed(figures: Mapping[str, Any]) -> bool:
    """Whether a caller was let down."""
    stopped, kept = figures["barge_in"], figures["overlaps"]
    return bool(
        figures["missed"] or figures["cut_ins"] or figures["cut_short"] or figures["refused"]
        or figures["unsaid"] or stopped["talked_on"] or kept["stopped"]
    )  # fmt: skip


def _tally(answers: Sequence[Answer]) -> dict[str, Any]:
    return {
        "turns": len(answers),
        "answered": sum(answer.ttfs is not None for answer in answers),
        "missed": sum(answer.missed for answer in answers),
        "cut_ins": sum(answer.cut_in is not None for answer in answers),
        "cut_short": sum(answer.cut_short for answer in answers),
        "ttfs_ms": _ms([answer.ttfs for answer in answers if answer.ttfs is not None]),
        "leading_silence_ms": _ms([a.leading_silence for a in answers if a.ttfs is not None]),
        "ran_dry_ms": _ms([a.ran_dry for a in answers if a.ttfs is not None]),
    }


def _barge_ins(interruptions: Sequence[Interruption]) -> dict[str, Any]:
    return {
        "count": len(interruptions),
        "talked_on": sum(not each.stopped for each in interruptions),
        "without_clear": sum(not each.told for each in interruptions),
        "silent_after_ms": _ms([each.silent_after for each in interruptions]),
        "held_by_carrier_ms": _ms([each.dropped for each in interruptions if each.told]),
    }


def _overlaps(interruptions: Sequence[Interruption]) -> dict[str, Any]:
    stopped = Counter(each.scene.kind for each in interruptions if each.stopped)
    return {
        "count": len(interruptions),
        "stopped": sum(stopped.values()),
        "stopped_by": dict(sorted(stopped.items())),
        "went_on": sum(each.hush is not None for each in interruptions),
        "hush_ms": _ms([each.hush for each in interruptions if each.hush is not None]),
    }


def _stages(answers: Iterable[Answer]) -> dict[str, Any]:
    """Each milestone of the server's own account, in the order of their medians."""
    marks: dict[str, list[float]] = {}
    for answer in answers:
        for name, at in answer.trace.items():
            marks.setdefault(name, []).append(at)
    told = {name: _ms(values) for name, values in marks.items()}
    return dict(sorted(told.items(), key=lambda item: item[1]["p50"]))


def _work(answers: Iterable[Answer]) -> dict[str, float]:
    """The server's own counts, summed; what was wasted stands beside it by turn, too.

    Not as a share: work that was wasted is counted whole, what is heard up to its first sound.
    """
    counts = [answer.counts for answer in answers]
    total = sum(map(Counter, counts), Counter[str]())
    by_turn = {
        f"{name}_per_turn": total[name] / len(counts)
        for name in total
        if name.startswith("wasted_")
    }
    return {name: round(amount, 3) for name, amount in sorted({**total, **by_turn}.items())}


def _own(run: Run) -> dict[str, Any]:
    """What it took to place the calls: a caller that is slow itself measures itself."""
    talked = sum(call.seconds for call in run.calls)
    late = float(np.percentile(run.lateness, 99)) if run.lateness else 0.0
    return {
        "cpu_percent_per_call": round(100 * run.cpu_seconds / talked, 3) if talked else 0.0,
        "late_ms_p99": round(1e3 * late, 1),
        "busy": late > _LATE,
    }


def _ms(seconds: Sequence[float]) -> dict[str, list[float]]:
    return {
        f"p{p}": [round(1e3 * each, 1) for each in (told.value, told.low, told.high)]
        for p, told in percentiles(seconds).items()
    }


def _reasons(reasons: Iterable[str]) -> dict[str, int]:
    return dict(Counter(filter(None, reasons)).most_common())
