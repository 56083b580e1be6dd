"""The settings of one flow changed as a whole: sent, verified, reloaded; put back if a step after that fails.

Chapter G4 of the guides; the vendor does not document these endpoints.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from trunkline.clouds.genesys.guides.flow_settings import FlowSettings, Settings
from trunkline.domain.diff import Clash, merge
from trunkline.domain.json import JsonObject, same, show_path
from trunkline.errors import Conflict, Refused, TrunklineError
from trunkline.store import Store

INTERVAL = 60.0
"""Seconds between two changes of one flow, unless the project's policy says otherwise."""
_TRIES = 3


class Status(StrEnum):
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    ROLLED_BACK = "ROLLED_BACK"
    UNCHANGED = "UNCHANGED"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a change: the audit line, and warnings that failed nothing."""

    flow_id: str
    status: Status
    latency_ms: float
    timestamp: str
    details: JsonObject
    warnings: tuple[str, ...] = ()
    error: TrunklineError | None = None

    def line(self) -> JsonObject:
        """The audit record of chapter G4."""
        return {
            "timestamp": self.timestamp,
            "event": "ARCHITECTURE_UPDATE",
            "flowId": self.flow_id,
            "status": str(self.status),
            "latencyMs": round(self.latency_ms, 1),
            "details": self.details,
        }


@dataclass(frozen=True, slots=True)
class Ended:
    """How a transaction ended. `before` is the version that it changed in the end."""

    status: Status
    before: Settings
    warnings: tuple[str, ...] = ()
    error: TrunklineError | None = None


@dataclass(frozen=True, slots=True)
class Transaction:
    """Over one org. With `strict_reload` a reload that fails takes the change back."""

    api: FlowSettings
    org_id: str
    strict_reload: bool = False

    def run(self, now: Settings, wanted: JsonObject) -> Ended:
        """Brings a flow from the settings that were read to the wanted ones. A failure is no exception."""
        before, after = now, wanted
        changed = False
        try:
            before, after = self._change(now, wanted)
            changed = True
            self._verify(before, after)
            warning = self.api.reload(self.org_id)
            if warning and self.strict_reload:
                raise TrunklineError(f"the reload failed: {warning}")
        except TrunklineError as failure:
            if not changed:
                return Ended(Status.FAILED, before, (), failure)
            status, note = self.restore(before, after)
            return Ended(status, before, (note,), failure)
        return Ended(Status.SUCCESS, before, (f"the reload failed: {warning}",) if warning else ())

    def restore(self, before: Settings, after: JsonObject) -> tuple[Status, str]:
        """Puts the snapshot back as a new version, unless somebody else changed the flow meanwhile."""
        try:
            current = self.api.read(before.flow_id)
            if not same(current.settings, after):
                return Status.FAILED, "it was changed by somebody else meanwhile, and is left as it is now"
            self.api.change(current.payload(self.org_id, before.settings))
        except TrunklineError as error:
            return Status.FAILED, f"the settings from before could not be put back: {error}"
        return Status.ROLLED_BACK, f"the settings of version {before.version} are back"

    def _change(self, now: Settings, wanted: JsonObject) -> tuple[Settings, JsonObject]:
        """Sends the change; merged with another's that came first, where they do not touch the same field."""
        base, current = now, now
        for _ in range(_TRIES):
            try:
                self.api.change(current.payload(self.org_id, wanted))
            except Conflict as conflict:
                current = self.api.read(now.flow_id)
                if current.version == base.version:
                    raise  # not a stale version: a lock, an operation under way
                merged = merge(base.settings, current.settings, wanted)
                if merged.clashes:
                    sides = _sides(merged.clashes)
                    raise Refused(
                        f"{now.name} was changed by somebody else in the same place: {sides}",
                        hint="settle the field in the file, then apply it again",
                    ) from conflict
                base, wanted = current, merged.value
            else:
                return current, wanted
        raise Refused(f"{now.name} is being changed by somebody else again and again", hint="try again later")

    def _verify(self, before: Settings, after: JsonObject) -> None:
        seen = self.api.read(before.flow_id)
        if not same(seen.settings, after):
            raise Refused(f"{before.name} does not show the settings that were written to it")


def cool_down(
    store: Store, now: Settings, interval: float, sleep: Callable[[float], None], wait: float
) -> None:
    """Counts one change of a flow. Raises Refused where more than `wait` seconds are left of the interval."""
    name = f"the flow {now.name} ({now.flow_id})"
    left = store.cooldowns.remaining(name, interval)
    if left > wait:
        store.cooldowns.begin(name, interval)
    while left > 0:
        sleep(left)
        left = store.cooldowns.remaining(name, interval)
    store.cooldowns.begin(name, interval)


def _sides(clashes: tuple[Clash, ...]) -> str:
    return "; ".join(f"{show_path(c.path)}: theirs {c.theirs!r}, mine {c.mine!r}" for c in clashes)
