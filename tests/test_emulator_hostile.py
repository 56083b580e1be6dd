"""Whatever is sent, the emulator answers in the vendor's shape: it never fails, and stays alive."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api import Api
from trunkline.emulator import catalogue
from trunkline.emulator.server import Emulator

ODD: tuple[Any, ...] = (
    None,
    [],
    [1],
    "text",
    7,
    {},
    {"name": 1},
    {"name": ""},
    {"name": {"a": []}, "version": {}, "config": 1, "contract": []},
    {"name": "n", "email": 3, "version": True, "division": 5, "integrationType": "x", "type": []},
    {"name": "n", "division": {"id": []}, "credentialFields": [1], "type": {"name": {}}},
    {"name": "n" * 5000, "version": -1, "description": [1], "manifest": 3},
    {"version": 1e308, "key": [], "inputs": [[]], "outputs": {}, "integration": 3, "responseMapping": [1]},
    {"ids": [None], "flows": [1], "settings": [], "schema": {"properties": {"key": 1}}},
)
FAULT = {"message", "code", "status", "contextId"}
WRITES = ("POST", "PUT", "PATCH", "DELETE")
ROUTES = [route for route in catalogue.routes() if route.bearer or route.surface == "oauth"]


@pytest.fixture(scope="module")
def sample(emulator: Emulator) -> Api:
    return Api(emulator, emulator.create_org("hostile", origin="sample"))


@pytest.fixture(scope="module")
def documents(sample: Api) -> dict[str, Any]:
    """What the sample holds: its ids are the same in every org."""
    return sample.admin("GET", "/snapshot").json()["documents"]


def path_of(documents: dict[str, Any], pattern: str) -> str:
    """The path with ids that exist, where it is plain which ones are meant."""
    collections = {"actions": "actions", "queues": "queues", "users": "users", "datatables": "dataTables"}
    segments = pattern.split("/")
    for index, segment in enumerate(segments):
        if segment.startswith("{"):
            known = documents.get(collections.get(segments[index - 1], segments[index - 1]), {})
            segments[index] = next(iter(known), "nobody")
    return "/".join(segments)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{route.method} {route.pattern}")
def test_no_body_makes_a_route_fail(emulator: Emulator, documents: dict[str, Any], route: Any) -> None:
    sample = Api(emulator, emulator.create_org("hostile", origin="sample"))
    path = path_of(documents, route.pattern)
    for body in ODD if route.method in WRITES else (...,):
        answer = sample.call(route.method, path, body)
        assert answer.status_code < 500, (body, answer.text)
        if answer.status_code >= 400 and route.surface != "oauth" and answer.content:
            shape = {"error", "error_description"} if "/services/" in path else FAULT
            assert shape <= set(answer.json()), answer.text
    sample.close()


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    segments=st.lists(
        st.one_of(
            st.sampled_from(["api", "v2", "routing", "queues", "integrations", "actions", "flows", "..", ""]),
            st.text(max_size=8),
        ),
        max_size=8,
    ),
    query=st.text(max_size=30),
)
def test_no_path_makes_it_fail(api: Api, method: str, segments: list[str], query: str) -> None:
    path = "/" + "/".join(quote(segment, safe="%+", errors="replace") for segment in segments)
    answer = api.call(method, f"{path}?{quote(query, safe='%&=+;', errors='replace')}")
    assert answer.status_code in (200, 201, 204, 400, 404, 405, 415, 501)


@pytest.mark.parametrize(
    "query",
    ["pageSize=9999999999999", "pageNumber=-1", "pageSize=1&pageSize=2", "ids=" + "x," * 200, "a" * 9000],
)
def test_no_query_makes_a_list_fail(sample: Api, query: str) -> None:
    for route in ROUTES:
        if route.method == "GET" and "{" not in route.pattern and route.cloud == "genesys":
            assert sample.get(f"{route.pattern}?{query}").status_code in (200, 400), route.pattern


def test_a_body_that_is_too_long_is_refused(api: Api) -> None:
    api.configure(requestBytes=1000)
    answer = api.post("/api/v2/routing/queues", {"name": "x" * 2000})
    assert (answer.status_code, answer.json()["code"]) == (413, "request.too.large")
