"""How finished a turn sounds, by any ONNX model of Smart Turn v3's interface, one for all calls.

It is shown the last eight seconds of the turn, zeros before them, scaled to unit power, as the
log-mel spectrogram that Whisper sees; it answers with one probability.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from asr.engine import SAMPLE_RATE, Pcm
from asr.mel import FLOOR, FRAME, HOP, Mel

SECONDS = 8
BANDS = 80
INPUT, SHAPE = "input_features", [BANDS, SECONDS * SAMPLE_RATE // HOP]


class SmartTurn:
    """The model. It has one thread, which is its own; who waits for it may be cancelled."""

    def __init__(self, path: Path) -> None:
        import onnxruntime
        from faster_whisper.feature_extractor import FeatureExtractor

        if not path.is_file():
            raise ValueError(f"{path} is missing, expected an ONNX model of Smart Turn v3")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._session = onnxruntime.InferenceSession(
                str(path), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # it has an exception for each way to fail
            raise ValueError(f"{path} is no ONNX model: {error}") from error
        takes = {each.name: list(each.shape[1:]) for each in self._session.get_inputs()}
        if takes != {INPUT: SHAPE}:
            raise ValueError(f"{path} takes {takes}, expected {INPUT} of {SHAPE} as Smart Turn v3")
        self._filters = FeatureExtractor.get_mel_filters(SAMPLE_RATE, FRAME, BANDS)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="smart-turn")

    async def finished(self, heard: Pcm) -> float:
        """As :meth:`judge`, off the event loop."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self.judge, heard)

    def judge(self, heard: Pcm) -> float:
        """How likely it is that whoever said this has finished."""
        fed = {INPUT: features(heard, self._filters)[np.newaxis]}
        return float(self._session.run(None, fed)[0].item())


def features(heard: Pcm, filters: Mel) -> Mel:
    """What it is shown of a turn: as :mod:`asr.mel` has it, but mirrored at the end, too.

    In double precision: the model was made so.
    """
    count = SECONDS * SAMPLE_RATE
    samples = heard[-count:].astype(np.float32) / np.float32(32_768)
    samples = np.pad(samples, (count - len(samples), 0))
    samples = (samples - samples.mean()) / np.sqrt(samples.var() + 1e-7)
    padded = np.pad(samples.astype(np.float64), FRAME // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, FRAME)[::HOP][:-1]
    power = np.abs(np.fft.rfft(frames * np.hanning(FRAME + 1)[:-1])) ** 2
    mel = np.log10(np.maximum(filters @ power.T, FLOOR))
    scaled: Mel = ((np.maximum(mel, mel.max() - 8) + 4) / 4).astype(np.float32)
    return scaled
