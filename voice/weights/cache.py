"""Keep models on this machine: where one lies, whether it is whole, how it appears.

    CACHE/NAME/KEY/      the files and card.json; appears by one rename and is only read after that
    CACHE/.partial/NAME  what is being fetched; survives a broken fetch, so that the next resumes
    CACHE/.locks/NAME    who holds it may write the two above

The key comes from the hashes in the catalog: new weights never replace those that a server has
open. Files put there by hand are as good as fetched ones, once their hashes are checked.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voice.weights.catalog import Catalog, Model
from voice.weights.download import Say, check_file, hash_file

CARD = "card.json"


def folder_of(root: Path, name: str, catalog: Catalog) -> Path:
    """Say where a model lies in a cache, or would."""
    return root / name / catalog.key(name)


def opened(folder: Path, model: Model) -> Path:
    """Say what of a model's folder engines are given."""
    return folder / model.opens if model.opens else folder


def expected_files(
    folder: Path, model: Model | None
) -> Iterator[tuple[str, int | None, str | None]]:
    """List name, size and hash of what must be there: by the catalog, or by a merged one's card."""
    if model and model.files:
        for file in model.files:
            yield file.name, file.size, file.sha256
    elif (folder / CARD).exists():
        for name, (size, sha256) in json.loads((folder / CARD).read_text())["files"].items():
            yield name, size, sha256


def is_whole(folder: Path, model: Model) -> bool:
    """Whether all of a model is there. Hashes were checked when it came; sizes are checked now.

    What was put there by hand has no card: its hashes are checked, and a wrong one is refused.
    """
    installed = (folder / CARD).exists()
    if not installed and (model.tuning or not all((folder / f.name).exists() for f in model.files)):
        return False
    for name, size, sha256 in expected_files(folder, model):
        path = folder / name
        if not installed:
            check_file(path, str(path), size, sha256)
        elif not path.exists() or size not in (None, path.stat().st_size):
            return False
    return True


def write_card(name: str, folder: Path, catalog: Catalog) -> None:
    """Leave beside the weights what they are: engines, `voice models verify` and audits read it."""
    model = catalog.model(name)
    files = {
        path.name: (path.stat().st_size, hash_file(path))
        for path in sorted(folder.iterdir())
        if path.name != CARD
    }
    card = {"name": name, **model.model_dump(include={"kind", "licence", "note", "window"})}
    if model.tuning:
        card |= {"base": model.tuning.base, "base_key": catalog.key(model.tuning.base)}
        card |= {"delta_sha256": catalog.delta_hash(name)}
    (folder / CARD).write_text(json.dumps({**card, "files": files}, indent=1) + "\n")


def publish(staging: Path, folder: Path, say: Say) -> None:
    """Make a whole model appear in its place at once, after it has reached the disk."""
    for path in (*staging.iterdir(), staging):
        handle = os.open(path, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists():
        aside = folder.with_name(f"{folder.name}.damaged-{os.getpid()}")
        say(f"{folder} was not whole: moved to {aside}")
        folder.rename(aside)
    staging.rename(folder)


@contextmanager
def locked(cache: Path, name: str, say: Say) -> Iterator[None]:
    """Hold the lock of one model; the system drops it if we die."""
    (cache / ".locks").mkdir(parents=True, exist_ok=True)
    with (cache / ".locks" / name).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"{name}: another process is fetching it, waiting")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
