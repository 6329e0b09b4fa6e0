"""Who is decoded next: rules that a caller would notice, under any order of events."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from asr.batch import BatchSettings, DecodeQueue, Job

SECOND = 16_000


def job(
    call: int, at: float, *, final: bool = False, seconds: float = 3.0, work: str = ""
) -> Job[str]:
    return Job(call, round(seconds * SECOND), final, at, work)


def queue(*jobs: Job[str], **settings: float) -> DecodeQueue[str]:
    made: DecodeQueue[str] = DecodeQueue(BatchSettings(**settings))  # type: ignore[arg-type]
    for each in jobs:
        made.offer(each)
    return made


def calls(batch: list[Job[str]]) -> list[int]:
    return [each.call for each in batch]


def test_a_final_goes_before_partials_that_came_first() -> None:
    waiting = queue(job(1, 0.0), job(2, 0.1), job(3, 0.2, final=True))

    assert [calls(waiting.take()), calls(waiting.take()), calls(waiting.take())] == [
        [3],
        [1, 2],
        [],
    ]


def test_the_oldest_partial_goes_first() -> None:
    waiting = queue(job(1, 0.3), job(2, 0.1), job(3, 0.2), size=1)

    assert [calls(waiting.take()) for _ in range(3)] == [[2], [3], [1]]


def test_a_partial_that_has_waited_too_long_goes_before_a_new_final() -> None:
    waiting = queue(job(1, 0.0), job(2, 2.5, final=True), size=1)

    assert calls(waiting.take()) == [1]


def test_a_newer_partial_replaces_the_older_one_and_keeps_its_place() -> None:
    waiting = queue(job(1, 0.0, work="old"), job(2, 0.1), size=1)

    waiting.offer(job(1, 0.3, work="new"))

    assert [each.work for each in waiting.take()] == ["new"]
    assert calls(waiting.take()) == [2]
    assert len(waiting) == 0


def test_a_final_takes_over_from_the_waiting_partial_of_its_call() -> None:
    waiting = queue(job(1, 0.0), job(2, 0.1), job(2, 0.4, final=True), size=1)

    assert [calls(waiting.take()) for _ in range(3)] == [[2], [1], []]


def test_a_short_job_does_not_pay_for_a_long_one() -> None:
    waiting = queue(job(1, 0.0, seconds=1), job(2, 0.1, seconds=9), job(3, 0.2, seconds=1.5))

    assert [calls(waiting.take()), calls(waiting.take())] == [[1, 3], [2]]


def test_likeness_is_judged_over_the_whole_batch() -> None:
    waiting = queue(job(1, 0, seconds=2), job(2, 1, seconds=1.5), job(3, 2, seconds=2.5), alike=0.5)

    assert calls(waiting.take()) == [1, 2]


def test_partials_ride_with_finals_only_where_that_is_free() -> None:
    jobs = job(1, 0.0), job(2, 0.1, final=True)

    assert calls(queue(*jobs, riders=False).take()) == [2]
    assert calls(queue(*jobs, riders=True).take()) == [2, 1]


def test_a_call_that_is_over_leaves_nothing() -> None:
    waiting = queue(job(1, 0.0, work="a"), job(2, 0.1))
    waiting.drop(1)
    waiting.drop(1)  # nothing waits for it: nothing happens

    assert len(waiting) == 1
    assert calls(waiting.take()) == [2]


def test_partials_thin_out_as_decodes_get_dear_and_callers_many() -> None:
    waiting = queue(interval=0.25, share=0.5)

    assert waiting.interval(20) == 0.25  # nothing is known yet
    waiting.done(2, 0.1)  # 50 ms each
    assert waiting.interval(1) == 0.25
    assert waiting.interval(6) == pytest.approx(0.6)
    assert waiting.interval(20) == pytest.approx(2.0)
    for _ in range(40):
        waiting.done(1, 0.01)
    assert waiting.interval(6) == 0.25


class Rules(RuleBasedStateMachine):
    """Any calls, in any order; a model of what waits, kept the slow way."""

    def __init__(self) -> None:
        super().__init__()
        self.settings = BatchSettings(size=3, alike=0.5, patience=2.0)
        self.queue: DecodeQueue[int] = DecodeQueue(self.settings)
        self.now = 0.0
        self.count = 0
        self.waiting: dict[int, Job[int]] = {}
        self.since: dict[int, float] = {}
        self.passed_over: dict[int, int] = {}

    @rule(call=st.integers(0, 7), final=st.booleans(), window=st.sampled_from([1.0, 1.5, 2.0, 6.0]))
    def offer(self, call: int, final: bool, window: float) -> None:
        self.count += 1
        new = Job(call, round(window * SECOND), final, self.now, self.count)
        self.queue.offer(new)
        self.waiting[call] = new
        self.since.setdefault(call, self.now)

    @rule(call=st.integers(0, 7))
    def hang_up(self, call: int) -> None:
        self.queue.drop(call)
        self.waiting.pop(call, None)
        self.forget(call)

    @rule(seconds=st.sampled_from([0.01, 0.3, 1.1, 5.0]))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @precondition(lambda self: self.waiting)
    @rule()
    def decode(self) -> None:
        batch = self.queue.take()
        assert 1 <= len(batch) <= self.settings.size
        for each in batch:
            assert self.waiting.pop(each.call) == each  # the newest of its call, and once
        windows = [each.window for each in batch]
        assert max(windows) - min(windows) <= 0.5 * SECOND

        if batch[0].final:
            assert all(each.final for each in batch)
        elif self.since[batch[0].call] + self.settings.patience > self.now:
            assert not any(each.final for each in self.waiting.values())

        for each in batch:
            self.forget(each.call)
        for call, since in self.since.items():
            if since + self.settings.patience < self.now:  # overdue
                self.passed_over[call] = self.passed_over.get(call, 0) + 1
                assert self.passed_over[call] <= 7  # the jobs of the seven others

    def forget(self, call: int) -> None:
        self.since.pop(call, None)
        self.passed_over.pop(call, None)

    @invariant()
    def nothing_is_lost(self) -> None:
        assert len(self.queue) == len(self.waiting)


TestRules = Rules.TestCase
