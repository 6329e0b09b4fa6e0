"""Word error rate over a call, against the same audio heard offline by stock Whisper on 30 s.

    python -m demos.latency.wer ws://127.0.0.1:8080/call --prompts 100

Real people: Asterisk's prompts (Debian: asterisk-core-sounds-en-wav and asterisk-core-sounds-en).
Unseen voices: clinic sentences by flite's slt and rms (Debian: flite), which no tuning has heard.
Each clip is one caller's turn; what the server says it heard counts, whatever it answered. All that
was said in one call is compared with all that was heard in it, so a clip that the server took for
the beginning of the next is not counted as lost. Words are compared in lower case without
punctuation, digits as words one by one. The last line is JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from random import Random

import soundfile
from faster_whisper import WhisperModel

from demos.latency.callers import place_calls
from demos.latency.deal import Plan, Step
from demos.latency.scene import read_scenes
from demos.phone.options import (
    add_server,
    headers_of,
    make_peer,
    protocol_of,
    rate_of,
)
from demos.phone.script import Manners
from voice import weights
from voice.weights.cli import default_cache

_SOUNDS = Path("/usr/share/asterisk/sounds/en")
_TEXTS = Path("/usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz")
_DIGITS = "zero one two three four five six seven eight nine".split()
_SENTENCES = (
    "Hello, I need to see a doctor about my knee.",
    "Could you move my appointment to Thursday afternoon?",
    "I have to cancel my visit on Monday, something came up.",
    "What time do you close on Fridays?",
    "Is there somewhere to park near the clinic?",
    "I am calling for my mother, she needs a refill of her blood pressure pills.",
    "Do you take my insurance if I live in another state?",
    "The first one is fine, thank you very much.",
    "Can you ask the nurse to call me back before noon?",
    "I have had a cough and a fever for three days.",
    "My daughter has an ear infection again.",
    "I would like the earliest appointment that you have.",
)


@dataclass(frozen=True, slots=True)
class Clip:
    """A recording and what is said in it."""

    wav: Path
    text: str


def asterisk(count: int, seed: int) -> list[Clip]:
    """So many prompts of two to eight seconds, chosen by chance."""
    with gzip.open(_TEXTS, "rt") as file:
        lines = [line.split(": ", 1) for line in file if re.match(r"[\w/-]+: \w", line)]
    found = [Clip(_SOUNDS / f"{name}.wav", text.strip()) for name, text in lines]
    whole = [c for c in found if c.wav.is_file() and 2 <= soundfile.info(c.wav).duration <= 8]
    return Random(seed).sample(whole, count)


def synthetic(folder: Path) -> Iterator[Clip]:
    """The clinic sentences in both voices."""
    for voice in ("slt", "rms"):
        for number, text in enumerate(_SENTENCES):
            wav = folder / f"{voice}{number}.wav"
            subprocess.run(["flite", "-voice", voice, "-t", text, "-o", wav], check=True)
            yield Clip(wav, text)


def words(text: str) -> list[str]:
    """What is compared."""
    spelled = re.sub(r"\d", lambda digit: f" {_DIGITS[int(digit[0])]} ", text.lower())
    return re.findall(r"[a-z']+", spelled)


def edits(reference: list[str], heard: list[str]) -> int:
    """Words to insert, delete or replace (Levenshtein)."""
    row = list(range(len(heard) + 1))
    for word in reference:
        before, row = row, [row[0] + 1]
        for column, (diagonal, above) in enumerate(pairwise(before)):
            row.append(min(diagonal + (word != heard[column]), above + 1, row[-1] + 1))
    return row[-1]


def rate(clips: list[Clip], heard: list[str], lines: int) -> float:
    """Word error rate in percent, call by call."""
    wrong = total = 0
    for line in range(lines):
        said = words(" ".join(clip.text for clip in clips[line::lines]))
        wrong += edits(said, words(" ".join(heard[line::lines])))
        total += len(said)
    return round(100 * wrong / total, 2)


def over_calls(arguments: argparse.Namespace, clips: list[Clip]) -> list[str]:
    """What the server heard of each, over so many calls at once."""
    shares = [clips[line :: arguments.lines] for line in range(arguments.lines)]
    rate = rate_of(arguments)
    plans = [
        Plan([Step(scene) for scene in read_scenes([c.wav for c in share], rate)], 0.7 * line)
        for line, share in enumerate(shares)
    ]
    heard: dict[str, str] = {}
    peer, headers = partial(make_peer, arguments), headers_of(arguments)
    calls = place_calls(arguments.url, plans, Manners(reply_timeout=4.0), peer, headers)
    run = asyncio.run(calls)
    for call in run.calls:
        assert not call.refused, call.refused
        heard |= {answer.scene.name: answer.heard for answer in call.answers}
    return [heard.get(clip.wav.stem, "") for clip in clips]


def offline(clips: list[Clip]) -> list[str]:
    """What stock tiny.en hears with its thirty seconds."""
    folder = weights.fetch("whisper-tiny.en", default_cache(os.environ))
    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=2)
    texts = []
    for clip in clips:
        options = {"language": "en", "beam_size": 1, "condition_on_previous_text": False}
        segments, _ = model.transcribe(str(clip.wav), without_timestamps=True, **options)
        texts.append(" ".join(segment.text.strip() for segment in segments))
    return texts


def main() -> int:
    """Measure and print; 1 when the call is more than a point worse."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add_server(parser, os.environ)
    parser.add_argument("--prompts", type=int, default=100)
    parser.add_argument("--lines", type=int, default=3, help="calls at once (default: 3)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true", help="print what was heard differently")
    arguments = parser.parse_args()
    if protocol_of(arguments) != "native":
        parser.error("what was heard is told over the native protocol only")
    summary: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        sets = {
            "people": asterisk(arguments.prompts, arguments.seed),
            "unseen": list(synthetic(Path(folder))),
        }
        for name, clips in sets.items():
            called, alone = over_calls(arguments, clips), offline(clips)
            summary[f"{name}_clips"] = len(clips)
            summary[f"{name}_call_wer"] = rate(clips, called, arguments.lines)
            summary[f"{name}_offline_wer"] = rate(clips, alone, arguments.lines)
            for clip, ours, theirs in zip(clips, called, alone, strict=True):
                if arguments.verbose and words(ours) != words(theirs):
                    print(f"{clip.wav.stem}: {clip.text}\n  call    {ours}\n  offline {theirs}")
    print(json.dumps(summary))
    worse = [summary[f"{name}_call_wer"] - summary[f"{name}_offline_wer"] for name in sets]
    return 0 if max(worse) <= 1 else 1


if __name__ == "__main__":
    sys.exit(main())
