"""A model of Smart Turn's interface: what it is shown, what it says, and files that are none."""

from __future__ import annotations

import asyncio
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor

from asr.engine import Pcm
from asr.smart_turn import SmartTurn, features
from demos.latency.smart_turn import in_cache
from tests.onnx_file import write_model

FILTERS = FeatureExtractor.get_mel_filters(16_000, 400, 80)
PEER = Path(__file__).parent.parent / ".venv-pipecat" / "bin" / "python"
"""Where `make bench` installs it."""
WEIGHTS = next(in_cache(os.environ).glob("smart-turn-v3*.onnx"), None)
SHOWN = """
import sys, numpy as np
from pipecat.audio.turn.smart_turn._whisper_features import compute_whisper_log_mel_features
from pipecat.audio.turn.smart_turn.local_smart_turn_v3 import LocalSmartTurnAnalyzerV3
heard = np.load(sys.argv[1]).astype(np.float32) / 32768
model = LocalSmartTurnAnalyzerV3(sample_rate=16000)
model.set_sample_rate(16000)
padded = np.pad(heard[-128000:], (max(0, 128000 - len(heard)), 0))
np.save(sys.argv[2], compute_whisper_log_mel_features(padded, do_normalize=True))
print("says", model._predict_endpoint(heard)["probability"])
"""


def noise(seconds: float, seed: int = 0) -> Pcm:
    """Something of every pitch that swells and fades."""
    count = round(16_000 * seconds)
    swell = np.abs(np.sin(np.arange(count) / 3_000))
    return (np.random.default_rng(seed).normal(0, 3_000, count) * swell).astype(np.int16)


def test_it_is_shown_the_last_eight_seconds_however_loud_they_are() -> None:
    long = noise(11.0)
    shown = features(long, FILTERS)
    assert shown.shape == (80, 800)
    assert np.array_equal(shown, features(long[-8 * 16_000 :], FILTERS))
    np.testing.assert_allclose(shown, features(long // 2, FILTERS), atol=0.03)


def test_of_a_short_turn_it_is_shown_the_end_at_the_end() -> None:
    shown = features(noise(2.0), FILTERS)
    before, after = shown[:, :598], shown[:, 602:]
    assert np.ptp(before, axis=1).max() < 0.01
    assert np.ptp(after, axis=1).min() > 0.5


def test_it_answers_with_the_models_probability(tmp_path: Path) -> None:
    heard = noise(3.0)
    said = SmartTurn(write_model(tmp_path / "louder.onnx")).judge(heard)
    assert said == pytest.approx(1 / (1 + np.exp(-features(heard, FILTERS).mean())), abs=1e-5)


def test_many_calls_may_ask_at_once_and_each_gets_its_own_answer(tmp_path: Path) -> None:
    model = SmartTurn(write_model(tmp_path / "louder.onnx"))
    turns = [noise(seconds, seed) for seed, seconds in enumerate((0.5, 2.0, 7.0, 9.0))]

    async def ask() -> list[float]:
        async with asyncio.TaskGroup() as tasks:
            asked = [tasks.create_task(model.finished(turn)) for turn in turns]
        return [task.result() for task in asked]

    assert asyncio.run(ask()) == [model.judge(turn) for turn in turns]


def test_nothing_heard_is_no_error(tmp_path: Path) -> None:
    assert 0 < SmartTurn(write_model(tmp_path / "m.onnx")).judge(np.empty(0, np.int16)) < 1


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"gone\.onnx is missing, expected an ONNX model"):
        SmartTurn(tmp_path / "gone.onnx")
    (tmp_path / "words.onnx").write_text("hello")
    with pytest.raises(ValueError, match=r"words\.onnx is no ONNX model"):
        SmartTurn(tmp_path / "words.onnx")


@pytest.mark.parametrize(("name", "frames"), [("audio", 800), ("input_features", 3_000)])
def test_a_model_that_takes_something_else_is_refused(
    tmp_path: Path, name: str, frames: int
) -> None:
    with pytest.raises(ValueError, match=rf"takes .*{name}.*{frames}.*, expected input_features"):
        SmartTurn(write_model(tmp_path / "other.onnx", name, frames))


@pytest.mark.slow
@pytest.mark.skipif(not PEER.exists(), reason="the peer is not installed: make bench does that")
@pytest.mark.skipif(WEIGHTS is None, reason="fetch it: python -m demos.latency.smart_turn")
@pytest.mark.parametrize("seconds", [1.3, 9.0])
def test_the_peer_shows_it_the_same_and_gets_the_same_answer(
    tmp_path: Path, seconds: float
) -> None:
    assert WEIGHTS is not None
    heard, theirs = noise(seconds), tmp_path / "theirs.npy"
    np.save(tmp_path / "heard.npy", heard)
    asked = [str(PEER), "-c", SHOWN, str(tmp_path / "heard.npy"), str(theirs)]
    told = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    np.testing.assert_allclose(features(heard, FILTERS), np.load(theirs), atol=1e-4)
    said = float(told.rpartition("says")[2])
    assert SmartTurn(WEIGHTS).judge(heard) == pytest.approx(said, abs=1e-3)
