"""`voice serve`: open the house, listen, and on a signal let the last calls finish.

One interrupt stops taking calls and waits for those that are up; a second one ends them. Either way
the house is closed before we leave: its engines are processes and folders of their own.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import logging
import os
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

import uvicorn

from voice.compose import Paths, open_house
from voice.config import Config, ServerConfig, default_config, listen_elsewhere, load_config
from voice.doors import check_exposure
from voice.errors import ConfigError, VoiceError
from voice.reception import Reception
from voice.server import create_app
from voice.sockets import STALLED_SECONDS
from voice.web import settings
from voice.weights.cli import default_cache

logger = logging.getLogger(__name__)

EPILOG = """\
examples:
  voice serve                                   the clinic, on this machine's CPU
  voice serve --config my.toml                  your own engines and agent
  voice serve --host 0.0.0.0 --config my.toml   for others; [server] token must be set

then:
  open http://127.0.0.1:8080/ and speak, or
  voice call ws://127.0.0.1:8080/call hello.wav

exit status: 0 after a signal, 2 something for you to mend (one line says what)
"""

_DRAIN_SECONDS = 600.0


def add_parser(
    subparsers: argparse._SubParsersAction[argparse.ArgumentParser], environ: Mapping[str, str]
) -> None:
    """Add `serve` to the command line; the parsed arguments carry what to call as ``run``."""
    parser = subparsers.add_parser(
        "serve",
        help="answer calls",
        description="Answer calls over websockets: a phone bridge's, the browser page's, yours.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_config(parser)
    parser.add_argument("--host", help="address to listen on (default: [server] host, 127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (default: [server] port, 8080)")
    parser.add_argument(
        "--no-auth", action="store_true", help="let anybody who can reach this address call"
    )
    parser.set_defaults(run=lambda arguments: run(arguments, environ))


def add_config(parser: argparse.ArgumentParser) -> None:
    """The option that `serve` and `check` share."""
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="TOML file (default: the embedded clinic)"
    )


def run(arguments: argparse.Namespace, environ: Mapping[str, str]) -> int:
    """Serve until a signal comes."""
    config = load_config(arguments.config or default_config())
    config = listen_elsewhere(config, arguments.host, arguments.port)
    if not arguments.no_auth:
        check_exposure(config.server)
    with listen(config.server) as listener, asyncio.Runner() as runner:
        if not runner.run(serve(config, environ, listener)):
            # Nobody can interrupt the thread that fetches a model, and leaving the runner would
            # wait minutes for it. What it has written is resumed by the next fetch.
            os._exit(0)
    return 0


def listen(server: ServerConfig, stalled: float = STALLED_SECONDS) -> socket.socket:
    """Take the address before the slow part begins. Raises :class:`ConfigError`.

    Who takes nothing of what we send for ``stalled`` seconds is hung up on.
    """
    family = socket.AF_INET6 if ":" in server.host else socket.AF_INET
    # Without the protocol's name asyncio leaves Nagle's algorithm on: the first audio of a reply,
    # sent right after its words, would wait for the peer's acknowledgement, some 20 ms.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
        # Uvicorn closes a socket that answers no ping once all is sent, which may be never.
        milliseconds = round(1000 * stalled)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
    try:
        listener.bind((server.host, server.port))
        listener.listen(1024)
    except (OSError, TypeError) as error:  # a name that cannot be encoded is a TypeError
        listener.close()
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(f"cannot listen on {server.host}:{server.port}: {reason}") from None
    return listener


class _Server(uvicorn.Server):
    """Lets calls finish on the first signal."""

    def __init__(self, config: uvicorn.Config, reception: Reception) -> None:
        super().__init__(config)
        self._reception = reception
        self._asked = False
        self._loop = asyncio.get_running_loop()

    def handle_exit(self, sig: int, frame: object) -> None:
        """Called by the signal: on the first, stop taking calls and wait; on the second, go.

        Uvicorn's own would raise the signal again once it has stopped, before we have cleaned up.
        """
        if self._reception.calls and not self._asked:
            self._asked = True  # `closing` is only set once the loop runs on
            name = signal.Signals(sig).name
            calls = self._reception.calls
            logger.warning("%s: calls that may finish: %d; again to end them", name, calls)
            self._loop.call_soon_threadsafe(self._reception.closing.set)
            return
        self.force_exit = self.should_exit
        self.should_exit = True

    async def drain(self) -> None:
        """Once asked to stop, wait for the last call, then stop."""
        await self._reception.closing.wait()
        try:
            async with asyncio.timeout(_DRAIN_SECONDS):
                await self._reception.idle.wait()
        except TimeoutError:
            logger.warning("%d calls are ended after %.0f s", self._reception.calls, _DRAIN_SECONDS)
        self.should_exit = True


async def serve(config: Config, environ: Mapping[str, str], listener: socket.socket) -> bool:
    """Open the house and answer on ``listener`` until a signal comes; whether it was ever open."""
    reception = Reception(config)
    server = _Server(settings(create_app(reception)), reception)
    with server.capture_signals():  # until the house is closed: an impatient signal leaves no mess
        async with asyncio.TaskGroup() as tasks:
            draining = tasks.create_task(server.drain())
            opening = tasks.create_task(_open(config, environ, reception, listener, server))
            watching = tasks.create_task(reception.keep_watch())
            await server.serve([listener])
            opened = reception.house is not None
            for task in (draining, opening, watching):
                task.cancel()
    if not opening.cancelled():
        raise opening.result()
    return opened


def settle_memory() -> None:
    """What is here now stays: keep the collector from walking it again and again.

    What calls leave behind is then found sooner, and no collection pauses the calls that are up.
    """
    gc.collect()
    gc.freeze()


async def _open(
    config: Config,
    environ: Mapping[str, str],
    reception: Reception,
    listener: socket.socket,
    server: uvicorn.Server,
) -> VoiceError:
    """Move in while /health/live already answers; a mistake in the configuration ends it all.

    It is returned, for what is raised here would cancel a server that then shouts about it.
    """
    cache = config.models.cache or default_cache(environ)

    def say(line: str) -> None:
        print(line, file=sys.stderr, flush=True)
        reception.doing = line

    paths = Paths(cache, config.models.shared, say)
    try:
        async with open_house(config, environ, paths) as house:
            settle_memory()
            reception.house = house
            host, port = listener.getsockname()[:2]
            shown = f"[{host}]" if ":" in host else host
            print(f"ready: http://{shown}:{port}/  ws://{shown}:{port}/call", flush=True)
            await house.learn()
            await asyncio.Event().wait()
            raise AssertionError("only a cancellation ends this")
    except VoiceError as mistake:
        return mistake
    finally:
        reception.house = None
        server.should_exit = True
