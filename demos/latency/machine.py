"""What a process and its children cost: processor seconds and memory, from /proc. Linux only."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_LISTENS = "0A"  # the state of a socket in /proc/net/tcp


@dataclass(frozen=True, slots=True)
class Use:
    """Since the process began: processor seconds; megabytes resident now, and at most ever."""

    cpu_seconds: float
    resident_mb: float
    peak_mb: float


def use_of(pid: int) -> Use:
    """What it and its children have used. Raises OSError where there is no such process."""
    family = [pid, *children_of(pid)]
    return Use(
        sum(_each(family, _cpu_seconds)),
        sum(_each(family, resident_mb)),
        sum(_each(family, lambda member: _status_mb(member, "VmHWM"))),
    )


def forget_peak(pid: int) -> None:
    """Let the peak of it and its children begin at what they hold now, where we may."""
    for member in [pid, *children_of(pid)]:
        try:
            (_PROC / str(member) / "clear_refs").write_text("5")
        except OSError:
            continue


def resident_mb(pid: int) -> float:
    """What of this process is in memory."""
    return _status_mb(pid, "VmRSS")


def children_of(pid: int) -> list[int]:
    """Its children, and theirs."""
    found = []
    for task in (_PROC / str(pid) / "task").glob("*/children"):
        try:
            found += [int(child) for child in task.read_text().split()]
        except OSError:
            continue  # a thread that has ended meanwhile
    return found + [grandchild for child in found for grandchild in children_of(child)]


def listener_on(port: int) -> int | None:
    """The process that listens on this port of our machine, if we may know; not this one."""
    sockets = {f"socket:[{inode}]" for inode in _listening(port)}
    owners = [pid for pid in _processes() if pid != os.getpid() and _holds(pid, sockets)]
    workers = {child for pid in owners for child in children_of(pid)}
    return next((pid for pid in owners if pid not in workers), None)


def busy_seconds() -> float:
    """Processor seconds that the whole machine has spent on anything since it was started."""
    name, *ticks = (_PROC / "stat").read_text().splitlines()[0].split()
    assert name == "cpu", name
    user, nice, system, _idle, _waiting, interrupts, soft = map(int, ticks[:7])
    return (user + nice + system + interrupts + soft) / _ticks()


def _each(family: list[int], measure: Callable[[int], float]) -> Iterator[float]:
    """Of each that is still there: children come and go, the first must stay."""
    first, *others = family
    yield measure(first)
    for member in others:
        try:
            yield measure(member)
        except OSError:
            continue


def _cpu_seconds(pid: int) -> float:
    # The name, in parentheses, may hold spaces; user and system time are the 14th and 15th field.
    fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _ticks()


def _ticks() -> int:
    return os.sysconf("SC_CLK_TCK")


def _status_mb(pid: int, name: str) -> float:
    lines = (_PROC / str(pid) / "status").read_text().splitlines()
    # One that has ended and is not yet buried has no memory.
    return next((int(line.split()[1]) for line in lines if line.startswith(name)), 0) / 1024


def _listening(port: int) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        try:
            rows = (_PROC / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for row in map(str.split, rows):
            if row[3] == _LISTENS and int(row[1].rpartition(":")[2], 16) == port:
                yield row[9]


def _processes() -> Iterator[int]:
    yield from sorted(int(each.name) for each in _PROC.glob("[0-9]*"))


def _holds(pid: int, sockets: set[str]) -> bool:
    try:
        return any(_leads_to(fd) in sockets for fd in (_PROC / str(pid) / "fd").iterdir())
    except OSError:
        return False  # it is somebody else's, or has ended


def _leads_to(fd: Path) -> str:
    try:
        return os.readlink(fd)
    except OSError:
        return ""  # closed meanwhile
