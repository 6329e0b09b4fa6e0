"""A finished call as text for people, and as JSON for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import Any

from demos.phone.measure import Turn
from demos.phone.outcome import Outcome

_MILESTONES = {
    "final": "all words known",
    "first_token": "first token",
    "first_sentence": "first sentence",
    "first_audio": "first audio made",
    "endpoint": "turn is ours",
    "audio_sent": "audio sent",
}
_CALLER = "heard by the caller"
_WIDTH = 84
_BAR = 40


def describe(outcome: Outcome) -> str:
    """The whole call, a block for each turn."""
    return "\n".join(_lines(outcome))


def milestones(turn: Turn) -> list[tuple[str, float]]:
    """What happened after the caller's last word, in order, in seconds since then.

    The server counts from the end of speech that it found, we from the one that is labelled; both
    are the same moment, within a few milliseconds.
    """
    return milestones_of(turn.trace, turn.ttfs)


def milestones_of(trace: Mapping[str, float], ttfs: float | None) -> list[tuple[str, float]]:
    """The same of a server's trace and what the caller measured."""
    named = {_MILESTONES.get(name, name.replace("_", " ")): at for name, at in trace.items()}
    if ttfs is not None:
        named[_CALLER] = ttfs
    return sorted(named.items(), key=lambda item: item[1])


def waterfall(turn: Turn) -> list[str]:
    """One line for each milestone: a bar from the one before it to its own moment."""
    rows = milestones(turn)
    longest = max([at for _, at in rows], default=0.0)
    if longest <= 0:
        return []
    lines, before = [], 0
    for name, at in rows:
        until = max(before, round(_BAR * at / longest))
        bar = "\u00b7" * before + ("\u2588" * (until - before) or "\u258f")
        lines.append(f"{name:>20}  {bar:<{_BAR + 1}} {1e3 * at:6.0f} ms")
        before = until
    return lines


def as_json(outcome: Outcome) -> dict[str, Any]:
    """The same for programs; times in milliseconds, instants in seconds since the call began."""
    return {
        "url": outcome.url,
        "call": outcome.name,
        "sample_rate": outcome.sample_rate,
        "seconds": round(outcome.seconds, 3),
        "greeting": {"text": outcome.greeting, "at": _round(outcome.greeted_at)},
        "turns": [_turn_as_json(turn) for turn in outcome.turns],
        "missed": outcome.missed,
        "cut_ins": outcome.cut_ins,
        "errors": [{"code": error.code, "message": error.message} for error in outcome.errors],
        "hung_up": outcome.hung_up,
    }


def _turn_as_json(turn: Turn) -> Mapping[str, Any]:
    return {
        "recording": turn.spoken.recording.name,
        "at": _round(turn.spoken.begins_at),
        "speech_ends_at": _round(turn.spoken.speech_ends_at),
        "heard": turn.heard,
        "reply": turn.reply,
        "ttfs_ms": _ms(turn.ttfs),
        "leading_silence_ms": _ms(turn.leading_silence),
        "server_ttfs_ms": _ms(turn.server_ttfs),
        "cut_in_at": _round(turn.cut_in_at),
        "trace_ms": {name: _ms(at) for name, at in turn.trace.items()},
    }


def _lines(outcome: Outcome) -> Iterator[str]:
    name = f"call {outcome.name}, " if outcome.name else ""
    yield f"{name}{outcome.url}, {outcome.sample_rate} Hz, {outcome.seconds:.1f} s"
    if outcome.greeted_at is None:
        yield "  the agent did not greet"
    else:
        yield from _said("greeting", outcome.greeting)
        yield f"  greeted   after {1e3 * outcome.greeted_at:.0f} ms"
    for number, turn in enumerate(outcome.turns, 1):
        recording = turn.spoken.recording
        speech = recording.speech_end - recording.speech_start
        yield ""
        yield f"turn {number}: {recording.name}, {speech:.2f} s of speech"
        yield from _said("heard", turn.heard)
        yield from _said("reply", turn.reply)
        yield f"  TTFS      {_verdict(turn)}"
        yield from waterfall(turn)
    yield ""
    for error in outcome.errors:
        yield f"the server reported {error.code}: {error.message}"
    if outcome.hung_up:
        yield f"the server ended the call: {outcome.hung_up}"
    yield summary(outcome)


def _verdict(turn: Turn) -> str:
    if turn.cut_in_at is not None:
        early = 1e3 * (turn.spoken.speech_ends_at - turn.cut_in_at)
        return f"CUT IN: the agent spoke {early:.0f} ms before the caller had finished"
    if turn.ttfs is None:
        return "MISSED: no reply"
    told = f"{1e3 * turn.ttfs:.0f} ms at the caller"
    if turn.leading_silence >= 0.001:
        told += f", {1e3 * turn.leading_silence:.0f} ms of it leading silence"
    if turn.server_ttfs is not None:
        difference = 1e3 * (turn.ttfs - turn.server_ttfs)
        told += f"; the server says {1e3 * turn.server_ttfs:.0f} ms ({difference:+.0f})"
    return told


def summary(outcome: Outcome) -> str:
    """One line: how many turns were answered, and how soon."""
    answered = [turn.ttfs for turn in outcome.turns if turn.ttfs is not None]
    told = f"{len(answered)} of {outcome.planned} turns answered"
    if outcome.cut_ins:
        told += f", {outcome.cut_ins} cut in"
    if outcome.missed:
        told += f", {outcome.missed} missed"
    if answered:
        told += f"; TTFS {1e3 * min(answered):.0f} to {1e3 * max(answered):.0f} ms"
    return told


def _said(who: str, words: str) -> list[str]:
    if not words:
        return []
    return textwrap.wrap(words, _WIDTH, initial_indent=f"  {who:<9} ", subsequent_indent=" " * 12)


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(1e3 * seconds, 1)


def _round(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 4)
