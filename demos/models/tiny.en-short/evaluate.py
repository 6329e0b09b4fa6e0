"""Compare the tuned model on its short window with the stock one on 30 s, clip by clip.

    python demos/models/tiny.en-short/evaluate.py --base FOLDER --delta delta.npz \\
        --kokoro FOLDER --piper FOLDER --out evaluation.json

Needs what ``train.py`` needs, and the Debian packages that ``heldout.py`` and ``voices.py`` name.
Both models run as int8 on one thread, greedy, without timestamps, and with no other guard: no
fallback, no cut of repetitions. Times are the process's own CPU time, so that a busy machine
hardly changes them. What is printed is the table of the card; everything goes into the JSON.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

# A recipe is run from a checkout, in an environment that does not have this project installed.
sys.path.insert(0, str(Path(__file__).parents[3]))

import ctranslate2
import jiwer
import tokenizers
from heldout import Clip, asterisk, sphinx, synthetic
from line import RATE
from teacher import FULL, mel
from transformers.models.whisper.english_normalizer import EnglishTextNormalizer
from voices import Voices

from asr.delta import merge

MARGIN = 0.5
"""Seconds of zeros after the speech: what the card asks for."""

whisper_normal = EnglishTextNormalizer({})


def plain(text: str) -> str:
    """Lower-case words without punctuation, and nothing else."""
    return " ".join(re.findall(r"[a-z0-9']+", text.lower()))


@dataclass(frozen=True)
class Heard:
    """One clip through one model."""

    group: str
    name: str
    said: str
    heard: str
    words: int
    errors: int
    plain_words: int
    plain_errors: int
    encode_ms: float
    decode_ms: float


def errors(said: str, heard: str) -> int:
    """Return how many words are wrong, missing or too many."""
    if not said:
        return len(heard.split())
    counts = jiwer.process_words(said, heard)
    return int(counts.substitutions + counts.deletions + counts.insertions)


class Ears:
    """A CTranslate2 model and the tokens that start a transcript."""

    def __init__(self, folder: Path) -> None:
        self._model = ctranslate2.models.Whisper(str(folder), compute_type="int8", intra_threads=1)
        self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        ids = self._tokenizer.token_to_id
        self._start = [ids("<|startoftranscript|>"), ids("<|notimestamps|>")]

    def hear(self, clip: Clip, window: float) -> Heard:
        """Transcribe a clip, filled up with zeros to ``window`` seconds."""
        frames = ctranslate2.StorageView.from_array(mel(clip.audio, window)[None])
        begun = time.process_time()
        states = self._model.encode(frames)
        encoded = time.process_time()
        answer = self._model.generate(states, [self._start], beam_size=1, max_length=448)[0]
        done = time.process_time()
        text = self._tokenizer.decode(answer.sequences_ids[0])
        said, heard = whisper_normal(clip.text), whisper_normal(text)
        return Heard(
            clip.group,
            clip.name,
            clip.text,
            text,
            len(said.split()),
            errors(said, heard),
            len(plain(clip.text).split()),
            errors(plain(clip.text), plain(text)),
            1e3 * (encoded - begun),
            1e3 * (done - encoded),
        )


def full(clip: Clip) -> float:
    """The stock window."""
    return FULL


def short(clip: Clip) -> float:
    """The window that the tuned model is meant for."""
    return len(clip.audio) / RATE + MARGIN


def run(ears: Ears, clips: Sequence[Clip], window: Callable[[Clip], float]) -> list[Heard]:
    """Transcribe every clip."""
    ears.hear(clips[0], window(clips[0]))  # the first is slow
    return [ears.hear(clip, window(clip)) for clip in clips]


def wer(heard: Iterable[Heard]) -> float:
    """Return the word error rate in percent, by Whisper's normaliser."""
    counts = [(one.errors, one.words) for one in heard]
    return 100 * sum(wrong for wrong, _ in counts) / max(1, sum(words for _, words in counts))


def summary(stock: Sequence[Heard], tuned: Sequence[Heard]) -> dict[str, Any]:
    """Return what one row of the table says about the same clips through both models."""
    pairs = list(zip(stock, tuned, strict=True))
    dice = random.Random(1)
    differences = sorted(
        wer(after for _, after in drawn) - wer(before for before, _ in drawn)
        for drawn in (dice.choices(pairs, k=len(pairs)) for _ in range(1000))
    )
    words = sum(one.plain_words for one in stock)
    return {
        "clips": len(pairs),
        "words": sum(one.words for one in stock),
        "stock_wer": wer(stock),
        "tuned_wer": wer(tuned),
        "difference": wer(tuned) - wer(stock),
        "difference_95": [differences[25], differences[974]],
        "better": sum(after.errors < before.errors for before, after in pairs),
        "worse": sum(after.errors > before.errors for before, after in pairs),
        "stock_plain_wer": 100 * sum(one.plain_errors for one in stock) / words,
        "tuned_plain_wer": 100 * sum(one.plain_errors for one in tuned) / words,
        "ran_away": sum(after.errors > max(5, after.words) for after in tuned),
        "stock_ms": [
            statistics.median(one.encode_ms for one in stock),
            statistics.median(one.decode_ms for one in stock),
        ],
        "tuned_ms": [
            statistics.median(one.encode_ms for one in tuned),
            statistics.median(one.decode_ms for one in tuned),
        ],
    }


def table(rows: dict[str, dict[str, Any]]) -> str:
    """Return the card's table."""
    lines = [
        "| WER % | clips | stock, 30 s | tuned, + .5 s | difference (95%) | better / worse "
        "| stock ms | tuned ms |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, row in rows.items():
        low, high = row["difference_95"]
        lines.append(
            f"| {name} | {row['clips']} | {row['stock_wer']:.1f} | {row['tuned_wer']:.1f} "
            f"| {row['difference']:+.1f} ({low:+.1f} to {high:+.1f}) "
            f"| {row['better']} / {row['worse']} "
            f"| {row['stock_ms'][0]:.0f} + {row['stock_ms'][1]:.0f} "
            f"| {row['tuned_ms'][0]:.0f} + {row['tuned_ms'][1]:.0f} |"
        )
    return "\n".join(lines)


def rows_of(clips: Sequence[Clip]) -> dict[str, Callable[[str], bool]]:
    """Return the table's rows, and which groups of clips each is made of."""
    rows: dict[str, Callable[[str], bool]] = {
        "all": lambda _: True,
        "real people": {"Asterisk", "LibriVox", "cards"}.__contains__,
        "clinic sentences": lambda group: group.startswith("clinic"),
        "one-word turns": lambda group: group.startswith("one word"),
    }
    return rows | {name: name.__eq__ for name in dict.fromkeys(clip.group for clip in clips)}


def evaluate(base: Path, delta: Path, voices: Voices, out: Path, seed: int) -> None:
    """Run both models over every clip, write the JSON, print the table."""
    clips = [*asterisk(seed), *sphinx(), *synthetic(voices)]
    stock = run(Ears(base), clips, full)
    with tempfile.TemporaryDirectory() as folder:
        merge(base, delta, Path(folder))
        tuned = run(Ears(Path(folder)), clips, short)
    rows = {
        name: summary(*([one for one in heard if belongs(one.group)] for heard in (stock, tuned)))
        for name, belongs in rows_of(clips).items()
    }
    result = {
        "seed": seed,
        "margin": MARGIN,
        "normaliser": "EnglishTextNormalizer of transformers, without spelling variants",
        "versions": {"ctranslate2": ctranslate2.__version__},
        "rows": rows,
        "stock": [asdict(one) for one in stock],
        "tuned": [asdict(one) for one in tuned],
    }
    out.write_text(json.dumps(result, indent=1) + "\n")
    print(table(rows))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--delta", type=Path, required=True)
    parser.add_argument("--kokoro", type=Path, required=True)
    parser.add_argument("--piper", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=11)
    given = parser.parse_args()
    evaluate(given.base, given.delta, Voices(given.kokoro, given.piper), given.out, given.seed)
