"""What was sent to the caller, and what they have heard of it.

    sent:    |-- clause 0 --|---- clause 1 ----|-- clause 2 --|
    heard:   |=====================|            ^ heard_at: when the last sample is played

Where the peer acknowledges marks we know; between marks, and where none come, the clock tells: the
peer plays what it gets at once and without gaps. Pure: every instant comes in as ``at``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class _Clause:
    message: int
    text: str
    starts_at: float
    seconds: float = 0.0
    acknowledged: bool = False

    @property
    def ends_at(self) -> float:
        return self.starts_at + self.seconds


class Playback:
    """One reply's audio, clause by clause. ``busy_until``: when the line is free for its first."""

    def __init__(self, busy_until: float = 0.0) -> None:
        self.heard_at = busy_until
        self._clauses: list[_Clause] = []
        self._paused_at: float | None = None

    def begin(self, message: int, text: str, at: float) -> int:
        """A clause of the reply's ``message``-th message is about to be sent; its number."""
        self._clauses.append(_Clause(message, text, max(at, self.heard_at)))
        return len(self._clauses) - 1

    def send(self, seconds: float, at: float) -> None:
        """So much audio of the latest clause has been sent."""
        if not seconds:
            return  # it takes no time, and ends no gap
        clause = self._clauses[-1]
        if not clause.seconds:
            clause.starts_at = max(at, self.heard_at)
        else:  # while the peer had nothing to play, no words were heard
            clause.starts_at += max(0.0, at - self.heard_at)
        clause.seconds += seconds
        self.heard_at = max(at, self.heard_at) + seconds

    def break_off(self) -> None:
        """No more of the latest clause will come.

        Nobody knows how far into its words its audio went, so that none of them count as heard.
        """
        self._clauses[-1].text = ""

    def acknowledge(self, clause: int, at: float) -> float:
        """The peer has played this clause to its end: how much later than the clock said."""
        if clause >= len(self._clauses) or self._clauses[clause].acknowledged:
            return 0.0
        for earlier in self._clauses[: clause + 1]:
            earlier.acknowledged = True
        late = at - self._clauses[clause].ends_at
        for later in self._clauses[clause + 1 :]:
            later.starts_at += late
        self.heard_at = max(at, self.heard_at + late)
        return late

    def pause(self, at: float) -> None:
        """The peer plays nothing from now on."""
        self._paused_at = at

    def resume(self, at: float) -> None:
        """All that was not heard is sent again, and will be that much later."""
        assert self._paused_at is not None
        late, self._paused_at = at - self._paused_at, None
        for clause in self._clauses:
            if clause.ends_at > at - late:
                clause.starts_at += late
        self.heard_at = max(at, self.heard_at + late)

    @property
    def acknowledged(self) -> bool:
        """Whether the peer has played all that was sent."""
        return all(clause.acknowledged for clause in self._clauses)

    def heard(self, messages: int, at: float) -> list[str]:
        """What the caller has heard by now of each of the reply's ``messages``, in whole words."""
        texts: list[list[str]] = [[] for _ in range(messages)]
        at = at if self._paused_at is None else min(at, self._paused_at)
        for clause in self._clauses:
            if heard := _heard_words(clause, at):
                texts[clause.message].append(heard)
        return [" ".join(parts) for parts in texts]

    @property
    def text(self) -> str:
        """All that was sent."""
        return " ".join(clause.text for clause in self._clauses if clause.text)


def _heard_words(clause: _Clause, at: float) -> str:
    if clause.acknowledged or at >= clause.ends_at:
        return clause.text if clause.seconds else ""
    share = max(0.0, at - clause.starts_at) / clause.seconds
    return clause.text[: _end_of_word(clause.text, int(share * len(clause.text)))]


def _end_of_word(text: str, position: int) -> int:
    """The last end of a whole word at or before ``position``."""
    if position >= len(text):
        return len(text)
    return max(0, text.rfind(" ", 0, position + 1))
