"""Sounds that are no words: coughs, a slammed door, a telephone ringing. Pure, seeded.

Made of filtered noise and tones, each a little different every time. They stand for what real ones
do to a detector: begin suddenly, are loud, have formants (a cough) or none (a hiss).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from demos.latency.scenes.label import RATE, Samples

Dice = np.random.Generator


def cough(dice: Dice) -> Samples:
    """One to three bursts from an open throat: a crack, breath, and a little voice at the end."""
    bursts = [_burst(dice, 0.9**index) for index in range(int(dice.integers(1, 4)))]
    return np.concatenate([np.concatenate([b, _rest(dice, 0.04, 0.14)]) for b in bursts])


def sneeze(dice: Dice) -> Samples:
    """Air drawn in, a rest, and a burst of high noise."""
    breath_in = 0.12 * _swell(_shaped(0.35, dice, [(1_800, 900)]), 0.7)
    out = _decay(_shaped(0.4, dice, [(3_200, 1_500), (900, 400)]), 0.12, 0.01)
    return np.concatenate([breath_in, _rest(dice, 0.05, 0.15), out])


def throat(dice: Dice) -> Samples:
    """A throat cleared: two low, rough, voiced bursts."""
    sounds = []
    for _ in range(2):
        seconds = float(dice.uniform(0.15, 0.28))
        rough = _voice(seconds, float(dice.uniform(80, 130)), dice, jitter=0.2)
        noise = _shaped(seconds, dice, [(500, 250), (1_400, 500)])
        sounds += [_swell(0.6 * rough + 0.5 * noise, 0.3), _rest(dice, 0.04, 0.1)]
    return np.concatenate(sounds)


def breath(dice: Dice) -> Samples:
    """Breathed out close to the microphone."""
    return 0.4 * _swell(_shaped(float(dice.uniform(0.4, 0.9)), dice, [(900, 700)]), 0.3)


def slam(dice: Dice) -> Samples:
    """A door."""
    return _decay(_shaped(0.5, dice, [(110, 60), (400, 300)]), 0.09, 0.002)


def clatter(dice: Dice) -> Samples:
    """Keys of a keyboard, or dishes: short bright clicks."""
    clicks = []
    for _ in range(int(dice.integers(5, 11))):
        high = float(dice.uniform(2_000, 5_000))
        clicks += [_decay(_shaped(0.05, dice, [(high, 400)]), 0.008, 0.001), _rest(dice, 0.03, 0.2)]
    return np.concatenate(clicks)


def hiss(dice: Dice) -> Samples:
    """A burst of noise on the line."""
    return 0.5 * _swell(_shaped(float(dice.uniform(0.5, 1.2)), dice, []), 0.1)


def hum(dice: Dice) -> Samples:
    """A mains hum that comes and goes."""
    return 0.5 * _swell(_tones(float(dice.uniform(0.8, 1.5)), [60, 120, 180, 300]), 0.1)


def rustle(dice: Dice) -> Samples:
    """Paper, or a coat against the microphone."""
    bits = []
    for _ in range(int(dice.integers(6, 12))):
        bit = _shaped(
            float(dice.uniform(0.03, 0.12)), dice, [(float(dice.uniform(800, 4_000)), 900)]
        )
        bits.append(float(dice.uniform(0.1, 0.6)) * _swell(bit, 0.4))
    return np.concatenate(bits)


def ring(dice: Dice) -> Samples:
    """Another telephone in the room."""
    once = _tones(0.04, [float(dice.uniform(1_150, 1_350))])
    other = _tones(0.04, [float(dice.uniform(1_450, 1_600))])
    return _single(0.4 * np.concatenate([once, other] * 12))


def crackle(dice: Dice) -> Samples:
    """A loose contact."""
    count = round(float(dice.uniform(0.4, 0.9)) * RATE)
    clicks = np.where(dice.random(count) < 0.004, dice.uniform(-1, 1, count), 0)
    return _single(np.convolve(clicks, np.exp(-np.arange(24) / 5)))


SOUNDS: dict[str, Callable[[Dice], Samples]] = {
    make.__name__: make
    for make in (cough, sneeze, throat, breath, slam, clatter, hiss, hum, rustle, ring, crackle)
}


def noise(count: int, dice: Dice, colour: float = 0.0) -> Samples:
    """Noise of unit power; colour 0 is white, 1 falls by 6 dB an octave."""
    spectrum = np.fft.rfft(dice.standard_normal(count))
    spectrum /= np.maximum(1, np.arange(len(spectrum))) ** colour
    return _unit(np.fft.irfft(spectrum, count))


def _burst(dice: Dice, loudness: float) -> Samples:
    crack = _decay(_shaped(0.09, dice, [(650, 250), (1_600, 500), (3_000, 900)]), 0.03, 0.004)
    breath_out = 0.35 * _decay(_shaped(0.16, dice, [(900, 500), (2_200, 900)]), 0.09, 0.02)
    voiced = 0.3 * _decay(_voice(0.1, float(dice.uniform(140, 260)), dice, 0.08), 0.05, 0.02)
    return (loudness * np.concatenate([crack, breath_out, voiced])).astype(np.float32)


def _shaped(seconds: float, dice: Dice, peaks: Sequence[tuple[float, float]]) -> Samples:
    """Noise with resonances, each a frequency and a width in Hz; white if there are none."""
    count = round(seconds * RATE)
    spectrum = np.fft.rfft(dice.standard_normal(count))
    frequency = np.fft.rfftfreq(count, 1 / RATE)
    if peaks:
        spectrum *= sum(1 / (1 + ((frequency - at) / width) ** 2) for at, width in peaks)
    return _quarter(np.fft.irfft(spectrum, count))


def _voice(seconds: float, pitch: float, dice: Dice, jitter: float) -> Samples:
    """A buzz whose pitch wavers."""
    count = round(seconds * RATE)
    wander = np.repeat(dice.normal(0, jitter, count // 160 + 1), 160)[:count]
    phase = 2 * np.pi * np.cumsum(pitch * (1 + wander)) / RATE
    return _quarter(sum(np.sin(n * phase) / n for n in range(1, 12)))


def _tones(seconds: float, frequencies: Sequence[float]) -> Samples:
    at = np.arange(round(seconds * RATE)) / RATE
    return _quarter(sum(np.sin(2 * np.pi * f * at) for f in frequencies))


def _decay(samples: Samples, seconds: float, attack: float) -> Samples:
    at = np.arange(len(samples)) / RATE
    return _single(samples * np.minimum(1, at / attack) * np.exp(-at / seconds))


def _swell(samples: Samples, edge: float) -> Samples:
    """Fade in and out over this share of the length, each."""
    at = np.linspace(0, 1, len(samples))
    return _single(samples * np.minimum(1, np.minimum(at, 1 - at) / max(edge, 1e-3)))


def _rest(dice: Dice, least: float, most: float) -> Samples:
    return np.zeros(round(float(dice.uniform(least, most)) * RATE), np.float32)


def _unit(samples: object) -> Samples:
    array = np.asarray(samples, np.float64)
    return _single(array / np.sqrt(np.mean(array**2) + 1e-12))


def _quarter(samples: object) -> Samples:
    """A root mean square of a quarter: loud, and hardly clipped."""
    return _single(_unit(samples) / 4)


def _single(samples: npt.NDArray[Any]) -> Samples:
    single: Samples = samples.astype(np.float32)
    return single
