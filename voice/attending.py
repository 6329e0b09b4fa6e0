"""The caller's side of one call: what they do and say becomes events.

frames -> Ears -edges-----------------------------> tell
            `-audio of the turn-> transcriber -words-^
                        `-------> end of turn? -^
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import aclosing

from asr.engine import SAMPLE_RATE, Pcm, Transcriber, TranscriberError, Transcript
from voice.audio import Resampler
from voice.end_of_turn import SECONDS, Asking, EndOfTurn
from voice.events import Event, SpeechEnded, Transcribed, TranscriptionFailed
from voice.line import Line
from voice.listening import Detector, Ears, Turn
from voice.trace import Milestone
from voice.wire import TranscriptOut

logger = logging.getLogger(__name__)

_FRAME = 0.02
_LOST = 2.0
"""Seconds without any audio in mid-speech after which we take it that the caller fell silent."""


class Attending:
    """``tell`` is given the events, ``turn_begins`` is called before the first one of a turn.

    ``times`` are when the caller last fell silent, and when the words before that were known.
    """

    def __init__(
        self,
        call: str,
        transcriber: Transcriber,
        detector: Detector,
        line: Line,
        tell: Callable[[Event], None],
        turn_begins: Callable[[], None],
        end_of_turn: EndOfTurn | None = None,
    ) -> None:
        self.times: dict[Milestone, float] = {}
        self._call = call
        self._transcriber = transcriber
        self._ears = Ears(detector, 0.0 if end_of_turn is None else SECONDS)
        self._asking = Asking(end_of_turn, tell)
        self._resampler = Resampler(line.sample_rate, SAMPLE_RATE)
        self._line = line
        self._tell = tell
        self._turn_begins = turn_begins
        self._turn: Turn | None = None  # the one that is being transcribed
        self._transcribing: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None

    @property
    def silent_until(self) -> float | None:
        """When their latest sample was spoken; None if they may just have begun to speak."""
        return None if self._ears.rising else self._ears.now

    def feed(self, pcm: Pcm, tasks: asyncio.TaskGroup) -> None:
        """Hear a frame at the line's rate. Raises :class:`WireError` if they come too fast."""
        events = self._ears.feed(self._resampler.feed(pcm), asyncio.get_running_loop().time())
        if self._ears.turn is not None and self._ears.turn is not self._turn:
            self._turn = self._ears.turn
            self._turn_begins()
            self._transcribing = tasks.create_task(self._transcribe(self._turn))
        for event in events:
            self._asking.hear(event, self._turn, tasks)  # before the turn may be ended
            self._note(event)
        if self._ears.speaking and (self._watching is None or self._watching.done()):
            self._watching = tasks.create_task(self._watch())

    def end_turn(self) -> None:
        """What is said from now on belongs to another turn."""
        self._ears.end_turn()
        if self._transcribing is not None:
            self._transcribing.cancel()
        self._turn = self._transcribing = None

    def close(self) -> None:
        """The call is over: nobody is waited for any more."""
        self._asking.drop()
        if self._watching is not None:
            self._watching.cancel()

    def _note(self, event: Event) -> None:
        self.times = {"speech_ended": event.at} if isinstance(event, SpeechEnded) else {}
        self._tell(event)

    async def _watch(self) -> None:
        """A line that brings nothing more in mid-speech has fallen silent, too."""
        while self._ears.speaking:
            quiet = asyncio.get_running_loop().time() - self._ears.heard_at
            if quiet < _LOST:
                await asyncio.sleep(_LOST - quiet + _FRAME)  # a little later: clocks round
            elif (event := self._ears.hush()) is not None:
                self._note(event)

    async def _transcribe(self, turn: Turn) -> None:
        try:
            async with (
                aclosing(turn.audio()) as audio,
                aclosing(self._transcriber.transcribe(audio)) as transcripts,
            ):
                async for transcript in transcripts:
                    self._understand(transcript)
        except TranscriberError as error:
            logger.warning("call %s: %s", self._call, error)
            self._tell(TranscriptionFailed(asyncio.get_running_loop().time()))

    def _understand(self, transcript: Transcript) -> None:
        now = asyncio.get_running_loop().time()
        if transcript.pause is not None:
            self.times["final"] = now
        text = transcript.text
        if text:
            self._line.put(TranscriptOut("user", text, final=False, settled=transcript.settled))
        self._tell(Transcribed(now, text, transcript.pause))
