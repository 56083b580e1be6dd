"""The project that is applied: files before, and files after some were made, changed, replaced, deleted."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any


def write_project(folder: Path, size: int, after: bool) -> int:
    """A project of about `size` objects before or after: some made, changed, replaced, deleted in between."""
    share = max(1, size // 8)
    files: dict[str, Any] = {"integrations/web.json": _integration(after)}
    for number in range(share):
        files[f"queues/q{number}.json"] = {
            "name": f"Queue {number}",
            "description": "new" if after else "old",
        }
        files[f"tables/t{number}.json"] = _table(f"Table {number}", 3 if after else 2)
        if after:
            files[f"actions/n{number}.json"] = _action(f"New {number}", "v1", "text")
            files[f"prompts/p{number}.json"] = _prompt(f"Prompt_{number}")
            files[f"flows/f{number}.json"] = _flow(f"Flow {number}", f"Queue {number}", "Changed 0")
            files["flows/f0.settings.json"] = _settings("Flow 0", 60)
        else:
            files[f"skills/s{number}.json"] = {"name": f"Skill {number}"}
        files[f"actions/c{number}.json"] = _action(f"Changed {number}", "v2" if after else "v1", "text")
    files["actions/r.json"] = _action("Replaced", "v1", "more" if after else "text")
    files["flows/user.json"] = _flow("User", "Queue 0", "Replaced")
    files["flows/user.settings.json"] = _settings("User", 30 if after else 20)
    for name in ("integrations", "queues", "tables", "actions", "prompts", "flows", "skills"):
        shutil.rmtree(folder / name, ignore_errors=True)
    for name, body in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(body))
    return len(files) + (share if after else 0)


def _integration(after: bool) -> dict[str, Any]:
    return {"name": "Web", "integrationType": "custom-rest-actions", "notes": "after" if after else "before",
            "intendedState": "ENABLED"}  # fmt: skip


def _prompt(name: str) -> dict[str, Any]:
    texts = [{"language": language, "ttsString": f"{name} {language}"} for language in ("en-us", "es-us")]
    return {"name": name, "description": "", "resources": texts}


def _table(name: str, rows: int) -> dict[str, Any]:
    columns = {
        "key": {"type": "string", "$id": "/properties/key", "title": "key", "displayOrder": 0,
                "minLength": 1, "maxLength": 256},
        "value": {"type": "string", "$id": "/properties/value", "title": "value", "displayOrder": 1},
    }  # fmt: skip
    schema = {"$schema": "http://json-schema.org/draft-04/schema#", "type": "object",
              "additionalProperties": False, "required": ["key"], "properties": columns}  # fmt: skip
    return {
        "name": name,
        "schema": schema,
        "rows": [{"key": f"k{n}", "value": f"v{rows}"} for n in range(rows)],
    }


def _action(name: str, version: str, output: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
    result = {"type": "object", "properties": {output: {"type": "string"}}}
    return {
        "name": name, "integrationType": "custom-rest-actions", "actionType": "custom", "secure": False,
        "integration": "Web", "category": "Web",
        "config": {
            "request": {"requestUrlTemplate": f"https://example.com/{version}/${{input.id}}",
                        "requestType": "GET", "headers": {}, "requestTemplate": "${input.rawRequest}"},
            "response": {"translationMap": {"t": "$.t"}, "translationMapDefaults": {"t": '"none"'},
                         "successTemplate": f'{{"{output}": ${{t}}}}'},
        },
        "contract": {"input": {"inputSchema": schema}, "output": {"successSchema": result}},
    }  # fmt: skip


def _settings(flow: str, seconds: int) -> dict[str, Any]:
    routing = {"type": "skills", "maxWaitTime": seconds, "scope": {"type": "queue", "queue": "Queue 0"}}
    return {"flow": flow, "settings": {"routing": routing}}


def _flow(name: str, queue: str, action: str) -> dict[str, Any]:
    """A task that calls an action and ends; what it refers to has ids that no org knows."""
    node = {"id": "a1", "name": "call", "__type": "DataAction", "actionId": f"custom_-_{action}",
            "trackingId": 1, "actionName": action, "category": {"id": "Web", "name": "Web"},
            "inputs": [], "outputs": [],
            "paths": [{"outputId": f"__{end}__", "label": end} for end in ("SUCCESS", "FAILURE", "TIMEOUT")],
            "nextAction": "a2"}  # fmt: skip
    end = {"id": "a2", "name": "end", "__type": "DisconnectAction", "trackingId": 2}
    task = {"id": "t1", "name": "Task", "__type": "Task", "startAction": "a1", "actionList": [node, end],
            "variables": [], "trackingId": 3}  # fmt: skip
    manifest = {
        "queue": [{"id": f"queue-{queue}", "name": queue}],
        "dataAction": [{"id": f"custom_-_{action}", "name": action}],
    }
    return {"name": name, "type": "inboundcall", "initialSequence": "t1", "nextTrackingNumber": 9,
            "defaultLanguage": "en-us", "supportedLanguages": ["en-us"], "manifest": manifest,
            "variables": [], "flowSequenceItemList": [task], "uiMetaData": {}}  # fmt: skip
