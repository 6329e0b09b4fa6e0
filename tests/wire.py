"""Messages as hostile peers send them, for the fuzz tests of every codec."""

import json
from typing import Any

from hypothesis import strategies as st

from voice.errors import WireError
from voice.wire import Codec, Inbound

JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**30), 10**30)
    | st.floats()
    | st.sampled_from(["", "0", "9", "inbound", "AAAA", "A", "\ud800", "\x00", "audio/x-mulaw"])
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@st.composite
def mutated(draw: st.DrawFn, messages: list[str]) -> str:
    """A valid message with fields dropped or replaced, then perhaps a character too."""
    said = json.loads(draw(st.sampled_from(messages)))
    for _ in range(draw(st.integers(0, 3))):
        inner: list[dict[str, Any]] = [v for v in said.values() if isinstance(v, dict)]
        holder = draw(st.sampled_from([said, *inner]))
        if not holder:
            continue
        key = draw(st.sampled_from(sorted(holder)))
        if draw(st.booleans()):
            del holder[key]
        else:
            holder[key] = draw(JSON_VALUES)
    text = json.dumps(said)
    if draw(st.booleans()):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.text(max_size=3)) + text[at + draw(st.integers(0, 3)) :]
    return text


def anything(messages: list[str]) -> st.SearchStrategy[str | bytes]:
    """Bytes, text, JSON, and what is nearly one of these valid messages."""
    text = st.text(st.characters(exclude_categories=()))
    return st.binary() | text | JSON_VALUES.map(json.dumps) | mutated(messages)


def outcome(codec: Codec, message: str | bytes) -> list[Inbound] | str:
    """What comes of one message: its values, or why it is refused. Other errors are let out."""
    try:
        return codec.decode(message)
    except WireError as error:
        return str(error)
