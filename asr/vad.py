"""Hear speech begin and end: Silero, one session for all calls, and a detector for each call.

    frames -> windows of 32 ms -> SileroVad -> probability -+-> EdgeFinder -> Onset | Offset
                              -> loudness of 4 ms slices ---+-> Heard -> who transcribes them

Silero's memory is an argument and a result, so one session serves every call, from any thread.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from asr.edges import SLICE, WINDOW, EdgeFinder, Levels, Offset, Onset, VadSettings
from asr.engine import Pcm, TranscriberError
from asr.heard import Heard

CONTEXT = 64
"""Samples of the previous window that Silero sees again."""

STILL = 10
"""Windows without speech, a third of a second, after which Silero is asked only when a sound comes.

A caller listens for more than half of a call. On lines with noise at -65, -50 and -38 dBFS a third
of the windows were asked about, and onsets were noticed as soon as when all were."""
QUIET_LINE = -36.0
"""How loud, in dBFS, the line itself may be for that: in louder noise speech does not stand out."""
SURELY_NOT = 0.1
"""Silero's probability of what is no speech."""
STIRS = 2.0
"""How far over the line's own loudness, in dB, the loudest slice of a window with a sound is."""
UNSEEN = 3
"""Windows before a sound that Silero hears first: it goes by what came before."""

QUIETEST = -100.0
"""The loudness in dBFS of nothing."""

Samples = npt.NDArray[np.float32]

_SCALE = np.float32(1 / 32768)


def _zeros(*shape: int) -> Samples:
    return np.zeros(shape, dtype=np.float32)


@dataclass(slots=True)
class VadState:
    """What Silero remembers of one call."""

    h: Samples = field(default_factory=lambda: _zeros(1, 1, 128))
    c: Samples = field(default_factory=lambda: _zeros(1, 1, 128))


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

    def probability(self, heard: Samples, state: VadState) -> float:
        """How likely the last 512 samples, in -1..1 and after their context, are speech.

        Moves ``state`` on.
        """
        fed = {"input": heard[np.newaxis], "h": state.h, "c": state.c}
        output, state.h, state.c = self._session.run(None, fed)
        return float(output[0])


class Judge:
    """One call's stream, window by window, each with its probability of speech and its loudness."""

    def __init__(self, vad: SileroVad) -> None:
        self._vad = vad
        self._state = VadState()
        self._scaled = _zeros(CONTEXT + WINDOW)
        self._waiting: Pcm = np.zeros(0, dtype=np.int16)
        self._still = 0
        self._line = 0.0
        self._unseen: deque[Samples] = deque(maxlen=UNSEEN)

    def feed(self, pcm: Pcm | Heard) -> list[Heard]:
        """The windows that are whole now. What has been judged is as it was."""
        if isinstance(pcm, Heard):
            return [pcm]
        waiting = np.concatenate((self._waiting, pcm)) if self._waiting.size else pcm
        whole = waiting.size - waiting.size % WINDOW
        self._waiting = waiting[whole:]
        return [self._judge(waiting[at : at + WINDOW]) for at in range(0, whole, WINDOW)]

    def _judge(self, window: Pcm) -> Heard:
        scaled = _zeros(CONTEXT + WINDOW)
        scaled[:CONTEXT] = self._scaled[WINDOW:]
        np.multiply(window, _SCALE, out=scaled[CONTEXT:])
        self._scaled = scaled
        levels = loudness(scaled[CONTEXT:])
        return Heard(window, self._probability(float(levels.max())), levels)

    def _probability(self, loudest: float) -> float:
        """Ask Silero, unless the line has been still for so long that it would say no again."""
        still = self._still >= STILL and self._line < QUIET_LINE
        if still and loudest < self._line + STIRS:
            self._unseen.append(self._scaled)
            self._follow(loudest)
            return 0.0
        while self._unseen:
            self._vad.probability(self._unseen.popleft(), self._state)
        probability = self._vad.probability(self._scaled, self._state)
        if probability < SURELY_NOT:
            self._line = self._line if self._still else loudest
            self._still += 1
            self._follow(loudest)
        else:
            self._still = 0
        return probability

    def _follow(self, loudest: float) -> None:
        """The loudness of the line without speech: down soon, up slowly."""
        self._line += (0.1 if loudest > self._line else 0.3) * (loudest - self._line)


class VoiceDetector:
    """One call's ear: 16 kHz frames of any length in, windows and the edges in them out."""

    def __init__(self, vad: SileroVad, settings: VadSettings | None = None) -> None:
        self._judge = Judge(vad)
        self._edges = EdgeFinder(settings)

    @property
    def rising(self) -> bool:
        """Whether what may be the beginning of speech has been heard, and is not certain yet."""
        return self._edges.rising

    def feed(self, pcm: Pcm) -> list[Heard | Onset | Offset]:
        """Listen to the next frame: what is whole by now, and after each window its edge."""
        told: list[Heard | Onset | Offset] = []
        for heard in self._judge.feed(pcm):
            told.append(heard)
            if edge := self._edges.step(heard.probability, heard.levels):
                told.append(edge)
        return told


def loudness(window: Samples) -> Levels:
    """The level in dBFS of each 4 ms slice of a window, :data:`QUIETEST` at the least."""
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
