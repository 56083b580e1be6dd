"""Listings end where they end, and say so when they may not have."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.clouds import paging
from trunkline.clouds.base import addresses
from trunkline.clouds.paging import by_cursor, by_number, field_cursor
from trunkline.errors import CloudError


class Cloud:
    """A listing in pages, as honest as the test wants it."""

    def __init__(self, count: int, size: int, total: int | None = None, most: int = 10**9) -> None:
        self.ids = [f"id-{n:04d}" for n in range(count)]
        self.size = min(size, most)
        self.asked = size
        self.total = count if total is None else total
        self.fetched: list[int] = []

    def fetch(self, number: int) -> dict[str, object]:
        self.fetched.append(number)
        chosen = self.ids[(number - 1) * self.size : number * self.size]
        pages = -(-self.total // self.size)
        return {
            "entities": [{"id": each} for each in chosen],
            "pageNumber": number,
            "pageSize": self.size,
            "pageCount": pages,
            "total": self.total,
        }


@given(st.integers(0, 250), st.integers(1, 100), st.integers(1, 100))
def test_every_entity_is_listed_once_whatever_the_page_size(count, size, most):
    cloud = Cloud(count, size, most=most)
    listing = by_number(cloud.fetch, size)

    assert [each["id"] for each in listing.items] == cloud.ids
    assert (listing.complete, listing.total, listing.notes) == (True, count, ())
    assert len(cloud.fetched) <= count // min(size, most) + 1


def test_a_count_that_is_too_small_is_not_believed():
    listing = by_number(Cloud(250, 25, total=100).fetch, 25)

    assert len(listing.items) == 250
    assert listing.total == 250


def test_a_count_that_is_too_large_makes_the_listing_incomplete():
    listing = by_number(Cloud(90, 25, total=100).fetch, 25)

    assert not listing.complete
    assert listing.notes == ("the cloud counts 100 and listed 90",)


def test_a_listing_without_a_count_ends_at_a_page_that_is_not_full():
    listing = by_number(lambda n: {"entities": [{"id": f"{n}-{k}"} for k in range(10 if n < 3 else 4)]}, 10)

    assert (len(listing.items), listing.complete, listing.total) == (24, True, None)


def test_a_repeated_page_ends_the_listing_and_is_told():
    cloud = Cloud(25, 25, total=100)
    listing = by_number(lambda number: cloud.fetch(1), 25)

    assert len(listing.items) == 25
    assert not listing.complete
    assert listing.notes[0] == "page 2 repeats what was listed before"


def test_an_endless_listing_is_given_up(monkeypatch):
    monkeypatch.setattr(paging, "MOST_PAGES", 50)
    listing = by_number(lambda n: {"entities": [{"id": f"{n}-{k}"} for k in range(5)], "pageSize": 5}, 5)

    assert not listing.complete
    assert "does not end" in listing.notes[0]


def test_an_object_that_moved_to_the_next_page_meanwhile_is_listed_once():
    pages = [["a", "b"], ["b", "c"], ["d"]]
    listing = by_number(
        lambda n: {"entities": [{"id": each} for each in pages[n - 1]], "total": 4, "pageSize": 2}, 2
    )

    assert [each["id"] for each in listing.items] == ["a", "b", "c", "d"]
    assert listing.complete


@pytest.mark.parametrize("entity", [None, 7, "x", {}, {"id": None}, {"id": 7}, {"id": ""}])
def test_one_bad_entry_ends_no_listing_but_makes_it_incomplete(entity):
    listing = by_number(lambda n: {"entities": [{"id": "a"}, entity], "total": 2}, 100)

    assert [each["id"] for each in listing.items] == ["a"]
    assert not listing.complete
    assert listing.notes == ("1 entries have no id and were left out",)


@pytest.mark.parametrize("page", [{}, {"entities": None}, {"entities": {}}, {"results": []}])
def test_what_is_no_page_is_an_error(page):
    with pytest.raises(CloudError, match="no list of entities"):
        by_number(lambda n: page, 25)


@pytest.mark.parametrize("total", ["12", -1, True, None, 1.5, [], {}])
def test_a_count_that_is_no_count_is_ignored(total):
    listing = by_number(lambda n: {"entities": [{"id": "a"}], "total": total}, 25)

    assert (listing.complete, listing.total) == (True, None)


def test_cursors_lead_from_page_to_page():
    pages = {None: ("a", "c1"), "c1": ("b", "c2"), "c2": ("c", None)}

    def fetch(cursor):
        name, following = pages[cursor]
        return {"entities": [{"id": name}], "continuationToken": following}

    listing = by_cursor(fetch, field_cursor("continuationToken"))

    assert [each["id"] for each in listing.items] == ["a", "b", "c"]
    assert listing.complete


def test_a_cursor_that_comes_back_ends_the_listing_and_is_told():
    listing = by_cursor(lambda cursor: {"entities": [{"id": "a"}], "cursor": "again"}, field_cursor("cursor"))

    assert not listing.complete
    assert "read before" in listing.notes[0]


def test_cursors_without_end_are_given_up(monkeypatch):
    monkeypatch.setattr(paging, "MOST_PAGES", 50)
    listing = by_cursor(lambda cursor: {"entities": [], "cursor": f"{cursor}+"}, field_cursor("cursor"))

    assert not listing.complete
    assert "does not end" in listing.notes[0]


def test_objects_of_one_name_are_told_apart_by_their_ids():
    ids = ["custom_-_bbbb0001-0000-4000-8000-000000abcdef", "custom_-_aaaa0001-0000-4000-8000-000000123456"]
    found = addresses("data_action", [(ids[0], "Get"), (ids[1], "Get"), ("x", "Other")])

    assert {key: str(address) for key, address in found.items()} == {
        ids[1]: "data_action/Get",
        ids[0]: "data_action/Get#abcdef",
        "x": "data_action/Other",
    }


@given(st.lists(st.tuples(st.text("0123456789abcdef-", min_size=1), st.sampled_from(["A", "B", "A#aaaaaa"]))))
def test_addresses_are_unique_and_do_not_depend_on_the_order(pairs):
    unique = list(dict(pairs).items())
    found = addresses("flow", unique)

    assert len(set(found.values())) == len(unique)
    assert addresses("flow", reversed(unique)) == found
