"""Tune Whisper tiny.en to hear a window as short as the speech, and write the result as a delta.

    python demos/models/tiny.en-short/train.py --base FOLDER --clips FOLDER --out delta.npz

FOLDER holds the stock model as CTranslate2 wrote it, and the clips of ``synthesise.py``. Needs an
environment with torch, transformers, ctranslate2, faster-whisper, jiwer, soundfile and soxr (used:
torch 2.13 for the CPU, transformers 5.24, ctranslate2 4.8.5, faster-whisper 1.2.1). One thread, and
about half an hour: a third of it the teacher's, whose lessons are kept beside the clips.

The student is the teacher plus low-rank additions. On a short window its decoder's states must be
those that the teacher has on 30 s, so it cannot unlearn what it was: it only learns where to end.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
import time
from pathlib import Path

import torch

# A recipe is run from a checkout, in an environment that does not have this project installed.
sys.path.insert(0, str(Path(__file__).parents[3]))

from checkpoint import decoder_states, encode, load
from lowrank import attach, factors
from teacher import Lesson, Teacher, lessons, mel
from transformers import WhisperForConditionalGeneration

from asr.delta import write_delta

RANK = 8
RATE = 1e-3
BATCH = 4
WARM_UP = 60


def window(longest: float, dice: random.Random) -> float:
    """Choose a window for speech of ``longest`` seconds: mostly tight, sometimes generous."""
    kind = dice.random()
    if kind < 0.4:
        return float(-(-longest // 0.5)) * 0.5
    return longest + (dice.uniform(0, 1) if kind < 0.8 else dice.uniform(1, 4))


def batches(pool: list[Lesson], dice: random.Random) -> list[list[Lesson]]:
    """Deal the lessons into batches of like length, in random order."""
    ordered = sorted(pool, key=lambda lesson: lesson.seconds * dice.uniform(0.9, 1.1))
    dealt = [ordered[start : start + BATCH] for start in range(0, len(ordered), BATCH)]
    dice.shuffle(dealt)
    return dealt


def loss(
    model: WhisperForConditionalGeneration, batch: list[Lesson], dice: random.Random
) -> torch.Tensor:
    """Return the mean squared distance of the student's states from the teacher's."""
    seconds = min(30.0, round(window(max(lesson.seconds for lesson in batch), dice), 2))
    heard = torch.stack([torch.from_numpy(mel(lesson.audio, seconds)) for lesson in batch])
    longest = max(len(lesson.tokens) for lesson in batch)
    tokens = torch.zeros(len(batch), longest, dtype=torch.long)
    wanted = torch.zeros(batch[0].states.shape[0], len(batch), longest, batch[0].states.shape[-1])
    counts = torch.zeros(len(batch), longest)
    for row, lesson in enumerate(batch):
        length = len(lesson.tokens)
        tokens[row, :length] = torch.tensor(lesson.tokens)
        wanted[:, row, :length] = lesson.states
        counts[row, :length] = 1
    # Half precision costs less than a hundredth of the distance, and saves a third of the time.
    with torch.autocast("cpu", dtype=torch.bfloat16):
        states = decoder_states(model, tokens, encode(model, heard)).float()
    squares = (states - wanted).square().mean((0, 3))
    return (squares * counts).sum() / counts.sum()


def train(base: Path, clips: Path, out: Path, steps: int, seed: int) -> None:
    """Teach, train for ``steps`` batches, and write the delta."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    dice = random.Random(seed)
    model = load(base)
    kept = clips / f"lessons-{seed}.pt"
    if not kept.exists():
        torch.save(lessons(Teacher(base, model), clips, seed), kept)
    pool: list[Lesson] = torch.load(kept, weights_only=False)
    print(f"{len(pool)} lessons, {sum(lesson.seconds for lesson in pool):.0f} s", flush=True)
    model.config._attn_implementation = "eager"  # torch's fused attention is slow without a GPU
    trained = attach(model, RANK)
    optimizer = torch.optim.AdamW(trained, lr=RATE, weight_decay=0.0)
    rates = torch.optim.lr_scheduler.SequentialLR(
        optimizer,
        [
            torch.optim.lr_scheduler.LinearLR(optimizer, 0.05, 1.0, WARM_UP),
            torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps - WARM_UP),
        ],
        [WARM_UP],
    )
    base_sha256 = hashlib.sha256((base / "model.bin").read_bytes()).hexdigest()
    begun, smooth = time.monotonic(), 0.0
    waiting: list[list[Lesson]] = []
    for step in range(steps):
        waiting = waiting or batches(pool, dice)
        distance = loss(model, waiting.pop(), dice)
        optimizer.zero_grad()
        distance.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        rates.step()
        smooth += (distance.item() - smooth) / min(step + 1, 50)
        if step % 25 == 0:
            spent = time.monotonic() - begun
            print(f"step {step} distance {smooth:.3f} after {spent:.0f} s", flush=True)
    write_delta(out, base_sha256, factors(model))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--clips", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=700)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    train(given.base, given.clips, given.out, given.steps, given.seed)
