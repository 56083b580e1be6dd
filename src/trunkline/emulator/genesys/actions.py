"""The life of a data action: live and draft contents, one integer version, published versions kept for ever.

Both surfaces work on these rules; neither HTTP nor shapes are known here.

    create(publish=True) ──────────────→ published
    create(publish=False) → draft ──publish──→ published ──start_draft──→ published + draft ──publish──→ …
                              └─discard → gone                  └───────discard───────→ published

Every accepted change raises `version` by one and renews `etag`; starting a draft changes nothing yet.
"""

from __future__ import annotations

from trunkline.domain.json import same
from trunkline.emulator.errors import ApiError, bad_request, conflict, not_found
from trunkline.emulator.genesys import events
from trunkline.emulator.genesys.records import (
    ACTION_VERSIONS,
    ACTIONS,
    ActionContent,
    ActionRecord,
    as_action,
    as_document,
)
from trunkline.emulator.orgs import Org

FUNCTION_TYPE = "function-data-actions"


def all_actions(org: Org) -> list[ActionRecord]:
    return [_settled(org, as_action(document)) for document in org.documents(ACTIONS).values()]


def find(org: Org, action_id: str) -> ActionRecord:
    """Raises 404."""
    document = org.documents(ACTIONS).get(action_id)
    if document is None:
        raise not_found(f"The action {action_id} does not exist", entity=(action_id, "action"))
    return _settled(org, as_action(document))


def find_published(org: Org, action_id: str) -> tuple[ActionRecord, ActionContent]:
    """Raises 404 where there is no such action, or only a draft of it."""
    record = find(org, action_id)
    if record["published"] is None:
        raise not_found(f"The action {action_id} is not published", entity=(action_id, "action"))
    return record, record["published"]


def find_draft(org: Org, action_id: str) -> tuple[ActionRecord, ActionContent]:
    """Raises 404 where there is no such action, or no draft of it."""
    record = find(org, action_id)
    if record["draft"] is None:
        raise not_found(f"The action {action_id} has no draft", entity=(action_id, "action"))
    return record, record["draft"]


def current(record: ActionRecord) -> ActionContent:
    """The draft if there is one, else what is live."""
    content = record["draft"] or record["published"]
    if content is None:
        raise LookupError(f"the action {record['id']} holds nothing")
    return content


def create(org: Org, content: ActionContent, *, publish: bool) -> ActionRecord:
    """A new action, live or as a draft alone. Raises 400 if its integration does not allow it."""
    check_integration(org, content["integrationId"], publish=publish)
    record: ActionRecord = {
        "id": f"custom_-_{org.guid()}",
        "actionType": "custom",
        "version": 0,
        "etag": "",
        "draft": None if publish else content,
        "published": content if publish else None,
        "publishedId": None,
        "publishing": None,
        "guides": {},
    }
    return _save(org, _kept(org, record) if publish else record, "created")


def check_integration(org: Org, integration_id: str, *, publish: bool) -> None:
    integration = org.documents("integrations").get(integration_id)
    if integration is None:
        raise bad_request(f"The integration {integration_id} does not exist", field="integrationId")
    kind = integration["integrationType"]["id"]
    if publish and kind == FUNCTION_TYPE:
        raise bad_request(f"Integration of type '{kind}' does not support creating published actions.")


def change_published(org: Org, record: ActionRecord, content: ActionContent) -> ActionRecord:
    """Change what is live. Raises 400 if that would change its contract, secure or integration."""
    _check_mutable(record)
    _check_fixed(record, content)
    return _save(org, _kept(org, {**record, "published": content}))


def start_draft(org: Org, record: ActionRecord) -> ActionRecord:
    """A draft of what is live. Raises 409 if there is one."""
    _check_mutable(record)
    if record["draft"] is not None:
        raise conflict(f"The action {record['id']} has a draft already", code="draft.exists")
    started: ActionRecord = {**record, "draft": record["published"]}
    org.documents(ACTIONS).put(record["id"], as_document(started))
    return started


def change_draft(org: Org, record: ActionRecord, content: ActionContent) -> ActionRecord:
    _check_mutable(record)
    check_integration(org, content["integrationId"], publish=False)
    return _save(org, {**record, "draft": content, "publishing": None})


def discard_draft(org: Org, record: ActionRecord) -> None:
    """Drop the draft; an action that was never published goes with it."""
    if record["published"] is None:
        delete(org, record)
    else:
        _save(org, {**record, "draft": None, "publishing": None})


def publish(org: Org, record: ActionRecord, draft: ActionContent, *, takes: float = 0) -> ActionRecord:
    """Make the draft live, now or `takes` seconds from now. Raises 400 if a fixed part changed."""
    _check_fixed(record, draft)
    if takes:
        waiting: ActionRecord = {**record, "publishing": org.now() + takes}
        org.documents(ACTIONS).put(record["id"], as_document(waiting))
        return waiting
    done: ActionRecord = {**record, "published": draft, "draft": None, "publishing": None}
    return _save(org, _kept(org, done), "published")


def delete(org: Org, record: ActionRecord) -> None:
    _check_mutable(record)
    org.documents(ACTIONS).delete(record["id"])
    _told(org, record, "deleted")


def keep(org: Org, record: ActionRecord) -> ActionRecord:
    """Put what belongs to a write that was counted already."""
    org.documents(ACTIONS).put(record["id"], as_document(record))
    return record


def touch(org: Org, record: ActionRecord) -> ActionRecord:
    """Save a change of `guides` as a write of the whole action."""
    return _save(org, record)


def check_version(org: Org, record: ActionRecord, supplied: object) -> None:
    """Raises 400 where no version is sent, 409 (or 400, by setting) where it is stale."""
    if supplied is None:
        raise bad_request("version may not be null: the current version must be sent", field="version")
    if isinstance(supplied, bool) or supplied != record["version"]:
        status = org.setting("actionStaleStatus")
        raise ApiError(
            status,
            "conflict" if status == 409 else "bad.request",
            f"Supplied version {supplied} does not match the current version {record['version']}",
        )


def check_draft_version(record: ActionRecord, supplied: object) -> None:
    """Raises 400 where the version to publish is absent or stale."""
    if supplied is None:
        raise bad_request("version may not be null: the version of the draft must be sent", field="version")
    if isinstance(supplied, bool) or supplied != record["version"]:
        raise bad_request(
            f"Supplied version {supplied} does not match latest draft version {record['version']}"
        )


def _settled(org: Org, record: ActionRecord) -> ActionRecord:
    """The record after a publish whose time has come."""
    due, draft = record["publishing"], record["draft"]
    if due is None or draft is None or org.now() < due:
        return record
    return publish(org, {**record, "publishing": None}, draft)


def _save(org: Org, record: ActionRecord, what: str = "updated") -> ActionRecord:
    saved: ActionRecord = {**record, "version": record["version"] + 1, "etag": f'"{org.guid()}"'}
    org.documents(ACTIONS).put(record["id"], as_document(saved))
    _told(org, saved, what)
    return saved


def _told(org: Org, record: ActionRecord, what: str) -> None:
    event = events.Event(
        f"data.action.{what}", record["id"], current(record)["name"], record["version"], record["etag"]
    )
    events.emit(org, event)


def _kept(org: Org, record: ActionRecord) -> ActionRecord:
    """Keep what is live as an immutable version."""
    content = record["published"]
    version_id = org.guid()
    entry = {
        "id": version_id,
        "actionId": record["id"],
        "version": record["version"] + 1,
        "datePublished": org.timestamp(),
        "content": content,
    }
    org.documents(ACTION_VERSIONS).put(version_id, entry)
    return {**record, "publishedId": version_id}


def _check_mutable(record: ActionRecord) -> None:
    if record["actionType"] == "static":
        raise bad_request(f"The action {record['id']} is built in and cannot be changed")


def _check_fixed(record: ActionRecord, content: ActionContent) -> None:
    """A live action keeps its contract, its secure flag and its integration."""
    live = record["published"]
    if live is None:
        return
    for field in ("contract", "secure", "integrationId"):
        if not same(live[field], content[field]):
            raise bad_request(f"{field} cannot be changed once an action is published", field=field)
