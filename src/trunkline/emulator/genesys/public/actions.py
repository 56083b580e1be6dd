"""`/api/v2/integrations/actions`: data actions. developer.genesys.cloud, "Integrations API"."""

from __future__ import annotations

from trunkline.domain.json import JsonObject
from trunkline.emulator.call import Answer, Call, no_content
from trunkline.emulator.errors import bad_request
from trunkline.emulator.genesys import actions, content
from trunkline.emulator.genesys.public import action_shapes
from trunkline.emulator.genesys.records import ActionContent, ActionRecord
from trunkline.emulator.paging import page
from trunkline.emulator.routes import Routes

VIEW = ("integrations:action:view", "bridge:actions:view")
ADD = ("integrations:action:add",)
EDIT = ("integrations:action:edit",)
DELETE = ("integrations:action:delete",)
MOST_IDS = 50

routes = Routes("public", prefix="/api/v2/integrations/actions")

Pair = tuple[ActionRecord, ActionContent]


@routes.on("GET", "", known="spec", permissions=VIEW)
def list_actions(call: Call) -> Answer:
    """Live actions, filtered and in pages; without config unless includeConfig."""
    return _list(call, draft=False)


@routes.on("GET", "/drafts", known="spec", permissions=VIEW)
def list_drafts(call: Call) -> Answer:
    """Actions that have a draft."""
    return _list(call, draft=True)


def _list(call: Call, *, draft: bool) -> Answer:
    pairs = _pairs(call, draft=draft)
    kept = _sorted(call, [pair for pair in pairs if _wanted(call, *pair)])
    return Answer(page(call, kept, lambda pair: action_shapes.listed(call, *pair, draft=draft)))


def _pairs(call: Call, *, draft: bool) -> list[Pair]:
    pairs: list[Pair] = []
    for record in actions.all_actions(call.org):
        chosen = record["draft"] if draft else record["published"]
        if chosen is not None:
            pairs.append((record, chosen))
    return pairs


def _wanted(call: Call, record: ActionRecord, chosen: ActionContent) -> bool:
    query = call.query
    ids = query.many("ids")
    if len(ids) > MOST_IDS:
        raise bad_request(f"ids may list at most {MOST_IDS}", code="invalid.value", field="ids")
    name, category = query.get("name"), query.get("category")
    return (
        (not ids or record["id"] in ids)
        and (not name or name.casefold() in chosen["name"].casefold())
        and (not category or category.casefold() == chosen["category"].casefold())
        and (not query.get("secure") or query.flag("secure") == chosen["secure"])
        and (record["actionType"] != "customAuth" or query.flag("includeAuthActions"))
    )


def _sorted(call: Call, pairs: list[Pair]) -> list[Pair]:
    field = call.query.get("sortBy")
    if not field:
        return pairs
    if field not in ("id", "name", "category", "integrationId", "version", "secure"):
        raise bad_request(f"Actions cannot be sorted by {field[:40]}", code="invalid.value", field="sortBy")

    def key(pair: Pair) -> str | int:
        record, chosen = pair
        value = record[field] if field in ("id", "version") else chosen[field]
        return value.casefold() if isinstance(value, str) else int(value)

    return sorted(pairs, key=key, reverse=(call.query.get("sortOrder") or "asc").lower().startswith("desc"))


@routes.on("GET", "/categories", known="spec", permissions=VIEW)
def list_categories(call: Call) -> Answer:
    """The categories of live actions by name."""
    pairs = [pair for pair in _pairs(call, draft=False) if _secure_wanted(call, pair[1])]
    names = sorted({chosen["category"] for _, chosen in pairs})
    if (call.query.get("sortOrder") or "").lower().startswith("desc"):
        names.reverse()
    return Answer(page(call, names, lambda name: {"name": name}))


def _secure_wanted(call: Call, chosen: ActionContent) -> bool:
    return not call.query.get("secure") or call.query.flag("secure") == chosen["secure"]


@routes.on("POST", "", known="spec", permissions=ADD)
def create_action(call: Call) -> Answer:
    """A live action, version 1."""
    record = actions.create(call.org, content.from_post(call.json_object()), publish=True)
    return _live(call, record)


@routes.on("POST", "/drafts", known="spec", permissions=ADD)
def create_draft(call: Call) -> Answer:
    """An action that is a draft alone, version 1."""
    body = call.json_object()
    if call.org.setting("draftLosesRequestTemplate"):
        body = _without_request_template(body)
    record = actions.create(call.org, content.from_post(body), publish=False)
    return _drafted(call, record)


def _without_request_template(body: JsonObject) -> JsonObject:
    config = body.get("config")
    if not isinstance(config, dict) or not isinstance(config.get("request"), dict):
        return body
    request = {key: value for key, value in config["request"].items() if key != "requestTemplate"}
    return {**body, "config": {**config, "request": request}}


@routes.on("GET", "/{actionId}", known="spec", permissions=VIEW)
def get_action(call: Call) -> Answer:
    """What is live of an action; 404 before the first publish."""
    record, live = actions.find_published(call.org, call["actionId"])
    return Answer(action_shapes.listed(call, record, live, draft=False))


@routes.on("PATCH", "/{actionId}", known="spec", permissions=EDIT)
def update_action(call: Call) -> Answer:
    """Change name, category or config of what is live; the body carries the current version."""
    record, live = actions.find_published(call.org, call["actionId"])
    body = call.json_object()
    actions.check_version(call.org, record, body.get("version"))
    return _live(call, actions.change_published(call.org, record, content.updated(live, body)))


@routes.on("DELETE", "/{actionId}", known="spec", permissions=DELETE)
def delete_action(call: Call) -> Answer:
    """Delete an action and its draft."""
    actions.delete(call.org, actions.find(call.org, call["actionId"]))
    return no_content()


@routes.on("GET", "/{actionId}/draft", known="spec", permissions=VIEW)
def get_draft(call: Call) -> Answer:
    """The draft of an action; 404 if there is none."""
    record, draft = actions.find_draft(call.org, call["actionId"])
    return Answer(action_shapes.listed(call, record, draft, draft=True))


@routes.on("POST", "/{actionId}/draft", known="spec", permissions=EDIT)
def start_draft(call: Call) -> Answer:
    """A draft of what is live; no body."""
    record, _ = actions.find_published(call.org, call["actionId"])
    return _drafted(call, actions.start_draft(call.org, record))


@routes.on("PATCH", "/{actionId}/draft", known="spec", permissions=EDIT)
def update_draft(call: Call) -> Answer:
    """Change a draft; the body carries its current version."""
    record, draft = actions.find_draft(call.org, call["actionId"])
    body = call.json_object()
    actions.check_version(call.org, record, body.get("version"))
    return _drafted(call, actions.change_draft(call.org, record, content.updated(draft, body)))


@routes.on("DELETE", "/{actionId}/draft", known="spec", permissions=DELETE)
def delete_draft(call: Call) -> Answer:
    """Discard a draft."""
    record, _ = actions.find_draft(call.org, call["actionId"])
    actions.discard_draft(call.org, record)
    return no_content()


@routes.on("POST", "/{actionId}/draft/publish", known="spec", permissions=EDIT)
def publish_draft(call: Call) -> Answer:
    """Make the draft live; the body carries the draft's version."""
    record, draft = actions.find_draft(call.org, call["actionId"])
    actions.check_draft_version(record, call.json_object().get("version"))
    return _live(call, actions.publish(call.org, record, draft))


def _live(call: Call, record: ActionRecord) -> Answer:
    live = record["published"] or actions.current(record)
    return Answer(action_shapes.action(call, record, live, draft=False))


def _drafted(call: Call, record: ActionRecord) -> Answer:
    return Answer(action_shapes.action(call, record, actions.current(record), draft=True))
