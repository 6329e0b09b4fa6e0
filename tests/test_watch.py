"""What is noticed by a beat that comes late, and by one that finds an engine ill."""

from __future__ import annotations

import logging

import pytest

from voice.watch import BEAT, Watch

DOWN = {"llm": "it is down"}


def test_a_stall_is_known_before_the_late_beat_and_logged_with_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    watch = Watch()
    assert watch.lost(100.0) == 0.0
    watch.beat(7.0, {})
    assert watch.lost(7.0 + BEAT + 15.0) == 15.0
    with caplog.at_level(logging.WARNING):
        watch.beat(7.0 + BEAT + 15.0, {})
    assert caplog.messages == ["this process stood still for 15.0 s, callers waited"]
    assert watch.lost(7.0 + BEAT + 15.1) == 15.0


def test_a_beat_that_is_a_little_late_is_no_stall(caplog: pytest.LogCaptureFixture) -> None:
    watch = Watch()
    for second in range(10):
        watch.beat(float(second), {})
    assert (watch.lost(9.9), caplog.messages) == (0.0, [])


def test_an_illness_lasts_from_the_first_beat_that_found_it_to_the_first_that_does_not() -> None:
    watch = Watch()
    watch.beat(1.0, {})
    assert watch.ill_for(1.4) == 0.0
    for at in (2.0, 2.5, 3.0):
        watch.beat(at, DOWN)
    assert watch.ill_for(12.0) == 10.0
    watch.beat(12.5, {})
    assert watch.ill_for(12.5) == 0.0
