"""Do to a dry clip what a telephone call does: another pace, pauses, a level, noise, a narrow band.

Some clips are cut off in mid-word, as a partial transcript's audio is.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import soxr

Samples = npt.NDArray[np.float32]

RATE = 16_000


def resampled(samples: Samples, before: float, after: float) -> Samples:
    """Return the same sound at another rate, in Hz."""
    changed: Samples = soxr.resample(samples, before, after).astype(np.float32)
    return changed


def noise(count: int, dice: np.random.Generator) -> Samples:
    """Return noise of unit power whose spectrum falls somewhere between white and brown."""
    spectrum = np.fft.rfft(dice.standard_normal(count))
    spectrum /= np.maximum(1, np.arange(len(spectrum))) ** dice.uniform(0, 1)
    shaped = np.fft.irfft(spectrum, count)
    scaled: Samples = (shaped / np.sqrt(np.mean(shaped**2))).astype(np.float32)
    return scaled


def mu_law(samples: Samples) -> Samples:
    """Pass samples through a telephone's 8 bits."""
    coded = np.sign(samples) * np.log1p(255 * np.abs(samples)) / np.log1p(255)
    coded = np.round(coded * 127) / 127
    decoded: Samples = (np.sign(coded) * np.expm1(np.abs(coded) * np.log1p(255)) / 255).astype(
        np.float32
    )
    return decoded


def telephone(samples: Samples) -> Samples:
    """Narrow samples to a telephone's band and code them as it does."""
    narrow = resampled(samples, RATE, 8_000)
    spectrum = np.fft.rfft(narrow)
    spectrum[: int(len(spectrum) * 200 / 4_000)] *= 0.1
    narrow = np.fft.irfft(spectrum, len(narrow)).astype(np.float32)
    return resampled(mu_law(np.clip(narrow, -1, 1)), 8_000, RATE)


def call(samples: Samples, dice: np.random.Generator) -> tuple[Samples, bool]:
    """Return what the server would hear of a clip, and whether it ends in mid-sentence."""
    heard = resampled(samples, RATE, RATE / dice.uniform(0.9, 1.12))
    cut = len(heard) > 1.5 * RATE and dice.random() < 0.15
    if cut:
        heard = heard[: int(len(heard) * dice.uniform(0.35, 0.9))]
    before, after = dice.uniform(0, 0.35, 2) * (1, not cut) * RATE
    heard = np.pad(heard, (int(before), int(after)))
    heard *= 10 ** (dice.uniform(-24, -1) / 20) / np.abs(heard).max()
    if dice.random() < 0.6:
        power = np.sqrt(np.mean(heard**2))
        heard = heard + noise(len(heard), dice) * power * 10 ** (-dice.uniform(12, 35) / 20)
    if dice.random() < 0.5:
        heard = telephone(heard)
    return np.clip(heard, -1, 1).astype(np.float32), cut
