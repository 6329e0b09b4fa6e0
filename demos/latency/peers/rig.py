"""The standard rig: engines that do no work, but take the time of some that do.

Both servers are given the same: a transcriber that takes 80 ms a decode, a language model that
takes 120 ms to its first token and 12 ms to each further one. So what differs is the server.

What was said is not known to a simulated transcriber, so it makes words up at the pace at which it
hears sound. Each word may end a sentence, so whenever it is asked after a pause, the words sound
finished, as those of the rig's scenes are. Only the standard library and numpy: the peer runs this
in its own environment.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from math import ceil

import numpy as np
import numpy.typing as npt

DECODE_SECONDS = 0.08
PARTIAL_INTERVAL = 0.25
FIRST_TOKEN_SECONDS = 0.12
NEXT_TOKEN_SECONDS = 0.012

MODEL = "rig"
MAX_TOKENS = 40
PROMPT = (
    "You are the receptionist of Maple Street Clinic, on the telephone. "
    "Answer in one or two short sentences, in plain words."
)
GREETING = "Maple Street Clinic, how can I help you?"
REPLIES = (
    "Dr. Chen has an opening at nine on Tuesday. Would that work for you?",
    "Sure, I can look that up for you. May I have your name and your date of birth?",
    "We are open from eight to five on weekdays. Is there anything else you need?",
    "Thank you, I have made a note of that. Which of our doctors would you like to see?",
    "The clinic is across the street from the library. Parking is free behind the building.",
    "Yes, that is possible. Please bring your insurance card and a photo ID with you.",
)
"""Some begin with a clause that a server may speak at once, most do not."""

_WORDS = ("please", "book", "tuesday", "morning", "appointments", "downtown")
_WORDS_PER_SECOND = 2.5
_CLICK = 0.1
_LOUD = 10 ** (-45 / 20) * 32_768  # root mean square


def sound_seconds(pcm: npt.NDArray[np.int16], sample_rate: int) -> float:
    """How much of it is louder than a quiet room, in whole hundredths of a second."""
    size = sample_rate // 100
    slices = pcm[: len(pcm) // size * size].astype(np.float32).reshape(-1, size)
    loud = np.sqrt((slices * slices).mean(axis=1)) > _LOUD if len(slices) else slices
    return float(np.count_nonzero(loud)) / 100


def words(seconds: float, finished: bool) -> str:
    """What is heard of so much sound; nothing of a click."""
    count = ceil(_WORDS_PER_SECOND * seconds) if seconds >= _CLICK else 0
    text = " ".join(_WORDS[number % len(_WORDS)] for number in range(count)).capitalize()
    return f"{text}." if text and finished else text


def reply_to(roles: Sequence[str]) -> str:
    """What to say to a conversation, by how often the user has spoken in it."""
    return REPLIES[sum(role == "user" for role in roles) % len(REPLIES)]


async def write(text: str) -> AsyncGenerator[str, None]:
    """Yield the text word by word, each at its time after the request, however slow the reader."""
    loop = asyncio.get_running_loop()
    due = loop.time() + FIRST_TOKEN_SECONDS
    for number, word in enumerate(text.split()):
        await asyncio.sleep(max(0.0, due - loop.time()))
        yield word if number == 0 else f" {word}"
        due += NEXT_TOKEN_SECONDS
