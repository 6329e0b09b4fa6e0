r"""What the caller experienced, turn by turn, from both lines of the call. Pure.

    caller  ____/~~~~~~~~~~\________________________     t0: the last voiced sample, as labelled
    agent   _________________......../~~~~~~~~~~~\__
                             |       |first audible sample: TTFS = this - t0
                             |first sample; what lies between is leading silence

Sound of the agent that begins while the caller speaks is a cut-in: an error, never a fast turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from demos.phone.earpiece import Note
from demos.phone.playout import Playout, Span
from demos.phone.script import Spoken
from voice.wire import TraceOut, TranscriptOut


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn and its answer; instants are seconds since the call's first sample."""

    spoken: Spoken
    first_sample_at: float | None
    first_audible_at: float | None
    cut_in_at: float | None
    heard: str
    reply: str
    trace: Mapping[str, float] = field(default_factory=dict)
    """The server's milestones, in seconds since its own idea of t0."""

    @property
    def ttfs(self) -> float | None:
        """Time to first sentence, at the caller; None for a cut-in and a missed reply."""
        if self.first_audible_at is None or self.cut_in_at is not None:
            return None
        return self.first_audible_at - self.spoken.speech_ends_at

    @property
    def leading_silence(self) -> float:
        """How much of it was silence that the server had already sent."""
        if self.first_audible_at is None or self.first_sample_at is None:
            return 0.0
        return max(0.0, self.first_audible_at - self.first_sample_at)

    @property
    def server_ttfs(self) -> float | None:
        """The same by the server's own account."""
        return self.trace.get("audio_sent")

    @property
    def answered(self) -> bool:
        """Whether the caller was heard out and got a reply."""
        return self.ttfs is not None


def measure(
    spoken: Sequence[Spoken], playout: Playout, spans: Sequence[Span], notes: Iterable[Note]
) -> list[Turn]:
    """Every turn, with what the server said of it. ``spans`` is where the agent is audible."""
    notes = list(notes)
    ends = [*(turn.begins_at for turn in spoken[1:]), float("inf")]
    turns = []
    for turn, until in zip(spoken, ends, strict=False):  # perhaps nothing was spoken
        within = [note for note in notes if turn.begins_at <= note.at < until]
        starts = [span.begins_at for span in spans if span.begins_at < until]
        audible = _first(starts, turn.speech_ends_at)
        cut_in = _first(starts, turn.speech_starts_at)
        sample = playout.first_sample(turn.speech_ends_at)
        turns.append(
            Turn(
                turn,
                sample if audible is not None and sample is not None else None,
                audible,
                cut_in if cut_in is not None and cut_in < turn.speech_ends_at else None,
                _words(within, "user"),
                _words(within, "agent"),
                _trace(within),
            )
        )
    return turns


def greeting(spoken: Sequence[Spoken], notes: Iterable[Note]) -> str:
    """What the agent said before the caller did."""
    until = spoken[0].begins_at if spoken else float("inf")
    return _words([note for note in notes if note.at < until], "agent")


def _first(instants: Iterable[float], after: float) -> float | None:
    return next((at for at in instants if at >= after), None)


def _words(notes: Sequence[Note], role: str) -> str:
    said = [n.value for n in notes if isinstance(n.value, TranscriptOut) and n.value.role == role]
    finals = [transcript.text for transcript in said if transcript.final and transcript.text]
    return " ".join(finals) if finals else (said[-1].text if said else "")


def _trace(notes: Sequence[Note]) -> Mapping[str, float]:
    traces = [note.value.marks for note in notes if isinstance(note.value, TraceOut)]
    # A reply to half a turn has a trace too; the last one is of the reply that was heard.
    return traces[-1] if traces else {}
