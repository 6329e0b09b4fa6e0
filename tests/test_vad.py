"""The real Silero hears speech, and nothing but speech, and puts its edges where they are."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from asr.edges import SLICE, WINDOW, EdgeFinder, Offset, Onset, VadSettings
from asr.engine import SAMPLE_RATE, Pcm
from asr.heard import Heard
from asr.vad import CONTEXT, UNSEEN, Judge, Samples, SileroVad, VadState, VoiceDetector, loudness

AUDIO = Path(__file__).parent / "audio"
SPOKEN = ["yes", "booking", "number", "refill"]
MS = SAMPLE_RATE / 1000

Wave = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def vad() -> SileroVad:
    return SileroVad()


def clip(name: str) -> Pcm:
    pcm: Pcm = soundfile.read(AUDIO / f"{name}.wav", dtype="int16")[0]
    return pcm


def silence(seconds: float) -> Pcm:
    return np.zeros(round(seconds * SAMPLE_RATE), dtype=np.int16)


def edges(vad: SileroVad, pcm: Pcm, size: int = 320) -> list[Onset | Offset]:
    detector = VoiceDetector(vad)
    return [e for at in range(0, pcm.size, size) for e in edges_in(detector, pcm[at : at + size])]


def edges_in(detector: VoiceDetector, pcm: Pcm) -> list[Onset | Offset]:
    return [heard for heard in detector.feed(pcm) if isinstance(heard, Onset | Offset)]


def tones(seconds: float, *frequencies: float, level: float = 0.2) -> Wave:
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    wave: Wave = level * np.sum([np.sin(2 * np.pi * f * t) for f in frequencies], axis=0)
    return wave


def music() -> Wave:
    """A melody of plucked notes over a chord, each with its harmonics."""
    notes = [262, 294, 330, 349, 392, 440, 392, 349, 330, 294, 262, 220]
    t = np.arange(round(0.4 * SAMPLE_RATE)) / SAMPLE_RATE
    plucked = [
        np.exp(-4 * t) * sum(np.sin(2 * np.pi * f * k * t) / k**1.5 for k in range(1, 8))
        for f in notes
    ]
    return 0.2 * np.concatenate(plucked) + tones(0.4 * len(notes), 131, 165, 196, level=0.05)


def not_speech() -> dict[str, Wave]:
    noise = np.random.default_rng(7).standard_normal(5 * SAMPLE_RATE)
    rumble = np.convolve(noise, np.ones(40) / 40, "same")
    on = (np.arange(5 * SAMPLE_RATE) // (SAMPLE_RATE // 2)) % 2 == 0
    clicks = np.zeros(5 * SAMPLE_RATE)
    clicks[::8000] = 0.9
    return {
        "silence": np.zeros(5 * SAMPLE_RATE),
        "loud white noise": 0.1 * noise,
        "faint white noise": 0.003 * noise,
        "rumble": rumble / np.abs(rumble).max() * 0.4,
        "hold tone": tones(5, 440),
        "ringback": tones(5, 440, 480),
        "dial tone": tones(5, 350, 440),
        "busy": tones(5, 480, 620) * on,
        "dtmf": tones(5, 770, 1336) * on,
        "music": music(),
        "clicks": clicks,
    }


@pytest.mark.parametrize("name", not_speech())
def test_what_is_not_speech_makes_no_edge(vad: SileroVad, name: str) -> None:
    pcm = (32767 * np.clip(not_speech()[name], -1, 1)).astype(np.int16)

    assert edges(vad, pcm) == []


@pytest.mark.parametrize("name", SPOKEN)
def test_edges_are_where_the_speech_begins_and_ends(vad: SileroVad, name: str) -> None:
    spoken = clip(name)
    found = edges(vad, np.concatenate([silence(1), spoken, silence(0.5)]))

    assert isinstance(found[0], Onset)
    assert isinstance(found[-1], Offset)
    assert found[0].sample == pytest.approx(SAMPLE_RATE, abs=30 * MS)
    assert found[-1].sample == pytest.approx(SAMPLE_RATE + spoken.size, abs=20 * MS)


@pytest.mark.parametrize("name", SPOKEN)
def test_an_offset_is_declared_soon_after_the_hangover(vad: SileroVad, name: str) -> None:
    pcm = np.concatenate([silence(1), clip(name), silence(0.5)])
    detector = VoiceDetector(vad)
    declared = [
        at + 320 - edge.sample
        for at in range(0, pcm.size, 320)
        for edge in edges_in(detector, pcm[at : at + 320])
        if isinstance(edge, Offset)
    ]

    hangover = VadSettings().hangover * SAMPLE_RATE
    assert hangover <= declared[-1] <= hangover + WINDOW + 320


def test_speech_is_heard_through_a_phone_and_noise(vad: SileroVad) -> None:
    spoken = clip("booking")
    pcm = np.concatenate([silence(1), spoken, silence(0.5)]).astype(np.float64)
    hiss = np.random.default_rng(3).standard_normal(pcm.size)
    noisy = pcm + hiss * 0.1 * np.sqrt(np.mean(spoken.astype(np.float64) ** 2))

    found = edges(vad, noisy.astype(np.int16))

    assert isinstance(found[0], Onset)
    assert found[0].sample == pytest.approx(SAMPLE_RATE, abs=150 * MS)
    assert isinstance(found[-1], Offset)
    assert found[-1].sample == pytest.approx(SAMPLE_RATE + spoken.size, abs=150 * MS)


def test_whispering_ten_thousandths_of_full_scale_is_still_heard(vad: SileroVad) -> None:
    faint = np.concatenate([silence(1), clip("booking") // 50, silence(0.5)])

    assert isinstance(edges(vad, faint)[0], Onset)


def test_two_calls_share_one_session_and_do_not_hear_each_other(vad: SileroVad) -> None:
    pcm = np.concatenate([silence(0.5), clip("number"), silence(0.5)])
    alone = edges(vad, pcm)
    speaking, silent = VoiceDetector(vad), VoiceDetector(vad)
    found, others = [], []
    for at in range(0, pcm.size, 320):
        found += edges_in(speaking, pcm[at : at + 320])
        others += edges_in(silent, silence(0.02))

    assert found == alone
    assert others == []


@given(sizes=st.lists(st.integers(1, 4000), min_size=1, max_size=8))
@settings(max_examples=10, deadline=None)
def test_how_the_audio_is_cut_into_frames_changes_nothing(vad: SileroVad, sizes: list[int]) -> None:
    pcm = np.concatenate([silence(0.3), clip("yes"), silence(0.3)])
    detector = VoiceDetector(vad)
    found, at = [], 0
    for size in (*sizes, pcm.size):
        found += edges_in(detector, pcm[at : at + size])
        at += size

    assert found == edges(vad, pcm, 160)


class Counted(SileroVad):
    """Silero; counts how often it is asked."""

    asked = 0

    def probability(self, heard: Samples, state: VadState) -> float:
        """As it does."""
        self.asked += 1
        return super().probability(heard, state)


def hiss(seconds: float, level: float) -> Pcm:
    noise = np.random.default_rng(4).standard_normal(round(seconds * SAMPLE_RATE))
    return (32768 * 10 ** (level / 20) * noise).astype(np.int16)


def test_silero_is_not_asked_about_a_line_that_is_still_and_hears_the_next_word_as_soon() -> None:
    line, spoken = hiss(8, -55), clip("yes")
    line[6 * SAMPLE_RATE : 6 * SAMPLE_RATE + spoken.size] += spoken
    vad = Counted()
    onsets = [edge for edge in edges(vad, line) if isinstance(edge, Onset)]

    assert vad.asked < 0.3 * line.size / WINDOW
    assert [onset.sample for onset in onsets] == pytest.approx([6 * SAMPLE_RATE], abs=30 * MS)


class Shown(SileroVad):
    """Takes nothing for speech; keeps the windows that it was asked about."""

    def __init__(self) -> None:
        self.windows: list[list[float]] = []

    def probability(self, heard: Samples, state: VadState) -> float:
        """Never."""
        self.windows.append((heard[CONTEXT:] * 32768).tolist())
        return 0.01


def test_a_sound_on_a_still_line_is_heard_after_the_last_of_what_came_before_it() -> None:
    """Silero goes by what came before: the windows it was not shown, it is shown now."""
    line, vad = hiss(3, -60), Shown()
    last = line.size // WINDOW - 1
    line[last * WINDOW :] *= 30
    windows = line[: (last + 1) * WINDOW].reshape(-1, WINDOW)
    judge = Judge(vad)
    judge.feed(line[: last * WINDOW])
    asked = len(vad.windows)
    judge.feed(line[last * WINDOW :])

    assert asked < last / 2
    assert vad.windows[asked:] == windows[-1 - UNSEEN :].tolist()


def test_a_line_that_grows_louder_is_still_again_before_long() -> None:
    soft, louder, vad = hiss(2, -65), hiss(6, -50), Shown()
    judge = Judge(vad)
    judge.feed(soft)
    asked = len(vad.windows)
    judge.feed(louder)

    assert len(vad.windows) - asked < louder.size / WINDOW / 2


def test_after_a_noise_has_gone_a_soft_sound_is_asked_about_again() -> None:
    loud, soft, sound, vad = hiss(2, -45), hiss(2, -65), hiss(0.1, -55), Shown()
    judge = Judge(vad)
    judge.feed(np.concatenate([loud, soft]))
    asked = len(vad.windows)
    judge.feed(sound)

    assert len(vad.windows) - asked >= sound.size // WINDOW


def test_silero_is_asked_about_all_of_a_loud_line() -> None:
    line, vad = hiss(3, -25), Counted()
    edges(vad, line)

    assert vad.asked == line.size // WINDOW


def test_what_the_detector_has_heard_is_not_judged_again_by_who_listens_after_it() -> None:
    vad, pcm = Counted(), clip("yes")
    detector, judge = VoiceDetector(vad), Judge(vad)
    windows = [heard for heard in detector.feed(pcm) if isinstance(heard, Heard)]
    again = [heard for window in windows for heard in judge.feed(window)]

    assert vad.asked == pcm.size // WINDOW
    assert [id(heard) for heard in again] == [id(window) for window in windows]
    whole = np.concatenate([window.pcm for window in windows])
    assert whole.tolist() == pcm[: pcm.size // WINDOW * WINDOW].tolist()


probability = st.floats(0, 1)
level = st.floats(-100, 0)


@given(st.lists(st.tuples(probability, level), max_size=60))
def test_edges_alternate_lie_in_the_past_and_never_go_back(
    heard: list[tuple[float, float]],
) -> None:
    finder = EdgeFinder()
    last, speaking = 0, False
    for index, (likely, loud) in enumerate(heard, start=1):
        edge = finder.step(likely, np.full(WINDOW // SLICE, loud, dtype=np.float32))
        if edge is None:
            continue
        assert isinstance(edge, Offset if speaking else Onset)
        assert last <= edge.sample <= index * WINDOW
        last, speaking = edge.sample, not speaking
        assert finder.speaking is speaking


def test_one_loud_window_is_not_an_onset() -> None:
    finder = EdgeFinder()
    quiet, loud = (np.full(8, level, dtype=np.float32) for level in (-90, -20))

    assert [finder.step(p, loud if p > 0.5 else quiet) for p in (0, 0, 0.9, 0, 0)] == [None] * 5


def test_a_soft_beginning_is_heard_in_its_second_window_and_a_doubtful_sound_is_none() -> None:
    soft, doubtful = EdgeFinder(), EdgeFinder()
    loud = np.full(8, -20, dtype=np.float32)

    assert [soft.step(p, loud) for p in (0.01, 0.23, 0.47)] == [None] * 3
    assert soft.rising
    assert isinstance(soft.step(0.27, loud), Onset)
    assert [doubtful.step(p, loud) for p in (0.01, 0.3, 0.34, 0.33, 0.3)] == [None] * 5
    assert not doubtful.rising


def test_a_pause_shorter_than_the_hangover_is_no_offset() -> None:
    finder = EdgeFinder(VadSettings(hangover=0.1))
    quiet, loud = (np.full(8, level, dtype=np.float32) for level in (-90, -20))
    heard = [finder.step(0.9, loud) for _ in range(5)]
    heard += [finder.step(0.01, quiet) for _ in range(3)]  # 96 ms
    heard += [finder.step(0.9, loud) for _ in range(5)]

    assert heard == [None, Onset(0), *[None] * 11]
    assert finder.voiced_samples == 10 * WINDOW


def test_an_onset_is_never_before_the_offset_that_went_before() -> None:
    finder = EdgeFinder(VadSettings(hangover=0.03))
    quiet, loud = (np.full(8, level, dtype=np.float32) for level in (-90, -20))
    for _ in range(5):
        finder.step(0.9, loud)

    assert finder.step(0.01, quiet) == Offset(5 * WINDOW)
    assert [finder.step(0.9, loud), finder.step(0.9, loud)] == [None, Onset(5 * WINDOW)]


def test_a_last_consonant_counts_although_silero_has_lost_interest() -> None:
    finder = EdgeFinder()
    quiet, loud = (np.full(8, level, dtype=np.float32) for level in (-90, -20))
    for _ in range(5):
        finder.step(0.9, loud)
    hiss = loud.copy()
    hiss[3:] = -90
    found = [finder.step(0.1, hiss), *(finder.step(0.01, quiet) for _ in range(4))]

    assert [edge for edge in found if edge] == [Offset(5 * WINDOW + 3 * SLICE)]


def test_loudness_of_full_scale_and_of_nothing() -> None:
    assert loudness(np.ones(WINDOW, np.float32)) == pytest.approx(np.zeros(WINDOW // SLICE))
    assert loudness(np.zeros(WINDOW, np.float32)) == pytest.approx(np.full(WINDOW // SLICE, -100))


def test_speech_after_a_long_mute_is_heard_as_after_a_short_one(vad: SileroVad) -> None:
    short, long = (
        edges(vad, np.concatenate([clip("yes"), silence(mute), clip("number"), silence(0.5)]))
        for mute in (0.32, 6.4)
    )

    assert len(long) == len(short)
    moved = round(6.08 * SAMPLE_RATE)
    assert [e.sample + moved for e in short[2:]] == [e.sample for e in long[2:]]
