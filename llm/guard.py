"""Emergencies and self-harm, caught by rules in plain sight before any model hears the words.

    words -> idioms blanked -> clauses -> each rule -> unless it is denied, long past or a question

Pure, and meant to be audited: a rule is a name and a pattern, and whatever it catches is answered
with a fixed sentence. It errs towards alarm; what calms it are the few habits of speech below.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from llm.guard_frames import Sounded
from llm.guard_idioms import IDIOMS
from llm.guard_phrases import Rule
from llm.guard_rules import EVERY

Kind = Literal["emergency", "self_harm"]

REPLIES: Mapping[Kind, str] = {
    "emergency": "This sounds like an emergency. Please hang up and call 911 now.",
    "self_harm": (
        "I'm really glad you told me. Please call or text 988 now, to talk with someone who can "
        "help. If you're in danger right now, call 911."
    ),
}
"""What is said in the United States; elsewhere, other numbers."""

_NEGATORS = (
    r"\b(?:no|not|never|without|nor|neither|none|isn't|aren't|wasn't|weren't|don't|doesn't|didn't"
    r"|haven't|hasn't|hadn't|won't|ain't|denies|nothing like|no longer)\b"
)
_DENIED = re.compile(rf"{_NEGATORS}(?: \S+){{0,4}} ?$")
# "Not sure whether", "not just", "I don't know if": they deny nothing.
_HEDGES = re.compile(
    r"\b(?:not sure|don't know|not only|not just|not feeling (?:well|good)|don't feel (?:well|good"
    r"|right)"
    r"|not (?:ok|okay|well|good|joking|kidding|lying)|don't think (?:i|he|she|it|we|they)(?: can| "
    r"will)?"
    r"|no (?:idea|joke|time|one|way|doctor)|nobody|don't hang up|can't wait|why not|didn't know)\b"
)
_PAST = re.compile(
    r"\b(?:(?:years?|months?|weeks?|decades?) (?:ago|back)|a while (?:ago|back)|long ago"
    r"|(?<!since )(?<!the )last (?:year|month|week|spring|summer|fall|autumn|winter"
    r"|january|february|march|april|may|june|july|august|september|october|november|december|time)"
    r"|back in|in (?:19|20)\d\d|used to|history"
    r"|when (?:i|he|she|they|we) (?:was|were)|as a (?:kid|child|teenager|boy|girl)|previous(?:ly)?"
    r"|in the past|recover\w*|survived|survivor|follow ?up|at (?:age )?\d\d|in (?:his|her|their"
    r"|my) "
    r"(?:twenties|thirties|forties|fifties|sixties|seventies|eighties)|(?:died|passed(?: away)?) "
    r"(?:of|from)"
    r"|(?:after|since|before) (?:my|his|her|their|the) (?:heart|stroke|seizure|overdose|accident"
    r"|suicide|attempt|car|surgery|fall|crash|wreck)|in (?:my|the|our|his|her) family)\b"
)
_NOW = re.compile(
    r"\b(?:now|right now|again|still|just|this (?:morning|minute|second)|happening|keeps?)\b"
)
_ASKED_ABOUT = re.compile(
    r"\b(?:(?:who|that) (?:treats?|sees|handles)|do you (?:treat|see|handle|offer|do|have anyone)"
    r"|(?:signs?|symptoms?|risks?|chances?) "
    r"(?:of|for)"
    r"|class(?:es)?|training|course|pamphlet|brochure|poster|movie|film|song|novel|tv show"
    r"|screening"
    r"|what counts as|prevent\w*|awareness|worried about getting|afraid of getting)\b"
)
_OVER = re.compile(
    r"\bnot (?:today|now|right now|at the moment|currently|lately)\b"
    r"|\b(?:it|it's|that's|they're)(?: has| all)? (?:gone away|gone|went away|passed|better)\b"
    r"|\b(?:fine|okay|ok|better|all right) now\b"
)
_MONTH = re.compile(
    r"\bin (?:january|february|march|april|may|june|july|august|september|october|november"
    r"|december)\b"
)
"""Past with a "was"; without one it may be to come: "I'm due in May and bleeding"."""
_PAST_VERB = re.compile(r"\b(?:had|was|were)\b")
_WRITTEN = (
    ("cannot", "can't"),
    ("can not", "can't"),
    ("could not", "couldn't"),
    ("wanna", "want to"),
    ("gonna", "going to"),
)
_TAKEN = re.compile(
    r"(\ball (?:of )?(?:my|his|her|the)\b[^.;!?]*)[.;!](?=[^.;!?]*\b(?:refill|more)\b)"
)
""""I've taken all my pills. I need a refill": the second sentence tells what the first is about."""
_JOINTS = re.compile(r" (?:and|because|so|then) ")


@dataclass(frozen=True, slots=True)
class Emergency:
    """What was heard, and by which rule."""

    kind: Kind
    rule: str


def emergency(text: str) -> Emergency | None:
    """The first rule that the caller's words meet; self-harm goes before the rest."""
    found = filter(None, map(_alarm, _sentences(text)))
    return min(found, key=lambda one: one.kind != "self_harm", default=None)


@lru_cache(maxsize=512)
def _alarm(sentence: str) -> Emergency | None:
    """What one sentence raises. Remembered, since each guess at a turn asks for all of it again."""
    clauses = re.split(r",| but | however ", IDIOMS.sub(" , ", sentence))
    # Joined as well, for what is said across a comma: "my arm, it's gone numb".
    readings = [" ".join(clause.split()) for clause in (*clauses, " ".join(clauses))]
    for rule in EVERY:
        if any(_meets(rule, words, sentence) for words in dict.fromkeys(readings)):
            return Emergency(rule.kind, rule.name)
    return None


def _sentences(text: str) -> list[str]:
    words = text.lower().replace("\u2019", "'").replace("-", " ")
    for wrong, right in _WRITTEN:
        words = words.replace(wrong, right)
    words = re.sub(r"\b(do|does|did|is|are|was|has|have|would) not\b", r"\1n't", words)
    words = re.sub(r"^(?:no|yes|yeah|please|help)[,.!] ", " ", words)
    words = re.sub(r"\b(?:dr|mr|mrs|ms)\.", " ", words)
    words = re.sub(r"\b(?:um+|uh+|er|like|you know|i mean)\b,?", " ", words)
    words = re.sub(r"[^a-z0-9'.,;!?\s]", " ", words)
    parts = re.split(r"[.;!?]+", _TAKEN.sub(r"\1,", words))
    return [sentence for part in parts if (sentence := " ".join(part.split()))]


def _meets(rule: Rule | Sounded, words: str, sentence: str) -> bool:
    return any(not _calmed(rule, words, start, sentence) for start in rule.found(words))


def _calmed(rule: Rule | Sounded, clause: str, start: int, sentence: str) -> bool:
    before = _HEDGES.sub(" ", clause[:start])
    if _ASKED_ABOUT.search(before) or (rule.deniable and _DENIED.search(before)):
        return True
    if rule.kind == "emergency" and _OVER.search(sentence):
        return True
    if _NOW.search(clause):
        return False
    # "I saw you last month and I can't breathe": the past is the other half's.
    first = max((end.end() for end in _JOINTS.finditer(clause[:start])), default=0)
    joint = _JOINTS.search(clause, start)
    half = clause[first : joint.start() if joint else None]
    if _PAST.search(half):
        return True
    dated = _PAST.search(sentence) or _MONTH.search(half)
    return bool(_PAST_VERB.search(half) and dated and not _NOW.search(sentence))
