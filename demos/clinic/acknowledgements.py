"""What the tuned model says before it calls a tool: a handful of sentences, by what it is about.

The training data is made of these, and the voice knows them by heart: most replies begin with one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

ACKNOWLEDGEMENTS: Mapping[str, Sequence[str]] = {
    "book": [
        "Sure, let's get you booked.",
        "Okay, let's find you a time.",
        "Sure, I can book that.",
    ],
    "move": ["Sure, let's move your appointment.", "Okay, let's find another time."],
    "cancel": ["Okay, I can cancel that.", "Sure, let's cancel it."],
    "refill": ["Sure, let's get your refill.", "Okay, I can request that refill."],
    "message": ["Sure, I can take a message.", "Of course, I'll pass that on."],
    "detail": ["Okay.", "Thanks.", "Got it."],
    "correct": ["Sorry about that.", "Okay, let me change that.", "Got it."],
    "yes": ["Great.", "Okay.", "Perfect."],
    "no": ["Okay.", "No problem."],
    "hours": ["Let me check our hours."],
    "address": ["Let me get you our address."],
    "parking": ["Let me check the parking."],
    "phone": ["Let me find that number."],
    "fax": ["Let me find our fax number."],
    "doctors": ["Let me check our doctors."],
    "insurance": ["Let me check our insurance list."],
    "appointment": ["Let me look that up."],
    "cost": ["Let me check that price."],
    "walk-ins": ["Let me check about walk-ins."],
    "new patients": ["Let me check about new patients."],
    "website": ["Let me find our website."],
    "languages": ["Let me check our languages."],
    "noun": ["Let me check that."],
}
