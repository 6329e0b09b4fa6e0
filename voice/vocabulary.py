"""Classes of English words, by what they say of a sentence that ends with them, or begins.

A word of these lists is not always what it looks like; :mod:`voice.ending` says what to make of it.
"""

from __future__ import annotations

import re

FILLERS = frozenset("ah eh er erm hm hmm mm oh oum uh uhm um".split())
"""Sounds of somebody who looks for the next word, as Whisper writes them."""
NODS = frozenset(
    """ahh alright all absolutely cool exactly fine good got great it nice ok okay
    perfect right see sure thank thanks yeah yep yip yup yes you i god""".split()
)
"""What is said to somebody who shall go on, besides "mm-hm"; "got it" is heard "God it"."""

NEVER_LAST = frozenset(
    """a an the my your our their every i he she we they whose and or but because if whether unless
    although while nor mr mrs ms dr mister i'm i'll i'd i've you're you'll you'd you've it's we're
    we'll we'd we've they're they'll he's she's name's number's wondering lasts press capital gonna
    wanna""".split()
)
"""Words that a sentence is begun or joined with, or that belong to the one that follows."""
SELDOM_LAST = frozenset(
    """to of at by for from with about into onto until till than as via near under between during
    toward towards against which there's that's what's who's get getting need want mean
    called spell spelled spelt""".split()
)
"""Only in a question: "what is it for?"."""
AUXILIARIES = frozenset(
    """am is are was were be been isn't aren't wasn't do does did don't didn't doesn't has have had
    will would shall should can could may might must won't wouldn't can't couldn't
    shouldn't""".split()
)
"""Only in a question, or where it refers to what was said: "yes, I am"."""
PRONOUNS = frozenset("i you he she it we they nobody everybody".split())

BE = frozenset("am is are was were be been i'm it's he's she's we're they're i he she".split())
AFTER_BE = frozenset(
    """about after almost also always approximately before currently exactly in just like mostly
    nearly on only probably quite rather really still usually very""".split()
)
"""Not last after a form of "to be": "it was on", "the time is currently"."""
AFTER_I_AM = frozenset("asking calling hoping looking thinking trying".split())
AFTER_AND = frozenset("also i it maybe now that then there they this we".split())
LABELS = frozenset("number extension room suite apartment option doctor".split())
"""What they name comes next, unless they are somebody's: "message from extension"."""
OWNERS = frozenset("a an the my your his her our their that this new same wrong you".split())

OPENERS = frozenset(
    """hi hello hey there yes yeah no ok okay well so um uh and but or sorry thanks good morning
    afternoon""".split()
)
"""Said before a sentence proper."""
LEADS = frozenset("when after before since once until while whenever because".split())
"""Before a clause they promise another one, before a mere time they do not: "after lunch"."""
CLAUSE_BEGINS = frozenset("i you he she it we they my your our his her their the this".split())
LEADS_ALONE = frozenset("otherwise however also anyway then so well actually".split())

QUESTION_WORDS = frozenset("what when where who how why".split())
ASKED_FIRST = frozenset(
    "can could would will do does did is are was were have has should may".split()
)
"""First in a question that was written without its mark."""
AGREES = frozenset(
    "yes yeah yep yup no nope sure okay ok right correct exactly please fine".split()
)
PARTS = frozenset("bye goodbye thank thanks".split())

CORRECTS = re.compile(
    r"(?:\b(?:sorry|i mean|wait|hold on|hang on|or rather|(?:or )?actually"
    r"|(?:one|just a) (?:moment|second|minute)|let me (?:see|think|check|look))"
    r"|\w\W+no(?:\W+not \w+)?)\W*$"
)
"""What was said last is taken back, or the caller looks something up."""
WANTS = re.compile(
    r"(?:i(?:'d| would) (?:like|rather|love|prefer)|i (?:want|need|wanted|wish)|i'll (?:take|have)"
    r"|i was wondering|(?:give|put|tell|send|call|connect|book|sign|show|let) me"
    r"|please \w+ (?:me|my|us))\b"
)
"""A wish hands the turn over, as a question does; a story is gone on with."""
INTRODUCES = re.compile(
    r"(?:(?i:hi|hello|hey|there|yes|yeah|good (?:morning|afternoon|evening)|um|uh|so)[,.!]* )*"
    r"(?i:my name is|my name's|this is|i'm|i am) (?:(?i:dr|mr|mrs|ms)\.? )?"
    r"[A-Z][\w'-]+(?: [A-Z][\w'-]+){0,2}(?i:,? (?:calling|speaking|here))?[.!]?"
)
"""Names have capitals; of what else is capital ("I'm German") nobody says so much alone."""
TELLS_NUMBER = re.compile(r"\bnumber(?:'s| is| i have is)\b|\b(?:call|reach) me (?:at|on)\b")
