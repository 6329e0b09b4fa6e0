"""G.711 against the recommendation's own table; resampling against what the ear would notice."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.audio import Pcm, Resampler, decode_mulaw, encode_mulaw

RATES = [(8_000, 16_000), (16_000, 8_000), (22_050, 8_000), (22_050, 16_000), (24_000, 8_000)]
RATES += [(24_000, 16_000), (48_000, 16_000), (16_000, 48_000), (22_050, 24_000), (44_100, 16_000)]

# Recommendation G.711, table 2a: the sent code of a positive value, and the value it decodes to,
# in 14-bit units. One row for each end of each segment.
TABLE = [
    (0b10000000, 8031),
    (0b10001111, 4191),
    (0b10010000, 3999),
    (0b10011111, 2079),
    (0b10100000, 1983),
    (0b10101111, 1023),
    (0b10110000, 975),
    (0b10111111, 495),
    (0b11000000, 471),
    (0b11001111, 231),
    (0b11010000, 219),
    (0b11011111, 99),
    (0b11100000, 93),
    (0b11101111, 33),
    (0b11110000, 30),
    (0b11111110, 2),
    (0b11111111, 0),
]


def tone(hz: float, rate: int, seconds: float = 0.5, peak: int = 16_000) -> Pcm:
    at = np.arange(int(seconds * rate)) / rate
    pcm: Pcm = np.rint(peak * np.sin(2 * np.pi * hz * at)).astype(np.int16)
    return pcm


def resample(pcm: Pcm, from_rate: int, to_rate: int) -> Pcm:
    return Resampler(from_rate, to_rate).feed(pcm, last=True)


def level(pcm: Pcm) -> float:
    """Loudness of the middle half in dB, where a full-scale sine has -3."""
    middle = pcm[len(pcm) // 4 : -len(pcm) // 4].astype(float) / 32_768
    return float(10 * np.log10(np.mean(middle**2) + 1e-12))


@pytest.mark.parametrize(("code", "value"), TABLE)
def test_mulaw_is_the_table_of_the_recommendation(code: int, value: int) -> None:
    assert decode_mulaw(bytes([code, code & 0x7F])).tolist() == [4 * value, -4 * value]
    assert encode_mulaw(np.array([4 * value], np.int16)) == bytes([code])
    if value:
        assert encode_mulaw(np.array([-4 * value], np.int16)) == bytes([code & 0x7F])


def test_every_code_survives_decoding_and_encoding_except_minus_zero() -> None:
    codes = bytes(range(256))

    assert encode_mulaw(decode_mulaw(codes)) == codes.replace(b"\x7f", b"\xff")


def test_no_sample_is_further_from_its_code_than_half_a_step_of_its_segment() -> None:
    ends = 4 * np.array([31, 95, 223, 479, 991, 2015, 4063])  # of segments 1 to 7, table 2a
    every = np.arange(-32_635, 32_636).astype(np.int16)
    half_step = 4 << np.searchsorted(ends, np.abs(every), side="right")

    chosen = decode_mulaw(encode_mulaw(every))

    assert np.all(np.abs(chosen.astype(int) - every) <= half_step)
    assert np.all(chosen * every.astype(int) >= 0)


def test_what_is_louder_than_the_loudest_code_gets_the_loudest_code() -> None:
    assert encode_mulaw(np.array([32_767, -32_768], np.int16)) == b"\x80\x00"


def test_the_same_rate_passes_through_untouched() -> None:
    pcm = tone(440, 16_000)

    resampler = Resampler(16_000, 16_000)

    assert resampler.feed(pcm) is pcm


@pytest.mark.parametrize(("from_rate", "to_rate"), RATES)
def test_a_voice_keeps_its_loudness_pitch_and_place(from_rate: int, to_rate: int) -> None:
    for hz in (200, 1_000, 3_300):
        got = resample(tone(hz, from_rate), from_rate, to_rate)
        want = tone(hz, to_rate, len(got) / to_rate)[: len(got)]

        middle = slice(len(got) // 4, -len(got) // 4)
        error = got[middle].astype(int) - want[middle]
        assert np.abs(error).max() < 0.01 * 16_000


@pytest.mark.parametrize(("from_rate", "to_rate"), RATES)
def test_what_the_new_rate_cannot_carry_is_gone(from_rate: int, to_rate: int) -> None:
    half = to_rate / 2
    for hz in [hz for hz in (1.02 * half, 1.3 * half) if hz < from_rate / 2]:
        assert level(resample(tone(hz, from_rate), from_rate, to_rate)) < -65


@pytest.mark.parametrize(("from_rate", "to_rate"), RATES)
def test_a_higher_rate_adds_no_tone_of_its_own(from_rate: int, to_rate: int) -> None:
    got = resample(tone(1_000, from_rate, seconds=1), from_rate, to_rate).astype(float)

    spectrum = np.abs(np.fft.rfft(got * np.hanning(len(got))))
    hz = np.fft.rfftfreq(len(got), 1 / to_rate)

    assert spectrum[np.abs(hz - 1_000) > 100].max() < spectrum.max() / 1_000


@pytest.mark.parametrize(("from_rate", "to_rate"), RATES)
def test_20_ms_come_out_as_20_ms_and_never_later_than_the_stated_delay(
    from_rate: int, to_rate: int
) -> None:
    resampler, heard, said = Resampler(from_rate, to_rate), 0, 0
    delay = 24 / min(from_rate, to_rate)

    for _ in range(100):
        heard += from_rate // 50
        said += len(resampler.feed(np.zeros(from_rate // 50, np.int16)))
        assert 0 <= heard / from_rate - said / to_rate <= delay + 1 / to_rate


@given(
    rates=st.sampled_from(RATES),
    length=st.integers(0, 9_000),
    cuts=st.lists(st.integers(0, 9_000), max_size=8),
)
def test_how_the_stream_is_cut_changes_nothing(
    rates: tuple[int, int], length: int, cuts: list[int]
) -> None:
    pcm = np.random.default_rng(length).integers(-32_768, 32_768, length).astype(np.int16)
    resampler = Resampler(*rates)

    pieces = [
        resampler.feed(piece) for piece in np.split(pcm, sorted(min(c, length) for c in cuts))
    ]
    pieces.append(resampler.feed(pcm[:0], last=True))

    got = np.concatenate(pieces)
    assert len(got) == -(-length * rates[1] // rates[0])
    assert np.array_equal(got, resample(pcm, *rates))


def test_a_stream_that_ended_begins_anew() -> None:
    resampler, pcm = Resampler(22_050, 8_000), tone(500, 22_050)

    assert np.array_equal(resampler.feed(pcm, last=True), resampler.feed(pcm, last=True))


def test_the_loudest_sample_is_clipped_and_does_not_wrap_around() -> None:
    square = np.where(np.arange(2_000) % 80 < 40, 32_767, -32_768).astype(np.int16)

    got = resample(square, 16_000, 48_000)

    assert np.all(np.sign(got[30:90].astype(int)) == 1)
    assert got.max() == 32_767


@pytest.mark.parametrize("rates", [(0, 8_000), (8_000, -1)])
def test_a_rate_that_is_none_is_refused(rates: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="cannot resample from"):
        Resampler(*rates)
