"""The records of Genesys objects that more than one module reads: what lies in which collection of an org.

`actions`               ActionRecord by action id
`action_versions`       ActionContent of every published version, by version id
`flows`                 FlowRecord by flow id
`flow_configurations`   blobs: the configuration of a version as bytes of JSON, by `configuration_key`
`stubs`                 StubRecord: recorded replies to the calls of data actions
Every other kind (`queues`, `users`, `divisions`, …) is kept in the shape it is served in.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict, cast

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.store import Document

ACTIONS = "actions"
ACTION_VERSIONS = "action_versions"
FLOWS = "flows"
FLOW_CONFIGURATIONS = "flow_configurations"
STUBS = "stubs"

VersionKind: TypeAlias = Literal["SAVE", "CHECKIN", "PUBLISH"]


class Actor(TypedDict):
    """Who did something: an OAuth client, or a person."""

    kind: Literal["client", "user"]
    id: str
    name: str


class FlowVersionRecord(TypedDict):
    """One version of a flow. `id` is `4.0`; times are seconds since the epoch, None until they happen."""

    id: str
    kind: VersionKind
    commit: str
    by: Actor
    saved: float
    checkedIn: float | None
    published: float | None
    secure: bool


class FlowRecord(TypedDict):
    """A flow. `type` is the lower-case name (`inboundcall`); versions are oldest first.

    The three version fields hold the id of a version or None. `lock` is who has it checked out.
    `guides` holds what the guides' surface adds: settings, integer version, status.
    """

    id: str
    name: str
    type: str
    division: str
    description: str
    active: bool
    deleted: bool
    versions: list[FlowVersionRecord]
    savedVersion: str | None
    checkedInVersion: str | None
    publishedVersion: str | None
    lock: Actor | None
    operation: JsonObject | None
    guides: JsonObject


class ActionContent(TypedDict):
    """What an action does: the part that a draft and a published version each have.

    `definition` is the guides' definition it was written as, if it was; `errorHandling` and
    `description` are known to the guides' surface alone.
    """

    name: str
    category: str
    integrationId: str
    secure: bool
    contract: JsonObject
    config: JsonObject
    description: NotRequired[str]
    errorHandling: NotRequired[JsonObject]
    definition: NotRequired[JsonObject]


class ActionRecord(TypedDict):
    """A data action, one for both surfaces.

    `version` rises by one, and `etag` is new, with every accepted write. `draft` and `published` are
    contents, at least one of them; `publishedId` is the id of the latest immutable version in
    `action_versions`. `publishing` is when a publish that takes time will be done, in seconds since
    the epoch. `guides` holds what only the guides' surface knows of the whole action: conditions.
    """

    id: str
    actionType: str
    version: int
    etag: str
    draft: ActionContent | None
    published: ActionContent | None
    publishedId: str | None
    publishing: float | None
    guides: JsonObject
    function: NotRequired[JsonObject]
    zip: NotRequired[JsonObject]


class StubRecord(TypedDict):
    """A recorded reply. In `url` a `*` stands for any run of characters; `body` is JSON, or text."""

    id: str
    method: str
    url: str
    status: int
    headers: dict[str, str]
    body: Json


def as_flow(document: Document) -> FlowRecord:
    return cast("FlowRecord", document)


def as_action(document: Document) -> ActionRecord:
    return cast("ActionRecord", document)


def as_document(record: FlowRecord | ActionRecord | StubRecord | ActionContent) -> dict[str, Any]:
    return cast("dict[str, Any]", record)


def configuration_key(flow_id: str, version: str) -> str:
    return f"{flow_id}/{version}"


def new_flow(*, flow_id: str, name: str, flow_type: str, division: str, description: str = "") -> FlowRecord:
    """A flow without a version."""
    return {
        "id": flow_id,
        "name": name,
        "type": flow_type,
        "division": division,
        "description": description,
        "active": True,
        "deleted": False,
        "versions": [],
        "savedVersion": None,
        "checkedInVersion": None,
        "publishedVersion": None,
        "lock": None,
        "operation": None,
        "guides": {},
    }
