"""Get Smart Turn v3.2, the peer's model of whether somebody has finished.

Its weights (BSD-2) travel in the ``pipecat-ai`` wheel, which is fetched and opened, never imported.
:mod:`asr.smart_turn` asks it, for our server and for the bench.

    python -m demos.latency.smart_turn      fetch it, print its path: for ``[turn] smart_turn``
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

from voice.errors import VoiceError
from voice.weights.cli import default_cache

WHEEL = "pipecat-ai==1.14.0"
MEMBER = "pipecat/audio/turn/smart_turn/data/smart-turn-v3.2-cpu.onnx"
SHA256 = "2bb026316b14a660486a75b1733cd3fbab8c2fd0314dc9af7be49f8cca967e4f"


def find_smart_turn(cache: Path) -> Path:
    """Its weights in the cache, fetched first if need be."""
    path = cache / Path(MEMBER).name
    if not path.exists():
        cache.mkdir(parents=True, exist_ok=True)
        fetch = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "-q",
            "--no-deps",
            "-d",
            str(cache),
            WHEEL,
        ]
        try:
            subprocess.run(fetch, check=True)
            (wheel,) = cache.glob("pipecat_ai-*.whl")
            with zipfile.ZipFile(wheel) as archive:
                path.write_bytes(archive.read(MEMBER))
        except (OSError, ValueError, KeyError, subprocess.CalledProcessError) as error:
            raise VoiceError(f"cannot get Smart Turn out of {WHEEL}: {error}") from None
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != SHA256:
        raise VoiceError(f"{path} has SHA-256 {found}, expected {SHA256}")
    return path


def in_cache(environ: Mapping[str, str]) -> Path:
    """The folder that it is kept in, beside the models of calls."""
    return default_cache(environ).parent / "voice-scenes" / "smart-turn"


if __name__ == "__main__":
    print(find_smart_turn(in_cache(os.environ)))
