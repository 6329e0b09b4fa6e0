"""Whisper for all calls: one model, one thread, partials while the caller speaks.

    audio -> SileroVad -> Hearing --wants--> DecodeQueue --batch--> Decoder (on its thread)
                            |   ^                                      |
           Transcript <-----+   +------------ credible <---------------+

All but the decoder runs on the event loop, so nothing here needs a lock. What to decode, and what
to tell, is :mod:`asr.hearing`'s; who comes first is :mod:`asr.batch`'s; this module carries.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from pydantic import PositiveFloat, PositiveInt

from asr.batch import BatchSettings, DecodeQueue, Job
from asr.decoder import Decoder, check_compute_type, check_model
from asr.edges import WINDOW
from asr.engine import SAMPLE_RATE, Pause, Pcm, Transcriber, TranscriberError, Transcript
from asr.filter import Decoded, credible
from asr.heard import HeardAudio
from asr.hearing import Hearing, Wanted
from asr.lost import sparse
from asr.tail import Clip
from asr.vad import Judge, SileroVad
from asr.window import Cut, Window

logger = logging.getLogger(__name__)

ComputeType = Literal[
    "default", "auto", "int8", "int8_float16", "int8_float32", "int8_bfloat16",
    "int16", "float16", "bfloat16", "float32",
]  # fmt: skip
"""What CTranslate2 computes with."""


class Decodes(Protocol):
    """What has the model: :class:`asr.decoder.Decoder`."""

    def decode(self, clips: Sequence[Clip], window: int) -> list[Decoded]:
        """One for each clip."""
        ...


class Whisper:
    """A Whisper model in CTranslate2's format, from a folder, or a decoder that has one loaded.

    ``window_extra`` is what the model's card says: the seconds of silence that it wants after the
    speech; None for a stock model, which must have its thirty. ``batch`` and ``riders`` are those
    of :class:`asr.batch.BatchSettings`: more jobs, and partials beside finals, suit a GPU.
    """

    def __init__(
        self,
        model: Path | str | Decodes,
        *,
        vad: SileroVad | None = None,
        window_extra: float | None = None,
        language: str = "en",
        device: Literal["cpu", "cuda"] = "cpu",
        compute_type: ComputeType | None = None,
        threads: PositiveInt = 1,
        beam: PositiveInt = 1,
        batch: PositiveInt = 4,
        riders: bool = False,
        partial_interval: PositiveFloat = 0.25,
    ) -> None:
        self._vad = vad or SileroVad()
        self._window = Window(window_extra)
        self._decoder: Decodes = (
            Decoder(
                Path(model),
                language=language,
                device=device,
                compute_type=compute_type or ("int8" if device == "cpu" else "float16"),
                threads=threads,
                beam=beam,
            )
            if isinstance(model, str | Path)
            else model
        )
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="whisper")
        self._queue: DecodeQueue[tuple[_Call, Wanted]] = DecodeQueue(
            BatchSettings(size=batch, riders=riders, interval=partial_interval)
        )
        self._numbers = count()
        self._calls = 0
        self._decoding: asyncio.Future[list[Decoded]] | None = None
        # The first decode is slow, and the longest one takes the memory that all others live in.
        longest = round(Cut().longest * SAMPLE_RATE) // WINDOW * WINDOW
        silence = Clip(np.zeros(longest, np.int16), 0, longest, (True,) * (longest // WINDOW))
        self._decoder.decode([silence], self._window.samples(longest))

    @staticmethod
    def check_settings(
        *,
        language: str,
        device: str,
        compute_type: str | None,
        model: Path | None = None,
        **_: object,
    ) -> None:
        """Raise :class:`TranscriberError` for what this machine, or the model, is no good for."""
        check_compute_type(device, compute_type)
        if model is not None:
            check_model(model, language)

    async def transcribe(
        self, audio: AsyncIterator[Pcm | Pause]
    ) -> AsyncGenerator[Transcript, None]:
        """Yield partials while the caller speaks and one final for each pause."""
        call = _Call(next(self._numbers), Judge(self._vad))
        self._calls += 1
        try:
            async with asyncio.TaskGroup() as tasks:
                listening = tasks.create_task(self._listen(call, audio))
                try:
                    while isinstance(told := await call.told.get(), Transcript):
                        yield told
                except GeneratorExit:
                    return  # abandoned: a group would wrap it
                finally:
                    listening.cancel()
        finally:
            self._calls -= 1
            call.over = True
            self._queue.drop(call.number)
        if told is not None:
            raise told

    async def _listen(self, call: _Call, audio: AsyncIterator[Pcm | Pause]) -> None:
        """Hear the turn to its end. What goes wrong is told, not raised: it is the consumer's."""
        try:
            async for item in audio.judged if isinstance(audio, HeardAudio) else audio:
                if isinstance(item, Pause):
                    call.hearing.pause(item.number)
                else:
                    for heard in call.judge.feed(item):
                        call.hearing.hear(heard.pcm, heard.probability, heard.levels)
                self._look_after(call)
            call.ended = True
            self._look_after(call)
        except Exception as error:
            call.told.put_nowait(error)

    def _look_after(self, call: _Call) -> None:
        """After each event of a call: tell what is new, ask for what it wants."""
        if news := call.hearing.news():
            call.told.put_nowait(news)
        if call.ended and not call.hearing.pausing:
            call.told.put_nowait(None)
        elif wanted := call.hearing.wants(self._queue.interval(self._calls)):
            window = self._window.samples(wanted.clip.audio.size)
            at = asyncio.get_running_loop().time()
            self._queue.offer(Job(call.number, window, wanted.final, at, (call, wanted)))
            self._decode_next()

    def _decode_next(self) -> None:
        """Give the thread the next batch, unless it is busy."""
        loop = asyncio.get_running_loop()
        busy = self._decoding is not None and self._decoding.get_loop() is loop
        if busy or not (batch := self._queue.take()):
            return
        for job in batch:
            call, wanted = job.work
            call.hearing.started(wanted)
        began = loop.time()
        clips = [wanted.to_decode for _, wanted in (job.work for job in batch)]
        window = max(job.window for job in batch)
        # A decode cannot be interrupted: windows are short, so that it need not be.
        self._decoding = loop.run_in_executor(self._thread, self._decoder.decode, clips, window)
        self._decoding.add_done_callback(
            lambda done: self._decoded(batch, loop.time() - began, done)
        )

    def _decoded(
        self,
        batch: Sequence[Job[tuple[_Call, Wanted]]],
        took: float,
        decoding: asyncio.Future[list[Decoded]],
    ) -> None:
        """Give each call of a batch its words; then, whatever became of them, go on."""
        if decoding.cancelled():
            return  # the loop is closing
        try:
            self._queue.done(len(batch), took)
            error = decoding.exception()
            if error:
                logger.error("whisper could not decode a batch of %d: %s", len(batch), error)
            results = [None] * len(batch) if error else decoding.result()
            for job, decoded in zip(batch, results, strict=True):
                self._receive(*job.work, decoded, error)
        finally:
            # Not before: the first call that wants more would have a batch of its own.
            self._decoding = None
            self._decode_next()

    def _receive(
        self, call: _Call, wanted: Wanted, decoded: Decoded | None, error: BaseException | None
    ) -> None:
        """What became of one job. Whatever goes wrong is its own call's affair."""
        if call.over:
            return
        try:
            if decoded:
                whole = wanted.for_good or not sparse(decoded)
                call.hearing.decoded(wanted, credible(decoded), whole=whole)
            elif wanted.for_good:
                raise TranscriberError(f"whisper could not decode: {error}")
            else:
                call.hearing.failed()  # a partial: nobody waits for it
            self._look_after(call)
        except Exception as problem:
            call.told.put_nowait(problem)


class _Call:
    """One turn of one call, and the transcripts of it that wait to be taken."""

    def __init__(self, number: int, judge: Judge) -> None:
        self.number = number
        self.judge = judge
        self.hearing = Hearing()
        self.told: asyncio.Queue[Transcript | Exception | None] = asyncio.Queue()
        self.ended = False
        self.over = False


_: type[Transcriber] = Whisper
