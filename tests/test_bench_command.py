"""`voice bench` against servers on real sockets: ours with fake engines, and worse ones."""

from __future__ import annotations

import asyncio
import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
import soundfile
from websockets.asyncio.server import ServerConnection

from demos.latency.callers import place_calls
from demos.latency.deal import Plan, Step
from demos.latency.scene import read_scenes
from demos.phone.peers import NativePeer
from demos.phone.script import Manners
from tests.fakes import FakeLLM, FakeTranscriber, FakeTTS
from tests.phone import Agent, Clause, tone
from tests.serving import serving
from tests.sockets import Serve, live, server
from voice.cli import main
from voice.config import ServerConfig
from voice.wire import Audio, Codec, ErrorOut
from voice.wire.native import Native
from voice.wire.twilio import Twilio

RATE = 16_000


@pytest.fixture
def scenes(tmp_path: Path) -> Path:
    """A turn with a pause in it, and what may be said over the agent."""
    # Speech ends with a frame: the fake detector hears frames as a whole.
    silence = tone(0.06, RATE, 0)
    quarter = tone(0.24, RATE)
    pausing = np.concatenate([silence, quarter, tone(0.8, RATE, 0), quarter, silence])
    for name, pcm in (
        ("turn", np.concatenate([silence, quarter, silence])),
        ("pause", pausing),
        ("wait", np.concatenate([silence, tone(0.4, RATE), silence])),
        ("nod", np.concatenate([silence, tone(0.4, RATE), silence])),
    ):
        soundfile.write(tmp_path / f"{name}.wav", pcm, RATE)
    index = [
        label("turn", "short_answer", [[0.06, 0.3]]),
        label("pause", "mid_pause", [[0.06, 0.3], [1.1, 1.34]]),
        label("wait", "barge_in", [[0.06, 0.46]], expect="stop", play="over_agent"),
        label("nod", "backchannel", [[0.06, 0.46]], expect="keep_talking", play="over_agent"),
    ]
    (tmp_path / "scenes.jsonl").write_text("\n".join(map(json.dumps, index)))
    return tmp_path


def label(name: str, kind: str, speech: list[list[float]], **more: object) -> dict[str, object]:
    turn = {"expect": "reply", "play": "turn", "turn_end": speech[-1][1]}
    return {"name": name, "wav": f"{name}.wav", "kind": kind, "speech": speech} | turn | more


def bench(*arguments: object) -> int:
    hasty = ("--within", "0.1", "--pause", "0.1", "--greeting-timeout", "1", "--turns", "2")
    return main(["bench", *hasty, *map(str, arguments)])


def figures(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The last line on standard output."""
    told: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return told


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    """The last line on standard error."""
    return capsys.readouterr().err.strip().splitlines()[-1]


@pytest.mark.parametrize("path", ["/call", "/twilio"])
def test_our_own_server_is_measured_over_both_protocols(
    path: str, scenes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "bench.html"
    words = FakeTranscriber(*4 * ["Hello there."])
    voice, guarded = FakeTTS(per_word=0.1), ServerConfig(port=0, token="s3cret")

    with serving(FakeLLM(ttft=0.05), voice, words, guarded) as house:
        url = house.url(path)
        status = bench(
            url, scenes / "turn.wav", "--calls", 2, "--token", "s3cret", "--report", page
        )

    told = figures(capsys)
    assert status == 0
    assert (told["calls"], told["turns"], told["answered"]) == (2, 4, 4)
    assert told["missed"] == told["cut_ins"] == told["cut_short"] == told["unsaid"] == 0
    middle, low, high = told["ttfs_ms"]["p50"]
    assert 100 < low <= middle <= high < 2_000  # there is a silence to wait for
    assert 0 < told["greeting_ms"]["p95"][0] < 1_000
    if path == "/call":
        assert told["stages_ms"]["audio_sent"]["p50"][0] > told["stages_ms"]["final"]["p50"][0]
        assert abs(told["server_minus_caller_ms"]["p50"][0]) < 100  # this machine may be busy
        assert told["work"]["tokens"] >= 4
    else:
        assert told["stages_ms"] == {}  # a telephone is told nothing
    check_page(page.read_text(), url)


def check_page(html: str, url: str) -> None:
    """One file, three kinds of picture, nothing fetched from elsewhere."""
    pictures = re.findall(r"<svg.*?</svg>", html)
    assert [ElementTree.fromstring(svg).get("aria-label") for svg in pictures] == [
        "Distribution of time to first sentence",
        "Time to first sentence over the run",
        "One turn",
        "One turn",
    ]
    assert len(ElementTree.fromstring(pictures[1]).findall("circle")) == 4
    assert url in html
    assert not re.search(r"(src|href)=|@import|url\(|<script", html)
    tags = _Tags()
    tags.feed(html)
    assert tags.open == []


class _Tags(HTMLParser):
    """Which elements were never closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_barge_in_stops_our_own_server_at_the_bridge(
    scenes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = FakeTranscriber("Hello there.", "No, wait.")
    llm = FakeLLM(("One two three four five six seven eight.",), ttft=0.05)

    with serving(llm, FakeTTS(per_word=0.4), words) as house:
        status = bench(house.url(), scenes, "--turns", 1, "--kind", "short_answer",
                       "--kind", "barge_in")  # fmt: skip

    told = figures(capsys)
    assert status == 0
    assert (told["barge_in"]["count"], told["barge_in"]["talked_on"]) == (1, 0)
    assert told["barge_in"]["without_clear"] == 0
    assert 0 < told["barge_in"]["silent_after_ms"]["p50"][0] < 500
    assert told["barge_in"]["held_by_carrier_ms"]["p50"][0] > 500
    assert told["turns"] == told["answered"] == 2  # the barge-in is answered too


@pytest.mark.parametrize("path", ["/call", "/twilio"])
def test_our_own_server_listens_to_a_nod_and_goes_on(
    path: str, scenes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = FakeTranscriber("Hello there.", "Mm-hm.")
    llm = FakeLLM(("One two three four five six seven eight.",), ttft=0.05)

    with serving(llm, FakeTTS(per_word=0.4), words) as house:
        status = bench(house.url(path), scenes, "--turns", 1, "--kind", "short_answer",
                       "--kind", "backchannel")  # fmt: skip

    told = figures(capsys)
    assert status == 0
    nods = told["overlaps"]
    assert (nods["count"], nods["stopped"], nods["went_on"]) == (1, 0, 1)
    assert 200 < nods["hush_ms"]["p50"][0] < 1_500  # it was silent until it knew the words
    assert told["turns"] == told["answered"] == 1


def agent_of(*replies: list[Clause]) -> Serve:
    """A foreign server that answers so, after a tenth of a second of silence."""

    async def answer(socket: ServerConnection) -> None:
        assert socket.request is not None
        codec: Codec = Twilio() if socket.request.path == "/twilio" else Native()
        await live(Agent(codec, [Clause(0.05, 0.1)], replies, endpoint=0.1), socket)

    return answer


@pytest.mark.parametrize("path", ["/call", "/twilio"])
def test_a_server_that_cuts_in_is_told_of(
    path: str, scenes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hasty = agent_of([Clause(0.15, 0.1)])

    with server(hasty) as url:
        status = bench(url + path, scenes, "--turns", 1, "--kind", "mid_pause")

    told = figures(capsys)
    assert status == 1
    assert (told["turns"], told["cut_ins"], told["missed"], told["ttfs_ms"]) == (1, 1, 0, {})


def test_a_server_that_does_not_answer_is_told_of(
    scenes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "bench.html"
    with server(agent_of([], [Clause(0.2, 0.1)])) as url:
        status = bench(url + "/twilio", scenes / "turn.wav", "--reply-timeout", "0.6",
                       "--report", page)  # fmt: skip

    told = figures(capsys)
    assert status == 1
    assert (told["turns"], told["answered"], told["missed"], told["cut_ins"]) == (2, 1, 1, 0)
    assert "turn: no reply" in page.read_text()


def test_a_server_that_never_clears_is_told_of(
    scenes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deaf = agent_of([Clause(0.2, 2.5)], [])

    with server(deaf) as url:
        status = bench(url + "/twilio", scenes, "--turns", 1, "--kind", "short_answer",
                       "--kind", "barge_in", "--reply-timeout", "0.3")  # fmt: skip

    told = figures(capsys)
    assert status == 1
    assert told["barge_in"]["count"] == told["barge_in"]["talked_on"] == 1
    assert told["barge_in"]["without_clear"] == 1
    assert told["barge_in"]["silent_after_ms"]["p50"][0] > 800


def test_a_barge_in_that_finds_the_agent_silent_says_nothing_of_it(
    scenes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with server(agent_of([Clause(0.2, 0.1)])) as url:
        status = bench(url + "/call", scenes, "--turns", 1, "--kind", "short_answer",
                       "--kind", "barge_in")  # fmt: skip

    told = figures(capsys)
    assert status == 0
    assert (told["overlaps_unheard"], told["barge_in"]["count"]) == (1, 0)
    assert told["turns"] == told["answered"] == 1


def test_a_bad_line_costs_frames_and_is_told_with_the_servers_cost(
    scenes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agents: list[Agent] = []

    async def answer(socket: ServerConnection) -> None:
        agents.append(Agent(Native(), [Clause(0.05, 0.1)], [[Clause(0.3, 0.1)]], endpoint=0.2))
        await live(agents[-1], socket)

    with server(answer) as url:
        status = bench(url + "/call", scenes / "turn.wav", "--turns", 1, "--jitter", 40,
                       "--loss", 50, "--pid", os.getpid())  # fmt: skip

    told = figures(capsys)
    assert status == 0
    assert (told["jitter_ms"], told["loss_percent"]) == (40, 50)
    assert told["server"]["pid"] == os.getpid()
    assert min(told["server"].values()) > 0
    came = sum(isinstance(value, Audio) for value in agents[0].received)
    assert 0.25 < 0.02 * came / told["seconds"] < 0.75


def test_a_call_begins_when_the_plan_says_whatever_the_others_do(scenes: Path) -> None:
    plans = [Plan([Step(scene)], at) for scene in read_scenes([scenes / "turn.wav"], RATE)
             for at in (0.35, 0.0)]  # fmt: skip

    with server(agent_of([])) as url:
        manners = Manners(greeting_timeout=1.0, pause=0.05, reply_timeout=0.2)
        run = asyncio.run(place_calls(url + "/call", plans, manners, NativePeer))

    first, second = (call.began_at for call in run.calls)
    assert 0 <= first < 0.35 <= second
    assert run.calls[0].seconds > 0.35  # it was still up


async def _busy(socket: ServerConnection) -> None:
    await socket.recv()
    busy = Native().encode(ErrorOut("busy", "all lines are busy"))
    assert busy is not None
    await socket.send(busy)
    await socket.close(1013, "all lines are busy")


def test_calls_that_are_refused_are_told_of_and_the_others_measured(
    scenes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = 1

    async def one_line(socket: ServerConnection) -> None:
        nonlocal lines
        lines -= 1
        await (agent_of([Clause(0.2, 0.1)])(socket) if lines >= 0
               else _busy(socket))  # fmt: skip

    with server(one_line) as url:
        status = bench(url + "/call", scenes / "turn.wav", "--calls", 3, "--turns", 1)

    told = figures(capsys)
    assert status == 1
    assert (told["calls"], told["answered"], told["unsaid"]) == (1, 1, 0)
    assert told["refused"] == {f"{url}/call ended the call: busy: all lines are busy": 2}


def test_when_every_call_is_refused_there_is_one_line_to_say_why(
    scenes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with server(_busy) as url:
        status = bench(url + "/call", scenes / "turn.wav", "--calls", 2)

    assert status == 2
    assert complaint(capsys) == f"voice: {url}/call ended the call: busy: all lines are busy"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("http://127.0.0.1:1/call",), "URL is http://127.0.0.1:1/call, expected one that begins"),
        (("ws://127.0.0.1:1/call",), "cannot reach ws://127.0.0.1:1/call: connection refused"),
        (("ws://127.0.0.1:1/call", "no.wav"), "cannot read no.wav: no such file"),
        (("ws://127.0.0.1:1/call", "no-folder"), "cannot read no-folder: no such file"),
        (("ws://127.0.0.1:1/call", "--kind", "opera"), "no scene is of kind 'opera', expected"),
        (
            ("ws://127.0.0.1:1/call", "--report", "no/b.html"),
            "cannot write no/b.html: no such file",
        ),
    ],
)
def test_what_the_caller_must_mend_is_one_line(
    arguments: tuple[str, ...], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench(*arguments) == 2
    assert complaint(capsys).startswith(f"voice: {expected}")


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--calls", "0"),
        ("--turns", "many"),
        ("--pause", "-1"),
        ("--jitter", "-3"),
        ("--loss", "60"),
        ("--loss", "nan"),
        ("--pid", "voice"),
    ],
)
def test_a_number_that_cannot_be_is_refused_by_name(
    option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        bench("ws://127.0.0.1:1/call", option, value)

    assert ended.value.code == 2
    assert complaint(capsys).startswith(f"voice bench: error: argument {option}: is '{value}', exp")
