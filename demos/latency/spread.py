"""Percentiles that say how sure they are. Pure, seeded.

An interval is a percentile bootstrap: the sample is drawn again with replacement, and what the
figure would have been in nine out of ten of those is told. It knows of chance between turns, not of
a busy afternoon: that takes several runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

PERCENTILES = (50, 90, 95, 99)
_RESAMPLES = 1_000
_BATCH = 1_000_000  # drawn values held at once
_OUTSIDE = 5  # percent on each side


@dataclass(frozen=True, slots=True)
class Estimate:
    """A percentile, and the ends of its 90% interval."""

    value: float
    low: float
    high: float


def percentiles(values: Sequence[float], seed: int = 0) -> dict[int, Estimate]:
    """Estimate each of :data:`PERCENTILES`; empty if there are no values."""
    if not values:
        return {}
    sample = np.asarray(values, np.float64)
    told = np.percentile(sample, PERCENTILES)
    drawn = _resampled(sample, np.random.default_rng(seed))
    low, high = np.percentile(drawn, (_OUTSIDE, 100 - _OUTSIDE), axis=1)
    return {
        p: Estimate(float(value), float(below), float(above))
        for p, value, below, above in zip(PERCENTILES, told, low, high, strict=True)
    }


def _resampled(
    sample: np.typing.NDArray[np.float64], random: np.random.Generator
) -> np.typing.NDArray[np.float64]:
    """Each percentile of each resample: one row for each of :data:`PERCENTILES`."""
    rows = max(1, _BATCH // len(sample))
    batches = []
    for first in range(0, _RESAMPLES, rows):
        count = min(rows, _RESAMPLES - first)
        drawn = sample[random.integers(len(sample), size=(count, len(sample)))]
        batches.append(np.percentile(drawn, PERCENTILES, axis=1))
    return np.concatenate(batches, axis=1)
