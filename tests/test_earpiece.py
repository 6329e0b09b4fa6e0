"""What a telephone does with each message of the server, in either protocol."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from demos.phone.earpiece import Cleared, Earpiece, Note
from demos.phone.peers import NativePeer, Peer, TwilioPeer
from tests.phone import tone
from voice.audio import Pcm
from voice.wire import Audio, Clear, Codec, Mark, Outbound, TranscriptOut
from voice.wire.native import Native
from voice.wire.twilio import Twilio

BOTH = pytest.mark.parametrize(
    ("make", "make_codec"), [(lambda: NativePeer(8_000), Native), (TwilioPeer, Twilio)]
)
HALF: Pcm = tone(0.5, 8_000)


class Line:
    """An earpiece, and the server's codec at the other end."""

    def __init__(self, peer: Peer, codec: Codec) -> None:
        self.over_at: list[float] = []
        self.ear = Earpiece(peer, self.over_at.append)
        self._codec = codec
        for opening in peer.begin():
            codec.decode(opening)

    def say(self, *values: Outbound, at: float) -> list[str | bytes]:
        """What the telephone answers at once to these."""
        answers: list[str | bytes] = []
        for value in values:
            message = self._codec.encode(value)
            assert message is not None
            answers += self.ear.hear(message, at)
        return answers


def marks(messages: list[str | bytes]) -> list[str]:
    """The names of the marks among them."""
    said = [json.loads(m) for m in messages if isinstance(m, str)]
    return [m["mark"] if "type" in m else m["mark"]["name"] for m in said if "mark" in m]


@BOTH
def test_a_mark_is_answered_with_the_frame_in_which_its_sound_ends(
    make: Callable[[], Peer], make_codec: Callable[[], Codec]
) -> None:
    line = Line(make(), make_codec())
    assert line.say(Audio(HALF), Mark("1.0"), at=2.0) == []

    assert marks(line.ear.speak(HALF, 2.48)) == []
    assert marks(line.ear.speak(HALF, 2.5)) == ["1.0"]
    assert marks(line.ear.speak(HALF, 2.52)) == []


@pytest.mark.parametrize(
    ("peer", "codec", "answered"),
    [(NativePeer(8_000), Native(), []), (TwilioPeer(), Twilio(), ["1.0"])],
)
def test_what_a_clear_throws_away_is_noted_and_answered_as_the_protocol_has_it(
    peer: Peer, codec: Codec, answered: list[str]
) -> None:
    line = Line(peer, codec)
    line.say(Audio(HALF), Mark("1.0"), at=2.0)

    assert marks(line.say(Clear(), at=2.1)) == answered
    assert [(c.at, round(c.dropped, 6)) for c in line.ear.clears] == [(2.1, 0.4)]
    assert marks(line.ear.speak(HALF, 9.0)) == []


def test_a_clear_with_nothing_to_throw_away_is_noted_too() -> None:
    line = Line(NativePeer(8_000), Native())
    line.say(Clear(), at=3.0)

    assert line.ear.clears == [Cleared(3.0, 0.0)]


def test_what_is_said_is_noted_and_the_end_of_a_reply_told() -> None:
    line = Line(NativePeer(8_000), Native())
    said = [
        TranscriptOut("agent", "We open", final=False),
        TranscriptOut("user", "Hours?", final=True),
        TranscriptOut("agent", "We open at nine.", final=True),
    ]
    for at, value in enumerate(said):
        line.say(value, at=at)

    assert line.ear.notes == [Note(at, value) for at, value in enumerate(said)]
    assert line.over_at == [2]
