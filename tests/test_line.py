"""One call's way out to a slow peer: order, throwing away, and the end of patience."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import numpy as np
import pytest

from tests.scene import PlainCodec
from tests.simulate import simulate
from voice.line import Line, PeerStalledError
from voice.wire import Audio, Bye, Clear, Mark, Outbound, TranscriptOut

AUDIO = Audio(np.zeros(320, np.int16))
WORDS = TranscriptOut("agent", "Hello.", final=False)


def taken(scene: Callable[[Line], None], seconds: float = 1.0) -> list[tuple[float, Outbound]]:
    """What a peer that takes a message in so many seconds gets of a scene, and when."""
    got: list[tuple[float, Outbound]] = []

    async def send(message: object) -> None:
        await asyncio.sleep(seconds)
        got.append((asyncio.get_running_loop().time(), message))  # type: ignore[arg-type]

    async def main() -> None:
        line = Line(PlainCodec(), send)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(line.run())
            scene(line)
            await asyncio.sleep(0.5)  # the first message is on its way
            line.clear()
            line.put(Bye("done"))
            line.close()

    simulate(main())
    return got


def test_what_waits_is_thrown_away_unless_it_is_words() -> None:
    def scene(line: Line) -> None:
        for value in (AUDIO, WORDS, AUDIO, Mark("1.0")):
            line.put(value)

    assert [value for _, value in taken(scene)] == [AUDIO, WORDS, Clear(), Bye("done")]


def test_what_was_put_before_the_end_is_still_sent_one_at_a_time() -> None:
    assert taken(lambda line: line.put(WORDS)) == [(1.0, WORDS), (2.0, Clear()), (3.0, Bye("done"))]


def test_it_is_told_when_the_socket_has_a_message_not_when_it_was_put() -> None:
    sent: list[float] = []

    def scene(line: Line) -> None:
        for _ in range(2):
            line.put(WORDS, lambda: sent.append(asyncio.get_running_loop().time()))

    taken(scene)
    assert sent == [1.0, 2.0]


def test_a_peer_that_takes_nothing_is_given_up() -> None:
    async def never(message: object) -> None:
        raise AssertionError

    line = Line(PlainCodec(), never)
    for _ in range(2_000):
        line.put(AUDIO)
    with pytest.raises(PeerStalledError, match="2000 messages wait"):
        line.put(AUDIO)
