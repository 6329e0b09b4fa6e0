"""Words nobody has heard before, made of syllables, so that copying is learnt and not names."""

from __future__ import annotations

from random import Random

_ONSETS = (
    "b c d f g h j k l m n p r s t v w z br ch cl dr fl gr kr ph pl pr sh sk st th tr qu".split()
)
_VOWELS = "a e i o u a e i o ai ea ee ou io y".split()
_CODAS = ["", "", "", "", "n", "r", "l", "s", "m", "x", "nd", "ck", "th", "rt"]
DRUG_ENDS = (
    "in ol ine one ide ate il an ex ra pine zole statin pril sartan mab oxin azepam cillin idone"
).split()
NAME_ENDS = (
    "son ez ski ova berg ton ley man ian ic elli ano ard stein wood ado ura oto enko sen".split()
)


def syllables(random: Random, low: int, high: int) -> str:
    return "".join(
        random.choice(_ONSETS) + random.choice(_VOWELS) + random.choice(_CODAS)
        for _ in range(random.randint(low, high))
    )
