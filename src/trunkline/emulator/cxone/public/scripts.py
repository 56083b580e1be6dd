"""`/incontactapi/services/vNN.0/scripts…`: Studio scripts.

A name (`scriptPath`) is the identity; saving makes a new version under a new master id at once. Kept:
`studio_scripts` {name, masterId, document, lockedBy, lockedAt, versions} by name; `studio_versions` by id.
"""

from __future__ import annotations

from datetime import UTC, datetime

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.call import Answer, Call
from trunkline.emulator.cxone.public.errors import AcdError
from trunkline.emulator.cxone.public.syntax import report
from trunkline.emulator.orgs import Org
from trunkline.emulator.routes import Handler, Routes
from trunkline.emulator.store import Collection, Document

SPELLINGS = ("incontactapi", "inContactAPI", "InContactAPI", "incontactApi")
"""Clients differ in the case of the prefix, and the service takes them all."""

routes = Routes("public", cloud="cxone")


def on_all(routes: Routes, method: str, path: str, handler: Handler, known: str = "spec") -> None:
    """Registers a route of the ACD API under each spelling of its prefix."""
    for spelling in SPELLINGS:
        prefix = f"/{spelling}/services/{{version}}"
        routes.add(method, prefix + path, handler, known="client" if known == "client" else "spec")


_UNLOCKED = {"lockedBy": None, "lockedAt": None}


def kept(org: Org) -> Collection[Document]:
    return org.documents("studio_scripts")


def _named(call: Call) -> Document:
    """The script of `scriptPath` (or `scriptId`). Raises 404."""
    name, script_id = call.query.get("scriptPath"), call.query.get("scriptId")
    found = kept(call.org).get(name) if name else None
    if script_id:
        found = next((each for each in kept(call.org).values() if str(each["masterId"]) == script_id), None)
    if found is None:
        raise AcdError(404, "NotFound", f"Script {name or script_id} was not found")
    return found


def open_script(call: Call) -> Answer:
    """The script as a document: {header, actions, properties, branches}."""
    return Answer(_document(_named(call)))


def _document(script: Document) -> JsonObject:
    lock = {
        "isLocked": script["lockedBy"] is not None,
        "lockedBy": script["lockedBy"],
        "lockedDate": script["lockedAt"],
    }
    header = {**script["document"]["header"], "scriptName": script["name"], "masterId": script["masterId"]}
    return {**script["document"], "header": {**header, "status": "CURR", "lockInfo": lock}}


def get_version(call: Call) -> Answer:
    """One version by its id, old ones too: {name, filePath, scriptId, status, scriptContent}."""
    found = call.org.documents("studio_versions").get(call["scriptId"])
    if found is None:
        raise AcdError(404, "NotFound", f"Script {call['scriptId']} was not found")
    name = found["name"]
    shown = {
        "name": name.rpartition("\\")[2],
        "filePath": name,
        "scriptId": found["masterId"],
        "status": "CURR",
    }
    return Answer({**shown, "scriptContent": found["document"]})


def save_script(call: Call) -> Answer:
    """Save a script after a syntax check: 200 clean, 206 with warnings, 409 nothing saved, 405 locked."""
    content = call.json_object().get("scriptContent")
    header = content.get("header") if isinstance(content, dict) else None
    name = header.get("scriptName") if isinstance(header, dict) else None
    if not isinstance(content, dict) or not isinstance(name, str) or not name:
        raise AcdError(400, "InvalidInput", "scriptContent.header.scriptName is missing")
    before = kept(call.org).get(name)
    if before is not None and before["lockedBy"] not in (None, call.caller.client_id):
        raise AcdError(405, "ScriptLocked", f"Locked by someone else: {before['lockedBy']}")
    found = report(content)
    if found.errors:
        return Answer(found.body(success=False, master_id=None), 409)
    script = _saved(call, name, content, before)
    body = found.body(success=True, master_id=script["masterId"])
    return Answer(body, 206 if found.warnings else 200)


def _saved(call: Call, name: str, content: JsonObject, before: Document | None) -> Document:
    org = call.org
    counter = org.documents("studio_counter").get("masterId")
    master_id = (counter["last"] if counter else 1000) + 1
    org.documents("studio_counter").put("masterId", {"last": master_id})
    parts: JsonObject = {
        part: content.get(part, {}) for part in ("header", "actions", "properties", "branches")
    }
    # GET leaves out what only POST needs.
    parts["actions"] = {
        key: {field: value for field, value in action.items() if field not in ("xws", "yws")}
        for key, action in parts["actions"].items()
    }
    version = {
        "scriptId": master_id,
        "modifyDate": datetime.fromtimestamp(org.now(), UTC).strftime("%-m/%-d/%Y %-I:%M:%S %p"),
        "modifyUser": call.caller.client_id,
        "status": "CURR",
    }
    script: JsonObject = {
        "name": name,
        "masterId": master_id,
        "document": parts,
        "lockedBy": before["lockedBy"] if before else None,
        "lockedAt": before["lockedAt"] if before else None,
        "versions": [
            version,
            *({**each, "status": "HIST"} for each in (before["versions"] if before else [])),
        ],
    }
    kept(org).put(name, script)
    org.documents("studio_versions").put(
        str(master_id), {"name": name, "masterId": master_id, "document": parts}
    )
    return script


def lock_script(call: Call) -> Answer:
    """Lock or unlock: 405 where another holds the lock, or there is none to give back."""
    script, wanted = _named(call), call.query.flag("lockScript")
    holder, me = script["lockedBy"], call.caller.client_id
    if holder not in (None, me):
        raise AcdError(405, "ScriptLocked", f"Locked by someone else: {holder}")
    if not wanted and holder is None:
        raise AcdError(405, "ScriptUnlocked", "Script Already Unlocked")
    changed = {
        **script,
        "lockedBy": me if wanted else None,
        "lockedAt": call.org.timestamp() if wanted else None,
    }
    kept(call.org).put(script["name"], changed)
    return Answer({"errorState": False, "errorMessage": "", "lockUnlockResult": "SuccessOperation"})


def kick_user(call: Call) -> Answer:
    """Break the lock of another user."""
    script = _named(call)
    if script["lockedBy"] is None:
        raise AcdError(400, "ScriptUnlocked", "Script Already Unlocked")
    if script["lockedBy"] == call.caller.client_id:
        raise AcdError(400, "CannotKickYourself", "You Cannot Kick Yourself From Script")
    kept(call.org).put(script["name"], {**script, **_UNLOCKED})
    return Answer({"errorState": False, "errorMessage": ""})


def delete_script(call: Call) -> Answer:
    """Delete a script: 206, and nothing deleted, while an active point of contact runs it."""
    script = _named(call)
    for point in call.org.documents("points_of_contact").values():
        if point.get("isActive") and point.get("scriptName") == script["name"]:
            error = f"the script is on the point of contact {point['contactAddress']}"
            return Answer({"scriptPath": script["name"], "deleted": False, "error": error}, 206)
    kept(call.org).delete(script["name"])
    return Answer({"scriptPath": script["name"], "deleted": True, "error": ""})


def search_scripts(call: Call) -> Answer:
    """Scripts whose name holds `searchString`, by skip and top."""
    text = (call.query.get("searchString") or "").casefold()
    found = [each for each in kept(call.org).values() if text in each["name"].casefold()]
    skip, top = call.query.number("skip", 0), min(call.query.number("top", 50), 100)
    details = [_detail(each) for each in found[skip : skip + top]]
    return Answer({"totalRecords": len(found), "busNo": 4599, "scriptSearchDetails": details})


def _detail(script: Document) -> Json:
    newest = script["versions"][0]
    return {
        "masterID": script["masterId"],
        "scriptName": script["name"],
        "status": "CURR",
        "mediaType": script["document"]["header"].get("mediaType"),
        "modifyDate": newest["modifyDate"],
        "mUser": newest["modifyUser"],
        "actions": len(script["document"]["actions"]),
    }


def history(call: Call) -> Answer:
    """The versions of a script, the newest first."""
    script = _named(call)
    return Answer({"name": script["name"], "versions": script["versions"]})


def list_folder(call: Call) -> Answer:
    """What is in a folder; paths are joined with a backslash."""
    folder = (call.query.get("folder") or "").strip("\\")
    prefix = f"{folder}\\" if folder else ""
    rows: dict[str, JsonObject] = {}
    for script in kept(call.org).values():
        if not script["name"].startswith(prefix):
            continue
        name, below, _ = script["name"].removeprefix(prefix).partition("\\")
        row: JsonObject = {"scriptName": name, "isFolder": bool(below)}
        if not below:
            row |= {"masterID": script["masterId"], "lockedBy": script["lockedBy"]}
        rows.setdefault(name, row)
    return Answer({"scriptList": list(rows.values())})


on_all(routes, "GET", "/scripts", open_script)
on_all(routes, "POST", "/scripts", save_script)
on_all(routes, "PUT", "/scripts", lock_script)
on_all(routes, "DELETE", "/scripts", delete_script)
on_all(routes, "POST", "/scripts/kick", kick_user)
on_all(routes, "GET", "/scripts/search", search_scripts)
on_all(routes, "GET", "/scripts/historyByName", history)
on_all(routes, "GET", "/scripts/{scriptId}", get_version)
on_all(routes, "GET", "/script-folders", list_folder, "client")
