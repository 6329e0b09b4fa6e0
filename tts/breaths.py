"""Cut what is too long to say in one go: a network's memory grows by the square of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def breaths(phonemes: Sequence[str], longest: int) -> Iterator[Sequence[str]]:
    """Pieces of at most ``longest``, cut after the last comma, else space, of their second half."""
    while len(phonemes) > longest:
        ends = [
            max((at + 1 for at in range(longest) if phonemes[at] in marks), default=0)
            for marks in (",;:", " ")
        ]
        end = next((end for end in ends if end > longest // 2), longest)
        yield phonemes[:end]
        phonemes = phonemes[end:]
    if phonemes:
        yield phonemes
