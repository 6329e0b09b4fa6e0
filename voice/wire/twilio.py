"""Twilio's Media Streams, on ``/twilio``: everything is JSON text, audio is mu-law in base64.

    from Twilio: connected start media media ... mark dtmf stop        to Twilio: media mark clear

After Twilio's documentation, page "Media Streams - WebSocket Messages". The stream is the
bidirectional one that :mod:`voice.wire.twiml` asks for.
"""

from __future__ import annotations

import binascii
import json
from typing import assert_never

from voice.audio import decode_mulaw, encode_mulaw
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
from voice.wire.fields import as_object, check_size, digit_of, parse, shown, text_of, texts_of

SAMPLE_RATE = 8_000
_FORMAT = {"encoding": "audio/x-mulaw", "sampleRate": SAMPLE_RATE, "channels": 1}


class Twilio:
    """One call's codec. ``Started`` carries the stream's parameters, ``callSid``, ``streamSid``."""

    def __init__(self) -> None:
        self.sample_rate = SAMPLE_RATE
        self._stream = ""

    def decode(self, message: str | bytes) -> list[Inbound]:
        """Read one message. Events that we do not know are ignored: Twilio adds some."""
        check_size(message)
        if isinstance(message, bytes):
            raise WireError(f"message is {len(message)} binary bytes, expected JSON text")
        said = parse(message)
        match text_of(said, "event"):
            case "start":
                return [self._start(said)]
            case "media":
                return self._media(as_object(said.get("media"), "media"))
            case "mark":
                return [Mark(text_of(as_object(said.get("mark"), "mark"), "name", "mark.name"))]
            case "dtmf":
                return [Digit(digit_of(as_object(said.get("dtmf"), "dtmf"), "dtmf.digit"))]
            case "stop":
                return [Stopped()]
            case _:
                return []  # "connected" says nothing that "start" does not

    def encode(self, value: Outbound) -> str | None:
        """Write one message, or None: a telephone has no screen, and before start no stream."""
        if not self._stream:
            return None
        match value:
            case Audio(pcm=pcm):
                payload = binascii.b2a_base64(encode_mulaw(pcm), newline=False).decode("ascii")
                return self._event("media", {"payload": payload})
            case Mark(name=name):
                return self._event("mark", {"name": name})
            case Clear():
                return json.dumps({"event": "clear", "streamSid": self._stream})
            case Ready() | TranscriptOut() | TraceOut() | ErrorOut() | Bye():
                return None
            case _:
                assert_never(value)

    def _event(self, event: str, body: dict[str, str]) -> str:
        return json.dumps({"event": event, "streamSid": self._stream, event: body})

    def _start(self, said: JsonObject) -> Started:
        if self._stream:
            raise WireError(f"a second start came, expected one for stream {shown(self._stream)}")
        start = as_object(said.get("start"), "start")
        _check_format(start)
        parameters = texts_of(start, "customParameters", "start.customParameters")
        # Twilio says the stream's name twice; other carriers that speak its protocol, once.
        stream = text_of(said if "streamSid" in said else start, "streamSid")
        if not stream:
            raise WireError("streamSid is '', expected the name of the stream")
        parameters["streamSid"] = stream
        if "callSid" in start:
            parameters["callSid"] = text_of(start, "callSid", "start.callSid")
        self._stream = stream
        return Started(parameters)

    def _media(self, media: JsonObject) -> list[Inbound]:
        if not self._stream:
            raise WireError("media came before start, expected start to name the stream first")
        if media.get("track", "inbound") != "inbound":
            return []  # our own voice, from a stream of both tracks
        payload = text_of(media, "payload", "media.payload")
        try:
            data = binascii.a2b_base64(payload, strict_mode=True)
        except ValueError:
            raise WireError(f"media.payload is {shown(payload)}, expected base64") from None
        return [Audio(decode_mulaw(data))]


def _check_format(start: JsonObject) -> None:
    """Refuse what we would hear as noise. Not saying is fine: there is one format, this one."""
    told = start.get("mediaFormat")
    if told is None:
        return
    stated = as_object(told, "start.mediaFormat")
    for key, expected in _FORMAT.items():
        value = stated.get(key, expected)
        if value != expected or isinstance(value, bool):
            raise WireError(f"mediaFormat.{key} is {shown(value)}, expected {shown(expected)}")
