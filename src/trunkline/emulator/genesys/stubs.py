"""Recorded replies for the calls that data actions make: an org's own, never the outside world.

Tried from the first, the one that fits answers. In `url` a `*` stands for any run of characters, an empty
one too; everything else is literal and case counts.
"""

from __future__ import annotations

import json
from typing import cast

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.genesys.records import STUBS, StubRecord
from trunkline.emulator.orgs import Org
from trunkline.emulator.wildcard import fits

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def all_stubs(org: Org) -> list[StubRecord]:
    return [cast("StubRecord", document) for document in org.documents(STUBS).values()]


def find(org: Org, method: str, url: str) -> StubRecord | None:
    """The first stub that fits a request."""
    for stub in all_stubs(org):
        if stub["method"] == method and fits(stub["url"], url):
            return stub
    return None


def body_text(stub: StubRecord) -> str:
    """The body as it is received: text as it is, anything else as JSON."""
    body = stub["body"]
    return body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)


def parse(value: Json) -> StubRecord:
    """A stub as a file or the emulator's own API has it. Raises ValueError saying what is wrong."""
    given = cast("JsonObject", value) if isinstance(value, dict) else {}
    method, url = given.get("method", "GET"), given.get("url")
    status, headers = given.get("status", 200), given.get("headers") or {}
    if method not in METHODS:
        raise ValueError(f"method is one of {', '.join(METHODS)}, not {method!r}")
    if not isinstance(url, str) or not url:
        raise ValueError("url is a text, with * for any run of characters")
    if isinstance(status, bool) or not isinstance(status, int) or not 100 <= status <= 599:
        raise ValueError(f"status is an HTTP status, not {status!r}")
    if not isinstance(headers, dict) or not all(isinstance(text, str) for text in headers.values()):
        raise ValueError("headers map names to texts")
    return {
        "id": "",
        "method": method,
        "url": url,
        "status": status,
        "headers": headers,
        "body": given.get("body", ""),
    }


def replace_all(org: Org, stubs: list[StubRecord]) -> None:
    """The org's stubs from now on, in this order."""
    collection = org.documents(STUBS)
    collection.clear()
    for number, stub in enumerate(stubs, 1):
        collection.put(str(number), {**stub, "id": str(number)})
