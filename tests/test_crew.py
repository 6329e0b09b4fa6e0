"""Whose work is done first, and what becomes of the rest."""

import asyncio
import threading
from functools import partial

import pytest

from tts.crew import Crew


def test_the_piece_that_is_needed_soonest_goes_first_and_equals_in_order_of_arrival() -> None:
    done: list[str] = []

    async def scene() -> None:
        crew, gate = Crew("test"), threading.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(crew.do(gate.wait))
            await asyncio.sleep(0)  # the thread is busy now, all others wait
            for name, needed_at in [("late", 9.0), ("soon", 1.0), ("next", 2.0), ("also", 2.0)]:
                tasks.create_task(crew.do(partial(done.append, name), needed_at))
            await asyncio.sleep(0)
            gate.set()

    asyncio.run(scene())

    assert done == ["soon", "next", "also", "late"]


def test_work_that_nobody_waits_for_any_more_is_not_begun() -> None:
    done: list[str] = []

    async def scene() -> None:
        crew, gate = Crew("test"), threading.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(crew.do(gate.wait))
            await asyncio.sleep(0)
            abandoned = tasks.create_task(crew.do(lambda: done.append("abandoned")))
            await asyncio.sleep(0)
            abandoned.cancel()
            tasks.create_task(crew.do(lambda: done.append("wanted")))
            await asyncio.sleep(0)
            gate.set()

    asyncio.run(scene())

    assert done == ["wanted"]


def test_a_failure_belongs_to_who_asked_and_the_thread_goes_on() -> None:
    async def scene() -> int:
        crew = Crew("test")
        with pytest.raises(ZeroDivisionError):
            await crew.do(lambda: 1 // 0)
        return await crew.do(lambda: 7)

    assert asyncio.run(scene()) == 7


def test_two_threads_do_two_pieces_at_once() -> None:
    async def scene() -> None:
        crew, both = Crew("test", threads=2), threading.Barrier(2)
        async with asyncio.timeout(5), asyncio.TaskGroup() as tasks:
            tasks.create_task(crew.do(both.wait))
            tasks.create_task(crew.do(both.wait))

    asyncio.run(scene())
