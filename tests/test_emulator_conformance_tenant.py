"""Raw HTTP, written from the vendor's pages: sign-in, discovery and the ACD API of CXone; the guides' endpoints."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conforming import Conforming
from tests.driven import HTTP, driving
from tests.studio_samples import script
from trunkline.emulator.cxone.public.scripts import SPELLINGS
from trunkline.emulator.orgs import Access
from trunkline.emulator.server import Emulator

SCRIPT_ACTION: dict[str, Any] = {
    "name": "conforming",
    "type": "SCRIPT",
    "script": {"language": "JavaScript", "content": "function main(context) { return context.input; }"},
}
DEFINITION: dict[str, Any] = {
    "name": "Get Weather",
    "type": "rest",
    "inputs": [{"name": "place", "type": "string", "required": True}],
    "outputs": [{"name": "temperature", "type": "number"}],
    "integration": {"url": "https://weather.example/{{place}}", "method": "GET"},
    "responseMapping": {"temperature": "{{now.temperature}}"},
}
SETTINGS = {"routing": {"type": "skills", "maxWaitTime": 30}}


@pytest.fixture
def tenant(emulator: Emulator) -> Iterator[Conforming]:
    made = Conforming(emulator, emulator.create_org("tenant", "cxone"))
    yield made
    made.close()


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Conforming]:
    made = Conforming(emulator, emulator.create_org(origin="sample"))
    yield made
    made.close()


def saved(document: dict[str, Any]) -> dict[str, Any]:
    """A script as it is sent: every action has its place."""
    for each in document["actions"].values():
        each |= {"xws": 1, "yws": 1}
    return {"scriptContent": document}


def other_user(tenant: Conforming) -> Conforming:
    added = tenant.admin("POST", "/clients", {}).json()
    access = Access("tenant", "cxone", tenant.access.id, added["id"], added["secret"])
    return Conforming(tenant.emulator, access)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_scripts_are_saved_locked_found_and_deleted(
    emulator: Emulator, tenant: Conforming, spelling: str
) -> None:
    base, named = f"/{spelling}/services/v30.0", "scriptPath=Main%5CGreeting"
    other = other_user(tenant)
    with driving(emulator, HTTP, f"scripts {spelling}"):
        result = tenant.ok("POST", f"{base}/scripts", saved(script()))["results"][0]
        assert tenant.ok("GET", f"{base}/scripts?{named}")["header"]["scriptName"] == "Main\\Greeting"
        tenant.ok("PUT", f"{base}/scripts?{named}&lockScript=true")
        assert other.call("PUT", f"{base}/scripts?{named}&lockScript=true").status_code == 405
        other.ok("POST", f"{base}/scripts/kick?{named}")
        assert tenant.ok("GET", f"{base}/scripts/search?searchString=greet")["totalRecords"] == 1
        assert tenant.ok("GET", f"{base}/scripts/historyByName?{named}")["versions"]
        assert tenant.ok("GET", f"{base}/scripts/{result['masterId']}")["name"] == "Greeting"
        assert tenant.ok("GET", f"{base}/script-folders?folder=")["scriptList"]
        assert tenant.ok("DELETE", f"{base}/scripts?{named}")["deleted"] is True
    other.close()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_skills_hours_and_points_of_contact(emulator: Emulator, tenant: Conforming, spelling: str) -> None:
    base = f"/{spelling}/services/v30.0"
    with driving(emulator, HTTP, f"skills {spelling}"):
        assert tenant.call("GET", f"{base}/skills").status_code == 204
        assert tenant.ok("POST", f"{base}/skills", {"skills": [{"skillName": "Claims"}]})["errorCount"] == 0
        assert tenant.ok("GET", f"{base}/skills?skip=0&top=10")["totalRecords"] == 1
        tenant.ok("POST", f"{base}/points-of-contact", {"contactAddress": "+4930123456"})
        assert tenant.ok("GET", f"{base}/points-of-contact")["totalRecords"] == 1
        assert tenant.call("GET", f"{base}/hours-of-operation").status_code == 204


def test_a_tenant_is_signed_in_to_and_discovered(emulator: Emulator, tenant: Conforming) -> None:
    key, secret = tenant.access.client_id, tenant.access.client_secret
    with driving(emulator, HTTP, "sign-in"):
        body = {"accessKeyId": key, "accessKeySecret": secret}
        assert tenant.ok("POST", "/authentication/v1/token/access-key", body)["access_token"]
        form = {"grant_type": "password", "username": key, "password": secret}
        assert tenant.ok("POST", "/auth/token", data=form)["refresh_token"]
        assert tenant.ok("GET", "/.well-known/openid-configuration")["token_endpoint"]
        assert tenant.ok("GET", "/.well-known/cxone-configuration")["tenantId"] == tenant.access.id


def test_script_actions_are_made_tested_changed_and_deleted(emulator: Emulator, tenant: Conforming) -> None:
    path = "/api/v2/dataactions/actions"
    with driving(emulator, HTTP, "script actions"):
        made = tenant.ok("POST", path, SCRIPT_ACTION)
        one = f"{path}/{made['id']}"
        tested = tenant.ok("POST", f"{one}/test", {"input": {"a": 1}})
        assert (tested["status"], tested["output"]) == ("SUCCESS", {"a": 1})
        tenant.ok("PUT", one, {**SCRIPT_ACTION, "description": "changed"})
        assert tenant.ok("GET", one)["description"] == "changed"
        assert tenant.ok("GET", f"{path}?name=conforming")["total"] == 1
        tenant.ok("DELETE", one)


def test_the_guides_data_actions_and_conditions(emulator: Emulator, client: Conforming) -> None:
    actions, conditioned = "/api/v2/flows/dataactions", "/api/v2/data/actions"
    with driving(emulator, HTTP, "guides: actions"):
        made = client.ok("POST", actions, DEFINITION)
        one = f"{actions}/{made['id']}"
        client.ok("PUT", one, {**DEFINITION, "description": "changed"})
        assert client.ok("GET", one)["description"] == "changed"
        client.ok("POST", f"{one}/publish")
        assert client.ok("GET", f"{one}/versions")["total"] == 1
        assert client.ok("GET", f"{actions}?name=Get*")["entities"]
        client.ok("POST", f"{one}/test", {"place": "Delft"})
        fields = [{"name": "status", "type": "string"}]
        sets = client.ok("POST", "/api/v2/data/datasets", {"name": "orders", "fields": fields})
        client.ok("PUT", f"/api/v2/data/datasets/{sets['id']}", {"name": "orders", "fields": sets["fields"]})
        client.ok("GET", f"/api/v2/data/datasets/{sets['id']}")
        client.ok("GET", "/api/v2/data/datasets")
        draft = client.ok("POST", conditioned, {"name": "Escalate", "conditions": []})
        value = {"type": "DATASET", "datasetId": sets["id"], "fieldId": sets["fields"][0]["id"]}
        body = {"name": "Escalate", "conditions": [{"type": "EQUALS", "value": value, "expression": "open"}]}
        path = f"{conditioned}/{draft['id']}"
        client.ok("PUT", path, body, headers={"If-Match": draft["etag"]})
        client.ok("POST", f"{path}/publish")
        assert client.ok("GET", path)["conditions"]
        client.ok("GET", conditioned)
        client.ok("DELETE", f"{actions}/{draft['id']}")
        client.ok("DELETE", f"/api/v2/data/datasets/{sets['id']}")
        client.ok("DELETE", one)


def test_the_guides_webhooks_audit_and_flows(emulator: Emulator, client: Conforming) -> None:
    webhooks, flows = "/api/v2/platform/webhooks", "/api/v2/architect/flows"
    with driving(emulator, HTTP, "guides: webhooks and flows"):
        body = {
            "name": "mine",
            "enabled": True,
            "events": [{"eventType": "data.action.created"}],
            "target": {"url": "http://127.0.0.1:9/", "headers": {}},
        }
        made = client.ok("POST", webhooks, body)
        one = f"{webhooks}/{made['id']}"
        assert client.ok("POST", f"{one}/rotate")["secret"] != made["secret"]
        assert "secret" not in client.ok("GET", one)
        for path in (webhooks, f"{one}/deliveries"):
            client.ok("GET", path)
        client.ok("DELETE", one)
        client.ok("POST", "/api/v2/audit/records/query", {"query": {}, "size": 5})
        flow = client.ok("GET", f"{flows}?pageSize=1&expand=settings")["entities"][0]
        changed = {"settings": SETTINGS, "version": flow["version"] + 1}
        assert client.ok("PATCH", f"{flows}/{flow['id']}", changed)["settings"] == SETTINGS
        assert client.ok("GET", f"{flows}/{flow['id']}")["nodes"]
        assert client.ok("POST", f"{flows}/reload", {"orgId": client.access.id})
