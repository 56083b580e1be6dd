"""One line for all processes that use a token: who is in it waits, and nobody waits for ever."""

from __future__ import annotations

import multiprocessing
from collections import Counter

import pytest

from trunkline.clouds.limiter import Limiter
from trunkline.store.quota import QuotaLedger


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def ledger(tmp_path):
    opened = QuotaLedger(tmp_path / "quota.sqlite3")
    yield opened
    opened.close()


def test_two_limiters_on_one_line_spend_one_quota_together(ledger):
    time = Time()
    pair = [Limiter(300, ledger=ledger.line("c"), clock=time.clock, sleep=time.sleep) for _ in range(2)]
    sent = []
    while time.now < 1300:
        for limiter in pair:
            limiter.acquire("GET /x")
            sent.append(time.now)
    minutes = Counter(int((at - 1000) // 60) for at in sent)
    assert all(290 <= minutes[minute] <= 300 for minute in range(1, 5)), minutes


def test_clients_have_lines_of_their_own(ledger):
    assert [ledger.reserve(key, 1, 60, 5.0) for key in ("a", "b")] == [0, 0]
    assert ledger.reserve("a", 1, 60, 5.0) > 0


def test_a_clock_that_began_anew_does_not_leave_anybody_waiting(ledger):
    assert ledger.reserve("a", 300, 60, 1e9) == 0
    assert ledger.reserve("a", 300, 60, 5.0) == 0


def take_many(file, taken):
    ledger = QuotaLedger(file)
    taken.put(sum(ledger.reserve("c", 100, 60, 1000.0 + n / 100) == 0 for n in range(200)))
    ledger.close()


def test_processes_never_take_a_place_twice(tmp_path):
    """200 moments in two seconds, a place every 0.6: whoever comes first takes it."""
    context = multiprocessing.get_context("spawn")
    taken = context.Queue()
    crew = [context.Process(target=take_many, args=(tmp_path / "q.sqlite3", taken)) for _ in range(3)]
    for each in crew:
        each.start()
    for each in crew:
        each.join(30)
    assert sum(taken.get(timeout=5) for _ in crew) <= 6
    taken.close()
