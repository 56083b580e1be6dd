"""The rate limiter, on a clock of its own: no test here waits."""

from __future__ import annotations

import os
import random
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.quota_server import START, QuotaServer, Traffic
from trunkline.clouds.deadline import Deadline
from trunkline.clouds.limiter import Limiter, Signal
from trunkline.clouds.pace import BURST
from trunkline.clouds.window import Window
from trunkline.errors import DeadlinePassed

MANY = 400 if os.environ.get("TRUNKLINE_EVIDENCE") == "full" else 25


class Clock:
    """A time that passes only when somebody sleeps."""

    def __init__(self, now: float = 1000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


def limiter(quota: int | None, clock: Clock) -> Limiter:
    return Limiter(quota, clock=clock, sleep=clock.sleep)


def ask(limit: Limiter, family: str = "/flows", signal: Signal | None = None) -> float:
    """One request that is answered at once; the seconds it waited."""
    permit = limit.acquire(family)
    limit.settle(family, permit, signal or Signal(200))
    return permit.waited


def told(allowed: object, count: object = 1, reset: object = 60, status: int = 200, **more) -> Signal:
    names = {"allowed": allowed, "count": count, "reset": reset}
    return Signal.of(status, {f"inin-ratelimit-{name}": str(value) for name, value in names.items()}, **more)


@settings(max_examples=MANY, deadline=None)
@given(
    allowed=st.sampled_from([10, 60, 300]),
    phase=st.none() | st.floats(0, 60),
    threads=st.integers(1, 16),
    headers=st.booleans(),
    more=st.integers(0, 1),
    slowest=st.sampled_from([0.01, 0.1, 0.4, 5.0]),
    stall=st.none() | st.tuples(st.floats(5, 30), st.floats(0.1, 5)),
    seed=st.integers(0, 10**6),
)
def test_no_window_is_overrun_whatever_the_latency_the_pauses_and_the_way_windows_are_cut(
    allowed, phase, threads, headers, more, slowest, stall, seed
):
    travel = random.Random(seed)
    server = QuotaServer(allowed, phase, headers, more)
    traffic = Traffic(threads, lambda: travel.uniform(0.001, slowest), stall=stall, seed=seed)

    traffic.run(Window(allowed), server, 4)

    assert server.refused == 0


@settings(max_examples=MANY, deadline=None)
@given(
    phase=st.none() | st.floats(0, 60),
    threads=st.integers(1, 16),
    headers=st.booleans(),
    slowest=st.sampled_from([0.01, 0.1, 0.25]),
    seed=st.integers(0, 10**6),
)
def test_every_window_is_used_up(phase, threads, headers, slowest, seed):
    """Without headers a first burst shifts a server's fixed windows against ours: one more is spared."""
    travel = random.Random(seed)
    server = QuotaServer(300, phase, headers)

    Traffic(threads, lambda: travel.uniform(0.001, slowest), seed=seed).run(Window(300), server, 6)

    windows = server.inner[0 if headers or phase is None else 1 :]
    if threads > 1 or slowest < 0.25:
        assert min(window.passed for window in windows) >= 0.97 * 300
    assert server.refused == 0


@pytest.mark.parametrize("phase", [None, 17.3])
@pytest.mark.parametrize("threads", [1, 16])
def test_pauses_of_the_caller_are_made_up_for(threads, phase):
    """Of three seconds at most, every ten seconds or so."""
    server = QuotaServer(300, phase)

    Traffic(threads, lambda: 0.02, stall=(10, 3), seed=5).run(Window(300), server, 8)

    assert min(window.passed for window in server.inner) >= 0.97 * 300
    assert server.refused == 0


@pytest.mark.parametrize("phase", [None, 42.0])
def test_what_another_client_takes_is_left_to_it_within_two_windows(phase):
    server = QuotaServer(300, phase)

    Traffic(4, other=(150, 1.5)).run(Window(300), server, 8)

    adapted = server.windows[4:-1]
    assert min(window.passed for window in adapted) >= 0.97 * 300
    assert sum(window.refused for window in adapted) == 0
    assert server.refused <= 1


def test_without_headers_two_refusals_teach_what_another_client_takes():
    server = QuotaServer(300, headers=False)

    Traffic(4, other=(150, 1.5)).run(Window(300), server, 8)

    assert max(window.refused for window in server.windows) <= 1
    assert min(window.passed for window in server.windows[1:-1]) >= 0.97 * 300
    assert [window.refused for window in server.windows[1:5]] == [1, 1, 0, 0]


@pytest.mark.parametrize("allowed", [80, 100, 180, 250])
def test_without_headers_a_quota_smaller_than_thought_is_found_out(allowed):
    server = QuotaServer(allowed, headers=False)

    Traffic(4).run(Window(300), server, 12)

    assert max(window.refused for window in server.windows) <= 1
    assert sum(window.refused for window in server.windows) <= 5
    assert min(window.passed for window in server.inner) >= 0.9 * allowed


def test_a_client_that_stops_leaves_its_part_to_us_again():
    """Without headers too, as the share is tried anew from time to time."""
    for headers in (True, False):
        server = QuotaServer(300, headers=headers)
        window = Window(300)
        Traffic(4, other=(150, 0.1)).run(window, server, 3)
        server.windows.clear()
        window.pace.filled_at = START
        Traffic(4).run(window, server, 14)

        assert server.windows[-2].passed >= 0.97 * 300


def test_after_the_burst_the_requests_are_evenly_spread():
    sent = Traffic(4).run(Window(300), QuotaServer(300, 17), 4)

    start = sent[0]
    assert sum(each - start < 1 for each in sent) <= 300 * BURST + 7
    busy = [sum(second <= each - start < second + 1 for each in sent) for second in range(70, 230)]
    assert max(busy) <= 7
    assert sum(count < 4 for count in busy) <= 9  # the ends of windows, used up a little early


def test_a_few_requests_are_not_held_back():
    clock = Clock()
    limit = limiter(300, clock)

    assert [ask(limit) for _ in range(40)] == [0] * 40


def test_an_idle_period_lends_a_burst_again():
    clock = Clock()
    limit = limiter(300, clock)
    for _ in range(200):
        ask(limit)
    clock.sleep(61)

    assert sum(ask(limit) for _ in range(50)) == 0


def test_without_a_quota_nothing_waits():
    clock = Clock()
    limit = limiter(None, clock)

    assert sum(ask(limit) for _ in range(5000)) == 0


def test_the_headers_teach_a_quota_that_was_not_known():
    clock = Clock()
    limit = limiter(None, clock)
    ask(limit, signal=told(60))
    begun = clock.now
    for _ in range(11):
        ask(limit)
    assert clock.now == begun
    for _ in range(120):
        ask(limit)

    assert limit.quota == 60
    assert clock.now - begun > 110


@pytest.mark.parametrize("text", ["", "-5", "1e3", "٣٠٠", "9" * 40, "300.0", "0"])
def test_a_header_that_is_no_sensible_number_teaches_nothing(text):
    limit = limiter(300, Clock())
    ask(limit, signal=told(text))

    assert limit.quota == 300


def test_a_window_that_never_ends_by_its_headers_holds_nobody_up_for_ever():
    clock = Clock()
    limit = limiter(300, clock)
    for count in range(1, 400):
        ask(limit, signal=told(300, count % 300 + 1, 999_999_999))

    assert clock.now < 1000 + 600


def test_after_a_429_nothing_leaves_until_retry_after_has_passed():
    clock = Clock()
    limit = limiter(None, clock)
    ask(limit, signal=Signal(429, retry_after=42))

    assert ask(limit, "/queues") >= 42


def test_a_429_without_headers_teaches_what_had_passed():
    clock = Clock()
    limit = limiter(None, clock)
    for _ in range(102):
        ask(limit)
    permits = [limit.acquire("/flows") for _ in range(3)]
    for permit in permits:
        limit.settle("/flows", permit, Signal(429, retry_after=10))

    assert limit.quota in (102, 103, 104)


def test_a_429_at_once_teaches_no_tiny_quota():
    limit = limiter(None, Clock())
    ask(limit, signal=Signal(429, retry_after=10))

    assert limit.quota is None


def test_a_limit_of_one_family_slows_down_no_other():
    limit = limiter(300, Clock())
    ask(limit, "PUT /ivrs", told(300, 5, 50, 429, retry_after=30))

    assert ask(limit) == 0
    assert ask(limit, "PUT /ivrs") >= 29


def test_what_others_spent_of_the_same_quota_is_left_to_them():
    clock = Clock()
    limit = limiter(300, clock)
    ask(limit, signal=told(300, 290, 40))
    begun = clock.now
    for _ in range(14):
        ask(limit)

    assert clock.now - begun >= 39


def test_a_wait_longer_than_the_pace_is_told_once():
    clock = Clock()
    told: list[tuple[float, str]] = []
    limit = Limiter(
        300, clock=clock, sleep=clock.sleep, on_wait=lambda seconds, family: told.append((seconds, family))
    )
    for _ in range(200):
        ask(limit)
    assert told == []

    ask(limit, signal=Signal(429, retry_after=40))
    assert ask(limit, "GET /queues") >= 40
    assert told == [(40, "GET /queues")]


def test_a_request_that_never_left_takes_no_place():
    clock = Clock()
    limit = limiter(10, clock)
    for _ in range(100):
        limit.give_back("/flows", limit.acquire("/flows"))

    assert clock.now == 1000


def test_a_request_without_an_answer_keeps_its_place_for_a_period():
    clock = Clock()
    limit = limiter(10, clock)
    for _ in range(11):
        limit.settle("/flows", limit.acquire("/flows"), None)

    assert clock.now >= 1060


def test_a_wait_beyond_the_deadline_is_not_begun():
    clock = Clock()
    limit = limiter(300, clock)
    deadline = Deadline(10, clock)
    with pytest.raises(DeadlinePassed, match=r"GET /flows: not sent: the deadline of 10 s .*rate limit"):
        for _ in range(300):
            limit.settle("GET /flows", limit.acquire("GET /flows", deadline), told(300, 299, 55))

    assert clock.now < 1010


def test_threads_share_one_quota():
    clock = Clock()
    lock = threading.Lock()
    times: list[float] = []

    def nap(seconds: float) -> None:
        with lock:
            clock.now += seconds / 8

    limit = Limiter(50, clock=clock, sleep=nap)

    def work() -> None:
        for _ in range(40):
            permit = limit.acquire("/flows")
            times.append(clock.now)
            limit.settle("/flows", permit, Signal(200))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert len(times) == 320
    times.sort()
    assert all(times[n + 50] - times[n] >= 59 for n in range(len(times) - 50))


def test_a_leave_that_is_not_to_be_had_at_once_is_not_waited_for():
    clock = Clock()
    limit = limiter(10, clock)
    taken = 0
    while (permit := limit.try_acquire("/flows")) is not None:
        limit.settle("/flows", permit, Signal(200))
        taken += 1

    assert 1 <= taken <= 10
    assert clock.now == 1000.0
    assert limit.acquire("/flows").waited > 0
