"""Connections that are no calls: how long each may stay, and how many; exact times, no sockets."""

from __future__ import annotations

import asyncio

import pytest

from tests.simulate import simulate
from voice.web import Threshold

WHOLE = b"GET / HTTP/1.1\r\nHost: here\r\n\r\n"


class Transport(asyncio.Transport):
    """Remembers when it was aborted, and tells its protocol."""

    def __init__(self, protocol: asyncio.BaseProtocol) -> None:
        super().__init__()
        self.protocol = protocol
        self.aborted_at: float | None = None

    def get_protocol(self) -> asyncio.BaseProtocol:
        return self.protocol

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self.protocol = protocol

    def abort(self) -> None:
        loop = asyncio.get_running_loop()
        self.aborted_at = loop.time()
        loop.call_soon(self.protocol.connection_lost, None)


class Http(asyncio.Protocol):
    """Remembers what it was told; becomes a websocket if it is asked to."""

    def __init__(self) -> None:
        self.told: list[str | bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, Transport)
        self.transport = transport
        self.told.append("made")

    def data_received(self, data: bytes) -> None:
        self.told.append(data)
        if b"Upgrade" in data:
            self.transport.set_protocol(asyncio.Protocol())

    def eof_received(self) -> bool:
        self.told.append("eof")
        return True

    def pause_writing(self) -> None:
        self.told.append("pause")

    def resume_writing(self) -> None:
        self.told.append("resume")

    def connection_lost(self, exc: Exception | None) -> None:
        self.told.append("lost")


class Web:
    """A server that waits ten seconds for a request, and bears three connections."""

    def __init__(self) -> None:
        self.connections: dict[Threshold, None] = {}

    def connect(self) -> tuple[Threshold, Transport, Http]:
        http = Http()
        threshold = Threshold(http, self.connections, seconds=10.0, most=3)
        transport = Transport(threshold)
        threshold.connection_made(transport)
        return threshold, transport, http


@pytest.mark.parametrize("said", [[], [b"GET / HT"], [b"GET / HTTP/1.1\r\n", b"Host: here\r\n"]])
def test_who_has_not_asked_for_anything_in_ten_seconds_is_hung_up_on(said: list[bytes]) -> None:
    async def scene() -> None:
        web = Web()
        threshold, transport, http = web.connect()
        for piece in said:
            await asyncio.sleep(3)
            threshold.data_received(piece)
        await asyncio.sleep(60)
        assert transport.aborted_at == pytest.approx(10.0)
        assert http.told == ["made", *said, "lost"]
        assert not web.connections

    simulate(scene())


@pytest.mark.parametrize("cut", range(1, len(WHOLE)))
def test_a_request_in_two_pieces_is_whole_with_the_second(cut: int) -> None:
    async def scene() -> None:
        threshold, transport, http = Web().connect()
        for piece in (WHOLE[:cut], WHOLE[cut:]):
            await asyncio.sleep(4)
            threshold.data_received(piece)
        await asyncio.sleep(60)
        assert transport.aborted_at is None
        assert http.told == ["made", WHOLE[:cut], WHOLE[cut:]]

    simulate(scene())


def test_of_too_many_the_oldest_goes_and_a_websocket_is_none_of_them() -> None:
    async def scene() -> None:
        web = Web()
        call, of_call, _ = web.connect()
        call.data_received(b"Upgrade: websocket\r\n\r\n")
        others = [web.connect() for _ in range(3)]
        others[0][0].data_received(WHOLE)  # asking makes nobody younger
        await asyncio.sleep(1)
        assert [transport.aborted_at for _, transport, _ in others] == [None, None, None]
        web.connect()
        web.connect()
        await asyncio.sleep(60)
        aborted = [transport.aborted_at for _, transport, _ in others]
        assert aborted == pytest.approx([1.0, 1.0, 10.0])
        assert of_call.aborted_at is None

    simulate(scene())


def test_who_has_left_is_not_counted() -> None:
    async def scene() -> None:
        web = Web()
        _, first, _ = web.connect()
        for _ in range(20):
            threshold, _, http = web.connect()
            threshold.connection_lost(None)
            assert http.told[-1] == "lost"
        assert first.aborted_at is None

    simulate(scene())


def test_all_else_is_handed_on() -> None:
    async def scene() -> None:
        threshold, _, http = Web().connect()
        threshold.pause_writing()
        threshold.resume_writing()
        assert threshold.eof_received() is True
        assert http.told == ["made", "pause", "resume", "eof"]

    simulate(scene())
