"""`voice serve` as its operator meets it: what it refuses to start with, and how it ends."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.fakes import FakeConversation, FakeLLM, FakeTranscriber
from voice.config import ServerConfig
from voice.serve import listen

ROOT = Path(__file__).parent.parent
SILENT = bytes(640)
EARS = 'engine = "tests.fakes:FakeTranscriber"'
BRAIN = 'engine = "tests.test_serve:Housekeeper"'
NO_BRAIN = 'engine = "openai"\nurl = "http://127.0.0.1:9/v1"\nmodel = "brain"'
ENGINES = f"""
[asr]
{EARS}
[llm]
{BRAIN}
[tts]
engine = "espeak"
[agent]
engine = "tests.serving:FakeAgent"
"""


class Housekeeper(FakeLLM):
    """A model with a folder of its own while it is at work, as the embedded brain has."""

    async def __aenter__(self) -> Housekeeper:
        self._stack = ExitStack()
        self._stack.enter_context(tempfile.TemporaryDirectory(prefix="voice-brain-"))
        return self

    async def __aexit__(self, *error: object) -> None:
        self._stack.close()


class Fetching(FakeTranscriber):
    """Ears whose model takes a minute to come, in a thread that nobody can interrupt."""

    def __init__(self) -> None:
        Path("fetching").touch()
        threading.Event().wait(60)


class Unlicensed(FakeTranscriber):
    """Ears that cannot be made."""

    def __init__(self) -> None:
        raise RuntimeError("no licence file")


class Asleep(FakeTranscriber):
    """Ears that are made, and do not wake."""

    async def __aenter__(self) -> Asleep:
        raise OSError("no\nmicrophone")

    async def __aexit__(self, *error: object) -> None:
        pass


@dataclass
class Operator:
    """Somebody with a shell in an empty folder."""

    folder: Path

    def start(self, config: str, *arguments: object) -> subprocess.Popen[str]:
        """`voice serve` with this configuration."""
        (self.folder / "my.toml").write_text(config)
        (self.folder / "tmp").mkdir(exist_ok=True)
        environ = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(self.folder / "tmp")}
        serve = [sys.executable, "-m", "voice.cli", "serve", "--config", "my.toml"]
        return subprocess.Popen(
            [*serve, *map(str, arguments)],
            cwd=self.folder,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def complaint(self, config: str, *arguments: object) -> str:
        """The one line that it ends with at once, for something to mend."""
        with self.start(config, *arguments) as process:
            out, err = process.communicate(timeout=30)
        assert (process.returncode, out) == (2, "")
        *progress, last = err.splitlines(keepends=True)
        assert all(line.startswith(("loading [", "learning ")) for line in progress)
        return last

    @property
    def temporary(self) -> list[str]:
        """Which of our folders lie about among the temporary files."""
        return [path.name for path in (self.folder / "tmp").glob("voice-*")]


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path)


@contextmanager
def ready(process: subprocess.Popen[str]) -> Iterator[str]:
    """The address for calls, once it has said that it is ready."""
    assert process.stdout is not None
    with process:
        try:
            line = process.stdout.readline()
            assert line.startswith("ready: "), process.communicate()
            yield line.split()[-1]
        finally:
            process.kill()  # if the test has failed


def ask_to_end(process: subprocess.Popen[str], sign: int = signal.SIGTERM) -> tuple[int, str]:
    """Exit status and last words after a signal."""
    process.send_signal(sign)
    _, err = process.communicate(timeout=10)
    told = [line for line in err.splitlines() if not line.startswith(("loading [", "learning "))]
    return process.returncode, "\n".join(told)


@contextmanager
def begin(address: str) -> Iterator[ClientConnection]:
    """A call that is up."""
    with connect(address, proxy=None) as call:
        call.send(SILENT)
        assert json.loads(call.recv(10))["type"] == "ready"
        yield call


@pytest.mark.slow
def test_a_port_in_use_is_named(operator: Operator) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = operator.complaint(ENGINES, "--port", port)
    assert said == f"voice: cannot listen on 127.0.0.1:{port}: Address already in use\n"


@pytest.mark.slow
def test_nothing_that_is_sent_waits_for_an_acknowledgement() -> None:
    async def scene() -> int:
        accepted: asyncio.Future[asyncio.StreamWriter] = asyncio.get_running_loop().create_future()
        listener = listen(ServerConfig(port=0))
        server = await asyncio.start_server(lambda _, w: accepted.set_result(w), sock=listener)
        async with server:
            _, caller = await asyncio.open_connection(*listener.getsockname())
            ours = await accepted
            no_delay: int = ours.get_extra_info("socket").getsockopt(
                socket.IPPROTO_TCP, socket.TCP_NODELAY
            )
            for writer in (caller, ours):
                writer.close()
                await writer.wait_closed()
        return no_delay

    assert asyncio.run(scene())


def test_strangers_are_not_listened_to_without_a_token(operator: Operator) -> None:
    said = operator.complaint(ENGINES, "--host", "0.0.0.0", "--port", 0)
    assert said.startswith("voice: refusing to listen on 0.0.0.0 without a token: ")
    assert "--no-auth" in said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("config", "arguments"),
    [(ENGINES, ["--no-auth"]), ('[server]\ntoken = "s3cret"' + ENGINES, [])],
)
def test_strangers_are_listened_to_with_a_token_or_on_request(
    operator: Operator, config: str, arguments: list[str]
) -> None:
    process = operator.start(config, "--host", "0.0.0.0", "--port", 0, *arguments)
    with ready(process) as address:
        assert address.startswith("ws://0.0.0.0:")
        assert ask_to_end(process) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        (EARS, 'engine = "whisper"\nmodel = "/no/such/model"', "model or path '/no/such/model'"),
        (EARS, 'engine = "wisper"', "[asr] engine is 'wisper'"),
        (EARS, 'engine = "no.such:Thing"', "[asr] engine 'no.such:Thing' cannot be imported"),
        ('"espeak"', '"espeak"\nvioce = "en"', "unknown key 'vioce' in [tts]"),
        (EARS, 'engine = "tests.test_serve:Unlicensed"', "RuntimeError: no licence file"),
        (EARS, 'engine = "tests.test_serve:Asleep"', "[asr] OSError: no microphone"),
        (EARS, 'engine = "tests.test_serve:EARS"', "expected a class"),
        ("tests.serving:FakeAgent", "tests.test_serve:Forgetful", "has no phrases"),
        (BRAIN, NO_BRAIN, "not ready: brain at http://127.0.0.1:9/v1: cannot be reached"),
        ("[asr]", "[server]\nprot = 8080\n[asr]", "unknown key 'prot' in server, expected one of"),
        ("[asr]", "[asr", "my.toml is not TOML"),
        ("[asr]", '[turn]\nsmart_turn = "no.onnx"\n[asr]', "[turn] smart_turn: no.onnx is missing"),
    ],
)
def test_a_mistake_in_the_configuration_is_one_line(
    operator: Operator, right: str, wrong: str, words: str
) -> None:
    said = operator.complaint(ENGINES.replace(right, wrong), "--port", 0)
    assert said.startswith("voice: ")
    assert words in said


@pytest.mark.slow
@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_an_idle_server_and_leaves_nothing_behind(
    operator: Operator, sign: int
) -> None:
    process = operator.start(ENGINES, "--port", 0)
    with ready(process):
        assert [name.partition("-")[0] for name in operator.temporary] == ["voice"]
        assert ask_to_end(process, sign) == (0, "")
    assert operator.temporary == []


def warning(process: subprocess.Popen[str]) -> str:
    """The next line on standard error that is no progress."""
    assert process.stderr is not None
    return next(line for line in process.stderr if not line.startswith(("loading [", "learning ")))


@pytest.mark.slow
def test_a_stall_of_the_server_is_not_blamed_on_its_caller(operator: Operator) -> None:
    process = operator.start(ENGINES, "--port", 0)
    with ready(process) as address, begin(address) as call:
        process.send_signal(signal.SIGSTOP)
        for _ in range(round(11.5 / 0.02)):
            call.send(SILENT)
        time.sleep(2)  # what was spoken meanwhile is 2 s more than a burst of 10
        process.send_signal(signal.SIGCONT)
        assert "this process stood still for " in warning(process)
        for _ in range(20):
            call.send(SILENT)
            time.sleep(0.02)
        call.send('{"type": "bye"}')
        assert not [said for said in call if isinstance(said, str) and '"error"' in said]
        assert call.close_code == 1000
        assert ask_to_end(process) == (0, "")


@pytest.mark.slow
def test_the_first_signal_lets_a_call_finish_and_takes_no_other(operator: Operator) -> None:
    process = operator.start(ENGINES, "--port", 0)
    with ready(process) as address, begin(address) as call:
        process.send_signal(signal.SIGTERM)
        assert "SIGTERM: calls that may finish: 1" in warning(process)
        with connect(address, proxy=None) as late:
            late.send(SILENT)
            refused = json.loads(late.recv(10))
        assert (refused["code"], refused["message"]) == (
            "unavailable",
            "the server is closing, it takes no more calls",
        )
        for _ in range(3):  # the first call is still up
            call.send(SILENT)
        assert process.poll() is None
        call.send('{"type": "bye"}')
        process.wait(10)
    assert process.returncode == 0
    assert operator.temporary == []


@pytest.mark.slow
def test_the_second_signal_ends_the_calls(operator: Operator) -> None:
    process = operator.start(ENGINES, "--port", 0)
    with ready(process) as address, begin(address):
        process.send_signal(signal.SIGTERM)
        assert "again to end them" in warning(process)
        status, _ = ask_to_end(process)
    assert status == 0
    assert operator.temporary == []


class Forgetful:
    """An agent that does not say what it is likely to say."""

    def open(self, call_id: str, caller: str = "") -> FakeConversation:
        return FakeConversation()


class Taciturn:
    """An agent that does not know what it is likely to say."""

    phrases = ()

    def open(self, call_id: str, caller: str = "") -> FakeConversation:
        return FakeConversation()


@pytest.mark.slow
@pytest.mark.parametrize("agent", ["tests.serving:FakeAgent", "tests.test_serve:Taciturn"])
def test_who_asks_is_told_when_the_voice_has_learnt_its_phrases(
    operator: Operator, agent: str
) -> None:
    process = operator.start(ENGINES.replace("tests.serving:FakeAgent", agent), "--port", 0)
    with ready(process) as address:
        health = address.replace("ws://", "http://").replace("/call", "/health/ready")
        for _ in range(200):
            said = httpx.get(health, trust_env=False)
            assert (said.status_code, said.json()["status"]) == (200, "ready")
            if said.json()["learnt"]:
                break
            time.sleep(0.02)
        assert said.json()["learnt"]
        with begin(address):
            pass
        status, _ = ask_to_end(process)  # the call may be up for a moment more
        assert status == 0


class Delicate(Housekeeper):
    """A model that is as well as a file says."""

    def ailment(self) -> str:
        """Nothing while there is no file."""
        note = Path("note")
        return note.read_text() if note.exists() else ""


@pytest.mark.slow
def test_a_server_is_not_ready_while_an_engine_cannot_answer(operator: Operator) -> None:
    process = operator.start(ENGINES.replace("Housekeeper", "Delicate"), "--port", 0)
    with ready(process) as address:
        health = address.replace("ws://", "http://").replace("/call", "/health/ready")
        note = operator.folder / "note"
        note.write_text("asleep")
        ill = httpx.get(health, trust_env=False)
        note.unlink()
        well = httpx.get(health, trust_env=False)
        assert (ill.status_code, ill.json()["status"]) == (503, "not ready")
        assert ill.json()["ailments"] == {"llm": "asleep"}
        assert (well.status_code, well.json()["ailments"]) == (200, {})
        assert ask_to_end(process) == (0, "")


@pytest.mark.slow
def test_who_calls_while_the_server_starts_is_told_what_it_waits_for(operator: Operator) -> None:
    config = ENGINES.replace(EARS, 'engine = "tests.test_serve:Fetching"')
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with operator.start(config, "--port", port) as process:
        try:
            assert process.stderr is not None
            assert process.stderr.readline() == "loading [agent] tests.serving:FakeAgent\n"
            assert process.stderr.readline() == "loading [asr] tests.test_serve:Fetching\n"
            with connect(f"ws://127.0.0.1:{port}/call", proxy=None) as early:
                early.send(SILENT)
                refused = json.loads(early.recv(10))
            assert refused["message"] == (
                "the server is starting: loading [asr] tests.test_serve:Fetching"
            )
            health = httpx.get(f"http://127.0.0.1:{port}/health/ready", trust_env=False)
            assert health.json()["doing"] == "loading [asr] tests.test_serve:Fetching"
            ring = httpx.post(f"http://127.0.0.1:{port}/twilio/voice", trust_env=False)
            assert (ring.status_code, ring.text) == (503, refused["message"])
            assert ask_to_end(process) == (0, "")
        finally:
            process.kill()


@pytest.mark.slow
def test_a_signal_does_not_wait_for_a_model_that_is_still_being_fetched(
    operator: Operator,
) -> None:
    config = ENGINES.replace(EARS, 'engine = "tests.test_serve:Fetching"')
    with operator.start(config, "--port", 0) as process:
        try:
            started = operator.folder / "fetching"
            while not started.exists():
                assert process.poll() is None
                time.sleep(0.02)
            assert ask_to_end(process) == (0, "")
        finally:
            process.kill()
    assert operator.temporary == []
