"""Side by side with a peer: the rig keeps its word, and the table says what the rows say."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncGenerator
from dataclasses import replace
from math import inf
from pathlib import Path

import httpx
import numpy as np
import pytest

from asr.engine import SAMPLE_RATE, Pause, Pcm, Transcript
from demos.latency.machine import busy_seconds, use_of
from demos.latency.peers import rig, stub, systems
from demos.latency.peers.compare import FIGURES, ratio, ratios, table, tell
from demos.latency.peers.engines import Plain, RigTranscriber
from demos.latency.peers.material import is_plain
from demos.latency.peers.measure import Row
from demos.latency.peers.running import is_up
from demos.latency.scene import Scene
from tests.simulate import simulate
from voice.config import load_config

FRAME = SAMPLE_RATE // 50
LOUD = np.tile(np.array([3_000, -3_000], np.int16), FRAME // 2)
QUIET = np.zeros(FRAME, np.int16)


def now() -> float:
    return asyncio.get_running_loop().time()


def heard(*items: tuple[float, Pcm | Pause]) -> list[tuple[float, Transcript]]:
    """What the rig tells, and when, of what comes when."""

    async def line() -> AsyncGenerator[Pcm | Pause, None]:
        for at, item in items:
            await asyncio.sleep(at - now())
            yield item

    async def scene() -> list[tuple[float, Transcript]]:
        return [(now(), told) async for told in RigTranscriber().transcribe(line())]

    return simulate(scene())


def test_a_final_takes_the_time_of_one_decode() -> None:
    ((at, told),) = heard((0.2, np.tile(LOUD, 10)), (1.0, Pause(1)))
    assert at == pytest.approx(1.0 + rig.DECODE_SECONDS)
    assert told == Transcript("Please.", pause=1)


def test_a_final_waits_for_a_decode_that_has_begun() -> None:
    partial, final = heard((1.0, np.tile(LOUD, 50)), (1.05, Pause(1)))
    assert partial[1].pause is None
    assert final[0] == pytest.approx(1.0 + 2 * rig.DECODE_SECONDS)


def test_silence_adds_no_words() -> None:
    told = heard((1.0, np.tile(LOUD, 50)), (2.0, np.tile(QUIET, 50)), (2.5, Pause(1)))
    assert [each.text for _, each in told] == ["Please book tuesday", "Please book tuesday."]


def test_only_the_latest_of_two_pauses_is_answered() -> None:
    told = heard((1.0, np.tile(LOUD, 50)), (1.02, Pause(1)), (1.04, Pause(2)))
    assert [each.pause for _, each in told] == [None, 2]


def test_a_transcriber_that_is_abandoned_lets_go_of_its_audio() -> None:
    closed = []

    async def line() -> AsyncGenerator[Pcm | Pause, None]:
        try:
            yield np.tile(LOUD, 50)
            await asyncio.sleep(60)
        finally:
            closed.append(now())

    async def scene() -> None:
        words = RigTranscriber().transcribe(line())
        await anext(words)
        await words.aclose()
        await asyncio.sleep(0)

    simulate(scene())
    assert closed == [pytest.approx(rig.DECODE_SECONDS)]


def test_the_model_writes_on_time_however_slow_its_reader() -> None:
    async def scene() -> list[float]:
        times = []
        async for _ in rig.write("one two three four"):
            times.append(now())
            await asyncio.sleep(0.02 if len(times) == 1 else 0)
        return times

    # The second was due while the first was still being read; the third is in time again.
    assert simulate(scene()) == pytest.approx([0.12, 0.14, 0.144, 0.156])


def test_the_stub_speaks_openais_stream_and_asks_no_longer_than_it_promised() -> None:
    asked = {"model": "rig", "stream": True, "messages": [{"role": "user", "content": "hello"}]}

    async def scene() -> tuple[str, float]:
        transport = httpx.ASGITransport(stub.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://stub") as client:
            answer = await client.post("/v1/chat/completions", json=asked)
            return answer.text, now()

    text, took = simulate(scene())
    *chunks, done = [line.removeprefix("data: ") for line in text.split("\n\n") if line]
    choices = [json.loads(chunk)["choices"][0] for chunk in chunks]
    reply = "".join(choice["delta"].get("content", "") for choice in choices)
    assert (reply, done) == (rig.REPLIES[1], "[DONE]")
    assert choices[-1]["finish_reason"] == "stop"
    gaps = len(reply.split()) - 1
    assert took == pytest.approx(rig.FIRST_TOKEN_SECONDS + gaps * rig.NEXT_TOKEN_SECONDS)


def test_replies_take_turns_with_the_user_and_not_with_the_system() -> None:
    opening = ["system", "assistant", "user"]
    assert rig.reply_to(opening) == rig.REPLIES[1]
    assert rig.reply_to([*opening, "assistant", "user"]) == rig.REPLIES[2]


def test_our_side_is_configured_with_what_the_peer_gets(tmp_path: Path) -> None:
    for engines, asr in (
        ("rig", "demos.latency.peers.engines:RigTranscriber"),
        ("real", "whisper"),
    ):
        systems.ours("rig" if engines == "rig" else "real", 8091, 8092, tmp_path)
        config = load_config(tmp_path / f"{engines}.toml")
        assert config.asr.engine == asr
        assert config.llm.options["url"] == "http://127.0.0.1:8092/v1"
    talk = Plain().open("call")
    assert (talk.prompt, talk.greeting, talk.tools) == (rig.PROMPT, rig.GREETING, ())


def test_the_peer_is_pointed_at_the_same_model_and_voice() -> None:
    bot = systems.pipecat(Path("python"), "smart-turn", "real", 8093, 8092, Path)
    assert "http://127.0.0.1:8092/v1" in bot.command
    assert {"whisper-tiny.en", "piper-en_US-joe-medium"} <= set(bot.command)
    assert "--whisper" not in systems.pipecat(Path("p"), "x", "rig", 1, 2, Path).command


def scene(text: str, *speech: tuple[float, float]) -> Scene:
    return Scene(
        "s",
        np.zeros(8_000, np.int16),
        speech or ((0.0, 1.0),),
        speech[-1:][0][1] if speech else 1.0,
        text=text,
    )


def test_the_rig_is_given_what_its_words_can_tell() -> None:
    assert is_plain(scene("Yes, please."))
    assert is_plain(scene(""))
    assert not is_plain(scene("My number is"))
    assert not is_plain(scene("On Tuesday, um."))
    assert not is_plain(scene("Yes. But not before nine.", (0.0, 0.3), (0.9, 1.0)))
    assert not is_plain(replace(scene("Mm-hm."), play="over_agent"))


ROW = Row(
    engines="rig", calls=2, round=1, system="ours", turns=2, waited_ms=[200.0, 300.0], cut_ins=0,
    missed=0, cut_short=0, unsaid=0, refused=0, greeting_ms=[5.0], cpu_percent_per_call=1.0,
    ready_mb=100.0, peak_mb=104.0, others_percent=3.0, late_ms_p99=1.0, seconds=20.0,
)  # fmt: skip
PEER = replace(
    ROW, system="peer", waited_ms=[1_000.0, 1_000.0], cut_ins=1, cpu_percent_per_call=4.0
)
ROWS = [ROW, replace(ROW, round=2, waited_ms=[400.0, 500.0]), PEER, replace(PEER, round=2)]


def test_a_figure_is_over_all_rounds_and_its_spread_over_single_ones() -> None:
    told = tell(FIGURES[0], ROWS[:2])
    assert (told.value, told.low, told.high) == (350, 250, 450)


def test_a_ratio_is_taken_within_a_round() -> None:
    told = ratio(FIGURES[0], ROWS[:2], ROWS[2:])
    assert told is not None
    assert (told.value, told.low, told.high) == pytest.approx((0.35, 0.25, 0.45))
    assert ratio(FIGURES[0], ROWS[:1], ROWS[3:]) is None


def test_who_answers_nobody_has_waited_for_ever_and_gives_no_ratio() -> None:
    mute = replace(PEER, waited_ms=[None, None], missed=2)
    assert tell(FIGURES[0], [mute]).value == inf
    assert ratio(FIGURES[0], ROWS[:1], [mute]) is None
    worse = ratio(FIGURES[0], [replace(ROW, waited_ms=[None])], [PEER])
    assert worse is not None
    assert worse.value == inf
    assert "inf" in table([ROW, mute])


def test_growth_is_shared_among_the_calls() -> None:
    assert tell(FIGURES[4], ROWS[:1]).value == 2


def test_the_table_has_both_sides_their_errors_and_how_busy_the_machine_was() -> None:
    heading, _, ours, peer, between = table(ROWS).splitlines()[:5]
    assert heading.startswith("rig engines, 2 calls, 2 rounds; others took 3 to 3% of a core")
    assert ours.startswith("ours")
    assert peer.split()[-3:] == ["2", "0", "0"]
    assert between.startswith("ours / peer")
    assert "0.35 [0.25-0.45]" in between


def test_scripts_are_told_the_ratios_and_both_sides_errors() -> None:
    (told,) = ratios(ROWS)
    assert (told["peer"], told["cut_ins"], told["missed"]) == ("peer", [0, 2], [0, 0])
    assert told["TTFS p50 ms"] == [0.35, 0.25, 0.45]


@pytest.mark.parametrize(
    ("status", "body", "up"),
    [
        (503, {"status": "not ready", "learnt": False}, False),
        (200, {"status": "ready", "learnt": False}, False),
        (200, {"status": "ready", "learnt": True}, True),
        (200, {"status": "ok"}, True),
    ],
)
def test_a_server_that_still_learns_its_phrases_is_not_measured_yet(
    status: int, body: dict[str, object], up: bool
) -> None:
    assert is_up(httpx.Response(status, json=body)) is up


def test_what_a_child_uses_is_counted_with_its_parent() -> None:
    before = use_of(os.getpid())
    with subprocess.Popen(
        [sys.executable, "-c", "b = bytearray(64 << 20)\nprint(flush=True)\ninput()"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as child:  # fmt: skip
        assert child.stdout is not None
        child.stdout.readline()
        within = use_of(os.getpid())
        child.communicate(b"\n")
    assert within.resident_mb - before.resident_mb > 60
    assert within.cpu_seconds >= before.cpu_seconds
    assert busy_seconds() > within.cpu_seconds
