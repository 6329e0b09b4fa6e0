"""Real processes, really killed: the supervisor brings them back, and leaves none behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from llm.child import Child, Pulse, State, restart_delay
from llm.engine import LLMError

pytestmark = pytest.mark.slow

# Answers anyone who connects; at start it prints its port, and leaves a grandchild in its group.
SERVER = """
import os, signal, socket, subprocess, sys
{first}
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
print("listening on", sys.argv[1], flush=True)
while True:
    connection, _ = server.accept()
    connection.sendall(b"yes")
    connection.close()
"""
BEAR_CHILD = 'print("child", subprocess.Popen(["sleep", "600"]).pid, flush=True)'
IGNORE_TERM = "signal.signal(signal.SIGTERM, signal.SIG_IGN)"


def serve(first: str = "") -> Callable[[int], Sequence[str]]:
    return lambda port: [sys.executable, "-S", "-c", SERVER.format(first=first), str(port)]


async def connects(port: int) -> None:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError as error:
        raise LLMError(str(error)) from error
    try:
        if await reader.read() != b"yes":
            raise LLMError("not yes")
    finally:
        writer.close()


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def wait_until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - another process decides
            await asyncio.sleep(0.01)


def test_a_child_answers_inside_and_is_gone_outside() -> None:
    async def scene() -> None:
        child = Child("server", serve(), connects, connects)
        states = [child.state]
        async with child:
            states.append(child.state)
            await connects(child.port)
            assert os.getpgid(child.pid) == child.pid
            assert child.log == (f"listening on {child.port}",)
        assert [*states, child.state] == [State.STOPPED, State.READY, State.STOPPED]
        assert not alive(child.pid)

    asyncio.run(scene())


def test_a_killed_child_is_started_again() -> None:
    async def scene() -> None:
        async with Child("server", serve(), connects, connects) as child:
            first = child.pid
            os.kill(first, signal.SIGKILL)
            await wait_until(lambda: child.state is not State.READY)
            await wait_until(lambda: child.state is State.READY)
            await connects(child.port)
            assert child.pid != first
            assert child.deaths == 1

    asyncio.run(scene())


def test_a_child_that_hangs_is_killed_and_started_again() -> None:
    async def scene() -> None:
        pulse = Pulse(interval=0.05, patience=0.2, misses=3)
        async with Child("server", serve(), connects, connects, pulse=pulse) as child:
            first = child.pid
            os.kill(first, signal.SIGSTOP)
            await wait_until(lambda: child.state is State.SILENT)
            await wait_until(lambda: child.deaths == 1)
            await wait_until(lambda: child.state is State.READY)
            await connects(child.port)
            assert child.pid != first
            assert not alive(first)

    asyncio.run(scene())


def test_a_child_that_was_slow_for_once_is_left_alone() -> None:
    async def scene() -> None:
        pulse = Pulse(interval=0.05, patience=0.2, misses=1_000)
        async with Child("server", serve(), connects, connects, pulse=pulse) as child:
            os.kill(child.pid, signal.SIGSTOP)
            await wait_until(lambda: child.state is State.SILENT)
            os.kill(child.pid, signal.SIGCONT)
            await wait_until(lambda: child.state is State.READY)
            assert child.deaths == 0

    asyncio.run(scene())


def test_a_child_that_dies_again_and_again_is_waited_for_longer_and_longer() -> None:
    delays = [restart_delay(failures) for failures in range(1, 12)]
    assert delays[0] == 0
    assert delays == sorted(delays)
    assert 5 < max(delays) < 60


def test_a_child_that_dies_after_its_first_start_is_no_reason_to_stop(tmp_path: Path) -> None:
    # It starts the first time and the fourth.
    count = tmp_path / "starts"
    first = f"""
with open({str(count)!r}, "a+") as file:
    file.write("x"); file.flush(); file.seek(0)
    if len(file.read()) in (2, 3): sys.exit("not today")
"""

    async def scene() -> None:
        async with Child(
            "server", serve(first), connects, connects, delay=lambda failures: 0.0
        ) as child:
            os.kill(child.pid, signal.SIGKILL)
            await wait_until(lambda: child.deaths == 3 and child.state is State.READY)
            assert child.log.count("not today") == 2

    asyncio.run(scene())


def test_a_child_that_cannot_be_spawned_again_is_tried_until_it_can() -> None:
    starts = 0

    def command(port: int) -> Sequence[str]:
        nonlocal starts
        starts += 1
        if starts in (2, 3):
            return ["x" * 200_000]  # longer than an argument may be: the system refuses
        return serve()(port)

    async def scene() -> None:
        async with Child(
            "server", command, connects, connects, delay=lambda failures: 0.0
        ) as child:
            os.kill(child.pid, signal.SIGKILL)
            await wait_until(lambda: child.deaths == 3 and child.state is State.READY)
            await connects(child.port)

    asyncio.run(scene())


def test_a_child_that_can_never_be_spawned_says_why() -> None:
    async def scene() -> None:
        async with Child("engine", lambda port: ["x" * 200_000], connects, connects):
            raise AssertionError("it is not ready")

    with pytest.raises(LLMError, match=r"engine could not be spawned: .*Argument list too long"):
        asyncio.run(scene())


def test_the_grandchildren_end_with_the_child() -> None:
    async def scene() -> None:
        async with Child("server", serve(BEAR_CHILD), connects, connects) as child:
            grandchild = int(child.log[0].split()[1])
            assert alive(grandchild)
            os.kill(child.pid, signal.SIGKILL)
            await wait_until(lambda: child.deaths == 1)
            await wait_until(lambda: not alive(grandchild))

    asyncio.run(scene())


def test_a_child_that_will_not_end_is_made_to() -> None:
    async def scene() -> None:
        async with Child(
            "server", serve(IGNORE_TERM), connects, connects, stop_timeout=0.1
        ) as child:
            pass
        assert not alive(child.pid)

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (["/nowhere/engine"], "did not start: exit status 1; it said: cannot run /nowhere/engine"),
        (["sh", "-c", "echo no weights; exit 3"], "exit status 3; it said: no weights"),
        (["sh", "-c", "kill -9 $$"], "killed by SIGKILL; it said: nothing"),
        (["sleep", "60"], "was not ready after 0.5 s .*Errno 111"),
    ],
)
def test_a_child_that_cannot_start_says_why(command: list[str], words: str) -> None:
    async def scene() -> None:
        async with Child("engine", lambda port: command, connects, connects, start_timeout=0.5):
            raise AssertionError("it is not ready")

    with pytest.raises(LLMError, match=f"engine .*{words}"):
        asyncio.run(scene())


def test_much_talk_is_forgotten() -> None:
    chatter = 'print("x" * 1_000_000); [print("line", n) for n in range(5000)]'

    async def scene() -> None:
        async with Child("server", serve(chatter), connects, connects) as child:
            await wait_until(lambda: "listening" in child.log[-1])
            assert sum(map(len, child.log)) < 10_000

    asyncio.run(scene())


def test_what_happens_inside_comes_out_as_it_is() -> None:
    async def scene() -> None:
        async with Child("server", serve(), connects, connects):
            raise ValueError("mine")

    with pytest.raises(ValueError, match="mine"):
        asyncio.run(scene())


def test_cancelling_ends_the_child() -> None:
    async def scene() -> None:
        child = Child("server", serve(), connects, connects)

        async def use() -> None:
            async with child:
                await asyncio.sleep(600)

        async with asyncio.TaskGroup() as tasks:
            task = tasks.create_task(use())
            await wait_until(lambda: child.state is State.READY)
            task.cancel()
        assert not alive(child.pid)

    asyncio.run(scene())


def test_a_killed_parent_takes_its_child_along() -> None:
    program = """
import asyncio, sys
from tests.test_child import connects, serve
from llm.child import Child
async def main():
    async with Child("server", serve(), connects, connects) as child:
        print(child.pid, flush=True)
        await asyncio.sleep(600)
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert alive(child)
        parent.kill()
    asyncio.run(wait_until(lambda: not alive(child)))
