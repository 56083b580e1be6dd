"""Many calls at once, in the order they were asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

THREADS = 8
_AHEAD = 4
"""Calls in waiting for each thread: enough to keep it busy, few enough to stop soon."""


def each(call: Callable[[T], R], items: Iterable[T], threads: int = THREADS) -> Iterator[R]:
    """`call` of every item, in order. The first error ends the rest that has not begun.

    Items are drawn as they are needed, and results are held for as long as the caller takes.
    """
    waiting: list[Future[R]] = []
    pool = ThreadPoolExecutor(threads, thread_name_prefix="trunkline")
    try:
        for item in items:
            waiting.append(pool.submit(call, item))
            if len(waiting) >= threads * _AHEAD:
                yield waiting.pop(0).result()
        while waiting:
            yield waiting.pop(0).result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
