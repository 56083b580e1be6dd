"""Flow, FlowVersion and Operation as they are answered. developer.genesys.cloud, "Architect API"."""

from __future__ import annotations

from functools import lru_cache
from typing import cast

import msgspec

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.clock import stable_guid, timestamp
from trunkline.emulator.genesys import flows
from trunkline.emulator.genesys.collection import division_reference, home_division
from trunkline.emulator.genesys.records import Actor, FlowRecord, FlowVersionRecord
from trunkline.emulator.orgs import Org

_VIEW = (
    "id",
    "name",
    "division",
    "type",
    "description",
    "inputSchema",
    "outputSchema",
    "supportedLanguages",
    "publishedVersion",
)


def shape_flow(org: Org, record: FlowRecord, *, schemas: bool = False) -> JsonObject:
    """A Flow; its schemas and languages only on request, as they are read from the configuration."""
    body: JsonObject = {
        "id": record["id"],
        "name": record["name"],
        "division": shape_division(org, record["division"]),
        "description": record["description"],
        "type": record["type"].upper(),
        "active": record["active"],
        "system": False,
        "deleted": record["deleted"],
    }
    if record["lock"] is not None:
        body["lockedUser" if record["lock"]["kind"] == "user" else "lockedClient"] = shape_actor(
            record["lock"]
        )
    shaped: dict[str, JsonObject] = {}
    for key in ("publishedVersion", "savedVersion", "checkedInVersion"):
        version_id = record[key]
        if version_id is not None:
            if version_id not in shaped:
                shaped[version_id] = shape_version(record, flows.find_version(record, version_id))
            body[key] = shaped[version_id]
    published = record["publishedVersion"]
    if published is not None:
        by = flows.find_version(record, published)["by"]
        if by["kind"] == "user":
            body["publishedBy"] = shape_actor(by)
    if record["operation"] is not None:
        body["currentOperation"] = shape_operation(record["operation"])
    if schemas:
        body |= _from_configuration(org, record)
    return {**body, "selfUri": f"/api/v2/flows/{record['id']}"}


def shape_view(org: Org, record: FlowRecord, *, schemas: bool = False) -> JsonObject:
    """A FlowDivisionView: what anybody may see of a flow."""
    whole = shape_flow(org, record, schemas=schemas)
    view = {name: whole[name] for name in _VIEW if name in whole}
    return {**view, "selfUri": f"/api/v2/flows/divisionviews/{record['id']}"}


def shape_division(org: Org, division_id: str) -> JsonObject:
    return division_reference(org.documents("divisions").get(division_id) or home_division(org))


def shape_actor(actor: Actor) -> JsonObject:
    folder = "users" if actor["kind"] == "user" else "oauth/clients"
    return {"id": actor["id"], "name": actor["name"], "selfUri": f"/api/v2/{folder}/{actor['id']}"}


def shape_version(record: FlowRecord, version: FlowVersionRecord) -> JsonObject:
    """A FlowVersion. Times are milliseconds, but dates of publishing are ISO 8601."""
    uri = f"/api/v2/flows/{record['id']}/versions/{version['id']}"
    body: JsonObject = {
        "id": version["id"],
        "name": version["id"],
        "commitVersion": version["commit"],
        "configurationVersion": stable_guid("configuration", record["id"], version["commit"]),
        "type": version["kind"],
        "secure": version["secure"],
        "debug": False,
        "createdBy" if version["by"]["kind"] == "user" else "createdByClient": shape_actor(version["by"]),
        "configurationUri": f"{uri}/configuration",
        "dateCreated": _milliseconds(version["saved"]),
        "dateSaved": _milliseconds(version["saved"]),
    }
    if version["checkedIn"] is not None:
        body["dateCheckedIn"] = _milliseconds(version["checkedIn"])
    if version["published"] is not None:
        body["generationId"] = stable_guid("generation", record["id"], version["commit"])
        body["datePublished"] = timestamp(version["published"])
        later = [other["published"] for other in record["versions"] if other["published"] is not None]
        ended = [at for at in later if at > version["published"]]
        if ended:
            body["datePublishedEnd"] = timestamp(min(ended))
    return {**body, "selfUri": uri}


def shape_operation(operation: JsonObject) -> JsonObject:
    """An Operation; the name of who asked is under `user` or `client`."""
    by = cast("Actor", operation["by"])
    return {
        "id": operation["id"],
        "complete": operation["complete"],
        "user" if by["kind"] == "user" else "client": shape_actor(by),
        "errorDetails": [],
        "actionName": operation["actionName"],
        "actionStatus": operation["actionStatus"],
    }


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _from_configuration(org: Org, record: FlowRecord) -> JsonObject:
    version = flows.live_version(record)
    data = None if version is None else flows.configuration(org, record, version["id"])
    return {} if data is None else _read(data)


class _Summary(msgspec.Struct, rename="camel"):
    """The few fields of a configuration that a Flow repeats."""

    default_language: str | None = None
    supported_languages: list[str] = []
    variables: list[Json] = []


@lru_cache(maxsize=1024)
def _read(data: bytes) -> JsonObject:
    try:
        summary = msgspec.json.decode(data, type=_Summary)
    except msgspec.MsgspecError:
        return {}
    body: JsonObject = {
        "supportedLanguages": [
            {"language": language, "isDefault": language == summary.default_language}
            for language in summary.supported_languages
        ]
    }
    for field, flag in (("inputSchema", "isInput"), ("outputSchema", "isOutput")):
        body[field] = _schema([v for v in summary.variables if isinstance(v, dict) and v.get(flag) is True])
    return body


_SCHEMA_TYPES = {
    "BoolVariable": "boolean",
    "DecimalVariable": "number",
    "IntegerVariable": "integer",
    "JsonVariable": "object",
}


def _schema(variables: list[JsonObject]) -> JsonObject:
    """The JSON schema of the variables that go in or out; collections are arrays."""
    properties: JsonObject = {}
    for variable in variables:
        kind: JsonObject = {"type": _SCHEMA_TYPES.get(str(variable.get("__type")), "string")}
        if variable.get("isCollection") is True:
            kind = {"type": "array", "items": kind}
        properties[str(variable.get("name"))] = kind
    return {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "type": "object",
        "properties": properties,
    }
