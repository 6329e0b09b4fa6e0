"""What a telephone line does to a caller: loudness, noise, a narrow band, lost and late packets.

Pure, seeded. Late packets move what comes after them, and its labels with it.
"""

from __future__ import annotations

import numpy as np
import soxr

from demos.latency.scenes.label import RATE, Samples, Spans
from demos.latency.scenes.sounds import Dice, noise
from voice.audio import decode_mulaw, encode_mulaw

PACKET = RATE // 50
"""Samples of one packet, 20 ms."""


def levelled(samples: Samples, decibels: float) -> Samples:
    """Scale to this peak, in dBFS."""
    scaled: Samples = samples * (10 ** (decibels / 20) / max(1e-6, float(np.abs(samples).max())))
    return scaled


def with_noise(samples: Samples, speech: Spans, snr: float, dice: Dice) -> Samples:
    """Add steady noise, so many decibels under the speech."""
    voiced = [samples[round(a * RATE) : round(b * RATE)] for a, b in speech]
    power = float(np.sqrt(np.mean(np.concatenate(voiced) ** 2)))
    added = noise(len(samples), dice, float(dice.uniform(0, 0.9)))
    noisy: Samples = samples + added * np.float32(power * 10 ** (-snr / 20))
    return noisy


def telephone(samples: Samples) -> Samples:
    """Narrow to 300-3,400 Hz and code in eight bits, as G.711 does."""
    narrow = soxr.resample(samples, RATE, 8_000)
    spectrum = np.fft.rfft(narrow)
    spectrum[: int(len(spectrum) * 250 / 4_000)] *= 0.1
    narrow = np.clip(np.fft.irfft(spectrum, len(narrow)), -1, 1) * 32_767
    coded = decode_mulaw(encode_mulaw(narrow.astype(np.int16)))
    wide: Samples = soxr.resample(coded.astype(np.float32) / 32_768, 8_000, RATE)
    return wide.astype(np.float32)[: len(samples)]


def lossy(samples: Samples, dice: Dice, share: float = 0.05, burst: float = 1.7) -> Samples:
    """Lose packets, in bursts of this mean length: nothing is heard in their place."""
    heard, lost = samples.copy(), False
    stay, fall = 1 - 1 / burst, share / (burst * (1 - share))
    for start in range(0, len(heard), PACKET):
        lost = bool(dice.random() < (stay if lost else fall))
        if lost:
            heard[start : start + PACKET] = 0
    return heard


def late(samples: Samples, speech: Spans, dice: Dice) -> tuple[Samples, Spans]:
    """Let the line stall two to four times while the caller speaks, 40 to 120 ms each."""
    last = int(speech[-1][1] * RATE) // PACKET - 1
    stalls = sorted(
        (int(dice.integers(1, max(2, last))) * PACKET, int(dice.integers(2, 7)) * PACKET)
        for _ in range(int(dice.integers(2, 5)))
    )
    pieces, since = [], 0
    for at, length in stalls:
        pieces += [samples[since:at], np.zeros(length, np.float32)]
        since = at

    def moved(seconds: float) -> float:
        return seconds + sum(length for at, length in stalls if at < seconds * RATE) / RATE

    return np.concatenate([*pieces, samples[since:]]), [(moved(a), moved(b)) for a, b in speech]
