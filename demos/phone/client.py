"""Place a call: the websocket and the clock around a caller (:class:`demos.phone.call.Call`).

A frame is sent once its last sample has been spoken, as by a telephone, so the caller's clock and
the server's agree about when each sample was.
"""

from __future__ import annotations

import asyncio
import os
import ssl
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Protocol
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus, InvalidURI
from websockets.http11 import Response

from demos.phone.earpiece import Note
from demos.phone.peers import Peer
from voice.errors import VoiceError, WireError
from voice.wire import Bye, ErrorOut

_CLOSE_TIMEOUT = 2.0
_LONGEST_REFUSAL = 200  # characters of a server that has much to say
_LARGEST_BYTES = 4 << 20  # some servers send a whole sentence as one message


class Caller(Protocol):
    """Who speaks and listens. ``at`` is seconds since the call's first sample."""

    @property
    def over(self) -> bool:
        """Whether it is time to hang up."""
        ...

    @property
    def next_frame_at(self) -> float:
        """When the next frame has been spoken and may be sent."""
        ...

    @property
    def notes(self) -> Sequence[Note]:
        """What the server has said besides sound."""
        ...

    def speak(self) -> list[str | bytes]:
        """The next frame, and what else there is to send."""
        ...

    def hear(self, message: str | bytes, at: float) -> list[str | bytes]:
        """Take one message of the server; what to answer at once. Raises WireError."""
        ...


async def place_call(
    url: str,
    peer: Peer,
    call: Caller,
    headers: Mapping[str, str],
    show: Callable[[], None],
) -> str:
    """Live through the call; why the server ended it, or an empty string if we did.

    ``show`` is called after each frame, to tell a person how it goes. Raises
    :class:`VoiceError` where there is no call to speak of.
    """
    try:
        async with connect(
            url,
            additional_headers=headers,
            compression=None,
            proxy=None if _is_local(url) else True,
            max_size=_LARGEST_BYTES,
            close_timeout=_CLOSE_TIMEOUT,
        ) as socket:
            return await _talk(socket, peer, call, show)
    except InvalidURI as error:
        raise VoiceError(f"{url} is no websocket address: {error.msg}") from None
    except InvalidStatus as error:
        raise VoiceError(f"{url} does not take the call: {_refusal(error.response)}") from None
    except InvalidHandshake as error:
        raise VoiceError(f"{url} does not take the call: {error}") from None
    except TimeoutError:
        raise VoiceError(f"{url} does not answer") from None
    except OSError as error:
        raise VoiceError(f"cannot reach {url}: {_os_reason(error)}") from None


async def _talk(
    socket: ClientConnection, peer: Peer, call: Caller, show: Callable[[], None]
) -> str:
    loop = asyncio.get_running_loop()

    async def speak(began_at: float) -> None:
        with suppress(ConnectionClosed):  # the listener tells why
            while not call.over:
                await asyncio.sleep(began_at + call.next_frame_at - loop.time())
                for message in call.speak():
                    await socket.send(message)
                show()
            await socket.send(peer.end())
            await socket.close()

    async def listen(began_at: float) -> str:
        try:
            async for message in socket:
                for answer in call.hear(message, loop.time() - began_at):
                    await socket.send(answer)
        except ConnectionClosed:
            pass
        except WireError as error:
            return f"it broke the protocol: {error}"
        return "" if call.over else _why(call, socket)

    with suppress(ConnectionClosed):
        for message in peer.begin():
            await socket.send(message)
    async with asyncio.TaskGroup() as tasks:
        began_at = loop.time()
        speaking = tasks.create_task(speak(began_at))
        ended = await listen(began_at)
        speaking.cancel()
    return ended


def _why(call: Caller, socket: ClientConnection) -> str:
    """What the server said of it, in order of preference."""
    said = [note.value for note in call.notes]
    reasons = [value.reason for value in said if isinstance(value, Bye)]
    for error in reversed([value for value in said if isinstance(value, ErrorOut)]):
        if not reasons or error.code == reasons[-1]:
            return f"{error.code}: {error.message}"
    if reasons:
        return reasons[-1] or "goodbye"
    return f"closed with {socket.close_code} {socket.close_reason or ''}".strip()


def _refusal(response: Response) -> str:
    """Why there is no websocket, in the server's words if they are for people."""
    plain = response.headers.get("Content-Type", "").startswith("text/plain")
    said = (response.body or b"").decode(errors="replace").partition("\n")[0] if plain else ""
    return f"HTTP {response.status_code} {said[:_LONGEST_REFUSAL]}".strip()


def _os_reason(error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted: {error.verify_message.lower()}"
    if isinstance(error, ssl.SSLError):  # its numbers are not the system's
        reason = (error.reason or str(error)).lower().replace("_", " ")
        return f"no TLS there ({reason}), expected a ws:// address if it has none"
    # asyncio puts its own words and the address in place of the system's; names have no errno.
    if error.errno is not None and error.errno > 0:
        return os.strerror(error.errno).lower()
    return (error.strerror or str(error)).lower()


def _is_local(url: str) -> bool:
    """Whether a proxy would look for our server on its own machine."""
    return urlsplit(url).hostname in ("localhost", "127.0.0.1", "::1")
