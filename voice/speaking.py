"""One call's mouth: the audio of a reply goes out, and we keep track of what has been heard of it.

    chunks of a clause -> [released?] -> the wire's rate -> Line, at once
                                            `-> Playback: heard up to here

Audio is sent as soon as it exists; the peer plays it in its own time. Only the next clause waits,
until what the peer has in hand runs low, so that little is wasted when the caller speaks up.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress

import numpy as np

from tts.engine import TTS, Pcm, TTSError
from voice.audible import leading_silence
from voice.audio import Resampler
from voice.line import Line
from voice.playback import Playback
from voice.reply import Clause, Reply
from voice.trace import TurnTrace
from voice.wire import Audio, Mark, TranscriptOut

_IN_HAND = 2.0
"""Seconds of audio at the peer that let the next clause wait."""
_MARK_PATIENCE = 1.0
"""Seconds that a mark may be late, from a peer that has acknowledged marks before."""
_MESSAGE_SECONDS = 0.2
"""No message of ours holds more audio than this."""


_Sent = tuple[float, Audio | Mark | TranscriptOut, Callable[[], None] | None]
"""What was sent, when it begins to be heard, and what to call once it has left."""


class Mouth:
    """Sends one reply at a time; ``report`` is called when the first sample of one has left.

    What was sent and not heard is kept, so that a reply can be paused and go on.
    """

    def __init__(self, tts: TTS, line: Line, report: Callable[[TurnTrace], None]) -> None:
        self._tts = tts
        self._line = line
        self._report = report
        self._playback = Playback()
        self._unheard: deque[_Sent] = deque()
        self._words: TranscriptOut | None = None  # those that were heard last, or are being heard
        self._marks: dict[str, int] = {}  # those of clauses that the peer has not told of yet
        self._takes = 0
        self._marks_come = False
        self._news = asyncio.Event()  # a mark has come back
        self._flowing = asyncio.Event()
        self._flowing.set()

    def begin(self, reply: Reply) -> None:
        """What is sent from now on belongs to this reply; it will be played after the last one."""
        self._playback = Playback(self._playback.heard_at)
        self._unheard.clear()
        self._words = None
        self._marks.clear()

    async def play(self, reply: Reply, clause: Clause, chunks: AsyncGenerator[Pcm, None]) -> bool:
        """Send one clause, once the reply is released; then wait until it is nearly heard.

        False if there was nothing in it to speak. When ``chunks`` raise, what was sent ends there.
        """
        resampler = Resampler(self._tts.sample_rate, self._line.sample_rate)
        number: int | None = None
        try:
            async for pcm in chunks:
                reply.trace.mark("first_audio")
                reply.trace.count("tts_seconds", len(pcm) / self._tts.sample_rate)
                await reply.released.wait()
                await self._flowing.wait()
                if reply.stopped:
                    return False  # while we waited for this very chunk
                if number is None:
                    number = self._playback.begin(clause.message, clause.text, _now())
                    words = TranscriptOut("agent", self._playback.text, final=False)
                    self._put(words, max(_now(), self._playback.heard_at))
                self._send(resampler.feed(pcm), reply.trace)
        except TTSError:
            if number is not None and not reply.stopped:
                self._playback.break_off()
                await self._end_clause(reply, number, resampler)
            raise
        if number is None or not await self._end_clause(reply, number, resampler):
            return False
        await asyncio.sleep(max(0.0, self._playback.heard_at - _IN_HAND - _now()))
        return True

    async def _end_clause(self, reply: Reply, number: int, resampler: Resampler) -> bool:
        """Send the rest of a clause and its mark, for which a peer's word is waited for."""
        await self._flowing.wait()
        if reply.stopped:
            return False
        self._send(resampler.feed(np.empty(0, np.int16), last=True), reply.trace)
        self._put(Mark(f"{reply.number}.{number}"), self._playback.heard_at)
        return True

    def acknowledge(self, mark: str) -> None:
        """The peer says that it has played all up to this mark."""
        self._marks_come = True
        if (clause := self._marks.pop(mark, None)) is not None:
            late = self._playback.acknowledge(clause, _now())
            self._unheard = deque((due + late, value, sent) for due, value, sent in self._unheard)
            self._news.set()

    async def wait_heard(self) -> None:
        """Until the caller has heard all that was sent: by the peer's word, or by the clock."""
        while True:
            await self._flowing.wait()
            if self._marks_come and self._playback.acknowledged:
                return
            patience = _MARK_PATIENCE if self._marks_come else 0.0
            left = self._playback.heard_at + patience - _now()
            if left < 0.001:  # clocks round
                return
            self._news.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(left):
                    await self._news.wait()

    def slack(self) -> float:
        """Seconds of audio that the caller has still to hear."""
        return max(0.0, self._playback.heard_at - _now())

    def heard(self, reply: Reply) -> list[str]:
        """What the caller has heard by now of each of the reply's messages."""
        return self._playback.heard(len(reply.messages), _now())

    def sent(self, reply: Reply) -> list[str]:
        """What the caller will have heard of them, if nothing stops it."""
        return self._playback.heard(len(reply.messages), float("inf"))

    def pause(self) -> None:
        """Be silent at once, here and at the peer, and keep what was not heard."""
        self._flowing.clear()
        self._line.clear()
        self._playback.pause(_now())
        self._forget_heard()
        self._cut_first()
        self._marks.clear()  # a carrier tells of marks that it has thrown away, too

    def resume(self) -> None:
        """Send what was kept, and go on; words first, for whoever shows them."""
        again, self._unheard = self._unheard, deque()
        due = _now()
        self._playback.resume(due)
        self._takes += 1
        if self._words is not None:
            self._put(self._words, due)
        for _, value, sent in again:
            if isinstance(value, Mark):
                reply, clause = value.name.split(".")[:2]
                value = Mark(f"{reply}.{clause}.{self._takes}")
            due = self._put(value, due, sent)
        self._flowing.set()

    def stop(self) -> None:
        """Be silent at once: here, and at the peer."""
        if self._flowing.is_set():
            self._line.clear()
        self._playback = Playback(_now())
        self._unheard.clear()
        self._flowing.set()

    def _send(self, pcm: Pcm, trace: TurnTrace) -> None:
        silent = leading_silence(pcm)

        def sent() -> None:
            if "audio_sent" not in trace.marks:
                trace.mark("audio_sent", _now() + silent / self._line.sample_rate)
                self._report(trace)

        step = int(_MESSAGE_SECONDS * self._line.sample_rate)
        due = max(_now(), self._playback.heard_at)
        for start in range(0, len(pcm), step):
            piece = pcm[start : start + step]
            # What comes before the first audible sample takes its time at the peer, too.
            first = start <= silent < start + len(piece)
            due = self._put(Audio(piece), due, sent if first else None)
        self._playback.send(len(pcm) / self._line.sample_rate, _now())

    def _put(
        self,
        value: Audio | Mark | TranscriptOut,
        due: float,
        sent: Callable[[], None] | None = None,
    ) -> float:
        """Send it, to be heard at ``due``; when it will have been."""
        self._forget_heard()
        self._unheard.append((due, value, sent))
        self._line.put(value, sent)
        if isinstance(value, Mark):
            self._marks[value.name] = int(value.name.split(".")[1])
        return self._end(due, value)

    def _cut_first(self) -> None:
        """What is being played now was heard in part."""
        if self._unheard and isinstance(value := self._unheard[0][1], Audio):
            due, _, sent = self._unheard[0]
            heard = max(0, round((_now() - due) * self._line.sample_rate))
            self._unheard[0] = due, Audio(value.pcm[heard:]), sent

    def _forget_heard(self) -> None:
        """Keep of what was sent only what the caller has still to hear."""
        now = _now()
        while self._unheard:
            due, value, _ = self._unheard[0]
            if self._end(due, value) > now:
                break
            if isinstance(value, TranscriptOut):
                self._words = value
            self._unheard.popleft()

    def _end(self, due: float, value: Audio | Mark | TranscriptOut) -> float:
        return due + len(value.pcm) / self._line.sample_rate if isinstance(value, Audio) else due


def _now() -> float:
    return asyncio.get_running_loop().time()
