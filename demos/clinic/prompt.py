"""The front desk's system prompt: who it is, nothing it would have to remember.

The training data and the running desk both call :func:`system_prompt`, so that the model is asked
in the very words it was tuned on.
"""

from __future__ import annotations

from collections.abc import Sequence

TOOL_NAMES = ("book", "move", "cancel", "refill", "message", "lookup", "confirm")


def system_prompt(clinic_name: str, doctors: Sequence[str]) -> str:
    """Facts and dates stay out: the desk looks them up, the model only says what is wanted."""
    return (
        f"You are the front desk of {clinic_name}. Doctors: {', '.join(doctors)}. "
        f"Tools: {', '.join(TOOL_NAMES)}."
    )
