"""What early replies save is told against the same turns without them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from demos.latency.peers.early import EARLY, LATE, NO_GUESS, arm, lines, saved
from demos.latency.peers.measure import Row
from voice.config import load_config

EARLIER = Row(
    engines="real+pauses", calls=1, round=1, system=EARLY, turns=3, waited_ms=[300.0, None, 340.0],
    cut_ins=1, missed=0, cut_short=0, unsaid=0, refused=0, greeting_ms=[5.0],
    cpu_percent_per_call=1.0, ready_mb=100.0, peak_mb=101.0, others_percent=3.0, late_ms_p99=1.0,
    seconds=20.0, tokens=130,
)  # fmt: skip
LATER = replace(EARLIER, system=LATE, waited_ms=[500.0, 600.0, 520.0], cut_ins=0, tokens=100)


def test_each_turn_is_held_against_itself_and_one_that_went_wrong_against_none() -> None:
    told = saved([EARLIER], [LATER])
    assert told["by_turn_ms"] == pytest.approx((200 + 180) / 2)
    assert told["p50_ms"] == pytest.approx(520 - 320)


def test_rounds_are_told_apart_and_tokens_together() -> None:
    second = replace(EARLIER, round=2, waited_ms=[400.0, 400.0, 400.0], tokens=110)
    late = replace(LATER, round=2)
    told = saved([EARLIER, second], [LATER, late])
    assert (told["p50_low"], told["p50_high"]) == (120, 200)
    assert told["extra_percent"] == pytest.approx(20)


def test_both_figures_must_be_kept() -> None:
    rows = [EARLIER, replace(LATER, system=NO_GUESS), LATER]
    early, no_guess = list(lines(rows))[-2:]
    assert early.endswith("kept)")  # 200 ms for 30%
    assert no_guess.endswith("MISSED)")  # 0 ms for nothing
    dear = [replace(EARLIER, tokens=140), *rows[1:]]
    assert list(lines(dear))[-2].endswith("MISSED)")


def test_the_three_servers_differ_in_one_setting(tmp_path: Path) -> None:
    policies = {}
    for name in (EARLY, NO_GUESS, LATE):
        program = arm(name, 1, tmp_path, Path("brain.gguf"))
        config = load_config(Path(program.command[program.command.index("--config") + 1]))
        policies[name] = config.turn
        assert config.llm.options["tally"] == str(program.tally)
        assert config.agent.engine == "clinic"
    assert policies[NO_GUESS] == policies[EARLY].model_copy(update={"guess": False})
    assert policies[LATE] == policies[EARLY].model_copy(update={"speculate": False})
