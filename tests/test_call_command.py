"""`voice call` against servers on real sockets: good ones, bad ones, and none."""

import json
import os
import signal
from collections.abc import Awaitable
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest
import soundfile
from websockets.asyncio.server import ServerConnection
from websockets.sync.client import connect

from tests.fakes import FakeLLM, FakeTranscriber, FakeTTS
from tests.phone import Agent, Clause, recording
from tests.serving import serving
from tests.sockets import Serve, live, server
from voice.cli import main
from voice.config import ServerConfig
from voice.wire import Bye, ErrorOut
from voice.wire.native import Native
from voice.wire.twilio import Twilio


async def converse(socket: ServerConnection) -> None:
    """A good server."""
    assert socket.request is not None
    codec = Twilio() if socket.request.path == "/twilio" else Native()
    agent = Agent(
        codec,
        [Clause(0.05, 0.1)],
        [[Clause(0.2, 0.15)]],
        tells=codec.sample_rate > 8_000,
        endpoint=0.1,
    )
    await live(agent, socket)


@pytest.fixture
def wav(tmp_path: Path) -> Path:
    """A short turn."""
    path = tmp_path / "turn.wav"
    soundfile.write(path, recording(16_000, 0.05, 0.2, 0.1).pcm, 16_000)
    return path


def call(*arguments: object) -> int:
    return main(["call", *map(str, arguments)])


def complaint(capsys: pytest.CaptureFixture[str]) -> str:
    """The last line on standard error."""
    return capsys.readouterr().err.strip().splitlines()[-1]


@pytest.mark.parametrize("path", ["/call", "/twilio"])
def test_a_call_is_lived_through_measured_saved_and_drawn(
    path: str, wav: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved, drawn = tmp_path / "call.wav", tmp_path / "call.png"

    with server(converse) as url:
        status = call(
            url + path, wav, wav, "--pause", "0.1", "--json", "--save", saved, "--picture", drawn
        )

    assert status == 0
    told = json.loads(capsys.readouterr().out)
    # The agent reacts .2 s after the last voiced sample, or as late as this machine is busy.
    assert all(195 <= turn["ttfs_ms"] < 2_000 for turn in told["turns"])
    assert told["missed"] == told["cut_ins"] == 0
    assert [turn["heard"] for turn in told["turns"]] == (
        ["turn 1", "turn 2"] if path == "/call" else ["", ""]
    )
    stereo, rate = soundfile.read(saved, dtype="int16")
    assert rate == (16_000 if path == "/call" else 8_000)
    assert stereo.shape[1] == 2
    assert np.abs(stereo).max(axis=0).tolist() == pytest.approx(
        [8_000, 8_000], rel=0.1
    )  # a filter rings
    assert drawn.read_bytes().startswith(b"\x89PNG")


def test_our_own_server_and_the_caller_tell_the_same_story(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wav = tmp_path / "turn.wav"
    # Speech ends with a frame: the fake detector hears frames as a whole.
    soundfile.write(wav, recording(16_000, 0.06, 0.24, 0.1).pcm, 16_000)
    words, llm = FakeTranscriber("Hello there."), FakeLLM("Which day works for you?", ttft=0.05)

    with serving(llm, FakeTTS(per_word=0.1), words, ServerConfig(port=0, token="s3cret")) as house:
        status = call(house.url(), wav, "--pause", "0.2", "--json", "--token", "s3cret")

    told = json.loads(capsys.readouterr().out)
    assert status == 0
    [turn] = told["turns"]
    assert (turn["heard"], turn["reply"]) == ("Hello there.", "Which day works for you?")
    assert told["greeting"]["text"] == "Hello."
    assert turn["trace_ms"]["audio_sent"] == turn["server_ttfs_ms"]
    assert abs(turn["ttfs_ms"] - turn["server_ttfs_ms"]) < 100  # this machine may be busy


def test_a_wrong_token_is_the_callers_to_mend(
    wav: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(server=ServerConfig(port=0, token="s3cret")) as house:
        status = call(house.url(), wav, "--token", "guess")

    assert status == 2
    assert complaint(capsys).endswith("ended the call: unauthorized: the token is missing or wrong")


def test_nobody_answers(wav: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with server(converse) as url:
        pass

    assert call(url + "/call", wav) == 2
    assert complaint(capsys) == f"voice: cannot reach {url}/call: connection refused"


def test_a_server_that_takes_no_more_sockets_is_quoted(
    wav: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(server=ServerConfig(port=0, max_calls=1)) as house, ExitStack() as crowd:
        for _ in range(4):
            crowd.enter_context(connect(house.url(), proxy=None))
        status = call(house.url(), wav)

    assert status == 2
    assert complaint(capsys) == (
        f"voice: {house.url()} does not take the call: HTTP 503 4 of 4 sockets wait for their "
        "call to begin, try again later"
    )


def test_an_address_that_answers_no_calls_is_told_by_its_status(
    wav: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving() as house:
        assert call(house.url("/cal"), wav) == 2
    assert complaint(capsys) == (
        f"voice: {house.url('/cal')} does not take the call: HTTP 404 "
        "no calls are taken at /cal, expected one of: /call, /twilio"
    )


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ws://127.0.0.1:99999/call", "port out of range 0-65535"),
        ("ws://127.0.0.1:http/call", "port could not be cast to integer value as 'http'"),
        ("ws://[::1/call", "invalid ipv6 url"),
    ],
)
def test_an_address_that_makes_no_sense_is_named(
    url: str, reason: str, wav: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(url, wav) == 2
    assert complaint(capsys) == f"voice: URL is {url}: {reason}"


@pytest.mark.parametrize("option", ["--save", "--picture"])
def test_what_cannot_be_saved_is_known_before_the_call(
    option: str, wav: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody(socket: ServerConnection) -> Awaitable[None]:
        raise AssertionError("a call was placed")

    wanted = tmp_path / "nope" / "call.png"
    with server(nobody) as url:
        assert call(url + "/call", wav, option, wanted) == 2
    assert complaint(capsys) == f"voice: cannot write {wanted}: no such file or directory"


@pytest.mark.parametrize("name", ["call.txt", "call"])
def test_a_picture_that_nobody_can_draw_is_known_before_the_call(
    name: str, wav: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("ws://127.0.0.1:1/call", wav, "--picture", name) == 2
    said = complaint(capsys)
    assert said.startswith(f"voice: cannot draw {name}, expected a name that ends in one of: ")
    assert ".png" in said
    assert not Path(name).exists()


def test_a_rate_that_twilios_protocol_has_not_is_refused(
    wav: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call("ws://127.0.0.1:1/twilio", wav, "--sample-rate", 16_000) == 2
    assert complaint(capsys) == (
        "voice: --sample-rate is 16000, expected 8000, which is all that Twilio's protocol has"
    )
    assert call("ws://127.0.0.1:1/twilio", wav, "--sample-rate", 8_000) == 2
    assert complaint(capsys).startswith("voice: cannot reach ws://127.0.0.1:1/twilio: ")


def test_a_server_without_tls_is_told_from_one_that_cannot_be_reached(
    wav: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving() as house:
        url = house.url().replace("ws://", "wss://")
        assert call(url, wav) == 2
    said = complaint(capsys)
    assert said.startswith(f"voice: cannot reach {url}: no TLS there (")
    assert said.endswith("), expected a ws:// address if it has none")


@pytest.mark.parametrize("said", [0, 1], ids=["before a word", "in mid-turn"])
def test_who_interrupts_a_call_keeps_what_there_is_of_it(
    said: int, wav: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async def until_interrupted(socket: ServerConnection) -> None:
        loud = 0
        async for message in socket:
            loud += isinstance(message, bytes) and (any(message) or not said)
            if loud == 3:
                os.kill(os.getpid(), signal.SIGINT)

    saved, drawn = tmp_path / "call.wav", tmp_path / "call.png"
    keep = "--save", saved, "--picture", drawn
    with server(until_interrupted) as url:
        status = call(url + "/call", wav, "--greeting-timeout", 5 * (1 - said) + 0.05, *keep)

    assert status == 130
    stereo, _ = soundfile.read(saved, dtype="int16")
    assert len(stereo) >= 3 * 320
    assert bool(stereo.any()) == bool(said)
    assert drawn.read_bytes().startswith(b"\x89PNG")
    told = capsys.readouterr()
    assert f"saved {saved}: the caller on the left" in told.err
    assert "turns answered" not in told.out


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/call", "127.0.0.1:8080", "call"])
def test_the_address_is_not_a_websockets(
    url: str, wav: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(url, wav) == 2
    assert (
        complaint(capsys) == f"voice: URL is {url}, expected one that begins with ws:// or wss://"
    )


def test_the_recording_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "words.wav"
    path.write_text("hello")

    assert call("ws://127.0.0.1:1/call", path) == 2
    assert complaint(capsys).startswith(f"voice: cannot read {path}: ")


async def _busy(socket: ServerConnection) -> None:
    await socket.recv()
    busy = Native().encode(ErrorOut("busy", "all 32 lines are busy"))
    assert busy is not None
    await socket.send(busy)
    await socket.close(1013, "all 32 lines are busy")


async def _forbidden(socket: ServerConnection) -> None:
    await socket.close(1008, "the token is missing or wrong")


async def _goodbye(socket: ServerConnection) -> None:
    await socket.recv()
    bye = Native().encode(Bye("draining"))
    assert bye is not None
    await socket.send(bye)


async def _nonsense(socket: ServerConnection) -> None:
    await socket.recv()
    await socket.send("hello?")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (_busy, "busy: all 32 lines are busy"),
        (_forbidden, "closed with 1008 the token is missing or wrong"),
        (_goodbye, "draining"),
        (_nonsense, "it broke the protocol: text is not JSON: expecting value at character 0"),
    ],
)
def test_the_server_ends_the_call_at_once(
    answer: Serve, reason: str, wav: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with server(answer) as url:
        status = call(url + "/call", wav)

    assert status == 2
    assert complaint(capsys) == f"voice: {url}/call ended the call: {reason}"


def test_the_server_hangs_up_in_the_middle(wav: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async def hang_up(socket: ServerConnection) -> None:
        async for message in socket:
            if isinstance(message, bytes) and any(message):
                await socket.close(1011, "internal error")

    with server(hang_up) as url:
        status = call(url + "/call", wav, wav, "--greeting-timeout", "0.05")

    assert status == 2
    told = capsys.readouterr().out
    assert "the server ended the call: closed with 1011 internal error" in told
    assert "0 of 2 turns answered, 2 missed" in told
