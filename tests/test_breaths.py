"""Where a sentence that is too long is cut."""

from hypothesis import given
from hypothesis import strategies as st

from tts.breaths import breaths


def cut(phonemes: str) -> list[str]:
    return ["".join(piece) for piece in breaths(phonemes, longest=10)]


def test_a_long_sentence_is_cut_at_a_comma_else_at_a_space_else_anywhere() -> None:
    assert cut("") == []
    assert cut("abcdefghij") == ["abcdefghij"]
    assert cut("abc ef, ij kl mn") == ["abc ef,", " ij kl mn"]
    assert cut("abc, ef ij kl mn") == ["abc, ef ", "ij kl mn"]
    assert cut("abcdefghijklmnopqrstuvw") == ["abcdefghij", "klmnopqrst", "uvw"]


@given(st.text("ab, "))
def test_nothing_is_lost_and_nothing_is_longer_than_a_breath(phonemes: str) -> None:
    assert "".join(cut(phonemes)) == phonemes
    assert all(0 < len(piece) <= 10 for piece in cut(phonemes))
