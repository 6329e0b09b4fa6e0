"""Who may call: who has the token; without one, this machine and its own pages."""

from __future__ import annotations

import pytest

from voice.config import ServerConfig
from voice.doors import check_exposure, check_origin, check_token, find_token, is_local
from voice.errors import ConfigError, RefusedError
from voice.wire import Started

LOCAL = ServerConfig()
GUARDED = ServerConfig(host="0.0.0.0", token="s3cret")
OPEN = ServerConfig(host="0.0.0.0")  # by --no-auth


@pytest.mark.parametrize(
    ("name", "local"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True),
     ("0.0.0.0", False), ("::", False), ("10.0.0.1", False), ("example.test", False),
     ("localhost.example.test", False), ("", False)],
)  # fmt: skip
def test_only_this_machines_own_addresses_are_local(name: str, local: bool) -> None:
    assert is_local(name) == local


def test_strangers_are_listened_to_with_a_token_only() -> None:
    check_exposure(LOCAL)
    check_exposure(GUARDED)
    with pytest.raises(ConfigError, match=r"refusing to listen on 0\.0\.0\.0 without a token"):
        check_exposure(OPEN)


@pytest.mark.parametrize("given", [None, "", "s3cre", "s3cret ", "S3CRET", "\u00e9"])
def test_what_is_not_the_token_opens_nothing(given: str | None) -> None:
    with pytest.raises(RefusedError) as refused:
        check_token(GUARDED, given)
    assert refused.value.code == "unauthorized"


def test_the_token_opens_and_where_none_is_asked_for_any_will_do() -> None:
    check_token(GUARDED, "s3cret")
    for given in (None, "whatever"):
        check_token(LOCAL, given)


@pytest.mark.parametrize(
    ("server", "origin", "host"),
    [
        (LOCAL, None, "127.0.0.1:8080"),  # not a page
        (LOCAL, None, "evil.test:8080"),
        (LOCAL, "http://127.0.0.1:8080", "127.0.0.1:8080"),
        (LOCAL, "http://localhost:8080", "localhost:8080"),
        (LOCAL, "http://[::1]:8080", "[::1]:8080"),
        (OPEN, "http://voice.test:8080", "voice.test:8080"),
        (GUARDED, "https://other.test", "voice.test"),  # the token decides
    ],
)
def test_programs_and_own_pages_may_call(
    server: ServerConfig, origin: str | None, host: str
) -> None:
    check_origin(server, {"host": host} | ({"origin": origin} if origin else {}))


@pytest.mark.parametrize(
    ("server", "origin", "host"),
    [
        (LOCAL, "http://evil.test", "127.0.0.1:8080"),
        (LOCAL, "http://127.0.0.1:3000", "127.0.0.1:8080"),  # another program's page
        (LOCAL, "http://localhost:8080", "127.0.0.1:8080"),
        (LOCAL, "http://evil.test:8080", "evil.test:8080"),  # its name was bent to this machine
        (LOCAL, "null", "127.0.0.1:8080"),
        (LOCAL, "http://[", "127.0.0.1:8080"),
        (LOCAL, "http://[", "["),
        (LOCAL, "", ""),
        (OPEN, "http://evil.test", "voice.test:8080"),
    ],
)
def test_other_pages_may_not(server: ServerConfig, origin: str, host: str) -> None:
    with pytest.raises(RefusedError) as refused:
        check_origin(server, {"origin": origin, "host": host})
    assert refused.value.code == "origin"


@pytest.mark.parametrize(
    ("headers", "query", "first", "found"),
    [
        ({}, {}, [], None),
        ({"authorization": "Bearer a"}, {}, [], "a"),
        ({"authorization": "bearer a"}, {}, [], "a"),
        ({"authorization": "Basic a"}, {}, [], None),
        ({"authorization": "a"}, {}, [], None),
        ({"authorization": "Bearer a"}, {"token": "b"}, [Started({})], "b"),
        ({"authorization": "Bearer a"}, {"token": "b"}, [Started({"token": "c"})], "c"),
        ({}, {"token": "b"}, [Started({"token": ""})], ""),
    ],
)
def test_a_token_may_come_in_three_places_the_latest_counts(
    headers: dict[str, str], query: dict[str, str], first: list[Started], found: str | None
) -> None:
    assert find_token(headers, query, first) == found
