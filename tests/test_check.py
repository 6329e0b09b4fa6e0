"""`voice check` says "ok" to what `voice serve` will take, and to nothing else."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Literal

import faster_whisper
import numpy as np
import onnxruntime
import pytest

from asr.vad import SileroVad
from demos.clinic.book import Book
from tests.clinic import open_clinic
from tests.onnx_file import write_model
from tests.serving import FakeAgent, serving
from voice.check import look
from voice.cli import main
from voice.compose import Paths, make
from voice.config import default_config, load_config
from voice.errors import ConfigError
from voice.findings import Finding

if TYPE_CHECKING:
    from pathlib import PurePath as Form

GPU_TOML = default_config().with_name("gpu.toml")
CHEAP = """
[server]
port = 0
[models]
shared = []
[asr]
engine = "tests.fakes:FakeTranscriber"
[llm]
engine = "tests.fakes:FakeLLM"
[tts]
engine = "espeak"
[agent]
engine = "tests.serving:FakeAgent"
"""
CLINIC = f"""{CHEAP.partition("[agent]")[0]}
[agent]
engine = "clinic"
name = "Maple Street"
doctors = [{{ name = "Dr. Chen", days = ["monday"] }}]
hours = {{ monday = "8:00-17:00" }}
"""
PIPER = '"piper"\nmodel = "piper-en_US-joe-medium"'
CHATTING = 'engine = "openai"\nurl = "{url}"\nmodel = "brain-7b"'


def check(folder: Path, config: str, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """What is said of each thing, with its verdict before it."""
    (folder / "my.toml").write_text(config)
    environ = {"XDG_CACHE_HOME": str(folder), "PATH": str(folder), **(environ or {})}
    found = look(load_config(folder / "my.toml"), environ)
    return {finding.thing: f"{finding.verdict} {finding.detail}" for finding in found}


def chatting(url: str, more: str = "") -> str:
    """A configuration with a model behind this address."""
    return CHEAP.replace('engine = "tests.fakes:FakeLLM"', f"{CHATTING.format(url=url)}\n{more}")


@contextmanager
def brain(status: int, body: str, key: str = "") -> Iterator[str]:
    """A server that answers for its models, to those who have the key; its address."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            known = self.headers.get("Authorization") == f"Bearer {key}" or not key
            right = self.path == "/v1/models" and known
            self.send_response(status if right else 401)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/v1"
        server.shutdown()


def models(*names: str) -> str:
    """As OpenAI's servers list them."""
    return json.dumps({"object": "list", "data": [{"id": name} for name in names]})


def has_driver(folder: Path) -> None:
    """Put a driver's program there that sees one card."""
    program = folder / "nvidia-smi"
    program.write_text("#!/bin/sh\necho 'NVIDIA H100, 81559 MiB'\n")
    program.chmod(0o755)


def test_the_default_configuration_needs_nothing_but_a_fetch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "my.toml"
    config.write_text(f'[server]\nport = 0\n[models]\ncache = "{tmp_path}/none"\nshared = []\n')
    assert main(["check", "--config", str(config)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines if line.startswith("get ")] == [
        "[asr]",
        "[llm]",
        "[tts]",
    ]
    assert {line.split()[0] for line in lines} == {"ok", "get"}
    assert not (tmp_path / "none").exists()


@pytest.mark.slow
def test_who_reads_no_more_of_it_is_told_no_more(tmp_path: Path) -> None:
    (tmp_path / "my.toml").write_text(CHEAP)
    reader, ours = os.pipe()
    os.close(reader)
    checking = [sys.executable, "-m", "voice.cli", "check", "--config", str(tmp_path / "my.toml")]
    done = subprocess.run(checking, stdout=ours, stderr=subprocess.PIPE, text=True, check=False)
    os.close(ours)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_machine_without_a_gpu_is_told_all_that_it_lacks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = check(tmp_path, GPU_TOML.read_text())
    for kind in ("asr", "tts"):
        assert found[f"[{kind}] GPU"] == (
            'BAD no NVIDIA driver here: run on a GPU machine, or set device = "cpu"'
        )
    assert found["[llm] url"].startswith("BAD 127.0.0.1:8000 does not answer")
    if not nvidia_here():
        assert main(["check", "--config", str(GPU_TOML)]) == 2
        assert "BAD  [asr] GPU     no NVIDIA driver here" in capsys.readouterr().out


def test_a_cache_that_cannot_be_made_is_bad_once_something_must_be_fetched(tmp_path: Path) -> None:
    fetching = f'[models]\ncache = "{{}}"\nshared = []\n{CHEAP.partition("shared = []")[2]}'
    fetching = fetching.replace('"espeak"', PIPER)
    for cache in ("/proc/nothing", "/dev/null/nothing"):
        said = check(tmp_path, fetching.format(cache))["cache"]
        assert said.startswith(f"BAD {cache} cannot be written: ")
        assert said.endswith("name another as [models] cache")
    said = check(tmp_path, fetching.format(tmp_path / "deep" / "cache"))["cache"]
    assert said == f"ok {tmp_path}/deep/cache can be written"
    assert not (tmp_path / "deep").exists()
    assert "cache" not in check(tmp_path, fetching.replace(PIPER, '"espeak"').format("/proc/none"))


def test_a_port_that_a_voice_server_has_is_a_note_and_anybody_elses_is_bad(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving() as house:
        config = CHEAP.replace("port = 0", f"port = {house.port}")
        (tmp_path / "my.toml").write_text(config)
        assert main(["check", "--config", str(tmp_path / "my.toml")]) == 0
    used = f"127.0.0.1:{house.port} is in use, by a voice server that is ready"
    assert f"note address       {used}\n" in capsys.readouterr().out
    with brain(200, models("tiny")) as url:
        port = url.split(":")[2].removesuffix("/v1")
        said = check(tmp_path, CHEAP.replace("port = 0", f"port = {port}"))["address"]
    assert said == f"BAD cannot listen on 127.0.0.1:{port}: Address already in use"


def nvidia_here() -> bool:
    """Whether this machine's own driver would be found."""
    return any((Path(p) / "nvidia-smi").exists() for p in os.environ["PATH"].split(":"))


@pytest.mark.skipif(
    "CUDAExecutionProvider" in onnxruntime.get_available_providers(), reason="its library has CUDA"
)
def test_a_driver_alone_does_not_let_kokoro_run_on_the_gpu(tmp_path: Path) -> None:
    has_driver(tmp_path)
    found = check(tmp_path, GPU_TOML.read_text())
    assert found["[tts] GPU"] == "ok NVIDIA H100, 81559 MiB"
    assert found["[tts] library"] == (
        "BAD onnxruntime here has no CUDAExecutionProvider: "
        "pip uninstall onnxruntime, then pip install onnxruntime-gpu"
    )


@pytest.mark.skipif(nvidia_here(), reason="there is a card")
def test_whisper_asks_its_own_library_for_a_card(tmp_path: Path) -> None:
    has_driver(tmp_path)
    found = check(tmp_path, GPU_TOML.read_text())
    assert found["[asr] library"].startswith("BAD ctranslate2 sees no CUDA device: ")


@pytest.mark.parametrize("more", ['vioce = "en"', 'key_env = "HOME"', 'key = "s3cret"'])
def test_a_key_is_unknown_in_the_same_words_to_serve(tmp_path: Path, more: str) -> None:
    said = check(tmp_path, CHEAP.replace('"espeak"', f'"espeak"\n{more}'))["[tts]"]
    config = load_config(tmp_path / "my.toml")
    with pytest.raises(ConfigError) as refused:
        make("tts", config.tts, {}, Paths(tmp_path, (), print), SileroVad())
    assert said == f"BAD {refused.value}"


CLINIC_TABLE = CLINIC.partition("[agent]")[2]
WRONG = {
    "agent": {
        'engine = "clinic"\nname = "Maple"': ["doctors is missing", "hours is missing"],
        CLINIC_TABLE.replace("8:00-17:00", "8-17"): [
            'hours of monday are "8-17", expected like "8:00-17:00"'
        ],
        CLINIC_TABLE.replace('["monday"]', '["mondy"]'): [
            'days of Dr. Chen has "mondy", expected one of: monday, tuesday, wednesday, thursday, '
            "friday, saturday, sunday"
        ],
        CLINIC_TABLE.replace('["monday"]', '"monday"'): [
            "days of Dr. Chen is 'monday', expected a list like [\"monday\"]"
        ],
        CLINIC_TABLE.replace('["monday"]', '["sunday"]'): [
            "days of Dr. Chen has none on which the clinic is open, expected one of: monday"
        ],
        CLINIC_TABLE.replace("Dr. Chen", " "): [
            "name of a doctor is ' ', expected one like Dr. Chen"
        ],
        CLINIC_TABLE.replace("Maple Street", ""): ["name is '', expected the clinic's"],
        'engine = "json:JSONDecoder"': [
            "engine 'json:JSONDecoder' has no method open, expected a class of [agent] engines"
        ],
        f'{CLINIC_TABLE}insurers = "Aetna"\nfacts = {{ fax = 3 }}\nseed = "a"': [
            "insurers is 'Aetna', expected a list",
            "facts.fax is 3, expected text in quotes",
            "seed is 'a', expected a whole number",
        ],
    },
    "asr": {
        'engine = "whisper"\nmodel = "whisper-tiny.en"\ndevice = "gpu"': [
            "device is 'gpu', expected 'cpu' or 'cuda'"
        ],
        'engine = "whisper"\nmodel = "whisper-tiny.en"\nthreads = 0': [
            "threads is 0, expected more than 0"
        ],
        'engine = "whisper"\nmodel = "clinic-135m"': [
            "model is 'clinic-135m', expected one that is not made for engine 'llamacpp'"
        ],
        'engine = "whisper"\nmodel = "/"': ["whisper model / has no model.bin"],
        'engine = "whisper"\nmodel = "whisper-tiny.en"\ncompute_type = "int4"': [
            "compute_type is 'int4', expected 'default', 'auto', 'int8', 'int8_float16', "
            "'int8_float32', 'int8_bfloat16', 'int16', 'float16', 'bfloat16' or 'float32'"
        ],
    },
    "llm": {
        'engine = "llamacpp"\nmodel = "clinic-135m"\nslots = "20x"': [
            "slots is '20x', expected a whole number"
        ],
        'engine = "llamacpp"\nmodel = "clinic-135m"\nslots = 200': [
            "slots is 200, expected 1 to batch, which is 128"
        ],
        'engine = "llamacpp"\nmodel = "/"': ["model is '/', expected a GGUF file"],
        'engine = "openai"\nurl = "localhost:8000"\nmodel = "x"': [
            "url is 'localhost:8000', expected one like http://127.0.0.1:8000/v1"
        ],
        'engine = "openai"\nurl = "http://127.0.0.1:1/v1"\nmodel = 3\nkey_env = 4': [
            "model is 3, expected text in quotes",
            "key_env is 4, expected text in quotes",
        ],
    },
    "tts": {
        'engine = "kokoro"\nmodel = "piper-en_US-joe-medium"': [
            "model is 'piper-en_US-joe-medium', expected one that is not made for engine 'piper'"
        ],
        'engine = "tests.fakes:FakeLLM"': [
            "engine 'tests.fakes:FakeLLM' has no method synthesize, expected a class of [tts] "
            "engines"
        ],
        'engine = "espeak"\nvoice = "en-martian"': [
            "espeak-ng has no voice 'en-martian', expected one like en-us or en-gb-x-rp"
        ],
    },
}


@pytest.mark.parametrize(
    ("kind", "table", "words"),
    [(kind, table, words) for kind, tables in WRONG.items() for table, words in tables.items()],
)
def test_what_serve_refuses_check_refuses_in_the_same_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, table: str, words: list[str]
) -> None:
    config = re.sub(rf"(?ms)^\[{kind}\]\n.*?(?=^\[|\Z)", f"[{kind}]\n{table}\n", CHEAP)
    (tmp_path / "my.toml").write_text(config)

    assert main(["check", "--config", str(tmp_path / "my.toml")]) == 2
    checked = capsys.readouterr()
    assert main(["serve", "--config", str(tmp_path / "my.toml")]) == 2
    served = capsys.readouterr()

    bad = [line.split(maxsplit=2)[1:] for line in checked.out.splitlines() if line[:3] == "BAD"]
    assert bad == [[f"[{kind}]", said] for said in words]
    assert served.err.splitlines() == [f"voice: [{kind}] {said}" for said in words]
    assert (checked.err, served.out) == ("", "")


def test_a_server_with_the_model_is_fine(tmp_path: Path) -> None:
    with brain(200, models("tiny", "brain-7b")) as url:
        assert check(tmp_path, chatting(url))["[llm] url"] == f"ok {url} has brain-7b"


def test_a_server_without_the_model_says_which_it_has(tmp_path: Path) -> None:
    with brain(200, models("tiny", "small")) as url:
        said = check(tmp_path, chatting(url))["[llm] url"]
    assert said == f"BAD {url} has no model 'brain-7b', it has: tiny, small"


@pytest.mark.parametrize("key", ["", "sesame"])
def test_the_key_is_sent_and_must_be_right(tmp_path: Path, key: str) -> None:
    with brain(200, models("brain-7b"), key="s3cret") as url:
        config = chatting(url, 'key_env = "BRAIN_KEY"')
        right = check(tmp_path, config, {"BRAIN_KEY": "s3cret"})
        assert right["[llm] url"] == f"ok {url} has brain-7b"
        wrong = check(tmp_path, config, {"BRAIN_KEY": key} if key else {})
    assert wrong["[llm] url"].startswith(f"BAD {url}/models says HTTP 401 with")
    assert ("[llm] key" in wrong and wrong["[llm] key"].startswith("BAD")) == (not key)


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (404, "", "says HTTP 404 without a key"),
        (503, models("brain-7b"), "says HTTP 503"),
        (200, "<h1>hello</h1>", "is not a list of models: does url end in /v1?"),
        (200, "[]", "is not a list of models"),
        (200, '{"data": null}', "is not a list of models"),
    ],
)
def test_what_is_no_brain_is_named(tmp_path: Path, status: int, body: str, words: str) -> None:
    with brain(status, body) as url:
        said = check(tmp_path, chatting(url))["[llm] url"]
    assert said.startswith(f"BAD {url}/models ")
    assert words in said


@pytest.mark.parametrize(
    ("right", "wrong", "thing", "words"),
    [
        ('"espeak"', '"espeak"\nvioce = "en"', "[tts]", "unknown key 'vioce' in [tts]"),
        ('"espeak"', '"espeak"\nkey_env = "HOME"', "[tts]", "unknown key 'key_env' in [tts]"),
        ('"espeak"', f'{PIPER}\ndevice = "cuda"', "[tts]", "unknown key 'device'"),
        ('"espeak"', '"piper"\nmodel = "/no/such"', "[tts] model", "model or path '/no/such'"),
        ('"espeak"', '"no.such:Thing"', "[tts]", "cannot be imported"),
        ("[asr]", '[turn]\nsmart_turn = "no.onnx"\n[asr]', "[turn] model", "no.onnx is missing"),
        ("port = 0", 'port = 0\nhost = "0.0.0.0"', "who may call", "without a token"),
        ("port = 0", 'port = 0\nhost = "10.9.9.9"', "address", "cannot listen on 10.9.9.9"),
        ("port = 0", 'port = 0\nhost = "é..b"', "address", "cannot listen on é..b:0: "),
    ],
)
def test_what_would_not_start_is_bad(
    tmp_path: Path, right: str, wrong: str, thing: str, words: str
) -> None:
    assert all(said.startswith("ok") for said in check(tmp_path, CHEAP).values())
    said = check(tmp_path, CHEAP.replace(right, wrong))[thing]
    assert said.startswith("BAD ")
    assert words in said


def test_a_model_of_how_turns_end_is_loaded_to_see_that_it_is_one(tmp_path: Path) -> None:
    path = write_model(tmp_path / "louder.onnx")
    config = CHEAP.replace("[asr]", f'[turn]\nsmart_turn = "{path}"\n[asr]')
    assert check(tmp_path, config)["[turn] model"] == f"ok hears ends of turns: {path}"
    (tmp_path / "silero.onnx").symlink_to(
        Path(faster_whisper.__file__).parent / "assets" / "silero_vad_v6.onnx"
    )
    said = check(tmp_path, config.replace("louder", "silero"))["[turn] model"]
    assert said.startswith("BAD [turn] smart_turn: ")
    assert "expected input_features" in said


def test_a_speaker_of_a_model_that_is_not_here_is_not_said_to_be_there(tmp_path: Path) -> None:
    table = '"kokoro"\nmodel = "kokoro-82m-int8"\nvoice = "zz"'
    found = check(tmp_path, CHEAP.replace('"espeak"', table))
    assert found["[tts] voice"] == (
        "note whether kokoro-82m-int8 has 'zz' is known once it is fetched: then look again"
    )


def test_a_speaker_that_a_model_here_lacks_is_bad(tmp_path: Path) -> None:
    np.savez(tmp_path / "voices.npz", af_heart=np.zeros((510, 1, 256), np.float32))
    table = f'"kokoro"\nmodel = "{tmp_path}"\nvoice = "zz"'
    said = check(tmp_path, CHEAP.replace('"espeak"', table))["[tts]"]
    assert said.startswith("BAD cannot load kokoro ")
    assert said.endswith("no voice 'zz', expected one of af_heart")


def test_fewer_slots_than_calls_are_told_of(tmp_path: Path) -> None:
    def slots(table: str) -> str | None:
        brain = f'engine = "llamacpp"\nmodel = "clinic-135m"\n{table}'
        config = CHEAP.replace('engine = "tests.fakes:FakeLLM"', brain)
        return check(tmp_path, config).get("[llm] slots")

    assert slots("slots = 2") == "note 2 for [server] max_calls = 20: calls may wait for each other"
    assert slots("slots = 20") is None
    assert slots("") is None  # it is 24


def looked_up(folder: Path, book: Path) -> str:
    """What is said of this book."""
    return check(folder, f'{CLINIC}book = "{book}"')["[agent] book"]


def test_a_book_that_is_not_there_yet_is_made_by_the_first_start(tmp_path: Path) -> None:
    book = tmp_path / "clinic.sqlite"

    assert looked_up(tmp_path, book) == f"ok {book} is made by the first start"
    assert not book.exists()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="it has no /proc")
def test_a_book_where_no_file_can_be_made_is_bad_even_for_root(tmp_path: Path) -> None:
    said = looked_up(tmp_path, Path("/proc/clinic.sqlite"))
    assert said == "BAD /proc/clinic.sqlite cannot be made: no such file or directory in /proc"
    with pytest.raises(ConfigError, match="cannot be made: no such file or directory in /proc"):
        open_clinic(book="/proc/clinic.sqlite")


def test_a_book_may_be_somewhere_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))

    assert looked_up(tmp_path, Path("~/clinic.sqlite")).startswith(f"ok {tmp_path}/clinic.sqlite")
    open_clinic(book="~/clinic.sqlite").book.close()
    assert (tmp_path / "clinic.sqlite").exists()


class Particular(FakeAgent):
    """An agent that needs a file."""

    def __init__(self, form: str = "") -> None:
        super().__init__()

    @staticmethod
    def check(options: Mapping[str, Any]) -> Sequence[Finding]:
        """Whether it is there."""
        there = Path(options["form"]).exists()
        return [Finding("ok" if there else "BAD", "[agent] form", options["form"])]


class Choosy(FakeAgent):
    """An agent with settings of its own, one of a type that only a type checker sees."""

    def __init__(self, tone: Literal["warm", "brisk"], form: Form | None = None) -> None:
        super().__init__()

    @staticmethod
    def check_settings(*, tone: str, form: object, **_: object) -> None:
        """Refuse what does not go together."""
        if tone == "brisk" and form is not None:
            raise ValueError(f"form is {form!r}, expected none where tone is 'brisk'")


def test_anybodys_engine_has_its_settings_judged_by_its_signature_and_by_itself(
    tmp_path: Path,
) -> None:
    def said(table: str) -> str:
        own = f'tests.test_check:Choosy"\n{table}\n'
        return check(tmp_path, CHEAP.replace('tests.serving:FakeAgent"\n', own))["[agent]"]

    assert said('tone = "warm"\nform = "a.pdf"').startswith("ok ")
    assert said("") == "BAD tone is missing"
    assert said('tone = "brisk"\nform = "a.pdf"') == (
        "BAD form is 'a.pdf', expected none where tone is 'brisk'"
    )


class Bare:
    """An agent without phrases, as far as its class tells."""

    def open(self, call_id: str, caller: str = "") -> None:
        """Answer."""


def test_an_agent_that_may_lack_phrases_is_told_of(tmp_path: Path) -> None:
    found = check(tmp_path, CHEAP.replace("tests.serving:FakeAgent", "tests.test_check:Bare"))
    assert found["[agent] phrases"].startswith("note not in the class: `voice serve` refuses")
    assert "[agent] phrases" not in check(tmp_path, CHEAP)


def test_anybodys_agent_may_look_for_what_it_needs(tmp_path: Path) -> None:
    own = f'tests.test_check:Particular"\nform = "{tmp_path}/form.pdf"\n'
    config = CHEAP.replace('tests.serving:FakeAgent"\n', own)
    assert check(tmp_path, config)["[agent] form"] == f"BAD {tmp_path}/form.pdf"
    forgotten = config.replace("form = ", "# ")
    assert check(tmp_path, forgotten)["[agent] check"] == "BAD failed: KeyError: 'form'"
    (tmp_path / "form.pdf").touch()
    assert check(tmp_path, config)["[agent] form"] == f"ok {tmp_path}/form.pdf"


def test_a_book_in_use_by_a_server_is_fine_and_left_as_it_is(tmp_path: Path) -> None:
    book = tmp_path / "a clinic's #1.sqlite"
    with closing(Book(book)):
        assert looked_up(tmp_path, book) == f"ok {book} can be written"
    before = book.read_bytes()

    assert looked_up(tmp_path, book) == f"ok {book} can be written"
    assert book.read_bytes() == before
    assert not list(tmp_path.glob("*-wal"))


def test_a_book_of_no_file_says_what_becomes_of_it(tmp_path: Path) -> None:
    assert check(tmp_path, CLINIC)["[agent] book"].startswith("ok :memory: forgets everything")


def test_a_book_that_somebody_writes_is_told_of(tmp_path: Path) -> None:
    book = tmp_path / "clinic.sqlite"
    Book(book).close()
    with closing(sqlite3.connect(book, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert looked_up(tmp_path, book).startswith(
            f"BAD {book} is being written by another program: end it"
        )


def test_what_is_no_book_is_told_with_its_mend(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Call Mrs. Chen back, she rang twice. " * 40)

    for name, words in {
        "notes.txt": "is no SQLite file: move it away, or name another file",
        ".": "is a folder: name a file in it",
        "notes.txt/clinic.sqlite": f"cannot be made: {tmp_path}/notes.txt is no folder, name",
        "deep/clinic.sqlite": f"cannot be made: {tmp_path}/deep is not there, make it",
    }.items():
        assert looked_up(tmp_path, tmp_path / name).startswith(f"BAD {tmp_path / name} {words}")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anything")
def test_a_book_that_we_may_not_write_is_told_with_its_mend(tmp_path: Path) -> None:
    book = tmp_path / "theirs" / "clinic.sqlite"
    book.parent.mkdir()
    Book(book).close()
    refused = f"BAD {book} cannot be written: let this user write it, and in its folder"
    book.chmod(0o444)
    assert looked_up(tmp_path, book) == refused
    book.chmod(0o644)
    book.parent.chmod(0o555)
    assert looked_up(tmp_path, book) == refused
    beside = book.with_name("other.sqlite")
    assert looked_up(tmp_path, beside) == (
        f"BAD {beside} cannot be made: permission denied in {beside.parent}"
    )
    book.parent.chmod(0o755)
