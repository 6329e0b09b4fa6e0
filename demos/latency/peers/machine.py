"""What a process and its children cost: processor seconds and memory, from /proc. Linux only."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from demos.latency.memory import children_of

_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Use:
    """Since the process began: processor seconds; megabytes resident now, and at most ever."""

    cpu_seconds: float
    resident_mb: float
    peak_mb: float


def use_of(pid: int) -> Use:
    """What it and its children have used."""
    family = [pid, *children_of(pid)]
    return Use(
        sum(_cpu_seconds(member) for member in family),
        sum(_status_mb(member, "VmRSS") for member in family),
        sum(_status_mb(member, "VmHWM") for member in family),
    )


def busy_seconds() -> float:
    """Processor seconds that the whole machine has spent on anything since it was started."""
    name, *ticks = Path("/proc/stat").read_text().splitlines()[0].split()
    assert name == "cpu", name
    user, nice, system, _idle, _waiting, interrupts, soft = map(int, ticks[:7])
    return (user + nice + system + interrupts + soft) / _TICK


def _cpu_seconds(pid: int) -> float:
    # The name, in parentheses, may hold spaces; user and system time are the 14th and 15th field.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def _status_mb(pid: int, name: str) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 1024
