"""What every telephone protocol has in common: the few things a call says and hears.

A codec is one file here. It turns the peer's messages into these values and back, without any I/O:

    decode(message) -> the values it holds        encode(value) -> the message, or None if unsayable

:mod:`voice.session` never learns which codec it speaks through.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
import numpy.typing as npt

Pcm = npt.NDArray[np.int16]

LONGEST_MESSAGE_BYTES = 64 * 1024
"""No protocol here has a use for more: .68 s at 48 kHz. What is longer is refused by the codecs."""


@dataclass(frozen=True, slots=True)
class Started:
    """The peer is ready to talk; ``parameters`` is what it says of the call (a token, a name)."""

    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Audio:
    """Mono audio at the codec's ``sample_rate``, either way."""

    pcm: Pcm


@dataclass(frozen=True, slots=True)
class Mark:
    """Out: tell me when all that was sent before has been played. In: it has been."""

    name: str


@dataclass(frozen=True, slots=True)
class Digit:
    """A key of the caller's telephone."""

    digit: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """The peer says goodbye."""


@dataclass(frozen=True, slots=True)
class Ready:
    """We are listening; the call has this name in our logs."""

    call: str
    sample_rate: int


@dataclass(frozen=True, slots=True)
class Clear:
    """Throw away what has not been played."""


@dataclass(frozen=True, slots=True)
class TranscriptOut:
    """Words for the screen; ``text[:settled]`` is sure. An agent's final is what was heard."""

    role: Literal["user", "agent"]
    text: str
    final: bool
    settled: int = 0


@dataclass(frozen=True, slots=True)
class TraceOut:
    """Where one turn's time went: seconds since ``speech_ended``, by milestone."""

    turn: int
    marks: Mapping[str, float]
    counts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ErrorOut:
    """Something went wrong; ``code`` is for programs, ``message`` for people."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Bye:
    """We hang up."""

    reason: str


Inbound = Started | Audio | Mark | Digit | Stopped
Outbound = Ready | Audio | Mark | Clear | TranscriptOut | TraceOut | ErrorOut | Bye


class Codec(Protocol):
    """One peer's protocol, for one call."""

    @property
    def sample_rate(self) -> int:
        """The rate of the audio both ways, in Hz; known once ``Started`` has been decoded."""
        ...

    def decode(self, message: str | bytes) -> list[Inbound]:
        """Read one websocket message. Raises :class:`voice.errors.WireError` and nothing else."""
        ...

    def encode(self, value: Outbound) -> str | bytes | None:
        """Write one, or None where the protocol has no word for it."""
        ...


JsonObject = dict[str, Any]
