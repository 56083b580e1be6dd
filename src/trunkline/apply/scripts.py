"""Creating one script action as chapter G3 of the guides has it: once, tested, announced, on record."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

from trunkline.clouds.cxone.guides.script_actions import ScriptActions
from trunkline.clouds.transport import Request, Transport
from trunkline.domain.canonical import canonical, without
from trunkline.domain.cycles import cycles
from trunkline.domain.diff import diff
from trunkline.domain.json import Json, JsonObject
from trunkline.domain.kinds import KINDS
from trunkline.domain.resource import Resource
from trunkline.errors import Conflict, InvalidInput, NoAnswer, Partial
from trunkline.store import Store

WEBHOOK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class CreatedScript:
    """What came of it. `test` is the sandbox's answer; `webhook` says why the webhook failed, if it did.

    `created` is False where the very same action was there already; `attempts` counts the requests that
    were sent to create it.
    """

    action_id: str
    name: str
    created: bool
    latency_ms: float
    attempts: int
    test: JsonObject
    webhook: str | None = None

    @property
    def test_passed(self) -> bool:
        return self.test.get("status") == "SUCCESS"

    def record(self) -> JsonObject:
        """The audit record, but for its time."""
        return {
            "action_id": self.action_id,
            "name": self.name,
            "latency_ms": round(self.latency_ms, 1),
            "test_passed": self.test_passed,
            "attempt_count": self.attempts,
        }


@dataclass(frozen=True, slots=True)
class ScriptCreation:
    """Creates script actions in one tenant."""

    scripts: ScriptActions
    store: Store
    transport: Transport

    def create(
        self, desired: Resource, project: Sequence[Resource], given: Json, webhook_url: str | None
    ) -> CreatedScript:
        """Checks, creates, tests, announces, records.

        Raises InvalidInput with every fault before anything is sent, Conflict where another action has the
        name. A webhook that fails is told, and fails nothing.
        """
        live = self._checked(desired, project)
        start = time.perf_counter()
        self.scripts.keys = self.store.idempotency
        before = self.scripts.attempts()
        made = live or self.scripts.create(desired)
        latency = (time.perf_counter() - start) * 1000
        remote_id = made.remote_id or ""
        done = CreatedScript(
            remote_id,
            desired.address.name,
            live is None,
            latency,
            self.scripts.attempts() - before,
            self.scripts.test(remote_id, given),
            None,
        )
        failure = self._announce(done, webhook_url) if webhook_url and done.created else None
        self.store.audit.append(done.record())
        return CreatedScript(
            done.action_id, done.name, done.created, done.latency_ms, done.attempts, done.test, failure
        )

    def _checked(self, desired: Resource, project: Sequence[Resource]) -> Resource | None:
        """The same action, if the tenant has it already."""
        listing = self.scripts.list()
        if not listing.complete:
            raise Partial("the tenant could not be listed whole", missing=listing.notes)
        needs = {each.address.name: _needs(each) for each in (*listing.items, *project, desired)}
        faults = [f"dependencies go in a circle: {' → '.join(circle)}" for circle in cycles(needs)]
        there = {each.address.name for each in listing.items}
        for name in _needs(desired):
            if name not in there:
                hint = "; create it first" if name in needs else ""
                faults.append(f"the tenant has no action {name}, which it depends on{hint}")
        if faults:
            raise InvalidInput(f"{desired.address} cannot be created", faults=tuple(faults))
        kind = KINDS[desired.address.kind]
        wanted = canonical(kind, without(desired.body, self.scripts.cannot_hold))
        for live in listing.items:
            if live.address.name == desired.address.name:
                if diff(canonical(kind, live.body), wanted):
                    raise Conflict(
                        f"the tenant has another action named {desired.address.name}",
                        hint="trunkline plan shows the differences, trunkline apply updates it",
                    )
                return live
        return None

    def _announce(self, done: CreatedScript, url: str) -> str | None:
        """Why the webhook failed; None where it was taken."""
        event: JsonObject = {
            "event": "ACTION_CREATED",
            "action_id": done.action_id,
            "test_status": done.test.get("status"),
            "latency_ms": round(done.latency_ms, 1),
        }
        headers = {"Content-Type": "application/json"}
        request = Request("POST", url, headers, json.dumps(event).encode(), WEBHOOK_SECONDS)
        try:
            answer = self.transport.send(request)
        except NoAnswer as error:
            return error.message
        return None if 200 <= answer.status < 300 else f"it answered {answer.status}"


def _needs(resource: Resource) -> list[str]:
    found = resource.body.get("dependencies")
    return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
