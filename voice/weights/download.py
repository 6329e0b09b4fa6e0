"""Bring one address to one file: resumed where it broke off, checked, or not there at all.

FILE.part  grows, survives a broken connection and a killed process, is resumed by HTTP Range
FILE       exists only once size and SHA-256 are right
"""

from __future__ import annotations

import errno
import hashlib
import shutil
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import certifi
import httpx
from tqdm import tqdm

from voice.weights.catalog import ModelError, RefusedError
from voice.weights.sources import Link, NoAnswerError

Say = Callable[[str], None]
"""Where a line for a person goes."""

_BLOCK = 1 << 20
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def download(
    link: Link,
    target: Path,
    say: Say,
    *,
    size: int | None = None,
    sha256: str | None = None,
    tries: int = 5,
    pause: float = 1.0,
) -> None:
    """Fetch ``link`` into ``target``; ``tries`` connections in a row may bring nothing new.

    Raises :class:`NoAnswerError` when the source fails us (what came so far is kept for next time),
    :class:`RefusedError` when what it sent is wrong, :class:`ModelError` when the disk is full.
    """
    part = target.with_name(target.name + ".part")
    say(f"fetching {target.name}" + (f", going on from byte {_size(part)}" if _size(part) else ""))
    pieced = _bring(link, part, size, say, tries, pause)
    try:
        check_file(part, target.name, size, sha256)
    except RefusedError:
        part.unlink()  # or the next fetch would resume what is wrong
        if not pieced:
            raise
        say(f"{target.name} is wrong after being resumed, starting again")
        download(link, target, say, size=size, sha256=sha256, tries=tries, pause=pause)
    else:
        part.replace(target)
        say(f"fetched {target.name}, {_size(target) / 1e6:.1f} MB")


def _bring(link: Link, part: Path, size: int | None, say: Say, tries: int, pause: float) -> bool:
    """Try until all of ``part`` is there; return whether it took more than one piece."""
    best = _size(part)
    pieced, left = best > 0, tries
    while True:
        try:
            _append(link, part, size)
        except (httpx.RequestError, httpx.HTTPStatusError) as error:
            left = tries if _size(part) > best else left - 1
            best = max(best, _size(part))
            final = isinstance(error, httpx.HTTPStatusError) and not error.response.is_server_error
            if final or not left:
                raise NoAnswerError(f"{_name(part)}: {_reason(error)}") from error
            say(f"{_name(part)}: {_reason(error)}, trying again from byte {_size(part)}")
            pieced = True
            time.sleep(pause)
        else:
            return pieced


def _append(link: Link, part: Path, size: int | None) -> None:
    """Request what is missing of ``part`` and write it there."""
    have = _size(part)
    if size is not None and have == size:
        return
    headers = {**link.headers, "Accept-Encoding": "identity"}  # or the bytes are not the file's
    if have:
        headers["Range"] = f"bytes={have}-"
    with (
        httpx.Client(verify=_trusted(), follow_redirects=True, timeout=30) as client,
        client.stream("GET", link.url, headers=headers) as response,
    ):
        if response.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.unlink()  # as long as the file or longer, and yet not it
            _append(link, part, size)
            return
        response.raise_for_status()
        if response.status_code != httpx.codes.PARTIAL_CONTENT:
            have = 0  # no ranges here: it sends everything again
        to_come = int(response.headers.get("Content-Length", 0))
        with (
            room(part, to_come),
            part.open("ab" if have else "wb") as file,
            bar(_name(part), have + to_come, have) as progress,
        ):
            for block in response.iter_raw():
                file.write(block)
                progress.update(len(block))


@cache
def _trusted() -> ssl.SSLContext:
    """Trust the system's authorities, where a company's proxy puts its own, and httpx's."""
    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


@contextmanager
def room(path: Path, need: int) -> Iterator[None]:
    """Refuse work on ``path`` when its disk lacks ``need`` bytes, or turns out to while writing."""

    def full() -> ModelError:
        free = shutil.disk_usage(path.parent).free
        return ModelError(
            f"no room for {_name(path)} in {path.parent}: it needs {need} bytes, {free} are free"
        )

    if shutil.disk_usage(path.parent).free < need:
        raise full()
    try:
        yield
    except OSError as error:
        if error.errno not in _FULL:
            raise
        raise full() from error


def bar(name: str, total: int, done: int = 0) -> tqdm[None]:
    """Draw progress in bytes, with the rate; on a terminal only."""
    return tqdm(
        desc=name, total=total or None, initial=done, unit="B", unit_scale=True, disable=None
    )


def hash_file(path: Path) -> str:
    """Compute the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_file(path: Path, name: str, size: int | None, sha256: str | None) -> str:
    """Return the hash of a file; raise when it or the size is not what was expected."""
    if size is not None and _size(path) != size:
        raise RefusedError(f"{name} has {_size(path)} bytes, expected {size}: refused")
    got = hash_file(path)
    if sha256 is not None and got != sha256:
        raise RefusedError(f"{name} has SHA-256 {got}, expected {sha256}: refused")
    return got


def _name(part: Path) -> str:
    return part.name.removesuffix(".part")


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _reason(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"the server answered {error.response.status_code}"
    return f"the connection failed ({str(error) or type(error).__name__})"
