"""What a newcomer meets: `make demo ONCE=1`, which serves with no configuration at all."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import soundfile

from voice.config import default_config, load_config

ROOT = Path(__file__).parent.parent


@pytest.fixture
def fetched(model: Callable[[str], Path]) -> None:
    """The default models are here, so that no patience below is spent on a download."""
    config = load_config(default_config())
    for table in (config.asr, config.llm, config.tts):
        model(table.options["model"])


@pytest.mark.slow
@pytest.mark.usefixtures("fetched")
def test_the_server_as_it_comes_is_ready_understands_answers_and_ends_when_told(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-m", "demos.phone.demo", "--once"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, text=True
    ) as demo:
        try:
            assert demo.stdout is not None
            ready = demo.stdout.readline().split()
            assert ready[:1] == ["ready:"]
            health = httpx.get(f"{ready[1]}health/ready", trust_env=False)
            assert (health.status_code, health.json()["status"]) == (200, "ready")
            printed, _ = demo.communicate(timeout=180)
        finally:
            demo.terminate()

    assert demo.returncode == 0, printed  # that of the call, and of the server after a SIGTERM
    assert "3 of 3 turns answered" in printed
    *_, book, choose, confirm = printed.split("\nturn ")
    assert all(word in book for word in ("appointment", "Dr. Chen", "Tuesday"))
    assert "Laura Smith" in choose
    assert "yes" in confirm.lower()
    assert "booked" in confirm
    for turn in (book, choose, confirm):
        assert "\n  reply     " in turn
        assert "heard by the caller" in turn
    recording, rate = soundfile.read(tmp_path / "out" / "call.wav", dtype="int16")
    caller, agent = recording.T
    assert min(abs(caller).max(), abs(agent).max()) > 3_000
    assert len(recording) > 20 * rate
    assert (tmp_path / "out" / "call.png").read_bytes().startswith(b"\x89PNG")
