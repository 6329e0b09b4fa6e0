"""SmolLM2 from its GGUF file in torch, frozen in bf16, with low-rank factors to train.

Written out instead of taken from a library for three reasons: the attention takes a tree of turns
(:mod:`trees`), the base is read from the very file that the server runs, and the factors leave in
that file's names and row order, so that merging them is one sum.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from pathlib import Path

import gguf
import numpy as np
import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from torch import nn
from torch.nn import functional as F  # noqa: N812  # its usual name

HEAD = 64
STRIP = 128
GROUPS = {
    "qkv": ("attn_q", "attn_k", "attn_v"),
    "out": ("attn_output",),
    "up": ("ffn_gate", "ffn_up"),
    "down": ("ffn_down",),
}


def load_tokenizer(reader: gguf.GGUFReader) -> Tokenizer:
    """The tokenizer that the GGUF file carries: byte-level BPE, every digit by itself."""
    tokens = reader.fields["tokenizer.ggml.tokens"].contents()
    merges = reader.fields["tokenizer.ggml.merges"].contents()
    kinds = reader.fields["tokenizer.ggml.token_type"].contents()
    tokenizer = Tokenizer(
        models.BPE(
            vocab={token: number for number, token in enumerate(tokens)},
            merges=[tuple(merge.split(" ")) for merge in merges],
        )
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    special = [t for t, kind in zip(tokens, kinds, strict=True) if kind == gguf.TokenType.CONTROL]
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in special])
    return tokenizer


def halves(rows: int) -> np.ndarray:
    """Row order that turns llama.cpp's interleaved rotary pairs into two halves a head."""
    order = np.arange(rows).reshape(-1, HEAD // 2, 2)
    return order.transpose(0, 2, 1).reshape(-1)


class LowRank(nn.Module):  # type: ignore[misc]  # torch is not seen by mypy
    """One or more linears that read the same input: a frozen weight plus ``b @ a`` for each."""

    def __init__(self, weights: list[torch.Tensor], rank: int, alpha: float) -> None:
        super().__init__()
        self.register_buffer("weight", torch.cat(weights).to(torch.bfloat16))
        self.rank, self.scale = rank, alpha / rank
        self.a = nn.Parameter(torch.empty(rank * len(weights), weights[0].shape[1]))
        self.b = nn.ParameterList([nn.Parameter(torch.zeros(w.shape[0], rank)) for w in weights])
        nn.init.kaiming_uniform_(self.a, a=math.sqrt(5))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        flat = x.reshape(-1, x.shape[-1])
        low = F.linear(flat, self.a.to(x.dtype))
        # One product for all: the factors of each linear are a block of the diagonal.
        b = torch.block_diag(*self.b).mul(self.scale).to(x.dtype)
        return torch.addmm(F.linear(flat, self.weight), low, b.T).view(*x.shape[:-1], -1)


def rotate(x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor) -> torch.Tensor:
    """Rotary positions; ``x`` is (batch, heads, tokens, HEAD)."""
    one, two = x.chunk(2, dim=-1)
    return torch.cat((one * cos - two * sin, two * cos + one * sin), dim=-1)


def attend(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor, bias: torch.Tensor) -> torch.Tensor:
    """Attention in strips: a strip of queries needs no key after its end."""
    batch, heads, tokens, _ = q.shape
    kv_heads = k.shape[1]
    strips = []
    for start in range(0, tokens, STRIP):
        end = min(start + STRIP, tokens)
        # Three query heads share a key head: fold them into its rows instead of repeating keys.
        strip = q[:, :, start:end].reshape(batch, kv_heads, -1, HEAD)
        scores = strip @ k[:, :, :end].transpose(-1, -2)
        scores = scores.view(batch, kv_heads, heads // kv_heads, end - start, end)
        weights = torch.softmax(scores + bias[..., start:end, :end], dim=-1)
        mixed = weights.view(batch, kv_heads, -1, end) @ v[:, :, :end]
        strips.append(mixed.view(batch, heads, end - start, HEAD))
    return torch.cat(strips, dim=2)


class Block(nn.Module):  # type: ignore[misc]  # torch is not seen by mypy
    """One transformer layer."""

    def __init__(self, tensors: dict[str, np.ndarray], layer: int, rank: int, alpha: float) -> None:
        super().__init__()

        def weight(name: str) -> torch.Tensor:
            value = tensors[f"blk.{layer}.{name}.weight"]
            if name in ("attn_q", "attn_k"):
                value = value[halves(len(value))]
            return torch.from_numpy(np.ascontiguousarray(value))

        for group, names in GROUPS.items():
            self.add_module(group, LowRank([weight(name) for name in names], rank, alpha))
        self.register_buffer("norm1", weight("attn_norm").to(torch.bfloat16))
        self.register_buffer("norm2", weight("ffn_norm").to(torch.bfloat16))
        self.width = self.norm1.shape[0]
        self.heads = tensors[f"blk.{layer}.attn_q.weight"].shape[0] // HEAD
        self.kv_heads = tensors[f"blk.{layer}.attn_k.weight"].shape[0] // HEAD

    def forward(
        self, x: torch.Tensor, cos: torch.Tensor, sin: torch.Tensor, bias: torch.Tensor
    ) -> torch.Tensor:
        batch, tokens, _ = x.shape
        qkv = self.qkv(F.rms_norm(x, (self.width,), self.norm1, 1e-5))
        qkv = qkv.view(batch, tokens, -1, HEAD).transpose(1, 2)
        q, k, v = qkv.split([self.heads, self.kv_heads, self.kv_heads], dim=1)
        q, k = rotate(q, cos, sin) * HEAD**-0.5, rotate(k, cos, sin)
        mixed = attend(q, k, v, bias).transpose(1, 2)
        x = x + self.out(mixed.reshape(batch, tokens, -1))
        gate, up = self.up(F.rms_norm(x, (self.width,), self.norm2, 1e-5)).chunk(2, dim=-1)
        return x + self.down(F.silu(gate) * up)


class Brain(nn.Module):  # type: ignore[misc]  # torch is not seen by mypy
    """The whole model; ``forward`` gives logits for the chosen positions only."""

    def __init__(self, base: Path, rank: int, alpha: float) -> None:
        super().__init__()
        reader = gguf.GGUFReader(base)
        self.base_sha256 = hashlib.sha256(base.read_bytes()).hexdigest()
        self.tokenizer = load_tokenizer(reader)
        tensors = {
            t.name: gguf.quants.dequantize(t.data, t.tensor_type).astype(np.float32)
            for t in reader.tensors
        }
        layers = reader.fields["llama.block_count"].contents()
        base_frequency = reader.fields["llama.rope.freq_base"].contents()
        self.embedding: torch.Tensor
        self.register_buffer(
            "embedding", torch.from_numpy(tensors["token_embd.weight"]).to(torch.bfloat16)
        )
        self.register_buffer(
            "norm", torch.from_numpy(tensors["output_norm.weight"]).to(torch.bfloat16)
        )
        self.register_buffer(
            "frequencies", base_frequency ** -(torch.arange(0, HEAD, 2).float() / HEAD)
        )
        self.blocks = nn.ModuleList(Block(tensors, n, rank, alpha) for n in range(layers))

    def forward(
        self,
        tokens: torch.Tensor,
        positions: torch.Tensor,
        visible: torch.Tensor,
        wanted: torch.Tensor,
    ) -> torch.Tensor:
        """Logits where ``wanted``; ``visible`` is (batch, 1, 1, to, from)."""
        angles = positions[:, None, :, None] * self.frequencies
        cos, sin = angles.cos().to(torch.bfloat16), angles.sin().to(torch.bfloat16)
        bias = torch.zeros(visible.shape, dtype=torch.bfloat16).masked_fill_(~visible, -1e4)
        x = self.embedding[tokens]
        for block in self.blocks:
            x = block(x, cos, sin, bias)
        x = F.rms_norm(x[wanted], (x.shape[-1],), self.norm, 1e-5)
        return F.linear(x, self.embedding)

    def resume(self, factors: Mapping[str, np.ndarray]) -> None:
        """Go on from what :meth:`factors` gave."""
        for layer, block in enumerate(self.blocks):
            for group, names in GROUPS.items():
                linear: LowRank = getattr(block, group)
                tensors = [f"blk.{layer}.{name}.weight" for name in names]
                a = np.concatenate([factors[f"{tensor}.a"] for tensor in tensors])
                linear.a.data = torch.from_numpy(a.astype(np.float32))
                for name, tensor, b in zip(names, tensors, linear.b, strict=True):
                    rows = factors[f"{tensor}.b"].astype(np.float32) / linear.scale
                    if name in ("attn_q", "attn_k"):
                        rows = rows[halves(len(rows))]
                    b.data = torch.from_numpy(rows)

    def factors(self) -> dict[str, np.ndarray]:
        """The trained factors by the file's tensor names, in its row order, scale folded in."""
        found: dict[str, np.ndarray] = {"base_sha256": np.array(self.base_sha256)}
        for layer, block in enumerate(self.blocks):
            for group, names in GROUPS.items():
                linear: LowRank = getattr(block, group)
                parts = linear.a.detach().split(linear.rank)
                for name, a, b in zip(names, parts, linear.b, strict=True):
                    rows = (b.detach() * linear.scale).numpy()
                    if name in ("attn_q", "attn_k"):
                        rows = rows[np.argsort(halves(len(rows)))]
                    tensor = f"blk.{layer}.{name}.weight"
                    found[f"{tensor}.a"] = a.numpy().astype(np.float16)
                    found[f"{tensor}.b"] = rows.astype(np.float16)
        return found
