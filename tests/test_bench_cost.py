"""What a server's process costs: found by its port, measured with its children."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from demos.latency.cost import Meter, server_of
from voice.errors import VoiceError

LISTENING = """
import os, socket, sys
server = socket.create_server(("127.0.0.1", 0))
pid = os.fork()
if pid == 0:
    ballast = b"x" * (48 << 20)
    print(server.getsockname()[1], os.getpid(), flush=True)
    sys.stdin.read()
    os._exit(0)
os.wait()
"""


@contextmanager
def listening() -> Iterator[tuple[int, int, int]]:
    """A server with a child that holds 48 MB and its socket too: its port, and both processes."""
    with subprocess.Popen(
        [sys.executable, "-c", LISTENING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port, child = map(int, process.stdout.readline().split())
        yield port, process.pid, child
        process.communicate()


def test_the_server_is_known_by_its_port_and_not_one_of_its_children() -> None:
    with listening() as (port, pid, _):
        assert server_of(f"ws://127.0.0.1:{port}/call") == pid
        assert server_of(f"ws://localhost:{port}/twilio") == pid


def test_a_server_elsewhere_or_of_our_own_process_is_not_known() -> None:
    with socket.create_server(("127.0.0.1", 0)) as own:
        port = own.getsockname()[1]
        assert server_of(f"ws://127.0.0.1:{port}/call") is None
        assert server_of(f"wss://pbx.example:{port}/call") is None
    assert server_of(f"ws://127.0.0.1:{port}/call") is None


def test_what_a_server_costs_holds_its_child_and_is_told_by_the_minute() -> None:
    with listening() as (_, pid, child):
        meter = Meter(pid)
        told = meter.read(talked=30.0)
        alone = Meter(child).read(talked=30.0)

    assert told["pid"] == pid
    assert told["resident_mb"] > alone["resident_mb"] > 40
    assert told["peak_mb"] >= told["resident_mb"]
    assert 0 <= told["cpu_seconds_per_call_minute"] < 60


def test_the_time_of_our_own_process_is_told_by_the_minute() -> None:
    meter = Meter(os.getpid())
    began = os.times().user
    while os.times().user - began < 0.05:
        sum(range(1_000))

    assert meter.read(talked=30.0)["cpu_seconds_per_call_minute"] >= 2 * 0.03
    assert meter.read(talked=0.0)["cpu_seconds_per_call_minute"] == 0.0


def test_a_process_that_is_not_there_is_one_line_to_mend() -> None:
    with pytest.raises(VoiceError, match="cannot measure process 4194305: no such file"):
        Meter(4_194_305)
