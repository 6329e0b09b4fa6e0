"""How the rules of :mod:`llm.guard_rules` are written: phrases that anybody can check.

    chest ~2 (hurts|hurting) !(when i cough)    (his|her) <limb> [just] fell off    droop*   dead_

| written | meets |
|---|---|
| `(a|b)` | one of these |
| `[a|b]` | one of these words, or none |
| `pains?` | with or without the letter before |
| `~3` | up to three words, whichever |
| `droop*` | any ending; `*` alone is any word |
| `dead_` | the word ends here; a phrase's last word may have an ending otherwise |
| `!(x)` | only if x does not follow |
| `$` | the clause ends here |
| `<limb>` | a list of words below |
| `a / b` | two phrases on one line |

A line that is indented goes on with the one above. A phrase begins where a word begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

LISTS = {
    "my": r"(?:my|his|her|their|the|our|your)",
    "self": r"(?:myself|himself|herself|themselves|themself|yourself)",
    "cant": (
        r"(?:can't|couldn't|can hardly|can barely|barely|hardly|unable to|not able to"
        r"|isn't able to|struggling to|fighting to|having to fight to|trying to)"
    ),
    "who": (
        r"(?:i|he|she|they|we|it|baby|mom|mum|mother|dad|father|son|daughter|wife|husband|child|kid"
        r"|man|woman|guy|lady|grandma|grandpa|grandmother|grandfather|brother|sister|friend"
        r"|boyfriend|boy|girlfriend|partner|someone|somebody|patient|neighbor|infant|toddler"
        r"|newborn|girl|uncle|aunt)"
    ),
    "has": r"(?:'s|'re|'m|'ve| is| are| am| has| have| just| had| was)*",
    "limb": r"(?:fingers?|thumb|toes?|hand|arms?|legs?|foot)",
    "took": (
        r"(?:took|taken|swallowed|swallowing|ate|eaten|drank|drunk|drinking|ingested|got into"
        r"|gotten into|has had|downed)"
    ),
    "pills": (
        r"(?:pills?|tablets?|tylenol|advil|aspirin|medications?|medicine|meds|capsules?"
        r"|painkillers?|insulin|opioids?|ibuprofen|acetaminophen|sleeping pills?|xanax)"
    ),
    "poison": (
        r"(?:bleach|antifreeze|poison|drano|detergent|ammonia|gasoline|lighter fluid|magnets?"
        r"|batter(?:y|ies)|(?:drain |oven |toilet |floor )?cleaner|cleaning (?:fluid|product|stuff)"
        r"|(?:laundry|tide) pods?|chemicals?|pesticide)"
    ),
    "means to": (
        r"(?:want(?:s|ed|ing)?|going|thinking|thoughts?|thought|plan\w*|gonna|wanna|could|might|may"
        r"|tempted|ready|urges?|afraid|scared|threaten\w*|trying|tried|about|will|i'll|should"
        r"|keeps?)(?: (?:to|of|about|on|just|maybe|going|i'll|i might|i will|i'm going to|i could"
        r"|i may|he'll|she'll|he might|she might))*"
    ),
    "many": r"(?:[2-9]\d|twenty|thirty|forty|fifty|sixty|a hundred)",
    "bad sugar": r"(?:[1-4]\d|[5-9]\d\d|4\d\d)",
    "bad fever": r"10[5-9]",
    "kill": r"(?:[bcdfghkpt]|ch)?(?:ill|eel|iln)",
    "killing": r"(?:(?:[bcdfkpt]|ch)(?:ill|eel)ing|ceiling)",
}
"""Words that many phrases share, as regular expressions."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What raises the alarm, under the name by which logs and audits know it.

    A ``deniable`` rule is calmed by a "no" in front of it; the others carry their own "can't".
    """

    kind: Literal["emergency", "self_harm"]
    name: str
    why: str
    pattern: re.Pattern[str]
    deniable: bool

    def found(self, words: str) -> Iterator[int]:
        """Where it is met."""
        return (match.start() for match in self.pattern.finditer(words))


def alarm(name: str, why: str, phrases: str, deniable: bool = True) -> Rule:
    """A rule for an emergency."""
    return Rule("emergency", name, why, read_phrases(phrases), deniable)


def harm(name: str, why: str, phrases: str, deniable: bool = True) -> Rule:
    """A rule for self-harm."""
    return Rule("self_harm", name, why, read_phrases(phrases), deniable)


def read_phrases(text: str) -> re.Pattern[str]:
    """The pattern that meets any of the phrases."""
    lines: list[str] = []
    indents = [len(line) - len(line.lstrip()) for line in text.splitlines() if line.strip()]
    for line in filter(str.strip, text.splitlines()):
        if len(line) - len(line.lstrip()) > min(indents):
            joint = "" if lines[-1].endswith(("|", "(")) else " "
            lines[-1] += joint + line.strip()
        else:
            lines.append(line.strip())
    phrases = [phrase for line in lines for phrase in line.split(" / ")]
    return re.compile(rf"\b(?:{'|'.join(map(_read, phrases))})")


_FLAT = r"[^()]*"
_NESTED = rf"{_FLAT}(?:\({_FLAT}\){_FLAT})*"
_GROUP = rf"\({_FLAT}(?:\({_NESTED}\){_FLAT})*\)"


def _read(phrase: str) -> str:
    pattern = phrase.replace("(", "(?:").replace("*", r"[\w']*").replace("_", r"\b")
    pattern = re.sub(r" ~(\d)", r"(?: [\\w']+){0,\1}", pattern)
    pattern = re.sub(rf" !({_GROUP})", r"(?! \1)", pattern)
    optional = r"\[((?:[^][]|\[\\w'\]\*)*)\]"
    while True:
        was = pattern
        pattern = re.sub(rf" {optional}(?![*+])", r"(?: (?:\1))?", pattern)
        pattern = re.sub(rf"(^|[(:|]){optional} (?![*+])", r"\1(?:(?:\2) )?", pattern)
        if pattern == was:
            return re.sub(r"<([a-z ]+)>", lambda name: LISTS[name[1]], pattern)
