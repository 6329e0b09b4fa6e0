"""Look again at the stretches of a clip that its text leaves out (:mod:`asr.lost` finds them).

    "I'm sorry. Please try again."  -> when were its words said? -> a stretch without any
                                    -> decoded by itself         -> its words in their place

Only what is told for good is worth that: it is one decode more for each stretch, and one encoding.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any, Protocol

from asr.engine import SAMPLE_RATE
from asr.filter import Decoded
from asr.lost import UNIT, find_lost, join, piece, sparse
from asr.tail import Clip
from asr.window import POSITION, Window

logger = logging.getLogger(__name__)

MOST_LOST = 3
"""Stretches of a clip that are decoded again."""


class Model(Protocol):
    """What :class:`asr.decoder.Decoder` can do besides."""

    def encode(self, clips: Sequence[Clip], window: int) -> Any:  # noqa: ANN401 - CTranslate2's
        """Clips, as the model sees them."""
        ...

    def timed(self, encoded: Any, text: str, samples: int) -> tuple[list[int], list[float]]:  # noqa: ANN401 - as encode
        """The tokens of a text, and when in the only clip each of them is spoken."""
        ...

    def written(self, tokens: Sequence[int]) -> str:
        """The text of tokens."""
        ...

    def hear(self, clips: Sequence[Clip], window: int) -> list[Decoded]:
        """What is said in each of the clips, at the first try."""
        ...


def mend(model: Model, clip: Clip, decoded: Decoded, window: int) -> Decoded:
    """The text with the words that it has left out, if it has; as it is if that goes wrong."""
    try:
        return _mended(model, clip, decoded, window)
    except Exception:  # there is an answer: neither its caller nor the batch shall go without
        seconds = clip.audio.size / SAMPLE_RATE
        logger.exception("whisper could not look again at %.1f s of speech", seconds)
        return decoded


def _mended(model: Model, clip: Clip, decoded: Decoded, window: int) -> Decoded:
    encoded = model.encode([clip], window)
    for _ in range(MOST_LOST):
        tokens, starts = model.timed(encoded, decoded.text, min(window, clip.audio.size))
        lost = find_lost([model.written([token]) for token in tokens], starts, clip)
        if lost is None:
            break
        missing = piece(clip, lost)
        [found] = model.hear([missing], _window(missing, clip, window))
        before, after = (model.written(p) for p in (tokens[: lost.token], tokens[lost.token :]))
        before_it, decoded = decoded, join(decoded, before, found, after)
        if decoded is before_it or (UNIT.search(found.text) and not sparse(decoded)):
            break  # letters take their time: no more is missing
    return decoded


def _window(part: Clip, clip: Clip, window: int) -> int:
    """The window for a part of a clip; a model that must have its thirty seconds has them."""
    if window >= Window().samples(0):
        return window
    return -(-(window - clip.audio.size + part.audio.size) // POSITION) * POSITION
