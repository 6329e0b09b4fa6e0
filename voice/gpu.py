"""Whether there is a GPU, and an engine's own library can use it, for `voice check`."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator, Mapping

from voice.findings import Finding


def look_for_gpu(kind: str, engine: str, environ: Mapping[str, str]) -> Iterator[Finding]:
    """The driver, and whether the engine's own library can use it."""
    driver = _driver(kind, environ)
    yield driver
    if engine in ("kokoro", "piper"):
        import onnxruntime

        yield _provider(kind, onnxruntime.get_available_providers())
    elif engine == "whisper" and driver.verdict == "ok":
        import ctranslate2

        yield _devices(kind, ctranslate2.get_cuda_device_count())


def _driver(kind: str, environ: Mapping[str, str]) -> Finding:
    smi = shutil.which("nvidia-smi", path=environ.get("PATH"))
    if smi is None:
        mend = 'no NVIDIA driver here: run on a GPU machine, or set device = "cpu"'
        return Finding("BAD", f"[{kind}] GPU", mend)
    query = [smi, "--query-gpu=name,memory.total", "--format=csv,noheader"]
    seen = subprocess.run(query, capture_output=True, text=True, check=False)
    if seen.returncode:
        return Finding("BAD", f"[{kind}] GPU", f"nvidia-smi: {seen.stderr or seen.stdout}".strip())
    return Finding("ok", f"[{kind}] GPU", seen.stdout.strip().replace("\n", "; "))


def _provider(kind: str, providers: list[str]) -> Finding:
    if "CUDAExecutionProvider" in providers:
        return Finding("ok", f"[{kind}] library", "onnxruntime has CUDAExecutionProvider")
    mend = "pip uninstall onnxruntime, then pip install onnxruntime-gpu"
    return Finding(
        "BAD", f"[{kind}] library", f"onnxruntime here has no CUDAExecutionProvider: {mend}"
    )


def _devices(kind: str, count: int) -> Finding:
    if count:
        return Finding("ok", f"[{kind}] library", f"ctranslate2 sees {count} CUDA devices")
    mend = "install the driver and CUDA 12 with cuBLAS and cuDNN, or show it a device"
    return Finding("BAD", f"[{kind}] library", f"ctranslate2 sees no CUDA device: {mend}")
