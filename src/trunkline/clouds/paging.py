"""Reading a listing to its end, and saying honestly whether that was the end.

Genesys pages by number ({entities, pageNumber, pageSize, pageCount, total}) or by cursor
(`cursor`, `continuationToken`): https://developer.genesys.cloud/platform/api/pagination
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from trunkline.clouds.base import Listing
from trunkline.domain.json import Json, JsonObject
from trunkline.errors import CloudError

T = TypeVar("T")

MOST_PAGES = 5_000
"""A listing longer than this does not end."""


@dataclass(slots=True)
class _Seen:
    """The ids so far, each once, and what is wrong with the pages."""

    key: str = "id"
    ids: set[str] = field(default_factory=set[str])
    notes: list[str] = field(default_factory=list[str])
    unreadable: int = 0

    @property
    def count(self) -> int:
        return len(self.ids) + self.unreadable

    def new(self, page: JsonObject) -> list[JsonObject]:
        """The entities of a page that were not listed before."""
        entities = page.get("entities")
        if not isinstance(entities, list):
            raise CloudError(
                "a page of the listing has no list of entities", hint="is this the URL of the API?"
            )
        found: list[JsonObject] = []
        for entity in entities:
            remote_id = entity.get(self.key) if isinstance(entity, dict) else None
            if not (isinstance(remote_id, str) and remote_id):
                self.unreadable += 1
            elif remote_id not in self.ids:
                self.ids.add(remote_id)
                found.append(entity)
        return found

    def close(self, total: int | None) -> None:
        if self.unreadable:
            self.notes.append(f"{self.unreadable} entries have no {self.key} and were left out")
        if total is not None and self.count < total:
            self.notes.append(f"the cloud counts {total} and listed {self.count}")


class Pages(Generic[T]):
    """A listing with page numbers from 1, read page by page as it is gone through, once.

    `shape` makes an item of an entity, None where it is not wanted; `key` tells entities apart. `size` is the
    page size that was asked for. `total`, the cloud's count of what is wanted, is known from the first page
    on; `notes` are whole at the end.

    Ends at an empty page, or at a page that is not full once the cloud's own count is reached: a
    count that is too small is not believed as long as pages are full.
    """

    def __init__(
        self,
        fetch: Callable[[int], JsonObject],
        size: int,
        shape: Callable[[JsonObject], T | None],
        key: str = "id",
    ) -> None:
        self._fetch = fetch
        self._size = size
        self._shape = shape
        self._seen = _Seen(key)
        self._counted: int | None = None
        self._left_out = 0

    @property
    def total(self) -> int | None:
        if self._counted is None:
            return None
        return max(self._counted, self._seen.count) - self._left_out

    @property
    def notes(self) -> tuple[str, ...]:
        return tuple(self._seen.notes)

    def __iter__(self) -> Iterator[T]:
        seen = self._seen
        for number in range(1, MOST_PAGES + 1):
            page = self._fetch(number)
            self._counted = _count(page.get("total"), self._counted)
            before = seen.count
            yield from self._wanted(seen.new(page))
            entities: list[Json] = page["entities"]
            if not entities:
                break
            if seen.count == before:
                seen.notes.append(f"page {number} repeats what was listed before")
                break
            full = len(entities) >= (_count(page.get("pageSize"), None) or self._size)
            if not full and seen.count >= (self._counted or 0):
                break
        else:
            seen.notes.append(f"the listing does not end: given up after {MOST_PAGES} pages")
        seen.close(self._counted)

    def _wanted(self, entities: list[JsonObject]) -> Iterator[T]:
        for entity in entities:
            item = self._shape(entity)
            if item is None:
                self._left_out += 1
            else:
                yield item

    def listing(self) -> Listing[T]:
        """All of it at once."""
        items = tuple(self)
        return Listing(items, not self.notes, self.total, self.notes)


def by_number(fetch: Callable[[int], JsonObject], size: int) -> Listing[JsonObject]:
    """All pages of a listing with page numbers; see `Pages`."""
    return Pages(fetch, size, lambda entity: entity).listing()


def by_cursor(
    fetch: Callable[[str | None], JsonObject], next_of: Callable[[JsonObject], str | None]
) -> Listing[JsonObject]:
    """All pages of a listing in which each page names the next; the first is fetched with None."""
    seen = _Seen()
    entities: list[JsonObject] = []
    cursors: set[str] = set()
    cursor: str | None = None
    total: int | None = None
    for _ in range(MOST_PAGES):
        page = fetch(cursor)
        total = _count(page.get("total"), total)
        entities += seen.new(page)
        cursor = next_of(page)
        if cursor is None:
            break
        if cursor in cursors:
            seen.notes.append("the cloud names a page as the next that was read before")
            break
        cursors.add(cursor)
    else:
        seen.notes.append(f"the listing does not end: given up after {MOST_PAGES} pages")
    seen.close(total)
    return Listing(tuple(entities), not seen.notes, total, tuple(seen.notes))


def field_cursor(name: str) -> Callable[[JsonObject], str | None]:
    """The next page as a field of the page says it: `cursor`, `continuationToken`."""

    def next_of(page: JsonObject) -> str | None:
        value = page.get(name)
        return value if isinstance(value, str) and value else None

    return next_of


def _count(value: Json, otherwise: int | None) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    return otherwise
