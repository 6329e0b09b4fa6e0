"""Which decodes run next, and how often a call may ask for one.

All calls share the decoder. A caller who has just stopped waits for the answer, a caller in
mid-sentence does not, so

- a final is due when it is offered, a partial ``patience`` later, and the job that is due first
  leads the next batch: finals first, then the oldest partial, and none starves;
- a call has one job waiting at most: a newer one takes the older one's place in the queue;
- only windows of like length share a batch, for all pay for the longest; and nothing delays a final
  but other finals, unless partials ride for free (``riders``: on a GPU a batch of eight costs
  little more than one);
- the time between the partials of a call grows with what a decode costs and with how many calls
  want some, so that partials thin out before finals are late.

Pure: instants come in as arguments.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from asr.engine import SAMPLE_RATE

Work = TypeVar("Work")


@dataclass(frozen=True, slots=True)
class BatchSettings:
    """How jobs are grouped and thinned out. Durations are seconds."""

    size: int = 4
    """Jobs in a batch at most."""
    alike: float = 0.5
    """How much longer the longest window of a batch may be than its shortest."""
    riders: bool = False
    """Whether partials may fill up a batch of finals."""
    patience: float = 2.0
    """How long a partial gives way to finals."""
    interval: float = 0.25
    """Between the partials of one call when there is time for all."""
    share: float = 0.5
    """How much of the decoder's time partials may take."""


@dataclass(frozen=True, slots=True)
class Job(Generic[Work]):
    """A decode that a call wants: a window of ``window`` samples, offered at ``at``."""

    call: int
    window: int
    final: bool
    at: float
    work: Work


@dataclass(frozen=True, slots=True)
class _Entry(Generic[Work]):
    since: float
    """When the call's first job that has not run was offered."""
    due: float
    job: Job[Work]


class DecodeQueue(Generic[Work]):
    """The jobs of all calls that wait for the decoder."""

    def __init__(self, settings: BatchSettings | None = None) -> None:
        self._settings = settings or BatchSettings()
        self._waiting: dict[int, _Entry[Work]] = {}
        self._cost = 0.0

    def __len__(self) -> int:
        return len(self._waiting)

    def offer(self, job: Job[Work]) -> None:
        """Let a job wait; the older one of its call, if any, will not run."""
        older = self._waiting.get(job.call)
        since = older.since if older else job.at
        due = since + self._settings.patience
        self._waiting[job.call] = _Entry(since, min(job.at, due) if job.final else due, job)

    def drop(self, call: int) -> None:
        """Forget the job of a call that is over."""
        self._waiting.pop(call, None)

    def take(self) -> list[Job[Work]]:
        """The next batch, or nothing if nothing waits."""
        batch: list[Job[Work]] = []
        for entry in sorted(self._waiting.values(), key=lambda entry: entry.due):
            if len(batch) < self._settings.size and (not batch or self._fits(entry.job, batch)):
                batch.append(entry.job)
        for job in batch:
            del self._waiting[job.call]
        return batch

    def _fits(self, job: Job[Work], batch: list[Job[Work]]) -> bool:
        windows = [job.window, *(other.window for other in batch)]
        alike = max(windows) - min(windows) <= self._settings.alike * SAMPLE_RATE
        return alike and (job.final or not batch[0].final or self._settings.riders)

    def done(self, jobs: int, took: float) -> None:
        """Learn what a decode costs: a batch of ``jobs`` took ``took`` seconds."""
        cost = took / jobs
        self._cost += (0.2 if self._cost else 1.0) * (cost - self._cost)

    def interval(self, calls: int) -> float:
        """How long a call should wait between partials while ``calls`` callers speak."""
        return max(self._settings.interval, calls * self._cost / self._settings.share)
