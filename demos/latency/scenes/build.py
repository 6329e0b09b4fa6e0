"""Build one scene: speak or read its pieces, label them while they are clean, put them on a line.

Everything that is drawn by lot is drawn from the scene's own name, so that a scene stays what it is
when others come or go.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from demos.latency.scenes.label import RATE, Samples, Spans, loud_spans, trimmed
from demos.latency.scenes.line import late, levelled, lossy, telephone, with_noise
from demos.latency.scenes.recordings import Recordings
from demos.latency.scenes.sounds import SOUNDS, Dice
from demos.latency.scenes.spec import Piece, Spec
from demos.latency.scenes.voices import CALLERS, LICENCES, PACES, VOICES, Voices
from voice.audio import Pcm

LEAD, TAIL = 0.3, 1.0
"""Seconds of the line alone, before the speech and after it."""
OURS = "Apache-2.0"
FAR_TALK = (
    "And then she told me that the whole street was closed, so we had to drive around the lake.",
    "Have you seen the blue folder? I put it on the table this morning, right next to the plants.",
    "They are showing the second half on the other channel, turn it up a little.",
)


@dataclass(frozen=True, slots=True)
class Built:
    """Samples as the line brings them, and what is true of them."""

    pcm: Pcm
    speech: Spans
    text: str
    voice: str
    licence: str
    real: bool
    joined: bool
    """Whether its pauses were set by us between recordings."""


@dataclass
class Builder:
    """Makes scenes out of voices, recordings and sounds; ``seed`` deals everything anew."""

    voices: Voices
    recordings: Recordings
    seed: int = 0

    def build(self, spec: Spec) -> Built:
        """One scene."""
        number = zlib.crc32(f"{spec.name} {self.seed}".encode())
        dice = np.random.default_rng(number)
        if spec.pieces[0].source == "sound":
            return self._sound(spec, dice)
        real = spec.pieces[0].source == "recording"
        voice = self._voice(spec)
        pace = PACES[int(dice.integers(len(PACES)))]
        clean = self._clean(spec.pieces, voice, pace)
        speech = loud_spans(clean)
        heard = self._over_the_line(spec, clean, speech, dice, real)
        if spec.kind == "jitter":
            heard, speech = late(heard, speech, dice)
        first = spec.pieces[0].what
        return Built(
            _pcm(heard),
            speech,
            self._text(spec.pieces),
            self.recordings.speaker(first) if real else voice,
            self.recordings.licence(first) if real else LICENCES[voice.split("/")[0]],
            real,
            joined=real and len(spec.pieces) > 1,
        )

    def _voice(self, spec: Spec) -> str:
        """Each voice in its turn, so that every kind is said by all of them."""
        voices = VOICES if spec.play == "turn" else CALLERS
        number = int(spec.name.rpartition("-")[2]) + len(spec.kind)
        return voices[number % len(voices)]

    def _clean(self, pieces: tuple[Piece, ...], voice: str, pace: float) -> Samples:
        """The pieces with their pauses and nothing else, a quiet line before and after."""
        parts = [_silence(LEAD)]
        for index, piece in enumerate(pieces):
            if piece.source == "recording":
                said = trimmed(self.recordings.read(piece.what))
                parts.append(_silence(piece.pause or (0.04 if index else 0)))
            else:
                going_on = index + 1 < len(pieces) and piece.what[-1].isalnum()
                said = trimmed(self.voices.say(voice, piece.what + "," * going_on, pace))
                said = levelled(said, -1.0)
                parts.append(_silence(piece.pause))
            parts.append(said)
        return np.concatenate([*parts, _silence(TAIL)])

    def _over_the_line(
        self, spec: Spec, clean: Samples, speech: Spans, dice: Dice, real: bool
    ) -> Samples:
        loudness = float(dice.uniform(-16, -2))
        if spec.kind == "background":
            far = 0.0 if not spec.takes_the_turn else float(dice.uniform(-26, -18))
            clean = clean + levelled(self._far_talk(len(clean), dice), -1.0 + far)
        heard = levelled(clean, loudness)
        if real:
            heard = with_noise(heard, speech, float(dice.uniform(30, 42)), dice)
        elif dice.random() < 0.7:
            heard = with_noise(heard, speech, float(dice.uniform(16, 38)), dice)
        if dice.random() < 0.5:
            heard = telephone(np.clip(heard, -1, 1))
        return lossy(heard, dice) if spec.kind == "loss" else heard

    def _far_talk(self, count: int, dice: Dice) -> Samples:
        """Somebody else in the room, before, while and after the caller speaks."""
        voice = CALLERS[int(dice.integers(len(CALLERS)))]
        texts = dice.permutation(FAR_TALK)
        talk = np.concatenate([self.voices.say(voice, str(text), 1.0) for text in texts])
        start = int(dice.integers(RATE))
        return np.resize(talk[start:], count)

    def _sound(self, spec: Spec, dice: Dice) -> Built:
        name = spec.pieces[0].what
        if name == "far_talk":
            sound = levelled(self._far_talk(round(float(dice.uniform(1.5, 3)) * RATE), dice), -26.0)
        else:
            loudest = (-22.0, -8.0) if spec.kind == "noise" else (-14.0, -4.0)
            sound = levelled(SOUNDS[name](dice), float(dice.uniform(*loudest)))
        if dice.random() < 0.5:
            sound = telephone(np.clip(sound, -1, 1))
        seconds = len(sound) / RATE
        heard = np.concatenate([sound, _silence(0.2)])
        return Built(_pcm(heard), [(0.0, seconds)], "", name, OURS, False, joined=False)

    def _text(self, pieces: tuple[Piece, ...]) -> str:
        return " ".join(
            self.recordings.words(p.what).strip(". ") if p.source == "recording" and len(pieces) > 1
            else self.recordings.words(p.what) if p.source == "recording"
            else p.what
            for p in pieces
        )  # fmt: skip


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.float32)


def _pcm(samples: Samples) -> Pcm:
    return (np.clip(samples, -1, 1) * 32_767).astype(np.int16)
