"""Twilio's Media Streams, message by message, and against whatever a peer may send."""

import json
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.wire import anything, outcome
from voice.audio import decode_mulaw
from voice.errors import WireError
from voice.wire import (
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
from voice.wire.twilio import Twilio
from voice.wire.twiml import busy_twiml, read_caller, stream_url, twiml

_: type[Codec] = Twilio

CONNECTED = '{"event": "connected", "protocol": "Call", "version": "1.0.0"}'


def start(**changes: object) -> str:
    """The second message of every stream, with some fields of ``start`` changed."""
    told: dict[str, object] = {
        "accountSid": "AC01",
        "streamSid": "MZ01",
        "callSid": "CA01",
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": {"token": "s3cret"},
    }
    body = {"event": "start", "sequenceNumber": "1", "start": told | changes, "streamSid": "MZ01"}
    return json.dumps(body)


def media(payload: object, **changes: object) -> str:
    told = {"track": "inbound", "chunk": "2", "timestamp": "20", "payload": payload} | changes
    return json.dumps({"event": "media", "sequenceNumber": "3", "media": told, "streamSid": "MZ01"})


MARK = '{"event": "mark", "sequenceNumber": "4", "streamSid": "MZ01", "mark": {"name": "3"}}'
DTMF = (
    '{"event": "dtmf", "streamSid": "MZ01", "sequenceNumber": "5",'
    ' "dtmf": {"track": "inbound_track", "digit": "1"}}'
)
STOP = (
    '{"event": "stop", "sequenceNumber": "6", "streamSid": "MZ01",'
    ' "stop": {"accountSid": "AC01", "callSid": "CA01"}}'
)
VALID = [CONNECTED, start(), media("//8A"), MARK, DTMF, STOP]


def started() -> Twilio:
    codec = Twilio()
    codec.decode(CONNECTED)
    codec.decode(start())
    return codec


def refusal(codec: Twilio, message: str | bytes) -> str:
    with pytest.raises(WireError) as caught:
        codec.decode(message)
    return str(caught.value)


def said(codec: Twilio, value: Outbound) -> dict[str, Any]:
    message = codec.encode(value)
    assert message is not None
    told: dict[str, Any] = json.loads(message)
    return told


def test_a_call_starts_with_start_and_not_with_connected() -> None:
    codec = Twilio()

    assert codec.decode(CONNECTED) == []
    assert codec.decode(start()) == [
        Started({"token": "s3cret", "streamSid": "MZ01", "callSid": "CA01"})
    ]
    assert codec.sample_rate == 8_000


def test_a_caller_cannot_give_the_stream_another_name() -> None:
    [value] = Twilio().decode(start(customParameters={"streamSid": "MZ99", "callSid": "CA99"}))

    assert value == Started({"streamSid": "MZ01", "callSid": "CA01"})


def test_a_carrier_may_name_the_stream_once_and_leave_out_what_is_always_so() -> None:
    value = Twilio().decode('{"event": "start", "start": {"streamSid": "MZ01"}}')

    assert value == [Started({"streamSid": "MZ01"})]


@pytest.mark.parametrize("sequence", [{}, {"chunk": "1"}, {"chunk": 9, "timestamp": None}])
def test_media_is_mu_law_whatever_its_numbers(sequence: dict[str, object]) -> None:
    [value] = started().decode(media("/wCA", **sequence))

    assert isinstance(value, Audio)
    assert value.pcm.tolist() == decode_mulaw(b"\xff\x00\x80").tolist()


def test_our_own_voice_is_not_heard() -> None:
    assert started().decode(media("//8A", track="outbound")) == []


@pytest.mark.parametrize(
    ("message", "value"), [(MARK, Mark("3")), (DTMF, Digit("1")), (STOP, Stopped())]
)
def test_each_other_event_is_one_value(message: str, value: Inbound) -> None:
    assert started().decode(message) == [value]


def test_an_event_that_we_do_not_know_is_ignored() -> None:
    assert started().decode('{"event": "hold", "streamSid": "MZ01"}') == []


@pytest.mark.parametrize(
    ("message", "complaint"),
    [
        (b"\xff" * 160, "message is 160 binary bytes, expected JSON text"),
        ("x" * 70_000, "message has 70000 bytes, expected at most 65536"),
        ("{", "text is not JSON: expecting property name enclosed in double quotes at character 1"),
        ("[]", "message is [], expected an object"),
        ("{}", "event is None, expected a string"),
        (start(), "a second start came, expected one for stream 'MZ01'"),
        (media(None), "media.payload is None, expected a string"),
        (media("not base64!"), "media.payload is 'not base64!', expected base64"),
        (media("AAA"), "media.payload is 'AAA', expected base64"),
        (media("AAAA\n"), "media.payload is 'AAAA\\n', expected base64"),
        (media("AAA=AAAA"), "media.payload is 'AAA=AAAA', expected base64"),
        (media("ÿÿÿÿ"), "media.payload is '\\xff\\xff\\xff\\xff', expected base64"),
        ('{"event": "media", "media": "AAAA"}', "media is 'AAAA', expected an object"),
        ('{"event": "mark"}', "mark is None, expected an object"),
        ('{"event": "mark", "mark": {}}', "mark.name is None, expected a string"),
        (
            '{"event": "dtmf", "dtmf": {"digit": "x"}}',
            "dtmf.digit is 'x', expected one of 0-9, * and #",
        ),
    ],
)
def test_what_twilio_would_not_send_is_refused(message: str | bytes, complaint: str) -> None:
    assert refusal(started(), message) == complaint


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        (
            {"mediaFormat": {"encoding": "audio/l16"}},
            "mediaFormat.encoding is 'audio/l16', expected 'audio/x-mulaw'",
        ),
        ({"mediaFormat": {"sampleRate": 16000}}, "mediaFormat.sampleRate is 16000, expected 8000"),
        ({"mediaFormat": {"channels": 2}}, "mediaFormat.channels is 2, expected 1"),
        ({"mediaFormat": {"channels": True}}, "mediaFormat.channels is True, expected 1"),
        ({"mediaFormat": "mulaw"}, "start.mediaFormat is 'mulaw', expected an object"),
        ({"customParameters": {"a": 1}}, "start.customParameters.'a' is 1, expected a string"),
        ({"callSid": 5}, "start.callSid is 5, expected a string"),
    ],
)
def test_a_start_that_we_would_misunderstand_is_refused(
    changes: dict[str, object], complaint: str
) -> None:
    codec = Twilio()

    assert refusal(codec, start(**changes)) == complaint
    assert codec.encode(Clear()) is None


@pytest.mark.parametrize("stream", [{}, {"streamSid": ""}, {"streamSid": None}])
def test_a_stream_needs_a_name(stream: dict[str, object]) -> None:
    message = json.dumps({"event": "start", "start": {}} | stream)

    assert refusal(Twilio(), message).startswith("streamSid is ")


def test_media_before_start_is_refused() -> None:
    complaint = refusal(Twilio(), media("AAAA"))

    assert complaint == "media came before start, expected start to name the stream first"


def test_what_we_say_names_the_stream() -> None:
    codec = started()

    spoken = said(codec, Audio(np.array([0, 32_767, -32_768], np.int16)))
    assert spoken == {"event": "media", "streamSid": "MZ01", "media": {"payload": "/4AA"}}
    marked = said(codec, Mark("3"))
    assert marked == {"event": "mark", "streamSid": "MZ01", "mark": {"name": "3"}}
    assert said(codec, Clear()) == {"event": "clear", "streamSid": "MZ01"}


@pytest.mark.parametrize(
    "value",
    [
        Ready("7f3a", 8_000),
        TranscriptOut("agent", "Hello.", final=True),
        TraceOut(1, {}),
        ErrorOut("busy", "full"),
        Bye("goodbye"),
    ],
)
def test_a_telephone_has_no_screen(value: Outbound) -> None:
    assert started().encode(value) is None


def test_before_start_there_is_nobody_to_speak_to() -> None:
    assert Twilio().encode(Audio(np.zeros(160, np.int16))) is None
    assert Twilio().encode(Clear()) is None


@given(st.lists(anything(VALID), max_size=4), st.booleans())
@example(["[" * 60_000], False)
@example(['{"event":' * 7_000], True)
@example(['{"event": "start", "sequenceNumber": ' + "9" * 5_000 + "}"], False)
@example(['{"event": "mark", "mark": {"name": "\\udfff"}}'], True)
def test_nothing_but_a_wire_error_comes_of_anything(
    messages: list[str | bytes], has_started: bool
) -> None:
    codec = started() if has_started else Twilio()
    for message in messages:
        values = outcome(codec, message)
        if isinstance(values, str):
            assert len(values.encode()) <= LONGEST_REASON_BYTES
        else:
            assert all(isinstance(value, Inbound) for value in values)


def test_the_twiml_connects_the_call_both_ways() -> None:
    assert twiml("wss://host/twilio", {"token": "s3cret"}) == (
        '<?xml version="1.0" encoding="UTF-8"?><Response><Connect>'
        '<Stream url="wss://host/twilio"><Parameter name="token" value="s3cret" /></Stream>'
        "</Connect></Response>"
    )


@pytest.mark.parametrize(
    ("headers", "url"),
    [
        ({}, "ws://10.0.0.1:8080/twilio"),
        ({"x-forwarded-proto": "https"}, "wss://10.0.0.1:8080/twilio"),
        (
            {"x-forwarded-proto": "https, http", "x-forwarded-host": "voice.test, inner:81"},
            "wss://voice.test/twilio",
        ),
    ],
)
def test_the_stream_is_where_the_outermost_proxy_was_reached(
    headers: dict[str, str], url: str
) -> None:
    assert stream_url(headers, "http", "10.0.0.1:8080") == url


@pytest.mark.parametrize(
    ("form", "caller"),
    [
        (b"CallSid=CA1&From=%2B15550142&To=%2B15550100", "+15550142"),
        (b"From=", ""),
        (b"To=%2B15550100", ""),
        (b"", ""),
        (b"From=%ff%fe\xff", "\ufffd\ufffd\ufffd"),
        (b"a=1&" * 2_000 + b"From=1", ""),
    ],
)
def test_the_caller_is_read_from_the_form(form: bytes, caller: str) -> None:
    assert read_caller(form) == caller


def test_the_busy_twiml_does_not_answer() -> None:
    assert ElementTree.fromstring(busy_twiml()).find("Reject[@reason='busy']") is not None


@given(st.text(st.characters(exclude_categories=())), st.text(st.characters()))
@example('"><Hangup/><Stream url="', "a&b\x00\ufffe")
def test_no_parameter_breaks_the_twiml(name: str, value: str) -> None:
    document = ElementTree.fromstring(twiml("wss://host/twilio", {name: value}))

    [parameter] = document.findall("Connect/Stream/*")
    assert parameter.tag == "Parameter"
    assert len(document.findall(".//*")) == 3
    if value.isprintable():
        assert parameter.get("value") == value


def test_what_xml_can_hold_is_kept_and_nothing_else() -> None:
    said = "a\tb\nc\x00\x1f\x20\ud7ff\ud800\udfff\ue000\ufffd\ufffe\U00010000"
    document = ElementTree.fromstring(twiml("wss://host/twilio", {"from": said}))

    [parameter] = document.findall("Connect/Stream/*")
    assert parameter.get("value") == "a\tb\nc\x20\ud7ff\ue000\ufffd\U00010000"
