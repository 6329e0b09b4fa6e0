"""Silence at both ends of a clause."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tts.trim import Pcm, Trimmer, audible, gap_after

RATE = 1_000  # a sample a millisecond


def silence(ms: int) -> Pcm:
    return np.full(ms, 40, np.int16)  # what a voice's silence is: a little noise


def speech(ms: int) -> Pcm:
    return np.full(ms, -5_000, np.int16)


def trim(gap: float, *chunks: Pcm) -> Pcm:
    trimmer = Trimmer(RATE, gap)
    return np.concatenate([trimmer.feed(chunk) for chunk in chunks])


def test_all_but_five_milliseconds_before_the_first_sound_is_cut() -> None:
    assert len(trim(0.1, silence(56), speech(200))) == 205


def test_a_first_sound_at_once_is_kept_whole() -> None:
    assert len(trim(0.1, silence(3), speech(200))) == 203


def test_the_lead_may_lie_in_the_chunk_before() -> None:
    assert len(trim(0.1, silence(50), silence(2), speech(200))) == 205


def test_silence_at_the_end_is_cut_to_the_gap() -> None:
    assert len(trim(0.12, speech(200), silence(300))) == 320


def test_the_gap_is_given_across_chunks_and_not_waited_for() -> None:
    trimmer = Trimmer(RATE, 0.12)

    given = [len(trimmer.feed(c)) for c in (speech(200), silence(50), silence(50), silence(50))]

    assert given == [200, 50, 50, 20]


def test_a_pause_within_a_clause_stays_as_long_as_it_was() -> None:
    assert len(trim(0.05, speech(100), silence(200), silence(100), speech(100))) == 500


def test_silence_alone_is_nothing() -> None:
    assert len(trim(0.12, silence(500), silence(500))) == 0


@pytest.mark.parametrize("sample", [-32_768, 32_767])
def test_the_loudest_sample_is_audible(sample: int) -> None:
    assert audible(np.array([0, sample], np.int16)).tolist() == [1]


@given(
    ends=st.tuples(st.integers(0, 80), st.integers(0, 80)),
    parts=st.lists(st.tuples(st.integers(1, 40), st.integers(0, 80)), min_size=1, max_size=4),
    cuts=st.lists(st.integers(0, 600), max_size=6),
)
def test_how_it_is_cut_into_chunks_changes_nothing(
    ends: tuple[int, int], parts: list[tuple[int, int]], cuts: list[int]
) -> None:
    middle = [piece for loud, quiet in parts for piece in (speech(loud), silence(quiet))]
    clause = np.concatenate([silence(ends[0]), *middle, silence(ends[1])])

    whole = trim(0.03, clause)

    loud = audible(clause)
    assert np.array_equal(whole, clause[max(0, loud[0] - 5) : loud[-1] + 1 + 30])
    assert np.array_equal(trim(0.03, *np.split(clause, sorted(cuts))), whole)


@pytest.mark.parametrize(
    ("clause", "gap"),
    [
        ("Sure.", 0.12),
        ("Really?", 0.12),
        ('She said "no."', 0.12),
        ("(Yes!) ", 0.12),
        ("Well,", 0.06),
        ("and then", 0.03),
        ("", 0.03),
    ],
)
def test_a_sentence_is_followed_by_more_silence_than_a_clause(clause: str, gap: float) -> None:
    assert gap_after(clause) == gap
