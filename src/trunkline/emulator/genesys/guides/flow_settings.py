"""`PATCH /api/v2/architect/flows/{id}` and `…/reload`: settings of a flow, changed by version.

A change names the version it makes (the current one plus one), else it is refused with 409. It makes a new
version of the flow on both surfaces, with the configuration of the last one. `settings` is replaced as
a whole, so that what was there before can be put back.
"""

from __future__ import annotations

import re
from typing import Any

from trunkline.domain.json import Json, JsonObject, get
from trunkline.emulator.call import Answer, Call, no_content
from trunkline.emulator.errors import ApiError, bad_request, conflict
from trunkline.emulator.genesys import flows
from trunkline.emulator.genesys.actors import actor
from trunkline.emulator.genesys.guides.flows import number, shape
from trunkline.emulator.genesys.records import (
    FLOW_CONFIGURATIONS,
    Actor,
    FlowRecord,
    as_flow,
    configuration_key,
)
from trunkline.emulator.orgs import Org
from trunkline.emulator.routes import Routes

GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")

routes = Routes("guides", prefix="/api/v2/architect/flows")


@routes.on("PATCH", "/{flowId}", known="assumed", scope="flow:write")
def change_settings(call: Call) -> Answer:
    """Change the settings of a flow: `{orgId, flowId, settings, version: current + 1}`."""
    record, body = flows.find(call.org, call["flowId"]), call.json_object()
    faults = _faults(call, record, body)
    if faults:
        raise ApiError(
            400,
            "bad.request",
            "; ".join(message for _, message in faults),
            details=[{"errorCode": "invalid.value", "fieldName": field} for field, _ in faults],
        )
    by = actor(call)
    if record["lock"] not in (None, by):
        raise conflict("Flow is locked by another user.", code="architect.flow.locked.by.user")
    flows.check_idle(record)
    if body["version"] != number(record) + 1:
        raise conflict(
            f"The version {body['version']} is not the current version {number(record)} plus one",
            code="version.conflict",
            entity=(record["id"], record["name"]),
        )
    changed = next_version(call.org, record, by, body["settings"])
    return Answer(shape(call, changed, settings=True))


def _faults(call: Call, record: FlowRecord, body: JsonObject) -> list[tuple[str, str]]:
    """Every fault of a change, as (field, message)."""
    settings: Json = body.get("settings")
    version: Json = body.get("version")
    applies: Json = get(settings, ("scopeDirectives", "applyTo"))
    scope: Json = get(settings, ("routing", "scope"))
    checks = (
        ("orgId", body.get("orgId") in (None, call.org.id), "orgId is not the org of this token"),
        ("flowId", body.get("flowId") in (None, record["id"]), "flowId is not the flow of this path"),
        ("settings", isinstance(settings, dict), "settings must be an object"),
        ("version", type(version) is int, "version must be an integer"),
        (
            "settings.configurationMatrix",
            isinstance(get(settings, ("configurationMatrix",), {}), dict),
            "settings.configurationMatrix must be an object",
        ),
        (
            "settings.scopeDirectives.applyTo",
            applies is None or (isinstance(applies, list) and all(isinstance(each, str) for each in applies)),
            "settings.scopeDirectives.applyTo must list types",
        ),
        (
            "settings.routing.scope.id",
            scope is None or bool(GUID.match(str(get(scope, ("id",))))),
            "settings.routing.scope.id must be a lower-case UUID",
        ),
    )
    return [(field, message) for field, good, message in checks if not good]


def next_version(org: Org, record: FlowRecord, by: Actor, settings: JsonObject) -> FlowRecord:
    """The flow with new settings, as a version of its own that is as far as the last one was."""
    now, version_id = org.now(), f"{number(record) + 1}.0"
    data = flows.latest_configuration(org, record)
    published = record["publishedVersion"] is not None
    version: JsonObject = {
        "id": version_id,
        "kind": "PUBLISH" if published else "SAVE",
        "commit": org.guid(),
        "by": by,
        "saved": now,
        "checkedIn": now if published else None,
        "published": now if published else None,
        "secure": bool(record["versions"]) and record["versions"][-1]["secure"],
    }
    reached: dict[str, Any] = (
        {"publishedVersion": version_id, "checkedInVersion": version_id, "savedVersion": None}
        if published
        else {"savedVersion": version_id}
    )
    guides = {**record["guides"], "settings": settings}
    changed = as_flow({**record, "versions": [*record["versions"], version], "guides": guides, **reached})
    if data is not None:
        org.blobs(FLOW_CONFIGURATIONS).put(configuration_key(record["id"], version_id), data)
    flows.put(org, changed)
    flows.note(org, changed, "UPDATE", by, version_id)
    return changed


@routes.on("POST", "/reload", known="assumed", scope="architect:write")
def reload_flows(call: Call) -> Answer:
    """Make the org take up changed settings: `{orgId}`."""
    if call.json_object().get("orgId") not in (None, call.org.id):
        raise bad_request("orgId is not the org of this token", field="orgId")
    status: int = call.org.setting("flowReloadStatus")
    if status >= 400:
        raise ApiError(status, "reload.failed", "The reload failed, as this org is set to.")
    return no_content() if status == 204 else Answer({"orgId": call.org.id}, status)
