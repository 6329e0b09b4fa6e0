"""Turn samples into what the next stage wants: G.711 mu-law and other rates. Pure numpy, no I/O.

    phone: mu-law 8 kHz -decode-> 8 kHz -Resampler-> 16 kHz ears
    voice: 22.05 kHz -Resampler-> 8 kHz -encode-> mu-law phone

Why not a resampling library: soxr's stream works in blocks, and on 20 ms frames it was measured to
hold 40-115 ms of audio back. A short filter, applied as the samples come, holds back 3 ms or less.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil, gcd, lcm

import numpy as np
import numpy.typing as npt

Pcm = npt.NDArray[np.int16]
"""Mono 16-bit samples, shape ``(samples,)``."""

_Bank = npt.NDArray[np.float32]

_BIAS = 132  # G.711 adds 33 to a 14-bit magnitude, so that each segment starts at a power of two
_CLIP = 32_635  # the loudest magnitude that still fits after the bias


def _mulaw_decoder() -> Pcm:
    code = ~np.arange(256, dtype=np.uint8)
    step, segment = (code & 0x0F).astype(np.int32), (code >> 4 & 0x07).astype(np.int32)
    magnitude = ((step << 3) + _BIAS << segment) - _BIAS
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _mulaw_encoder() -> npt.NDArray[np.uint8]:
    pcm = np.arange(65_536, dtype=np.uint16).view(np.int16).astype(np.int32)
    magnitude = np.minimum(np.abs(pcm), _CLIP) + _BIAS
    segment = np.frexp(magnitude)[1] - 8  # magnitude has segment + 8 bits
    step = magnitude >> segment + 3 & 0x0F
    code: npt.NDArray[np.int32] = np.where(pcm < 0, 0x80, 0) | segment << 4 | step
    return ~code.astype(np.uint8)


_DECODER = _mulaw_decoder()
_ENCODER = _mulaw_encoder()  # indexed by the sample's 16 bits, read as unsigned


def decode_mulaw(data: bytes) -> Pcm:
    """Each byte of G.711 mu-law as the sample in the middle of its step."""
    return _DECODER[np.frombuffer(data, np.uint8)]


def encode_mulaw(pcm: Pcm) -> bytes:
    """Each sample as one byte of G.711 mu-law."""
    return _ENCODER[pcm.view(np.uint16)].tobytes()


# 24 zero crossings a side and this window: flat within 0.1 dB up to 0.85 of the lower rate's half
# (3.4 kHz on a phone), 69 dB down from there on up. Fewer would be quicker, and audible.
_CROSSINGS = 24
_CUTOFF = 0.92
_KAISER_BETA = 6.0
_BLOCK = 4_096  # samples at once: each makes a window of its own, and a chunk may be long
_GROUP = 16  # outputs that share one window of inputs: each with its own would mostly copy


@lru_cache
def _filter_bank(up: int, down: int) -> _Bank:
    """One row of taps for each of the ``up`` places of an output sample between two inputs."""
    scale = min(1.0, up / down)
    half = ceil(_CROSSINGS / scale)
    place = np.arange(up)[:, None] / up
    at = np.arange(2 * half)[None, :] - (half - 1) - place
    window = np.i0(_KAISER_BETA * np.sqrt(np.maximum(0.0, 1.0 - (at / half) ** 2)))
    taps = window * np.sinc(scale * _CUTOFF * at)
    # Each row passes a constant unchanged; else the rows would hum at their own rate.
    bank: _Bank = (taps / taps.sum(axis=1, keepdims=True)).astype(np.float32)
    return bank


@lru_cache
def _grouped_bank(up: int, down: int) -> _Bank:
    """The taps of all groups until the places recur: group, output of it, input of its window."""
    bank = _filter_bank(up, down)
    outputs = np.arange(lcm(up, _GROUP))
    starts, places = np.divmod(down * outputs, up)
    starts -= np.repeat(starts[::_GROUP], _GROUP)  # within the group's window
    grouped = np.zeros((len(outputs), starts.max() + bank.shape[1]), np.float32)
    for row, start, place in zip(grouped, starts, places, strict=True):
        row[start : start + bank.shape[1]] = bank[place]
    return grouped.reshape(-1, _GROUP, grouped.shape[1])


class Resampler:
    """One stream of samples at another rate, fed piece by piece; how it is cut changes nothing.

    A sample waits for those after it: 24 periods of the lower rate, 3 ms on a phone line. The
    output is not shifted by that, only late.
    """

    def __init__(self, from_rate: int, to_rate: int) -> None:
        if from_rate <= 0 or to_rate <= 0:
            raise ValueError(f"cannot resample from {from_rate} to {to_rate} Hz")
        common = gcd(from_rate, to_rate)
        self._up, self._down = to_rate // common, from_rate // common
        self._taps = _filter_bank(self._up, self._down).shape[1]
        self._bank = _grouped_bank(self._up, self._down)
        self._restart()

    def feed(self, pcm: Pcm, last: bool = False) -> Pcm:
        """Give the next samples, take what can be said by now.

        ``last`` ends the stream, which is then as long as it was at the old rate, and begins anew.
        """
        if self._up == self._down:
            return pcm
        pieces = [self._step(pcm[start : start + _BLOCK]) for start in range(0, len(pcm), _BLOCK)]
        if last:
            pieces.append(self._step(np.zeros(self._taps // 2, np.int16)))
            self._restart()
        return pieces[0] if len(pieces) == 1 else np.concatenate([np.empty(0, np.int16), *pieces])

    def _restart(self) -> None:
        self._waiting = np.zeros(self._taps // 2 - 1, np.float32)  # silence before the first sample
        self._next = 0  # where the next output is, in 1/up of an input, from the first window on
        self._turn = 0  # which output that is, until groups and places recur

    def _step(self, pcm: Pcm) -> Pcm:
        groups, outputs, width = self._bank.shape
        heard, size = self._padded(pcm), len(self._waiting) + len(pcm)
        starts = max(0, size - self._taps + 1)
        count = max(0, (starts * self._up - 1 - self._next) // self._down + 1)
        # Whole groups are computed, those at the edges with silence for what is not here: what
        # depends on it is not taken.
        first, end = self._turn // outputs, -(-(self._turn + count) // outputs)
        group = np.arange(first, max(first, end))
        origin = self._next // self._up - self._turn * self._down // self._up + width
        # Every window into ``heard``, without copying: cheaper than sliding_window_view.
        windows = np.ndarray((len(heard) - width + 1, width), np.float32, heard, 0, (4, 4))
        window = windows[origin + group * outputs * self._down // self._up]
        bank = self._bank if groups == 1 else self._bank.take(group % groups, 0)
        out = np.einsum("gw,gow->go", window, bank).ravel()
        out = out[self._turn - first * outputs :][:count]
        # The next window starts within ``heard``: a window is wider than any step between two.
        spent, self._next = divmod(self._next + self._down * count, self._up)
        self._turn = (self._turn + count) % (groups * outputs)
        self._waiting = heard[width + spent : width + size]
        np.minimum(np.maximum(np.rint(out, out=out), -32_768, out=out), 32_767, out=out)
        samples: Pcm = out.astype(np.int16)
        return samples

    def _padded(self, pcm: Pcm) -> npt.NDArray[np.float32]:
        """What waits and what has come, with the silence that an incomplete group may reach."""
        width = self._bank.shape[2]
        heard = np.zeros(len(self._waiting) + len(pcm) + 2 * width, np.float32)
        heard[width : width + len(self._waiting)] = self._waiting
        heard[width + len(self._waiting) : len(heard) - width] = pcm
        return heard
