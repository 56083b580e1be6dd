"""`/api/v2/dataactions/actions`: script actions as the guides have them (chapter G3)."""

from __future__ import annotations

import asyncio

from trunkline.domain.json import JsonObject
from trunkline.emulator.call import Answer, Call, no_content
from trunkline.emulator.cxone import actions
from trunkline.emulator.errors import bad_request, conflict
from trunkline.emulator.paging import page
from trunkline.emulator.routes import Routes
from trunkline.emulator.store import Document
from trunkline.engine.script import default_engine

SCOPE = "DataActions.ReadWrite"
LONGEST_KEY = 200

routes = Routes("guides", prefix="/api/v2/dataactions/actions", cloud="cxone")


@routes.on("POST", "", known="assumed", scope=SCOPE)
async def create_action(call: Call) -> Answer:
    """A new action, its script compiled first; the same Idempotency-Key and body give the first answer."""
    body = call.json_object()
    key = call.headers.get("idempotency-key")
    if key is not None and not 1 <= len(key) <= LONGEST_KEY:
        raise bad_request("Idempotency-Key is a UUID", field="Idempotency-Key")
    before = actions.remembered(call.org, key, body) if key else None
    if before is not None:
        return Answer(before, 201)
    fields = actions.content(call.org, body)
    actions.refuse_taken(call.org, fields["name"])
    await _compile(fields)
    with call.kernel.store.transaction():
        # Another request may have come between, while the script was compiled.
        before = actions.remembered(call.org, key, body) if key else None
        made = before or actions.create(call.org, actions.content(call.org, body), key, body)
    await asyncio.sleep(call.org.setting("scriptAnswerSeconds"))
    return Answer(made, 201)


@routes.on("GET", "", known="assumed", scope=SCOPE)
def list_actions(call: Call) -> Answer:
    """Actions in pages; `name` is the whole name. One that was just created may not show yet."""
    name = call.query.get("name")
    newest = (call.org.now() - call.org.setting("scriptListLagSeconds")) * 1000
    shown = [
        action
        for action in actions.kept(call.org).values()
        if (name is None or action["name"] == name) and action["createdTimestamp"] <= newest
    ]
    return Answer(page(call, shown, lambda action: action, largest=500))


@routes.on("GET", "/{actionId}", known="assumed", scope=SCOPE)
def get_action(call: Call) -> Answer:
    """One action."""
    return Answer(actions.find(call.org, call["actionId"]))


@routes.on("PUT", "/{actionId}", known="assumed", scope=SCOPE)
async def put_action(call: Call) -> Answer:
    """Replace an action. A `modifiedTimestamp` that is no longer the current one is 409."""
    body = call.json_object()
    action = actions.find(call.org, call["actionId"])
    fields = actions.content(call.org, body, action["id"])
    await _compile(fields)
    with call.kernel.store.transaction():
        action = actions.find(call.org, call["actionId"])
        _check_fresh(action, body)
        actions.refuse_taken(call.org, fields["name"], action["id"])
        _check_users(call, action, fields["name"])
        modified = actions.milliseconds(call.org, action["modifiedTimestamp"])
        changed = {**action, **fields, "modifiedTimestamp": modified}
        actions.kept(call.org).put(action["id"], changed)
    return Answer(changed)


@routes.on("DELETE", "/{actionId}", known="assumed", scope=SCOPE)
def delete_action(call: Call) -> Answer:
    """Delete an action that no other depends on."""
    action = actions.find(call.org, call["actionId"])
    _check_users(call, action, None)
    actions.kept(call.org).delete(action["id"])
    return no_content()


@routes.on("POST", "/{actionId}/test", known="assumed", scope=SCOPE)
async def test_action(call: Call) -> Answer:
    """Run the script in the sandbox: {status, output or error, durationMs, logs}."""
    action = actions.find(call.org, call["actionId"])
    context = {"input": call.json_object().get("input", {})}
    run = await asyncio.to_thread(default_engine().run, action["script"]["content"], context)
    return Answer(run.to_json())


async def _compile(fields: JsonObject) -> None:
    actions.refuse_syntax(await asyncio.to_thread(default_engine().check, fields["script"]["content"]))


def _check_fresh(action: Document, body: JsonObject) -> None:
    read = body.get("modifiedTimestamp")
    if read is not None and read != action["modifiedTimestamp"]:
        raise conflict("The action has changed since it was read", code="version.conflict")


def _check_users(call: Call, action: Document, name: str | None) -> None:
    """Raises 409 if others depend on an action that goes, or takes another name."""
    users = [] if name == action["name"] else actions.users(call.org, action["name"])
    if users:
        raise conflict(
            f"{action['name']} is needed by {', '.join(users)}", code="in.use", entity=(action["id"], "")
        )
