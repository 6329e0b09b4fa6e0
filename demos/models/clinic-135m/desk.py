"""The desk's half of an invented call: its next sentence, with times from an invented diary.

The sentences are the real desk's own (:mod:`demos.clinic.say`); what is decided here is only which
of them comes next, so that the history in front of a caller's line looks like a real call's.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random

from answers import ORDER, Place, Said
from values import Values

from demos.clinic import say

TODAY = date(2026, 11, 25)
KNOWN = {
    "hours": ["We're open 8 AM to 5 PM on Friday.", "We're closed on Sunday.",
              "We're open Monday to Friday, 9 AM to 5 PM.", "We're open until 6 PM today."],
    "address": ["We're at 12 Maple Street.", "We're at 480 Lake Avenue, second floor."],
    "parking": ["Parking is free behind the building.", "There's a garage next door."],
    "phone": ["Our number is 555-0100."],
    "fax": ["Our fax number is 555-0101."],
    "doctors": ["We have {doctors}.", "Yes, {of} works here."],
    "insurance": ["Yes, we take {of}.", "No, we don't take {of}.", "We take Aetna and Cigna."],
    "cost": ["A visit is $90 without insurance.", "A flu shot is $30."],
    "walk-ins": ["Yes, walk-ins are welcome before noon."],
    "new patients": ["Yes, we take new patients."],
    "website": ["It's mapleclinic dot example."],
    "languages": ["We speak English and Spanish.", "Yes, we speak Spanish."],
}  # fmt: skip


class Desk:
    """Moves one call's :class:`Place` on."""

    def __init__(self, random: Random, values: Values, titled: list[str]) -> None:
        self.random, self.values, self.titled = random, values, titled
        self.place = Place(doctor=random.choice(titled))

    def advance(self, said: Said) -> str:
        """Move the call on; the desk's sentence, or nothing after a plain reply."""
        place, action = self.place, said.action
        found = dict(action.arguments)
        if not action.tool:
            if said.kind != "repeat":  # said twice, it is not "Sure. Sure. ..."
                place.full = action.words
            if place.form not in ORDER:
                place.last = action.words.split(". ", 1)[-1]
            if said.kind == "medical":
                place.asked, place.about, place.form = "take", "medical", ""
            elif said.kind == "nevermind" or "Anything else?" in action.words:
                if not (place.form in ORDER and said.kind in ("thanks",)):
                    place.asked, place.form = "else", ""
            elif said.kind in ("more", "ask_intent"):
                place.asked, place.form = "intent", ""
            elif said.kind == "bye":
                place.asked, place.form = "start", ""
            return ""
        if action.tool == "lookup":
            spoken = self._answered(found)
        elif action.tool == "confirm":
            spoken = self._confirmed(found["answer"])
        else:
            if action.tool != place.form:
                place.have = {}
            place.form, place.about = action.tool, ""
            place.have |= found
            spoken = self._ask()
        place.last, place.full = spoken.split(". ")[-1], spoken
        return spoken

    def _answered(self, found: dict[str, str]) -> str:
        place, random = self.place, self.random
        about, of = found["about"], found.get("of", "")
        if about == "appointment":
            if not of:
                place.asked, place.form, place.about = "appointment", "", about
                return say.WHAT_NAME
            if random.random() < 0.3:
                place.asked, place.form, place.about = "appointment", "", about
                return say.not_found(of)
            place.asked, place.form = "else", "found"
            return say.found(self._doctor(), self._moment(), TODAY)
        place.about = about
        known = [
            fact.format(of=of, doctors=say.choices(self.titled)) for fact in KNOWN.get(about, ())
        ]
        if not known or random.random() < 0.2:
            place.asked, place.form = "take", ""
            return say.NO_INFORMATION
        if place.form in ORDER and place.asked != "take":
            return f"{random.choice(known)} {place.last}"
        place.asked, place.form = "else", ""
        return f"{random.choice(known)} {say.ANYTHING_ELSE}"

    def _doctor(self) -> str:
        return self.place.doctor

    def _moment(self) -> datetime:
        hour, minute = (
            self.random.choice([8, 9, 10, 11, 13, 14, 15, 16]),
            self.random.choice([0, 30, 0, 15]),
        )
        days = self.random.choice([1, 2, 3, 5, 6, 8, 13])
        start = datetime(TODAY.year, TODAY.month, TODAY.day, hour, minute)
        self.place.at = start + timedelta(days=days)
        return self.place.at

    def _name(self) -> str:
        return self.place.have.get("name", "Maria Lopez")

    def _ask(self) -> str:
        """The desk's next question about the open form."""
        place, random = self.place, self.random
        have, form = place.have, place.form
        if form in ("refill",):
            return self._first_missing(
                {"drug": say.WHICH_MEDICINE, "name": say.WHAT_NAME}
            ) or self._read(say.read_back_refill(have["drug"], self._name()))
        if form == "message":
            wanted = {"text": say.WHAT_MESSAGE, "name": say.WHAT_NAME, "phone": say.WHAT_NUMBER}
            to = have.get("to", "the nurse")
            return self._first_missing(wanted) or self._read(
                say.read_back_message(to, have["text"], self._name(), have["phone"])
            )
        if form == "cancel":
            return self._find() or self._read(
                say.read_back(self._doctor(), self._moment(), self._name(), TODAY, "cancel")
            )
        if form == "move":
            if asking := self._find():
                return asking
            if "day" not in have and "time" not in have:
                place.asked = "day"
                return say.move_to(self._doctor(), self._moment(), TODAY)
        elif "doctor" not in have and random.random() < 0.8:
            place.asked = "doctor"
            return say.WHICH_DOCTOR if random.random() < 0.7 else say.which_doctor(self.titled)
        if "day" not in have and "time" not in have:
            place.asked = "day"
            return say.WHAT_DAY
        if "slot" not in have:
            return self._offer()
        if "name" not in have:
            place.asked = "name"
            return say.WHAT_NAME
        if " " not in have["name"] and random.random() < 0.7:
            place.asked = "lastname"
            have["name"] += " "
            return say.LAST_NAME
        if form == "move":
            old = place.at
            return self._read(
                say.read_back_move(self._doctor(), old, self._moment(), self._name(), TODAY)
            )
        return self._read(say.read_back(self._doctor(), self._moment(), self._name(), TODAY))

    def _first_missing(self, wanted: dict[str, str]) -> str:
        for slot, question in wanted.items():
            if slot not in self.place.have:
                self.place.asked = slot
                return question
        return ""

    def _find(self) -> str:
        """Moving and cancelling start with finding the appointment."""
        place, random = self.place, self.random
        if "name" not in place.have:
            place.asked = "name"
            return say.WHAT_NAME
        if "found" in place.have:
            return ""
        place.have["found"] = "yes"
        roll = random.random()
        if roll < 0.15:
            place.asked = "another"
            del place.have["found"]
            return say.not_found(self._name())
        if roll < 0.3:
            place.asked = "which"
            doctors = [random.choice(self.titled) for _ in range(2)]
            return say.which_appointment(doctors, [self._moment(), self._moment()], TODAY)
        return ""

    def _offer(self) -> str:
        place, random = self.place, self.random
        first = self._moment()
        options = [first]
        if random.random() < 0.75:
            options.append(first + timedelta(minutes=random.choice([30, 60, 150, 240])))
        self.values.offered = [self._heard(at) for at in options for _ in range(3)]
        place.have["slot"] = "offered"
        place.asked = "offer" if len(options) == 2 else "one"
        lead = ""
        if random.random() < 0.2:
            lead = random.choice(
                [say.not_free(first, TODAY), say.nothing_then(self._doctor()),
                 say.nothing_on(self._doctor(), first.date(), TODAY)]
            ) + " "  # fmt: skip
        return lead + say.offer(self._doctor(), options, TODAY)

    def _heard(self, at: datetime) -> str:
        clock = say.clock(at.time())
        number = at.hour % 12 or 12
        words = "one two three four five six seven eight nine ten eleven twelve".split()
        minutes = {0: "", 15: " fifteen", 30: " thirty", 45: " forty-five"}[at.minute]
        if clock == "noon":
            return "noon"
        bare = clock.split()[0]
        return self.random.choice(
            [clock, bare, f"{words[number - 1]}{minutes}", f"{words[number - 1]}{minutes}",
             f"the {bare}", clock.replace("AM", "a.m.").replace("PM", "p.m.")]
        )  # fmt: skip

    def _read(self, sentence: str) -> str:
        self.place.asked = "readback"
        return sentence

    def _confirmed(self, answer: str) -> str:
        place = self.place
        if answer == "no":
            if place.asked == "readback":
                if self.random.random() < 0.3:
                    place.asked, place.form = "else", ""
                    return say.NEVER_MIND
                place.asked = "change"
                return say.WHAT_TO_CHANGE
            place.asked = "day"
            return say.OTHER_TIME
        if place.asked in ("one", "offer"):
            return self._ask()
        done = {
            "book": say.booked(self._doctor(), place.at, TODAY),
            "move": say.moved(self._doctor(), place.at, TODAY),
            "cancel": say.CANCELLED, "refill": say.REFILL_SENT, "message": say.MESSAGE_SENT,
        }[place.form]  # fmt: skip
        place.asked, place.form = "else", "booked" if place.form in ("book", "move") else ""
        return done
