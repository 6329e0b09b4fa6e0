"""Run a VITS network (a Piper voice) so that its first sound comes long before its last.

The network is one ONNX graph from phonemes to a sentence of samples. It is cut in two where
sound features become samples: the first half runs once a sentence, the second in chunks, a short
one first. Each chunk is decoded with the features around it that its samples depend on, so that
the chunks together are the very samples of the uncut graph.

    phonemes -head-> features -tail-> 280 ms, 560 ms, 1.1 s, 1.1 s, ...
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil

import numpy as np

from tts.cut import Graph
from tts.onnx import Floats, open_model

_DECODER = "dec.conv_pre.weight"
"""The first weights of the second half, in every Piper voice."""

_CHUNKS = (24, 48, 96)
"""Features in the first chunks, 12 ms each; the last number repeats. Longer chunks spend less on
the features around them; shorter ones make the first sound, and all other calls, wait less."""

_MOST_REACH = 32
"""Features on either side of a nudge: three times what any known decoder sees."""

_EVEN = np.array([0.0, 1.0, 0.0], np.float32)
"""Scales without noise."""


class Vits:
    """The network of one voice. Safe to use from any number of threads."""

    def __init__(self, model: bytes, threads: int = 1) -> None:
        graph = Graph(model)
        self.takes_speaker = "sid" in graph.inputs
        self._tail = None
        features = graph.fed_beside(_DECODER)
        # A decoder that also wants to know the speaker is run whole: rare, and right.
        if features is None or self.takes_speaker:
            self._head = open_model(model, threads)
            return
        self._head = open_model(graph.part(graph.inputs, [features]), threads)
        self._tail = open_model(graph.part([features], graph.outputs), threads)
        self._features = features
        self._hop, self._reach = self._measure()

    def say(self, ids: Sequence[int], scales: Floats, speaker: int = 0) -> Iterator[Floats]:
        """Samples of one sentence, between -1 and 1, computed as they are asked for.

        ``scales`` are the network's own: noise, length, noise of the length.
        """
        out = self._head.run(None, self._inputs(ids, scales, speaker))[0]
        if self._tail is None:
            yield out.reshape(-1)
            return
        for start, end in chunks(out.shape[2]):
            yield self._decode(out, start, end)

    def _inputs(self, ids: Sequence[int], scales: Floats, speaker: int) -> dict[str, object]:
        inputs: dict[str, object] = {
            "input": np.array([ids], np.int64),
            "input_lengths": np.array([len(ids)], np.int64),
            "scales": scales,
        }
        return inputs | {"sid": np.array([speaker], np.int64)} if self.takes_speaker else inputs

    def _decode(self, features: Floats, start: int, end: int) -> Floats:
        before = max(0, start - self._reach)
        near = features[:, :, before : end + self._reach]
        samples: Floats = self._run_tail(near)
        return samples[(start - before) * self._hop : (end - before) * self._hop]

    def _run_tail(self, features: Floats) -> Floats:
        assert self._tail is not None
        samples: Floats = self._tail.run(None, {self._features: features})[0].reshape(-1)
        return samples

    def _measure(self) -> tuple[int, int]:
        """Samples a feature makes, and how many features away it is still heard.

        The file does not say; a nudge to one feature shows it.
        """
        (made,) = self._head.run(None, self._inputs([0] * _MOST_REACH, _EVEN, 0))
        features = np.resize(made, (1, made.shape[1], 2 * _MOST_REACH + 1))
        nudged = features.copy()
        nudged[:, :, _MOST_REACH] += 1.0
        changed = np.flatnonzero(self._run_tail(features) != self._run_tail(nudged))
        hop = len(self._run_tail(features)) // features.shape[2]
        before = _MOST_REACH * hop - int(changed[0])
        after = int(changed[-1]) + 1 - (_MOST_REACH + 1) * hop
        return hop, ceil(max(before, after) / hop)


def chunks(features: int) -> Iterator[tuple[int, int]]:
    """Where to cut a sentence of so many features. Pure."""
    start, number = 0, 0
    while start < features:
        end = start + _CHUNKS[min(number, len(_CHUNKS) - 1)]
        if features - end < _CHUNKS[0] // 2:
            end = features  # a last scrap is not worth the features around it
        yield start, end
        start, number = end, number + 1
