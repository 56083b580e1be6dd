"""Raw HTTP, written from the vendor's description: integrations, credentials, data actions, functions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.conforming import Conforming
from tests.driven import HTTP, driving
from tests.sdk_driver import ACTION
from trunkline.emulator.server import Emulator

INTEGRATIONS = "/api/v2/integrations"
ACTIONS = f"{INTEGRATIONS}/actions"
QUEUE = {"queueId": "00000000-0000-4000-8000-000000000000"}
SCHEMAS = ("inputschema.json", "successschema.json", "errorschema.json")
TEMPLATES = ("requesttemplate.vm", "successtemplate.vm")


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Conforming]:
    made = Conforming(emulator, emulator.create_org(origin="sample"))
    yield made
    made.close()


def integration(client: Conforming, kind: str) -> dict[str, Any]:
    body = {"name": "Conforming", "integrationType": {"id": kind}}
    return client.ok("POST", INTEGRATIONS, body)


def test_integrations_their_types_and_configurations(emulator: Emulator, client: Conforming) -> None:
    with driving(emulator, HTTP, "integrations"):
        kind = client.ok("GET", f"{INTEGRATIONS}/types")["entities"][0]
        client.ok("GET", f"{INTEGRATIONS}/types/{kind['id']}")
        client.ok("GET", f"{INTEGRATIONS}/types/{kind['id']}/configschemas/properties")
        made = integration(client, kind["id"])
        one = f"{INTEGRATIONS}/{made['id']}"
        config = client.ok("GET", f"{one}/config/current")
        config = client.ok("PUT", f"{one}/config/current", {**config, "notes": "changed"})
        assert config["version"] == 2
        assert client.ok("PATCH", one, {"intendedState": "ENABLED"})["reportedState"]["code"] == "ACTIVE"
        assert client.ok("GET", f"{one}?expand=config.current")["config"]["current"]["notes"] == "changed"
        assert client.ok("GET", f"{INTEGRATIONS}?ids={made['id']}")["total"] == 1
        client.ok("DELETE", one)


def test_credentials_never_tell_their_fields(emulator: Emulator, client: Conforming) -> None:
    path = f"{INTEGRATIONS}/credentials"
    with driving(emulator, HTTP, "credentials"):
        client.ok("GET", f"{path}/types")
        body = {
            "name": "Login",
            "type": {"name": "basicAuth"},
            "credentialFields": {"userName": "ada", "password": "x"},
        }
        made = client.ok("POST", path, body)
        client.ok("PUT", f"{path}/{made['id']}", body)
        assert "credentialFields" not in client.ok("GET", f"{path}/{made['id']}")
        assert made["id"] in [each["id"] for each in client.ok("GET", path)["entities"]]
        client.ok("GET", f"{path}/listing?pageSize=2")
        client.ok("DELETE", f"{path}/{made['id']}")


def test_an_action_from_its_draft_to_its_end(emulator: Emulator, client: Conforming) -> None:
    with driving(emulator, HTTP, "actions"):
        home = integration(client, "purecloud-data-actions")
        body = {**ACTION, "category": home["name"], "integrationId": home["id"], "secure": False}
        draft = client.ok("POST", f"{ACTIONS}/drafts", body)
        one = f"{ACTIONS}/{draft['id']}"
        draft = client.ok("PATCH", f"{one}/draft", {"name": "Changed", "version": draft["version"]})
        assert client.ok("GET", f"{one}/draft/validation")["valid"] is True
        assert client.ok("POST", f"{one}/draft/test", QUEUE)["success"] is True
        read_parts(client, f"{one}/draft")
        live = client.ok("POST", f"{one}/draft/publish", {"version": draft["version"]})
        assert client.ok("POST", f"{one}/test", QUEUE)["success"] is True
        assert client.ok("POST", f"{one}/execute", QUEUE) == {"wait": 96}
        read_parts(client, one)
        live = client.ok("PATCH", one, {"name": "Changed again", "version": live["version"]})
        client.ok("POST", f"{one}/draft")
        client.ok("DELETE", f"{one}/draft")
        client.ok("DELETE", one)
        plain = client.ok("POST", ACTIONS, {**body, "name": "Live at once"})
        client.ok("DELETE", f"{ACTIONS}/{plain['id']}")


def read_parts(client: Conforming, one: str) -> None:
    """The action as a whole, and its schemas and templates by file."""
    whole = client.ok("GET", f"{one}?expand=contract&includeConfig=true&flatten=false")
    assert client.ok("GET", f"{one}/schemas/inputschema.json") == whole["contract"]["input"]["inputSchema"]
    for name in SCHEMAS:
        client.ok("GET", f"{one}/schemas/{name}")
    for name in TEMPLATES:
        client.ok("GET", f"{one}/templates/{name}")


def test_actions_are_listed_by_what_is_asked(emulator: Emulator, client: Conforming) -> None:
    with driving(emulator, HTTP, "lists of actions"):
        found = client.ok("GET", f"{ACTIONS}?pageSize=2&sortBy=name&expand=contract&includeConfig=true")
        assert len(found["entities"]) == 2
        client.ok("GET", f"{ACTIONS}/drafts")
        assert client.ok("GET", f"{ACTIONS}/categories")["entities"]
        client.ok("GET", f"{ACTIONS}/certificates")
        client.ok("GET", f"{ACTIONS}/certificates/truststore")


def test_a_functions_zip_goes_where_the_upload_says(emulator: Emulator, client: Conforming) -> None:
    with driving(emulator, HTTP, "functions"):
        runtime = client.ok("GET", f"{ACTIONS}/functions/runtimes")[0]["name"]
        home = integration(client, "function-data-actions")
        body = {**ACTION, "category": home["name"], "integrationId": home["id"]}
        one = f"{ACTIONS}/{client.ok('POST', f'{ACTIONS}/drafts', body)['id']}"
        described = {"description": "d", "handler": "index.handler", "runtime": runtime, "timeoutSeconds": 5}
        client.ok("PUT", f"{one}/draft/function", described)
        upload = client.ok("POST", f"{one}/draft/function/upload", {"fileName": "code.zip"})
        sent = requests.put(upload["url"], data=b"PK\x03\x04", headers=upload["headers"], timeout=30)
        assert sent.status_code == 200
        assert client.ok("GET", f"{one}/draft/function")["zip"]["status"] == "Available"
        version = client.ok("GET", f"{one}/draft")["version"]
        client.ok("POST", f"{one}/draft/publish", {"version": version})
        client.ok("GET", f"{one}/function")
