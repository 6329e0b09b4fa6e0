"""Our own protocol, on ``/call``: audio is binary, all else is JSON text. See docs/protocol.md.

    client: [hello] audio audio audio ...            played   digit   bye
    server: ready transcript audio mark clear trace                       error bye

A client that sends no hello and just streams 16 kHz is understood, and answered at 16 kHz.
"""

from __future__ import annotations

import json
from typing import Any, assert_never

import numpy as np

from voice.errors import WireError
from voice.wire import (
    Audio,
    Bye,
    Clear,
    Digit,
    ErrorOut,
    Inbound,
    JsonObject,
    Mark,
    Outbound,
    Ready,
    Started,
    Stopped,
    TraceOut,
    TranscriptOut,
)
from voice.wire.fields import check_size, digit_of, parse, shown, text_of, texts_of

SAMPLE_RATES = (8_000, 16_000, 24_000, 48_000)
DEFAULT_SAMPLE_RATE = 16_000

_LITTLE_ENDIAN = np.dtype("<i2")


class Native:
    """One call's codec. A hello may come once, before any audio."""

    def __init__(self) -> None:
        self.sample_rate = DEFAULT_SAMPLE_RATE
        self._started = False

    def decode(self, message: str | bytes) -> list[Inbound]:
        """Read one message: binary is audio, text is JSON. What we do not know, we ignore."""
        check_size(message)
        if isinstance(message, bytes):
            return self._audio(message)
        said = parse(message)
        match text_of(said, "type"):
            case "hello":
                return [self._hello(said)]
            case "played":
                return [Mark(text_of(said, "mark"))]
            case "digit":
                return [Digit(digit_of(said, "digit"))]
            case "bye":
                return [Stopped()]
            case _:
                return []  # a newer client's; it must not need an answer

    def encode(self, value: Outbound) -> str | bytes | None:
        """Write one message; this protocol has a word for everything."""
        if isinstance(value, Audio):
            return value.pcm.astype(_LITTLE_ENDIAN, copy=False).tobytes()
        return json.dumps(_words(value))

    def _audio(self, message: bytes) -> list[Inbound]:
        if len(message) % 2:
            raise WireError(
                f"audio message has {len(message)} bytes, expected whole 16-bit samples"
            )
        audio = Audio(np.frombuffer(message, _LITTLE_ENDIAN).astype(np.int16, copy=False))
        if self._started:
            return [audio]
        self._started = True
        return [Started(), audio]

    def _hello(self, said: JsonObject) -> Started:
        if self._started:
            raise WireError("hello came too late, expected it once and before any audio")
        rate = said.get("sample_rate", DEFAULT_SAMPLE_RATE)
        if type(rate) is not int or rate not in SAMPLE_RATES:
            expected = ", ".join(map(str, SAMPLE_RATES))
            raise WireError(f"sample_rate is {shown(rate)}, expected one of {expected}")
        parameters = texts_of(said, "parameters")
        if said.get("token") is not None:
            parameters["token"] = text_of(said, "token")
        self.sample_rate = rate
        self._started = True
        return Started(parameters)


def _words(
    value: Ready | Mark | Clear | TranscriptOut | TraceOut | ErrorOut | Bye,
) -> dict[str, Any]:
    match value:
        case Ready(call=call, sample_rate=rate):
            return {"type": "ready", "call": call, "sample_rate": rate}
        case Mark(name=name):
            return {"type": "mark", "mark": name}
        case Clear():
            return {"type": "clear"}
        case TranscriptOut(role=role, text=text, final=final, settled=settled):
            said = {"role": role, "text": text, "final": final, "settled": settled}
            return {"type": "transcript", **said}
        case TraceOut(turn=turn, marks=marks, counts=counts):
            rounded = {name: round(seconds, 4) for name, seconds in marks.items()}
            return {"type": "trace", "turn": turn, "marks": rounded, "counts": dict(counts)}
        case ErrorOut(code=code, message=message):
            return {"type": "error", "code": code, "message": message}
        case Bye(reason=reason):
            return {"type": "bye", "reason": reason}
        case _:
            assert_never(value)
