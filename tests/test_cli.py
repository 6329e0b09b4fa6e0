"""The program at its very beginning: an interrupt is never a traceback."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import soundfile

from tests.phone import recording

ROOT = Path(__file__).parent.parent


def importing(process: subprocess.Popen[str]) -> bool:
    """Whether it is in the middle of its imports: numpy is there, much else is not yet."""
    return "_multiarray_umath" in Path(f"/proc/{process.pid}/maps").read_text()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="no /proc to look into")
@pytest.mark.parametrize("wait", [0.0, 0.05, 0.5])
def test_an_interrupt_ends_a_command_with_130_and_without_a_word(
    tmp_path: Path, wait: float
) -> None:
    wav = tmp_path / "turn.wav"
    soundfile.write(wav, recording(16_000, 0.05, 0.2, 0.1).pcm, 16_000)
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"ws://127.0.0.1:{mute.getsockname()[1]}/call"
        calling = [sys.executable, "-m", "voice.cli", "call", url, str(wav)]
        with subprocess.Popen(
            calling, env=environ, cwd=tmp_path, stderr=subprocess.PIPE, text=True
        ) as process:
            while not importing(process):
                assert process.poll() is None
            time.sleep(wait)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=10)
    assert (process.returncode, said) == (130, "")
