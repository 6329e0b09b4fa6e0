"""A run's figures, as they are printed, drawn and handed to programs."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from demos.latency.callers import Placed, Run
from demos.latency.judge import Answer, Interruption
from demos.latency.page import page
from demos.latency.scene import Expect, Scene
from demos.latency.summary import failed, summarise
from demos.latency.table import table


def scene(name: str, kind: str, expect: Expect = "reply") -> Scene:
    return Scene(name, np.zeros(0, np.int16), ((0.0, 1.0),), 1.0, kind, expect)


SHORT, LONG = scene("yes", "short_answer"), scene("<i>refill", "long_request")
BARGE_IN, NOD = scene("wait", "barge_in", "stop"), scene("mm-hm", "backchannel", "keep_talking")


def placed(*answers: Answer, **more: Any) -> Placed:  # noqa: ANN401  any of its fields
    return Placed(1.0, **({"greeted_at": 0.012, "seconds": 20.0} | more), answers=list(answers))


def run(*calls: Placed, late: float = 0.001) -> Run:
    return Run(calls, 30.0, 0.4, 100 * [late])


GOOD = placed(
    Answer(SHORT, 5.0, 0.3, trace={"final": 0.1, "audio_sent": 0.29}, counts={"tokens": 4}),
    Answer(LONG, 9.0, 0.5, 0.1, counts={"tokens": 6, "wasted_tokens": 3}, heard="a <b>refill"),
    interruptions=[
        Interruption(BARGE_IN, True, 0.2, True, 1.5),
        Interruption(NOD, False, 3, False),
        Interruption(NOD, False, 0.2, True, 1.5, hush=0.6),
    ],
)
BAD = placed(
    Answer(SHORT, 5.0, None),
    Answer(LONG, 9.0, None, cut_in=0.4),
    Answer(LONG, 15.0, 0.4, cut_short=True),
    greeted_at=None,
    unsaid=1,
    hung_up="goodbye",
    interruptions=[Interruption(BARGE_IN, False, 2.0, False), Interruption(NOD, True, 0.2, True)],
)
REFUSED = Placed(2.0, refused="busy: all lines are busy")


def told(*calls: Placed, **more: Any) -> dict[str, Any]:  # noqa: ANN401  as above
    about = {"url": "ws://x/call", "protocol": "native", "callers": len(calls), "seed": 1,
             "jitter_ms": 0.0, "loss_percent": 0.0, "server": {}}  # fmt: skip
    return about | summarise(run(*calls, **more), planned=6)


def test_every_turn_is_counted_once_as_what_became_of_it() -> None:
    figures = told(GOOD, BAD, REFUSED)

    assert (figures["turns"], figures["answered"]) == (5, 3)
    assert (figures["missed"], figures["cut_ins"], figures["cut_short"]) == (1, 1, 1)
    assert (figures["calls"], figures["unsaid"], figures["not_greeted"]) == (2, 1, 1)
    assert figures["refused"] == {"busy: all lines are busy": 1}
    assert figures["hung_up"] == {"goodbye": 1}
    assert {kind: tally["turns"] for kind, tally in figures["kinds"].items()} == {
        "long_request": 3,
        "short_answer": 2,
    }


def test_real_people_and_synthetic_voices_are_told_apart_where_there_are_both() -> None:
    person = Scene("no", np.zeros(0, np.int16), ((0.0, 1.0),), 1.0, "short_answer", real=True)
    voices = told(GOOD, placed(Answer(person, 5.0, 0.9)))["voices"]

    assert voices["real"]["ttfs_ms"]["p50"] == [900, 900, 900]
    assert (voices["real"]["turns"], voices["synthetic"]["turns"]) == (1, 2)
    assert told(GOOD)["voices"] == {}


def test_percentiles_are_of_answered_turns_in_milliseconds() -> None:
    figures = told(GOOD, BAD)

    assert figures["ttfs_ms"]["p50"][0] == 400
    assert figures["kinds"]["short_answer"]["ttfs_ms"]["p99"] == [300, 300, 300]
    assert figures["greeting_ms"]["p50"] == [12, 12, 12]
    assert figures["stages_ms"]["final"]["p50"] == [100, 100, 100]
    assert figures["server_minus_caller_ms"]["p50"] == [-10, -10, -10]


def test_barge_ins_and_sounds_that_should_stop_nobody_are_told_apart() -> None:
    figures = told(GOOD, BAD)

    barge = figures["barge_in"]
    assert (barge["count"], barge["talked_on"], barge["without_clear"]) == (2, 1, 1)
    assert barge["silent_after_ms"]["p50"][0] == 1_100
    assert barge["held_by_carrier_ms"]["p50"][0] == 1_500
    nods = figures["overlaps"]
    assert (nods["count"], nods["stopped"], nods["went_on"]) == (3, 1, 1)
    assert nods["stopped_by"] == {"backchannel": 1}
    assert nods["hush_ms"]["p50"] == [600, 600, 600]


def test_waste_is_told_by_turn_too() -> None:
    assert told(GOOD)["work"] == {"tokens": 10, "wasted_tokens": 3, "wasted_tokens_per_turn": 1.5}


def test_what_the_callers_took_themselves_is_told() -> None:
    assert told(GOOD)["caller"] == {
        "cpu_percent_per_call": 2.0,
        "late_ms_p99": 1.0,
        "busy": False,
    }
    assert "this machine is too busy" in table(told(GOOD, late=0.03))
    assert "this machine is too busy" not in table(told(GOOD))


@pytest.mark.parametrize(
    ("calls", "expected"),
    [
        ([GOOD], False),
        ([GOOD, REFUSED], True),
        ([placed(Answer(SHORT, 5.0, None))], True),
        ([placed(Answer(SHORT, 5.0, None, cut_in=0.1))], True),
        ([placed(Answer(SHORT, 5.0, 0.3, cut_short=True))], True),
        ([placed(unsaid=1)], True),
        ([placed(interruptions=[Interruption(BARGE_IN, False, 2.0, False)])], True),
        ([placed(interruptions=[Interruption(NOD, True, 0.2, True)])], True),
    ],
)
def test_a_caller_who_was_let_down_makes_the_run_fail(calls: list[Placed], expected: bool) -> None:
    assert failed(told(*calls)) is expected


def test_people_get_the_same_as_a_table() -> None:
    printed = table(told(GOOD, BAD, REFUSED))

    assert printed.startswith("2 calls, 5 turns in 30 s: 3 answered, 1 missed, 1 cut in, 1 cut sh")
    assert "refused 1 times: busy: all lines are busy" in printed
    assert "1 of 6 turns were never said" in printed
    assert re.search(r"^TTFS +400 \[300-500\] ", printed, re.MULTILINE)
    assert "2 barge-ins: the agent talked on in 1, sent no clear in 1" in printed
    assert "3 sounds that should stop nobody: 1 stopped the agent (1 by backchannel), 1 " in printed
    assert re.search(r"^nod: hush before it went on +600 \[600-600\] ", printed, re.MULTILINE)


def test_a_bad_line_and_the_servers_cost_are_told_where_there_are_any() -> None:
    bad_line = {"jitter_ms": 60.0, "loss_percent": 2.5}
    cost = {"pid": 7, "cpu_seconds_per_call_minute": 4.25, "resident_mb": 512, "before_mb": 400}
    printed = table(told(GOOD) | bad_line | {"server": cost})

    assert "frames were up to 60 ms late, 2.5% of them were lost" in printed
    assert "(process 7 and its children) took 4.25 s of processor time for each" in printed
    assert "512 MB are resident, 400 before" in printed
    assert "ms late, 0%" not in table(told(GOOD))


def test_the_page_shows_the_median_and_the_worst_turn_and_each_that_went_wrong() -> None:
    html = page(told(GOOD, BAD), run(GOOD, BAD))

    assert "The median turn: &lt;i&gt;refill, 400 ms" in html
    assert "The worst turn: &lt;i&gt;refill, 500 ms" in html
    assert "<td>nod: hush before it went on</td>" in html
    assert "<title>yes: no reply</title>" in html
    assert "<title>&lt;i&gt;refill: cut in 400 ms early</title>" in html


def test_nothing_that_was_said_or_named_is_markup_in_the_page() -> None:
    html = page(told(GOOD) | {"url": "ws://<b>x"}, run(GOOD))

    assert "<i>refill" not in html
    assert "<b>refill" not in html
    assert "<b>x" not in html


def test_a_run_without_an_answer_has_a_page_too() -> None:
    calls = placed(Answer(SHORT, 5.0, None))
    html = page(told(calls), run(calls))

    assert "no reply" in html
    assert "The median turn" not in html
