"""Who says what: dealt evenly, by chance, and the same again for the same seed."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from demos.latency.deal import deal
from demos.latency.scene import Play, Scene, read_scenes
from tests.phone import recording, tone
from voice.errors import VoiceError


def scene(name: str, play: Play = "turn") -> Scene:
    return Scene(name, np.zeros(0, np.int16), ((0.0, 1.0),), 1.0, play=play)


TURNS = [scene(str(number)) for number in range(5)]
SOUNDS = [scene("nod", "over_agent"), scene("cough", "after_turn")]


def test_every_turn_is_said_once_before_any_is_said_again() -> None:
    plans = deal(TURNS, calls=4, turns=5, within=3.0, seed=1)

    said = Counter(step.scene.name for plan in plans for step in plan.steps)
    assert said == Counter({str(number): 4 for number in range(5)})
    assert len({tuple(step.scene.name for step in plan.steps) for plan in plans}) > 1


def test_calls_begin_at_random_within_the_given_seconds() -> None:
    starts = [plan.starts_at for plan in deal(TURNS, calls=50, turns=1, within=3.0, seed=1)]

    assert 0 <= min(starts) < 0.5
    assert 2.5 < max(starts) <= 3.0
    assert len(set(starts)) == 50


def test_the_same_seed_deals_the_same_hands_and_another_others() -> None:
    once, again, other = (deal(TURNS + SOUNDS, 6, 6, 3.0, seed) for seed in (1, 1, 2))

    assert once == again
    assert once != other


def test_sounds_come_as_often_as_they_are_in_the_set() -> None:
    plans = deal(TURNS + SOUNDS, calls=50, turns=10, within=3.0, seed=1)

    overlaps = [step.over for plan in plans for step in plan.steps if step.over]
    assert len(overlaps) / 500 == pytest.approx(2 / 5, abs=0.08)
    assert {o.scene.name for o in overlaps} == {"nod", "cough"}
    assert all(0.6 <= o.delay <= 1.2 for o in overlaps if o.scene.name == "nod")
    assert all(0.05 <= o.delay <= 0.35 for o in overlaps if o.scene.name == "cough")


def test_a_sound_may_say_itself_when_it_begins() -> None:
    goes_on = replace(SOUNDS[0], delay=(0.0, 0.1))
    plans = deal([TURNS[0], goes_on], calls=1, turns=30, within=3.0, seed=1)

    assert all(step.over and 0.0 <= step.over.delay <= 0.1 for step in plans[0].steps)


def test_sounds_alone_are_no_call() -> None:
    with pytest.raises(VoiceError, match="none of 2 scenes is a turn"):
        deal(SOUNDS, calls=1, turns=1, within=3.0, seed=1)


LABEL = {
    "name": "pause-1", "wav": "pause.wav", "kind": "mid_pause", "text": "my number is five",
    "asks": "digits", "voice": "af_bella", "real": True, "speech": [[0.1, 0.3], [0.5, 0.6]],
    "turn_end": 0.6, "expect": "reply", "play": "turn", "licence": "CC0-1.0", "mood": "tired",
}  # fmt: skip


def folder(path: Path, **changes: object) -> Path:
    soundfile.write(path / "pause.wav", tone(0.8, 16_000), 16_000)
    (path / "scenes.jsonl").write_text(f"\n{json.dumps(LABEL | changes)}\n")
    return path


def test_a_labelled_scene_is_read_as_it_is_labelled(tmp_path: Path) -> None:
    [read] = read_scenes([folder(tmp_path)], 8_000)

    assert (read.name, read.kind, read.text) == ("pause-1", "mid_pause", "my number is five")
    assert read.speech == ((0.1, 0.3), (0.5, 0.6))
    assert (read.starts_at, read.ends_at, read.takes_the_turn, read.real) == (0.1, 0.6, True, True)
    assert len(read.pcm) == pytest.approx(0.8 * 8_000, abs=1)


def test_a_sound_without_speech_lasts_as_long_as_its_file(tmp_path: Path) -> None:
    labelled = folder(tmp_path, speech=[], turn_end=None, play="over_agent", expect="keep_talking")
    [read] = read_scenes([labelled], 8_000)

    assert read.starts_at == 0.0
    assert read.ends_at == pytest.approx(0.8, abs=0.001)
    assert not read.takes_the_turn


def test_a_folder_of_recordings_is_turns_labelled_by_their_loudness(tmp_path: Path) -> None:
    for name in ("b.wav", "a.wav"):
        soundfile.write(tmp_path / name, recording(16_000, 0.2, 1.0, 0.4).pcm, 16_000)

    first, second = read_scenes([tmp_path], 16_000)

    assert (first.name, second.name) == ("a", "b")
    assert (first.starts_at, first.ends_at) == pytest.approx((0.2, 1.2), abs=0.004)
    assert (first.play, first.expect, first.takes_the_turn) == ("turn", "reply", True)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"play": "loud"}, "line 2: play: input should be 'turn', 'over_agent' or 'after_turn'"),
        ({"speech": [[0.1]]}, r"line 2: speech\.0\.1: field required"),
        ({"speech": [[0.5, 0.1]]}, r"speech of .*pause\.wav is \[0\.5, 0\.1\], expected within"),
        ({"speech": [[0.1, 9.0]]}, r"is \[0\.1, 9\.0\], expected within its 0\.80 s"),
        ({"turn_end": 0.3}, r"turn_end of .*pause\.wav is 0\.3, expected 0\.6, where speech is"),
        ({"wav": "no.wav"}, r"cannot read .*no\.wav"),
    ],
)
def test_a_label_that_cannot_be_is_refused(
    tmp_path: Path, changes: dict[str, object], complaint: str
) -> None:
    with pytest.raises(VoiceError, match=complaint):
        read_scenes([folder(tmp_path, **changes)], 16_000)


def test_a_folder_without_recordings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match=r"holds neither scenes\.jsonl nor a \.wav"):
        read_scenes([tmp_path], 16_000)


def test_an_index_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match=r"cannot read .*my\.jsonl: no such file or directory"):
        read_scenes([tmp_path / "my.jsonl"], 16_000)
