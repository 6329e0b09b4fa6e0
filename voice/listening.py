"""One call's ears: the caller's frames become onsets, offsets and the audio of a turn.

    frame -> 16 kHz -> detector -> Onset | Offset -> the turn machine
                  `-> while a turn lasts -> audio of the turn -> transcriber

Silence in a turn is held back until speech goes on: a turn that is over needs no more of it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

import numpy as np

from asr.edges import Offset, Onset
from asr.engine import SAMPLE_RATE, Pause, Pcm
from asr.heard import Heard, HeardAudio
from voice.events import SpeechEnded, SpeechStarted

_LEAD_IN = 0.3
"""Seconds before an onset that belong to its first word."""
_LONGEST_GAP = 1.0
"""Seconds of silence inside a turn that are worth transcribing."""
_MEMORY = 2.0
"""Seconds of audio after which the clock has forgotten audio that was lost before it."""


class Detector(Protocol):
    """Finds the edges of speech in 16 kHz frames."""

    @property
    def rising(self) -> bool:
        """Whether what may be the beginning of speech has been heard, and is not certain yet."""
        ...

    def feed(self, pcm: Pcm) -> Sequence[Pcm | Heard | Onset | Offset]:
        """Listen to the next frame; what has been heard by now, and the edges in it, in order.

        It may keep the end of a frame until it has heard more.
        """
        ...


class AudioClock:
    """When a sample was spoken, on the loop's clock, by how early its frames have ever arrived.

    A frame cannot arrive before it was spoken, so the earliest arrival of the last two seconds of
    audio is the best estimate; a stalled network makes later frames look late and changes nothing.
    """

    def __init__(self) -> None:
        self._samples = 0
        # (sample, when the stream would have begun by it), earliest first, each later than all
        # that came after it: the head is the minimum.
        self._arrivals: deque[tuple[int, float]] = deque()

    def advance(self, samples: int, now: float) -> float:
        """So many samples have just arrived; when the last of them was spoken."""
        self._samples += samples
        began = now - self._samples / SAMPLE_RATE
        while self._arrivals and self._arrivals[-1][1] >= began:
            self._arrivals.pop()
        self._arrivals.append((self._samples, began))
        while self._arrivals[0][0] < self._samples - _MEMORY * SAMPLE_RATE:
            self._arrivals.popleft()
        return self.at(self._samples)

    def at(self, sample: int) -> float:
        """When this sample of the stream was spoken."""
        return self._arrivals[0][1] + sample / SAMPLE_RATE


class Turn:
    """The audio of one turn, on its way to the transcriber; and its last seconds, if wanted."""

    def __init__(self, kept: float = 0.0) -> None:
        self._queue: asyncio.Queue[Pcm | Heard | Pause | None] = asyncio.Queue()
        self._kept: deque[Pcm] = deque()
        self._room = round(kept * SAMPLE_RATE)

    def put(self, item: Pcm | Heard | Pause) -> None:
        """The next frame, or a silence."""
        self._queue.put_nowait(item)
        if self._room and not isinstance(item, Pause):
            pcm = _samples(item)
            self._kept.append(pcm)
            self._room -= len(pcm)
            while self._room < 0:
                self._room += len(self._kept.popleft())

    def heard(self) -> Pcm:
        """What was said lately."""
        return np.concatenate([np.empty(0, np.int16), *self._kept])

    def end(self) -> None:
        """No more is said."""
        self._queue.put_nowait(None)

    def audio(self) -> HeardAudio:
        """All that was put, as it comes."""
        return HeardAudio(self._items())

    async def _items(self) -> AsyncGenerator[Pcm | Heard | Pause, None]:
        while (item := await self._queue.get()) is not None:
            yield item


class Ears:
    """Frames in, events out; ``turn`` is the turn being heard, if there is one.

    A turn can say what its last ``kept`` seconds were.
    """

    def __init__(self, detector: Detector, kept: float = 0.0) -> None:
        self.turn: Turn | None = None
        self._kept = kept
        self._detector = detector
        self._clock = AudioClock()
        self._recent: deque[Pcm | Heard] = deque()  # before an onset, or in a silence of the turn
        self._recent_samples = 0
        self._pauses = 0
        self._hushed = False
        self.speaking = False
        """Whether the caller speaks, as far as is certain."""
        self.now = float("-inf")
        """When the latest sample was spoken: what the caller's silence is measured by."""
        self.heard_at = float("-inf")
        """When it arrived."""

    def feed(self, pcm: Pcm, now: float) -> list[SpeechStarted | SpeechEnded]:
        """Hear one frame of 16 kHz audio that arrived ``now``."""
        if not len(pcm):
            return []  # no sign of life, and nothing to keep
        events: list[SpeechStarted | SpeechEnded] = []
        if self._hushed:  # it was the line: the caller may never have paused
            self._hushed = False
            self._open()
            events.append(SpeechStarted(now))
        self.now, self.heard_at = self._clock.advance(len(pcm), now), now
        for heard in self._detector.feed(pcm):
            if isinstance(heard, Onset):
                self._open()
                events.append(SpeechStarted(self._clock.at(heard.sample)))
            elif not isinstance(heard, Offset):
                self._keep(heard)
            elif self.speaking:
                events.append(self._fall_silent(self._clock.at(heard.sample)))
        return events

    def hush(self) -> SpeechEnded | None:
        """The line has brought nothing for so long that the caller must be taken to be silent."""
        if not self.speaking:
            return None
        self._hushed = True
        return self._fall_silent(self.now)

    @property
    def rising(self) -> bool:
        """Whether the caller may have just begun to speak: no moment to take the turn."""
        return self._detector.rising

    def end_turn(self) -> None:
        """What is said from now on belongs to another turn."""
        if self.turn is not None:
            self.turn.end()
            self.turn = None
        self.speaking = self._hushed = False

    def _fall_silent(self, at: float) -> SpeechEnded:
        self.speaking = False
        self._pauses += 1
        if self.turn is not None:
            self.turn.put(Pause(self._pauses))
        return SpeechEnded(at, self._pauses)

    def _keep(self, heard: Pcm | Heard) -> None:
        if self.speaking and self.turn is not None:
            self.turn.put(heard)
            return
        self._recent.append(heard)
        self._recent_samples += len(_samples(heard))
        limit = (_LEAD_IN if self.turn is None else _LONGEST_GAP) * SAMPLE_RATE
        while self._recent_samples - len(_samples(self._recent[0])) > limit:
            self._recent_samples -= len(_samples(self._recent.popleft()))

    def _open(self) -> None:
        self.speaking = True
        if self.turn is None:
            self.turn = Turn(self._kept)
        while self._recent:
            self.turn.put(self._recent.popleft())
        self._recent_samples = 0


def _samples(heard: Pcm | Heard) -> Pcm:
    return heard.pcm if isinstance(heard, Heard) else heard
