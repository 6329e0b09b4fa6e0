"""What all that call a server ask alike: which server, which protocol, how patiently."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from demos.phone.numbers import seconds
from demos.phone.peers import NativePeer, Peer, TwilioPeer
from demos.phone.script import Manners
from voice.errors import VoiceError
from voice.wire.native import SAMPLE_RATES

_NATIVE_RATE = 16_000


def add_server(parser: argparse.ArgumentParser, environ: Mapping[str, str]) -> None:
    """The server's address, and how to speak to it."""
    parser.add_argument("url", metavar="URL", help="ws://HOST:PORT/call, or /twilio")
    parser.add_argument(
        "--protocol",
        choices=("native", "twilio"),
        help="default: twilio if the URL's path ends with /twilio, else native",
    )
    parser.add_argument(
        "--token",
        default=environ.get("VOICE_TOKEN", ""),
        help="what a guarded server asks for (default: $VOICE_TOKEN)",
    )
    parser.add_argument(
        "--sample-rate",
        type=int,
        choices=SAMPLE_RATES,
        help=f"of the native protocol (default: {_NATIVE_RATE})",
    )


def add_manners(parser: argparse.ArgumentParser) -> None:
    """How long a caller waits."""
    manners = Manners()
    for option, default, text in (
        ("--pause", manners.pause, "silence of the agent after which a caller goes on"),
        ("--greeting-timeout", manners.greeting_timeout, "how long to wait to be greeted"),
        ("--reply-timeout", manners.reply_timeout, "how long until a reply counts as missed"),
    ):
        parser.add_argument(
            option, type=seconds, default=default, metavar="S", help=f"{text} (default: {default})"
        )


def protocol_of(arguments: argparse.Namespace) -> str:
    """The one that was asked for, or what a server is most likely to speak at this address."""
    path = urlsplit(arguments.url).path.rstrip("/")
    return arguments.protocol or ("twilio" if path.endswith("/twilio") else "native")


def rate_of(arguments: argparse.Namespace) -> int:
    """The rate of the audio both ways, in Hz. Raises :class:`VoiceError` for one it cannot be."""
    asked: int | None = arguments.sample_rate
    if protocol_of(arguments) == "native":
        return asked or _NATIVE_RATE
    if asked not in (None, TwilioPeer.sample_rate):
        raise VoiceError(
            f"--sample-rate is {asked}, expected {TwilioPeer.sample_rate}, which is all that "
            "Twilio's protocol has"
        )
    return TwilioPeer.sample_rate


def make_peer(arguments: argparse.Namespace) -> Peer:
    """One call's side of the protocol."""
    token, rate = arguments.token, rate_of(arguments)
    if protocol_of(arguments) == "twilio":
        return TwilioPeer({"token": token} if token else {})
    return NativePeer(rate, token)


def headers_of(arguments: argparse.Namespace) -> dict[str, str]:
    """What the handshake says besides."""
    return {"Authorization": f"Bearer {arguments.token}"} if arguments.token else {}


def manners_of(arguments: argparse.Namespace) -> Manners:
    """How patient the caller is."""
    return Manners(
        pause=arguments.pause,
        greeting_timeout=arguments.greeting_timeout,
        reply_timeout=arguments.reply_timeout,
    )


def check_address(url: str) -> None:
    """Raise :class:`VoiceError` unless it is a websocket's."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:  # a port that is none, half an IPv6 address
        raise VoiceError(f"URL is {url}: {str(error).lower()}") from None
    if parts.scheme not in ("ws", "wss"):
        raise VoiceError(f"URL is {url}, expected one that begins with ws:// or wss://")


def check_writable(path: Path | None) -> None:
    """Raise :class:`VoiceError` now rather than after a call, whose recording would be lost."""
    if path is None:
        return
    there = path.exists()
    try:
        with path.open("ab"):
            pass
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise VoiceError(f"cannot write {path}: {reason}") from None
    if not there:
        path.unlink()
