"""What every command that calls a cloud has: a deadline, and figures of its calls."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from trunkline.cli.telemetry import Telemetry
    from trunkline.clouds.deadline import Deadline
    from trunkline.clouds.metrics import Metrics, Observer
    from trunkline.org import Org

Command = TypeVar("Command", bound=Callable[..., Any])

_META = "trunkline.calling"
_DURATION = re.compile(r"(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?")
_PROMETHEUS = ".prom"


class Duration(click.ParamType[float]):
    """`90`, `90s`, `10m`, `1h30m`: seconds, more than none."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        match = _DURATION.fullmatch(str(value).strip())
        seconds = 0.0
        if match:
            hours, minutes, rest = (int(part or 0) for part in match.groups())
            seconds = hours * 3600.0 + minutes * 60 + rest
        if not seconds:
            self.fail(f"{value!r} is no duration: write it as 90s, 10m or 1h30m", param, ctx)
        return seconds


class StatsFile(click.Path):
    """A file in a folder that is there; the Prometheus form only where that can be written."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from importlib.util import find_spec

        path = Path(str(super().convert(value, param, ctx)))
        if not path.absolute().parent.is_dir():
            self.fail(f"the folder {path.parent} is not there", param, ctx)
        if path.suffix == _PROMETHEUS and find_spec("prometheus_client") is None:
            self.fail("a .prom file needs: pip install 'trunkline[prometheus]'", param, ctx)
        return path


@dataclass(slots=True)
class Calling:
    """The calls of one command: how long they may take, and what they cost, by org."""

    command: str = ""
    deadline: Deadline | None = None
    stats: bool = False
    file: Path | None = None
    begun: float = field(default_factory=time.time)
    orgs: dict[str, Metrics] = field(default_factory=dict[str, "Metrics"])
    telemetry: Telemetry | None = None
    watched: bool = False

    def observers(self) -> tuple[Observer, ...]:
        """Who hears of every request: a collector of OpenTelemetry, where the environment names one."""
        if not self.watched and any(name.startswith("OTEL_") for name in os.environ):
            from trunkline.cli.telemetry import open_telemetry

            self.telemetry = open_telemetry(self.command, self.begun)
        self.watched = True
        return (self.telemetry.observer,) if self.telemetry else ()

    def add(self, org: Org) -> None:
        """An org that is open from now on."""
        name, number = org.name, 1
        while name in self.orgs:
            number += 1
            name = f"{org.name} ({number})"
        self.orgs[name] = org.cloud.session.metrics

    def finish(self) -> None:
        """Tells the figures; to be called however the command ends."""
        if self.telemetry is not None:
            self.telemetry.close(sys.exception())
        if not (self.stats or self.file):
            return
        from trunkline.render import calls

        costs = {name: metrics.by_route() for name, metrics in self.orgs.items()}
        totals = {name: metrics.total() for name, metrics in self.orgs.items()}
        if self.stats:
            click.echo(calls.table(costs, totals), err=True)
        if self.file is None:
            return
        seconds = time.time() - self.begun
        if self.file.suffix == _PROMETHEUS:
            calls.write_prometheus(self.file, costs, self.command, self.begun, seconds)
        else:
            calls.write_json(self.file, costs, totals, self.command, self.begun, seconds)


def calling() -> Calling:
    """The calls of the command that runs; without one, calls without a limit that nobody watches."""
    ctx = click.get_current_context(silent=True)
    if ctx is None:
        return Calling()
    if _META not in ctx.meta:
        ctx.meta[_META] = Calling(ctx.command_path)
        ctx.call_on_close(ctx.meta[_META].finish)
    return ctx.meta[_META]


def call_options(command: Command) -> Command:
    """`--deadline`, `--stats`, `--stats-file`; `calling()` has them."""
    options = (
        click.option(
            "--deadline", type=Duration(), expose_value=False, callback=_keep_deadline, metavar="TIME",
            help="Begin nothing new after so long (90s, 10m, 1h30m); waits count. What is left is told.",
        ),
        click.option(
            "--stats", is_flag=True, expose_value=False, callback=_keep_stats,
            help="Requests, retries, waits, bytes, p50 and p95 by route, on stderr at the end.",
        ),
        click.option(
            "--stats-file", type=StatsFile(dir_okay=False, writable=True), expose_value=False,
            callback=_keep_file, metavar="FILE",
            help="The same as JSON; for the textfile collector of Prometheus where FILE ends in .prom.",
        ),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def _keep_deadline(ctx: click.Context, param: click.Parameter, value: float | None) -> None:
    del ctx, param
    now = calling()
    if value is not None:
        from trunkline.clouds.deadline import Deadline

        now.deadline = Deadline(value)


def _keep_stats(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    del ctx, param
    calling().stats = value


def _keep_file(ctx: click.Context, param: click.Parameter, value: Path | None) -> None:
    del ctx, param
    calling().file = value
