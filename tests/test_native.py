"""The native protocol, message by message, and against whatever a peer may send."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.wire import anything, outcome
from voice.errors import WireError
from voice.wire import (
    LONGEST_MESSAGE_BYTES,
    Audio,
    Bye,
    Clear,
    Codec,
    Digit,
    ErrorOut,
    Inbound,
    Mark,
    Outbound,
    Ready,
    Started,
    Stopped,
    TraceOut,
    TranscriptOut,
)
from voice.wire.fields import LONGEST_REASON_BYTES
from voice.wire.native import SAMPLE_RATES, Native

_: type[Codec] = Native

VALID = [
    '{"type": "hello", "sample_rate": 24000, "token": "s3cret", "parameters": {"name": "Ann"}}',
    '{"type": "played", "mark": "3"}',
    '{"type": "digit", "digit": "5"}',
    '{"type": "bye"}',
]


def audio(*samples: int) -> bytes:
    return np.array(samples, "<i2").tobytes()


def heard(values: list[Inbound]) -> list[int]:
    """The samples of the only Audio among ``values``."""
    [pcm] = [value.pcm for value in values if isinstance(value, Audio)]
    return [int(sample) for sample in pcm]


def refusal(codec: Native, message: str | bytes) -> str:
    with pytest.raises(WireError) as caught:
        codec.decode(message)
    return str(caught.value)


def test_audio_without_a_hello_starts_the_call_at_16_khz() -> None:
    codec = Native()

    started, *rest = codec.decode(audio(1, -2, 32_767, -32_768))

    assert started == Started()
    assert heard(rest) == [1, -2, 32_767, -32_768]
    assert codec.sample_rate == 16_000


def test_only_the_first_audio_starts_the_call() -> None:
    codec = Native()
    codec.decode(audio(1))

    assert heard(codec.decode(audio(2))) == [2]
    assert not any(isinstance(value, Started) for value in codec.decode(audio(3)))


@pytest.mark.parametrize("rate", SAMPLE_RATES)
def test_a_hello_declares_the_rate(rate: int) -> None:
    codec = Native()

    assert codec.decode(json.dumps({"type": "hello", "sample_rate": rate})) == [Started()]
    assert codec.sample_rate == rate
    assert heard(codec.decode(audio(7))) == [7]


def test_a_hello_need_not_declare_anything() -> None:
    codec = Native()

    assert codec.decode('{"type": "hello"}') == [Started()]
    assert codec.sample_rate == 16_000


def test_a_token_is_one_of_the_parameters() -> None:
    [started] = Native().decode(VALID[0])

    assert started == Started({"name": "Ann", "token": "s3cret"})


@pytest.mark.parametrize(
    ("message", "value"),
    [(VALID[1], Mark("3")), (VALID[2], Digit("5")), (VALID[3], Stopped())],
)
def test_each_other_message_is_one_value(message: str, value: Inbound) -> None:
    assert Native().decode(message) == [value]


def test_a_message_of_a_later_version_is_ignored() -> None:
    codec = Native()

    assert codec.decode('{"type": "video", "frames": [1, 2]}') == []
    assert codec.decode('{"type": "played", "mark": "1", "late_by": 0.2}') == [Mark("1")]


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        (b"\x00", "audio message has 1 bytes, expected whole 16-bit samples"),
        (bytes(641), "audio message has 641 bytes, expected whole 16-bit samples"),
        (bytes(65_538), "message has 65538 bytes, expected at most 65536"),
        (bytes(2 << 20), "message has 2097152 bytes, expected at most 65536"),
        ("x" * 65_537, "message has 65537 bytes, expected at most 65536"),
        ("hello", "text is not JSON: expecting value at character 0"),
        ("7", "message is 7, expected an object"),
        ("{}", "type is None, expected a string"),
        ('{"type": 1}', "type is 1, expected a string"),
        (
            '{"type": "hello", "sample_rate": 44100}',
            "sample_rate is 44100, expected one of 8000, 16000, 24000, 48000",
        ),
        (
            '{"type": "hello", "sample_rate": "8000"}',
            "sample_rate is '8000', expected one of 8000, 16000, 24000, 48000",
        ),
        (
            '{"type": "hello", "sample_rate": 1e999}',
            "sample_rate is inf, expected one of 8000, 16000, 24000, 48000",
        ),
        (
            '{"type": "hello", "sample_rate": 8e3}',
            "sample_rate is 8000.0, expected one of 8000, 16000, 24000, 48000",
        ),
        ('{"type": "hello", "token": 5}', "token is 5, expected a string"),
        ('{"type": "hello", "parameters": []}', "parameters is [], expected an object"),
        ('{"type": "played"}', "mark is None, expected a string"),
        ('{"type": "digit", "digit": "55"}', "digit is '55', expected one of 0-9, * and #"),
    ],
)
def test_what_the_protocol_does_not_allow_is_refused(message: str | bytes, complaint: str) -> None:
    assert refusal(Native(), message) == complaint


@pytest.mark.parametrize("first", [audio(1), '{"type": "hello"}'])
def test_a_hello_that_comes_too_late_is_refused(first: str | bytes) -> None:
    codec = Native()
    codec.decode(first)

    complaint = refusal(codec, '{"type": "hello", "sample_rate": 8000}')

    assert complaint == "hello came too late, expected it once and before any audio"
    assert codec.sample_rate == 16_000


def test_a_refused_hello_changes_nothing() -> None:
    codec = Native()
    refusal(codec, '{"type": "hello", "sample_rate": 8000, "token": 5}')

    assert codec.sample_rate == 16_000
    assert codec.decode('{"type": "hello", "sample_rate": 48000}') == [Started()]


def test_the_longest_message_is_still_audio() -> None:
    assert len(heard(Native().decode(bytes(LONGEST_MESSAGE_BYTES)))) == LONGEST_MESSAGE_BYTES // 2


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (Ready("7f3a", 16_000), {"type": "ready", "call": "7f3a", "sample_rate": 16_000}),
        (Mark("3"), {"type": "mark", "mark": "3"}),
        (Clear(), {"type": "clear"}),
        (
            TranscriptOut("user", "I need a", final=False, settled=6),
            {
                "type": "transcript",
                "role": "user",
                "text": "I need a",
                "final": False,
                "settled": 6,
            },
        ),
        (
            TraceOut(2, {"final": 0.123456, "audio_sent": 0.4}, {"discarded": 1}),
            {
                "type": "trace",
                "turn": 2,
                "marks": {"final": 0.1235, "audio_sent": 0.4},
                "counts": {"discarded": 1},
            },
        ),
        (ErrorOut("busy", "full"), {"type": "error", "code": "busy", "message": "full"}),
        (Bye("goodbye"), {"type": "bye", "reason": "goodbye"}),
    ],
)
def test_every_value_has_a_word(value: Outbound, words: dict[str, Any]) -> None:
    message = Native().encode(value)

    assert isinstance(message, str)
    assert json.loads(message) == words


@given(st.lists(st.integers(-32_768, 32_767), max_size=50))
def test_audio_goes_out_as_it_would_come_in(samples: list[int]) -> None:
    message = Native().encode(Audio(np.array(samples, np.int16)))

    assert isinstance(message, bytes)
    assert heard(Native().decode(message)) == samples


@given(st.lists(anything(VALID), max_size=4))
@example(["[" * 60_000])
@example(['{"type":' * 7_000])
@example(['{"type": "hello", "sample_rate": ' + "9" * 5_000 + "}"])
@example(['{"type": "hello", "parameters": {"\ud800": "x"}}'])
def test_nothing_but_a_wire_error_comes_of_anything(messages: list[str | bytes]) -> None:
    codec = Native()
    for message in messages:
        values = outcome(codec, message)
        if isinstance(values, str):
            assert len(values.encode()) <= LONGEST_REASON_BYTES
        else:
            assert all(isinstance(value, Inbound) for value in values)
            assert codec.sample_rate in SAMPLE_RATES
