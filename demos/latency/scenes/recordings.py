"""Real people: Debian's packages of recordings, where they are installed, or fetched and unpacked.

They are not committed: the prompts are CC-BY-SA-3.0, and nobody needs them twice.
"""

from __future__ import annotations

import gzip
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soundfile
import soxr

from demos.latency.scenes.label import RATE, Samples
from voice.errors import VoiceError

PACKAGES = ("asterisk-core-sounds-en-wav", "asterisk-core-sounds-en", "pocketsphinx-testdata")
PROMPTS = "usr/share/asterisk/sounds/en_US_f_Allison"
WORDS = "usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz"
SPHINX = "usr/share/pocketsphinx/test/data"


@dataclass
class Recordings:
    """All recordings under one root; ``/`` on a Debian machine that has the packages."""

    root: Path
    _words: dict[str, str] = field(default_factory=dict)

    def read(self, name: str) -> Samples:
        """What was recorded, at 16 kHz."""
        folder = SPHINX if name.startswith(("librivox/", "cards/")) else PROMPTS
        path = self.root / folder / f"{name}.wav"
        try:
            samples, rate = soundfile.read(path, dtype="float32")
        except soundfile.LibsndfileError as error:
            raise VoiceError(f"cannot read recording {path}: {error.error_string}") from None
        resampled: Samples = soxr.resample(samples, rate, RATE).astype(np.float32)
        return resampled

    def words(self, name: str) -> str:
        """What is said in it."""
        if not self._words:
            self._words.update(_prompts(self.root / WORDS))
            for folder, file in (("librivox", "transcription"), ("cards", "cards.transcription")):
                self._words.update(_sentences(self.root / SPHINX / folder / file, folder))
        if name not in self._words:
            raise VoiceError(f"nothing says what recording {name!r} says, expected it in {WORDS}")
        return self._words[name]

    @staticmethod
    def licence(name: str) -> str:
        """Under which terms it may be used."""
        return "BSD-2-Clause" if name.startswith(("librivox/", "cards/")) else "CC-BY-SA-3.0"

    @staticmethod
    def speaker(name: str) -> str:
        """Whose voice it is, as far as is known."""
        return name.split("/")[0] if name.startswith(("librivox/", "cards/")) else "allison"


def find_recordings(cache: Path) -> Recordings:
    """The packages of this machine, or else of the cache, or else fetched into it."""
    for root in (Path("/"), cache):
        if all((root / part).exists() for part in (PROMPTS, WORDS, SPHINX)):
            return Recordings(root)
    cache.mkdir(parents=True, exist_ok=True)
    try:
        subprocess.run(["apt-get", "download", *PACKAGES], cwd=cache, check=True)
        for package in sorted(cache.glob("*.deb")):
            subprocess.run(["dpkg", "-x", str(package), str(cache)], check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise VoiceError(
            f"cannot fetch recordings: {error}; install {' '.join(PACKAGES)} by hand"
        ) from None
    return Recordings(cache)


def _prompts(path: Path) -> Iterator[tuple[str, str]]:
    for line in gzip.decompress(path.read_bytes()).decode().splitlines():
        if found := re.fullmatch(r"([\w/-]+):\s*(.+)", line):
            yield found[1], found[2].strip()


def _sentences(path: Path, folder: str) -> Iterator[tuple[str, str]]:
    for line in path.read_text().splitlines():
        if found := re.fullmatch(r"<s> (.*?) +</s> \((.*)\)", line):
            yield f"{folder}/{found[2]}", found[1]
