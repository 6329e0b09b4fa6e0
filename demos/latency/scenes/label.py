"""Where there is speech in clean audio: from its loudness, before any line has spoilt it. Pure.

The end of the last span is a turn's true end, t0 of everything that is measured on it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
"""Mono, -1..1, at 16 kHz."""

RATE = 16_000
SLICE = 64  # 4 ms
BELOW_PEAK = 38.0
QUIETEST = -60.0
ABOVE_NOISE = 8.0
"""Decibels: speech is no softer than these, against its own peak, full scale, and the noise."""
GAP = 0.1
"""A silence as long as this parts two spans; less is the closure of a consonant."""
BLIP = 0.024
"""What is shorter, and stands alone, is a click of the lips or of the cut."""

Spans = list[tuple[float, float]]


def loud_spans(clean: Samples) -> Spans:
    """Seconds at which speech begins and ends."""
    levels = slice_levels(clean)
    if not levels.size:
        return []
    floor = float(np.percentile(levels, 5)) + ABOVE_NOISE
    threshold = max(QUIETEST, float(levels.max()) - BELOW_PEAK, min(floor, levels.max() - 20))
    spans: list[list[int]] = []
    for index in np.flatnonzero(levels > threshold):
        if spans and (index - spans[-1][1]) * SLICE < GAP * RATE:
            spans[-1][1] = int(index) + 1
        else:
            spans.append([int(index), int(index) + 1])
    width = SLICE / RATE
    return [(a * width, b * width) for a, b in spans if (b - a) * width >= BLIP]


def slice_levels(samples: Samples) -> npt.NDArray[np.float64]:
    """The loudness of each whole 4 ms in dBFS."""
    whole = samples[: len(samples) // SLICE * SLICE].astype(np.float64).reshape(-1, SLICE)
    levels: npt.NDArray[np.float64] = 10 * np.log10((whole**2).mean(axis=1) + 1e-12)
    return levels


def trimmed(clean: Samples) -> Samples:
    """From the first loud slice to the last one."""
    spans = loud_spans(clean)
    if not spans:
        return clean
    return clean[round(spans[0][0] * RATE) : round(spans[-1][1] * RATE)]
