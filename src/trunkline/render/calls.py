"""What the calls of a command cost: a table, JSON, and a file for Prometheus."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import astuple
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trunkline.clouds.metrics import Cost
from trunkline.project.files import write_atomic

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry

_HEAD = ("requests", "retries", "waited s", "bytes", "p50 ms", "p95 ms")


def table(costs: Mapping[str, Mapping[str, Cost]], totals: Mapping[str, Cost]) -> str:
    """A line a route and one for all of them, for each org."""
    if not costs:
        return "no cloud was called"
    width = max(len(route) for routes in costs.values() for route in (*routes, *costs, "all")) + 2
    lines: list[str] = []
    for org, routes in costs.items():
        lines.append(f"{org:{width}}" + "".join(f"{title:>11}" for title in _HEAD))
        rows = sorted(routes.items(), key=lambda each: -each[1].seconds)
        lines += [f"{route:{width}}{_cells(cost)}" for route, cost in (*rows, ("all", totals[org]))]
    return "\n".join(lines)


def _cells(cost: Cost) -> str:
    return (
        f"{cost.count:11,}{cost.retries:11,}{cost.waited:11,.1f}{cost.bytes:11,}"
        f"{cost.p50:11,.0f}{cost.p95:11,.0f}"
    )


def write_json(
    file: Path,
    costs: Mapping[str, Mapping[str, Cost]],
    totals: Mapping[str, Cost],
    command: str,
    begun: float,
    seconds: float,
) -> None:
    """`{command, begun, seconds, orgs: [{org, requests, …, routes: [{route, requests, …}]}]}`.

    Raises TrunklineError where the file cannot be written.
    """
    value = {
        "command": command,
        "begun": datetime.fromtimestamp(begun, UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "orgs": [
            {
                "org": org,
                **_fields(totals[org]),
                "routes": [{"route": route, **_fields(cost)} for route, cost in routes.items()],
            }
            for org, routes in costs.items()
        ],
    }
    write_atomic(file, (json.dumps(value, indent=2) + "\n").encode())


def _fields(cost: Cost) -> dict[str, Any]:
    count, retries, waited, size, seconds, p50, p95 = astuple(cost)
    return {
        "requests": count,
        "retries": retries,
        "waited_s": round(waited, 3),
        "bytes": size,
        "request_s": round(seconds, 3),
        "p50_ms": round(p50, 1),
        "p95_ms": round(p95, 1),
    }


def write_prometheus(
    file: Path,
    costs: Mapping[str, Mapping[str, Cost]],
    command: str,
    begun: float,
    seconds: float,
) -> None:
    """Gauges of one run, in the text format that the node exporter's textfile collector reads.

    https://github.com/prometheus/node_exporter#textfile-collector. Gauges, as each run starts anew. The
    file is replaced in one go. Raises TrunklineError where it cannot be written.
    """
    from prometheus_client import generate_latest

    write_atomic(file, generate_latest(_registry(costs, command, begun, seconds)))


def _registry(
    costs: Mapping[str, Mapping[str, Cost]], command: str, begun: float, seconds: float
) -> CollectorRegistry:
    from prometheus_client import CollectorRegistry, Gauge

    registry = CollectorRegistry()

    def gauge(name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"trunkline_run_{name}", text, ("command", *labels), registry=registry)

    gauge("start_time_seconds", "When the last run began, since the epoch.").labels(command).set(begun)
    gauge("duration_seconds", "How long the last run took.").labels(command).set(seconds)
    by_route = ("org", "method", "route")
    requests = gauge("requests", "Requests of the last run.", *by_route)
    retries = gauge("retries", "Requests that were tried again.", *by_route)
    waited = gauge("waited_seconds", "Time held back by the quota or before a retry.", *by_route)
    size = gauge("response_bytes", "Bytes of the answers.", *by_route)
    spent = gauge("request_seconds", "Time of all requests together.", *by_route)
    latency = gauge("request_duration_seconds", "Latency of single requests.", *by_route, "quantile")
    for labels, cost in _labelled(costs, command):
        requests.labels(*labels).set(cost.count)
        retries.labels(*labels).set(cost.retries)
        waited.labels(*labels).set(cost.waited)
        size.labels(*labels).set(cost.bytes)
        spent.labels(*labels).set(cost.seconds)
        latency.labels(*labels, "0.5").set(cost.p50 / 1000)
        latency.labels(*labels, "0.95").set(cost.p95 / 1000)
    return registry


def _labelled(
    costs: Mapping[str, Mapping[str, Cost]], command: str
) -> Iterator[tuple[tuple[str, str, str, str], Cost]]:
    for org, routes in costs.items():
        for route, cost in routes.items():
            method, _, path = route.partition(" ")
            yield (command, org, method, path), cost
