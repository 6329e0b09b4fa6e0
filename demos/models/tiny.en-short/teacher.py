"""Ask the stock model, on its own 30 s window, what it makes of every training clip.

What it hears is the clip after :func:`line.call`; what is kept is that audio, the tokens, and the
decoder's states at each of them. Those states are what the short window is taught to reproduce.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import jiwer
import numpy as np
import numpy.typing as npt
import soundfile
import tokenizers
import torch
from checkpoint import decoder_states
from faster_whisper.feature_extractor import FeatureExtractor
from line import RATE, Samples, call, noise
from sentences import terms
from transformers import WhisperForConditionalGeneration
from transformers.models.whisper.english_normalizer import EnglishTextNormalizer

FULL = 30.0
"""Seconds of the window that the stock model was trained on."""

_features = FeatureExtractor()
_normal = EnglishTextNormalizer({})


@dataclass(frozen=True)
class Lesson:
    """One clip: what is heard, the tokens up to the last word, the teacher's states at each."""

    audio: Samples
    tokens: list[int]
    states: torch.Tensor

    @property
    def seconds(self) -> float:
        """How long the audio is."""
        return len(self.audio) / RATE


def mel(audio: Samples, window: float) -> npt.NDArray[np.float32]:
    """Return the log-mel frames of ``audio`` filled up with zero samples to ``window`` seconds."""
    frames = round(window * 100)
    padded = np.zeros(frames * 160, np.float32)
    padded[: len(audio)] = audio[: len(padded)]
    return np.ascontiguousarray(_features(padded, padding=0), np.float32)


class Teacher:
    """The stock model, twice: in CTranslate2 to hear and write, in torch for its states."""

    def __init__(self, folder: Path, model: WhisperForConditionalGeneration) -> None:
        self._fast = ctranslate2.models.Whisper(
            str(folder), compute_type="float32", intra_threads=1
        )
        self._model = model
        self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        ids = self._tokenizer.token_to_id
        self._start = [ids("<|startoftranscript|>"), ids("<|notimestamps|>")]
        self._previous = ids("<|startofprev|>")

    def teach(self, audio: Samples, text: str | None, hint: str) -> Lesson | None:
        """Return the lesson of one clip, or None where the teacher itself ran away.

        ``text`` is what was said, or None where that is not known (noise, a clip cut short).
        ``hint`` is text to prompt with, as a server prompts with the names it expects.
        """
        states = self._fast.encode(ctranslate2.StorageView.from_array(mel(audio, FULL)[None]))
        prompt = [self._previous, *self._encode(" " + hint)] if hint else []
        prompt += self._start
        answer = self._fast.generate(states, [prompt], beam_size=1, max_length=448)[0]
        tokens = answer.sequences_ids[0]
        if text is not None and self._wrong(text, tokens) > 0.25:
            tokens = self._encode(" " + text)
        if len(tokens) > 6 * len(audio) / RATE + 8:
            return None
        tokens = [*prompt, *tokens]
        heard = torch.from_numpy(np.array(states))
        with torch.no_grad():
            wanted = decoder_states(self._model, torch.tensor([tokens]), heard)[:, 0]
        return Lesson(audio, tokens, wanted)

    def _encode(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def _wrong(self, text: str, tokens: list[int]) -> float:
        said = _normal(text)
        return float(jiwer.wer(said, _normal(self._tokenizer.decode(tokens)))) if said else 0.0


def lessons(teacher: Teacher, clips: Path, seed: int) -> list[Lesson]:
    """Return the lessons of every clip, and of some noise without a word in it."""
    dice = np.random.default_rng(seed)
    taught: list[Lesson | None] = []
    for line in (clips / "clips.jsonl").read_text().splitlines():
        clip = json.loads(line)
        samples, _ = soundfile.read(clips / clip["file"], dtype="float32")
        audio, cut = call(samples, dice)
        hint = terms(int(dice.integers(1 << 30))) if dice.random() < 0.15 else ""
        taught.append(teacher.teach(audio, None if cut else clip["text"], hint))
        if len(taught) % 50 == 0:
            print(f"taught {len(taught)}", flush=True)
    for _ in range(24):
        level = 10 ** dice.uniform(-3.5, -1.2)
        audio = noise(int(dice.uniform(0.8, 6) * RATE), dice) * level
        taught.append(teacher.teach(audio.astype(np.float32), None, ""))
    return [lesson for lesson in taught if lesson is not None]
