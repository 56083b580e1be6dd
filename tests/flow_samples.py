"""Small flows for tests, written as Architect writes them."""

from __future__ import annotations

import itertools
from typing import Any

Body = dict[str, Any]


def literal(text: str, kind: str = "str", value: str | None = None) -> Body:
    leaf: Body = {"pos": 1, "text": text, "type": kind}
    if value is not None:
        leaf["val"] = value
    return {"config": {"lit": leaf}, "text": text, "type": kind, "uiMetaData": {"mode": 1}, "metaData": {}}


def empty(kind: str = "str") -> Body:
    return {
        "config": {"emp": {"pos": 1, "text": "", "type": kind}},
        "text": "",
        "type": kind,
        "uiMetaData": {"mode": 3},
        "metaData": {},
    }


def variable(name: str, mode: int = 0) -> Body:
    return {
        "config": {"ref": {"pos": 1, "text": name, "type": "str", "val": f"id-of-{name}"}},
        "text": name,
        "type": "str",
        "uiMetaData": {"mode": mode},
        "metaData": {},
        "version": 2,
    }


def target(name: str) -> Body:
    return variable(name, mode=2)


def declared(name: str, *, value: Body | None = None, kind: str = "StringVariable", **flags: bool) -> Body:
    return {
        "id": f"id-of-{name}",
        "name": name,
        "__type": kind,
        "isCollection": False,
        "isInput": flags.get("is_input", False),
        "isOutput": flags.get("is_output", False),
        "isSecure": flags.get("is_secure", False),
        "initialValue": value or empty(),
        "version": "1.0",
    }


def path(output: str, to: str | None = None, **more: Any) -> Body:
    label = output.strip("_").replace("_", " ").title()
    body = {"label": label, "outputId": output, "uiMetaData": {"collapsed": False}, **more}
    return {"nextActionId": to, **body} if to else body


def action(action_id: str, kind: str, *, next: str | None = None, **fields: Any) -> Body:
    body: Body = {"nextAction": next} if next else {}
    return {**body, "id": action_id, "name": fields.pop("name", action_id), "__type": kind, **fields}


def item(item_id: str, kind: str, start: str, *actions: Body, **fields: Any) -> Body:
    return {
        "startAction": start,
        "id": item_id,
        "name": fields.pop("name", item_id),
        "__type": kind,
        "actionList": list(actions),
        "variables": fields.pop("variables", []),
        **fields,
    }


def decision(action_id: str, yes: str | None, no: str | None, *, next: str | None = None) -> Body:
    return action(
        action_id,
        "DecisionAction",
        next=next,
        expression=literal("true", "bln"),
        paths=[path("__YES__", yes), path("__NO__", no)],
    )


def data_action(action_id: str, *, next: str | None = None, **ways: str | None) -> Body:
    return action(
        action_id,
        "DataAction",
        next=next,
        actionId="custom_-_11111111-1111-1111-1111-111111111111",
        actionName="Get Customer",
        category={"id": "CRM", "name": "CRM"},
        errorBindings=[],
        inputs=[],
        outputs=[],
        timeout=literal("P0D0H1M0S0F", "dur"),
        paths=[
            path("__SUCCESS__", ways.get("success")),
            path("__FAILURE__", ways.get("failure")),
            path("__TIMEOUT__", ways.get("timeout")),
        ],
    )


def flow(*items: Body, kind: str = "workflow", **fields: Any) -> Body:
    """A configuration; tracking numbers are given in document order."""
    numbers = itertools.count(10)
    for entry in items:
        choices = [choice["action"] for choice in entry.get("menuChoiceList", []) if choice["action"]]
        for body in [entry, *entry.get("actionList", []), *choices]:
            body.setdefault("trackingId", next(numbers))
    return {
        "nextTrackingNumber": next(numbers),
        "initialSequence": items[0]["id"],
        "name": "Sample",
        "type": kind,
        "defaultLanguage": "en-us",
        "supportedLanguages": ["en-us"],
        "uiMetaData": {},
        "manifest": {"language": [{"id": "en-us"}], "userPrompt": [], "systemPrompt": []},
        "errorHandling": {"handlingType": "EndWorkflow"},
        "variables": [],
        "flowSequenceItemList": list(items),
        **fields,
    }
