"""One call's ears: when things were said, and what of it is a turn."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from asr.edges import Offset, Onset
from asr.engine import Pause, Pcm
from asr.heard import Heard
from tests.fakes import VOICED, FakeDetector
from tests.simulate import simulate
from voice.events import SpeechEnded, SpeechStarted
from voice.listening import AudioClock, Ears, Turn

FRAME = 320


def frame(voiced: bool) -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    return np.full(FRAME, VOICED if voiced else 0, np.int16)


def test_a_stall_of_the_network_does_not_move_what_was_said() -> None:
    clock = AudioClock()
    for tick in range(1, 51):
        clock.advance(FRAME, 0.02 * tick)
    late = clock.advance(FRAME, 3.02)
    assert late == pytest.approx(1.02, abs=0.001)


def test_audio_that_was_lost_is_forgotten_in_seconds() -> None:
    clock = AudioClock()
    for tick in range(1, 51):
        clock.advance(FRAME, 0.02 * tick)
    for tick in range(1, 151):
        spoken = clock.advance(FRAME, 6.0 + 0.02 * tick)
    assert spoken == pytest.approx(9.0, abs=0.001)


def test_a_burst_after_a_stall_is_dated_to_when_it_was_spoken() -> None:
    clock = AudioClock()
    for tick in range(1, 51):
        clock.advance(FRAME, 0.02 * tick)
    burst = [clock.advance(FRAME, 2.0) for _ in range(50)]
    assert burst[-1] == pytest.approx(2.0, abs=0.001)


def test_edges_are_dated_to_when_they_were_spoken() -> None:
    ears = Ears(FakeDetector(hangover=0.1))
    events = []
    for tick in range(1, 101):
        events += ears.feed(frame(25 < tick <= 75), 0.02 * tick)
    assert [type(event) for event in events] == [SpeechStarted, SpeechEnded]
    assert [event.at for event in events] == pytest.approx([0.5, 1.5])


def test_messages_without_audio_leave_nothing_behind() -> None:
    ears = Ears(FakeDetector())
    ears.feed(frame(False), 0.0)
    tracemalloc.start()
    for message in range(2_000):
        assert ears.feed(frame(False)[:0], 0.001 * message) == []
    left, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert left < 10_000  # five bytes a message


class InTwos(FakeDetector):
    """Judges two frames at a time, as one window."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[Pcm] = []
        self._first: Pcm | None = None

    def feed(self, pcm: Pcm) -> list[Pcm | Onset | Offset]:
        """Each second frame with the one before it."""
        if self._first is None:
            self._first = pcm
            return []
        window, self._first = np.concatenate([self._first, pcm]), None
        self.windows.append(window)
        return super().feed(window)


def test_a_turn_is_made_of_what_the_detector_has_judged() -> None:
    async def scene() -> list[int]:
        detector = InTwos()
        ears = Ears(detector)
        for tick in range(1, 11):
            ears.feed(frame(True), 0.02 * tick)
        turn = ears.turn
        assert turn is not None
        ears.end_turn()
        heard = [id(item) async for item in turn.audio()]
        assert heard == [id(window) for window in detector.windows]
        return heard

    assert len(simulate(scene())) == 5


def test_a_transcriber_is_given_plain_samples_and_one_that_asks_what_was_judged_of_them() -> None:
    pcm = frame(True)
    judged = Heard(pcm, 0.9, np.zeros(8, dtype=np.float32))

    async def scene() -> tuple[list[Pcm | Pause], list[Pcm | Heard | Pause]]:
        turn = Turn(kept=1.0)
        for item in (judged, Pause(1)):
            turn.put(item)
        turn.end()
        taken = [item async for item in turn.audio()]
        for item in (judged, Pause(1)):
            turn.put(item)
        turn.end()
        assert turn.heard().tolist() == 2 * pcm.tolist()
        return taken, [item async for item in turn.audio().judged]

    taken, asked = simulate(scene())

    assert taken[0] is pcm
    assert asked[0] is judged
    assert taken[1] == asked[1] == Pause(1)


def test_every_silence_has_its_own_number() -> None:
    ears = Ears(FakeDetector(hangover=0.1))
    pauses = []
    for tick in range(1, 151):
        heard = ears.feed(frame(tick // 25 % 2 == 1), 0.02 * tick)
        pauses += [event.pause for event in heard if isinstance(event, SpeechEnded)]
    assert pauses == [1, 2]


def test_who_speaks_on_when_their_turn_has_ended_begins_another() -> None:
    ears = Ears(FakeDetector(hangover=0.1))
    ears.feed(frame(True), 0.02)
    first = ears.turn
    ears.end_turn()
    assert not ears.speaking
    assert ears.hush() is None
    for tick in range(2, 12):
        ears.feed(frame(False), 0.02 * tick)
    assert [type(event) for event in ears.feed(frame(True), 0.24)] == [SpeechStarted]
    assert ears.turn is not first


def test_a_turn_has_a_lead_in_and_its_silence_only_if_speech_goes_on() -> None:
    async def audio(*script: tuple[bool, int]) -> tuple[int, int]:
        ears = Ears(FakeDetector(hangover=0.1))
        tick = 0
        for voiced, frames in script:
            for _ in range(frames):
                tick += 1
                ears.feed(frame(voiced), 0.02 * tick)
        turn = ears.turn
        assert turn is not None
        ears.end_turn()
        items = [item async for item in turn.audio()]
        pauses = [item for item in items if isinstance(item, Pause)]
        return sum(len(i) for i in items if not isinstance(i, Pause)), len(pauses)

    spoken, hangover, lead_in = 50, 5, 15
    once = simulate(audio((False, 100), (True, spoken), (False, 40)))
    assert once == ((lead_in + spoken + hangover) * FRAME, 1)
    twice = simulate(audio((False, 100), (True, spoken), (False, 40), (True, spoken)))
    assert twice == ((lead_in + spoken + 40 + spoken) * FRAME, 1)
    gap = simulate(audio((False, 100), (True, spoken), (False, 500), (True, spoken)))
    longest_gap = 50
    assert gap == ((lead_in + spoken + hangover + longest_gap + spoken) * FRAME, 1)
