"""Members of queues, and the views of queues across divisions. developer.genesys.cloud, "Routing API"."""

from __future__ import annotations

from collections.abc import Iterable

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.call import Answer, Call, no_content
from trunkline.emulator.errors import bad_request, not_found
from trunkline.emulator.genesys.collection import order, wanted
from trunkline.emulator.paging import page
from trunkline.emulator.routes import Routes
from trunkline.emulator.store import Document

MOST_MEMBERS = 100
"""Members that one request may add or remove."""

routes = Routes("public", prefix="/api/v2/routing/queues")


@routes.on("GET", "/divisionviews", known="spec", permissions=("routing:queue:search",))
def list_views(call: Call) -> Answer:
    """Queues as those see them who may only look for them."""
    documents = call.org.documents("queues").values()
    kept = order(call, [document for document in documents if wanted(call, document)])
    return Answer(page(call, kept, _view, largest=500))


@routes.on("GET", "/divisionviews/all", known="spec", permissions=("routing:queue:search",))
def list_all_views(call: Call) -> Answer:
    """All of them, whatever the division."""
    return Answer(page(call, order(call, call.org.documents("queues").values()), _view, largest=500))


@routes.on("GET", "/{queueId}/members", known="spec", permissions=("routing:queue:view",))
def list_members(call: Call) -> Answer:
    """The users of a queue."""
    return Answer(page(call, _members(_find(call)), lambda user_id: _member(call, user_id)))


@routes.on("POST", "/{queueId}/members", known="spec", permissions=("routing:queue:edit",))
def change_members(call: Call) -> Answer:
    """Add users, a list of {id}; with `delete=true` remove them."""
    queue, sent = _find(call), _ids(call.json())
    known = call.org.documents("users")
    absent = [user_id for user_id in sent if user_id not in known]
    if absent:
        raise bad_request(f"No such users: {', '.join(absent)[:200]}")
    before = _members(queue)
    if call.query.flag("delete"):
        _put(call, queue, [user_id for user_id in before if user_id not in sent])
    else:
        _put(call, queue, [*before, *(user_id for user_id in sent if user_id not in before)])
    return no_content()


@routes.on("DELETE", "/{queueId}/members/{memberId}", known="spec", permissions=("routing:queue:edit",))
def remove_member(call: Call) -> Answer:
    """Take one user out of a queue."""
    queue = _find(call)
    before = _members(queue)
    if call["memberId"] not in before:
        raise not_found(f"The user {call['memberId']} is no member", code="resource.not.found")
    _put(call, queue, [user_id for user_id in before if user_id != call["memberId"]])
    return no_content()


def _find(call: Call) -> Document:
    queue = call.org.documents("queues").get(call["queueId"])
    if queue is None:
        raise not_found(f"The queue {call['queueId']} does not exist", code="resource.not.found")
    return queue


def _members(queue: Document) -> list[str]:
    return list(queue.get("members", ()))


def _put(call: Call, queue: Document, members: list[str]) -> None:
    counted = {"memberCount": len(members), "userMemberCount": len(members), "members": members}
    call.org.documents("queues").put(queue["id"], {**queue, **counted})


def _ids(sent: Json) -> list[str]:
    entries: Iterable[Json] = sent if isinstance(sent, list) else ()
    ids = [entry["id"] for entry in entries if isinstance(entry, dict) and isinstance(entry.get("id"), str)]
    if not 1 <= len(ids) <= MOST_MEMBERS or len(ids) != len(sent):
        raise bad_request(f"The body is a list of 1 to {MOST_MEMBERS} objects with an id")
    return list(dict.fromkeys(ids))


def _member(call: Call, user_id: str) -> JsonObject:
    user = call.org.documents("users").get(user_id)
    name = user["name"] if user else user_id
    shown: JsonObject = {"id": user_id, "name": name, "joined": True, "memberBy": "user", "ringNumber": 1}
    if user is not None:
        shown["user"] = {"id": user_id, "name": name, "selfUri": f"/api/v2/users/{user_id}"}
    return shown


def _view(queue: Document) -> JsonObject:
    return {
        "id": queue["id"],
        "name": queue["name"],
        "division": queue.get("division"),
        "selfUri": f"/api/v2/routing/queues/{queue['id']}",
    }
