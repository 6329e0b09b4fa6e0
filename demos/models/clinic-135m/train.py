"""Tune SmolLM2-135M into the clinic's front desk: low-rank factors, one thread, under an hour.

    python train.py BASE.gguf TREES.jsonl OUT.npz [--minutes 40]

The schedule is by the clock: what fits into ``--minutes`` is trained, on trees in the order of the
file. Checkpoints are written on the way, so an earlier one can be evaluated or shipped.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from model import Brain
from torch.nn import functional as F  # noqa: N812  # its usual name
from trees import Laid, Segment, lay_out

LONGEST = 1500  # tokens; a longer tree is left out


def batches(trees: list[Laid], size: int, random: Random) -> Iterator[list[Laid]]:
    """Trees of like length together, about ``size`` tokens at a time, in mixed order."""
    while True:
        random.shuffle(trees)
        for start in range(0, len(trees), 64):
            made: list[list[Laid]] = [[]]
            for laid in sorted(trees[start : start + 64], key=lambda t: len(t.tokens)):
                if made[-1] and (len(made[-1]) + 1) * len(laid.tokens) > size:
                    made.append([])
                made[-1].append(laid)
            random.shuffle(made)
            yield from made


def tensors(batch: list[Laid]) -> tuple[torch.Tensor, ...]:
    """Padded tokens, positions, visibility, and what is to be predicted where."""
    size = max(len(laid.tokens) for laid in batch)
    tokens = torch.zeros(len(batch), size, dtype=torch.long)
    positions = torch.zeros(len(batch), size, dtype=torch.long)
    wanted = torch.zeros(len(batch), size, dtype=torch.bool)
    visible = torch.zeros(len(batch), 1, 1, size, size, dtype=torch.bool)
    targets = []
    for row, laid in enumerate(batch):
        n = len(laid.tokens)
        tokens[row, :n] = torch.tensor(laid.tokens)
        positions[row, :n] = torch.tensor(laid.positions)
        visible[row, 0, 0] = torch.from_numpy(laid.visible(size))
        # A reply directly follows its question in the sequence, so its predictors do too.
        learnt = np.flatnonzero(laid.learnt)
        wanted[row, learnt - 1] = True
        targets += [laid.tokens[at] for at in learnt]
    return tokens, positions, visible, wanted, torch.tensor(targets)


def rate(done: float, peak: float) -> float:
    """Learning rate after a fraction of the time: warm up, hold, then fall to nothing."""
    if done < 0.03:
        return peak * (done / 0.03 + 0.05) / 1.05
    return peak * min(1.0, max(0.0, 1 - (done - 0.35) / 0.65))


def save(out: Path, brain: Brain) -> None:
    """Write the delta."""
    arrays: dict[str, Any] = brain.factors()
    np.savez(out, **arrays)


def train(options: argparse.Namespace) -> None:
    torch.manual_seed(options.seed)
    torch.set_num_threads(1)
    brain = Brain(options.base, options.rank, 2 * options.rank)
    if options.resume:
        brain.resume(np.load(options.resume))
    trees = [
        lay_out([Segment(*fields) for fields in json.loads(line)], brain.tokenizer)
        for line in options.trees.open()
    ]
    trees = [laid for laid in trees if len(laid.tokens) <= LONGEST]
    print(f"{len(trees)} trees, {sum(len(t.tokens) for t in trees)} tokens, "
          f"{sum(sum(t.learnt) for t in trees)} learnt", flush=True)  # fmt: skip
    learning = [p for p in brain.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(learning, lr=options.rate, weight_decay=0.0, betas=(0.9, 0.98))
    start = saved = time.monotonic()
    limit, seen, recent = options.minutes * 60, 0, math.nan
    for step, batch in enumerate(batches(trees, options.batch, Random(options.seed))):
        elapsed = time.monotonic() - start
        if elapsed >= limit:
            break
        for group in optimiser.param_groups:
            group["lr"] = rate(elapsed / limit, options.rate)
        *inputs, targets = tensors(batch)
        loss = F.cross_entropy(brain(*inputs).float(), targets)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimiser.step()
        seen += sum(len(laid.tokens) for laid in batch)
        recent = loss.item() if math.isnan(recent) else 0.95 * recent + 0.05 * loss.item()
        if step % 10 == 0:
            print(f"{elapsed:6.0f} s  step {step}  {seen} tokens  loss {recent:.4f}", flush=True)
        if time.monotonic() - saved > options.save_minutes * 60:
            save(options.out.with_suffix(".part.npz"), brain)
            saved = time.monotonic()
    save(options.out, brain)
    print(f"done: {step} steps, {seen} tokens, loss {recent:.4f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("base", type=Path)
    parser.add_argument("trees", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--save-minutes", type=float, default=5)
    parser.add_argument("--resume", type=Path, help="go on from these factors")
    parser.add_argument("--rank", type=int, default=16)
    parser.add_argument("--rate", type=float, default=1e-3)
    parser.add_argument("--batch", type=int, default=1280, help="tokens")
    parser.add_argument("--seed", type=int, default=1)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
