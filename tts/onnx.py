"""Run ONNX models beside everything else a call needs, and hear what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime

from tts.engine import Pcm

Floats = npt.NDArray[np.float32]


class Tensor(Protocol):
    """The name and type of an input."""

    name: str
    type: str


class Session(Protocol):
    """As much of an onnxruntime session as is used here."""

    def run(self, outputs: None, inputs: Mapping[str, object], /) -> Sequence[Floats]:
        """Compute all outputs. May be called from several threads at once."""
        ...

    def get_inputs(self) -> Sequence[Tensor]:
        """What it wants to be given."""
        ...


def open_model(
    model: bytes | Path, threads: int, providers: Sequence[str] = ("CPUExecutionProvider",)
) -> Session:
    """A session that computes on ``threads`` threads and none of them spins."""
    missing = set(providers) - set(onnxruntime.get_available_providers())
    if missing:
        raise ValueError(f"onnxruntime here has no {', '.join(sorted(missing))}")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    # A thread that waits by spinning is quick to start, and takes the core from another engine.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # It would remember a plan of its memory for each length of sentence that it has ever seen:
    # .1 MB a sentence, and not a moment saved.
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    if isinstance(model, Path):
        return _open(model, options, providers)
    # A session made from bytes keeps them for as long as it lives; one made from a file does not.
    with NamedTemporaryFile(suffix=".onnx") as file:
        file.write(model)
        file.flush()
        return _open(Path(file.name), options, providers)


def _open(model: Path, options: object, providers: Sequence[str]) -> Session:
    session: Session = onnxruntime.InferenceSession(str(model), options, providers=list(providers))
    return session


def to_pcm(samples: Floats, gain: float) -> Pcm:
    """A network's samples, between -1 and 1, ``gain`` times as loud."""
    pcm: Pcm = np.clip(samples * (gain * 32_767), -32_767, 32_767).astype(np.int16)
    return pcm
