"""What is found about one thing before a server starts, and who may look for `voice check`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

from voice.errors import VoiceError


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    verdict: Literal["ok", "get", "note", "BAD"]
    thing: str
    detail: str


@runtime_checkable
class Checked(Protocol):
    """An agent's class that looks at more than the names of its settings: at a file, a service."""

    def check(self, options: Mapping[str, Any]) -> Sequence[Finding]:
        """Asked of the class, with its table; nothing may be started or left behind."""
        ...


def attempt(thing: str, look: Callable[[], str]) -> Finding:
    """It is fine, in the words of ``look``, unless that raises :class:`VoiceError`."""
    try:
        return Finding("ok", thing, look())
    except VoiceError as error:
        return Finding("BAD", thing, str(error))
