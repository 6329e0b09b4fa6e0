"""Side by side: what runs when, against whom ours is held, and what is told of it."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import pytest

from demos.latency.peers.cases import Case, parse
from demos.latency.peers.measure import Row
from demos.latency.peers.page import page
from demos.latency.peers.rounds import Contest, seconds_of, who
from demos.latency.peers.systems import Engines, Program, pinned
from demos.latency.peers.targets import better_peer, verdict_table, verdicts

OURS = Row(
    engines="real", calls=1, round=1, system="ours", turns=2, waited_ms=[240.0, 260.0], cut_ins=0,
    missed=0, cut_short=0, unsaid=0, refused=0, greeting_ms=[5.0], cpu_percent_per_call=1.0,
    ready_mb=100.0, peak_mb=101.0, others_percent=3.0, late_ms_p99=1.0, seconds=20.0,
)  # fmt: skip
HASTY = replace(OURS, system="hasty", waited_ms=[1_000.0, 1_020.0])
SLOW = replace(OURS, system="slow", waited_ms=[2_000.0, 2_020.0])


def program(name: str) -> Program:
    return Program(name, ["serve", name], 1, "/")


PROGRAMS = [program("ours"), program("hasty"), program("slow")]


def contest(*cases: Case, rounds: int = 3, everybody: bool = False) -> Contest:
    def programs(_: Engines) -> list[Program]:
        return PROGRAMS

    return Contest(
        cases, rounds, programs, lambda _: None, lambda _: [], Path(), everybody, most=16
    )


def names(contest: Contest, case: Case, rows: list[Row]) -> list[str]:
    return [each.name for each in who(contest, case, rows)]


def test_a_case_is_read_as_it_is_written() -> None:
    assert parse("rig:16x3") == Case("rig", 16, 3)
    assert parse("real+pauses:8x5") == Case("real", 8, 5, pauses=True)
    for wrong in ("rig:0x3", "rig+pauses:1x3", "real:8", "fake:1x1"):
        with pytest.raises(argparse.ArgumentTypeError, match="expected one like"):
            parse(wrong)


def test_ours_is_held_against_the_configuration_with_the_lower_median() -> None:
    assert better_peer([OURS, SLOW, HASTY]) == "hasty"
    assert better_peer([OURS]) is None


def test_which_is_better_is_told_by_the_rounds_that_both_were_in() -> None:
    later = replace(HASTY, round=2, waited_ms=[3_000.0])
    assert better_peer([OURS, HASTY, SLOW, later]) == "hasty"


def test_only_the_better_configuration_goes_on_after_the_first_round() -> None:
    case = Case("real", 1, 2)
    assert names(contest(case), case, []) == ["ours", "hasty", "slow"]
    assert names(contest(case), case, [OURS, HASTY, SLOW]) == ["ours", "hasty"]
    assert names(contest(case), Case("real", 8, 2), [OURS, HASTY, SLOW]) == [
        "ours",
        "hasty",
        "slow",
    ]
    assert len(who(contest(case, everybody=True), case, [OURS, HASTY, SLOW])) == 3


def test_a_peer_is_not_asked_for_more_calls_than_it_can_take() -> None:
    crowd = Case("rig", 100, 3)
    assert names(contest(crowd), crowd, []) == ["ours"]


def test_how_long_it_takes_is_told_before() -> None:
    case = Case("real", 1, 2)
    assert seconds_of(contest(case)) == (3 + 2 + 2) * case.seconds
    assert seconds_of(contest(case, everybody=True)) == 9 * case.seconds


def test_a_target_is_kept_or_missed_by_the_ratio_within_rounds() -> None:
    told = {each.what: each for each in verdicts([OURS, HASTY, SLOW])}
    assert told["real, 1 at once: TTFS p50 ms"].kept  # 250 of 1,010
    assert told["real, 1 at once: TTFS p50 ms"].measured == "0.248 [0.248-0.248] of hasty"
    worse = replace(OURS, waited_ms=[250.0, 300.0])
    assert not verdicts([worse, HASTY])[0].kept


def test_errors_are_held_against_the_peers_own_and_a_missed_turn_against_nobodys() -> None:
    hasty = replace(HASTY, cut_ins=1)
    told = {each.what: each.kept for each in verdicts([replace(OURS, cut_ins=1), hasty])}
    assert told["real, 1 at once: cut-ins"]
    told = {each.what: each.kept for each in verdicts([replace(OURS, cut_ins=2, missed=1), hasty])}
    assert not told["real, 1 at once: cut-ins"]
    assert not told["real, 1 at once: missed"]


def test_a_crowd_is_held_against_one_call_and_its_cost_against_fixed_figures() -> None:
    one = replace(OURS, engines="rig")
    many = replace(one, calls=100, waited_ms=[270.0, 300.0], peak_mb=350.0)
    told = {each.what: each for each in verdicts([one, many])}
    assert told["rig, 100 at once: p95 after one call's"].measured == "40 ms"
    assert not told["rig, 100 at once: CPU % a call"].kept
    assert not told["rig, 100 at once: MB a call"].kept  # 2.5
    assert "MISSED" in verdict_table(list(told.values()))


def test_the_page_shows_every_turn_and_says_what_went_wrong_without_running_anything() -> None:
    rows = [OURS, replace(HASTY, wrong=["<script>: missed"])]
    text = page(rows, verdicts(rows), {"date": "2026-11-25"})
    assert text.count("<circle") == 4
    assert "&lt;script&gt;: missed" in text
    assert "<script" not in text
    assert 'class="ok">kept' in text


def test_a_pinned_server_is_the_same_on_one_core() -> None:
    assert pinned(program("ours"), 0).command == ["taskset", "-c", "0", "serve", "ours"]
