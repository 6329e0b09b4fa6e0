"""Read a peer's JSON, in which any field may be missing, of the wrong kind or enormous.

Each reader returns what was asked for or raises :class:`WireError` with the field's name, its value
and what was expected, short enough to be sent back as the reason for closing.
"""

from __future__ import annotations

import json
import reprlib
from typing import NoReturn

from voice.errors import WireError
from voice.wire import LONGEST_MESSAGE_BYTES, JsonObject

LONGEST_REASON_BYTES = 123
"""What a websocket's close frame has room for. No error of a codec is longer."""

_brief = reprlib.Repr()
_brief.maxlevel = 1
_brief.maxdict = _brief.maxlist = 1
_brief.maxstring = _brief.maxother = _brief.maxlong = 24


def shown(value: object) -> str:
    """The value in a few ASCII characters, whatever it is."""
    return _brief.repr(value).encode("ascii", "backslashreplace").decode("ascii")[:28]


def check_size(message: str | bytes) -> None:
    """Refuse a message that is longer than any protocol here has a use for."""
    size = len(message)
    if isinstance(message, str) and size <= LONGEST_MESSAGE_BYTES:
        size = len(message.encode("utf-8", "surrogatepass"))
    if size > LONGEST_MESSAGE_BYTES:
        raise WireError(f"message has {size} bytes, expected at most {LONGEST_MESSAGE_BYTES}")


def parse(message: str) -> JsonObject:
    """The JSON object that the message is."""
    try:
        value = _decoder.decode(message)
    except (ValueError, RecursionError) as error:
        # The parser's own words are kept: they say where. Its subclasses say much else besides.
        why = error.msg if isinstance(error, json.JSONDecodeError) else "too deep or too large"
        where = error.pos if isinstance(error, json.JSONDecodeError) else 0
        raise WireError(f"text is not JSON: {why.lower()} at character {where}") from None
    return as_object(value, "message")


def as_object(value: object, name: str) -> JsonObject:
    """``value``, if it is a JSON object."""
    if not isinstance(value, dict):
        raise WireError(f"{name} is {shown(value)}, expected an object")
    return value


def text_of(holder: JsonObject, key: str, name: str | None = None) -> str:
    """The string under ``key``; ``name`` is what to call it in an error."""
    return _text(holder.get(key), name or key)


def texts_of(holder: JsonObject, key: str, name: str | None = None) -> dict[str, str]:
    """The object of strings under ``key``; empty where there is none."""
    if holder.get(key) is None:
        return {}
    name = name or key
    pairs = as_object(holder[key], name).items()
    return {_text(k, f"a name in {name}"): _text(v, f"{name}.{shown(k)}") for k, v in pairs}


def digit_of(holder: JsonObject, name: str) -> str:
    """The telephone key under ``digit``."""
    digit = text_of(holder, "digit", name)
    if len(digit) != 1 or digit not in "0123456789*#ABCD":
        raise WireError(f"{name} is {shown(digit)}, expected one of 0-9, * and #")
    return digit


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise WireError(f"{name} is {shown(value)}, expected a string")
    if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
        # JSON may hold half a character ("\ud800"); a log, a file or a reply could not.
        raise WireError(f"{name} is {shown(value)}, expected whole unicode characters")
    return value


def _refuse(constant: str) -> NoReturn:
    raise WireError(f"text holds {constant}, expected JSON, which has no such number")


_decoder = json.JSONDecoder(parse_constant=_refuse)
"""Made once: `json.loads` makes one a message if it is told anything."""
