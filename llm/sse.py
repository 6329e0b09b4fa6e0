"""Cut a server's event stream into the payloads of its events.

    b'data: {"a"', b': 1}\\r\\n\\r\\n: ping\\n\\ndata: [DONE]\\n\\n'  ->  '{"a": 1}', '[DONE]'

Bytes in, text out, however the network cut them. What a payload means is for :mod:`llm.completion`.
"""

from __future__ import annotations

from llm.engine import LLMError

MAX_EVENT_BYTES = 1 << 20
"""A real event is a few hundred bytes; a server that never ends a line must not fill our memory."""


class EventStream:
    """One response's body; feed it as it arrives."""

    def __init__(self, max_event_bytes: int = MAX_EVENT_BYTES) -> None:
        self._max = max_event_bytes
        self._line = bytearray()  # without its end yet
        self._data: list[bytes] = []  # the data lines of the event that has not ended yet
        self._held = 0  # bytes in _data
        self._after_cr = False  # a \n that follows belongs to the same line end
        self._begun = False

    def receive(self, chunk: bytes) -> list[str]:
        """The events that ``chunk`` completes. Raises :class:`LLMError` for one without end."""
        if self._after_cr and chunk:
            chunk = chunk.removeprefix(b"\n")
            self._after_cr = False
        self._after_cr = chunk.endswith(b"\r")
        self._line += chunk
        if b"\n" not in chunk and b"\r" not in chunk:
            self._check()
            return []
        *lines, rest = bytes(self._line).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._line = bytearray(rest)
        events = [event for line in lines if (event := self._take(line)) is not None]
        self._check()
        return events

    def end(self) -> list[str]:
        """The last event of a server that does not end it with an empty line."""
        lines = [bytes(self._line), b""]
        self._line.clear()
        return [event for line in lines if (event := self._take(line)) is not None]

    def _take(self, line: bytes) -> str | None:
        if not self._begun:
            self._begun = True
            line = line.removeprefix(b"\xef\xbb\xbf")
        if not line:
            return self._dispatch()
        field, _, value = line.partition(b":")
        if field == b"data":
            self._data.append(value.removeprefix(b" "))
            self._held += len(value) + 1  # an empty line counts, too
            self._check()
        return None  # a comment (no field before the colon), or event, id, retry: nothing for us

    def _dispatch(self) -> str | None:
        if not self._data:
            return None
        event = b"\n".join(self._data).decode(errors="replace")
        self._data, self._held = [], 0
        return event

    def _check(self) -> None:
        if len(self._line) + self._held > self._max:
            raise LLMError(f"the server sent an event of more than {self._max} bytes")
