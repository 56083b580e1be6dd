"""Many calls at once, in the order they were asked for."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import Future

T = TypeVar("T")
R = TypeVar("R")

THREADS = 8
_AHEAD = 4
"""Calls in waiting for each thread: enough to keep it busy, few enough to stop soon."""


def each(call: Callable[[T], R], items: Iterable[T], threads: int = THREADS) -> Iterator[R]:
    """`call` of every item, in order. The first error ends the rest that has not begun.

    Items are drawn as they are needed, and results are held for as long as the caller takes. The
    threads never keep the process alive: after Ctrl-C it need not wait for what is under way.
    """
    from concurrent.futures import Future

    tasks: SimpleQueue[tuple[Future[R], T] | None] = SimpleQueue()
    waiting: deque[Future[R]] = deque()
    started = 0
    try:
        for item in items:
            future: Future[R] = Future()
            waiting.append(future)
            tasks.put((future, item))
            if started < threads:
                started += 1
                start(lambda: _work(call, tasks), f"trunkline-{started}")
            if len(waiting) >= threads * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
        for _ in range(started):
            tasks.put(None)


def start(work: Callable[[], None], name: str) -> None:
    """Runs something in a thread that does not keep the process alive."""
    threading.Thread(target=work, name=name, daemon=True).start()


def interruptible(call: Callable[[], R]) -> R:
    """Calls in a thread of its own where this is the main one: what heeds no signal while it waits."""
    if threading.current_thread() is not threading.main_thread():
        return call()
    answers: list[R] = []
    errors: list[BaseException] = []
    done = threading.Event()

    def work() -> None:
        try:
            answers.append(call())
        except BaseException as error:  # noqa: BLE001 (raised again in the main thread)
            errors.append(error)
        done.set()

    start(work, "trunkline-send")
    done.wait()
    for error in errors:
        raise error
    return answers[0]


def settle(future: Future[R], call: Callable[[], R]) -> None:
    """Puts the outcome of a call, value or error, where somebody waits for it."""
    try:
        future.set_result(call())
    except BaseException as error:  # noqa: BLE001 (raised again in the thread that waits)
        future.set_exception(error)


def _work(call: Callable[[T], R], tasks: SimpleQueue[tuple[Future[R], T] | None]) -> None:
    while (task := tasks.get()) is not None:
        future, item = task
        if future.set_running_or_notify_cancel():
            settle(future, lambda item=item: call(item))
