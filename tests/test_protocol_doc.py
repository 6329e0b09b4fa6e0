"""What docs/protocol.md shows is what the codecs read and write, and its client is one."""

import json
import os
import re
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest
import soundfile

from tests.phone import recording
from tests.sockets import server
from tests.test_call_command import converse
from voice.audio import decode_mulaw
from voice.wire import (
    Audio,
    Bye,
    Clear,
    Codec,
    ErrorOut,
    Mark,
    Outbound,
    Ready,
    TraceOut,
    TranscriptOut,
)
from voice.wire.native import Native
from voice.wire.twilio import Twilio

PAGE = (Path(__file__).parent.parent / "docs" / "protocol.md").read_text()


def examples(kind: str) -> list[str]:
    """The bodies of the page's code blocks of this kind."""
    return [body.strip() for body in re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.M | re.S)]


@pytest.mark.parametrize("message", examples("json client"))
def test_each_message_of_a_client_is_understood(message: str) -> None:
    assert len(Native().decode(message)) == 1


def test_no_message_of_a_client_is_left_out() -> None:
    shown = {json.loads(message)["type"] for message in examples("json client")}

    assert shown == {"hello", "played", "digit", "bye"}


def test_twilios_messages_are_understood_in_this_order() -> None:
    codec = Twilio()
    values = [codec.decode(message) for message in examples("json twilio client")]

    assert [[type(v).__name__ for v in each] for each in values] == [
        [],
        ["Started"],
        ["Audio"],
        ["Mark"],
        ["Digit"],
        ["Stopped"],
    ]


NATIVE: list[Outbound] = [
    Ready("7f3a90c1", 16_000),
    TranscriptOut("user", "I need an appointment on", final=False, settled=9),
    TranscriptOut("agent", "Which day works for you?", final=True, settled=24),
    Clear(),
    Mark("3.0"),
    TraceOut(
        3,
        {
            "final": 0.102,
            "first_token": 0.161,
            "first_sentence": 0.204,
            "first_audio": 0.256,
            "endpoint": 0.384,
            "audio_sent": 0.385,
        },
        {"tts_seconds": 0.4},
    ),
    ErrorOut("busy", "20 of 20 lines are busy, try again later"),
    Bye("the caller was silent"),
    ErrorOut("protocol", "audio message has 641 bytes, expected whole 16-bit samples"),
]
TWILIO: list[Outbound] = [Audio(decode_mulaw(b"\xff" * 5)), Mark("3.0"), Clear()]


def _written(codec: Codec, values: list[Outbound]) -> list[object]:
    return [json.loads(codec.encode(value) or "null") for value in values]


def test_each_message_of_the_server_is_what_it_writes() -> None:
    assert [json.loads(example) for example in examples("json server")] == _written(
        Native(), NATIVE
    )


def test_each_message_to_twilio_is_what_it_writes() -> None:
    codec = Twilio()
    codec.decode(examples("json twilio client")[1])

    assert [json.loads(e) for e in examples("json twilio server")] == _written(codec, TWILIO)


def test_the_pages_client_is_short_and_makes_a_call(tmp_path: Path) -> None:
    [client] = examples("python")
    assert client.count("\n") < 32
    hurried = client.replace("BEFORE, AFTER = 4.0, 8.0", "BEFORE, AFTER = 0.3, 0.8")
    assert hurried != client
    (tmp_path / "client.py").write_text(hurried)
    soundfile.write(tmp_path / "turn.wav", recording(16_000, 0.05, 0.2, 0.1).pcm, 16_000)

    with server(converse) as url:
        done = subprocess.run(
            [sys.executable, "client.py", f"{url}/call", "turn.wav"],
            cwd=tmp_path,
            env=os.environ,
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )

    assert done.stdout.splitlines() == ["agent reply 0", "user turn 1", "agent reply 1"]
    with wave.open(str(tmp_path / "reply.wav")) as reply:
        pcm = np.frombuffer(reply.readframes(reply.getnframes()), "<i2")
    assert len(pcm) == round(16_000 * (0.1 + 0.15))  # the greeting and one reply
