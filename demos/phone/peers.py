"""The caller's side of each protocol: what a telephone bridge says, and what it is told.

The mirror image of :mod:`voice.wire`, with the same values. Twilio's messages are those of its
documentation, page "Media Streams - WebSocket Messages", numbered as Twilio numbers them.
"""

from __future__ import annotations

import binascii
import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol
from uuid import uuid4

import numpy as np

from voice.audio import Pcm, decode_mulaw, encode_mulaw
from voice.errors import WireError
from voice.wire import (
    Audio,
    Bye,
    Clear,
    ErrorOut,
    JsonObject,
    Mark,
    Outbound,
    Ready,
    TraceOut,
    TranscriptOut,
)
from voice.wire.fields import as_object, parse, text_of


class Peer(Protocol):
    """One call's protocol, seen from the caller."""

    @property
    def sample_rate(self) -> int:
        """The rate of the audio both ways, in Hz."""
        ...

    def begin(self) -> list[str]:
        """What is said before any audio."""
        ...

    def speak(self, pcm: Pcm) -> str | bytes:
        """One frame of the caller's line."""
        ...

    def played(self, mark: str, cleared: bool) -> str | None:
        """The audio before this mark has been played, or was thrown away by a clear."""
        ...

    def end(self) -> str:
        """The caller hangs up."""
        ...

    def read(self, message: str | bytes) -> list[Outbound]:
        """What the server says. Raises :class:`WireError` if it makes no sense."""
        ...


class NativePeer:
    """Our own protocol, as docs/protocol.md has it."""

    def __init__(self, sample_rate: int = 16_000, token: str = "") -> None:
        self.sample_rate = sample_rate
        self._token = token

    def begin(self) -> list[str]:
        """A hello."""
        token = {"token": self._token} if self._token else {}
        return [json.dumps({"type": "hello", "sample_rate": self.sample_rate} | token)]

    def speak(self, pcm: Pcm) -> bytes:
        """Binary, as it is."""
        return pcm.astype("<i2", copy=False).tobytes()

    def played(self, mark: str, cleared: bool) -> str | None:
        """Marks that were thrown away are not acknowledged here."""
        return None if cleared else json.dumps({"type": "played", "mark": mark})

    def end(self) -> str:
        """A bye."""
        return '{"type": "bye"}'

    def read(self, message: str | bytes) -> list[Outbound]:
        """What we do not know, we ignore."""
        if isinstance(message, bytes):
            if len(message) % 2:
                raise WireError(f"audio message has {len(message)} bytes, expected whole samples")
            return [Audio(np.frombuffer(message, "<i2").astype(np.int16, copy=False))]
        said = parse(message)
        match text_of(said, "type"):
            case "ready":
                rate = said.get("sample_rate")
                if rate != self.sample_rate:
                    raise WireError(f"ready says {rate} Hz, expected {self.sample_rate} as asked")
                return [Ready(str(said.get("call", "")), self.sample_rate)]
            case "transcript":
                return [_transcript(said)]
            case "clear":
                return [Clear()]
            case "mark":
                return [Mark(text_of(said, "mark"))]
            case "trace":
                turn = said.get("turn")
                counts = _numbers(said.get("counts", {}), "counts")
                marks = _numbers(said.get("marks"), "marks")
                return [TraceOut(turn if isinstance(turn, int) else 0, marks, counts)]
            case "error":
                return [ErrorOut(text_of(said, "code"), text_of(said, "message"))]
            case "bye":
                return [Bye(str(said.get("reason", "")))]
            case _:
                return []


class TwilioPeer:
    """Twilio, or whoever else speaks its Media Streams; ``name`` is the call's, any if none."""

    sample_rate = 8_000

    def __init__(self, parameters: Mapping[str, str] | None = None, name: str = "") -> None:
        name = name or uuid4().hex
        self._stream, self._call, self._account = f"MZ{name}", f"CA{name}", f"AC{name}"
        self._parameters = dict(parameters or {})
        self._sequence = 0
        self._frames = 0
        self._samples = 0

    def begin(self) -> list[str]:
        """Connected, then start."""
        connected = json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"})
        start = {
            "accountSid": self._account,
            "streamSid": self._stream,
            "callSid": self._call,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": self._parameters,
        }
        return [connected, self._event("start", start)]

    def speak(self, pcm: Pcm) -> str:
        """Mu-law in base64, counted and dated."""
        self._frames += 1
        timestamp = round(1e3 * self._samples / self.sample_rate)
        self._samples += len(pcm)
        self._sequence += 1
        # Fifty times a second a call, so it is written out; none of it needs escaping.
        return (
            f'{{"event": "media", "sequenceNumber": "{self._sequence}", "media": {{"track": '
            f'"inbound", "chunk": "{self._frames}", "timestamp": "{timestamp}", "payload": '
            f'"{_payload(pcm.tobytes())}"}}, "streamSid": "{self._stream}"}}'
        )

    def played(self, mark: str, cleared: bool) -> str:
        """Twilio acknowledges a mark that a clear has reached first, too."""
        return self._event("mark", {"name": mark})

    def end(self) -> str:
        """A stop."""
        return self._event("stop", {"accountSid": self._account, "callSid": self._call})

    def read(self, message: str | bytes) -> list[Outbound]:
        """What we do not know, we ignore, as Twilio does."""
        if isinstance(message, bytes):
            raise WireError(f"server sent {len(message)} binary bytes, expected JSON text")
        said = parse(message)
        event = text_of(said, "event")
        if event not in ("media", "mark", "clear"):
            return []
        stream = said.get("streamSid")
        if stream != self._stream:
            raise WireError(f"{event} is for stream {stream!r}, expected {self._stream!r}")
        if event == "clear":
            return [Clear()]
        body = as_object(said.get(event), event)
        if event == "mark":
            return [Mark(text_of(body, "name", "mark.name"))]
        try:
            data = binascii.a2b_base64(text_of(body, "payload", "media.payload"), strict_mode=True)
        except ValueError:
            raise WireError("media.payload is not base64") from None
        return [Audio(decode_mulaw(data))]

    def _event(self, event: str, body: Mapping[str, Any]) -> str:
        self._sequence += 1
        said = {"event": event, "sequenceNumber": str(self._sequence), event: body}
        return json.dumps(said | {"streamSid": self._stream})


@lru_cache(maxsize=8_192)
def _payload(samples: bytes) -> str:
    """One frame in Twilio's encoding; silence, and what many callers say, is encoded once."""
    pcm = np.frombuffer(samples, np.int16)
    return binascii.b2a_base64(encode_mulaw(pcm), newline=False).decode("ascii")


def _transcript(said: JsonObject) -> TranscriptOut:
    role = text_of(said, "role")
    text, final = text_of(said, "text"), said.get("final") is True
    match role:
        case "user" | "agent":
            return TranscriptOut(role, text, final)
        case _:
            raise WireError(f"role is {role!r}, expected user or agent")


def _numbers(value: object, name: str) -> dict[str, float]:
    numbers = as_object(value, name)
    if not all(isinstance(number, int | float) for number in numbers.values()):
        raise WireError(f"{name} holds more than numbers")
    return {key: float(number) for key, number in numbers.items()}
