r"""What became of one step of a call: answered how soon, cut into, missed, cut short. Pure.

    caller  __/~~~~~~~\____/~~~~\__________________________/~~~~~~\____
                pause of his own  t0                       onset
    agent   ________________________..../~~~~~~~~~~~~~~~~~~~~~~~\______
                                    |   audible: TTFS           last sample at the bridge:
                                    first sample                barge-in = this - onset

Sound of the agent that begins between the caller's first voiced sample and the true end of the
turn is a cut-in: an error, never a fast turn. Instants are seconds since the call's first sample.
The agent's sounds are what a telephone has played: what it still held when ``clear`` came is not
among them; what it went on to play because none came is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from demos.latency.scene import Scene
from demos.phone.earpiece import Cleared, Note
from demos.phone.playout import Span
from voice.wire import TraceOut, TranscriptOut

_NOTHING = 0.05
"""Thrown away by a clear, this much is the end of a word and no reply cut short."""
_BREATH = 1.0
"""An agent that falls silent for less, and was told nothing, has not stopped."""
_LATE_STOP = 1.0
"""A clear later than this after the caller's sound is about something else."""
_FRESH = 0.25
"""A server that sends at the pace of speech leaves nothing to clear; it stopped what was heard."""
GOES_ON = 1.5
"""Seconds: an agent that speaks again so soon after a nod has only listened. The caller waits."""


@dataclass(frozen=True, slots=True)
class Said:
    """A scene as it was said in the call."""

    scene: Scene
    begins_at: float

    @property
    def starts_at(self) -> float:
        """The first voiced sample: a barge-in's onset."""
        return self.begins_at + self.scene.starts_at

    @property
    def ends_at(self) -> float:
        """The last voiced sample: t0."""
        return self.begins_at + self.scene.ends_at


@dataclass(frozen=True, slots=True)
class Lived:
    """Everything that happened from a turn's first sample to the next one's."""

    said: Said
    over: Said | None
    until: float
    spans: Sequence[Span]
    """Where the agent was audible. None crosses a clear."""
    fed: Sequence[Span]
    """Where there was something to play, loud or silent."""
    clears: Sequence[Cleared] = ()
    notes: Sequence[Note] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the caller got for one turn; seconds."""

    scene: Scene
    t0: float
    ttfs: float | None
    """Last voiced to first audible sample; None for a cut-in or a missed reply."""
    leading_silence: float = 0.0
    """How much of it was silence that had already been sent."""
    cut_in: float | None = None
    """How long before the true end of the turn the agent spoke."""
    cut_short: bool = False
    """Its sound was thrown away though nobody had spoken."""
    ran_dry: float = 0.0
    """The longest time within the reply in which there was nothing to play."""
    heard: str = ""
    trace: Mapping[str, float] = field(default_factory=dict)
    counts: Mapping[str, float] = field(default_factory=dict)
    caller: Sequence[Span] = ()
    """Who was audible when, in seconds since t0: for the picture."""
    agent: Sequence[Span] = ()

    @property
    def missed(self) -> bool:
        """Whether no reply came."""
        return self.ttfs is None and self.cut_in is None


@dataclass(frozen=True, slots=True)
class Interruption:
    """What the agent did when there was a sound over its own."""

    scene: Scene
    stopped: bool
    """Whether it gave up what it was saying. Who falls silent, listens and goes on has not."""
    silent_after: float
    """From the sound's onset to the agent's last sample, or the last before it listened."""
    told: bool
    """Whether the telephone was told to be silent."""
    dropped: float = 0.0
    """What the telephone still held."""
    hush: float | None = None
    """How long it was silent to listen, before it went on; None if it did not, or never was."""


def judge(lived: Lived) -> tuple[list[Answer], Interruption | None]:
    """The turn's answer, the barge-in's too if there was one, and whether it stopped the agent."""
    said, over = lived.said, lived.over
    if over is None:
        return [_answer(lived, said.scene, said.starts_at, said.ends_at, lived.until)], None
    if over.scene.play == "after_turn":
        t0 = over.ends_at if over.scene.takes_the_turn else said.ends_at
        return [_answer(lived, over.scene, said.starts_at, t0, lived.until)], None
    answers = [_answer(lived, said.scene, said.starts_at, said.ends_at, over.starts_at)]
    interruption = _interruption(lived, over)
    if over.scene.takes_the_turn:
        silent_at = over.starts_at + (interruption.silent_after if interruption else 0.0)
        since = min(silent_at, over.ends_at)
        answers.append(_answer(lived, over.scene, since, over.ends_at, lived.until))
    return answers, interruption


def _answer(lived: Lived, scene: Scene, since: float, t0: float, until: float) -> Answer:
    begins = [span.begins_at for span in lived.spans if since <= span.begins_at < until]
    early = begins[0] if begins and begins[0] < t0 else None
    audible = next((at for at in begins if at >= t0), None)
    fed = [span for span in lived.fed if t0 <= span.begins_at < until]
    notes = [note for note in lived.notes if since <= note.at < until]
    traces = [note.value for note in notes if isinstance(note.value, TraceOut)]
    return Answer(
        scene,
        t0,
        None if early is not None or audible is None else audible - t0,
        0.0 if audible is None else _leading(fed, audible),
        None if early is None else t0 - early,
        audible is not None and _thrown_away(lived.clears, audible, until),
        max((after.begins_at - before.ends_at for before, after in pairwise(fed)), default=0.0),
        _words(notes),
        # A reply to half a turn has a trace too; the last one is of the reply that was heard.
        traces[-1].marks if traces else {},
        _sum(trace.counts for trace in traces),
        [_since(span, t0) for span in _speech(lived)],
        [_since(span, t0) for span in lived.spans],
    )


def _interruption(lived: Lived, over: Said) -> Interruption | None:
    onset, end = over.starts_at, over.ends_at
    clear = next((c for c in lived.clears if onset <= c.at < end + _LATE_STOP), None)
    silent_at = 0.0
    for span in lived.spans:
        goes_on = span.begins_at - silent_at < _BREATH and span.begins_at < end
        if span.begins_at <= onset or (goes_on and (clear is None or span.begins_at < clear.at)):
            silent_at = span.ends_at
    if silent_at <= onset:
        return None  # it had fallen silent by itself
    told = clear is not None and (clear.dropped > _NOTHING or clear.at - silent_at < _FRESH)
    dropped = clear.dropped if clear is not None else 0.0
    if over.scene.expect == "keep_talking":
        goes_on_at = _goes_on_at(lived, clear.at, end) if clear is not None and told else None
        hush = None if goes_on_at is None else goes_on_at - silent_at
        stopped = told and hush is None
        return Interruption(over.scene, stopped, silent_at - onset, told, dropped, hush)
    return Interruption(over.scene, told or silent_at < end, silent_at - onset, told, dropped)


def _goes_on_at(lived: Lived, cleared_at: float, end: float) -> float | None:
    """When what was cleared for a nod goes on; None where it does not, or the nod is answered."""
    begins = (span.begins_at for span in lived.spans if span.begins_at >= cleared_at)
    at = next(begins, None)
    if at is None or at > end + GOES_ON:
        return None
    meanwhile = [note for note in lived.notes if cleared_at <= note.at <= at]
    return None if any(_is_turn(note) for note in meanwhile) else at


def _is_turn(note: Note) -> bool:
    """Whether the server says that the caller's turn is over: what comes next answers it."""
    said = note.value
    return isinstance(said, TranscriptOut) and said.role == "user" and said.final


def _thrown_away(clears: Iterable[Cleared], begin: float, end: float) -> bool:
    return any(clear.dropped > _NOTHING and begin <= clear.at <= end for clear in clears)


def _leading(fed: Sequence[Span], audible: float) -> float:
    before = [span.begins_at for span in fed if span.begins_at <= audible]
    return audible - before[-1] if before else 0.0


def _speech(lived: Lived) -> list[Span]:
    return [
        Span(said.begins_at + begin, said.begins_at + end)
        for said in (lived.said, lived.over)
        if said is not None
        for begin, end in said.scene.speech
    ]


def _since(span: Span, t0: float) -> Span:
    return Span(span.begins_at - t0, span.ends_at - t0)


def _words(notes: Sequence[Note]) -> str:
    said = [n.value for n in notes if isinstance(n.value, TranscriptOut) and n.value.role == "user"]
    finals = [transcript.text for transcript in said if transcript.final and transcript.text]
    return " ".join(finals) if finals else (said[-1].text if said else "")


def _sum(counts: Iterable[Mapping[str, float]]) -> Mapping[str, float]:
    total: dict[str, float] = {}
    for some in counts:
        for name, amount in some.items():
            total[name] = total.get(name, 0.0) + amount
    return total
