"""A clinic for tests: three doctors, a known diary, and a caller who says and hears sentences."""

from __future__ import annotations

import json
from collections.abc import Coroutine, Mapping
from datetime import datetime
from typing import Any

from demos.clinic.call import Call
from demos.clinic.desk import Clinic
from llm.engine import ToolCall
from voice.agent import ToolResult

NOW = datetime(2026, 11, 25, 9, 10)
"""A Wednesday."""

TABLE: Mapping[str, Any] = {
    "name": "Maple Street Clinic",
    "address": "12 Maple Street",
    "phone": "555-0142",
    "parking": "Parking is free, behind the building.",
    "insurers": ["Aetna", "Blue Cross", "Cigna", "Medicare"],
    "doctors": [
        {
            "name": "Dr. Chen",
            "days": ["monday", "tuesday", "friday"],
            "specialty": "family medicine",
        },
        {"name": "Dr. Patel", "days": ["tuesday", "thursday"], "specialty": "pediatrics"},
        {"name": "Dr. Brooks", "days": ["wednesday"], "specialty": "internal medicine"},
    ],
    "hours": {
        "monday": "8:00-17:00",
        "tuesday": "8:00-17:00",
        "wednesday": "8:00-17:00",
        "thursday": "8:00-18:00",
        "friday": "8:00-17:00",
        "saturday": "9:00-12:00",
    },
    "facts": {
        "fax": "Our fax number is 555-0143.",
        "cost": "A visit without insurance is $120.",
        "wheelchair access": "There's a ramp at the front door.",
    },
}

DIARY = (
    ("Dr. Brooks", datetime(2026, 11, 25, 14, 0)),
    ("Dr. Patel", datetime(2026, 11, 26, 9, 0)),
    ("Dr. Patel", datetime(2026, 11, 26, 13, 30)),
    ("Dr. Chen", datetime(2026, 11, 27, 9, 0)),
    ("Dr. Chen", datetime(2026, 11, 30, 15, 0)),
    ("Dr. Chen", datetime(2026, 12, 1, 10, 0)),
    ("Dr. Patel", datetime(2026, 12, 1, 10, 0)),
    ("Dr. Chen", datetime(2026, 12, 1, 10, 30)),
    ("Dr. Chen", datetime(2026, 12, 1, 14, 30)),
    ("Dr. Chen", datetime(2026, 12, 1, 16, 0)),
    ("Dr. Chen", datetime(2026, 12, 4, 11, 0)),
)


def open_clinic(**changes: object) -> Clinic:
    """The clinic of :data:`TABLE` with the diary of :data:`DIARY`, in memory."""
    return Clinic(**{**TABLE, "diary": DIARY, "now": lambda: NOW, **changes})


class Caller:
    """Says a turn, as the transcriber wrote it, with the tool call that the model made of it."""

    def __init__(self, clinic: Clinic, call_id: str = "call-1", number: str = "") -> None:
        self.call: Call = clinic.open(call_id, number)

    def says(self, heard: str, tool: str, arguments: str | None = None, **given: str) -> str:
        """The sentence that the desk answers."""
        assert self.call.answer(heard) is None
        return self.tool(heard, tool, json.dumps(given) if arguments is None else arguments)

    def spells(self, heard: str) -> str:
        """The sentence that the desk answers to letters, without the model."""
        said = self.call.answer(heard)
        assert said is not None
        return said

    def expects(self) -> str:
        """What the desk's last question asked for."""
        return self.call.expects

    def tool(self, heard: str, tool: str, arguments: str) -> str:
        """One tool call within a turn."""
        result = _finish(self.call.call(ToolCall(tool, arguments), heard))
        assert result.say is not None
        assert json.loads(result.content) == {"say": result.say}
        return result.say


def _finish(running: Coroutine[Any, Any, ToolResult]) -> ToolResult:
    """Run to the end at once: the desk waits for nothing, so it needs no loop."""
    try:
        running.send(None)
    except StopIteration as end:
        result: ToolResult = end.value
        return result
    raise AssertionError("the desk waited")
