"""Objects that flows name in their manifests and nothing else tells of: made so that references resolve."""

from __future__ import annotations

import json

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.clock import stable_guid
from trunkline.emulator.genesys import content
from trunkline.emulator.genesys.records import ActionContent

COLLECTIONS = {
    "queue": "queues",
    "userPrompt": "prompts",
    "systemPrompt": "systemPrompts",
    "dataTable": "dataTables",
    "acdSkill": "skills",
    "acdLanguage": "languages",
    "acdWrapupCode": "wrapupCodes",
    "flowOutcome": "flowOutcomes",
    "flowMilestone": "flowMilestones",
    "nluDomain": "nluDomains",
    "knowledgeBase": "knowledgeBases",
    "contactList": "contactLists",
    "composerScript": "scripts",
    "surveyForm": "surveyForms",
    "schedule": "schedules",
    "scheduleGroup": "scheduleGroups",
    "user": "users",
    "group": "groups",
    "grammar": "grammars",
    "response": "responses",
    "worktype": "worktypes",
}
"""The collection of each kind in a manifest; the rest (voices, images, …) are no objects of an org."""

FLOW_SUFFIX = "Flow"

_ANY: JsonObject = {"type": "object", "properties": {}, "additionalProperties": True}


def flow_type(kind: str) -> str | None:
    """`inboundcall` for `inboundCallFlow`, `workflow` for `workflow`; None for what is no flow."""
    if kind.lower() == "workflow":
        return "workflow"
    return kind.removesuffix(FLOW_SUFFIX).lower() if kind.endswith(FLOW_SUFFIX) else None


def action_content(name: str, integration_id: str, contract: JsonObject) -> ActionContent:
    """An action with the contract a flow remembers of it, or any; it asks nothing of anyone."""
    return {
        "name": name,
        "category": "Data Actions",
        "integrationId": integration_id,
        "secure": False,
        "contract": {
            "input": {"inputSchema": _schema(contract.get("input"))},
            "output": {"successSchema": _schema(contract.get("output"))},
        },
        "config": content.with_defaults({}),
    }


def _schema(value: Json) -> JsonObject:
    return value if isinstance(value, dict) and value.get("type") == "object" else _ANY


def data_table(object_id: str, name: str) -> JsonObject:
    """A table that has a key and no row."""
    key = {
        "type": "string",
        "$id": "/properties/key",
        "title": "Key",
        "displayOrder": 0,
        "minLength": 1,
        "maxLength": 256,
    }
    schema: JsonObject = {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": name,
        "type": "object",
        "additionalProperties": False,
        "required": ["key"],
        "properties": {"key": key},
    }
    return {"id": object_id, "name": name, "description": "", "schema": schema}


def configuration(flow_id: str, name: str, kind: str) -> bytes:
    """The smallest configuration: one task that ends at once."""
    task, end = stable_guid(flow_id, "task"), stable_guid(flow_id, "end")
    last = {"workflow": "EndWorkflowAction", "commonmodule": "EndTaskAction"}.get(kind, "DisconnectAction")
    action: JsonObject = {"id": end, "trackingId": 2, "name": "End", "__type": last, "uiMetaData": {}}
    item: JsonObject = {
        "id": task,
        "trackingId": 1,
        "name": "Start",
        "__type": "Task",
        "uiMetaData": {},
        "startAction": end,
        "actionList": [action],
        "variables": [],
    }
    document: JsonObject = {
        "name": name,
        "type": kind,
        "initialSequence": task,
        "nextTrackingNumber": 3,
        "uiMetaData": {},
        "defaultLanguage": "en-us",
        "supportedLanguages": ["en-us"],
        "supportedLanguageOptions": [{"language": "en-us"}],
        "manifest": {"language": [{"id": "en-us"}]},
        "debugSettings": {},
        "defaultSettings": {},
        "flowMetaData": {
            "flowDocumentVersion": "1.0",
            "minimumServerVersion": "1.0",
            "ttsDataVersion": "1.0",
        },
        "flowSequenceItemList": [item],
        "variables": [],
    }
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
