"""Tell a person who waits what is happening in the call, one line at a time."""

from __future__ import annotations

from collections.abc import Callable

from demos.phone.call import Call
from voice.wire import ErrorOut, TranscriptOut


class Commentary:
    """Prints what is new with ``say`` whenever it is shown the call."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._spoken = 0
        self._notes = 0

    def show(self, call: Call) -> None:
        """Print what has happened since the last time."""
        for turn in call.spoken[self._spoken :]:
            self._line(turn.begins_at, "caller", f"({turn.recording.name})")
        for note in call.notes[self._notes :]:
            match note.value:
                case TranscriptOut(role="user", text=text, final=True) if text:
                    self._line(note.at, "heard", text)
                case TranscriptOut(role="agent", text=text, final=True):
                    self._line(note.at, "agent", text)
                case ErrorOut(code=code, message=message):
                    self._line(note.at, "error", f"{code}: {message}")
        self._spoken, self._notes = len(call.spoken), len(call.notes)

    def _line(self, at: float, who: str, words: str) -> None:
        self._say(f"{int(at) // 60:3d}:{at % 60:04.1f}  {who:<7} {words}")
