"""The clinic's appointment book: one SQLite file of slots, appointments, refills and messages.

What must never happen is a constraint of the file, not a check in front of it: a slot holds one
appointment, and a request (``key``) is written once however often it is repeated. Writes are
single statements or one short transaction, well under two milliseconds, so they run inline.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from demos.clinic.names import same_person

_SCHEMA = """
CREATE TABLE IF NOT EXISTS slots (
    id INTEGER PRIMARY KEY, doctor TEXT NOT NULL, at TEXT NOT NULL, UNIQUE (doctor, at));
CREATE TABLE IF NOT EXISTS appointments (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, slot INTEGER UNIQUE REFERENCES slots (id),
    name TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', moved_by TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS refills (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, drug TEXT NOT NULL, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS messages (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, addressee TEXT NOT NULL, text TEXT NOT NULL,
    name TEXT NOT NULL, phone TEXT NOT NULL);
"""
# A cancelled appointment has no slot: NULLs are distinct, so UNIQUE frees the slot by itself.

_JOINED = """
SELECT appointments.id, appointments.name, slots.id, slots.doctor, slots.at
FROM appointments JOIN slots ON slots.id = appointments.slot
"""


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which a doctor sees one patient."""

    id: int
    doctor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Appointment:
    """A slot that is somebody's."""

    id: int
    name: str
    slot: Slot


class Book:
    """The file. ``:memory:`` keeps nothing, for a trial or a test."""

    def __init__(self, path: str | Path) -> None:
        # One thread at a time, not always the same: servers open it off their event loop.
        # Autocommit: every statement is its own transaction unless one is begun. Another process
        # that holds the file is waited for as long as a caller would not notice.
        self._db = sqlite3.connect(
            path, isolation_level=None, timeout=0.05, check_same_thread=False
        )
        try:
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = NORMAL")
            self._db.executescript(_SCHEMA)
        except sqlite3.Error:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def open_slots(self, slots: Iterable[tuple[str, datetime]]) -> None:
        """Add times that doctors are here; those the book already has stay as they are."""
        rows = [(doctor, at.isoformat()) for doctor, at in slots]
        self._db.execute("BEGIN IMMEDIATE")
        # Commits, or rolls back: later bookings must not fall into a transaction left open.
        with self._db:
            self._db.executemany("INSERT OR IGNORE INTO slots (doctor, at) VALUES (?, ?)", rows)

    def free(self, after: datetime, doctors: Sequence[str] = ()) -> list[Slot]:
        """Every free slot later than ``after``, soonest first; of these doctors, or of all."""
        rows = self._db.execute(
            "SELECT id, doctor, at FROM slots WHERE at > ? AND id NOT IN "
            "(SELECT slot FROM appointments WHERE slot IS NOT NULL) ORDER BY at, doctor",
            (after.isoformat(),),
        )
        return [
            Slot(number, doctor, datetime.fromisoformat(at))
            for number, doctor, at in rows
            if not doctors or doctor in doctors
        ]

    def last_day(self) -> datetime | None:
        """The latest slot there is, free or not: how far the book reaches."""
        (at,) = self._db.execute("SELECT max(at) FROM slots").fetchone()
        return datetime.fromisoformat(at) if at else None

    def appointments(self, name: str, after: datetime) -> list[Appointment]:
        """The coming appointments of somebody, soonest first; names are matched as they sound."""
        rows = self._db.execute(
            f"{_JOINED} WHERE slots.at > ? ORDER BY slots.at", (after.isoformat(),)
        )
        found = [_appointment(row) for row in rows]
        exact = [one for one in found if one.name.casefold() == name.casefold()]
        return exact or [one for one in found if same_person(one.name, name)]

    def book(self, key: str, slot: Slot, name: str, reason: str = "") -> Appointment | None:
        """Give the slot to somebody; None if it is somebody else's by now."""
        self._db.execute(
            "INSERT OR IGNORE INTO appointments (key, slot, name, reason) VALUES (?, ?, ?, ?)",
            (key, slot.id, name, reason),
        )
        return self._by_key("key", key, slot)

    def move(self, key: str, appointment: Appointment, slot: Slot) -> Appointment | None:
        """Exchange the appointment's slot for another; None if that is taken, and nothing moved."""
        self._db.execute(
            "UPDATE OR IGNORE appointments SET slot = ?, moved_by = ? "
            "WHERE id = ? AND slot = ? AND moved_by != ?",
            (slot.id, key, appointment.id, appointment.slot.id, key),
        )
        return self._by_key("moved_by", key, slot)

    def cancel(self, appointment: Appointment) -> None:
        """Free its slot, if the appointment still has it; the name stays on record."""
        self._db.execute(
            "UPDATE appointments SET slot = NULL WHERE id = ? AND slot = ?",
            (appointment.id, appointment.slot.id),
        )

    def refill(self, key: str, drug: str, name: str) -> None:
        """Keep a request for a refill."""
        self._db.execute(
            "INSERT OR IGNORE INTO refills (key, drug, name) VALUES (?, ?, ?)", (key, drug, name)
        )

    def message(self, key: str, to: str, text: str, name: str, phone: str) -> None:
        """Keep a message."""
        self._db.execute(
            "INSERT OR IGNORE INTO messages (key, addressee, text, name, phone) "
            "VALUES (?, ?, ?, ?, ?)",
            (key, to, text, name, phone),
        )

    def refills(self) -> list[tuple[str, str]]:
        """Every refill asked for: drug and name."""
        return self._db.execute("SELECT drug, name FROM refills ORDER BY id").fetchall()

    def messages(self) -> list[tuple[str, str, str, str]]:
        """Every message kept: to whom, what, from whom, and their number."""
        return self._db.execute(
            "SELECT addressee, text, name, phone FROM messages ORDER BY id"
        ).fetchall()

    def _by_key(self, column: str, key: str, slot: Slot) -> Appointment | None:
        row = self._db.execute(
            f"{_JOINED} WHERE appointments.{column} = ? AND slots.id = ?", (key, slot.id)
        ).fetchone()
        return _appointment(row) if row else None


def _appointment(row: tuple[int, str, int, str, str]) -> Appointment:
    number, name, slot, doctor, at = row
    return Appointment(number, name, Slot(slot, doctor, datetime.fromisoformat(at)))
