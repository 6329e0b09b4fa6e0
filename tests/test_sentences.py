"""Pieces of text into clauses: early, whole, and nothing lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis.strategies import integers, lists, text

from voice.sentences import Splitter


def split(written: str, size: int = 3) -> list[str]:
    splitter = Splitter()
    pieces = [written[start : start + size] for start in range(0, len(written), size)]
    return [clause for piece in pieces for clause in splitter.feed(piece)] + splitter.flush()


@pytest.mark.parametrize(
    ("written", "clauses"),
    [
        ("Sure, we open at nine.", ["Sure,", "we open at nine."]),
        ("Yes, we do: from nine, to five.", ["Yes,", "we do: from nine, to five."]),
        ("We open at nine. Anything else?", ["We open at nine.", "Anything else?"]),
        ("Dr. Chen is in. Mr. Wu is not.", ["Dr. Chen is in.", "Mr. Wu is not."]),
        ("We open at 9 a.m. on Monday.", ["We open at 9 a.m. on Monday."]),
        ("It is 3.5 mg at 10:30.", ["It is 3.5 mg at 10:30."]),
        ("One\nTwo", ["One", "Two"]),
        ("Okay.\n", ["Okay."]),
        ('"Stop!" he said. Then left.', ['"Stop!"', "he said.", "Then left."]),
        ("...", []),
        ("Well... maybe.", ["Well...", "maybe."]),
    ],
)
def test_clauses(written: str, clauses: list[str]) -> None:
    assert split(written) == clauses


def test_the_first_sentence_leaves_before_the_second_is_written() -> None:
    splitter = Splitter()
    assert splitter.feed("We open at nine. A") == ["We open at nine."]


def test_a_long_sentence_is_cut_at_a_comma() -> None:
    first = "We are open every day of the week from nine in the morning until late"
    assert split(f"Yes. {first}, and so on.")[1:] == [f"{first},", "and so on."]


@given(text(alphabet="ab .,!?\n9", max_size=200), integers(1, 7))
def test_nothing_that_can_be_spoken_is_lost(written: str, size: int) -> None:
    spoken = [c for clause in split(written, size) for c in clause if c.isalnum()]
    assert spoken == [c for c in written if c.isalnum()]


@given(lists(text(alphabet="ab .,!?\n9"), max_size=20))
def test_how_the_text_arrives_changes_nothing_once_a_word_follows(pieces: list[str]) -> None:
    splitter = Splitter()
    clauses = [clause for piece in pieces for clause in splitter.feed(piece)] + splitter.flush()
    assert "".join("".join(clauses).split()) == "".join(
        "".join(split("".join(pieces), 10_000)).split()
    )
