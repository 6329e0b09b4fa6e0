"""The clips that the tuned model is judged on: real people, and voices that training never heard.

Real people are read from Debian's ``asterisk-core-sounds-en-wav`` (with ``asterisk-core-sounds-en``
for the words) and ``pocketsphinx-testdata``. The clinic's sentences were written for this list;
``synthesise.py`` leaves every one of them out of training.
"""

from __future__ import annotations

import gzip
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from line import RATE, Samples, resampled, telephone
from voices import HELD_OUT, Voices

CLINIC = [
    "Hi, I'd like to book an appointment with Dr. Chen for next week.",
    "Do you have anything on Wednesday afternoon?",
    "My name is Maria Lopez, that's L O P E Z.",
    "I need a refill of my blood pressure medicine.",
    "What are your opening hours on Saturday?",
    "Can I move my appointment from Monday to Friday morning?",
    "I have to cancel my visit tomorrow, something came up at work.",
    "Is there parking near the clinic?",
    "Do you take Blue Cross insurance?",
    "My phone number is five five five, zero one four two.",
    "I've had a fever and a bad cough for three days.",
    "Could you ask the nurse to call me back before noon?",
    "Ten thirty works for me, thank you.",
    "No, I meant the second of June, not the third.",
    "It's for my son, he has an earache.",
    "How long does a routine checkup usually take?",
    "I was there last month for a blood test and nobody called me with the results.",
    "Can I see someone today, or is the earliest on Thursday?",
    "Please tell the doctor that the new tablets make me dizzy when I stand up quickly.",
    "Yes, that's right, four fifteen with Dr. Patel.",
]

SHORT = [
    "Yes.",
    "No.",
    "Okay.",
    "Tuesday.",
    "Thank you.",
    "Nine thirty.",
    "Hello?",
    "Monday morning.",
    "Four.",
    "Goodbye.",
]

SPELLED = [
    "My last name is Novak, N O V A K.",
    "It's spelled B R I G H T.",
    "The policy number is H J four two nine.",
    "Keogh, that's K E O G H.",
    "Room twelve B.",
]

ASTERISK = Path("/usr/share/asterisk/sounds/en_US_f_Allison")
ASTERISK_WORDS = Path("/usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz")
SPHINX = Path("/usr/share/pocketsphinx/test/data")
PROMPTS = 100


@dataclass(frozen=True)
class Clip:
    """What is heard, what was said, and which row of the table it counts in."""

    group: str
    name: str
    audio: Samples
    text: str


def _read(path: Path) -> Samples:
    samples, rate = soundfile.read(path, dtype="float32")
    return resampled(samples, rate, RATE)


def asterisk(seed: int) -> Iterator[Clip]:
    """Yield prompts of 2 to 8 s by one professional speaker, chosen by ``seed``."""
    lines = gzip.decompress(ASTERISK_WORDS.read_bytes()).decode().splitlines()
    named = [match for line in lines if (match := re.fullmatch(r"([\w/-]+): ([^\[]+)", line))]
    random.Random(seed).shuffle(named)
    found = 0
    for match in named:
        path = ASTERISK / f"{match[1]}.wav"
        if found == PROMPTS or not path.exists() or not 2 <= soundfile.info(path).duration <= 8:
            continue
        found += 1
        yield Clip("Asterisk", match[1], _read(path), match[2])


def joined(clips: Iterable[Clip], longest: float = 14.5) -> Iterator[Clip]:
    """Join clips one after another into as few as fit ``longest`` seconds each: long turns."""
    audio, texts = np.zeros(0, np.float32), list[str]()
    for clip in clips:
        if texts and len(audio) + len(clip.audio) > longest * RATE:
            yield Clip("long, joined", "; ".join(texts)[:40], audio, " ".join(texts))
            audio, texts = np.zeros(0, np.float32), []
        audio = np.concatenate([audio, clip.audio])
        texts.append(clip.text)


def sphinx() -> Iterator[Clip]:
    """Yield LibriVox sentences, and playing cards read out."""
    for group, folder, words in [
        ("LibriVox", SPHINX / "librivox", "transcription"),
        ("cards", SPHINX / "cards", "cards.transcription"),
    ]:
        for line in (folder / words).read_text().splitlines():
            match = re.fullmatch(r"<s> (.*?) +</s> \((.*)\)", line)
            if match:
                yield Clip(group, match[2], _read(folder / f"{match[2]}.wav"), match[1])


def synthetic(voices: Voices) -> Iterator[Clip]:
    """Yield clinic sentences and one-word turns in the held-out voices, half by telephone."""
    for group, texts in [("clinic", CLINIC), ("one word", SHORT), ("spelled", SPELLED)]:
        for voice in HELD_OUT:
            for number, text in enumerate(texts):
                audio = voices.say(voice, text)
                audio = 0.5 * audio / np.abs(audio).max()
                if number % 2:
                    audio = telephone(audio)
                yield Clip(f"{group}, {voice.split('/')[0]}", f"{voice}/{number}", audio, text)
