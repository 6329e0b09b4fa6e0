"""Percentiles and how sure they are."""

import numpy as np
import pytest

from demos.latency.spread import Estimate, percentiles


def test_percentiles_lie_between_the_values_around_them() -> None:
    told = percentiles([float(n) for n in range(101)])

    assert {p: each.value for p, each in told.items()} == {50: 50, 90: 90, 95: 95, 99: 99}


def test_one_value_is_all_there_is_to_say() -> None:
    assert percentiles([0.3]) == dict.fromkeys((50, 90, 95, 99), Estimate(0.3, 0.3, 0.3))


def test_nothing_says_nothing() -> None:
    assert percentiles([]) == {}


def test_the_order_of_the_values_and_their_unit_do_not_matter() -> None:
    values = np.random.default_rng(3).exponential(size=40)
    told = percentiles(sorted(values.tolist()))
    scaled = percentiles(sorted((1e3 * values).tolist()))

    for p, each in told.items():
        assert each.low <= each.value <= each.high
        assert scaled[p].high == pytest.approx(1e3 * each.high)


def test_the_interval_of_a_median_holds_the_true_one_nine_times_out_of_ten() -> None:
    random = np.random.default_rng(5)
    held = 0
    for _ in range(200):
        told = percentiles(random.normal(size=40).tolist())[50]
        held += told.low <= 0.0 <= told.high
    assert 170 <= held <= 190


def test_more_values_make_it_narrower() -> None:
    random = np.random.default_rng(7)
    few, many = (percentiles(random.normal(size=n).tolist())[50] for n in (25, 2_500))

    assert few.high - few.low > 5 * (many.high - many.low)
