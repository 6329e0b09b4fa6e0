"""Count what was heard wrong, and what one model gains or loses against another, clip by clip."""

from __future__ import annotations

import random
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import jiwer
from transformers.models.whisper.english_normalizer import EnglishTextNormalizer

whisper_normal = EnglishTextNormalizer({})


def plain(text: str) -> str:
    """Lower-case words without punctuation, and nothing else."""
    return " ".join(re.findall(r"[a-z0-9']+", text.lower()))


@dataclass(frozen=True)
class Heard:
    """One clip through one model."""

    group: str
    name: str
    seconds: float
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


def judged(
    group: str, name: str, seconds: float, said: str, heard: str, spent: tuple[float, float]
) -> Heard:
    """Compare what was heard with what was said, by Whisper's normaliser and by hardly any."""
    normal, plainly = (whisper_normal(said), whisper_normal(heard)), (plain(said), plain(heard))
    return Heard(
        group,
        name,
        seconds,
        said,
        heard,
        words=len(normal[0].split()),
        errors=errors(*normal),
        plain_words=len(plainly[0].split()),
        plain_errors=errors(*plainly),
        encode_ms=1e3 * spent[0],
        decode_ms=1e3 * spent[1],
    )


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
        "median_seconds": statistics.median(one.seconds for one in stock),
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
