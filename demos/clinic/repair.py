"""Put right what a small model left out of its tool call, or put in the wrong place.

    the model's call, borne out by the words -> repair -> the call the desk works with

Pure, and in the caller's own words only. What the model passed stands, unless it is plainly of
another kind (a strength as a name) or the very thing that was refused ("not the nine o'clock").
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from demos.clinic.forms import Form, Heard
from demos.clinic.intents import asked_for, asks_own_appointment
from demos.clinic.names import match_doctor
from demos.clinic.spans import name_said, said_day, said_time, strength_said, whole_drug, whole_name
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
_DOCTOR = r"\b(?:Dr\.?|[Dd]octor|dr\.?) ([A-Za-z][A-Za-z'\u2019-]+)"


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
    if meant in {"book", "cancel"}:
        _fill_doctor(said, heard)
    # Who first asks to move a visit names the old one's day and doctor, too.
    if meant in {"book", "cancel"} or (meant == "move" and form):
        _fill_when(meant, said, heard, form)
    if meant == "refill":
        _fill_drug(said, arguments, heard, form)
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
        if strength_said(value) or re.match(_DOCTOR, value):
            return True
        return heard.ask not in {"name", "last_name", "other_name"} and _common(value, heard.now)
    if field in {"day", "time"}:
        refused = rf"\bnot (?:the |at |on )*{re.escape(plain(value))}\b"
        return len(re.findall(rf"\b{re.escape(plain(value))}\b", plain(heard.now))) == 1 and bool(
            re.search(refused, plain(heard.now))
        )
    return False


def _common(value: str, heard: str) -> bool:
    """Words that a cased transcript writes small are no name: "the tall lady, Dr. Okafor"."""
    cased = len(re.findall(r"(?<![.?!] )(?<!^)\b[A-Z][a-z]", heard)) > 0
    words = re.findall(r"[A-Za-z'\u2019-]+", value)
    return cased and all(re.search(rf"\b{re.escape(word.lower())}\b", heard) for word in words)


def _fill_doctor(said: dict[str, str], heard: Heard) -> None:
    if said.get("doctor"):
        return
    named = {
        match_doctor(found[1], heard.doctors): found[0]
        for found in re.finditer(_DOCTOR, heard.now)
        if match_doctor(found[1], heard.doctors)
    }
    if len(named) == 1:
        said["doctor"] = next(iter(named.values()))


def _fill_when(tool: str, said: dict[str, str], heard: Heard, form: Form | None) -> None:
    """A day or a time that was said once; an offer's answer is read by the form itself."""
    together = f"{said.get('day', '')} {said.get('time', '')}"
    if heard.ask in {"offer", "which"} or (form and form.kind != tool):
        return
    if "day" not in said and not said_day(together) and (day := said_day(heard.now, opening=tool)):
        said["day"] = day
    if tool == "cancel" or "time" in said or said_time(together):
        return
    if time := said_time(heard.now, opening=tool):
        said["time"] = time


def _fill_drug(
    said: dict[str, str], passed: Mapping[str, str], heard: Heard, form: Form | None
) -> None:
    drug = said.get("drug", "")
    if form and form.drug:
        return
    if drug and not strength_said(drug) and (strength := strength_said(heard.now)):
        said["drug"] = f"{drug} {strength}"
    elif (not drug or strength_said(drug)) and (whole := whole_drug(heard.now, drug)):
        said["drug"] = whole


def _fill_name(tool: str, said: dict[str, str], heard: Heard) -> None:
    if "name" not in _FIELDS[tool]:
        return
    if name := said.get("name"):
        said["name"] = whole_name(name, heard.now)
    elif name := name_said(heard.now):
        said["name"] = name
