"""Numbers on the command line: read, with their bounds, and refused in words."""

from __future__ import annotations

import argparse


def count(text: str) -> int:
    """How many, from 1 to 10,000."""
    number = int(text) if text.isdecimal() else 0
    if not 1 <= number <= 10_000:
        raise argparse.ArgumentTypeError(f"is {text!r}, expected a whole number from 1 to 10000")
    return number


def process(text: str) -> int:
    """The id of a process."""
    number = int(text) if text.isdecimal() else 0
    if not number:
        raise argparse.ArgumentTypeError(f"is {text!r}, expected a process id")
    return number


def seconds(text: str) -> float:
    """Up to an hour."""
    return _number(text, "seconds", 3_600)


def milliseconds(text: str) -> float:
    """Up to two seconds; in seconds."""
    return _number(text, "milliseconds", 2_000) / 1e3


def percent(text: str) -> float:
    """Up to a half; as a share of one."""
    return _number(text, "percent", 50) / 100


def _number(text: str, unit: str, most: float) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= most:
        raise argparse.ArgumentTypeError(f"is {text!r}, expected {unit}, from 0 to {most:g}")
    return number
