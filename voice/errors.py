"""What can go wrong that is not our bug, and who must mend it."""

from __future__ import annotations


class VoiceError(Exception):
    """Something the operator must mend; the message is one line that says what, and how."""


class ConfigError(VoiceError):
    """The configuration names something that is not there or makes no sense."""


class WireError(Exception):
    """The peer sent something that its protocol does not allow; the message may be sent back."""


class RefusedError(Exception):
    """This peer does not get a call: ``code`` for programs, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
