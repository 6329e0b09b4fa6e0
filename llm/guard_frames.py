"""What tells of an emergency although a word was misheard: a frame, and what sounds like its word.

    "I want to fill myself"    "I don't want to love any more"    "she's having a throat"

A transcript errs by a sound, and the frame tells what was said. Each line below is a phrase in the
notation of :mod:`llm.guard_phrases` in which `{kill}` meets whatever word sounds like it, `{+self}`
two words as well, but for those after the colon, which may well be said there. "I can't believe it"
stays what it is, however often it was "I can't breathe".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from llm.guard_phrases import read_phrases
from llm.guard_sounds import unlike

_SOUND, _SOUNDS = 0.4, 0.3
"""How unlike the word may sound: fill is .33 from kill, throat .34 from stroke, wait .5 from live.
Two words have more room for chance."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One phrase with a hole, the words that were meant there, and those that may be said there."""

    pattern: re.Pattern[str]
    meant: tuple[str, ...]
    said: frozenset[str]

    def found(self, words: str) -> Iterator[int]:
        """Where the phrase begins, each time its hole holds what sounds like what was meant."""
        for match in self.pattern.finditer(words):
            heard = match["heard"]
            limit = _SOUNDS if " " in heard else _SOUND
            if heard in self.said or heard in self.meant:
                continue
            if min(unlike(heard, one) for one in self.meant) <= limit:
                yield match.start()


@dataclass(frozen=True, slots=True)
class Sounded:
    """A rule made of frames; like :class:`llm.guard_phrases.Rule`, for what was misheard."""

    kind: Literal["emergency", "self_harm"]
    name: str
    why: str
    frames: tuple[Frame, ...]
    deniable: bool

    def found(self, words: str) -> Iterator[int]:
        """Where it is met."""
        for frame in self.frames:
            yield from frame.found(words)


def _rule(
    kind: Literal["emergency", "self_harm"], name: str, why: str, lines: str, deniable: bool = True
) -> Sounded:
    indent = min(len(line) - len(line.lstrip()) for line in lines.splitlines() if line.strip())
    whole = re.sub(rf"\n {{{indent + 1},}}", " ", lines)  # indented further: it goes on
    frames = tuple(_frame(line.strip()) for line in whole.splitlines() if line.strip())
    return Sounded(kind, name, why, frames, deniable)


def _frame(line: str) -> Frame:
    phrase, _, said = line.partition(" : ")
    hole = re.search(r"\{(\+?)([^}]+)\}", phrase)
    assert hole is not None, line
    word = r"[a-z0-9']+"
    words = rf"(?P<heard>{word}(?: {word})??)" if hole[1] else rf"(?P<heard>{word})"
    pattern = read_phrases(phrase.replace(hole[0], "HOLE")).pattern.replace("HOLE", words)
    return Frame(re.compile(pattern), tuple(hole[2].split("|")), frozenset(said.split()))


_NOW = "($| (tonight|today|now|any ?more|because|and|so)_)"
_PERSON = "(he|she|baby|son|daughter|husband|wife|dad|mom|mother|father|child|kid|brother|sister)"

SOUNDED = (
    _rule(
        "self_harm",
        "harm_by_sound",
        "a way to harm oneself",
        f"""
            (want|wants|wanna|going|gonna|try|trying|ready|plan*) [to] [just] {{kill|hurt|harm}}
                <self>{_NOW} : call help heal see feed
            (think*|thoughts?|thought|talk*) (about|of) {{killing|hurting|harming}} <self>{_NOW} :
                calling helping healing seeing feeling
            feel {{killing|hurting}} <self>$ : healing
            (keep|keeps) {{hurting|cutting|harming}} <self>{_NOW} : hearing repeating treating
                eating putting heating getting forgetting
            <means to> (kill|hurt|harm)(ing)? {{+myself}}$ : elbow my self
            (don't|not) feel safe with {{+myself}}$
            (don't|not) feel {{safe}} with <self>$ : same
            (cut|slit) <my> {{wrists|wrist}}$ : list trips trip lip
        """,
    ),
    _rule(
        "self_harm",
        "life_by_sound",
        "a wish not to live: each phrase holds its own no",
        """
            (don't|doesn't) [really|even|just] want(ing)? to {live|exist} any ?(more|longer)$ :
                drive thrive give lift
            (don't|doesn't) [really|even|just] want to {live}$ : leave lift drive thrive give lie
            (don't|doesn't) want to (go on|keep) {living}$ : giving driving leave lifting
            tired of {living}$ : driving giving lifting
            (no|any) reason to {live}$ : leave drive give lift
            (nothing|anything) [left] to {live} for$ : give drive
            isn't worth {living}$ : leaving giving driving
            (think*|thoughts?|thought) (about|of) {ending|taking} my [own] life$ : changing making
            (going|gonna|want|plan*|like) [to] {end|take} my [own] life$ : send mend spend lend
                extend make enjoy
            (think*|thoughts?|thought|want) (about|of|to) end(ing)? my {life}$ : leave lease
            want(s|ed)? to [just] {end} it all$ : send mend spend lend bend rent
            (feeling|feel|feels) {suicidal}$
            (having|have) {+suicidal} thoughts?$
            think* about {suicide}$ : side size
        """,
        deniable=False,
    ),
    _rule(
        "emergency",
        "chest_by_sound",
        "pain in the chest, a heart attack",
        """
            (have|has|having|got|had|with) [some|bad|sharp] {chest} pains?$ : wrist
            chest {pain|pains}$ : pins pen pack pass piece cold band pump
            my {chest} hurts? (really|so|bad*|a lot|right now|now) : wrist breast jaw
            (having|have|has|had) (a|an) {heart} attack !(of) : hay
            having a heart {attack}$ : ache attached
            tightness in <my> {chest}$ : chin jaw calf
            (crushing|sharp|bad) pains? in <my> {chest} : chin jaw calf wrist
        """,
    ),
    _rule(
        "emergency",
        "breath_by_sound",
        "does not breathe",
        f"""
            <cant> {{breathe|breath}}$ : read believe please be bring bleed beat bear pray brush
            (trouble|difficulty|struggling to) {{breathing|breathe}}$ : reading believing bleeding
                feeding read feed bringing brushing leave leaving live
            (isn't|{_PERSON}('s| is) not|stopped) {{breathing}}$ : reading believing bleeding
                feeding bringing brushing being eating breastfeeding bleaching driving drinking
            throat('s| is) {{closing}} up : clearing clogging
            tongue('s| is) {{swelling}} up : smelling
        """,
        deniable=False,
    ),
    _rule(
        "emergency",
        "stroke_by_sound",
        "a stroke, a seizure, somebody out cold",
        f"""
            {_PERSON}('s| is) having (a|another) {{stroke}}$ : stroll joke strong soak talk story
            {_PERSON}('s| is) having (a|another) {{seizure}}$ : caesar season sister
            face('s| is) {{drooping}} on : dripping dropping
            face('s| is) drooping on one {{side}}$
            (speech|words) (is|are|'s) {{slurred}}$ : slow third heard
            can't (move|feel) ~1 {{left|right}} (arms?|legs?|side|hand)_ : the other
            one side of <my> face is {{numb}}$ : dumb
            {_PERSON}('s| is) {{choking}}$ : joking talking checking cooking taking shaking shocking
                okay soaking smoking
            {_PERSON}('s| is) {{unconscious}}$ : conscious anxious
        """,
        deniable=False,
    ),
    _rule(
        "emergency",
        "poison_by_sound",
        "an overdose, blood that does not stop, an ambulance",
        f"""
            (took|take|taken) (an|a) over ?{{dose|dosed}} : counter due
            {_PERSON} [has|just|is] over ?{{dose|dosed}}$ : due did slept there
            {{swallowed}} (a|the) (whole|entire|hole) (bottle|battle) : followed solid
            took too many [sleeping] {{pills}}$ : bills peels
            {{bleeding}} and it (won't|isn't|doesn't|can't) stop : reading beeping leaking bidding
                blinking
            (call|send|get) (an|a|the|him|her|me an) {{ambulance}}$ : balance umbrella
        """,
    ),
)
