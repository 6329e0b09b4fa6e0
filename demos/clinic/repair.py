"""Put right what a small model left out of its tool call, or put in the wrong place.

    the model's call, borne out by the words -> repair -> the call the desk works with

Pure, and in the caller's own words only. What the model passed stands, unless it is plainly of
another kind (a strength as a name) or the very thing that was refused ("not the nine o'clock").
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from demos.clinic.forms import Form, Heard
from demos.clinic.full_name import called_name
from demos.clinic.intents import asked_for, asks_own_appointment
from demos.clinic.medicines import has_strength, is_strength, whole_drug, with_strength
from demos.clinic.spans import (
    is_doctor,
    name_said,
    names_day,
    names_time,
    whole_name,
    wished_day,
    wished_doctor,
    wished_time,
)
from demos.clinic.words import plain

_FIELDS: Mapping[str, frozenset[str]] = {
    "book": frozenset({"doctor", "day", "time", "name", "reason"}),
    "move": frozenset({"doctor", "day", "time", "name"}),
    "cancel": frozenset({"doctor", "day", "name"}),
    "refill": frozenset({"drug", "name"}),
    "message": frozenset({"to", "text", "name", "phone"}),
    "lookup": frozenset({"about", "of"}),
    "confirm": frozenset({"answer"}),
}


def repair(
    tool: str, arguments: Mapping[str, str], heard: Heard, form: Form | None
) -> tuple[str, dict[str, str]]:
    """The call that the words bear out; the very same call where nothing is amiss."""
    meant = asked_for(tool, heard, form)
    said = _fitting(meant, tool, arguments)
    if meant == "confirm":
        return meant, dict(arguments) if meant == tool else {"answer": "no"}
    if meant == "lookup":
        if asks_own_appointment(heard.now):
            said["about"] = "appointment"
        return meant, said
    said = {field: value for field, value in said.items() if not _misplaced(field, value, heard)}
    doctor = wished_doctor(heard.now, meant, heard.doctors)
    if doctor and meant in {"book", "cancel"} and not said.get("doctor"):
        said["doctor"] = doctor
    # Who first asks to move a visit names the old one's day and doctor, too.
    if meant in {"book", "cancel"} or (meant == "move" and form):
        _fill_when(meant, said, heard, form)
    if meant == "refill":
        _fill_drug(said, heard, form)
    _fill_name(meant, said, heard)
    return meant, said


def _fitting(meant: str, tool: str, arguments: Mapping[str, str]) -> dict[str, str]:
    """What the tool that was meant has a place for; a name looked for is a name."""
    said = dict(arguments)
    if meant == tool:
        return said
    if meant == "lookup" and "name" in said:
        said["of"] = said["name"]
    return {field: value for field, value in said.items() if field in _FIELDS[meant]}


def _misplaced(field: str, value: str, heard: Heard) -> bool:
    if field == "name":
        if has_strength(value) or is_doctor(value):
            return True
        return heard.ask not in {"name", "last_name", "other_name"} and _common(value, heard.now)
    if field in {"day", "time"}:
        named, refused = plain(value), rf"\bnot (?:the |at |on )*{re.escape(plain(value))}\b"
        once = len(re.findall(rf"\b{re.escape(named)}\b", plain(heard.now))) == 1
        return once and bool(re.search(refused, plain(heard.now)))
    return False


def _common(value: str, heard: str) -> bool:
    """Words that a cased transcript writes small are no name: "the tall lady, Dr. Okafor"."""
    cased = len(re.findall(r"(?<![.?!] )(?<!^)\b[A-Z][a-z]", heard)) > 0
    words = re.findall(r"[A-Za-z'\u2019-]+", value)
    return cased and all(re.search(rf"\b{re.escape(word.lower())}\b", heard) for word in words)


def _fill_when(tool: str, said: dict[str, str], heard: Heard, form: Form | None) -> None:
    """A day or a time that was said once; an offer's answer is read by the form itself."""
    together = f"{said.get('day', '')} {said.get('time', '')}"
    if heard.ask in {"offer", "which"} or (form and form.kind != tool):
        return
    if "day" not in said and not names_day(together) and (day := wished_day(heard.now, tool)):
        said["day"] = day
    if tool == "cancel" or "time" in said or names_time(together):
        return
    if time := wished_time(heard.now, tool):
        said["time"] = time


def _fill_drug(said: dict[str, str], heard: Heard, form: Form | None) -> None:
    drug = said.get("drug", "")
    if drug and not has_strength(drug):
        said["drug"] = with_strength(drug, heard.now)
    elif form and form.drug:
        return  # a strength said alone belongs to the medicine said before
    elif (not drug or is_strength(drug)) and (whole := whole_drug(heard.now)):
        said["drug"] = whole


def _fill_name(tool: str, said: dict[str, str], heard: Heard) -> None:
    if "name" not in _FIELDS[tool]:
        return
    if whole := called_name(heard.now):
        said["name"] = whole
    elif name := said.get("name"):
        said["name"] = whole_name(name, heard.now)
    elif name := name_said(heard.now):
        said["name"] = name
