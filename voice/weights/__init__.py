"""Hand out a model by name: found on this machine, or fetched, checked and installed once.

a path, as it is -> the cache -> shared caches, never written -> registry -> hub
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Sequence
from pathlib import Path

from voice.weights.cache import (
    CARD,
    expected_files,
    folder_of,
    is_whole,
    locked,
    opened,
    publish,
    write_card,
)
from voice.weights.catalog import Card, Catalog, ModelError, RefusedError
from voice.weights.download import Say, check_file
from voice.weights.install import Installer, Sources
from voice.weights.sources import NoAnswerError

__all__ = ["Card", "Catalog", "ModelError", "Sources", "card", "fetch", "find", "verify"]

logger = logging.getLogger(__name__)


def find(
    name: str, cache: Path, shared: Sequence[Path] = (), *, catalog: Catalog | None = None
) -> Path | None:
    """Return where a model is on this machine, or None when it must be fetched. Writes nothing.

    ``name`` is a name from the catalog, or any existing path, which is returned as it is.
    """
    catalog = catalog or Catalog.load()
    if name not in catalog.entries:  # a bare name is the catalog's, whatever lies about here
        path = Path(name).expanduser()
        if path.exists():
            return path
        raise ModelError(f"no model or path {name!r}, expected a path or one of {catalog.known()}")
    model = catalog.model(name)
    for root in (cache, *shared):
        folder = folder_of(root, name, catalog)
        try:
            if is_whole(folder, model):
                return opened(folder, model)
        except PermissionError:
            logger.info("cannot read %s, looking elsewhere", folder)
    return None


def fetch(
    name: str,
    cache: Path,
    shared: Sequence[Path] = (),
    *,
    catalog: Catalog | None = None,
    sources: Sources | None = None,
    say: Say = logger.info,
) -> Path:
    """Return where a model is, getting it first if need be: a folder, or the file that it opens.

    Blocks, so call it in a thread. Writes nothing when the model is there.
    """
    catalog, sources = catalog or Catalog.load(), sources or Sources()
    if found := find(name, cache, shared, catalog=catalog):
        return found
    model, folder = catalog.model(name), folder_of(cache, name, catalog)
    base = None
    if model.tuning:
        base = fetch(model.tuning.base, cache, shared, catalog=catalog, sources=sources, say=say)
    try:
        with locked(cache, name, say):
            if found := find(name, cache, shared, catalog=catalog):  # by whom we waited for
                return found
            terms = f"{model.licence}; {model.note}" if model.note else model.licence
            say(f"{name}: {model.about}; licence {terms}")
            partial = cache / ".partial" / name
            staging = partial / "whole"
            shutil.rmtree(staging, ignore_errors=True)  # of a fetch that was killed
            staging.mkdir(parents=True)
            installer = Installer(staging, partial, sources, say)
            installer.merge(name, base, catalog) if base else installer.fetch(model)
            write_card(name, staging, catalog)
            publish(staging, folder, say)
            shutil.rmtree(partial, ignore_errors=True)
    except NoAnswerError as error:
        wanted = ", ".join(file.name for file in model.files)
        by_hand = f"put {wanted} into {folder} by hand, or give the path of your own copy"
        raise ModelError(f"{name}: {error}; {by_hand}") from error
    except OSError as error:
        reason = f"{error.strerror or error} ({error.filename})"
        raise ModelError(f"{name}: cannot use the cache {cache}: {reason}") from error
    say(f"{name}: ready in {folder}")
    return opened(folder, model)


def card(name: str, catalog: Catalog | None = None) -> Card:
    """Say what an engine must know of a model, by its name or its path."""
    catalog = catalog or Catalog.load()
    if name in catalog.entries:
        model = catalog.entries[name]
        return Card(name, model.kind, model.engine, model.licence, model.window)
    path = Path(name).expanduser()
    try:
        text = ((path if path.is_dir() else path.parent) / CARD).read_text()
        written = {key: json.loads(text)[key] for key in ("kind", "licence", "window")}
    except (OSError, ValueError, TypeError, KeyError):
        return Card(name)  # somebody's own files: nothing is known of them
    return Card(name, **written)


def verify(
    name: str, cache: Path, shared: Sequence[Path] = (), *, catalog: Catalog | None = None
) -> Path | None:
    """Read every byte of a model; return where it is, or None when it is not here.

    Raises :class:`RefusedError` when something about it is wrong.
    """
    catalog = catalog or Catalog.load()
    model = catalog.entries.get(name)
    if model and model.tuning:
        catalog.delta_hash(name)
    found = find(name, cache, shared, catalog=catalog)
    if found is None:
        return None
    folder = found if found.is_dir() else found.parent
    for file, size, sha256 in expected_files(folder, model):
        try:
            check_file(folder / file, str(folder / file), size, sha256)
        except OSError as error:
            raise RefusedError(f"cannot read {folder / file}: {error.strerror}") from error
    return found
