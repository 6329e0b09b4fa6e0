"""What is started for a comparison: each server's command, and the model that both ask.

    rig     simulated engines: what differs is the server
    real    Whisper tiny.en, SmolLM2-135M-Instruct in llama.cpp's server, Piper joe, on both sides

With real engines each side has the tiny.en that suits it: Pipecat the stock weights, which its
service pads to 30 s; ours the same weights tuned for short windows. The language model is the stock
one, not the clinic's, which would write tool calls that nobody takes. Temperature is 0 for both.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from demos.latency.peers import rig

Engines = Literal["rig", "real"]
REPOSITORY = Path(__file__).parents[3]
_KEY, _KEY_NAME = "side-by-side", "BENCH_KEY"


@dataclass(frozen=True, slots=True)
class Program:
    """A server: how it is started, and where it says that it is up."""

    name: str
    command: Sequence[str]
    port: int
    health: str
    environ: Mapping[str, str] = field(default_factory=dict)
    tally: Path | None = None
    """Where it counts its model's tokens, if it does: :mod:`demos.latency.peers.tally`."""


def language_model(engines: Engines, port: int, find: Callable[[str], Path]) -> Program:
    """The OpenAI-compatible server that both sides ask."""
    if engines == "rig":
        command = [sys.executable, "-m", "demos.latency.peers.stub", str(port)]
        return Program("model", command, port, "/health")
    settings = {
        "port": port,
        "model": {"path": str(find("smollm2-135m-instruct"))},
        "cpuparams": {"n_threads": 1},
        "cpuparams_batch": {"n_threads": 1},
        "n_parallel": 16,
        "n_ctx": 16 * 1024,
        "fit_params": False,
        "ui": False,
        "offline": True,
        "verbosity": 1,
    }
    program = str(REPOSITORY / "llm" / "llamacpp_server.py")
    # -P: the folder of the program holds modules that are named like other people's packages.
    command = [sys.executable, "-P", program, json.dumps(settings)]
    environ = {"LLAMA_API_KEY": _KEY, "OMP_WAIT_POLICY": "passive"}
    return Program("model", command, port, "/health", environ)


def ours(engines: Engines, port: int, llm_port: int, folder: Path) -> Program:
    """Our server, of whose configuration only the engines and the agent are not its defaults."""
    config = folder / f"{engines}.toml"
    config.write_text((_RIG if engines == "rig" else _REAL) + _SHARED.format(port=llm_port))
    return serve("ours", config, port)


def serve(name: str, config: Path, port: int, tally: Path | None = None) -> Program:
    """Our server with this configuration."""
    command = [sys.executable, "-m", "voice.cli", "serve", "--config", str(config)]
    command += ["--port", str(port)]
    return Program(name, command, port, "/health/ready", {_KEY_NAME: _KEY}, tally)


def pipecat(
    python: Path,
    strategy: str,
    engines: Engines,
    port: int,
    llm_port: int,
    find: Callable[[str], Path],
) -> Program:
    """Pipecat's bot, in its own environment."""
    command = [str(python), "-m", "demos.latency.peers.pipecat_bot", "--port", str(port)]
    command += ["--llm", f"http://127.0.0.1:{llm_port}/v1", "--key", _KEY, "--strategy", strategy]
    if engines == "real":
        command += ["--whisper", str(find("whisper-tiny.en"))]
        command += ["--piper", str(find("piper-en_US-joe-medium"))]
    return Program(f"pipecat {strategy}", command, port, "/health/ready")


def pinned(program: Program, core: int) -> Program:
    """The same on one core of the machine."""
    return replace(program, command=["taskset", "-c", str(core), *program.command])


_RIG = """\
[asr]
engine = "demos.latency.peers.engines:RigTranscriber"

[tts]
engine = "espeak"
"""
_REAL = """\
[asr]
engine = "whisper"
model = "whisper-tiny.en-short"

[tts]
engine = "piper"
model = "piper-en_US-joe-medium"
"""
_SHARED = f"""
[llm]
engine = "openai"
url = "http://127.0.0.1:{{port}}/v1"
model = "{rig.MODEL}"
key_env = "{_KEY_NAME}"
max_tokens = {rig.MAX_TOKENS}

[agent]
engine = "demos.latency.peers.engines:Plain"

[server]
max_calls = 200
"""
