"""Requests that nobody should send: broken JSON, wrong types, huge, deep, no UTF-8, paths that climb.

Run: `python -m bench.fuzz [COUNT] [SEED]`; 2,000 requests where none is said, 20,000 under `make prove`. Each
is a known route with something wrong: no answer may be 500 or above, but for 501 on an unknown path, and the
memory of the emulator stays flat.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import resource
import sys
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from trunkline.emulator import catalogue
from trunkline.emulator.orgs import Access
from trunkline.emulator.routes import Route
from trunkline.emulator.server import Emulator, start

FULL = 20_000
QUICK = 2_000
PARTS = ("..", "%2e%2e", "%00", "a" * 300, "%ff%fe", "null", "-1", "{}", "💥", "%2f%2fetc%2fpasswd", "0", "*")
QUERIES = (
    "pageSize=-1",
    "pageNumber=x",
    "pageSize=99999999999999",
    "expand=%ff",
    "ids=" + "a," * 500,
    "&&==",
    "name=%00",
)
BODIES = (
    b"",
    b"null",
    b"[]",
    b"{",
    b'"text"',
    b"\xff\xfe{}",
    b"[" * 50_000,
    b'{"a":' * 5_000,
    b'{"name":' + b'"x"' * 3 + b"}",
    b'{"name": 7, "id": [], "version": "x", "config": 1, "contract": false}',
    b'{"name": null, "type": null, "entities": {}, "filters": 3, "interval": 9}',
    json.dumps({"name": "y" * 100_000}).encode(),
    b"1e999999",
    b'{"name": "\\ud800", "description": "\\u0000"}',
)
TYPES = (
    "application/json",
    "text/plain",
    "",
    "application/x-www-form-urlencoded",
    "application/json; charset=utf-16",
)


@dataclass
class Figures:
    """What came of it. `faults` are requests that were answered 5xx, or not at all."""

    sent: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    grown: float = 0.0

    def __str__(self) -> str:
        shown = ", ".join(f"{count} × {status}" for status, count in sorted(self.statuses.items()))
        lines = [
            f"requests {self.sent}: {shown}",
            f"faults {len(self.faults)}",
            f"memory grew {self.grown:.1f} MB",
        ]
        return "\n".join([*lines, *self.faults[:20]])


def fuzz(count: int, seed: int = 0) -> Figures:
    """So many requests at an emulator with the sample org."""
    dice, figures = random.Random(seed), Figures()
    with start(quota=0) as emulator:
        access = emulator.create_org("fuzz", origin="sample")
        headers = {"Authorization": f"Bearer {token(emulator, access)}"}
        known = known_ids(emulator, access)
        routes = [
            route
            for route in catalogue.routes()
            if route.surface in ("public", "guides") and route.cloud == "genesys"
        ]
        shoot(emulator, routes, known, dice, headers, count // 4, figures)
        before = memory()
        shoot(emulator, routes, known, dice, headers, count - count // 4, figures)
        figures.grown = memory() - before
    return figures


def shoot(
    emulator: Emulator,
    routes: list[Route],
    known: list[str],
    dice: random.Random,
    headers: dict[str, str],
    count: int,
    figures: Figures,
) -> None:
    """Fire `count` mutated requests, each over a connection of its own."""
    place = urlsplit(emulator.url)
    goal = figures.sent + count
    while figures.sent < goal:
        route = dice.choice(routes)
        path = mutated(route.pattern, known, dice)
        method = (
            route.method if dice.random() < 0.9 else dice.choice(("PUT", "PATCH", "DELETE", "POST", "GET"))
        )
        if route.pattern == "/api/v2/tokens/me" and method == "DELETE":
            continue
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=30)
        figures.sent += 1
        try:
            body = None if method == "GET" else dice.choice(BODIES)
            connection.request(method, path, body, {**headers, "Content-Type": dice.choice(TYPES)})
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            figures.faults.append(f"{method} {path[:120]}: {type(error).__name__}: {error}")
            continue
        finally:
            connection.close()
        figures.statuses[status] += 1
        if status >= 500 and status != 501:
            figures.faults.append(f"{method} {path[:120]}: {status}")


def mutated(pattern: str, known: list[str], dice: random.Random) -> str:
    """A path of a pattern: ids that exist, or nonsense; sometimes a query that is none."""
    parts = [
        (dice.choice(known) if dice.random() < 0.5 else nonsense(dice)) if part.startswith("{") else part
        for part in pattern.split("/")
    ]
    if dice.random() < 0.1:
        parts.insert(dice.randrange(1, len(parts) + 1), nonsense(dice))
    return "/".join(parts) + (f"?{dice.choice(QUERIES)}" if dice.random() < 0.4 else "")


def nonsense(dice: random.Random) -> str:
    return quote(dice.choice(PARTS), safe="%.*{}")


def known_ids(emulator: Emulator, access: Access) -> list[str]:
    org = emulator.kernel.orgs.get(access.id)
    assert org is not None
    return [
        entry for name in org.partition.names() for entry in org.documents(name).ids()[:5] if "/" not in entry
    ]


def token(emulator: Emulator, access: Access) -> str:
    import requests

    answer = requests.post(
        emulator.url + "/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(access.client_id, access.client_secret),
        timeout=10,
    )
    return answer.json()["access_token"]


def memory() -> float:
    """The most that this process has taken, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(count: int = 0, seed: int = 0) -> int:
    full = os.environ.get("TRUNKLINE_EVIDENCE") == "full"
    figures = fuzz(count or (FULL if full else QUICK), seed)
    print(figures)
    return 1 if figures.faults else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
