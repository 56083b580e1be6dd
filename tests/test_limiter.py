"""The rate limiter, on a clock of its own: no test here waits."""

from __future__ import annotations

import heapq
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trunkline.clouds.limiter import Limiter, Signal
from trunkline.clouds.window import BURST, Window


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


class Server:
    """Counts as the vendor does: so many requests in each fixed window, the rest is refused."""

    def __init__(self, allowed: int, phase: float, headers: bool) -> None:
        self.allowed, self.phase, self.headers = allowed, phase, headers
        self.counts: dict[int, int] = {}
        self.refusals = 0

    def answer(self, now: float) -> Signal:
        window, into = divmod(now - self.phase, 60)
        count = self.counts[int(window)] = self.counts.get(int(window), 0) + 1
        if count > self.allowed:
            self.refusals += 1
            return Signal(429, retry_after=60 - into)
        if self.headers:
            return Signal(200, self.allowed, count, float(int(60 - into) + 1))
        return Signal(200)


def drive(window: Window, server: Server, threads: int, minutes: float, latency) -> list[float]:
    """Threads that send as fast as the window lets them; the times at which requests left."""
    start = 1000.0
    free = [(start, n) for n in range(threads)]
    sent: list[float] = []
    while free[0][0] < start + minutes * 60:
        now, thread = heapq.heappop(free)
        ready = window.ready_at(now)
        if ready > now:
            heapq.heappush(free, (ready + 0.0005, thread))
            continue
        window.take(now)
        sent.append(now)
        there, back = latency(), latency()
        signal = server.answer(now + there)
        if signal.status == 429:
            window.refused(now, signal.retry_after or 2)
        elif signal.allowed is not None:
            window.told(now, signal.allowed, signal.count or 0, signal.reset or 60)
        heapq.heappush(free, (now + there + back, thread))
    return sent


@settings(max_examples=40, deadline=None)
@given(
    allowed=st.sampled_from([10, 60, 300]),
    phase=st.floats(0, 60),
    threads=st.integers(1, 16),
    headers=st.booleans(),
    latencies=st.lists(st.floats(0.001, 0.4), min_size=1, max_size=7),
)
def test_a_fixed_window_is_used_up_and_never_overrun(allowed, phase, threads, headers, latencies):
    turn = iter(range(10**9))
    server = Server(allowed, phase, headers)

    sent = drive(Window(allowed), server, threads, 3, lambda: latencies[next(turn) % len(latencies)])

    assert server.refusals == 0
    able = threads * 60 / (2 * sum(latencies) / len(latencies))
    if able > allowed * 1.5:
        assert len(sent) >= 0.97 * allowed * 3 - 1
        paced = [n for n in sorted(server.counts)[1:-1] if n * 60 + phase > sent[0] + 65]
        assert all(server.counts[n] >= 0.97 * allowed - 1 for n in paced)


def test_after_the_burst_the_requests_are_evenly_spread():
    sent = drive(Window(300), Server(300, 17, headers=True), 4, 4, lambda: 0.05)

    start = sent[0]
    assert sum(each - start < 1 for each in sent) <= 300 * BURST + 7
    for second in range(70, 230):
        assert 4 <= sum(second <= each - start < second + 1 for each in sent) <= 6


def test_a_few_requests_are_not_held_back():
    clock = Clock()
    limit = limiter(300, clock)

    assert [limit.acquire("/flows") for _ in range(40)] == [0] * 40


def test_an_idle_period_lends_a_burst_again():
    clock = Clock()
    limit = limiter(300, clock)
    for _ in range(200):
        limit.acquire("/flows")
    clock.sleep(61)

    assert sum(limit.acquire("/flows") for _ in range(50)) == 0


def test_without_a_quota_nothing_waits():
    clock = Clock()
    limit = limiter(None, clock)

    assert sum(limit.acquire("/flows") for _ in range(5000)) == 0


def test_the_headers_teach_a_quota_that_was_not_known():
    clock = Clock()
    limit = limiter(None, clock)
    limit.acquire("/flows")
    limit.observe("/flows", Signal.of(200, {"inin-ratelimit-allowed": "60", "inin-ratelimit-count": "1"}))
    begun = clock.now
    for _ in range(11):
        limit.acquire("/flows")
    assert clock.now == begun
    for _ in range(120):
        limit.acquire("/flows")

    assert limit.quota == 60
    assert clock.now - begun > 110


@pytest.mark.parametrize("text", ["", "-5", "1e3", "٣٠٠", "9" * 40, "300.0", "0"])
def test_a_header_that_is_no_sensible_number_teaches_nothing(text):
    limit = limiter(300, Clock())
    limit.observe("/flows", Signal.of(200, {"inin-ratelimit-allowed": text, "inin-ratelimit-count": "1"}))

    assert limit.quota == 300


def test_after_a_429_nothing_leaves_until_retry_after_has_passed():
    clock = Clock()
    limit = limiter(None, clock)
    limit.acquire("/flows")
    limit.observe("/flows", Signal.of(429, {}, retry_after=42))

    assert limit.acquire("/queues") >= 42


def test_a_429_without_headers_teaches_what_had_passed():
    clock = Clock()
    limit = limiter(None, clock)
    for _ in range(103):
        limit.acquire("/flows")
    for _ in range(3):
        limit.observe("/flows", Signal.of(429, {}, retry_after=10))

    assert limit.quota == 102


def test_a_429_at_once_teaches_no_tiny_quota():
    clock = Clock()
    limit = limiter(None, clock)
    limit.acquire("/flows")
    limit.observe("/flows", Signal.of(429, {}, retry_after=10))

    assert limit.quota is None


def test_a_limit_of_one_family_slows_down_no_other():
    clock = Clock()
    limit = limiter(300, clock)
    limit.acquire("PUT /ivrs")
    headers = {"inin-ratelimit-allowed": "300", "inin-ratelimit-count": "5", "inin-ratelimit-reset": "50"}
    limit.observe("PUT /ivrs", Signal.of(429, headers, retry_after=30))

    assert limit.acquire("/flows") == 0
    assert limit.acquire("PUT /ivrs") >= 30


def test_what_others_spend_of_the_same_quota_is_left_to_them():
    clock = Clock()
    limit = limiter(300, clock)
    limit.acquire("/flows")
    headers = {"inin-ratelimit-allowed": "300", "inin-ratelimit-count": "290", "inin-ratelimit-reset": "40"}
    limit.observe("/flows", Signal.of(200, headers))
    begun = clock.now
    for _ in range(9):
        limit.acquire("/flows")
    assert clock.now - begun < 5
    for _ in range(5):
        limit.acquire("/flows")

    assert clock.now - begun >= 40


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
            limit.acquire("/flows")
            times.append(clock.now)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert len(times) == 320
    times.sort()
    assert all(times[n + 50] - times[n] >= 59 for n in range(len(times) - 50))
