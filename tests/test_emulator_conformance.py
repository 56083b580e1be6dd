"""Raw HTTP, written from the vendor's description: plain objects, the org and its clients, audits, channels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.conforming import Conforming
from tests.driven import HTTP, driving
from trunkline.emulator.genesys.collection import Kind
from trunkline.emulator.genesys.public.references import KINDS, SEEN, minimal
from trunkline.emulator.server import Emulator

DAY = {"start": "2026-01-01T08:00:00.000", "end": "2026-01-01T17:00:00.000"}
MORE: dict[str, dict[str, Any]] = {
    "users": {"email": "ada@example.com", "department": "Claims"},
    "groups": {"type": "official", "visibility": "public", "rulesVisible": True},
    "schedules": {**DAY, "rrule": "FREQ=DAILY"},
    "scheduleGroups": {"timeZone": "Europe/Berlin"},
    "emergencyGroups": {"enabled": False},
    "ivrs": {"dnis": ["+4930123456"]},
    "queues": {"description": "First", "acwSettings": {"wrapupPrompt": "OPTIONAL", "timeoutMs": 1000}},
    "roles": {"permissions": ["group_creation"], "description": "May make groups"},
}
"""What a kind is made with beside its name."""


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Conforming]:
    made = Conforming(emulator, emulator.create_org(origin="sample"))
    yield made
    made.close()


@pytest.mark.parametrize("kind", [*KINDS, *SEEN], ids=lambda kind: kind.collection)
def test_a_kind_of_object_answers_as_described(emulator: Emulator, client: Conforming, kind: Kind) -> None:
    with driving(emulator, HTTP, f"kind {kind.collection}"):
        object_id = created(emulator, client, kind)
        one = f"{kind.path}/{object_id}"
        found = client.ok("GET", one)
        assert found["id"] == object_id
        listed = client.ok("GET", f"{kind.path}?pageSize=100")
        assert object_id in [each["id"] for each in listed["entities"]]
        if "update" in kind.operations or kind.collection == "flowOutcomes":
            changed(client, kind, found)
        if "delete" in kind.operations:
            client.ok("DELETE", one)
            assert client.get(one).status_code == 404


def created(emulator: Emulator, client: Conforming, kind: Kind) -> str:
    """A new object, over the wire where that can be."""
    if "create" in kind.operations:
        body = {"name": "Conforming", **MORE.get(kind.collection, {})}
        return client.ok("POST", kind.path, body)["id"]
    org = emulator.kernel.orgs.get(client.access.id)
    assert org is not None
    object_id = org.guid()
    org.documents(kind.collection).put(object_id, minimal(kind.collection, object_id, "Conforming"))
    return object_id


def changed(client: Conforming, kind: Kind, found: dict[str, Any]) -> None:
    """Renames an object; what it says of itself is new then."""
    fixed = ("type",) if kind.collection == "groups" else ()
    more = {name: value for name, value in MORE.get(kind.collection, {}).items() if name not in fixed}
    body = {"name": "Renamed", **more}
    if kind.versioned:
        body["version"] = found["version"]
    one = f"{kind.path}/{found['id']}"
    client.ok(kind.update, one, body)
    assert client.ok("GET", one)["name"] == "Renamed"


def test_divisions_hold_objects(emulator: Emulator, client: Conforming) -> None:
    path = "/api/v2/authorization/divisions"
    with driving(emulator, HTTP, "divisions"):
        made = client.ok("POST", path, {"name": "North", "description": ""})
        client.ok("PUT", f"{path}/{made['id']}", {"name": "Far North", "description": "d"})
        queue = client.ok("POST", "/api/v2/routing/queues", {"name": "Cold Calls"})
        client.ok("POST", f"{path}/{made['id']}/objects/QUEUE", [queue["id"]])
        moved = client.ok("GET", f"/api/v2/routing/queues?divisionId={made['id']}")
        assert [each["name"] for each in moved["entities"]] == ["Cold Calls"]
        assert client.ok("GET", f"{path}/home")["homeDivision"] is True
        assert client.ok("GET", f"{path}?name=north")["total"] == 1
        client.ok("GET", f"{path}/{made['id']}")
        client.ok("DELETE", f"{path}/{made['id']}")


def test_the_org_the_token_and_the_client_tell_of_themselves(emulator: Emulator, client: Conforming) -> None:
    with driving(emulator, HTTP, "org"):
        assert client.ok("GET", "/api/v2/organizations/me")["id"] == client.access.id
        for path in ("authorization/products", "authorization/subjects/me", "date", "tokens/me"):
            client.ok("GET", f"/api/v2/{path}")
        clients = "/api/v2/oauth/clients"
        body = {"name": "ci", "authorizedGrantType": "CLIENT-CREDENTIALS", "accessTokenValiditySeconds": 600}
        made = client.ok("POST", clients, body)
        assert "secret" not in client.ok("GET", f"{clients}/{made['id']}")
        assert len(client.ok("GET", clients)["entities"]) == 2
        client.ok("DELETE", f"{clients}/{made['id']}")
        client.ok("HEAD", "/api/v2/tokens/me")
        client.ok("DELETE", "/api/v2/tokens/me")
        assert client.get("/api/v2/tokens/me").status_code == 401


def test_tokens_are_given_for_a_form_and_for_json(emulator: Emulator, client: Conforming) -> None:
    access = client.access
    fields = {
        "grant_type": "client_credentials",
        "client_id": access.client_id,
        "client_secret": access.client_secret,
    }
    with driving(emulator, HTTP, "tokens"):
        assert client.ok("POST", "/oauth/token", data=fields)["access_token"]
        assert client.ok("POST", "/api/v2/oauth/token", data=fields)["token_type"] == "bearer"


def test_members_of_queues_and_languages_of_prompts(emulator: Emulator, client: Conforming) -> None:
    with driving(emulator, HTTP, "members"):
        queue = client.ok("GET", "/api/v2/routing/queues/divisionviews/all")["entities"][0]
        assert queue in client.ok("GET", "/api/v2/routing/queues/divisionviews?pageSize=100")["entities"]
        user = client.ok("GET", "/api/v2/users")["entities"][0]
        members = f"/api/v2/routing/queues/{queue['id']}/members"
        client.ok("POST", f"{members}?delete=false", [{"id": user["id"]}])
        assert user["id"] in [each["id"] for each in client.ok("GET", members)["entities"]]
        client.ok("DELETE", f"{members}/{user['id']}")
        prompt = client.ok("POST", "/api/v2/architect/prompts", {"name": "Closed"})
        resources = f"/api/v2/architect/prompts/{prompt['id']}/resources"
        client.ok("POST", resources, {"language": "de-de", "ttsString": "Geschlossen"})
        client.ok("PUT", f"{resources}/de-de", {"language": "de-de", "text": "zu"})
        assert client.ok("GET", f"{resources}/de-de")["text"] == "zu"
        assert client.ok("GET", resources)["total"] == 1
        client.ok("DELETE", f"{resources}/de-de")


def test_audits_are_mapped_asked_for_and_fetched(emulator: Emulator, client: Conforming) -> None:
    query = "/api/v2/audits/query"
    with driving(emulator, HTTP, "audits"):
        client.configure(auditDelaySeconds=0)
        client.ok("POST", "/api/v2/routing/queues", {"name": "Audited"})
        for path in ("servicemapping", "realtime/servicemapping"):
            assert client.ok("GET", f"{query}/{path}")["services"]
        now = datetime.fromisoformat(client.ok("GET", "/api/v2/date")["currentDate"])
        begin, end = now - timedelta(days=1), now + timedelta(days=1)
        body = {"interval": f"{begin.isoformat()}/{end.isoformat()}", "serviceName": "Routing"}
        found = client.ok("POST", f"{query}/realtime", body)["entities"]
        related = {"auditId": found[0]["id"]}
        assert found[0] in client.ok("POST", f"{query}/realtime/related", related)["entities"]
        started = client.ok("POST", query, body)
        assert client.ok("GET", f"{query}/{started['id']}")["state"] == "Succeeded"
        assert client.ok("GET", f"{query}/{started['id']}/results")["entities"] == found


def test_channels_listen_to_topics(emulator: Emulator, client: Conforming) -> None:
    channels = "/api/v2/notifications/channels"
    with driving(emulator, HTTP, "notifications"):
        topics = client.ok("GET", "/api/v2/notifications/availabletopics")["entities"]
        assert [each["id"] for each in topics] == ["v2.flows.{id}"]
        made = client.ok("POST", channels)
        assert made["id"] in [each["id"] for each in client.ok("GET", channels)["entities"]]
        client.ok("HEAD", f"{channels}/{made['id']}")
        subscriptions = f"{channels}/{made['id']}/subscriptions"
        for method, flow in (("POST", 1), ("PUT", 2)):
            client.ok(method, subscriptions, [{"id": f"v2.flows.{flow:08d}-0000-4000-8000-000000000000"}])
        assert len(client.ok("GET", subscriptions)["entities"]) == 1
        client.ok("DELETE", subscriptions)
