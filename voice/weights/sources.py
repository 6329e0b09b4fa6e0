"""Ask who has a file, and at which address: the package registry, then the model hub.

No host is named here. Where packages come from is the business of the user's pip (its index,
mirror, proxy, folder of wheels), so pip is asked; where the hub is, its own library knows.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from voice.weights.catalog import Hub, ModelError


class NoAnswerError(ModelError):
    """This source does not have the file or cannot be reached; another may be asked."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where to download from, and the hash that the source itself states."""

    url: str
    sha256: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def canonical(package: str) -> str:
    """Spell a package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", package).lower()


@dataclass(frozen=True, slots=True)
class Registry:
    """The package registry that pip is configured for; ``options`` are more arguments for pip."""

    options: tuple[str, ...] = ()

    def locate(self, requirements: Sequence[str]) -> dict[str, Link]:
        """Resolve each ``package==version`` to the address of its wheel.

        Only wheels and no dependencies: nothing of what is found is ever built or imported.
        """
        report = self._pip(
            "install", "--dry-run", "--report=-", "--ignore-installed", *requirements
        )
        try:
            found = {
                canonical(item["metadata"]["name"]): _link(item["download_info"])
                for item in json.loads(report)["install"]
            }
        except (ValueError, KeyError, TypeError) as error:
            raise NoAnswerError(f"registry: cannot read pip's report: {error}") from error
        return {text: found[canonical(text.partition("==")[0])] for text in requirements}

    def download(self, requirement: str, folder: Path) -> Path:
        """Let pip itself download a wheel: it knows the mirror's password and certificate."""
        self._pip("download", f"--dest={folder}", requirement)
        name = canonical(requirement.partition("==")[0])
        for wheel in folder.glob("*.whl"):
            if canonical(wheel.name.partition("-")[0]) == name:
                return wheel
        raise NoAnswerError(f"registry: pip left no wheel of {requirement} in {folder}")

    def _pip(self, command: str, *arguments: str) -> str:
        quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--retries=1"]
        wheels = ["--no-deps", "--only-binary=:all:", *self.options]
        call = [sys.executable, "-m", "pip", command, *quiet, *wheels, *arguments]
        done = subprocess.run(call, capture_output=True, text=True, check=False)
        if done.returncode:
            last = (done.stderr.strip() or "no reason given").splitlines()[-1]
            raise NoAnswerError(f"registry: pip says {last.removeprefix('ERROR: ')}")
        return done.stdout


def _link(download: dict[str, dict[str, dict[str, str]]]) -> Link:
    hashes = download.get("archive_info", {}).get("hashes", {})
    return Link(str(download["url"]), hashes.get("sha256"))


def locate_on_hub(hub: Hub, path: str) -> Link:
    """Say where a file of a repository of the hub is, with the user's token if there is one."""
    try:
        from huggingface_hub import get_token, hf_hub_url
    except ImportError as error:
        raise NoAnswerError("hub: the package huggingface_hub is not installed") from error
    token = get_token()
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return Link(hf_hub_url(hub.repo, path, revision=hub.revision), headers=headers)
