"""The queue of the pool: in order, but to where the tables are, and nobody waits for ever."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from dashbridge.warehouse.jobs import OVERTAKEN, Job, JobQueue


def job(key: str | None = None) -> Job:
    return Job({"do": "query"}, 1.0, {} if key else None, key)


def queue_of(*jobs: Job | None) -> JobQueue:
    queue = JobQueue()
    for one in jobs:
        queue.put(one)
    return queue


def test_jobs_come_in_order() -> None:
    first, second = job(), job("a")
    queue = queue_of(first, second, None)
    assert [queue.take(()), queue.take(()), queue.take(())] == [first, second, None]


def test_a_lane_takes_first_what_its_worker_holds_the_tables_of() -> None:
    first, second, third = job("a"), job("b"), job("b")
    queue = queue_of(first, second, third)
    assert [queue.take({"b"}), queue.take({"b"}), queue.take({"b"})] == [second, third, first]


def test_a_job_is_not_overtaken_for_ever() -> None:
    old, held = job(), [job("b") for _ in range(OVERTAKEN + 1)]
    queue = queue_of(old, *held)
    assert [queue.take({"b"}) for _ in range(OVERTAKEN + 2)] == [*held[:OVERTAKEN], old, held[-1]]


def test_an_idle_lane_leaves_a_job_to_the_idle_lane_that_holds_its_tables() -> None:
    queue, mine = JobQueue(), job("a")
    with ThreadPoolExecutor(2) as lanes:
        holder, other = lanes.submit(queue.take, {"a"}), lanes.submit(queue.take, ())
        while len(queue._idle) < 2:
            threading.Event().wait(0.001)
        queue.put(mine)
        assert holder.result(20) is mine
        queue.put(None)
        assert other.result(20) is None


def test_what_a_lane_left_to_another_is_taken_when_that_one_took_something_else() -> None:
    queue, jobs = JobQueue(), [job("a"), job("a")]
    with ThreadPoolExecutor(2) as lanes:
        taken = [lanes.submit(queue.take, {"a"}), lanes.submit(queue.take, ())]
        while len(queue._idle) < 2:
            threading.Event().wait(0.001)
        for one in jobs:
            queue.put(one)
        assert {id(one.result(20)) for one in taken} == set(map(id, jobs))


def test_a_job_alone_goes_to_the_first_lane_and_the_next_to_another() -> None:
    for _ in range(20):
        queue, jobs = JobQueue(), [job(), job("a")]
        with ThreadPoolExecutor(2) as lanes:
            other = lanes.submit(queue.take, (), first=False)
            first = lanes.submit(queue.take, ())
            while len(queue._idle) < 2:
                threading.Event().wait(0.001)
            queue.put(jobs[0])
            assert first.result(20) is jobs[0]
            queue.put(jobs[1])
            assert other.result(20) is jobs[1]
