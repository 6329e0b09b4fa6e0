"""The caller's recordings: rates, channels, labels, and files that are none."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile

from demos.phone.recordings import read_recording, write_stereo
from tests.phone import recording, tone
from voice.errors import VoiceError

TURNS = sorted((Path(__file__).parent.parent / "demos" / "phone").glob("*.wav"))


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 44_100])
def test_a_recording_of_any_rate_is_labelled_by_its_loudness(tmp_path: Path, rate: int) -> None:
    path = tmp_path / "turn.wav"
    soundfile.write(path, recording(rate, 0.2, 1.0, 0.4).pcm, rate)

    read = read_recording(path, 16_000)

    assert (read.speech_start, read.speech_end) == pytest.approx((0.2, 1.2), abs=0.004)
    assert len(read.pcm) == pytest.approx(1.6 * 16_000, abs=2)


def test_soft_noise_after_the_last_word_is_not_speech(tmp_path: Path) -> None:
    path = tmp_path / "turn.wav"
    soundfile.write(path, np.concatenate([tone(1.0, 8_000), tone(1.0, 8_000, 60)]), 8_000)

    assert read_recording(path, 8_000).speech_end == pytest.approx(1.0, abs=0.004)


def test_both_channels_are_heard(tmp_path: Path) -> None:
    path = tmp_path / "turn.wav"
    write_stereo(path, tone(0.5, 8_000), tone(0.5, 8_000, 0), 8_000)

    assert read_recording(path, 8_000).pcm.tolist() == tone(0.5, 8_000, 4_000).tolist()


def test_a_label_beside_the_file_is_believed(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "turn.wav", tone(1.0, 8_000), 8_000)
    (tmp_path / "turn.json").write_text(json.dumps({"speech_start": 0.25, "speech_end": 0.75}))

    read = read_recording(tmp_path / "turn.wav", 8_000)

    assert (read.speech_start, read.speech_end) == (0.25, 0.75)


@pytest.mark.parametrize("label", ["{", "[]", "{}", '{"speech_end": null}', '{"speech_end": "x"}'])
def test_a_broken_label_is_refused(tmp_path: Path, label: str) -> None:
    soundfile.write(tmp_path / "turn.wav", tone(1.0, 8_000), 8_000)
    (tmp_path / "turn.json").write_text(label)

    with pytest.raises(VoiceError, match=r"turn\.json is no label"):
        read_recording(tmp_path / "turn.wav", 8_000)


@pytest.mark.parametrize(
    ("start", "end"), [(0.0, 99.0), (0.5, 0.5), (-0.1, 0.5), (0.7, 0.5), (0.0, float("nan"))]
)
def test_a_label_of_speech_that_the_recording_does_not_hold_is_refused(
    tmp_path: Path, start: float, end: float
) -> None:
    soundfile.write(tmp_path / "turn.wav", tone(1.0, 8_000), 8_000)
    (tmp_path / "turn.json").write_text(json.dumps({"speech_start": start, "speech_end": end}))

    with pytest.raises(VoiceError, match=rf"has speech from .* to {end:g} s, expected it within"):
        read_recording(tmp_path / "turn.wav", 8_000)


def test_a_label_at_the_very_end_may_be_rounded(tmp_path: Path) -> None:
    soundfile.write(tmp_path / "turn.wav", tone(1.0004, 8_000), 8_000)
    (tmp_path / "turn.json").write_text('{"speech_end": 1.001}')

    assert read_recording(tmp_path / "turn.wav", 8_000).speech_end == 1.001


def test_what_is_no_recording_of_speech_is_refused(tmp_path: Path) -> None:
    (tmp_path / "words.wav").write_text("hello")
    soundfile.write(tmp_path / "silence.wav", tone(1.0, 8_000, 0), 8_000)
    soundfile.write(tmp_path / "empty.wav", tone(0.0, 8_000), 8_000)

    with pytest.raises(VoiceError, match=r"cannot read .*words\.wav: format not recognised"):
        read_recording(tmp_path / "words.wav", 8_000)
    with pytest.raises(VoiceError, match=r"cannot read .*missing\.wav: no such file"):
        read_recording(tmp_path / "missing.wav", 8_000)
    with pytest.raises(VoiceError, match="holds no speech: its loudest moment is -200 dBFS"):
        read_recording(tmp_path / "silence.wav", 8_000)
    with pytest.raises(VoiceError, match=r"empty\.wav is 0\.0 s long, expected up to 600"):
        read_recording(tmp_path / "empty.wav", 8_000)


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24", "FLOAT", "DOUBLE"])
def test_however_its_samples_are_written_a_recording_is_as_loud(
    tmp_path: Path, subtype: str
) -> None:
    path = tmp_path / "turn.wav"
    spoken = recording(16_000, 0.1, 0.5, 0.1).pcm
    soundfile.write(path, spoken / 32_768, 16_000, subtype=subtype)

    assert read_recording(path, 16_000).pcm.tolist() == spoken.tolist()


def test_samples_beyond_full_scale_are_cut_there(tmp_path: Path) -> None:
    path = tmp_path / "turn.wav"
    soundfile.write(path, np.array([0.0, 2.0, -2.0, np.nan]), 16_000, subtype="FLOAT")

    assert read_recording(path, 16_000).pcm.tolist() == [0, 32_767, -32_768, 0]


def test_a_stereo_file_that_cannot_be_written_is_the_operators_to_mend(tmp_path: Path) -> None:
    with pytest.raises(VoiceError, match=r"cannot write .*nowhere"):
        write_stereo(tmp_path / "nowhere" / "call.wav", tone(0.1, 8_000), tone(0.1, 8_000), 8_000)


def test_the_demo_caller_is_small_and_speaks_three_times() -> None:
    assert len(TURNS) == 3
    assert sum(path.stat().st_size for path in TURNS) < 300_000
    for path in TURNS:
        assert soundfile.info(path).samplerate == 16_000
        read = read_recording(path, 16_000)
        assert 0.5 < read.speech_end - read.speech_start < 4.0
