"""What a text leaves out: a stretch of speech in which none of its words were said.

    I'm sorry. Please try again.|                              a text ends at a sentence ...
    ~~~~~~~~~~ ~~~~~~~~~~~~~~~~~~ ~~~~~~~~~~~~~~ ~~~~~~~~~~~   ... and the callers did not
                                |<----- lost ------------->|

Where voices follow one another without a gap Whisper may end its text at a sentence, or leave one
out at the beginning or in the middle, and be as sure of the rest as ever. Such a text is short for
the seconds of speech; when its words were said tells where the lost ones are, and that stretch is
decoded by itself. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from asr.edges import SLICE, WINDOW
from asr.engine import SAMPLE_RATE, Pcm
from asr.filter import HUM_LETTERS, Decoded, credible
from asr.tail import Clip

SPARSE = 14.0
"""Characters a second of speech: with fewer, a text is looked at. Of 330 single callers 7% were."""
LONG = 2.5
"""Seconds of speech in which a sentence can be lost."""
LASTS = 0.9
"""Seconds of speech that one word, or the rest after it, does not last; ordinary ones take .6."""
SPELLED = 0.7
"""Seconds of speech in which one digit or letter is said at leisure: who spells writes little."""
UNIT = re.compile(r"\d|(?!I\b(?![-.]))(?<![a-z'])[A-Z](?![a-z'])")
"""A digit, or a letter that was said as one."""
DIGIT = 0.5
"""Seconds more for each of these in a word: "926" is three, so is "BHA"."""
WORD = 0.4
"""Seconds that a word lasts."""
NEAR = 0.12
"""Seconds around a mark's place in the text in which a sentence ends."""
SURE = -0.8
"""Mean log probability of words that are believed to fill a gap."""
_AGAIN = re.compile(r"(?<!\S)(\S+(?: \S+){0,5})(?: \1){2}(?!\S)")


@dataclass(frozen=True, slots=True)
class Lost:
    """A stretch whose words are missing before the text's token ``token``; in windows."""

    token: int
    start: int
    end: int


def sparse(decoded: Decoded) -> bool:
    """Whether a text is suspiciously short for the speech it was heard in."""
    rest, units = UNIT.subn("", decoded.text)
    takes = len(rest) / SPARSE + SPELLED * units
    return decoded.voiced > LONG and 0 < takes < decoded.voiced


def find_lost(pieces: Sequence[str], starts: Sequence[float], clip: Clip) -> Lost | None:
    """The longest stretch of speech without a word in it, by when each piece of a text begins.

    A piece is drawn out over what is missing after it, the first one over what is missing before.
    """
    seconds = WINDOW / SAMPLE_RATE
    ends = [*starts[1:], clip.audio.size / SAMPLE_RATE]
    best, longest = None, LASTS
    for token, (said, start, end) in enumerate(zip(pieces, starts, ends, strict=True)):
        first, last = round(start / seconds), round(end / seconds)
        speech = sum(clip.voices[first:last]) * seconds - DIGIT * len(UNIT.findall(said))
        if speech <= longest:
            continue
        longest = speech
        if token == 0 and len(starts) > 1:
            best = Lost(0, 0, _quietest(clip.audio, end - WORD, end - NEAR))
            continue
        over = start + WORD - NEAR if any(map(str.isalnum, said)) else start
        best = Lost(
            token + 1,
            _quietest(clip.audio, over - NEAR, over + NEAR),
            len(clip.voices)
            if token + 1 == len(starts)
            else _quietest(clip.audio, end - NEAR, end + NEAR / 2),
        )
    return best if best and best.end > best.start else None


def piece(clip: Clip, lost: Lost) -> Clip:
    """The lost stretch, to be decoded by itself."""
    return Clip(
        clip.audio[lost.start * WINDOW : lost.end * WINDOW],
        start=clip.start,
        end=clip.end,
        voices=clip.voices[lost.start : lost.end],
    )


def join(decoded: Decoded, before: str, found: Decoded, after: str) -> Decoded:
    """The text with what was found in its gap, if that can be believed."""
    words = credible(found) if found.logprob > SURE else ""
    if not words or drones(words):
        return decoded
    return Decoded(
        " ".join(part for part in (before.strip(), words, after.strip()) if part),
        min(decoded.logprob, found.logprob),
        decoded.no_speech,
        decoded.voiced,
    )


def drones(text: str) -> bool:
    """Whether it is what the model makes of a hum: nothing but hums, or the same over and over."""
    said = " ".join(re.findall(r"[\w']+", text.casefold()))
    return bool(HUM_LETTERS.fullmatch(said) or _AGAIN.search(said))


def _quietest(audio: Pcm, start: float, end: float) -> int:
    """The window nearest to where it is quietest between two instants."""
    first, last = (max(0, round(at * SAMPLE_RATE / SLICE)) for at in (start, end))
    samples = audio[first * SLICE : max(last, first + 5) * SLICE].astype(np.float32)
    power = np.square(samples[: samples.size // SLICE * SLICE]).reshape(-1, SLICE).mean(axis=1)
    if power.size < 5:
        return first * SLICE // WINDOW
    smooth = np.convolve(power, np.ones(5), mode="valid")
    return round((first + int(np.argmin(smooth)) + 2.5) * SLICE / WINDOW)
