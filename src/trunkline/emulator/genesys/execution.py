"""Running a data action of an org: the engine of `trunkline action run`, with the org's stubs for the world.

A call that no stub fits goes to the org's own API if it is a path of it, else nowhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.genesys import actions, stubs
from trunkline.emulator.genesys.content import canonical
from trunkline.emulator.genesys.records import ActionContent, ActionRecord
from trunkline.emulator.orgs import Org
from trunkline.engine.action import Reply, Request, Run, run

OwnApi: TypeAlias = Callable[[Request], Reply | None]
"""Asks the org's own API; None where it has no such path."""


def execute(org: Org, record: ActionRecord, content: ActionContent, given: Json, own_api: OwnApi) -> Run:
    """One run of a content of an action. What fails in it is in the Run."""

    def send(request: Request) -> Reply:
        stub = stubs.find(org, request.method, request.url)
        if stub is not None:
            return Reply(stub["status"], stub["headers"], stubs.body_text(stub))
        reply = own_api(request) if request.url.startswith("/") else None
        if reply is None:
            raise ConnectionError(
                f"the emulator calls nothing outside, and no stub of the org {org.name} "
                f"fits {request.method} {request.url}"
            )
        return reply

    return run(
        canonical(org, record, content),
        given,
        send,
        credentials=_credentials(org, content),
        auth=_auth(org, record, content),
    )


def _credentials(org: Org, content: ActionContent) -> JsonObject:
    """The fields of all credentials of the action's integration."""
    integration = org.documents("integrations").get(content["integrationId"])
    fields: JsonObject = {}
    if integration is not None:
        for reference in integration["config"]["current"]["credentials"].values():
            credential = org.documents("credentials").get(reference.get("id", ""))
            if credential is not None:
                fields |= credential["credentialFields"]
    return fields


def _auth(org: Org, record: ActionRecord, content: ActionContent) -> JsonObject | None:
    """The custom-auth action of the same integration, if there is one."""
    if record["actionType"] == "customAuth":
        return None
    for other in actions.all_actions(org):
        live = other["published"]
        if (
            other["actionType"] == "customAuth"
            and live is not None
            and live["integrationId"] == content["integrationId"]
        ):
            return canonical(org, other, live)
    return None
