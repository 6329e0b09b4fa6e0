"""The rules of :mod:`llm.guard`, in the order in which they are tried.

Self-harm is first: who says both needs the gentler answer, and it names 911 too.
"""

from __future__ import annotations

from llm.guard_frames import SOUNDED, Sounded
from llm.guard_illness import ILLNESS
from llm.guard_injury import INJURY
from llm.guard_misheard import MISHEARD, MISHEARD_HARM
from llm.guard_phrases import Rule
from llm.guard_self_harm import SELF_HARM

RULES: tuple[Rule, ...] = (*SELF_HARM, *MISHEARD_HARM, *ILLNESS, *INJURY, *MISHEARD)

EVERY: tuple[Rule | Sounded, ...] = (*RULES, *SOUNDED)
"""With those that go by the sound of a word, last: what was heard well comes first."""
