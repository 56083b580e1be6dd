"""Conditions, data sets, webhooks and audit records of the emulator (chapter G2)."""

from __future__ import annotations

import hashlib
import hmac
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.api import Api, MakeApi

ACTIONS = "/api/v2/data/actions"
SETS = "/api/v2/data/datasets"
HOOKS = "/api/v2/platform/webhooks"


def customers(api: Api, **changes: Any) -> dict[str, Any]:
    fields = [{"name": "status", "type": "string"}, {"name": "score", "type": "number"}]
    answer = api.post(SETS, {"name": "customers", "fields": fields} | changes)
    assert answer.status_code == 201, answer.text
    return answer.json()


def leaf(
    dataset: str, field: str = "status", literal: str = "active", kind: str = "EQUALS"
) -> dict[str, Any]:
    return {
        "type": kind,
        "value": {"type": "DATASET", "datasetId": dataset, "fieldId": field},
        "expression": literal,
    }


def created(api: Api, dataset: str, name: str = "Escalate") -> dict[str, Any]:
    answer = api.post(ACTIONS, {"name": name, "conditions": [leaf(dataset)]})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_new_action_is_a_draft_seen_on_both_endpoints(api: Api) -> None:
    made = created(api, customers(api)["id"])
    there = api.get(f"/api/v2/flows/dataactions/{made['id']}").json()
    assert (there["name"], there["version"], there["etag"], there["status"]) == (
        "Escalate", made["version"], made["etag"], "DRAFT",
    )  # fmt: skip


def test_a_write_needs_the_etag_and_a_stale_one_is_refused(api: Api) -> None:
    dataset = customers(api)["id"]
    made = created(api, dataset)
    path, body = f"{ACTIONS}/{made['id']}", {"name": "Escalate", "conditions": [leaf(dataset, literal="new")]}
    assert api.put(path, body).status_code == 428
    done = api.put(path, body, headers={"If-Match": made["etag"]})
    assert done.status_code == 200
    assert done.headers["ETag"] != made["etag"]
    assert done.json()["version"] == made["version"] + 1
    assert api.put(path, body, headers={"If-Match": made["etag"]}).status_code == 409
    assert api.get(path).json()["conditions"][0]["expression"] == "new"


def test_names_of_data_sets_and_fields_are_kept_as_ids(api: Api) -> None:
    dataset = customers(api)
    made = created(api, "customers")
    assert made["conditions"][0]["value"]["datasetId"] == dataset["id"]
    assert made["conditions"][0]["value"]["fieldId"] == dataset["fields"][0]["id"]


def test_every_fault_is_told_with_its_place(api: Api) -> None:
    dataset = customers(api)["id"]
    made = created(api, dataset)
    bad = {
        "type": "AND",
        "children": [
            {"type": "OR", "children": [leaf(dataset) for _ in range(6)]},
            {"type": "XOR", "children": [leaf("ghosts")]},
            leaf(dataset, "score", "abc"),
        ],
    }
    answer = api.put(
        f"{ACTIONS}/{made['id']}",
        {"name": "Escalate", "conditions": [bad]},
        headers={"If-Match": made["etag"]},
    )
    assert answer.status_code == 422
    assert [each["fieldName"] for each in answer.json()["details"]] == [
        "conditions[0].children[1].type",
        "conditions[0].children[0]",
        "conditions[0].children[1].children[0]",
        "conditions[0].children[2]",
    ]
    assert api.get(f"{ACTIONS}/{made['id']}").json()["etag"] == made["etag"]


def test_limits_are_settings_of_the_org(api: Api) -> None:
    dataset = customers(api)["id"]
    api.configure(conditionDepth=1, conditionChildren=2)
    tree = {"type": "AND", "children": [leaf(dataset), leaf(dataset), leaf(dataset)]}
    assert api.post(ACTIONS, {"name": "x", "conditions": [tree]}).status_code == 422


def test_a_circle_through_data_sets_is_refused_node_by_node(api: Api) -> None:
    first = customers(api)
    second = customers(api, name="orders")
    one = created(api, first["id"], "One")
    two = created(api, second["id"], "Two")
    put = {"name": "orders", "fields": second["fields"], "source": {"actionId": one["id"]}}
    assert api.put(f"{SETS}/{second['id']}", put).status_code == 200
    put = {"name": "customers", "fields": first["fields"], "source": {"actionId": two["id"]}}
    refused = api.put(f"{SETS}/{first['id']}", put)
    assert refused.status_code == 422
    for name in ("data_action/One", "data_action/Two", "data_set/customers", "data_set/orders"):
        assert name in refused.json()["message"]
    tree = {"type": "AND", "children": [leaf(first["id"]), leaf(first["id"], literal="b")]}
    assert api.post(ACTIONS, {"name": "Twice", "conditions": [tree]}).status_code == 201


def test_a_data_set_in_use_stays(api: Api) -> None:
    dataset = customers(api)
    created(api, dataset["id"])
    assert api.delete(f"{SETS}/{dataset['id']}").status_code == 409
    assert api.post(SETS, {"name": "customers", "fields": {"a": "string"}}).status_code == 409
    assert api.post(SETS, {"name": "", "fields": {"a": "text"}}).status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [("GET", ACTIONS, "data:actions:read"), ("POST", SETS, "data:actions:write"),
     ("POST", HOOKS, "platform:webhooks:write"), ("POST", "/api/v2/audit/records/query", "audit:read")],
)  # fmt: skip
def test_a_missing_scope_is_named(make_api: MakeApi, method: str, path: str, scope: str) -> None:
    answer = make_api(scope="flow:read").call(method, path, {})
    assert answer.status_code == 403
    assert scope in answer.json()["message"]


def test_publishing_makes_it_a_published_action(api: Api) -> None:
    made = created(api, customers(api)["id"])
    assert api.post(f"{ACTIONS}/{made['id']}/publish").status_code == 200
    shown = api.get(f"{ACTIONS}/{made['id']}").json()
    assert (shown["status"], len(shown["conditions"])) == ("PUBLISHED", 1)


# --- audit


def query(api: Api, **body: Any) -> dict[str, Any]:
    answer = api.post("/api/v2/audit/records/query", body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_record_shows_after_the_delay_and_tells_who_and_which_request(api: Api) -> None:
    api.configure(auditDelaySeconds=60)
    dataset = customers(api)["id"]
    made = api.post(ACTIONS, {"name": "Escalate", "conditions": [leaf(dataset)]})
    asked = {"query": {"entityId": made.json()["id"], "eventType": "data.action.created"}}
    assert query(api, **asked)["entities"] == []
    api.configure(clockOffsetSeconds=61)
    [record] = query(api, **asked)["entities"]
    assert record["actorId"] == api.access.client_id
    assert (record["operation"], record["status"]) == ("CREATED", "SUCCESS")
    assert record["correlationId"] == made.headers["ININ-Correlation-Id"]


def test_records_are_paged_by_a_cursor_that_waits_for_more(api: Api) -> None:
    api.configure(auditDelaySeconds=0)
    dataset = customers(api)["id"]
    for index in range(3):
        created(api, dataset, f"Action {index}")
    first = query(api, size=2)
    second = query(api, size=2, cursor=first["cursor"])
    assert [each["entityName"] for each in first["entities"] + second["entities"]] == [
        f"Action {i}" for i in range(3)
    ]
    assert query(api, cursor=second["cursor"])["entities"] == []
    created(api, dataset, "Later")
    assert [each["entityName"] for each in query(api, cursor=second["cursor"])["entities"]] == ["Later"]


# --- webhooks


class Receiver:
    """A plain receiver: answers `statuses` in turn, then 200."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append((dict(self.headers), body))
                self.send_response(outer.statuses.pop(0) if outer.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?a=1"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def hook(api: Api, url: str, **changes: Any) -> dict[str, Any]:
    body = {"name": "mine", "enabled": True, "events": [{"eventType": "data.action.updated"}],
            "target": {"url": url, "headers": {"X-Mine": "1"}}} | changes  # fmt: skip
    answer = api.post(HOOKS, body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def until(found: Callable[[], Any], seconds: float = 10) -> Any:
    deadline = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return value


def touch(api: Api, action: dict[str, Any], literal: str) -> None:
    path = f"{ACTIONS}/{action['id']}"
    now = api.get(path).json()
    dataset = now["conditions"][0]["value"]["datasetId"]
    body = {"name": now["name"], "conditions": [leaf(dataset, literal=literal)]}
    assert api.put(path, body, headers={"If-Match": now["etag"]}).status_code == 200


def test_a_delivery_is_signed_over_time_and_body(api: Api, receiver: Receiver) -> None:
    made = hook(api, receiver.url)
    action = created(api, customers(api)["id"])
    touch(api, action, "new")
    headers, body = until(lambda: receiver.got)[0]
    signed = headers["X-Webhook-Timestamp"].encode() + b"." + body
    expected = hmac.new(made["secret"].encode(), signed, hashlib.sha256).hexdigest()
    assert headers["X-Webhook-Signature"] == f"sha256={expected}"
    assert (headers["X-Mine"], action["id"].encode() in body) == ("1", True)
    log = until(lambda: api.get(f"{HOOKS}/{made['id']}/deliveries?state=DELIVERED").json()["entities"])
    assert [each["status"] for each in log[0]["attempts"]] == [200]


def test_a_delivery_is_tried_again_and_keeps_its_id_and_the_order_of_its_object(
    api: Api, receiver: Receiver
) -> None:
    api.configure(webhookFirstWaitSeconds=0.05)
    made = hook(api, receiver.url)
    receiver.statuses = [500, 503]
    action = created(api, customers(api)["id"])
    for literal in ("one", "two", "three"):
        touch(api, action, literal)
    until(lambda: len(receiver.got) == 5)
    ids = [headers["X-Webhook-Id"] for headers, _ in receiver.got]
    assert ids[0] == ids[1] == ids[2]
    log = until(
        lambda: (d := api.get(f"{HOOKS}/{made['id']}/deliveries?state=DELIVERED").json())["total"] == 3 and d
    )
    assert [each["body"]["version"] for each in log["entities"]] == [2, 3, 4]
    assert ids[2:] == [each["id"] for each in log["entities"]]


def test_a_delivery_that_never_succeeds_is_a_dead_letter_and_the_next_goes_out(
    api: Api, receiver: Receiver
) -> None:
    api.configure(webhookFirstWaitSeconds=0.01, webhookAttempts=3)
    made = hook(api, receiver.url)
    receiver.statuses = [500, 500, 500]
    action = created(api, customers(api)["id"])
    touch(api, action, "one")
    touch(api, action, "two")
    dead = until(lambda: api.get(f"{HOOKS}/{made['id']}/deliveries?state=DEAD").json()["entities"])
    assert len(dead[0]["attempts"]) == 3
    until(lambda: api.get(f"{HOOKS}/{made['id']}/deliveries?state=DELIVERED").json()["total"] == 1)


def test_nothing_is_sent_to_the_outside(api: Api) -> None:
    api.configure(webhookAttempts=1)
    made = hook(api, "http://example.com/hook")
    touch(api, created(api, customers(api)["id"]), "one")
    [dead] = until(lambda: api.get(f"{HOOKS}/{made['id']}/deliveries?state=DEAD").json()["entities"])
    assert "sends nothing to the outside" in dead["attempts"][0]["error"]


def test_secrets_are_told_once_and_both_hold_while_they_rotate(api: Api, receiver: Receiver) -> None:
    made = hook(api, receiver.url)
    assert "secret" not in api.get(f"{HOOKS}/{made['id']}").json()
    rotated = api.post(f"{HOOKS}/{made['id']}/rotate").json()
    action = created(api, customers(api)["id"])
    touch(api, action, "one")
    headers, body = until(lambda: receiver.got)[0]
    signed = headers["X-Webhook-Timestamp"].encode() + b"." + body
    for secret, sent in zip(
        (rotated["secret"], made["secret"]), headers["X-Webhook-Signature"].split(","), strict=True
    ):
        assert sent == f"sha256={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


def test_a_change_that_is_refused_is_told_to_nobody(api: Api, receiver: Receiver) -> None:
    made = hook(api, receiver.url)
    action = created(api, customers(api)["id"])
    assert (
        api.put(f"{ACTIONS}/{action['id']}", {"name": ""}, headers={"If-Match": action["etag"]}).status_code
        == 422
    )
    assert api.get(f"{HOOKS}/{made['id']}/deliveries").json()["total"] == 0


def test_a_webhook_that_makes_no_sense_is_refused_with_every_fault(api: Api) -> None:
    bad = {
        "name": "",
        "events": [{"eventType": "x"}],
        "target": {"url": "ftp://x", "headers": {"a": "b\r\nc: d"}},
        "secret": "x",
    }
    answer = api.post(HOOKS, bad)
    assert answer.status_code == 400
    assert [each["fieldName"] for each in answer.json()["details"]] == [
        "name",
        "events",
        "target.url",
        "target.headers",
        "secret",
    ]


def test_a_deleted_webhook_hears_nothing(api: Api, receiver: Receiver) -> None:
    made = hook(api, receiver.url)
    assert api.delete(f"{HOOKS}/{made['id']}").status_code == 204
    touch(api, created(api, customers(api)["id"]), "one")
    assert api.get(f"{HOOKS}/{made['id']}").status_code == 404
    assert receiver.got == []
