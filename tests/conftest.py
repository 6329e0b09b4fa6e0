"""What tests share: real models, fetched once into the cache that the server uses, too."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from voice.weights import fetch
from voice.weights.cli import SHARED, default_cache


@pytest.fixture(scope="session")
def model() -> Callable[[str], Path]:
    """Where a model of the catalog is on this machine; the first to ask has it fetched."""
    return lambda name: fetch(name, default_cache(os.environ), SHARED)
