"""Hear speech begin and end: Silero, one session for all calls, and a detector for each call.

    frames -> windows of 32 ms -> SileroVad -> probability -+
                              -> loudness of 4 ms slices ---+-> EdgeFinder -> Onset | Offset

Silero's memory is an argument and a result, so one session serves every call, from any thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from asr.edges import SLICE, WINDOW, EdgeFinder, Levels, Offset, Onset, VadSettings
from asr.engine import Pcm, TranscriberError

CONTEXT = 64
"""Samples of the previous window that Silero sees again."""

MUTE = 10
"""Windows of nothing but zeros, a third of a second, after which Silero is not asked any more."""

Samples = npt.NDArray[np.float32]


def _zeros(*shape: int) -> Samples:
    return np.zeros(shape, dtype=np.float32)


@dataclass(slots=True)
class VadState:
    """What Silero remembers of one call."""

    h: Samples = field(default_factory=lambda: _zeros(1, 1, 128))
    c: Samples = field(default_factory=lambda: _zeros(1, 1, 128))
    context: Samples = field(default_factory=lambda: _zeros(CONTEXT))


class SileroVad:
    """The model, loaded once: Silero v6 in ONNX, by default the one in faster-whisper's package."""

    def __init__(self, path: Path | None = None) -> None:
        import onnxruntime  # slow to import, and only those who listen need it

        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = options.intra_op_num_threads = (
            1  # 50 us a window: threads cost more
        )
        options.enable_cpu_mem_arena = False
        options.log_severity_level = 4
        path = path or _packaged()
        if not path.is_file():
            raise TranscriberError(f"voice detector {path} is missing, expected Silero v6 in ONNX")
        self._session = onnxruntime.InferenceSession(
            str(path), sess_options=options, providers=["CPUExecutionProvider"]
        )

    def probability(self, window: Samples, state: VadState) -> float:
        """How likely the next 512 samples, in -1..1, are speech; moves ``state`` on."""
        heard = np.concatenate([state.context, window])[np.newaxis]
        fed = {"input": heard, "h": state.h, "c": state.c}
        output, state.h, state.c = self._session.run(None, fed)
        state.context = window[-CONTEXT:]
        return float(output.item())


class Judge:
    """One call's stream, window by window, each with its probability of speech and its loudness."""

    def __init__(self, vad: SileroVad) -> None:
        self._vad = vad
        self._state = VadState()
        self._waiting: Pcm = np.zeros(0, dtype=np.int16)
        self._zeros = 0

    def feed(self, pcm: Pcm) -> Iterator[tuple[Pcm, float, Levels]]:
        """The windows that are whole now."""
        waiting = np.concatenate([self._waiting, pcm])
        whole = waiting.size - waiting.size % WINDOW
        self._waiting = waiting[whole:]
        for window in waiting[:whole].reshape(-1, WINDOW):
            samples = window * np.float32(1 / 32768)
            yield window, self._probability(samples), loudness(samples)

    def _probability(self, samples: Samples) -> float:
        """Ask Silero, unless the line has been mute for so long that it would only say no again."""
        self._zeros = 0 if samples.any() else self._zeros + 1
        if self._zeros > MUTE:
            return 0.0
        return self._vad.probability(samples, self._state)


class VoiceDetector:
    """One call's ear: 16 kHz frames of any length in, edges out."""

    def __init__(self, vad: SileroVad, settings: VadSettings | None = None) -> None:
        self._judge = Judge(vad)
        self._edges = EdgeFinder(settings)

    @property
    def rising(self) -> bool:
        """Whether what may be the beginning of speech has been heard, and is not certain yet."""
        return self._edges.rising

    def feed(self, pcm: Pcm) -> list[Onset | Offset]:
        """Listen to the next frame; the edges that it made certain, oldest first."""
        edges = []
        for _, probability, levels in self._judge.feed(pcm):
            if edge := self._edges.step(probability, levels):
                edges.append(edge)
        return edges


def loudness(window: Samples) -> Levels:
    """The level in dBFS of each 4 ms slice of a window, -100 at the least."""
    slices = window.reshape(-1, SLICE)
    power = np.einsum("st,st->s", slices, slices) / SLICE
    levels: Levels = 10 * np.log10(np.maximum(power, np.float32(1e-10)))
    return levels


def _packaged() -> Path:
    """Silero's file inside faster-whisper's package, found without importing that."""
    found = find_spec("faster_whisper")
    if found is None or found.origin is None:
        raise TranscriberError(
            "voice detector needs the package faster-whisper, which is not installed"
        )
    return Path(found.origin).parent / "assets" / "silero_vad_v6.onnx"
