"""Give every linear layer of the encoder and the decoder a trainable low-rank addition."""

from __future__ import annotations

import numpy as np
import torch
from checkpoint import linears
from transformers import WhisperForConditionalGeneration

from asr.delta import Factors


class LowRank(torch.nn.Module):  # type: ignore[misc]  # torch has no types here
    """A frozen linear layer plus ``up @ down``; it starts out equal to the layer alone."""

    def __init__(self, linear: torch.nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear
        self.down = torch.nn.Parameter(torch.empty(rank, linear.in_features))
        self.up = torch.nn.Parameter(torch.zeros(linear.out_features, rank))
        torch.nn.init.kaiming_uniform_(self.down, a=5**0.5)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return what the tuned layer makes of ``inputs``."""
        return self.linear(inputs) + (inputs @ self.down.T) @ self.up.T


def attach(model: WhisperForConditionalGeneration, rank: int) -> list[torch.nn.Parameter]:
    """Freeze the model, add to its linear layers, and return what there is to train."""
    model.requires_grad_(False)
    trained: list[torch.nn.Parameter] = []
    for parts in linears(model.config.encoder_layers).values():
        for part in parts:
            parent, _, name = part.rpartition(".")
            added = LowRank(model.get_submodule(part), rank)
            setattr(model.get_submodule(parent), name, added)
            trained += [added.down, added.up]
    return trained


def factors(model: WhisperForConditionalGeneration) -> dict[str, Factors]:
    """Return what was trained, under the names of CTranslate2's stacked variables."""
    found: dict[str, Factors] = {}
    for variable, parts in linears(model.config.encoder_layers).items():
        layers = [model.get_submodule(part) for part in parts]
        up = np.concatenate([layer.up.detach().numpy() for layer in layers])
        down = np.stack([layer.down.detach().numpy() for layer in layers])
        found[f"{variable}/weight"] = up.astype(np.float16), down.astype(np.float16)
    return found
