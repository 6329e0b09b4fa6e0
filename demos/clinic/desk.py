"""The clinic's front desk: an agent whose facts, diary and sentences are code.

The model says which tool is wanted and copies the caller's words into it; :mod:`demos.clinic.call`
does the rest. Here the clinic is read from the configuration, and its book opened.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from demos.clinic import say
from demos.clinic.acknowledgements import ACKNOWLEDGEMENTS
from demos.clinic.book import Book
from demos.clinic.book_file import MEMORY, place_of, try_book, whole_or_gone
from demos.clinic.call import Call
from demos.clinic.practice import PracticeError, fortnight, read_practice
from llm.guard import REPLIES
from voice.agent import Agent
from voice.findings import Checked, Finding, attempt

logger = logging.getLogger(__name__)


class Clinic:
    """The agent: one clinic, its book, and a :class:`Call` for each caller.

    Its arguments are the keys of the ``[agent]`` table in ``demos/clinic.toml``; ``diary`` is the
    open slots, where a fortnight made from the seed will not do.
    """

    def __init__(
        self,
        *,
        name: str,
        doctors: Sequence[Mapping[str, Any]],
        hours: Mapping[str, str],
        address: str = "",
        phone: str = "",
        parking: str = "",
        insurers: Sequence[str] = (),
        facts: Mapping[str, str] | None = None,
        book: str = MEMORY,
        seed: int = 0,
        diary: Iterable[tuple[str, datetime]] | None = None,
        emergency_reply: str = REPLIES["emergency"],
        self_harm_reply: str = REPLIES["self_harm"],
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        self._practice = read_practice(
            name=name,
            doctors=doctors,
            hours=hours,
            address=address,
            phone=phone,
            parking=parking,
            insurers=insurers,
            facts=facts,
        )
        self._now = now
        self._seed = seed
        self._diary = None if diary is None else tuple(diary)
        self._replies = {"emergency": emergency_reply, "self_harm": self_harm_reply}
        place = place_of(book)
        try:
            with whole_or_gone(place):
                self.book = Book(place)
                try:
                    self._extend()
                except BaseException:
                    self.book.close()
                    raise
        except (sqlite3.Error, OSError) as error:
            raise PracticeError(f'book "{book}" cannot be used: {error}') from error

    def _extend(self) -> None:
        """Let the book reach a fortnight ahead; a new day adds its last day."""
        today = self._now().date()
        diary = self._diary
        if diary is None:
            diary = tuple(fortnight(self._practice, today, self._seed))
        self.book.open_slots(diary)
        self._extended = today

    @staticmethod
    def check_settings(**settings: Any) -> None:  # noqa: ANN401 - as the table has them
        """Raise :class:`PracticeError` for a table that describes no clinic."""
        read_practice(**settings)

    @staticmethod
    def check(options: Mapping[str, Any]) -> Sequence[Finding]:
        """Whether its book can be used, for `voice check`."""
        return [attempt("[agent] book", lambda: try_book(str(options.get("book", MEMORY))))]

    @property
    def phrases(self) -> Sequence[str]:
        """Sentences that replies are likely to begin with, the likeliest first."""
        likely = [*chain.from_iterable(ACKNOWLEDGEMENTS.values()), *say.FIXED]
        return (*self._replies.values(), *dict.fromkeys(likely))

    async def __aenter__(self) -> Clinic:
        """Answer calls until the end of the block."""
        return self

    async def __aexit__(self, *_: object) -> None:
        self.book.close()

    def open(self, call_id: str, caller: str = "") -> Call:
        """Answer a new call."""
        if self._now().date() != self._extended:
            try:
                self._extend()
            except sqlite3.Error as error:
                logger.error("the book could not be extended, the next call tries again: %s", error)
        return Call(call_id, caller, self._practice, self.book, self._now, self._replies)


_: tuple[type[Agent], Checked] = Clinic, Clinic
