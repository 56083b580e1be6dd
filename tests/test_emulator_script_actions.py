"""Script actions of an emulated CXone tenant, over HTTP: chapter G3 of the guides."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from tests.api import Api
from trunkline.emulator.server import Emulator

PATH = "/api/v2/dataactions/actions"


@pytest.fixture
def tenant(emulator: Emulator) -> Iterator[Api]:
    client = Api(emulator, emulator.create_org("tenant", "cxone"))
    yield client
    client.close()


def action(name: str = "base_enrichment", code: str | None = None, **fields: Any) -> dict[str, Any]:
    content = code or "function main(context) { return context.input; }"
    script = {"language": "JavaScript", "content": content}
    return {
        "name": name,
        "description": "",
        "type": "SCRIPT",
        "trigger": {"type": "MANUAL"},
        "script": script,
        "enabled": True,
        "dependencies": [],
        **fields,
    }


def create(api: Api, body: dict[str, Any], key: str | None = None) -> Any:
    return api.post(PATH, body, headers={"Idempotency-Key": key or str(uuid.uuid4())})


def test_an_action_is_created_tested_and_found(tenant: Api) -> None:
    made = create(tenant, action(code="function main(c) { return c.input.score * 1.2 }"))
    assert made.status_code == 201
    found = made.json()
    assert isinstance(found["createdTimestamp"], int)
    tested = tenant.post(f"{PATH}/{found['id']}/test", {"input": {"score": 10}}).json()
    assert (tested["status"], tested["output"]) == ("SUCCESS", 12)
    assert tenant.get(f"{PATH}/{found['id']}").json() == found
    assert [each["name"] for each in tenant.get(PATH).json()["entities"]] == ["base_enrichment"]


def test_a_test_that_gives_no_number_succeeds_with_null_and_a_warning(tenant: Api) -> None:
    made = create(tenant, action(code="function main(c) { return c.input.score * 1.2 }")).json()
    tested = tenant.post(f"{PATH}/{made['id']}/test", {"input": {"testField": "validation_payload"}}).json()
    assert (tested["status"], tested["output"]) == ("SUCCESS", None)
    assert "NaN" in tested["warnings"][0]


def test_the_same_key_and_body_give_the_first_answer_again(tenant: Api) -> None:
    key = str(uuid.uuid4())
    first, second = create(tenant, action(), key), create(tenant, action(), key)
    assert (second.status_code, second.json()) == (201, first.json())
    assert tenant.get(PATH).json()["total"] == 1


def test_the_same_key_with_another_body_and_the_same_name_with_another_key_are_409(tenant: Api) -> None:
    key = str(uuid.uuid4())
    create(tenant, action(), key)
    assert create(tenant, action("another_name"), key).json()["code"] == "idempotency.key.reused"
    assert create(tenant, action()).json()["code"] == "duplicate.name"


def test_a_syntax_error_is_400_with_line_and_column(tenant: Api) -> None:
    answer = create(tenant, action(code="function main(c) {\n  let x = ;\n}"))
    assert answer.status_code == 400
    error = answer.json()["errors"][0]
    assert (error["line"], error["column"]) == (2, 11)
    assert tenant.get(PATH).json()["total"] == 0


@pytest.mark.parametrize("name", ["ab", "a" * 65, "with space", "ümlaut"])
def test_a_name_that_is_none_is_400(tenant: Api, name: str) -> None:
    assert create(tenant, action(name)).json()["details"][0]["fieldName"] == "name"


@pytest.mark.parametrize(("extra", "status"), [(0, 201), (1, 400)])
def test_a_script_may_have_65536_bytes_and_no_more(tenant: Api, extra: int, status: int) -> None:
    code = "function main() { return '💛é' } //"
    code += "x" * (65_536 + extra - len(code.encode()))
    assert create(tenant, action(code=code)).status_code == status


def test_a_dependency_must_exist_and_no_circle_may_come_of_it(tenant: Api) -> None:
    assert "base_enrichment" in create(tenant, action("calc", dependencies=["base_enrichment"])).text
    base = create(tenant, action()).json()
    assert create(tenant, action("calc", dependencies=["base_enrichment"])).status_code == 201
    answer = tenant.put(f"{PATH}/{base['id']}", action(dependencies=["calc"]))
    assert (answer.status_code, "cycle" in answer.text) == (400, True)
    assert tenant.delete(f"{PATH}/{base['id']}").json()["code"] == "in.use"


def test_a_change_of_what_was_not_read_last_is_409(tenant: Api) -> None:
    made = create(tenant, action()).json()
    fresh = action(description="new") | {"modifiedTimestamp": made["modifiedTimestamp"]}
    assert tenant.put(f"{PATH}/{made['id']}", fresh).status_code == 200
    assert tenant.put(f"{PATH}/{made['id']}", fresh).json()["code"] == "version.conflict"


def test_a_token_of_the_other_cloud_and_one_without_the_scope_are_403(tenant: Api, api: Api) -> None:
    assert api.get(PATH).status_code == 403
    added = tenant.admin("POST", "/clients", {"scopes": ["Other"]}).json()
    tenant.session.auth = (added["id"], added["secret"])
    tenant.session.headers.pop("Authorization")
    answer = tenant.call("POST", "/api/v2/oauth/token", data={"grant_type": "client_credentials"})
    tenant.session.auth = None
    tenant.session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
    assert "DataActions.ReadWrite" in tenant.get(PATH).json()["message"]


def test_a_new_action_may_show_in_lists_later(tenant: Api) -> None:
    tenant.configure(scriptListLagSeconds=60)
    made = create(tenant, action()).json()
    assert tenant.get(PATH).json()["total"] == 0
    assert tenant.get(f"{PATH}/{made['id']}").status_code == 200


def test_a_script_that_throws_is_an_error_with_its_line(tenant: Api) -> None:
    made = create(tenant, action(code="function main() { throw new Error('no') }")).json()
    tested = tenant.post(f"{PATH}/{made['id']}/test", {}).json()
    assert (tested["status"], tested["error"]["message"], tested["error"]["line"]) == ("ERROR", "no", 1)
