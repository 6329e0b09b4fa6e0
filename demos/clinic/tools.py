"""The seven things the front desk's model can ask for.

Every argument is an optional string in the caller's own words: the desk reads them, so the model
never has to compute a date or look at a diary. All but ``confirm`` change no more than the
call's own form, which ``Conversation.rewind`` restores: they may run before the turn is over.
Not so while something is read back: then any of them may be the yes that writes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from llm.engine import Tool


def _strings(**described: str) -> Mapping[str, Any]:
    properties = {name: {"type": "string", "description": what} for name, what in described.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}


_DOCTOR = "the doctor, as said"
_DAY = "the day, as said: tuesday, tomorrow, earliest"
_TIME = "the time, as said: ten thirty, morning, the first one"
_NAME = "the patient's name, as said"

TOOLS: tuple[Tool, ...] = (
    Tool(
        "book",
        "Book a new appointment, or give or correct a detail of it.",
        _strings(doctor=_DOCTOR, day=_DAY, time=_TIME, name=_NAME, reason="why they are coming"),
        reads_only=True,
    ),
    Tool(
        "move",
        "Move an appointment; day and time are the new ones.",
        _strings(doctor=_DOCTOR, day=_DAY, time=_TIME, name=_NAME),
        reads_only=True,
    ),
    Tool(
        "cancel",
        "Cancel an appointment.",
        _strings(name=_NAME, day=_DAY, doctor=_DOCTOR),
        reads_only=True,
    ),
    Tool(
        "refill",
        "Refill a prescription.",
        _strings(drug="the medicine with its strength, as said", name=_NAME),
        reads_only=True,
    ),
    Tool(
        "message",
        "Take a message, or have somebody call back.",
        _strings(to="who it is for", text="what to tell them", name=_NAME, phone="their number"),
        reads_only=True,
    ),
    Tool(
        "lookup",
        "Look up a fact: hours, address, parking, doctors, insurance, their appointment.",
        _strings(
            about="hours, address, parking, phone, fax, doctors, insurance, appointment, cost, "
            "walk-ins, new patients, website, languages, or the caller's noun",
            of="what it is about, as said: saturday, aetna, dr. chen",
        ),
        reads_only=True,
    ),
    Tool(
        "confirm",
        "The caller answers yes or no to what was read back.",
        {
            "type": "object",
            "properties": {"answer": {"type": "string", "enum": ["yes", "no"]}},
            "required": ["answer"],
            "additionalProperties": False,
        },
    ),
)

AT_READ_BACK = tuple(replace(tool, reads_only=tool.name == "lookup") for tool in TOOLS)
