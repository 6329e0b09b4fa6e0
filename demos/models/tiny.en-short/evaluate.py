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
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

# A recipe is run from a checkout, in an environment that does not have this project installed.
sys.path.insert(0, str(Path(__file__).parents[3]))

import ctranslate2
import tokenizers
from heldout import Clip, asterisk, joined, sphinx, synthetic
from line import RATE
from score import Heard, judged, summary, table
from teacher import FULL, mel
from voices import Voices

from asr.delta import merge

MARGIN = 0.5
"""Seconds of zeros after the speech: what the card asks for."""

OTHER_MARGINS = [0.25, 1.0]
"""Margins that a server may come to use when it rounds its windows or batches them."""


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
        spent = (encoded - begun, done - encoded)
        return judged(clip.group, clip.name, len(clip.audio) / RATE, clip.text, text, spent)


def full(clip: Clip) -> float:
    """The stock window."""
    return FULL


def short(clip: Clip, margin: float = MARGIN) -> float:
    """The window that the tuned model is meant for."""
    return len(clip.audio) / RATE + margin


def run(ears: Ears, clips: Sequence[Clip], window: Callable[[Clip], float]) -> list[Heard]:
    """Transcribe every clip."""
    ears.hear(clips[0], window(clips[0]))  # the first is slow
    return [ears.hear(clip, window(clip)) for clip in clips]


def rows_of(heard: Sequence[Heard]) -> dict[str, Callable[[str], bool]]:
    """Return the table's rows, and which groups of clips each is made of."""
    rows: dict[str, Callable[[str], bool]] = {
        "all": lambda group: not group.startswith("long"),  # those are heard one by one too
        "real people": {"Asterisk", "LibriVox", "cards"}.__contains__,
        "clinic sentences": lambda group: group.startswith("clinic"),
        "one-word turns": lambda group: group.startswith("one word"),
        "spelled out": lambda group: group.startswith("spelled"),
    }
    return rows | {name: name.__eq__ for name in dict.fromkeys(one.group for one in heard)}


def rows(stock: Sequence[Heard], tuned: Sequence[Heard]) -> dict[str, dict[str, Any]]:
    """Return the figures of the card's table."""
    return {
        name: summary(*([one for one in heard if belongs(one.group)] for heard in (stock, tuned)))
        for name, belongs in rows_of(stock).items()
    }


def report(
    seed: int, stock: Sequence[Heard], tuned: Sequence[Heard], others: dict[float, list[Heard]]
) -> dict[str, Any]:
    """Return all figures, and what every clip was heard as."""
    clips = [
        {
            "clip": f"{before.group}: {before.name}",
            "said": before.said,
            "stock": before.heard,
            "tuned": after.heard,
            "errors": [before.errors, after.errors],
        }
        for before, after in zip(stock, tuned, strict=True)
    ]
    return {
        "seed": seed,
        "margin": MARGIN,
        "normaliser": "EnglishTextNormalizer of transformers, without spelling variants",
        "ctranslate2": ctranslate2.__version__,
        "rows": rows(stock, tuned),
        "other_margins": {str(margin): rows(stock, heard) for margin, heard in others.items()},
        "clips": clips,
    }


def evaluate(base: Path, delta: Path, voices: Voices, seed: int) -> dict[str, Any]:
    """Run both models over every clip and compare them."""
    prompts = list(asterisk(seed))
    clips = [*prompts, *sphinx(), *synthetic(voices), *joined(prompts[:40])]
    stock = run(Ears(base), clips, full)
    with tempfile.TemporaryDirectory() as folder:
        merge(base, delta, Path(folder))
        ears = Ears(Path(folder))
    tuned = run(ears, clips, short)
    others = {margin: run(ears, clips, partial(short, margin=margin)) for margin in OTHER_MARGINS}
    return report(seed, stock, tuned, others)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--delta", type=Path, required=True)
    parser.add_argument("--kokoro", type=Path, required=True)
    parser.add_argument("--piper", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=11)
    given = parser.parse_args()
    found = evaluate(given.base, given.delta, Voices(given.kokoro, given.piper), given.seed)
    given.out.write_text(json.dumps(found, indent=1) + "\n")
    print(table(found["rows"]))
