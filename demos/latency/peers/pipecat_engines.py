"""Engines of the peer: its own services on models that were loaded once, and the rig's.

Runs in the peer's environment.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator

import numpy as np
import soxr
from faster_whisper import WhisperModel
from pipecat.frames.frames import Frame, TranscriptionFrame
from pipecat.services.piper.tts import PiperTTSService
from pipecat.services.settings import STTSettings, TTSSettings
from pipecat.services.stt_service import SegmentedSTTService
from pipecat.services.tts_service import TTSService
from pipecat.services.whisper.stt import WhisperSTTService
from pipecat.utils.time import time_now_iso8601
from piper import PiperVoice

from demos.latency.peers import rig
from tts.espeak import Espeak

RATE = 8_000
WHISPER_RATE = 16_000


class SharedWhisper(WhisperSTTService):  # type: ignore[misc]  # untyped library
    """Its own Whisper service, with a model that was loaded before the call."""

    def __init__(self, model: WhisperModel) -> None:
        self._shared = model
        super().__init__(settings=WhisperSTTService.Settings(model="shared"))

    def _load(self) -> None:
        self._model = self._shared

    async def run_stt(self, audio: bytes) -> AsyncGenerator[Frame, None]:
        """Give it the rate that it expects."""
        heard = np.frombuffer(audio, np.int16)
        doubled = soxr.resample(heard, RATE, WHISPER_RATE).astype(np.int16)
        async for frame in super().run_stt(doubled.tobytes()):
            yield frame


class SharedPiper(PiperTTSService):  # type: ignore[misc]  # untyped library
    """Its own Piper service, with a voice that was loaded before the call."""

    def __init__(self, voice: PiperVoice) -> None:
        # What its constructor does, but for the loading.
        settings = PiperTTSService.Settings(model=None, voice="shared", language=None)
        TTSService.__init__(self, push_start_frame=True, push_stop_frames=True, settings=settings)
        self._voice = voice


class RigTranscription(SegmentedSTTService):  # type: ignore[misc]  # untyped library
    """The rig's transcriber, where Pipecat puts Whisper: one decode once its detector is sure."""

    def __init__(self) -> None:
        settings = STTSettings(model=rig.MODEL, language=None)
        super().__init__(settings=settings, ttfs_p99_latency=0.3)

    @property
    def wants_wav_segments(self) -> bool:
        """Samples will do."""
        return False

    async def run_stt(self, audio: bytes) -> AsyncGenerator[Frame, None]:
        """Take the rig's time."""
        text = rig.words(rig.sound_seconds(np.frombuffer(audio, np.int16), RATE), finished=True)
        await asyncio.sleep(rig.DECODE_SECONDS)
        if text:
            yield TranscriptionFrame(text, self._user_id, time_now_iso8601())


class RigSpeech(TTSService):  # type: ignore[misc]  # untyped library
    """Our espeak, where Pipecat puts Piper: the same samples as ours, leading silence trimmed."""

    def __init__(self, voice: Espeak) -> None:
        settings = TTSSettings(model=None, voice="en-us", language=None)
        super().__init__(push_start_frame=True, push_stop_frames=True, settings=settings)
        self._voice = voice

    async def run_tts(self, text: str, context_id: str) -> AsyncGenerator[Frame, None]:
        """Speak one sentence."""

        async def chunks() -> AsyncIterator[bytes]:
            async for pcm in self._voice.synthesize(text):
                yield pcm.tobytes()

        async for frame in self._stream_audio_frames_from_iterator(
            chunks(), in_sample_rate=self._voice.sample_rate, context_id=context_id
        ):
            yield frame
