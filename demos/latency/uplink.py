"""The way from a caller to the server, as a carrier may have it: frames come late, or not at all.

    spoken:  |0|1|2|3|4|5|6|            each frame may be late by up to ``jitter`` seconds, and
    sent:    |0|  1 |2 3|4|x|  6|       what comes after it waits: nothing overtakes; x is lost

Sans-I/O and seeded. What is late or lost counts against the server, as it does on the telephone: a
caller's turn is over when their last sample was spoken. Marks wait their turn, and are never lost.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from demos.phone.client import Caller
from demos.phone.earpiece import Note


@dataclass(frozen=True, slots=True)
class Uplink:
    """How bad the line is: seconds, and the share of frames that get lost, each by itself."""

    jitter: float = 0.0
    loss: float = 0.0


class Remote:
    """A caller at the far end of such a line, who to the client is a caller like any other."""

    def __init__(self, caller: Caller, uplink: Uplink, random: Random) -> None:
        self._caller = caller
        self._uplink = uplink
        self._random = random
        self._waiting: deque[tuple[float, str | bytes]] = deque()
        self._last_due = 0.0

    @property
    def over(self) -> bool:
        """Whether it is time to hang up."""
        return self._caller.over

    @property
    def notes(self) -> Sequence[Note]:
        """What the server has said besides sound."""
        return self._caller.notes

    @property
    def next_frame_at(self) -> float:
        """When the next frame has been spoken, or one that waits may be sent."""
        spoken_at = self._caller.next_frame_at
        return min(spoken_at, self._waiting[0][0]) if self._waiting else spoken_at

    def speak(self) -> list[str | bytes]:
        """What has come through by now."""
        at = self.next_frame_at
        if at >= self._caller.next_frame_at:
            frame, *marks = self._caller.speak()
            lost = self._random.random() < self._uplink.loss
            late = self._random.uniform(0.0, self._uplink.jitter)
            self._wait(at + late, marks if lost else [frame, *marks])
        sent = []
        while self._waiting and self._waiting[0][0] <= at:
            sent.append(self._waiting.popleft()[1])
        return sent

    def hear(self, message: str | bytes, at: float) -> list[str | bytes]:
        """What there is to answer goes after all that waits. Raises WireError."""
        answers = self._caller.hear(message, at)
        if not self._waiting:
            return answers
        self._wait(at, answers)
        return []

    def _wait(self, due: float, messages: Sequence[str | bytes]) -> None:
        self._last_due = max(self._last_due, due)
        self._waiting += [(self._last_due, message) for message in messages]
