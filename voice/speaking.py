"""One call's mouth: the audio of a reply goes out, and we keep track of what has been heard of it.

    chunks of a clause -> [released?] -> the wire's rate -> Line, at once
                                            `-> Playback: heard up to here

Audio is sent as soon as it exists; the peer plays it in its own time. Only the next clause waits,
until what the peer has in hand runs low, so that little is wasted when the caller speaks up.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import suppress

from tts.engine import TTS, Pcm
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


class Mouth:
    """Sends one reply at a time; ``report`` is called when the first sample of one has left."""

    def __init__(self, tts: TTS, line: Line, report: Callable[[TurnTrace], None]) -> None:
        self._tts = tts
        self._line = line
        self._report = report
        self._reply = 0
        self._playback = Playback()
        self._marks_come = False
        self._news = asyncio.Event()  # a mark has come back

    def begin(self, reply: Reply) -> None:
        """What is sent from now on belongs to this reply; it will be played after the last one."""
        self._reply = reply.number
        self._playback = Playback(self._playback.heard_at)

    async def play(self, reply: Reply, clause: Clause, chunks: AsyncGenerator[Pcm, None]) -> bool:
        """Send one clause, once the reply is released; then wait until it is nearly heard.

        False if there was nothing in it to speak.
        """
        resampler = Resampler(self._tts.sample_rate, self._line.sample_rate)
        number: int | None = None
        async for pcm in chunks:
            reply.trace.mark("first_audio")
            reply.trace.count("tts_seconds", len(pcm) / self._tts.sample_rate)
            await reply.released.wait()
            if reply.stopped:
                return False  # while we waited for this very chunk
            if number is None:
                number = self._playback.begin(clause.message, clause.text, _now())
                self._line.put(TranscriptOut("agent", self._playback.text, final=False))
            self._send(resampler.feed(pcm), reply.trace)
        if number is None or reply.stopped:
            return False
        self._send(resampler.feed(pcm[:0], last=True), reply.trace)
        self._line.put(Mark(f"{reply.number}.{number}"))
        await asyncio.sleep(max(0.0, self._playback.heard_at - _IN_HAND - _now()))
        return True

    def acknowledge(self, mark: str) -> None:
        """The peer says that it has played all up to this mark."""
        reply, _, clause = mark.partition(".")
        self._marks_come = True
        if reply == str(self._reply) and clause.isdecimal():
            self._playback.acknowledge(int(clause), _now())
            self._news.set()

    async def wait_heard(self) -> None:
        """Until the caller has heard all that was sent: by the peer's word, or by the clock."""
        while not (self._marks_come and self._playback.acknowledged):
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

    def stop(self) -> None:
        """Be silent at once: here, and at the peer."""
        self._line.clear()
        self._playback = Playback(_now())

    def _send(self, pcm: Pcm, trace: TurnTrace) -> None:
        silent = leading_silence(pcm)

        def sent() -> None:
            if "audio_sent" not in trace.marks:
                trace.mark("audio_sent", _now() + silent / self._line.sample_rate)
                self._report(trace)

        step = int(_MESSAGE_SECONDS * self._line.sample_rate)
        for start in range(0, len(pcm), step):
            piece = pcm[start : start + step]
            # What comes before the first audible sample takes its time at the peer, too.
            self._line.put(Audio(piece), sent if start <= silent < start + len(piece) else None)
        self._playback.send(len(pcm) / self._line.sample_rate, _now())


def _now() -> float:
    return asyncio.get_running_loop().time()
