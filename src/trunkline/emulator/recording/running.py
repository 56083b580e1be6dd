"""Recorders and replays on a socket, in a thread of this process."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from starlette.types import ASGIApp

from trunkline.domain.json import JsonObject
from trunkline.emulator import admission
from trunkline.emulator.recording.har import HarWriter, read_har
from trunkline.emulator.recording.recorder import Recorder, checked_origin, login_origin
from trunkline.emulator.recording.replayer import Replayer
from trunkline.emulator.serving import Serving, listen, shown


class Running:
    """A server that answers. `url` has no slash at its end; `report()` is one line on what it did."""

    def __init__(
        self, url: str, admin_token: str | None, report: Callable[[], str], stop: Callable[[], None]
    ) -> None:
        self.url = url
        self.admin_token = admin_token
        self.report = report
        self._stop = stop

    def ready(self) -> JsonObject:
        """What the ready file holds: there is no org, as any credentials will do."""
        token = {} if self.admin_token is None else {"admin_token": self.admin_token}
        return {"url": self.url, **token, "orgs": []}

    def stop(self) -> None:
        """End it; a second call does nothing."""
        self._stop()

    def __enter__(self) -> Running:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def record(
    upstream: str, to: Path, *, login: str | None = None, host: str = "127.0.0.1", port: int = 0
) -> Running:
    """Pass requests on to `upstream`; keep them with their answers, but no secrets, in a new HAR file.

    login  where tokens come from, else `login.` beside an upstream of `api.`, or the upstream itself
    port   0 picks one

    Raises UsageError for a URL that is none and for a file that exists, TrunklineError for a port in use.
    """
    origin = checked_origin(upstream, "--upstream")
    tokens = checked_origin(login, "--login-upstream") if login else login_origin(origin)
    with ExitStack() as undo:
        listener = listen(host, port)
        undo.callback(listener.close)
        out = undo.enter_context(HarWriter(to))
        recorder = Recorder(origin, tokens, out)

        def report() -> str:
            lost = f"; {recorder.unanswered} got no answer and are not in it" if recorder.unanswered else ""
            return f"recorded {out.count} requests in {to}{lost}"

        return _start(recorder, host, listener, undo, None, report)


def replay(
    file: Path,
    *,
    ignored: Iterable[str] = (),
    host: str = "127.0.0.1",
    port: int = 0,
    admin_token: str | None = None,
) -> Running:
    """Answer from a HAR file. `ignored` are parameters and fields of bodies that do not count.

    Raises InvalidInput with every fault of the file, TrunklineError for a port in use.
    """
    token = admission.admin_token(host, admin_token)
    exchanges = read_har(file)
    with ExitStack() as undo:
        listener = listen(host, port)
        undo.callback(listener.close)
        replayer = Replayer(exchanges, frozenset(ignored), token)

        def report() -> str:
            return (
                f"answered {replayer.answered} requests; {replayer.misses} were not recorded, "
                f"{replayer.left} recorded ones were not asked for"
            )

        return _start(replayer, host, listener, undo, token, report)


def _start(
    app: ASGIApp,
    host: str,
    listener: socket.socket,
    undo: ExitStack,
    token: str | None,
    report: Callable[[], str],
) -> Running:
    serving = Serving(app, listener)
    serving.start()
    undo.callback(serving.stop)
    return Running(shown("http", host, listener), token, report, undo.pop_all().close)
