"""Load a CTranslate2 Whisper into a trainable checkpoint, and name its weights both ways.

CTranslate2 stacks the matrices that read the same input (queries, keys and values) in one variable,
and gives the keys a bias of zeros that the original model does not have.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import WhisperConfig, WhisperForConditionalGeneration

from asr.delta import variables

_ATTENTION = {"self_attention": "self_attn", "attention": "encoder_attn"}
_HALVES = {"weight": "weight", "bias": "bias", "gamma": "weight", "beta": "bias"}


def linears(layers: int) -> dict[str, list[str]]:
    """Return, for every linear variable of the layers, the checkpoint's modules stacked in it."""
    found: dict[str, list[str]] = {}
    for layer in range(layers):
        for side in ("encoder", "decoder"):
            theirs, ours = f"{side}/layer_{layer}", f"model.{side}.layers.{layer}"
            stacks = {"self_attention/linear_0": ["q_proj", "k_proj", "v_proj"]}
            stacks["self_attention/linear_1"] = ["out_proj"]
            if side == "decoder":
                stacks["attention/linear_0"] = ["q_proj"]
                stacks["attention/linear_1"] = ["k_proj", "v_proj"]
                stacks["attention/linear_2"] = ["out_proj"]
            for stack, modules in stacks.items():
                block = _ATTENTION[stack.partition("/")[0]]
                found[f"{theirs}/{stack}"] = [f"{ours}.{block}.{module}" for module in modules]
            found[f"{theirs}/ffn/linear_0"] = [f"{ours}.fc1"]
            found[f"{theirs}/ffn/linear_1"] = [f"{ours}.fc2"]
    return found


def _others(layers: int) -> dict[str, str]:
    """Return the checkpoint's name of every other module that has a weight."""
    found = {
        "encoder/conv1": "model.encoder.conv1",
        "encoder/conv2": "model.encoder.conv2",
        "encoder/layer_norm": "model.encoder.layer_norm",
        "decoder/layer_norm": "model.decoder.layer_norm",
        "decoder/embeddings": "model.decoder.embed_tokens",
    }
    norms = {
        "self_attention": "self_attn_layer_norm",
        "attention": "encoder_attn_layer_norm",
        "ffn": "final_layer_norm",
    }
    for layer in range(layers):
        for side in ("encoder", "decoder"):
            for block, norm in norms.items():
                name = f"{side}/layer_{layer}/{block}/layer_norm"
                found[name] = f"model.{side}.layers.{layer}.{norm}"
    return found


def load(folder: Path) -> WhisperForConditionalGeneration:
    """Return the model in ``folder`` as fp32, refusing one with a weight missing or left over."""
    raw = (folder / "model.bin").read_bytes()
    arrays: dict[str, Any] = {
        name: np.frombuffer(raw, np.float16, variable.size // 2, variable.offset)
        .reshape(variable.shape)
        .astype(np.float32)
        for name, variable in variables(raw).items()
        if len(variable.shape) > 0 and variable.dtype == 4
    }
    layers = sum(f"encoder/layer_{layer}/ffn/linear_0/weight" in arrays for layer in range(64))
    vocabulary, width = arrays["decoder/embeddings/weight"].shape
    config = WhisperConfig(
        vocab_size=vocabulary,
        num_mel_bins=arrays["encoder/conv1/weight"].shape[1],
        d_model=width,
        encoder_layers=layers,
        decoder_layers=layers,
        encoder_attention_heads=width // 64,
        decoder_attention_heads=width // 64,
        encoder_ffn_dim=4 * width,
        decoder_ffn_dim=4 * width,
        max_source_positions=len(arrays["encoder/position_encodings/encodings"]),
        max_target_positions=len(arrays["decoder/position_encodings/encodings"]),
    )
    state: dict[str, Any] = {
        "model.encoder.embed_positions.weight": arrays.pop("encoder/position_encodings/encodings"),
        "model.decoder.embed_positions.weight": arrays.pop("decoder/position_encodings/encodings"),
    }
    stacked, single = linears(layers), _others(layers)
    for name, array in arrays.items():
        module, _, half = name.rpartition("/")
        if module in single:
            state[f"{single[module]}.{_HALVES[half]}"] = array
            continue
        parts = stacked[module]
        for part, rows in zip(parts, np.split(array, len(parts)), strict=True):
            if part.endswith("k_proj") and half == "bias":
                if rows.any():
                    raise ValueError(f"{name} gives the keys a bias, expected zeros")
                continue
            state[f"{part}.{half}"] = rows
    state["proj_out.weight"] = state["model.decoder.embed_tokens.weight"]
    model = WhisperForConditionalGeneration(config)
    model.load_state_dict({key: torch.tensor(value) for key, value in state.items()}, strict=True)
    return model.eval()


def encode(model: WhisperForConditionalGeneration, mel: torch.Tensor) -> torch.Tensor:
    """Run the encoder on as many frames as there are; its own forward insists on 30 seconds."""
    encoder = model.model.encoder
    states = torch.nn.functional.gelu(encoder.conv1(mel))
    states = torch.nn.functional.gelu(encoder.conv2(states)).permute(0, 2, 1)
    states = states + encoder.embed_positions.weight[: states.shape[1]]
    for layer in encoder.layers:
        states = layer(states, None)
    return encoder.layer_norm(states)


def decoder_states(
    model: WhisperForConditionalGeneration, tokens: torch.Tensor, heard: torch.Tensor
) -> torch.Tensor:
    """Return every decoder layer's output for ``tokens``: (layers + 1, batch, tokens, width).

    The last one is after the final layer norm: what the next token is read from.
    """
    decoder = model.model.decoder
    kept: list[torch.Tensor] = []
    hooks = [
        layer.register_forward_hook(lambda _, __, out: kept.append(out)) for layer in decoder.layers
    ]
    try:
        out = decoder(input_ids=tokens, encoder_hidden_states=heard, use_cache=False)
    finally:
        for hook in hooks:
            hook.remove()
    return torch.stack([*kept, out.last_hidden_state])
