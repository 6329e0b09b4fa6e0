"""The form of a call: what is known so far, and what a turn adds to it.

Pure. A tool's arguments are the model's copy of the caller's words; a value that the caller never
said is dropped here, and so asked for. Where the model left out the very thing that was asked, the
caller's words are read instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from demos.clinic.book import Appointment, Slot
from demos.clinic.consent import verdict
from demos.clinic.heard_name import heard_name
from demos.clinic.names import (
    any_doctor,
    doctor_said,
    match_doctor,
    may_be_name,
    merge_names,
    tidy_phone,
)
from demos.clinic.off_topic import for_fun
from demos.clinic.say import spelled_out
from demos.clinic.when import When, read_spoken, read_when, revise
from demos.clinic.words import content, is_in, plain, was_said

Kind = Literal["book", "move", "cancel", "refill", "message", "find"]
Ask = Literal[
    "anything_else",
    "doctor",
    "day",
    "offer",
    "name",
    "last_name",
    "other_name",
    "drug",
    "text",
    "phone",
    "which",
    "read_back",
    "change",
    "take_message",
]
"""What the desk's last question asked for."""

NO_WISH = When()
_EMPTY = ("none", "null", "unknown", "n/a")
_WHEN_ASKS = ("day", "offer", "which", "change")
_ROLES = r"\b(?:nurse|doctor|front desk|office|clinic|billing|pharmacy|staff)\b"
_ANYBODY = (
    r"\b(?:humans?|persons?|people|agents?|operators?|representatives?|receptionists?)\b"
    r"|^(?:me|us|you|them|him|her|it)$"
)
_SAYS_NOTHING = r"(?:yes|yeah|yep|no|nope|ok|okay|sure|what|hello)(?: please)?"
_MEDICINE = (
    r"\b(?:pills?|tablets?|medicines?|medications?|meds|inhalers?|creams?|drops|insulin|vitamins?"
    r"|blood|birth|pressure|control|thyroid|allergy|water|pain)\b"
)
_WHOSE = r"(?:[,.]? (?:and )?(?:for|under|it's|it is|this is|my name is|my name's|the name is) )?"
NAME_ASKS = ("name", "last_name", "other_name")


@dataclass(frozen=True, slots=True)
class Form:
    """One request in the making; ``key`` makes writing it twice the same as once."""

    kind: Kind
    key: str
    doctor: str | None = None
    any_doctor: bool = False
    stranger: bool = False
    wish: When = NO_WISH
    slot: Slot | None = None
    offered: tuple[Slot, ...] = ()
    last_offer: tuple[Slot, ...] = ()
    """The times from which the slot was taken, for "no, the second one"."""
    name: str | None = None
    spelled: tuple[str, ...] = ()
    missed: int = 0
    """How often the name was asked for and none was heard."""
    asked_last_name: bool = False
    reason: str = ""
    drug: str = ""
    to: str = ""
    text: str = ""
    phone: str = ""
    appointment: Appointment | None = None
    found: tuple[Appointment, ...] = ()

    @property
    def told_name(self) -> str:
        """The name as it is read back: with its letters, where those told more than its sound."""
        return spelled_out(self.name or "", self.spelled)


@dataclass(frozen=True, slots=True)
class Heard:
    """What a form is filled against: the caller's turns, the last one last, and the question."""

    turns: tuple[str, ...]
    ask: Ask
    today: date
    doctors: tuple[str, ...]

    @property
    def now(self) -> str:
        """This turn's words."""
        return self.turns[-1] if self.turns else ""


def said_only(arguments: Mapping[str, object], heard: Heard) -> dict[str, str]:
    """The arguments that the caller's words bear out; the others were made up."""
    kept = {}
    for field, value in arguments.items():
        text = str(value).strip() if isinstance(value, str | int | float) else ""
        if text and text.lower() not in _EMPTY and _borne_out(field, text, heard):
            kept[field] = text
    return kept


def _borne_out(field: str, value: str, heard: Heard) -> bool:
    match field:
        case "to" if re.search(_ROLES, plain(value)):
            return True  # a message for the nurse is offered before it is asked for
        case "doctor":
            doctor = match_doctor(value, heard.doctors)
            named = any(match_doctor(turn, heard.doctors) == doctor for turn in heard.turns)
            return (doctor is not None and named) or was_said(value, heard.turns)
        case "phone":
            digits = re.sub(r"\D", "", tidy_phone(value) or value)
            said = [re.sub(r"\D", "", tidy_phone(turn) or plain(turn)) for turn in heard.turns]
            return bool(digits) and digits in "".join(said)
        case "text" | "reason":
            words = content(value)
            # A message is what was just said: of an earlier question the model makes its own.
            turns = heard.turns[-1:] if field == "text" else heard.turns
            said = [word for turn in turns for word in content(turn)]
            return bool(words) and sum(is_in(word, said) for word in words) >= 0.6 * len(words)
    return was_said(value, heard.turns)


def fill(form: Form, arguments: Mapping[str, str], heard: Heard) -> Form:
    """The form with what this turn said about it."""
    filled = _fill_doctor(form, arguments.get("doctor", ""), heard)
    filled = _fill_when(filled, arguments, heard)
    filled = _fill_name(filled, arguments.get("name", ""), heard)
    filled = _fill_words(filled, arguments, heard)
    if heard.ask == "other_name" and filled == form and verdict(heard.now) == "yes":
        return replace(form, missed=0)  # there is one, and it was not asked for yet
    if filled == form and heard.ask in {"name", "other_name"}:
        return replace(form, missed=form.missed + 1)
    return filled


def _fill_doctor(form: Form, said: str, heard: Heard) -> Form:
    if not said and heard.ask == "doctor":
        said = heard.now if match_doctor(heard.now, heard.doctors) else doctor_said(heard.now) or ""
        if not said and any_doctor(heard.now):
            said = "any"
    if not said or form.kind not in {"book", "move", "cancel"}:
        return form
    if doctor := match_doctor(said, heard.doctors):
        if doctor == form.doctor:
            return replace(form, stranger=False)
        changed = form.doctor is not None or form.offered
        wish = replace(form.wish, pick=None, more=None)
        return replace(
            form,
            doctor=doctor,
            any_doctor=False,
            stranger=False,
            wish=wish,
            slot=None if changed else form.slot,
            offered=() if changed else form.offered,
        )
    if any_doctor(said):
        return replace(form, any_doctor=True, stranger=False)
    if read_when(said, heard.today):
        return form  # a day in the doctor's place
    return replace(form, stranger=True)


def _fill_when(form: Form, arguments: Mapping[str, str], heard: Heard) -> Form:
    offered = len(form.found) if heard.ask == "which" else len(form.offered)
    said = " at ".join(arguments[part] for part in ("day", "time") if arguments.get(part))
    wish = read_when(said, heard.today, offered) if said else When()
    if not wish and heard.ask in _WHEN_ASKS and form.kind in {"book", "move", "cancel"}:
        wish = read_spoken(heard.now, heard.today, offered)
    if not wish:
        return form
    if heard.ask == "which" and form.appointment is None:
        return replace(form, appointment=_which(form.found, wish))
    return replace(form, wish=revise(form.wish, wish), slot=None)


def _which(found: Sequence[Appointment], wish: When) -> Appointment | None:
    if wish.pick is not None:
        return found[min(wish.pick, len(found) - 1)]
    fitting = [
        one
        for one in found
        if wish.allows(one.slot.at.date())
        and (wish.hours is None or wish.hours.allow(one.slot.at.time()))
    ]
    return fitting[0] if len(fitting) == 1 else None


def _fill_name(form: Form, said: str, heard: Heard) -> Form:
    if heard.ask == "drug" and _is_drug(said, heard.now):
        return form
    found = heard_name(heard.now, said, form.name or "", asked=heard.ask in NAME_ASKS)
    name = found.name
    if not name or name.lower().startswith(("dr ", "doctor ")) or read_when(name, heard.today):
        return form
    merged = name if found.mends else merge_names(form.name, name, heard.ask == "last_name")
    if merged == form.name:
        return form
    form = replace(form, name=merged, spelled=found.spelled)
    if form.kind in {"move", "cancel", "find"}:
        return replace(form, appointment=None, found=())
    return form


def _fill_words(form: Form, arguments: Mapping[str, str], heard: Heard) -> Form:
    if for_fun(heard.now):
        return form  # asked of us, and no message for anybody
    reason = arguments.get("reason", "") or form.reason
    drug = arguments.get("drug", "") or (
        _answered_drug(arguments.get("name", ""), heard.now) if heard.ask == "drug" else ""
    )
    text = arguments.get("text", "") or (
        _answered_text(heard.now) if heard.ask == "text" and not arguments else ""
    )
    phone = tidy_phone(arguments.get("phone", "")) or (
        tidy_phone(heard.now) if heard.ask == "phone" else ""
    )
    return replace(
        form,
        reason=reason,
        drug=merge_drugs(form.drug, drug.lower().strip(" .")) if drug else form.drug,
        to=addressee(arguments.get("to", ""), heard.doctors) or form.to,
        text=text or form.text,
        phone=phone or form.phone,
    )


def _answered_text(heard: str) -> str:
    """The message itself; "yes" and "okay" are none."""
    return heard.strip(" .") if not re.fullmatch(_SAYS_NOTHING, plain(heard)) else ""


def _answered_drug(name: str, heard: str) -> str:
    """The medicine in an answer to "Which medicine?"; whose name it gives is no part of it."""
    if name and not _is_drug(name, heard):
        heard = re.sub(rf"{_WHOSE}{re.escape(name)}\b", " ", heard, flags=re.IGNORECASE)
    return _bare(heard)


def _is_drug(name: str, heard: str) -> bool:
    """A model that copied the medicine as a name: one word, or not written as names are."""
    words = name.split()
    small = heard[:1].isupper() and any(word[:1].islower() for word in words)
    kind = re.search(_MEDICINE, plain(name))
    return len(words) == 1 or small or bool(kind) or not may_be_name(name.lower().split())


def merge_drugs(old: str, new: str) -> str:
    """A strength said alone belongs to the medicine said before."""
    strength = r"\b[\w.]+ ?(?:milligrams?|mgs?|micrograms?|mcg|grams?|units?)\b"
    if old and re.fullmatch(strength, plain(new)):
        if re.search(strength, old):
            return re.sub(strength, lambda _: new, old)
        return f"{old} {new}"
    return new


def addressee(said: str, doctors: Sequence[str]) -> str:
    """``nurse`` -> ``the nurse``, ``dr chen`` -> ``Dr. Chen``; "" if it is nobody in particular."""
    if doctor := match_doctor(said, doctors):
        return doctor
    if stranger := doctor_said(said):
        return stranger
    words = plain(said)
    words = re.sub(r"^(?:a|an|any|some|one of the|your|my) ", "", words)
    if re.search(_ANYBODY, words) or not words:
        return ""
    return words if words.startswith("the ") or words in {"somebody", "someone"} else f"the {words}"


def _bare(text: str) -> str:
    lead = (
        r"^(?:um+|uh+|it's|it is|i need|i take|the|my|that's|that would be|its|for|some"
        r"|a refill (?:of|on|for))\s+"
    )
    bare, words = "", text.strip(" .,!?").lower().replace(",", "")
    while bare != words:
        bare, words = words, re.sub(lead, "", f"{words} ").strip(" .,")
    says_nothing = re.fullmatch(_SAYS_NOTHING, words)
    return words if 0 < len(words.split()) <= 6 and not says_nothing else ""
