"""A Whisper model in CTranslate2: clips in, texts out, a batch at a time.

Blocking, and the only place that sees the model. :mod:`asr.whisper` gives it a thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np

from asr.engine import SAMPLE_RATE, TranscriberError
from asr.filter import Decoded
from asr.lost import sparse
from asr.mel import HOP, Spectrogram
from asr.mend import mend
from asr.tail import Clip
from asr.window import POSITION

TOKENS_PER_SECOND = 8
"""More than the fastest speaker needs; what runs away is stopped there."""
SPARE_TOKENS = 10

_MULTILINGUAL = 51_865
"""Tokens from which on Whisper knows more than English, as CTranslate2 tells it."""


def check_model(path: Path, language: str) -> None:
    """Raise :class:`TranscriberError` unless a model's files are there and know the language."""
    from tokenizers import Tokenizer

    for name in ("model.bin", "tokenizer.json"):
        if not (path / name).is_file():
            raise TranscriberError(f"whisper model {path} has no {name}")
    try:
        tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
    except Exception as error:  # of its own kind, without a name
        raise TranscriberError(f"whisper model {path} does not load: {error}") from error
    if tokenizer.get_vocab_size() < _MULTILINGUAL:
        if language != "en":
            raise TranscriberError(f"whisper model {path} is English-only, asked for {language!r}")
    elif tokenizer.token_to_id(f"<|{language}|>") is None:
        raise TranscriberError(f"whisper model {path} knows no language {language!r}")


def check_compute_type(device: str, compute_type: str | None) -> None:
    """Raise :class:`TranscriberError` for one that this processor cannot compute with."""
    from ctranslate2 import get_supported_compute_types

    if device != "cpu" or compute_type in (None, "auto", "default"):
        return
    known = sorted(get_supported_compute_types("cpu"))
    if compute_type not in known:
        raise TranscriberError(
            f"compute_type is {compute_type!r}, expected on this CPU one of: {', '.join(known)}"
        )


class Decoder:
    """Loads a model folder: model.bin, config.json, tokenizer.json, and the vocabulary."""

    def __init__(
        self, path: Path, *, language: str, device: str, compute_type: str, threads: int, beam: int
    ) -> None:
        # Slow to import, and only those who transcribe need them.
        from ctranslate2 import StorageView
        from ctranslate2.models import Whisper
        from faster_whisper.feature_extractor import FeatureExtractor
        from tokenizers import Tokenizer

        check_model(path, language)
        try:
            self._model = Whisper(
                str(path), device=device, compute_type=compute_type, intra_threads=threads
            )
        except (RuntimeError, ValueError) as error:
            raise TranscriberError(f"whisper model {path} does not load: {error}") from error
        self._view = StorageView.from_array
        self._tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
        self._spectrogram = Spectrogram(
            FeatureExtractor.get_mel_filters(16_000, 400, self._model.n_mels)
        )
        self._beam = beam
        names = ["<|startoftranscript|>"]
        if self._model.is_multilingual:
            names += [f"<|{language}|>", "<|transcribe|>"]
        self._prompt = [self._token(name, path) for name in [*names, "<|notimestamps|>"]]

    def _token(self, name: str, path: Path) -> int:
        token: int | None = self._tokenizer.token_to_id(name)
        if token is None:
            raise TranscriberError(f"whisper model {path} has no token {name}")
        return token

    def decode(self, clips: Sequence[Clip], window: int) -> list[Decoded]:
        """What is said in each of the clips, shown in windows of ``window`` samples."""
        return [
            mend(self, clip, decoded, window) if clip.for_good and sparse(decoded) else decoded
            for clip, decoded in zip(clips, self.hear(clips, window), strict=True)
        ]

    def hear(self, clips: Sequence[Clip], window: int) -> list[Decoded]:
        """What is said in each of the clips, at the first try."""
        encoded = self.encode(clips, window)
        longest = max(min(clip.audio.size, window) for clip in clips) / SAMPLE_RATE
        tokens = SPARE_TOKENS + ceil(TOKENS_PER_SECOND * longest)
        results = self._model.generate(
            encoded,
            [self._prompt] * len(clips),
            beam_size=self._beam,
            # CTranslate2 stops at half of max_length, or at max_length less the prompt.
            max_length=max(2 * tokens, tokens + len(self._prompt)),
            return_scores=True,
            return_no_speech_prob=True,
        )
        return [
            Decoded(
                text=self._tokenizer.decode(result.sequences_ids[0]).strip(),
                logprob=result.scores[0],
                no_speech=result.no_speech_prob,
                voiced=clip.voiced / SAMPLE_RATE,
            )
            for clip, result in zip(clips, results, strict=True)
        ]

    def encode(self, clips: Sequence[Clip], window: int) -> Any:  # noqa: ANN401 - CTranslate2's
        """Clips, as the model sees them."""
        mels = np.stack([self._spectrogram(clip.audio, window) for clip in clips])
        return self._model.encode(self._view(np.ascontiguousarray(mels)))

    def timed(self, encoded: Any, text: str, samples: int) -> tuple[list[int], list[float]]:  # noqa: ANN401 - as encode
        """The tokens of a text, and when each is spoken, by what the decoder attends to."""
        tokens = self._tokenizer.encode(f" {text}", add_special_tokens=False).ids
        [aligned] = self._model.align(encoded, self._prompt[:-1], [tokens], [samples // HOP])
        first: dict[int, int] = {}
        for token, position in aligned.alignments:
            first.setdefault(token, position)
        return tokens, [first[token] * POSITION / SAMPLE_RATE for token in range(len(tokens))]

    def written(self, tokens: Sequence[int]) -> str:
        """The text of tokens."""
        text: str = self._tokenizer.decode(list(tokens))
        return text
