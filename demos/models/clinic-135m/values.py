"""The values callers speak of: real ones from lists, and invented ones made of syllables.

Invented names and drugs teach copying: a model that has only seen lisinopril learns to say
lisinopril. Doctors keep to the clinic of the call, except for those who are misheard or not there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from grammar import Split, read_sections
from invented import DRUG_ENDS, NAME_ENDS, syllables
from whens import LATER, PLACES, SOONEST, THIS, Whens

_LISTS = {
    k: [w.strip() for w in " ".join(v).split(",")] for k, v in read_sections("values.txt").items()
}
_THINGS = "machine room program class test corner desk garden line club".split()
_THINGS_MANY = "tests shots machines classes treatments scans kits lessons".split()
_KINDS = "big private outdoor free new second heated public kids staff".split()
_BABBLE = (
    "the of under lamp walking seven maybe orange when it but then they to forty glue and so river "
    "which because had been through into like green table was him never some on stapler window if "
    "would at purple how from car"
).split()
_COMPLAINTS = (
    "rash|pain|lump|spot|cut|swelling|itch|bump|sore|mole|bite|numbness|stiffness|cramp|bruise|"
    "burning feeling|throbbing|blister|infection|bad pain|weird feeling"
).split("|")
DIGITS = "zero one two three four five six seven eight nine".split()


@dataclass(slots=True)
class Values:
    """Draws values for one call; ``doctors`` are the clinic's, without title."""

    random: Random
    split: Split
    doctors: list[str]
    clinic: str
    offered: list[str] = field(default_factory=list)

    def listed(self, name: str) -> str:
        """One of a list that this split may use."""
        return self.random.choice(self.split.values(_LISTS[name]))

    def draw(self, kind: str) -> str:
        """One value of a kind, as spoken."""
        if kind in _SIMPLE:
            return self.listed(_SIMPLE[kind])
        if kind in _CHOSEN:
            return self.random.choice(_CHOSEN[kind])
        if kind in _WHENS:
            return _WHENS[kind](Whens(self.random))
        return _DRAWN[kind](self)

    # names and doctors

    def first(self) -> str:
        return (
            syllables(self.random, 1, 2).title()
            if self.random.random() < 0.35
            else self.listed("first")
        )

    def last(self) -> str:
        if self.random.random() < 0.4:
            ending = self.random.choice(NAME_ENDS) if self.random.random() < 0.6 else ""
            return (syllables(self.random, 1, 2) + ending).capitalize()
        last = self.listed("last")
        return f"{last} {self.listed('last')}" if self.random.random() < 0.04 else last

    def name(self) -> str:
        roll = self.random.random()
        if roll < 0.84:
            return f"{self.first()} {self.last()}"
        if roll < 0.89:
            return f"{self.random.choice(['Mrs.', 'Mr.', 'Ms.', 'Miss'])} {self.last()}"
        if roll < 0.94:
            return self.first()
        if roll < 0.97:
            return f"{self.first()} {self.first()} {self.last()}"
        return f"{self.first()}-{self.first()} {self.last()}"

    def doctor(self) -> str:
        roll = self.random.random()
        name = self.random.choice(self.doctors)
        if roll < 0.12:
            name = self._misheard(name)
        elif roll < 0.22:
            name = doctor_name(self.random, self.split)
        if self.random.random() < 0.06:
            name = f"{self.first()} {name}"
        title = self.random.choice(["Dr."] * 7 + ["Doctor", "doctor", "doctor", "Dr"])
        return f"{title} {name.split()[-1] if self.random.random() < 0.85 else name}"

    def _misheard(self, name: str) -> str:
        at = self.random.randrange(1, len(name))
        vowels = "aeiou"
        letter = self.random.choice(vowels if name[at] in vowels else "bdgklmnprstvy")
        return name[:at] + letter + name[at + 1 :]

    def offer(self) -> str:
        """One of the times that were just offered, in the caller's form."""
        return self.random.choice(self.offered) if self.offered else Whens(self.random).clock()

    # medicines

    def bare_drug(self) -> str:
        """Without its strength."""
        name = self.listed("drugs")
        if self.random.random() < 0.4:
            name = syllables(self.random, 1, 2) + self.random.choice(DRUG_ENDS)
        if self.random.random() < 0.25:
            name = name[0].upper() + name[1:]
        return name

    def drug(self) -> str:
        """With its strength or form, sometimes."""
        name = self.bare_drug()
        roll = self.random.random()
        if roll < 0.22:
            return f"{name} {self.strength()}"
        if roll < 0.27:
            return f"{self.strength(adjective=True)} {name}"
        if roll < 0.31:
            form = self.random.choice(["tablets", "pills", "cream", "capsules", "drops", "inhaler"])
            return f"{name} {form}" if " " not in name else name
        return name

    def strength(self, adjective: bool = False) -> str:
        amounts = [
            2,
            5,
            10,
            20,
            25,
            30,
            40,
            50,
            75,
            80,
            100,
            150,
            200,
            250,
            300,
            400,
            500,
            850,
            1000,
        ]
        spoken = {
            "two": 2,
            "five": 5,
            "ten": 10,
            "twenty": 20,
            "twenty five": 25,
            "forty": 40,
            "fifty": 50,
            "seventy five": 75,
            "a hundred": 100,
            "one hundred": 100,
            "five hundred": 500,
            "two hundred": 200,
            "eighty": 80,
            "thirty": 30,
            "a thousand": 1000,
            "point five": 0,
        }
        amount = (
            str(self.random.choice(amounts))
            if self.random.random() < 0.6
            else self.random.choice(list(spoken))
        )
        unit = (
            "milligram"
            if adjective
            else self.random.choice(["milligrams"] * 4 + ["mg", "mg", "micrograms"])
        )
        return f"{amount} {unit}"

    def phone(self) -> str:
        digits = [self.random.randint(0, 9) for _ in range(self.random.choice([7, 7, 10, 10, 10]))]
        said = "".join(map(str, digits))
        style = self.random.random()
        cuts = [0, 3, 7] if len(digits) == 7 else [0, 3, 6, 10]
        groups = [said[start:end] for start, end in pairwise(cuts)]
        if style < 0.55:
            return "-".join(groups)
        if style < 0.65:
            return said
        if style < 0.78:
            return " ".join(groups)
        if style < 0.85 and len(groups) == 3:
            return f"({groups[0]}) {groups[1]}-{groups[2]}"
        words = ["oh" if d == 0 and self.random.random() < 0.5 else DIGITS[d] for d in digits]
        return " ".join(words)

    def _invented(self, things: list[str]) -> str:
        """A word before a known one is drawn first, as it is said first."""
        return f"{syllables(self.random, 1, 2)} {self.random.choice(things)}"

    def noun(self) -> str:
        noun = self.listed("nouns")
        if self.random.random() < 0.2:
            return self._invented(_THINGS)
        if self.random.random() < 0.08:
            return syllables(self.random, 2, 3)
        if self.random.random() < 0.15:
            return f"{self.random.choice(_KINDS)} {noun}"
        return noun

    def plurals(self) -> str:
        plural = self.listed("plurals")
        if self.random.random() < 0.15:
            return self._invented(_THINGS_MANY)
        return plural

    def insurer(self) -> str:
        if self.random.random() < 0.35:
            made = syllables(self.random, 1, 2).capitalize()
            tail = self.random.choice(
                ["", "", " Health", " Care", " Life", " Plus", " PPO", " Mutual", " Gold"]
            )
            return made + tail
        return self.listed("insurers")

    def reason(self) -> str:
        return self.listed("nps")

    def complaint(self) -> str:
        """What follows "my": ``foot's been hurting``."""
        part = self.listed("parts")
        ending = self.random.choice(
            "hurts|'s been hurting|'s been bothering me|is swollen|is sore|is stiff|keeps clicking|"
            "keeps giving out|'s acting up again|is all red|itches|is killing me|has been numb|"
            "feels weird|aches when I walk|'s still sore|gets worse every day|won't stop hurting|"
            "is bothering me|looks infected|has been acting up".split("|")
        )
        return part + ending if ending.startswith("'") else f"{part} {ending}"

    def located(self) -> str:
        """A complaint and where it is."""
        thing = self.random.choice(_COMPLAINTS)
        return f"{thing} {self.random.choice(['on', 'in'])} my {self.listed('parts')}"

    def finding(self) -> str:
        """What follows "I noticed"."""
        thing = self.random.choice(
            "a lump|a spot|a rash|a bump|a bruise|some swelling|a weird mole|a dark patch".split(
                "|"
            )
        )
        return f"{thing} on my {self.listed('parts')}"

    def topic(self) -> str:
        if self.random.random() < 0.4:
            return f"{self.listed('owners')} {self.listed('matters')}"
        return self.random.choice(self.split.values(_FORMS["topics"]))

    def text(self) -> str:
        text = self.random.choice(self.split.values(_FORMS["texts"]))
        if self.random.random() < 0.5:
            told = f"{self.listed('tellers')} {self.listed('news')}"
            text = f"{told} {self.listed('whens')}" if self.random.random() < 0.4 else told
            if self.random.random() < 0.15:
                text = text.replace(" the ", f" the {self.drug()} ", 1)
        if self.random.random() < 0.12:
            text += " and " + self.random.choice(self.split.values(_FORMS["texts"]))
        return text

    def babble(self) -> str:
        words = [self.random.choice(_BABBLE) for _ in range(self.random.randint(3, 8))]
        for _ in range(self.random.randint(0, 2)):
            words.insert(self.random.randrange(len(words)), syllables(self.random, 1, 2))
        return " ".join(words)


_FORMS = read_sections("forms.txt")
_SIMPLE = {
    "service": "services", "symptom": "symptoms", "problem": "problems", "injury": "injuries",
    "np": "nps", "reason": "nps", "holiday": "holidays", "period": "periods", "person": "persons",
    "info": "infos", "event": "events", "bring": "brings", "role": "roles",
    "specialty": "specialty", "language": "languages", "part2": "parts", "np2": "problems",
    "worldfact": "worldfacts", "worldthing": "worldthings", "chore": "chores", "goods": "goods",
    "person2": "people", "personal": "personals", "doing": "doings", "kiddoing": "kiddoings",
}  # fmt: skip
"""Kinds that are drawn from a list of ``values.txt``."""

_CHOSEN = {
    "soonest": SOONEST,
    "later": LATER,
    "ordinal": PLACES,
    "this": THIS,
    "any": (
        "anyone|anybody|any doctor|whoever is free|whoever is available|either one|whoever|"
        "any of them|the first available doctor"
    ).split("|"),
    "need": ["blood pressure", "the heart", "cholesterol", "sugar", "sleep", "pain"],
}
"""Kinds that are the same in every split: there is no other way to say them."""

_WHENS: dict[str, Callable[[Whens], str]] = {
    "day": Whens.day, "time": Whens.time, "weekday": Whens.weekday, "relative": Whens.relative,
    "date": Whens.date, "span": Whens.span, "clock": Whens.clock, "bound": Whens.bound,
    "part": Whens.part, "vague": Whens.vague,
}  # fmt: skip

_DRAWN: dict[str, Callable[[Values], str]] = {
    "doctor": Values.doctor, "name": Values.name, "first": Values.first, "last": Values.last,
    "drug": Values.drug, "strength": Values.strength,
    "strengthadj": lambda values: values.strength(adjective=True),
    "bare": Values.bare_drug, "phone": Values.phone,
    "offered": Values.offer, "noun": Values.noun, "nouns": Values.plurals,
    "insurer": Values.insurer, "topic": Values.topic, "text": Values.text,
    "babble": Values.babble, "complaint": Values.complaint, "finding": Values.finding,
    "located": Values.located,
    "clinic": lambda values: values.clinic,
}  # fmt: skip


def doctor_name(random: Random, split: Split) -> str:
    """A surname for a doctor."""
    if random.random() < 0.4:
        return (syllables(random, 1, 2) + random.choice(NAME_ENDS)).capitalize()
    return random.choice(split.values(_LISTS["doctors"]))


def clinic_name(random: Random, split: Split) -> str:
    """A clinic's name."""
    if random.random() < 0.5:
        return random.choice(split.values(_LISTS["clinics"]))
    head = random.choice(_LISTS["clinichead"])
    if random.random() < 0.4:
        head = syllables(random, 1, 2).capitalize()
    return f"{head} {random.choice(_LISTS['clinictail'])}"
