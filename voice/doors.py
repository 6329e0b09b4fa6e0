"""Decide who may call: whoever has the token; without one, this machine, and pages of its own.

Any page can reach a local port (cross-site websocket hijacking), and by DNS rebinding any name can
be this machine's: so a page must come from the host that it calls, under a name that no other
machine can have. Pure: configuration and headers in, nothing or :class:`RefusedError` out.
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from voice.config import ServerConfig
from voice.errors import ConfigError, RefusedError
from voice.wire import Inbound, Started


def check_exposure(server: ServerConfig) -> None:
    """Refuse to listen to strangers without a token. Raises :class:`ConfigError`."""
    if server.token or is_local(server.host):
        return
    raise ConfigError(
        f"refusing to listen on {server.host} without a token: set [server] token in the "
        "configuration, or say --no-auth if anybody who can reach it may call"
    )


def check_token(server: ServerConfig, given: str | None) -> None:
    """Raise :class:`RefusedError` unless this is the token, or none is asked for."""
    expected = server.token.encode()
    if expected and not hmac.compare_digest(expected, (given or "").encode()):
        raise RefusedError("unauthorized", "the token is missing or wrong")


def check_origin(server: ServerConfig, headers: Mapping[str, str]) -> None:
    """Raise :class:`RefusedError` for another site's page, where no token would stop it."""
    origin, host = headers.get("origin"), headers.get("host", "")
    if origin is None or server.token:
        return
    own_name = is_local(_name(host)) or not is_local(server.host)
    if not own_name or _place(origin) != host:
        raise RefusedError("origin", f"pages of {origin} may not call here")


def find_token(
    headers: Mapping[str, str], query: Mapping[str, str], first: Sequence[Inbound] = ()
) -> str | None:
    """What a peer has brought: in the message that begins its call, in its address, as a header."""
    for value in first:
        if isinstance(value, Started) and "token" in value.parameters:
            return value.parameters["token"]
    if token := query.get("token"):
        return token
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else None


def is_local(name: str) -> bool:
    """Whether this address, or name, can only be this machine's."""
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _name(host: str) -> str:
    """The name in a Host header, without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _place(origin: str) -> str | None:
    """The host, with its port, in an Origin header."""
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None
