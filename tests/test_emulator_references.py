"""Orgs, divisions, integrations, credentials, and the plain objects that flows refer to."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.api import Api, MakeApi
from trunkline.emulator.genesys.collection import matches
from trunkline.emulator.orgs import Access

QUEUES = "/api/v2/routing/queues"


def test_an_org_describes_itself(api: Api) -> None:
    organization = api.get("/api/v2/organizations/me").json()
    assert organization["id"] == api.access.id
    assert organization["defaultCountryCode"] == "US"
    assert organization["selfUri"] == f"/api/v2/organizations/{api.access.id}"
    assert api.get("/api/v2/authorization/products").json()["total"] > 0


def test_there_is_one_home_division_which_cannot_be_deleted(api: Api) -> None:
    home = api.get("/api/v2/authorization/divisions/home").json()
    assert home["homeDivision"] is True
    path = "/api/v2/authorization/divisions"
    assert api.delete(f"{path}/{home['id']}").status_code == 400
    made = api.post(path, {"name": "Sales", "description": "d"}).json()
    assert [each["name"] for each in api.get(f"{path}?name=sal").json()["entities"]] == ["Sales"]
    assert api.post(path, {"name": "sales"}).status_code == 409
    assert api.put(f"{path}/{made['id']}", {"name": "Sales EMEA"}).json()["description"] == "d"
    assert api.delete(f"{path}/{made['id']}").status_code == 204
    assert api.get(f"{path}/{made['id']}").status_code == 404


def test_a_queue_lies_in_the_home_division_unless_it_says_another(api: Api) -> None:
    home = api.get("/api/v2/authorization/divisions/home").json()
    other = api.post("/api/v2/authorization/divisions", {"name": "Sales"}).json()
    queue = api.post(QUEUES, {"name": "Support"}).json()
    assert queue["division"]["id"] == home["id"]
    assert queue["mediaSettings"]["call"]["serviceLevel"]["durationMs"] == 20_000
    assert queue["createdBy"] == api.access.client_id
    sent = {"name": "Sales", "division": {"id": other["id"]}}
    assert api.post(QUEUES, sent).json()["division"]["name"] == "Sales"
    assert api.post(QUEUES, {"name": "X", "division": {"id": "nowhere"}}).status_code == 400
    listed = api.get(f"{QUEUES}?divisionId={other['id']}").json()["entities"]
    assert [each["name"] for each in listed] == ["Sales"]


def test_a_queue_is_replaced_deleted_and_its_name_taken_once(api: Api) -> None:
    queue = api.post(QUEUES, {"name": "Support", "description": "old"}).json()
    path = f"{QUEUES}/{queue['id']}"
    taken = api.post(QUEUES, {"name": "SUPPORT"})
    assert (taken.status_code, taken.json()["code"]) == (409, "duplicate.name")
    replaced = api.put(path, {"name": "Support"}).json()
    assert "description" not in replaced
    assert replaced["dateCreated"] == queue["dateCreated"]
    assert api.put(path, {}).json()["code"] == "required.field.missing"
    assert api.delete(path).status_code == 200
    missing = api.get(path)
    assert (missing.status_code, missing.json()["code"]) == (404, "resource.not.found")


def test_lists_accept_ids_as_csv_and_as_repeated_keys(api: Api) -> None:
    ids = [api.post(QUEUES, {"name": f"Queue {number}"}).json()["id"] for number in range(3)]
    csv = api.get(f"{QUEUES}?id={ids[0]},{ids[2]}").json()
    repeated = api.get(f"{QUEUES}?id={ids[0]}&id={ids[2]}").json()
    assert [each["id"] for each in csv["entities"]] == [ids[0], ids[2]]
    assert csv["entities"] == repeated["entities"]


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("support", "Support", True),
        ("supp", "Support", False),
        ("supp*", "Support", True),
        ("*port", "Support", True),
        ("*p*t*", "Support", True),
        ("a.c", "abc", False),
        ("[x]*", "[X] y\nz", True),
    ],
)
def test_a_name_pattern_is_the_whole_name_with_wildcards(pattern: str, text: str, fits: bool) -> None:
    assert matches(pattern, text) is fits


def test_versioned_objects_refuse_a_stale_version(api: Api) -> None:
    path = "/api/v2/architect/schedules"
    body = {"name": "Open", "start": "2024-01-01T08:00:00.000000", "end": "2024-01-01T17:00:00.000000"}
    schedule = api.post(path, body).json()
    assert schedule["version"] == 1
    one = f"{path}/{schedule['id']}"
    assert api.put(one, body | {"version": 1}).json()["version"] == 2
    assert api.put(one, body | {"version": 1}).status_code == 409
    assert api.put(one, body).status_code == 400


def test_a_users_patch_keeps_what_it_does_not_say(api: Api) -> None:
    user = api.post("/api/v2/users", {"name": "Ada", "email": "ada@example.com", "title": "Lead"}).json()
    patched = api.patch(f"/api/v2/users/{user['id']}", {"version": 1, "department": "R&D"}).json()
    assert (patched["title"], patched["department"], patched["version"]) == ("Lead", "R&D", 2)
    assert api.get("/api/v2/users?state=inactive").json()["total"] == 0
    assert api.get("/api/v2/users?state=any").json()["total"] == 1


def test_an_integrations_configuration_is_guarded_by_its_version(api: Api) -> None:
    made = api.post(
        "/api/v2/integrations", {"name": "CRM", "integrationType": {"id": "custom-rest-actions"}}
    ).json()
    assert made["intendedState"] == "DISABLED"
    path = f"/api/v2/integrations/{made['id']}"
    config = api.get(f"{path}/config/current").json()
    assert config["version"] == 1
    changed = api.put(f"{path}/config/current", config | {"name": "CRM 2", "notes": "n"})
    assert changed.json()["version"] == 2
    assert api.put(f"{path}/config/current", config).status_code == 409
    assert api.get(path).json()["name"] == "CRM 2"
    assert "config" not in api.get(path).json()
    assert api.get(f"{path}?expand=config.current").json()["config"]["current"]["notes"] == "n"
    assert api.patch(path, {"intendedState": "ENABLED"}).json()["reportedState"]["code"] == "ACTIVE"
    assert api.patch(path, {"intendedState": "ON"}).status_code == 400


def test_a_credentials_fields_are_never_answered(api: Api) -> None:
    path = "/api/v2/integrations/credentials"
    body = {
        "name": "key",
        "type": {"name": "userDefined"},
        "credentialFields": {"apiKey": "very-secret-value"},
    }
    made = api.post(path, body)
    one = f"{path}/{made.json()['id']}"
    answers = [made, api.get(one), api.put(one, body), api.get(path), api.get(f"{path}/listing")]
    for answer in answers:
        assert answer.status_code == 200
        assert "very-secret-value" not in answer.text
    assert api.get(f"{path}/listing?pageSize=1").json()["entities"][0]["name"] == "key"
    assert api.delete(one).status_code == 204


def test_cursors_walk_all_credentials(api: Api) -> None:
    path = "/api/v2/integrations/credentials"
    for number in range(5):
        api.post(path, {"name": f"c{number}", "type": {"name": "userDefined"}})
    uri, names = f"{path}/listing?pageSize=2", list[str]()
    while uri:
        page = api.get(uri).json()
        names += [each["name"] for each in page["entities"]]
        uri = page.get("nextUri")
    assert names == [f"c{number}" for number in range(5)]


def test_a_reset_puts_an_org_back_to_its_beginning_with_the_same_ids(api: Api) -> None:
    home = api.get("/api/v2/authorization/divisions/home").json()["id"]
    api.post(QUEUES, {"name": "Support"})
    assert api.admin("POST", "/reset").status_code == 204
    assert api.get(QUEUES).json()["total"] == 0
    assert api.get("/api/v2/authorization/divisions/home").json()["id"] == home


def test_a_snapshot_carries_an_org_to_another(api: Api) -> None:
    api.post(QUEUES, {"name": "Support"})
    snapshot = api.admin("GET", "/snapshot").json()
    other = Api(api.emulator, api.emulator.create_org("copy"))
    assert other.admin("PUT", "/snapshot", snapshot).status_code == 204
    assert [each["name"] for each in other.get(QUEUES).json()["entities"]] == ["Support"]
    assert other.admin("PUT", "/snapshot", {"documents": 1}).status_code == 400
    other.close()


def test_queue_members_are_added_counted_and_removed(api: Api) -> None:
    queue = f"{QUEUES}/{api.post(QUEUES, {'name': 'Support'}).json()['id']}"
    users = [
        api.post("/api/v2/users", {"name": name, "email": f"{name}@example.com"}).json()["id"]
        for name in ("ada", "bob")
    ]
    assert api.post(f"{queue}/members", [{"id": each} for each in users]).status_code == 204
    assert api.post(f"{queue}/members", [{"id": users[0]}]).status_code == 204
    assert [each["name"] for each in api.get(f"{queue}/members").json()["entities"]] == ["ada", "bob"]
    assert api.get(queue).json()["memberCount"] == 2
    assert api.post(f"{queue}/members", [{"id": "nobody"}]).status_code == 400
    assert api.post(f"{queue}/members?delete=true", [{"id": users[0]}]).status_code == 204
    assert api.delete(f"{queue}/members/{users[1]}").status_code == 204
    assert api.delete(f"{queue}/members/{users[1]}").status_code == 404
    assert api.get(queue).json()["memberCount"] == 0


def test_an_update_of_a_queue_keeps_its_members(api: Api) -> None:
    queue = f"{QUEUES}/{api.post(QUEUES, {'name': 'Support'}).json()['id']}"
    user = api.post("/api/v2/users", {"name": "ada", "email": "ada@example.com"}).json()["id"]
    api.post(f"{queue}/members", [{"id": user}])
    assert api.put(queue, {"name": "Help"}).json()["memberCount"] == 1
    assert api.get(f"{queue}/members").json()["total"] == 1


def test_objects_move_between_divisions_all_or_none(api: Api) -> None:
    sales = api.post("/api/v2/authorization/divisions", {"name": "Sales"}).json()
    queue = api.post(QUEUES, {"name": "Support"}).json()
    path = f"/api/v2/authorization/divisions/{sales['id']}/objects"
    home = queue["division"]["name"]
    assert api.post(f"{path}/QUEUE", [queue["id"], "nobody"]).status_code == 404
    assert api.get(f"{QUEUES}/{queue['id']}").json()["division"]["name"] == home
    assert api.post(f"{path}/QUEUE", [queue["id"]]).status_code == 204
    assert api.get(f"{QUEUES}/{queue['id']}").json()["division"]["name"] == "Sales"
    assert api.post(f"{path}/THING", [queue["id"]]).status_code == 400


def test_an_oauth_client_tells_its_secret_once_and_can_log_in(api: Api) -> None:
    path = "/api/v2/oauth/clients"
    body = {"name": "ci", "authorizedGrantType": "CLIENT-CREDENTIALS", "accessTokenValiditySeconds": 300}
    made = api.post(path, body).json()
    listed = api.get(path)
    assert made["secret"] not in listed.text
    assert [each["name"] for each in listed.json()["entities"]] == ["org client", "ci"]
    access = Access("org", "genesys", api.access.id, made["id"], made["secret"])
    other = Api(api.emulator, access)
    assert other.get("/api/v2/organizations/me").json()["id"] == api.access.id
    assert api.delete(f"{path}/{made['id']}").status_code == 204
    assert other.get("/api/v2/organizations/me").status_code == 401
    assert api.delete(f"{path}/{api.access.client_id}").status_code == 409
    assert api.post(path, body | {"accessTokenValiditySeconds": 1}).status_code == 400
    other.close()


def test_a_client_can_ask_what_it_may_do(make_api: MakeApi) -> None:
    client = make_api(permissions=["routing:queue:view", "architect:*"])
    subject = client.get("/api/v2/authorization/subjects/me").json()
    assert subject["id"] == client.access.client_id
    assert subject["grants"][0]["role"]["policies"] == [
        {"domain": "routing", "entityName": "queue", "actions": ["view"]},
        {"domain": "architect", "entityName": "*", "actions": ["*"]},
    ]


def test_the_orgs_time_passes_when_it_is_told(api: Api) -> None:
    def now() -> datetime:
        return datetime.fromisoformat(api.get("/api/v2/date").json()["currentDate"])

    before = now()
    api.configure(clockOffsetSeconds=3600)
    assert now() - before >= timedelta(hours=1)
