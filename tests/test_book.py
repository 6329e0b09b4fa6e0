"""The appointment book: what its constraints promise, whoever asks in whatever order."""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from demos.clinic.book import Appointment, Book, Slot
from tests.clinic import NOW, open_clinic

EARLY = datetime(2026, 1, 1)
TIMES = [datetime(2026, 12, 1, 9) + n * timedelta(minutes=30) for n in range(3)]
DIARY = [("Dr. Chen", at) for at in TIMES] + [("Dr. Patel", TIMES[0])]


def _book(path: str | Path = ":memory:") -> Book:
    book = Book(path)
    book.open_slots(DIARY)
    return book


def test_a_slot_that_is_booked_is_no_longer_free() -> None:
    book = _book()
    slot = book.free(EARLY)[0]
    booked = book.book("a", slot, "Maria Lopez")
    assert booked is not None
    assert booked.slot == slot
    assert slot not in book.free(EARLY)
    assert book.appointments("Maria Lopez", EARLY) == [booked]


def test_two_callers_cannot_have_one_slot() -> None:
    book = _book()
    slot = book.free(EARLY)[0]
    assert book.book("a", slot, "Maria Lopez") is not None
    assert book.book("b", slot, "Leo Park") is None
    assert book.appointments("Leo Park", EARLY) == []


def test_booking_twice_under_one_key_is_booking_once() -> None:
    book = _book()
    slot = book.free(EARLY)[0]
    assert book.book("a", slot, "Maria Lopez") == book.book("a", slot, "Maria Lopez")
    assert len(book.appointments("Maria Lopez", EARLY)) == 1


def test_moving_frees_the_old_slot_and_happens_once() -> None:
    book = _book()
    old, new, *_ = book.free(EARLY, ["Dr. Chen"])
    booked = book.book("a", old, "Maria Lopez")
    assert booked is not None
    moved = book.move("m", booked, new)
    assert moved is not None
    assert moved.slot == new
    assert book.move("m", booked, new) == moved
    assert old in book.free(EARLY)


def test_moving_to_a_taken_slot_moves_nothing() -> None:
    book = _book()
    old, taken, *_ = book.free(EARLY, ["Dr. Chen"])
    booked = book.book("a", old, "Maria Lopez")
    book.book("b", taken, "Leo Park")
    assert booked is not None
    assert book.move("m", booked, taken) is None
    assert book.appointments("Maria Lopez", EARLY) == [booked]


def test_cancelling_frees_the_slot_for_somebody_else() -> None:
    book = _book()
    slot = book.free(EARLY)[0]
    booked = book.book("a", slot, "Maria Lopez")
    assert booked is not None
    book.cancel(booked)
    book.cancel(booked)
    assert book.appointments("Maria Lopez", EARLY) == []
    assert book.book("b", slot, "Leo Park") is not None
    book.cancel(booked)  # news of an appointment that is no more
    assert len(book.appointments("Leo Park", EARLY)) == 1


@pytest.mark.parametrize("asked", ["maria lopez", "Maria Lopes", "Lopez", "maria", "Marie Lopez"])
def test_a_name_is_found_as_it_sounds(asked: str) -> None:
    book = _book()
    book.book("a", book.free(EARLY)[0], "Maria Lopez")
    assert len(book.appointments(asked, EARLY)) == 1


@pytest.mark.parametrize("asked", ["Mario Gomez", "Maria Chan", "Leo Park", "Lo"])
def test_another_name_is_not(asked: str) -> None:
    book = _book()
    book.book("a", book.free(EARLY)[0], "Maria Lopez")
    assert book.appointments(asked, EARLY) == []


def test_past_appointments_and_slots_are_not_found() -> None:
    book = _book()
    book.book("a", book.free(EARLY)[0], "Maria Lopez")
    later = TIMES[-1]
    assert book.appointments("Maria Lopez", later) == []
    assert book.free(later) == []


def test_the_file_is_made_once_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "clinic.sqlite"
    book = _book(path)
    book.book("a", book.free(EARLY)[0], "Maria Lopez")
    book.close()
    again = _book(path)
    assert len(again.appointments("Maria Lopez", EARLY)) == 1
    assert len(again.free(EARLY)) == len(DIARY) - 1
    again.close()


def test_two_processes_with_one_file_cannot_have_one_slot(tmp_path: Path) -> None:
    one, other = _book(tmp_path / "b.sqlite"), _book(tmp_path / "b.sqlite")
    slot = one.free(EARLY)[0]
    assert slot in other.free(EARLY)
    assert one.book("a", slot, "Maria Lopez") is not None
    assert other.book("b", slot, "Leo Park") is None
    one.close()
    other.close()


def test_slots_that_cannot_be_added_leave_no_transaction_open(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite"
    book = _book(path)
    with pytest.raises(sqlite3.Error):
        book.open_slots([("Dr. Lee", TIMES[0]), (object(), TIMES[1])])  # type: ignore[list-item]
    assert book.book("a", book.free(EARLY)[0], "Maria Lopez") is not None
    book.close()
    again = Book(path)
    assert len(again.appointments("Maria Lopez", EARLY)) == 1
    again.close()


def test_a_locked_book_is_extended_by_a_later_call(tmp_path: Path) -> None:
    path, now = tmp_path / "b.sqlite", NOW
    clinic = open_clinic(book=str(path), diary=None, now=lambda: now)
    reach = clinic.book.last_day()
    assert reach is not None
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    now += timedelta(days=7)
    clinic.open("call-1")
    assert clinic.book.last_day() == reach
    other.execute("ROLLBACK")
    other.close()
    clinic.open("call-2")
    extended = clinic.book.last_day()
    assert extended is not None
    assert extended > reach
    clinic.book.close()


def test_refills_and_messages_are_kept_once() -> None:
    book = _book()
    for _ in range(2):
        book.refill("r", "lisinopril 10 milligrams", "Maria Lopez")
        book.message("m", "the nurse", "please call me", "Maria Lopez", "555-0142")
    assert book.refills() == [("lisinopril 10 milligrams", "Maria Lopez")]
    assert book.messages() == [("the nurse", "please call me", "Maria Lopez", "555-0142")]


class Anybody(RuleBasedStateMachine):
    """Callers book, move and cancel in any order, with stale news of what is free."""

    def __init__(self) -> None:
        super().__init__()
        self.book_file = _book()
        self.slots = self.book_file.free(EARLY)
        self.held: dict[str, Appointment] = {}

    @rule(key=st.sampled_from("abcdef"), n=st.integers(0, 3))
    def book(self, key: str, n: int) -> None:
        booked = self.book_file.book(key, self.slots[n], f"Caller {key}")
        if booked:
            assert booked.slot == self.slots[n]
            self.held.setdefault(key, booked)

    @rule(key=st.sampled_from("abcdef"), n=st.integers(0, 3), move=st.sampled_from("xyz"))
    def move(self, key: str, n: int, move: str) -> None:
        if key in self.held:
            moved = self.book_file.move(f"{key}{move}", self.held[key], self.slots[n])
            if moved:
                assert moved.slot == self.slots[n]
                self.held[key] = moved

    @rule(key=st.sampled_from("abcdef"))
    def cancel(self, key: str) -> None:
        if key in self.held:
            self.book_file.cancel(self.held[key])

    @invariant()
    def every_slot_is_free_or_one_persons(self) -> None:
        free: list[Slot] = self.book_file.free(EARLY)
        taken = [
            one.slot
            for key in "abcdef"
            for one in self.book_file.appointments(f"Caller {key}", EARLY)
        ]
        assert len(taken) == len(set(taken))
        assert set(taken) | set(free) == set(self.slots)
        assert not set(taken) & set(free)

    def teardown(self) -> None:
        self.book_file.close()


TestAnybody = Anybody.TestCase
TestAnybody.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
