"""A caller who talks for minutes without a pause: kept up with, understood, answered."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile
from websockets.asyncio.client import connect

from asr.decoder import Decoder
from asr.engine import SAMPLE_RATE, Pcm
from asr.filter import Decoded
from asr.tail import Clip
from asr.vad import SileroVad, VoiceDetector
from asr.whisper import Whisper
from tests.fakes import FakeLLM, FakeTranscriber, FakeTTS
from tests.scene import Outcome, Silence, Speech, play
from tests.serving import serving
from tests.test_bad_luck import QUICK, wait_to_hear
from tests.test_server import Peer
from tests.test_whisper import SPOKEN, errors
from voice.weights import card

ROOT = Path(__file__).parents[1]
EARS = "whisper-tiny.en-short"
DEMO = dict(line.split("|") for line in (ROOT / "demos/phone/turns.txt").read_text().splitlines())
STORY = [
    (ROOT / "tests/audio/booking.wav", SPOKEN["booking"]),
    (ROOT / "demos/phone/1-book.wav", DEMO["1-book"]),
    (ROOT / "tests/audio/refill.wav", SPOKEN["refill"]),
    (ROOT / "demos/phone/2-choose.wav", DEMO["2-choose"]),
]
AHEAD, FASTEST = 9.0, 1.1
"""Seconds of audio that may come at once, and times the pace of speech that may come after them."""


class Watched:
    """The real decoder; remembers where clips began, and how long the longest was."""

    def __init__(self, path: Path) -> None:
        self._decoder = Decoder(
            path, language="en", device="cpu", compute_type="int8", threads=1, beam=1
        )
        self.longest = 0.0
        self.begins: set[int] = set()

    def decode(self, clips: Sequence[Clip], window: int) -> list[Decoded]:
        """As it does."""
        for clip in clips:
            self.longest = max(self.longest, len(clip.audio) / SAMPLE_RATE)
            self.begins.add(clip.start)
        return self._decoder.decode(clips, window)


def without_pauses(path: Path) -> Pcm:
    """What is said there, and after it, but no silence that is longer than one within a "t"."""
    pcm: Pcm = soundfile.read(path, dtype="int16")[0]
    frames = np.concatenate([pcm, np.zeros(1600, np.int16)])[: len(pcm) // 320 * 320 + 1600]
    frames = frames.reshape(-1, 320)
    peaks = np.abs(frames.astype(np.int32)).max(axis=1)
    loud = np.flatnonzero(peaks > peaks.max() / 50)
    recent = np.isin(np.arange(len(frames)), loud[:, None] + np.arange(4))
    return frames[recent].reshape(-1)


def test_five_minutes_of_talk_leave_no_more_behind_than_one_and_are_answered() -> None:
    def talk(seconds: float) -> tuple[Outcome, int]:
        tracemalloc.start()
        call = play(
            Silence(1.0),
            Speech(seconds),
            Silence(4.0),
            transcriber=FakeTranscriber("What are your hours?"),
            llm=FakeLLM("We open at nine."),
        )
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return call, peak

    (_, minute), (call, peak) = talk(60.0), talk(300.0)

    assert call.said("user ") == ["What are your hours?"]
    assert call.said("agent ") == ["Hello.", "We open at nine."]
    assert call.audible[1][0] - 301.0 < 1.0
    assert peak < 1.5 * minute


@pytest.mark.slow  # it takes as long as the pace allows
def test_forty_seconds_without_a_pause_are_understood_to_the_end_and_answered(
    model: Callable[[str], Path],
) -> None:
    story = 3 * STORY
    voice = np.concatenate([without_pauses(path) for path, _ in story])
    said = " ".join(words for _, words in story)

    async def scene(url: str) -> Peer:
        async with connect(url, proxy=None) as socket, asyncio.TaskGroup() as tasks:
            client = Peer(socket)
            listening = tasks.create_task(client.listen())
            await asyncio.sleep(1.0)  # the greeting
            clock = asyncio.get_running_loop().time
            began = clock()
            for at in range(0, len(voice), 320):
                due = began + (at / SAMPLE_RATE - AHEAD) / FASTEST
                await asyncio.sleep(max(0.0, due - clock()))
                await socket.send(voice[at : at + 320].tobytes())
            await wait_to_hear(client, "We open at nine.")
            listening.cancel()
        return client

    vad = SileroVad()
    decoder = Watched(model(EARS))
    ears = Whisper(decoder, vad=vad, window_extra=card(EARS).window)
    llm, tts = FakeLLM(*["We open at nine."] * 100), FakeTTS(per_word=0.02)  # it may guess
    with serving(llm, tts, ears=ears, detector=lambda: VoiceDetector(vad), turn=QUICK) as server:
        client = asyncio.run(scene(server.url()))
    [heard] = client.words("user")
    assert errors(said, heard) <= 0.05 * len(said.split())
    assert client.words("agent")[-1] == "We open at nine."
    assert len(decoder.begins) > 3  # so often its beginning was told, and forgotten
    assert decoder.longest < 15.0
