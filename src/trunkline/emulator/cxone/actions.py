"""Script actions of a tenant: what is accepted, what is kept.

Kept: `script_actions` {id, name, description, type, trigger, script, enabled, dependencies,
createdTimestamp, modifiedTimestamp (epoch ms)}; `idempotency` {digest, id} by key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from trunkline.domain.json import Json, JsonObject, digest
from trunkline.emulator.errors import ApiError, conflict, not_found
from trunkline.emulator.orgs import Org
from trunkline.emulator.store import Collection, Document
from trunkline.engine.script import ScriptFault

NAME = re.compile(r"[a-zA-Z0-9_\-]{3,64}")
LARGEST_SCRIPT = 65_536
"""Bytes of UTF-8."""


def kept(org: Org) -> Collection[Document]:
    return org.documents("script_actions")


def find(org: Org, action_id: str) -> Document:
    """Raises 404."""
    found = kept(org).get(action_id)
    if found is None:
        raise not_found(f"No action has the id {action_id}")
    return found


def by_name(org: Org, name: str) -> Document | None:
    return next((action for action in kept(org).values() if action["name"] == name), None)


def content(org: Org, body: JsonObject, own: str | None = None) -> JsonObject:
    """The fields of an action from a request. Raises 400 with every fault of them."""
    faults = [*_faults(body)]
    if not faults:
        faults += _dependency_faults(org, body, own)
    if faults:
        raise _invalid(faults)
    return {
        "name": body["name"],
        "description": body.get("description") or "",
        "type": "SCRIPT",
        "trigger": body.get("trigger") or {"type": "MANUAL"},
        "script": {"language": "JavaScript", "content": body["script"]["content"]},
        "enabled": body.get("enabled", True),
        "dependencies": list(body.get("dependencies") or []),
    }


def _faults(body: JsonObject) -> Iterator[tuple[str, str]]:
    name, script = body.get("name"), body.get("script")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        yield "name", "name must match ^[a-zA-Z0-9_\\-]{3,64}$"
    if body.get("type", "SCRIPT") != "SCRIPT":
        yield "type", "type must be SCRIPT"
    text = script.get("content") if isinstance(script, dict) else None
    if not isinstance(script, dict) or script.get("language") != "JavaScript" or not isinstance(text, str):
        yield "script", "script must be {language: JavaScript, content}"
    elif len(text.encode("utf-8", "surrogatepass")) > LARGEST_SCRIPT:
        yield "script.content", f"the script is longer than {LARGEST_SCRIPT} bytes of UTF-8"
    if not isinstance(body.get("enabled", True), bool):
        yield "enabled", "enabled must be true or false"
    if not isinstance(body.get("description") or "", str):
        yield "description", "description must be text"
    needed = body.get("dependencies") or []
    if not isinstance(needed, list) or not all(isinstance(each, str) for each in needed):
        yield "dependencies", "dependencies must be a list of names"


def _dependency_faults(org: Org, body: JsonObject, own: str | None) -> Iterator[tuple[str, str]]:
    needs = {action["name"]: action["dependencies"] for action in kept(org).values() if action["id"] != own}
    for name in body.get("dependencies") or []:
        if name == body["name"]:
            yield "dependencies", f"the action cannot depend on itself: {name}"
        elif name not in needs:
            yield "dependencies", f"no action has the name {name}"
        elif _reaches(needs, name, body["name"]):
            yield "dependencies", f"{name} depends on {body['name']}: a cycle"


def _reaches(needs: Mapping[str, Json], start: str, goal: str) -> bool:
    seen, waiting = set[str](), [start]
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            waiting += needs.get(name, [])
    return False


def _invalid(faults: list[tuple[str, str]]) -> ApiError:
    return ApiError(
        400,
        "invalid.definition",
        "; ".join(message for _, message in faults),
        details=[{"errorCode": "invalid.definition", "fieldName": field} for field, _ in faults],
    )


def refuse_syntax(fault: ScriptFault | None) -> None:
    """Raises 400 with the compilation error, if there is one."""
    if fault is not None:
        error = {"message": fault.message, "line": fault.line, "column": fault.column}
        raise ApiError(400, "compilation.failed", "The script does not compile", errors=[error])


def remembered(org: Org, key: str, body: JsonObject) -> Document | None:
    """The action that a key has made already. Raises 409 if the key came with another body."""
    record = org.documents("idempotency").get(key)
    if record is None:
        return None
    if record["digest"] != digest(body):
        raise conflict("The Idempotency-Key was used with another body", code="idempotency.key.reused")
    return record["answer"]


def create(org: Org, fields: JsonObject, key: str | None, body: JsonObject) -> Document:
    """Raises 409 if the name is taken."""
    refuse_taken(org, fields["name"])
    now = milliseconds(org)
    action: JsonObject = {"id": org.guid(), **fields, "createdTimestamp": now, "modifiedTimestamp": now}
    kept(org).put(action["id"], action)
    if key:
        org.documents("idempotency").put(key, {"digest": digest(body), "answer": action})
    return action


def refuse_taken(org: Org, name: str, own: str | None = None) -> None:
    found = by_name(org, name)
    if found is not None and found["id"] != own:
        raise conflict(
            f"An action named {name} exists already", code="duplicate.name", entity=(found["id"], name)
        )


def users(org: Org, name: str) -> list[str]:
    """The actions that depend on one."""
    return [action["name"] for action in kept(org).values() if name in action["dependencies"]]


def milliseconds(org: Org, after: int = 0) -> int:
    """Now; later than `after`, so that two changes never share a time."""
    return max(int(org.now() * 1000), after + 1)
