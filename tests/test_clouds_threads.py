"""Many calls at once."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

from trunkline.clouds.threads import each


def test_results_come_in_the_order_of_the_items():
    def slow(n: int) -> int:
        time.sleep(0.002 * (n % 5))
        return n * n

    assert list(each(slow, range(100), 4)) == [n * n for n in range(100)]


def test_calls_run_at_the_same_time():
    together = threading.Barrier(4, timeout=5)

    assert list(each(lambda n: together.wait() >= 0, range(4), 4)) == [True] * 4


def test_the_first_error_ends_what_has_not_begun():
    begun: list[int] = []

    def call(n: int) -> None:
        begun.append(n)
        if n == 3:
            raise ValueError("three")

    with pytest.raises(ValueError, match="three"):
        list(each(call, range(10_000), 2))
    assert len(begun) < 100


def test_items_are_drawn_only_as_they_are_needed():
    drawn: list[int] = []

    def items():
        for n in range(10_000):
            drawn.append(n)
            yield n

    results = each(lambda n: n, items(), 2)
    assert next(results) == 0
    assert len(drawn) < 20
    results.close()


def test_no_items_need_no_thread():
    before = threading.active_count()

    assert list(each(lambda n: n, [])) == []
    assert threading.active_count() == before


def test_an_interrupted_process_does_not_wait_for_what_is_under_way():
    code = """
import time
from trunkline.clouds.threads import each
def call(n):
    if n == 0:
        raise KeyboardInterrupt
    time.sleep(60)
list(each(call, range(9)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20)

    assert "KeyboardInterrupt" in done.stderr
