"""Threads that work through what they are given."""

from __future__ import annotations

import threading
import time

import pytest

from trunkline.export import crew
from trunkline.export.crew import Crew


class Work:
    """Notes who did what, and what was announced before."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.expected: list[int] = []
        self.done: list[int] = []
        self.ahead: list[int] = []
        self.by: set[str] = set()
        self.go = threading.Event()

    def expect(self, item: int) -> None:
        self.expected.append(item)

    def do(self, item: int) -> None:
        self.go.wait(10)
        self.ahead.append(len(self.expected) - len(self.done))
        self.by.add(threading.current_thread().name)
        time.sleep(self.seconds)
        self.done.append(item)


def run(work: Work, items: int, most: int) -> None:
    crew = Crew(work.do, most, work.expect)
    for item in range(items):
        if item == 500:
            work.go.set()
        crew.put(item)
    work.go.set()
    crew.drain()
    crew.stop(5)


def test_every_item_is_announced_and_done(monkeypatch):
    monkeypatch.setattr(crew, "_SLOW", 1000)
    work = Work()
    run(work, 3000, 8)

    assert work.done == work.expected == list(range(3000))
    assert len(work.by) == 1
    assert max(work.ahead) == 4


def test_one_request_at_once_is_one(monkeypatch):
    monkeypatch.setattr(crew, "_SLOW", 1000)
    work = Work()
    run(work, 50, 1)

    assert max(work.ahead) == 1


def test_slow_items_call_for_more_threads():
    work = Work(seconds=0.03)
    run(work, 100, 5)

    assert sorted(work.done) == list(range(100))
    assert len(work.by) == 5


@pytest.mark.parametrize("step", ["expect", "do"])
def test_an_error_ends_the_work_and_is_told_where_it_is_waited_for(step):
    def fail(item: int) -> None:
        if item == 7:
            raise LookupError("seven")

    work = Work()
    work.go.set()
    steps = {"expect": work.expect, "do": work.do, step: fail}
    crew = Crew(steps["do"], 3, steps["expect"])
    with pytest.raises(LookupError, match="seven"):
        for item in range(100_000):
            crew.put(item)
    with pytest.raises(LookupError, match="seven"):
        crew.drain()
    crew.stop(5)


def test_what_is_not_begun_is_left_when_the_work_is_stopped():
    begun, go_on = threading.Event(), threading.Event()

    def wait(item: int) -> None:
        begun.set()
        go_on.wait(10)

    crew = Crew(wait, 1, lambda item: None)
    for item in range(10):
        crew.put(item)
    assert begun.wait(10)
    threading.Timer(0.05, go_on.set).start()
    crew.stop(10)
    assert not any(each.name.startswith("trunkline-export") for each in threading.enumerate())
