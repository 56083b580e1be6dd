"""The emulator's public surface against the vendor's own description, route by route and field by field."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.shared import SHARED, needs_shared
from trunkline.emulator import catalogue
from trunkline.emulator.routes import Route

pytestmark = [pytest.mark.corpus, needs_shared]

UNLISTED: dict[str, str] = {}
"""Routes of known `spec` that the description lacks, and where they are known from."""
UNKNOWN_FIELDS = {
    # The vendor's other listings carry them all, and ours are made by one function.
    **dict.fromkeys(("firstUri", "lastUri", "selfUri", "nextUri", "previousUri"), "Listing"),
    "pageCount": "QueueMemberEntityListing",
    "total": "QueueMemberEntityListing",
    # Of the file format that users are seeded from.
    "routingSkills": "User",
    "routingLanguages": "User",
}
"""Fields of answers that the description lacks, with the end of the name of the model that has them here."""
ALTERNATIVES = {
    # Who may view all of it may search it: our reading.
    "architect:datatable:search": {"architect:datatable:view"},
    "architect:flow:search": {"architect:flow:view"},
    "architect:datatableRow:view": {"architect:datatable:view"},
}
"""Rights that let one in beside the documented one."""
SCALARS = {
    "str": str,
    "int": int,
    "float": (int, float),
    "bool": bool,
    "datetime": str,
    "date": str,
    "object": object,
}


def described() -> dict[str, Any]:
    return json.loads((SHARED / "spec" / "genesys-api.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def facts() -> dict[str, Any]:
    return described()


def bare(path: str) -> str:
    """A path without the names of its parameters."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def public() -> list[Route]:
    return [
        route
        for route in catalogue.routes()
        if route.surface == "public" and route.cloud == "genesys" and route.pattern.startswith("/api/v2/")
    ]


@pytest.fixture(scope="module")
def endpoints(facts) -> dict[tuple[str, str], dict[str, Any]]:
    return {(each["method"], bare(each["path"])): each for each in facts["endpoints"]}


def test_every_route_that_claims_to_be_documented_is(endpoints):
    claimed = [route for route in public() if route.known == "spec"]
    unknown = [
        f"{route.method} {route.pattern}"
        for route in claimed
        if (route.method, bare(route.pattern)) not in endpoints
    ]
    assert unknown == sorted(UNLISTED)
    assert len(claimed) > 100


def test_every_route_asks_for_the_documented_permission(endpoints):
    wrong = {}
    for route in public():
        fact = endpoints.get((route.method, bare(route.pattern)))
        if fact and route.permissions and fact["permissionsAny"]:
            known = set(fact["permissionsAny"])
            known |= {other for name in known for other in ALTERNATIVES.get(name, ())}
            extra = set(route.permissions) - known
            if extra:
                wrong[f"{route.method} {route.pattern}"] = (sorted(extra), fact["permissionsAny"])
    assert not wrong, "\n".join(map(str, wrong.items()))


class Judge:
    """Holds values against the models of the description."""

    def __init__(self, models: dict[str, Any]) -> None:
        self.models = models

    def faults(self, kind: str, value: Any, where: str) -> Iterator[str]:
        """One line for each field that no model knows, each value of another type or out of its enum."""
        if value is None:
            return
        if inner := re.fullmatch(r"(?:list|set)\[(.+)\]", kind):
            if not isinstance(value, list):
                yield f"{where}: {type(value).__name__} is no {kind}"
                return
            for each in value:
                yield from self.faults(inner[1], each, f"{where}[]")
        elif inner := re.fullmatch(r"dict\((?:str), ?(.+)\)", kind):
            for each in value.values():
                yield from self.faults(inner[1], each, f"{where}.*")
        elif kind in SCALARS:
            wanted = SCALARS[kind]
            if not isinstance(value, wanted) or (kind in ("int", "float") and isinstance(value, bool)):
                yield f"{where}: {type(value).__name__} is no {kind}"
        elif kind in self.models:
            yield from self._of_model(self.models[kind], kind, value, where)

    def _of_model(self, model: dict[str, Any], kind: str, value: Any, where: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{where}: {type(value).__name__} is no {kind}"
            return
        for name, each in value.items():
            fact = model.get(name)
            if fact is None:
                if not kind.endswith(UNKNOWN_FIELDS.get(name, "nothing")):
                    yield f"{where}.{name}: {kind} has no such field"
                continue
            yield from self.faults(fact["type"], each, f"{where}.{name}")
            allowed = fact.get("enum")
            if allowed and isinstance(each, str) and each not in allowed:
                yield f"{where}.{name}: {each!r} is none of {allowed[:8]}"


def ids(listing: Any) -> list[str]:
    entities = listing.get("entities", []) if isinstance(listing, dict) else []
    return [each["id"] for each in entities if isinstance(each, dict) and "id" in each]


def test_every_answer_to_a_get_is_as_the_description_has_it(emulator, facts, endpoints):
    """Lists, and what is one level below them, of the sample org."""
    from tests.api import Api

    api = Api(emulator, emulator.create_org(origin="sample"))
    judge, seen, found = Judge(facts["models"]), 0, set()
    listings: dict[str, Any] = {}
    routes = sorted((route for route in public() if route.method == "GET"), key=lambda route: route.pattern)
    for route in routes:
        fact = endpoints.get(("GET", bare(route.pattern)))
        for path in paths(route.pattern, listings):
            answer = api.get(path)
            if answer.status_code != 200 or "json" not in answer.headers["Content-Type"]:
                continue
            body = answer.json()
            listings.setdefault(route.pattern, body)
            if fact and fact["response"]:
                seen += 1
                found |= set(judge.faults(fact["response"], body, f"GET {route.pattern}"))
    api.close()
    assert not found, "\n".join(sorted(found))
    assert seen > 50


def paths(pattern: str, listings: dict[str, Any]) -> list[str]:
    """Paths of a pattern with ids that the lists above it gave; a few of them."""
    if "{" not in pattern:
        return [pattern]
    head, _, rest = pattern.partition("/{")
    tail = rest.partition("}")[2]
    if "{" in tail:
        return []
    return [f"{head}/{each}{tail}" for each in ids(listings.get(head))[:3]]
