"""What tests share: real models, fetched once into the cache that the server uses, too."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from voice.weights import fetch
from voice.weights.cli import SHARED, default_cache


@pytest.fixture(scope="session")
def model() -> Callable[[str], Path]:
    """Where a model of the catalog is on this machine; the first to ask has it fetched."""
    return lambda name: fetch(name, default_cache(os.environ), SHARED)


@pytest.fixture(scope="session", autouse=True)
def _heed_interrupts() -> None:
    """A shell has what it starts in the background ignore ^C; the commands under test must not."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
