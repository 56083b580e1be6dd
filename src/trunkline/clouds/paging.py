"""Reading a listing to its end, and saying honestly whether that was the end.

Genesys pages by number ({entities, pageNumber, pageSize, pageCount, total}) or by cursor
(`nextUri`, `cursor`, `continuationToken`): https://developer.genesys.cloud/platform/api/pagination
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from trunkline.clouds.base import Listing
from trunkline.domain.json import Json, JsonObject
from trunkline.errors import CloudError

MOST_PAGES = 5_000
"""A listing longer than this does not end."""


@dataclass(slots=True)
class _Collected:
    """The entities so far, each id once, and what is wrong with them."""

    entities: dict[str, JsonObject] = field(default_factory=dict[str, JsonObject])
    notes: list[str] = field(default_factory=list[str])
    unreadable: int = 0

    def add(self, page: JsonObject) -> int:
        """Takes a page in; how many entities were new."""
        entities = page.get("entities")
        if not isinstance(entities, list):
            raise CloudError(
                "a page of the listing has no list of entities", hint="is this the URL of the API?"
            )
        before = len(self.entities) + self.unreadable
        for entity in entities:
            remote_id = entity.get("id") if isinstance(entity, dict) else None
            if isinstance(remote_id, str) and remote_id:
                self.entities.setdefault(remote_id, entity)
            else:
                self.unreadable += 1
        return len(self.entities) + self.unreadable - before

    def listing(self, total: int | None) -> Listing[JsonObject]:
        if self.unreadable:
            self.notes.append(f"{self.unreadable} entries have no id and were left out")
        count = len(self.entities) + self.unreadable
        if total is not None and count < total:
            self.notes.append(f"the cloud counts {total} and listed {count}")
        return Listing(tuple(self.entities.values()), not self.notes, total, tuple(self.notes))


def by_number(fetch: Callable[[int], JsonObject], size: int) -> Listing[JsonObject]:
    """All pages of a listing with page numbers from 1; `size` is the page size that was asked for.

    Ends at an empty page, or at a page that is not full once the cloud's own count is reached: a
    count that is too small is not believed as long as pages are full.
    """
    collected = _Collected()
    total: int | None = None
    for number in range(1, MOST_PAGES + 1):
        page = fetch(number)
        total = _count(page.get("total"), total)
        new = collected.add(page)
        entities: list[Json] = page["entities"]
        if not entities:
            break
        if not new:
            collected.notes.append(f"page {number} repeats what was listed before")
            break
        full = len(entities) >= (_count(page.get("pageSize"), None) or size)
        if not full and len(collected.entities) + collected.unreadable >= (total or 0):
            break
    else:
        collected.notes.append(f"the listing does not end: given up after {MOST_PAGES} pages")
    found = len(collected.entities) + collected.unreadable
    if total is not None and found > total:
        total = found
    return collected.listing(total)


def by_cursor(
    fetch: Callable[[str | None], JsonObject], next_of: Callable[[JsonObject], str | None]
) -> Listing[JsonObject]:
    """All pages of a listing in which each page names the next; the first is fetched with None."""
    collected = _Collected()
    seen: set[str] = set()
    cursor: str | None = None
    total: int | None = None
    for _ in range(MOST_PAGES):
        page = fetch(cursor)
        total = _count(page.get("total"), total)
        collected.add(page)
        cursor = next_of(page)
        if cursor is None:
            break
        if cursor in seen:
            collected.notes.append("the cloud names a page as the next that was read before")
            break
        seen.add(cursor)
    else:
        collected.notes.append(f"the listing does not end: given up after {MOST_PAGES} pages")
    return collected.listing(total)


def field_cursor(name: str) -> Callable[[JsonObject], str | None]:
    """The next page as a field of the page says it: `cursor`, `continuationToken`."""

    def next_of(page: JsonObject) -> str | None:
        value = page.get(name)
        return value if isinstance(value, str) and value else None

    return next_of


def uri_cursor(parameter: str = "after") -> Callable[[JsonObject], str | None]:
    """The next page as a parameter of `nextUri` says it; the rest of that URI is not trusted."""

    def next_of(page: JsonObject) -> str | None:
        uri = page.get("nextUri")
        values = parse_qs(urlsplit(uri).query).get(parameter) if isinstance(uri, str) else None
        return values[0] if values else None

    return next_of


def _count(value: Json, otherwise: int | None) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return otherwise
