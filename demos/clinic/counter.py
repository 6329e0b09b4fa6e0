"""What the desk does next with a form: find, offer, ask for what is missing, read back, write.

Each step returns the sentence to say and the form as it then stands. The book is read here, and
written in :meth:`Counter.write` only, which is called after a yes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from demos.clinic import say
from demos.clinic.book import Appointment, Book, Slot
from demos.clinic.forms import NO_WISH, Ask, Form
from demos.clinic.offers import Chosen, Full, NoDay, Offered, choose
from demos.clinic.when import When, exactly

NAMED = ("book", "refill", "message")
"""What is written under a whole name; what is already in the book may be found by half of one."""


@dataclass(frozen=True, slots=True)
class Step:
    """A sentence to say, what it asks for, and the form that is open after it.

    ``question`` is its last part alone: what to say again after an aside. ``done`` is the
    appointment that the call is now about; ``undone`` means that there is none any more.
    """

    sentence: str
    ask: Ask = "anything_else"
    form: Form | None = None
    question: str = say.ANYTHING_ELSE
    done: Appointment | None = None
    undone: bool = False


def ask_for(what: Ask, question: str, form: Form | None, before: str = "") -> Step:
    """A step that asks one thing."""
    return Step(f"{before} {question}".strip(), what, form, question)


@dataclass(frozen=True, slots=True)
class Counter:
    """The book and the moment: where forms are worked on."""

    book: Book
    doctors: tuple[str, ...]
    now: datetime
    caller: str = ""

    @property
    def today(self) -> date:
        """The day of the call."""
        return self.now.date()

    def advance(self, form: Form) -> Step:
        """Do what can be done with the form, and ask for the first thing that is missing."""
        step = self._next(form)
        told = self._no_day(form, step)
        if not told or step.form is None:
            return step
        days = None if form.wish.days == step.form.wish.days else step.form.wish.days
        form = replace(step.form, wish=replace(step.form.wish, days=days, no_day=""))
        return replace(step, sentence=f"{told} {step.sentence}", form=form)

    def _no_day(self, form: Form, step: Step) -> str:
        """What is wrong with the day itself; it is told at once, whatever is asked next."""
        wish = form.wish
        if form.kind not in {"book", "move"} or form.slot or step.form is None:
            return ""
        if wish.no_day:
            return say.no_such_day(wish.no_day)
        unheeded = wish.days == step.form.wish.days
        over = wish.days is not None and wish.days[-1] < self.today
        return say.has_passed(wish.days[-1], self.today) if wish.days and unheeded and over else ""

    def _next(self, form: Form) -> Step:
        match form.kind:
            case "book":
                return self._book(form)
            case "move" | "cancel" | "find":
                return self._existing(form)
            case "refill":
                return self._refill(form)
            case "message":
                return self._message(form)

    def write(self, form: Form) -> Step:
        """The caller said yes to what was read back: put it in the book, and say so."""
        name = form.name or ""
        match form.kind:
            case "book" if form.slot:
                booked = self.book.book(form.key, form.slot, name, form.reason)
                if booked is None:
                    return self._taken(form, form.slot)
                slot = booked.slot
                return Step(say.booked(slot.doctor, slot.at, self.today), done=booked)
            case "move" if form.slot and form.appointment:
                moved = self.book.move(form.key, form.appointment, form.slot)
                if moved is None:
                    return self._taken(form, form.slot)
                slot = moved.slot
                return Step(say.moved(slot.doctor, slot.at, self.today), done=moved)
            case "cancel" if form.appointment:
                self.book.cancel(form.appointment)
                return Step(say.CANCELLED, undone=True)
            case "refill":
                self.book.refill(form.key, form.drug, name)
                return Step(say.REFILL_SENT)
            case "message":
                self.book.message(form.key, form.to, form.text, name, form.phone)
                return Step(say.MESSAGE_SENT)
        return self.advance(form)

    def _taken(self, form: Form, slot: Slot) -> Step:
        step = self._pick_slot(replace(form, slot=None, offered=()), say.WHAT_DAY)
        return replace(step, sentence=f"{say.taken(slot.at, self.today)} {step.sentence}")

    def _book(self, form: Form) -> Step:
        if len(self.doctors) == 1:
            form = replace(form, doctor=self.doctors[0], stranger=False)
        if form.stranger:
            question = say.which_doctor(self.doctors)
            return ask_for("doctor", question, replace(form, stranger=False))
        if not form.doctor and not form.any_doctor:
            if not form.wish.soonest:
                return ask_for("doctor", say.WHICH_DOCTOR, form)
            form = replace(form, any_doctor=True)
        if form.slot is None:
            return self._pick_slot(form, say.WHAT_DAY)
        if step := self._ask_name(form):
            return step
        question = "Shall I book it?"
        told = say.read_back(form.slot.doctor, form.slot.at, form.told_name, self.today)
        return Step(told, "read_back", form, question)

    def _pick_slot(self, form: Form, what_day: str) -> Step:
        doctors = [form.doctor] if form.doctor else []
        free = self.book.free(self.now, doctors)
        choice = choose(free, form.wish, form.offered)
        if isinstance(choice, Offered) and len({slot.doctor for slot in choice.slots}) > 1:
            first = choice.slots[0].doctor
            choice = choose([s for s in free if s.doctor == first], form.wish, form.offered)
        match choice:
            case Full():
                return Step(say.NOTHING_FREE, "take_message", None, "Shall I take a message?")
            case NoDay():
                return ask_for("day", what_day, form)
            case Chosen(slot):
                offer = form.offered or form.last_offer
                form = replace(form, slot=slot, wish=exactly(slot.at), offered=(), last_offer=offer)
                return self.advance(form)
            case Offered(slots):
                return self._offer(form, choice, slots)

    def _offer(self, form: Form, choice: Offered, slots: tuple[Slot, ...]) -> Step:
        doctor = slots[0].doctor
        wish = replace(form.wish, pick=None, more=None)
        if choice.elsewhere or form.wish.more:
            # What they ask next is about these days, not about the one that had nothing.
            wish = When(days=tuple(dict.fromkeys(slot.at.date() for slot in slots)))
        form = replace(form, offered=slots, wish=wish)
        times = [slot.at for slot in slots]
        told = say.offer(doctor, times, self.today)
        question = say.offer_again(times, self.today)
        return Step(f"{self._missed(choice, doctor)} {told}".strip(), "offer", form, question)

    def _missed(self, choice: Offered, doctor: str) -> str:
        missed = choice.missed
        last = self.book.last_day()
        if isinstance(missed, datetime):
            return say.not_free(missed, self.today)
        if missed is not None:
            if last and missed > last.date():
                return say.too_late(last.date(), self.today)
            if missed < self.today:
                return say.has_passed(missed, self.today)
            return say.nothing_on(doctor, missed, self.today)
        return say.nothing_then(doctor) if choice.elsewhere else ""

    def _ask_name(self, form: Form) -> Step | None:
        if not form.name:
            asks = (say.WHAT_NAME, say.NAME_AGAIN, say.SPELL_NAME)
            return ask_for("name", asks[min(form.missed, 2)], form)
        if " " not in form.name and not form.asked_last_name and form.kind in NAMED:
            return ask_for("last_name", say.LAST_NAME, replace(form, asked_last_name=True))
        return None

    # An appointment that exists

    def _existing(self, form: Form) -> Step:
        if step := self._ask_name(form):
            return step
        if form.appointment is None:
            found = self.book.appointments(form.name or "", self.now)
            if form.kind == "find" and len(found) > 1:
                told = say.found_several(*_listed(found), self.today)
                return Step(f"{told} {say.ANYTHING_ELSE}")
            fitting = _fitting(found, form)
            if not found:
                question = say.not_found(form.told_name)
                return Step(question, "other_name", replace(form, name=None), say.WHAT_NAME)
            if len(fitting) > 1:
                told = say.which_appointment(*_listed(fitting), self.today)
                form = replace(form, found=tuple(fitting), wish=_unless(form, "cancel"))
                return Step(told, "which", form, "Which one?")
            wish = _unless(form, "cancel")
            form = replace(form, appointment=fitting[0], wish=wish, found=())
        assert form.appointment is not None
        match form.kind:
            case "find":
                slot = form.appointment.slot
                return Step(say.found(slot.doctor, slot.at, self.today), done=form.appointment)
            case "cancel":
                return self._read_back_cancel(form, form.appointment)
            case _:
                return self._move(form, form.appointment)

    def _read_back_cancel(self, form: Form, old: Appointment) -> Step:
        told = say.read_back(old.slot.doctor, old.slot.at, old.name, self.today, "cancel")
        return Step(told, "read_back", form, "Shall I cancel it?")

    def _move(self, form: Form, old: Appointment) -> Step:
        form = replace(form, doctor=form.doctor or old.slot.doctor, stranger=False)
        if form.wish.hours and form.wish.days is None and not form.wish.soonest:
            # "Make it eleven" is about the day it is on.
            form = replace(form, wish=replace(form.wish, days=(old.slot.at.date(),)))
        if form.slot is None:
            return self._pick_slot(form, say.move_to(old.slot.doctor, old.slot.at, self.today))
        told = say.read_back_move(form.slot.doctor, old.slot.at, form.slot.at, old.name, self.today)
        return Step(told, "read_back", form, "Shall I move it?")

    # Notes for the staff

    def _refill(self, form: Form) -> Step:
        if not form.drug:
            return ask_for("drug", say.WHICH_MEDICINE, form)
        if step := self._ask_name(form):
            return step
        told = say.read_back_refill(form.drug, form.told_name)
        return Step(told, "read_back", form, "Is the refill right?")

    def _message(self, form: Form) -> Step:
        form = replace(form, to=form.to or "the front desk", phone=form.phone or self.caller)
        if not form.text:
            return ask_for("text", say.WHAT_MESSAGE, form)
        if step := self._ask_name(form):
            return step
        if not form.phone:
            return ask_for("phone", say.WHAT_NUMBER, form)
        told = say.read_back_message(form.to, form.text, form.told_name, form.phone)
        return Step(told, "read_back", form, "Shall I send it?")


def _fitting(found: Sequence[Appointment], form: Form) -> list[Appointment]:
    """Those that the caller's words narrow it down to; all of them if the words fit none."""
    fitting = [one for one in found if form.doctor in (None, one.slot.doctor)] or list(found)
    if form.kind == "cancel":
        fitting = [
            one
            for one in fitting
            if form.wish.allows(one.slot.at.date())
            and (form.wish.hours is None or form.wish.hours.allow(one.slot.at.time()))
        ] or fitting
    return fitting


def _unless(form: Form, kind: str) -> When:
    """The wish, where it is about a new time; what was said of the old one is used up."""
    return NO_WISH if form.kind == kind else form.wish


def _listed(found: Sequence[Appointment]) -> tuple[list[str], list[datetime]]:
    return [one.slot.doctor for one in found], [one.slot.at for one in found]
