"""Which client drives which route: recorded in `driven.json`, from which the page of coverage is made.

`TRUNKLINE_RECORD=1` writes the record anew while the tests run (`make driven`); without it they hold it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from trunkline.emulator.server import Emulator

FILE = Path(__file__).with_name("driven.json")
PYTHON, JAVASCRIPT, HTTP = "Python SDK", "JavaScript SDK", "raw HTTP"


def record() -> dict[str, dict[str, list[str]]]:
    """Routes as `METHOD /pattern`, by client and by what it was busy with."""
    return json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}


@contextmanager
def driving(emulator: Emulator, client: str, what: str) -> Iterator[None]:
    """Holds what was answered without an error meanwhile against the record."""
    emulator.kernel.journal.clear()
    yield
    found = sorted(answered(emulator))
    if os.environ.get("TRUNKLINE_RECORD"):
        _write(client, what, found)
    known = record().get(client, {}).get(what, [])
    assert found == known, (
        f"{client}, {what}: the record is old, run `make driven`: {set(found) ^ set(known)}"
    )


def answered(emulator: Emulator) -> set[str]:
    """Routes that answered without an error, of all that the journal remembers."""
    found: set[str] = set()
    for entry in emulator.kernel.journal.entries():
        match = emulator.kernel.table.find(quote(entry.path))
        route = match.route(entry.method) if match else None
        if route is not None and entry.status < 400:
            found.add(f"{entry.method} {route[0].pattern}")
    return found


def _write(client: str, what: str, found: list[str]) -> None:
    known = record()
    known.setdefault(client, {})[what] = found
    ordered = {name: dict(sorted(known[name].items())) for name in sorted(known)}
    FILE.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
