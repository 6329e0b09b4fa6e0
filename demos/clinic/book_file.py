"""Decide whether a file can be the clinic's book; of one that cannot, nothing is left behind."""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from voice.errors import ConfigError

MEMORY = ":memory:"
_PATIENCE = 0.05  # seconds for another program's write
_MENDS = {
    sqlite3.SQLITE_BUSY: "is being written by another program: end it, or name another file",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: let this user write it, and in its folder",
    sqlite3.SQLITE_CORRUPT: "is damaged: restore it from a copy, or name another file",
    sqlite3.SQLITE_NOTADB: "is no SQLite file: move it away, or name another file",
    sqlite3.SQLITE_READONLY: "cannot be written: let this user write it, and in its folder",
}


def place_of(book: str) -> str:
    """Where it is, or is to be made: its folder must be there, for a typing error should not
    become an empty book, and let files be made. Raises :class:`ConfigError`.
    """
    if book == MEMORY:
        return book
    try:
        file = Path(book).expanduser()
    except RuntimeError as error:  # a user that is not there
        raise ConfigError(f"book is {book!r}: {error}") from None
    folder = file.absolute().parent
    if not folder.is_dir():
        mend = "is no folder, name another file" if folder.exists() else "is not there, make it"
        raise ConfigError(f"{file} cannot be made: {folder} {mend}")
    if not file.exists():
        _try_folder(file, folder)
    return str(file)


def _try_folder(file: Path, folder: Path) -> None:
    """By making one: what root may do says little of /proc, or of a disk that is full."""
    try:
        with tempfile.TemporaryFile(dir=folder) as tried:
            tried.write(bytes(4096))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigError(f"{file} cannot be made: {reason} in {folder}") from None


@contextmanager
def whole_or_gone(book: str) -> Iterator[None]:
    """Take away what the block has made of a book that was not there, if it fails."""
    new = book != MEMORY and not Path(book).exists()
    try:
        yield
    except BaseException:
        if new:
            for end in ("", "-wal", "-shm", "-journal"):
                Path(book + end).unlink(missing_ok=True)
        raise


def try_book(book: str) -> str:
    """Take the right to write for a moment; what was found. Raises :class:`ConfigError`."""
    path = place_of(book)
    if path == MEMORY:
        return f"{path} forgets everything when the server ends"
    file = Path(path)
    if file.is_dir():
        raise ConfigError(f"{file} is a folder: name a file in it")
    if not file.exists():
        return f"{file} is made by the first start"
    if not all(os.access(each, os.W_OK) for each in (file, file.absolute().parent)):
        raise ConfigError(f"{path} {_MENDS[sqlite3.SQLITE_READONLY]}")
    try:
        with closing(_open(file)) as opened:
            opened.execute("BEGIN IMMEDIATE")
            # On a disk that may only be read, the right to write is given without a word.
            opened.execute("CREATE TABLE tried_by_voice_check (number)")
            opened.execute("ROLLBACK")
    except sqlite3.Error as error:
        # The low byte is the kind, what is above it the circumstances.
        mend = _MENDS.get((getattr(error, "sqlite_errorcode", None) or 0) & 0xFF)
        raise ConfigError(f"{path} {mend or f'cannot be used: {error}'}") from None
    return f"{path} can be written"


def _open(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{file.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=_PATIENCE
    )
