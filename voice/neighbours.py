"""Ask servers that run already, for `voice check`: a model's, and whoever has our port."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from voice.config import ServerConfig
from voice.findings import Finding

_PATIENCE = 3.0
"""Seconds."""


def serves_model(kind: str, options: Mapping[str, Any], environ: Mapping[str, str]) -> Finding:
    """Whether the server is there, takes our key and has our model."""
    url, model = str(options["url"]).rstrip("/"), options.get("model")
    key = options.get("key") or environ.get(str(options.get("key_env")))
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    thing = f"[{kind}] url"
    try:
        answer = httpx.get(f"{url}/models", headers=headers, timeout=_PATIENCE, trust_env=False)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        host = urlsplit(url).netloc or url
        return Finding("BAD", thing, f"{host} does not answer ({error}): start it there")
    if answer.status_code != httpx.codes.OK:
        asked = "with the key" if key else "without a key (key_env names its variable)"
        return Finding("BAD", thing, f"{url}/models says HTTP {answer.status_code} {asked}")
    try:
        listed = [str(each["id"]) for each in answer.json()["data"]]
    except (ValueError, TypeError, KeyError):
        return Finding("BAD", thing, f"{url}/models is not a list of models: does url end in /v1?")
    if model not in listed:
        return Finding("BAD", thing, f"{url} has no model {model!r}, it has: {', '.join(listed)}")
    return Finding("ok", thing, f"{url} has {model}")


def find_voice_server(server: ServerConfig) -> str | None:
    """What the server of ours says of itself that has the port, if it is one."""
    host, port = server.host, server.port
    asked = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    asked = f"[{asked}]" if ":" in asked else asked
    try:
        health = httpx.get(
            f"http://{asked}:{port}/health/ready", timeout=_PATIENCE, trust_env=False
        ).json()
        state = ", ".join([health["status"], *map(str, health["ailments"].values())])
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, TypeError, KeyError, AttributeError):
        return None
    return f"{host}:{port} is in use, by a voice server that is {state}"
