"""What the emulator declares of its routes: the language, the document, and requests held against it."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from tests.api import Api
from tests.cli import trunkline
from trunkline.emulator import catalogue
from trunkline.emulator.server import Emulator
from trunkline.emulator.surface.document import document
from trunkline.emulator.surface.shapes import Declarations, schema_of

QUEUES = "/api/v2/routing/queues"
USERS = "/api/v2/users"


def read(text: str) -> Declarations:
    found = Declarations()
    found.read(text)
    return found


def fields_of(answer: requests.Response) -> list[str]:
    assert answer.status_code == 400, answer.text
    return [detail["fieldName"] for detail in answer.json()["details"]]


def test_a_model_says_types_needs_and_what_may_be_null() -> None:
    model = read("Queue = id! count:int size:num? kind:(A|B)\n    parts:[Part] more:{bool}").models["Queue"]
    assert (model["required"], model["additionalProperties"]) == (["id"], False)
    assert model["properties"] == {
        "id": {"type": "string"},
        "count": {"type": "integer"},
        "size": {"type": ["number", "null"]},
        "kind": {"type": "string", "enum": ["A", "B"]},
        "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Part"}},
        "more": {"type": "object", "additionalProperties": {"type": "boolean"}},
    }
    assert "additionalProperties" not in read("Open = id ...").models["Open"]


def test_an_operation_says_parameters_body_answers_and_refusals() -> None:
    text = "@page = pageSize:int<1..9>\nPOST /x/{id} ?@page ?name! <[str] >201:~str >204 >text/csv:bytes !409"
    operation = read(text).operations[0]
    assert [(field.name, field.required) for field in operation.query] == [
        ("pageSize", False),
        ("name", True),
    ]
    assert operation.query[0].schema == {"type": "integer", "minimum": 1, "maximum": 9}
    assert operation.body is not None and operation.body.schema["type"] == "array"
    assert {status: content.media_type for status, content in operation.answers.items()} == {
        201: "application/json",
        204: None,
        200: "text/csv",
    }
    assert operation.refusals == [409]


@pytest.mark.parametrize("text", ["nothing at all", "GET /x ~", "GET /x >a:b:c", "Model = name:(("])
def test_a_line_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read(text)


def test_a_type_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no type"):
        schema_of("no-type")


def test_the_document_is_served_and_printed(emulator: Emulator) -> None:
    served = requests.get(f"{emulator.url}/_trunkline/openapi.json", timeout=30).json()
    assert served == json.loads(json.dumps(document(catalogue.routes())))
    done = trunkline("emulator", "openapi")
    assert done.code == 0
    assert json.loads(done.out) == served


def test_the_document_holds_every_route_but_those_of_the_emulators_own_api() -> None:
    paths = document(catalogue.routes())["paths"]
    told = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert told == {(route.method, route.pattern) for route in catalogue.routes() if route.surface != "admin"}


def test_every_wrong_field_is_named_and_no_value_is_repeated(api: Api) -> None:
    body: dict[str, Any] = {
        "name": 7,
        "autoAnswerOnly": "secret-value",
        "skillEvaluationMethod": "WORST",
        "mediaSettings": {"call": {"serviceLevel": {"durationMs": "secret-value"}}},
        "memberGroups": [{"id": "a"}, {"name": "b"}],
    }
    answer = api.post(QUEUES, body)
    assert set(fields_of(answer)) == {
        "name",
        "autoAnswerOnly",
        "skillEvaluationMethod",
        "mediaSettings.call.serviceLevel.durationMs",
        "memberGroups[1].id",
    }
    assert "secret-value" not in answer.text
    assert "skillEvaluationMethod must be one of NONE, BEST, ALL" in answer.json()["message"]


def test_what_the_vendor_does_not_know_is_ignored_and_never_answered(api: Api) -> None:
    made = api.post(
        QUEUES, {"name": "Support", "colour": "red", "acwSettings": {"timeoutMs": 5, "x": 1}}
    ).json()
    assert "colour" not in made
    assert made["acwSettings"] == {"timeoutMs": 5}


def test_a_password_is_never_answered(api: Api) -> None:
    body = {"name": "Ada", "email": "ada@example.com", "password": "correct horse"}
    made = api.post(USERS, body)
    assert "correct horse" not in made.text
    assert "correct horse" not in api.get(f"{USERS}/{made.json()['id']}").text


def test_a_user_lies_in_the_division_that_its_creation_names(api: Api) -> None:
    division = api.post("/api/v2/authorization/divisions", {"name": "North"}).json()
    made = api.post(USERS, {"name": "Ada", "email": "a@example.com", "divisionId": division["id"]}).json()
    assert made["division"]["name"] == "North"
    assert "divisionId" not in made


def test_a_null_takes_a_field_away(api: Api) -> None:
    body = {"name": "Ada", "email": "a@example.com", "title": "Lead"}
    made = api.post(USERS, body).json()
    changed = api.patch(f"{USERS}/{made['id']}", {"version": 1, "title": None}).json()
    assert "title" not in changed
    assert api.post(QUEUES, {"name": "Support", "description": None}).status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [("pageSize=0", "pageSize"), ("pageSize=", "pageSize"), ("pageNumber=1.5", "pageNumber")],
)
def test_a_wrong_parameter_is_named(api: Api, query: str, field: str) -> None:
    assert fields_of(api.get(f"{QUEUES}?{query}")) == [field]


def test_a_path_with_a_line_feed_is_a_path_like_any_other(api: Api) -> None:
    answer = api.get("/api/v2/flows/a%0Ab")
    assert (answer.status_code, answer.json()["code"]) == (404, "architect.flow.not.found")


def test_the_acd_api_refuses_in_its_own_words(emulator: Emulator) -> None:
    tenant = Api(emulator, emulator.create_org("tenant", "cxone"))
    answer = tenant.post("/incontactapi/services/v30.0/scripts", {"scriptContent": 7})
    assert answer.status_code == 400
    assert answer.json() == {
        "error": "invalid.value",
        "error_description": "scriptContent must be a JSON object",
    }
    tenant.close()


def test_an_outcomes_change_is_answered_with_an_operation(api: Api) -> None:
    made = api.post("/api/v2/flows/outcomes", {"name": "Sold"}).json()
    changed = api.put(f"/api/v2/flows/outcomes/{made['id']}", {"name": "Sold it"}).json()
    assert (changed["actionName"], changed["actionStatus"]) == ("UPDATE", "SUCCESS")
    assert api.get(f"/api/v2/flows/outcomes/{made['id']}").json()["name"] == "Sold it"
