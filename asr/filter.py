"""What of a decoded text to believe: no loops, no inventions.

Whisper fails in two ways that would be an embarrassment in a conversation. Past the end of the
speech it says the end again, and again; and from noise it makes the sentences that its training
films were silent under ("Thank you.", "Thanks for watching!", "[Music]"). A loop says more than
anybody could in that time; an invention is one of a few sentences, said with little conviction or
to little speech. A hum is taken for words, too. "Five five five" and a caller's real "Thank you"
are none of these.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from asr.agreement import key

FASTEST = 24.0
"""Characters that fit in a second of speech, pauses left out; 76 callers stayed under 17.5."""
ORDINARY = 18.0
"""How much of a loop to believe: it is known to be one, and how often was it said? As this fits."""
ALLOWANCE = 12
"""Characters granted on top: a voice detector misses the edges of a short word."""
DIGIT = 4
"""What a digit counts: "7" is said "seven"."""

ANNOTATION = re.compile(r"\[[^\]]*\]?|\([^)]*\)?|[♪♫♬♩]+[^♪♫♬♩]*[♪♫♬♩]*|\*[^*]+\*")

INVENTIONS = frozenset(
    {
        "you", "thank you", "thank you very much", "thank you so much", "thanks", "thank you bye",
        "thanks for watching", "thank you for watching", "thank you for watching this video",
        "thanks for listening", "thank you for listening", "please subscribe", "subscribe",
        "like and subscribe", "bye", "bye bye", "goodbye", "see you next time", "see you",
        "i'll see you next time", "we'll be right back", "okay", "ok", "oh", "so", "the", "i", "a",
        "hmm", "mm", "uh", "um", "ah", "shh", "yeah", "the end", "to be continued", "silence",
        "subtitles by the amara org community",
    }
)  # fmt: skip

ALWAYS = re.compile(r"(thanks|thank you) for watching|subscribe|amara ?org|subtitles by")
"""No caller says these; they are inventions however sure the model is."""

HUM = "Mm."
"""What somebody said who said no word."""
HUMMED = 0.25
"""The model's opinion that there was no speech, over which a short sound was hummed.

It writes "Mm-hmm.", or words ("Bye bye.", "I don't."), but its doubt is the same. Of 240 hums 75
were told as words, and with this 19; of 259 recordings of a single word one was taken for a hum,
and none of 67 with noise 12 dB below them.
"""


HUM_LETTERS = re.compile(r"[ahmu\W]+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Decoded:
    """One decode: what was heard, and how sure the model was of it."""

    text: str
    logprob: float
    """Mean log probability of the tokens."""
    no_speech: float
    """The model's own opinion that there was no speech."""
    voiced: float
    """Seconds of speech that the voice detector found in the window."""


def credible(decoded: Decoded) -> str:
    """The text without annotations and loops; empty if it was invented, a hum if it was hummed."""
    text = " ".join(ANNOTATION.sub(" ", decoded.text).split())
    if _invented(text, decoded):
        return ""
    if decoded.voiced < 1.0 and decoded.no_speech > HUMMED and not HUM_LETTERS.fullmatch(text):
        return HUM
    return cut_loop(text, decoded.voiced)


def cut_loop(text: str, voiced: float) -> str:
    """Cut the end of a text that is longer than ``voiced`` seconds of speech can hold.

    What repeats goes first, down to as often as an ordinary speaker would have said it; then,
    whatever it is, what is too long.
    """
    room = FASTEST * voiced + ALLOWANCE
    words = text.split()
    if spoken_length(words) <= room:
        return text
    period, start = _tail_period([key(word) for word in words])
    if period:
        times = (len(words) - start) // period
        while times > 1 and spoken_length(words[: start + times * period]) > ORDINARY * voiced:
            times -= 1
        words = words[: start + times * period]
    while words and spoken_length(words) > 1.5 * room:
        words.pop()
    return " ".join(words)


def spoken_length(words: list[str]) -> int:
    """About how many characters the words have when they are written as they are said."""
    return sum(DIGIT if c.isdigit() else 1 for word in words for c in word) + len(words)


def _tail_period(keys: list[str]) -> tuple[int, int]:
    """The length of the phrase that repeats at the end, and where it first begins; 0 if none does.

    The last repetition may be broken off, even in mid-word, but one must be whole.
    """
    best, start = 0, len(keys)
    for period in range(1, len(keys) // 2 + 1):
        same = 0
        while same + period < len(keys):
            now, before = keys[-1 - same], keys[-1 - same - period]
            if now != before and (same or not before.startswith(now)):
                break
            same += 1
        begins = len(keys) - same - period
        if same >= period and begins < start:
            best, start = period, begins
    return best, start


def _invented(text: str, decoded: Decoded) -> bool:
    said = " ".join(re.sub(r"[^\w' ]+", " ", text.casefold()).split())
    if not said or ALWAYS.search(said):
        return True
    if decoded.no_speech > 0.6 and decoded.logprob < -1.0:
        return True
    # Seen on callers: no_speech up to .36, logprob down to -1.15 ("Bye" in a poor voice);
    # on noise and tones: no_speech from .67.
    if decoded.voiced < 0.4 and decoded.logprob < -1.4:
        return True  # a first syllable, and a guess at how it goes on
    doubtful = decoded.no_speech > 0.5 or decoded.logprob < -1.4 or decoded.voiced < 0.1
    return said in INVENTIONS and doubtful
