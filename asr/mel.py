"""The log-mel spectrogram that Whisper sees.

As Whisper defines it: 25 ms Hann windows every 10 ms, powers through a bank of mel filters, their
logarithm cut off 80 dB under the loudest and scaled. Silence after the audio is never transformed:
it is the floor, so the cost is that of the speech and not that of the window.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from asr.engine import Pcm

HOP = 160
FRAME = 400
FLOOR = 1e-10

Mel = npt.NDArray[np.float32]
"""Shape ``(bands, frames)``."""


class Spectrogram:
    """From samples to what the encoder takes; ``filters`` has the shape ``(bands, 201)``."""

    def __init__(self, filters: Mel) -> None:
        self._filters = filters.astype(np.float32)
        self._taper = np.hanning(FRAME + 1)[:-1].astype(np.float32)

    def __call__(self, pcm: Pcm, window: int) -> Mel:
        """The spectrogram of ``pcm`` and silence after it, ``window`` samples in all."""
        count = window // HOP
        speech = pcm[:window].astype(np.float32) * np.float32(1 / 32768)
        touched = min(count, (speech.size + FRAME // 2) // HOP + 1)
        padded = np.zeros(max(touched * HOP, speech.size) + FRAME, dtype=np.float32)
        padded[FRAME // 2 : FRAME // 2 + speech.size] = speech
        mirrored = padded[FRAME // 2 + 1 : FRAME + 1]  # frames are centred: the first looks back
        padded[: FRAME // 2] = mirrored[::-1]
        frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[: touched * HOP : HOP]
        spectrum = np.fft.rfft(frames * self._taper, axis=1)
        power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
        bands = self._filters @ power.T
        mel = np.full((bands.shape[0], count), np.log10(FLOOR), dtype=np.float32)
        np.log10(np.maximum(bands, FLOOR), out=mel[:, :touched])
        scaled: Mel = (np.maximum(mel, mel.max() - 8) + 4) / 4
        return scaled
