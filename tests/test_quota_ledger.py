"""One quota for all processes that use a token: each knows what the others sent, and what they learnt."""

from __future__ import annotations

import multiprocessing
from collections import Counter

import pytest

from tests.fake_cloud import TARGET
from trunkline.clouds.limiter import Limiter, Signal
from trunkline.clouds.places import Told
from trunkline.connection import open_target
from trunkline.errors import TrunklineError
from trunkline.store.quota import QuotaLedger


class Time:
    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def ledger(tmp_path):
    opened = QuotaLedger(tmp_path / "quota.sqlite3")
    yield opened
    opened.close()


def limiter(ledger: QuotaLedger, time: Time, key: str = "c", quota: int | None = 300) -> Limiter:
    """As a process of its own has it."""
    return Limiter(quota, ledger=ledger.line(key), clock=time.clock, sleep=time.sleep)


def ask(limit: Limiter, signal: Signal | None = None) -> float:
    permit = limit.acquire("GET /x")
    limit.settle("GET /x", permit, signal or Signal(200))
    return permit.waited


def test_two_limiters_with_one_ledger_spend_one_quota_together(ledger):
    time = Time()
    pair = [limiter(ledger, time) for _ in range(2)]
    sent = []
    while time.now < 1300:
        for limit in pair:
            ask(limit)
            sent.append(time.now)
    minutes = Counter(int((at - 1000) // 60) for at in sent)

    assert all(291 <= minutes[minute] <= 300 for minute in range(1, 5)), minutes


def test_a_command_goes_on_where_the_last_one_stopped(ledger):
    time = Time()
    first = limiter(ledger, time)
    for _ in range(60):
        ask(first)

    assert ask(limiter(ledger, time)) > 0


def test_what_one_process_learns_another_knows(ledger):
    time = Time()
    ask(limiter(ledger, time), Signal(200, Told(60, 1, 60)))
    second = limiter(ledger, time)
    ask(second)
    assert second.quota == 60

    ask(second, Signal(429, retry_after=40))
    assert ask(limiter(ledger, time)) >= 40


def test_clients_have_quotas_of_their_own(ledger):
    time = Time()
    ask(limiter(ledger, time, "a"), Signal(429, Told(300, 301, 50), retry_after=50))

    assert ask(limiter(ledger, time, "b")) == 0
    assert ask(limiter(ledger, time, "a")) >= 49


def test_a_clock_that_began_anew_leaves_nobody_waiting(ledger):
    for _ in range(60):
        ask(limiter(ledger, Time(1e9)))

    assert ask(limiter(ledger, Time(5.0))) == 0


def test_what_an_older_version_wrote_is_not_read(ledger):
    with ledger.opened("c") as share:
        share.value = b"\x93\x01\x02\x03"

    assert ask(limiter(ledger, Time())) == 0


def test_a_damaged_file_is_begun_anew(tmp_path):
    file = tmp_path / "quota.sqlite3"
    file.write_bytes(b"this is no database" * 100)
    ledger = QuotaLedger(file)

    assert ask(limiter(ledger, Time())) == 0
    ledger.close()


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "config").write_text("a file where the folder should be")

    with pytest.raises(TrunklineError, match=r"config.*cannot be kept") as caught:
        QuotaLedger(tmp_path / "config" / "quota.sqlite3")
    assert "TRUNKLINE_CONFIG_DIR" in (caught.value.hint or "")


def test_where_nothing_can_be_kept_a_command_goes_on_alone_and_says_so(tmp_path, monkeypatch):
    (tmp_path / "config").write_text("a file where the folder should be")
    monkeypatch.setenv("TRUNKLINE_CONFIG_DIR", str(tmp_path / "config"))
    notes: list[str] = []

    with open_target(TARGET, on_note=notes.append) as org:
        assert org.name == TARGET.name
    assert "other processes are not reckoned with" in notes[0]


class SharedTime:
    """One time of several processes, which passes as they sleep."""

    def __init__(self, now) -> None:
        self._now = now

    def clock(self) -> float:
        return self._now.value

    def sleep(self, seconds: float) -> None:
        with self._now.get_lock():
            self._now.value += seconds / 3


def take_many(file, now, taken):
    ledger = QuotaLedger(file)
    time = SharedTime(now)
    limit = Limiter(100, ledger=ledger.line("c"), clock=time.clock, sleep=time.sleep)
    count = 0
    while True:
        permit = limit.acquire("GET /x")
        if time.clock() >= 1060:
            break
        count += 1
        limit.settle("GET /x", permit, Signal(200))
    taken.put(count)
    ledger.close()


def test_processes_never_take_a_place_twice(tmp_path):
    context = multiprocessing.get_context("spawn")
    taken, now = context.Queue(), context.Value("d", 1000.0)
    file = tmp_path / "q.sqlite3"
    crew = [context.Process(target=take_many, args=(file, now, taken)) for _ in range(3)]
    for each in crew:
        each.start()
    sent = [taken.get(timeout=300) for _ in crew]
    for each in crew:
        each.join(60)
    assert sum(sent) <= 100
    taken.close()
