"""Our spectrogram is Whisper's, whatever the length of speech and window."""

import numpy as np
import pytest
from faster_whisper.feature_extractor import FeatureExtractor

from asr.mel import Spectrogram

EXTRACTOR = FeatureExtractor()


@pytest.mark.parametrize("speech", [1, 160, 200, 512, 1000, 15_999, 16_000, 47_800, 48_000, 60_000])
@pytest.mark.parametrize("window", [16_000, 48_000])
def test_it_equals_that_of_the_audio_filled_up_with_silence(speech: int, window: int) -> None:
    pcm = np.random.default_rng(speech).integers(-9000, 9000, speech).astype(np.int16)
    padded = np.zeros(window, dtype=np.float32)
    padded[: min(speech, window)] = pcm[:window] / 32768

    ours = Spectrogram(EXTRACTOR.mel_filters)(pcm, window)

    assert ours.shape == (80, window // 160)
    # The last frame of audio that fills the window is mirrored there, and silence here.
    whole = ours.shape[1] - 2
    np.testing.assert_allclose(ours[:, :whole], EXTRACTOR(padded, padding=0)[:, :whole], atol=1e-4)


def test_silence_is_flat() -> None:
    assert np.ptp(Spectrogram(EXTRACTOR.mel_filters)(np.zeros(1000, np.int16), 16_000)) < 1e-5
