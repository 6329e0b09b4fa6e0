"""A book that cannot be read or written: one line at the start, an apology in a call."""

from __future__ import annotations

import os
import resource
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from demos.clinic.practice import PracticeError
from tests.clinic import Caller, open_clinic
from voice.errors import ConfigError

APOLOGY = "Sorry, I can't reach our book. Could you try again?"
BOOKED = "You're booked with Dr. Chen on Friday at 9 AM."


def opened(path: Path) -> str:
    """What the operator is told of this book."""
    with pytest.raises(PracticeError) as told:
        open_clinic(book=str(path))
    message = str(told.value)
    assert message.startswith(f'book "{path}" cannot be used: ')
    assert "\n" not in message
    return message


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A book that is as it should be."""
    path = tmp_path / "clinic.sqlite"
    open_clinic(book=str(path)).book.close()
    return path


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another process is writing, and takes its time."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full_disk(bytes_left: int = 1) -> Iterator[None]:
    """No file may grow any more, or not by much."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_left, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def nobody() -> Iterator[None]:
    """Not root, whom no permission stops."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_a_file_that_is_no_book_is_named(tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish.sqlite"
    rubbish.write_bytes(b"hello\n" * 2000)
    assert "not a database" in opened(rubbish)
    opened(tmp_path)  # a folder
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(ConfigError, match=r"cannot be made: .* is no folder"):
        open_clinic(book=str(tmp_path / "file" / "clinic.sqlite"))


def test_a_book_in_a_folder_that_is_not_there_is_no_new_book(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be made: .*/clinics is not there, make it"):
        open_clinic(book=str(tmp_path / "clinics" / "clinic.sqlite"))
    assert not list(tmp_path.iterdir())


def test_a_damaged_book_is_named(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:5000])
    assert "malformed" in opened(path)
    path.write_bytes(whole[:4096] + bytes(range(250)) * 12 + whole[7096:])
    assert "malformed" in opened(path)


def test_a_database_of_another_program_is_named(tmp_path: Path) -> None:
    path = tmp_path / "other.sqlite"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE slots (x)")
    assert "no column named doctor" in opened(path)


def test_a_book_that_another_process_holds_is_named(path: Path) -> None:
    with locked(path):
        assert "locked" in opened(path)
    open_clinic(book=str(path)).book.close()


def test_a_book_on_a_full_disk_is_named(tmp_path: Path) -> None:
    with full_disk(), pytest.raises(ConfigError, match="cannot be made: file too large in"):
        open_clinic(book=str(tmp_path / "clinic.sqlite"))


@pytest.mark.parametrize("kilobytes", [4, 8, 16, 24, 32])
def test_of_a_book_that_a_disk_is_too_full_for_nothing_is_left(
    tmp_path: Path, kilobytes: int
) -> None:
    with full_disk(1024 * kilobytes):
        opened(tmp_path / "clinic.sqlite")
    assert not list(tmp_path.iterdir())


def test_a_book_that_was_there_stays_when_it_cannot_be_opened(path: Path) -> None:
    before = path.read_bytes()
    with locked(path):
        opened(path)
    assert path.read_bytes() == before


def test_a_book_that_may_only_be_read_is_named() -> None:
    with tempfile.TemporaryDirectory(prefix="book-") as name:
        folder, path = Path(name), Path(name) / "clinic.sqlite"
        open_clinic(book=str(path)).book.close()
        path.chmod(0o444)
        folder.chmod(0o555)
        try:
            with nobody():
                message = opened(path)
        finally:
            folder.chmod(0o700)
    assert "readonly" in message or "unable to open" in message


def ready_to_book(path: Path) -> Caller:
    """A caller who has only to say yes."""
    caller = Caller(open_clinic(book=str(path)))
    caller.says("Dr. Chen on Friday at nine.", "book", doctor="Dr. Chen", day="Friday", time="nine")
    assert caller.says("Maria Lopez.", "book", name="Maria Lopez").endswith("Shall I book it?")
    return caller


@pytest.mark.parametrize("trouble", ["locked", "full disk"])
def test_a_caller_is_told_and_booked_once_the_trouble_is_over(path: Path, trouble: str) -> None:
    caller = ready_to_book(path)
    with locked(path) if trouble == "locked" else full_disk():
        assert caller.says("Yes.", "confirm", answer="yes") == APOLOGY
    assert caller.says("Yes, please.", "confirm", answer="yes").startswith(BOOKED)
    with closing(sqlite3.connect(path)) as book:
        assert book.execute("SELECT name FROM appointments").fetchall() == [("Maria Lopez",)]
