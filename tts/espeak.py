"""espeak-ng, the voice of last resort: robotic, but there whatever else is missing, and instant.

The library and its data come in the ``espeakng-loader`` wheel and are opened when the first voice
is made. **They are GPL-3**: who may not ship that leaves the wheel out and this module alone.

espeak-ng keeps its voice and its place in the text in globals, so one lock guards every call into
it. It makes seconds of speech in milliseconds: a clause is one piece of work.
"""

from __future__ import annotations

import ctypes
from collections.abc import AsyncGenerator
from functools import lru_cache
from threading import Lock

import numpy as np
from pydantic import PositiveInt

from tts.crew import Crew
from tts.engine import TTS, Pcm, TTSError
from tts.trim import Trimmer, gap_after

# From speak_lib.h.
_SYNCHRONOUS = 2
_DONT_EXIT = 0x8000  # report a broken installation instead of ending the process
_UTF8 = 1
_RATE = 1
_POSITION_IN_CHARACTERS = 1
_IPA = 2

_Heard = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)


class _Library:
    """The one espeak-ng of this process."""

    def __init__(self) -> None:
        try:
            import espeakng_loader

            self._c = ctypes.CDLL(espeakng_loader.get_library_path())
            data = espeakng_loader.get_data_path()
        except (ImportError, OSError, RuntimeError) as error:
            raise TTSError(f"cannot load espeak-ng: {error}") from error
        self._c.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self.sample_rate = self._c.espeak_Initialize(_SYNCHRONOUS, 0, data.encode(), _DONT_EXIT)
        if self.sample_rate <= 0:
            raise TTSError(f"espeak-ng cannot read its data in {data}")
        self._heard = _Heard(self._hear)  # kept: the library holds no reference of its own
        self._c.espeak_SetSynthCallback(self._heard)
        self._samples: list[Pcm] = []
        self._lock = Lock()

    def say(self, text: str, voice: str, rate_wpm: int) -> Pcm:
        """The whole of ``text``, with the silence around it."""
        encoded = _encode(text)
        with self._lock:
            self._choose(voice)
            self._c.espeak_SetParameter(_RATE, rate_wpm, 0)
            self._samples = [np.empty(0, np.int16)]
            status = self._c.espeak_Synth(
                encoded, len(encoded) + 1, 0, _POSITION_IN_CHARACTERS, 0, _UTF8, None, None
            )
            samples, self._samples = self._samples, []
        if status != 0:
            raise TTSError(f"espeak-ng failed on {len(text)} characters: status {status}")
        return np.concatenate(samples)

    def phonemes(self, text: str, voice: str) -> str:
        """How ``text`` sounds, in IPA with stress marks; punctuation becomes a space."""
        encoded = _encode(text)
        rest = ctypes.c_char_p(encoded)  # moves on within ``encoded``, clause by clause
        clauses: list[str] = []
        with self._lock:
            self._choose(voice)
            while rest.value is not None:
                spoken = self._c.espeak_TextToPhonemes(ctypes.byref(rest), _UTF8, _IPA)
                clauses.append((spoken or b"").decode())
        return " ".join(filter(None, clauses))

    def _choose(self, voice: str) -> None:
        if self._c.espeak_SetVoiceByName(voice.encode()) != 0:
            raise TTSError(
                f"espeak-ng has no voice {voice!r}, expected one like en-us or en-gb-x-rp"
            )

    def _hear(self, samples: object, count: int, _events: object) -> int:
        if samples and count > 0:
            self._samples.append(np.ctypeslib.as_array(samples, (count,)).astype(np.int16))
        return 0  # go on


@lru_cache
def _library() -> _Library:
    return _Library()


def _encode(text: str) -> bytes:
    # A zero byte would end the text; half a character (a lone surrogate) is none.
    return text.replace("\0", " ").encode("utf-8", "replace")


def phonemes(text: str, voice: str = "en-us") -> str:
    """How ``text`` sounds, in IPA: for the voices that are networks and want it so."""
    return _library().phonemes(text, voice)


class Espeak:
    """One of espeak-ng's voices, at so many words a minute."""

    def __init__(self, voice: str = "en-us", rate_wpm: PositiveInt = 165) -> None:
        self._voice, self._rate_wpm = voice, rate_wpm
        self.check_settings(voice=voice)
        self._library = _library()
        self.sample_rate = self._library.sample_rate
        self._crew = Crew("espeak")

    @staticmethod
    def check_settings(*, voice: str, **_: object) -> None:
        """Raise :class:`TTSError` for a voice that is not there."""
        _library().phonemes("", voice)

    async def synthesize(self, text: str, slack: float = 0.0) -> AsyncGenerator[Pcm, None]:
        """Yield the speech of one clause or sentence, in one chunk."""
        if not any(character.isalnum() for character in text):
            return
        pcm = await self._crew.do(lambda: self._library.say(text, self._voice, self._rate_wpm))
        pcm = Trimmer(self.sample_rate, gap_after(text)).feed(pcm)
        if len(pcm):
            yield pcm


_: type[TTS] = Espeak
