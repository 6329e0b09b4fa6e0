"""What the calls cost the server: its processor time and memory, where it runs on this machine."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from demos.latency.machine import Use, listener_on, use_of
from voice.doors import is_local
from voice.errors import VoiceError

_PORTS = {"ws": 80, "wss": 443}


def server_of(url: str) -> int | None:
    """The process that listens at this address, if that is on our machine and we may know."""
    address = urlsplit(url)
    port = address.port or _PORTS.get(address.scheme)
    if port is None or not is_local(address.hostname or ""):
        return None
    return listener_on(port)


class Meter:
    """One process and its children, from now on. Raises :class:`VoiceError` if it is not there."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._before = self._use()

    def read(self, talked: float) -> dict[str, Any]:
        """What so many seconds of calls have cost."""
        use = self._use()
        spent = max(0.0, use.cpu_seconds - self._before.cpu_seconds)
        return {
            "pid": self._pid,
            "cpu_seconds_per_call_minute": round(60 * spent / talked, 3) if talked else 0.0,
            "resident_mb": round(use.resident_mb, 1),
            "peak_mb": round(use.peak_mb, 1),
            "before_mb": round(self._before.resident_mb, 1),
        }

    def _use(self) -> Use:
        try:
            return use_of(self._pid)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise VoiceError(f"cannot measure process {self._pid}: {reason}") from None
