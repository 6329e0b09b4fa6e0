"""Hear every turn of a scene set with our own ears and transcriber, and write the table of pauses.

    python -m demos.latency.hear_pauses SCENES [--out demos/latency/scenes/pauses.jsonl]

The voice detector, the edges and Whisper (tiny.en on its short window) are the server's, fed 20 ms
at a time, so each pause has the words that the server would have had. Only time is not real: the
next frame waits for the words of a pause, as if they had taken no time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from tqdm import tqdm

from asr.edges import VadSettings
from asr.engine import SAMPLE_RATE, Pcm, Transcript
from asr.smart_turn import SmartTurn
from asr.vad import SileroVad, VoiceDetector
from asr.whisper import Whisper
from demos.latency.pauses import HeardPause, HeardTurn, write_table
from demos.latency.scene import INDEX
from demos.latency.smart_turn import find_smart_turn, in_cache
from demos.phone.recordings import read_audio
from voice import weights
from voice.config import TurnPolicy
from voice.end_of_turn import SECONDS
from voice.errors import VoiceError
from voice.events import SpeechStarted
from voice.listening import Ears
from voice.weights.cli import default_cache

FRAME = SAMPLE_RATE // 50
AFTER = 1.0
"""Seconds of a mute line after the end of the WAV."""
BEFORE = 0.7
"""Seconds before the first speech that the peer's model is shown: its half second, its onset's."""
ASKED_AFTER = 0.2
"""Seconds of silence after which the peer asks its model."""
FACTS = ("kind", "asks", "real", "joined", "voice", "turn_end")
MODEL = "whisper-tiny.en-short"
TABLE = Path(__file__).parent / "scenes" / "pauses.jsonl"


@dataclass
class _Silence:
    """A pause that is being listened to."""

    offset: float
    noticed: float
    number: int
    heard: Pcm
    text: str = ""
    rose: float | None = None


async def hear(pcm: Pcm, vad: SileroVad, whisper: Whisper) -> list[_Silence]:
    """All silences of one turn, each with the words before it."""
    settings = VadSettings(hangover=TurnPolicy().offset_delay)
    ears = Ears(VoiceDetector(vad, settings), SECONDS)
    silences: list[_Silence] = []
    words: AsyncGenerator[Transcript, None] | None = None
    rose: float | None = None
    heard = np.concatenate([pcm, np.zeros(round(AFTER * SAMPLE_RATE), np.int16)])
    for start in range(0, len(heard) - FRAME + 1, FRAME):
        now = (start + FRAME) / SAMPLE_RATE
        events = ears.feed(heard[start : start + FRAME], now)
        if ears.rising and rose is None:
            rose = now
        for event in events:
            if isinstance(event, SpeechStarted):
                if silences and silences[-1].rose is None:
                    silences[-1].rose = now if rose is None else rose
                if words is None and ears.turn is not None:
                    words = whisper.transcribe(ears.turn.audio())
            elif words is not None and ears.turn is not None:
                silence = _Silence(event.at, now, event.pause, ears.turn.heard())
                silence.text = await _final(words, event.pause)
                silences.append(silence)
        if not ears.rising:
            rose = None
    if words is not None:
        await words.aclose()
    return silences


async def _final(words: AsyncGenerator[Transcript, None], pause: int) -> str:
    async for told in words:
        if told.pause == pause:
            return told.text
    raise VoiceError(f"the transcriber said nothing of pause {pause}")


def judged(
    pcm: Pcm, silences: Sequence[_Silence], begins: float, model: SmartTurn
) -> list[HeardPause]:
    """The silences, each with what the model says when the peer asks it, and when we do."""
    first = max(0, round((begins - BEFORE) * SAMPLE_RATE))
    mute = np.zeros(round(AFTER * SAMPLE_RATE), np.int16)
    heard = np.concatenate([pcm, mute])
    pauses = []
    for silence in silences:
        at = silence.offset + ASKED_AFTER
        asked = silence.rose is None or silence.rose > at
        opinion = model.judge(heard[first : round(at * SAMPLE_RATE)]) if asked else None
        pauses.append(
            HeardPause(
                round(silence.offset, 3),
                round(silence.noticed, 3),
                None if silence.rose is None else round(silence.rose, 3),
                silence.text,
                None if opinion is None else round(opinion, 4),
                round(model.judge(silence.heard), 4),
            )
        )
    return pauses


async def hear_all(scenes: Path, whisper: Whisper, model: SmartTurn) -> list[HeardTurn]:
    """Every scene that is a turn."""
    vad, turns = SileroVad(), []
    lines = [json.loads(line) for line in (scenes / INDEX).read_text("utf-8").splitlines()]
    for line in tqdm([line for line in lines if line["play"] == "turn"], unit="turn"):
        pcm = read_audio(scenes / line["wav"], SAMPLE_RATE)
        silences = await hear(pcm, vad, whisper)
        pauses = judged(pcm, silences, line["speech"][0][0], model)
        facts = {key: line[key] for key in FACTS}
        turns.append(HeardTurn(scene=line["name"], pauses=tuple(pauses), **facts))
    return turns


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    cache = default_cache(os.environ)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("scenes", type=Path, help="a folder that demos.latency.scenes.make made")
    parser.add_argument("--out", type=Path, default=TABLE)
    parser.add_argument("--models", type=Path, default=cache, help="where weights are kept")
    asked = parser.parse_args(arguments)
    try:
        model = SmartTurn(find_smart_turn(in_cache(os.environ)))
        path = weights.fetch(MODEL, asked.models)
        # No partials by the clock: those at a pause are what a final is made of.
        whisper = Whisper(path, window_extra=weights.card(MODEL).window, partial_interval=1e6)
        turns = asyncio.run(hear_all(asked.scenes, whisper, model))
    except (VoiceError, OSError) as error:
        print(f"pauses: {error}", file=sys.stderr)
        return 1
    write_table(turns, asked.out)
    print(f"{sum(len(turn.pauses) for turn in turns)} pauses of {len(turns)} turns in {asked.out}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
