"""The window is the speech and a little more, and a long turn is cut where it is quiet."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from asr.window import POSITION, Cut, Window

SECOND = 16_000


def test_a_tuned_model_sees_the_speech_and_a_little_silence() -> None:
    assert Window(extra=0.5, grid=0.5).samples(2 * SECOND) == 2.5 * SECOND
    assert Window(extra=0.5, grid=0.5).samples(2 * SECOND + 1) == 3 * SECOND


def test_a_stock_model_is_always_padded_to_its_full_window() -> None:
    assert Window().samples(SECOND) == 30 * SECOND


@given(st.integers(0, 40 * SECOND), st.floats(0, 2), st.sampled_from([0.02, 0.1, 0.25, 0.5, 1.0]))
def test_windows_are_whole_positions_hold_the_speech_and_fit_the_model(
    speech: int, extra: float, grid: float
) -> None:
    samples = Window(extra, grid).samples(speech)

    assert samples % POSITION == 0
    assert samples <= 30 * SECOND
    assert (
        samples == 30 * SECOND
        or 0 <= samples - speech - round(extra * SECOND) < grid * SECOND + POSITION
    )


def test_a_long_turn_is_cut_in_the_middle_of_its_quietest_stretch() -> None:
    levels = np.full(1400, -20, dtype=np.float32)
    levels[100:200] = -60  # quieter, and too early
    levels[900:940] = -50

    assert 9.0 * SECOND <= Cut().at(levels, 160) <= 9.4 * SECOND


@given(st.integers(0, 10_000))
def test_the_cut_is_between_its_bounds(seed: int) -> None:
    levels = np.random.default_rng(seed).normal(-30, 10, 1400).astype(np.float32)

    assert 7 * SECOND <= Cut().at(levels, 160) <= 12 * SECOND
