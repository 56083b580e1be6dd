"""`/api/v2/platform/webhooks`: who is told of changes, signed, and how each delivery went (chapter G2)."""

from __future__ import annotations

from urllib.parse import urlsplit

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.call import Answer, Call, no_content
from trunkline.emulator.errors import ApiError, not_found
from trunkline.emulator.genesys.events import DELIVERIES, WEBHOOKS
from trunkline.emulator.paging import page
from trunkline.emulator.routes import Routes
from trunkline.emulator.store import Document

WRITE = "platform:webhooks:write"
EVENTS = tuple(f"data.action.{what}" for what in ("created", "updated", "published", "deleted"))
FIELDS = ("name", "enabled", "events", "target")
LONGEST_SECRET, SHORTEST_SECRET = 256, 16

routes = Routes("guides", prefix="/api/v2/platform/webhooks")


@routes.on("POST", "", known="assumed", scope=WRITE)
def create_webhook(call: Call) -> Answer:
    """`{name, enabled, events: [{eventType}], target: {url, headers}, secret?}`; the secret is told once."""
    body = call.json_object()
    _refuse(body)
    secret: Json = body.get("secret")
    document: JsonObject = {
        "id": call.org.guid(),
        **_kept(body),
        "dateCreated": call.org.timestamp(),
        "secret": secret if secret is not None else call.org.secret(),
        "previousSecret": None,
        "previousUntil": 0,
    }
    call.org.documents(WEBHOOKS).put(document["id"], document)
    return Answer({**shape(document), "secret": document["secret"]}, 201)


@routes.on("GET", "", known="assumed", scope=WRITE)
def list_webhooks(call: Call) -> Answer:
    """Webhooks in pages, without their secrets."""
    return Answer(page(call, call.org.documents(WEBHOOKS).values(), shape))


@routes.on("GET", "/{webhookId}", known="assumed", scope=WRITE)
def get_webhook(call: Call) -> Answer:
    """One webhook, without its secret."""
    return Answer(shape(_find(call)))


@routes.on("DELETE", "/{webhookId}", known="assumed", scope=WRITE)
def delete_webhook(call: Call) -> Answer:
    """Delete a webhook; what still waits for it is not delivered."""
    found = _find(call)
    deliveries = call.org.documents(DELIVERIES)
    for key, delivery in deliveries.items():
        if delivery["webhookId"] == found["id"]:
            deliveries.delete(key)
    call.org.documents(WEBHOOKS).delete(found["id"])
    return no_content()


@routes.on("POST", "/{webhookId}/rotate", known="assumed", scope=WRITE)
def rotate_secret(call: Call) -> Answer:
    """A new secret, told once; for a while deliveries are signed with the old one too."""
    found = _find(call)
    until = call.org.now() + call.org.setting("webhookRotationSeconds")
    rotated = {
        **found,
        "secret": call.org.secret(),
        "previousSecret": found["secret"],
        "previousUntil": until,
    }
    call.org.documents(WEBHOOKS).put(found["id"], rotated)
    return Answer({**shape(rotated), "secret": rotated["secret"]})


@routes.on("GET", "/{webhookId}/deliveries", known="assumed", scope=WRITE)
def list_deliveries(call: Call) -> Answer:
    """Deliveries of a webhook with every attempt, the oldest first; `state` PENDING, DELIVERED or DEAD."""
    found, state = _find(call), call.query.get("state")
    kept = [
        each
        for each in call.org.documents(DELIVERIES).values()
        if each["webhookId"] == found["id"] and state in (None, "", each["state"])
    ]
    return Answer(page(call, kept, dict))


def shape(webhook: Document) -> JsonObject:
    """A webhook as it is served: never with a secret."""
    return {key: webhook[key] for key in ("id", *FIELDS, "dateCreated")}


def _find(call: Call) -> Document:
    found = call.org.documents(WEBHOOKS).get(call["webhookId"])
    if found is None:
        raise not_found(f"The webhook {call['webhookId']} does not exist")
    return found


def _kept(body: JsonObject) -> JsonObject:
    target = body["target"]
    return {
        "name": body["name"],
        "enabled": body.get("enabled", True),
        "events": [{"eventType": each["eventType"]} for each in body["events"]],
        "target": {"url": target["url"], "headers": target.get("headers") or {}},
    }


def _refuse(body: JsonObject) -> None:
    """Raises 400 with every fault of a webhook."""
    target: Json = body.get("target")
    target = target if isinstance(target, dict) else {}
    events: Json = body.get("events")
    secret: Json = body.get("secret")
    headers: Json = target.get("headers") or {}
    checks = (
        ("name", isinstance(body.get("name"), str) and body["name"].strip(), "must be a text"),
        ("enabled", isinstance(body.get("enabled", True), bool), "must be true or false"),
        ("events", _are_events(events), f"must list {{eventType}} of {', '.join(EVENTS)}"),
        ("target.url", _is_url(target.get("url")), "must be an http or https URL"),
        ("target.headers", isinstance(headers, dict) and all(_is_header(*e) for e in headers.items()),
         "must map names to texts of one line"),
        ("secret", secret is None or _is_secret(secret), f"must have {SHORTEST_SECRET} characters or more"),
    )  # fmt: skip
    faults = [(field, message) for field, good, message in checks if not good]
    if faults:
        raise ApiError(
            400,
            "bad.request",
            "; ".join(f"{field} {message}" for field, message in faults),
            details=[{"errorCode": "invalid.value", "fieldName": field} for field, _ in faults],
        )


def _are_events(value: Json) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(each, dict) and each.get("eventType") in EVENTS for each in value)
    )


def _is_url(value: Json) -> bool:
    if not isinstance(value, str):
        return False
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _is_header(name: Json, value: Json) -> bool:
    return isinstance(value, str) and value.isprintable() and str(name).replace("-", "").isalnum()


def _is_secret(value: Json) -> bool:
    return isinstance(value, str) and SHORTEST_SECRET <= len(value) <= LONGEST_SECRET
