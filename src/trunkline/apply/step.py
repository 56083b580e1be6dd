"""One change: looked up or read, compared with what was planned, written, and read until it shows."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from trunkline.apply.recorder import Recorder
from trunkline.clouds.base import Provider, Repoints, Warns
from trunkline.domain.canonical import canonical, inherit
from trunkline.domain.diff import FieldChange, diff
from trunkline.domain.json import JsonObject
from trunkline.domain.kind import Kind
from trunkline.domain.plan import Change, Operation
from trunkline.domain.resource import Address, Resource
from trunkline.errors import NotFound, Refused, TrunklineError
from trunkline.store import Run, Step, StepStatus

SHOWS_WITHIN = 10.0
"""Seconds after which a write that no read shows is an error."""
_FIRST_LOOK, _LONGEST_LOOK = 0.05, 1.0


class Steps(Protocol):
    """How a kind is written whose changes are more than one request that shows."""

    def carry_out(
        self, change: Change, desired: Resource | None, recorder: Recorder
    ) -> tuple[Resource | None, float, tuple[str, ...]]:
        """The object afterwards (None if deleted), milliseconds, and warnings. Journalled by `recorder`."""
        ...

    def make_up(self, run: Run, step: Step) -> tuple[StepStatus, str]:
        """What became of a step whose process died, once it was made up for."""
        ...


@dataclass(frozen=True, slots=True)
class Writer:
    """Carries out single changes against one org. `steps` are the kinds that do it their own way."""

    providers: Mapping[str, Provider]
    kinds: Mapping[str, Kind]
    recorder: Recorder
    owners: dict[str, Address] = field(default_factory=dict[str, Address])
    """The address of each object that is known here, by id: of several objects of one name."""
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    rewired: dict[str, Resource] = field(default_factory=dict[str, Resource])
    """Objects by id that this run changed on behalf of others, as they were seen then."""
    steps: Mapping[str, Steps] = field(default_factory=dict[str, Steps])
    notes: dict[Address, tuple[str, ...]] = field(default_factory=dict[Address, tuple[str, ...]])
    """Warnings of changes that were carried out."""

    def carry_out(self, change: Change) -> tuple[Resource | None, float]:
        """The object as the org has it afterwards (None if deleted), and milliseconds."""
        if change.address.kind in self.steps:
            return self._by_itself(change)
        if change.operation is Operation.DELETE:
            return self._delete(change)
        desired = self._desired(change)
        if change.operation is Operation.CREATE or change.actual is None:
            return self._step(change, desired, lambda: self._create(desired, None))
        if change.operation is Operation.REPLACE:
            return self._replace(change, desired, change.actual)
        planned = change.actual
        return self._step(change, desired, lambda: self._update(desired, planned))

    def _by_itself(self, change: Change) -> tuple[Resource | None, float]:
        desired = None if change.operation is Operation.DELETE else self._desired(change)
        steps = self.steps[change.address.kind]
        seen, latency, self.notes[change.address] = steps.carry_out(change, desired, self.recorder)
        return seen, latency

    def _desired(self, change: Change) -> Resource:
        source = change.desired.source if change.desired else None
        body = change.body or {}
        if change.bare:
            kept = self.kinds[change.address.kind].bare
            body = {key: value for key, value in body.items() if key in kept}
        resource = Resource(change.address, body, source)
        local, unresolved = self._provider(resource).localise(resource)
        lost = [str(address) for address in unresolved if address.kind in self.kinds]
        if lost:
            raise Refused(f"it refers to {', '.join(lost)}, which the org does not have")
        return local

    def _step(
        self, change: Change, desired: Resource, write: Callable[[], Resource]
    ) -> tuple[Resource | None, float]:
        before = self._before(change)
        done = self.recorder.step(change.address, str(change.operation), before, desired.body, write)
        provider = self._provider(desired)
        if isinstance(provider, Warns):
            self.notes[change.address] = provider.warnings(desired)
        return done

    def _before(self, change: Change) -> Resource | None:
        """The object to go back to; where plans hold only what is compared, the whole of it is read."""
        if change.actual is None or not self.kinds[change.address.kind].compared_only:
            return change.actual
        try:
            return self.providers[change.address.kind].read(change.actual.remote_id or "")
        except NotFound:
            return change.actual

    def _create(self, desired: Resource, twin_of: str | None) -> Resource:
        """Makes the object. Of one that is there by now, only the very one that is wanted will do."""
        provider = self._provider(desired)
        for found in provider.same_identity(desired):
            owner = self.owners.get(found.remote_id or "", desired.address)
            if found.remote_id == twin_of or owner != desired.address:
                continue
            if not self._missing(found, desired):
                return replace(found, address=desired.address)
            if twin_of is None:
                raise Refused(
                    f"{desired.address} has appeared in the org since the plan was made; nothing was written",
                    hint="plan again to see both sides",
                )
        made = provider.create(desired)
        self.owners[made.remote_id or ""] = desired.address
        return self._seen(made, desired)

    def _update(self, desired: Resource, planned: Resource) -> Resource:
        provider = self._provider(desired)
        live = provider.read(planned.remote_id or "")
        self._refuse_if_stale(planned, live)
        return self._seen(provider.update(desired, live), desired)

    def _delete(self, change: Change) -> tuple[Resource | None, float]:
        actual = change.actual
        if actual is None:
            raise TrunklineError(f"{change.address} has no object in the org to delete")
        provider = self.providers[change.address.kind]

        def write() -> None:
            try:
                live = provider.read(actual.remote_id or "")
            except NotFound:
                return
            self._refuse_if_stale(actual, live)
            provider.delete(live)
            self._gone(provider, actual)

        return self.recorder.step(change.address, "delete", self._before(change), None, write)

    def _replace(self, change: Change, desired: Resource, old: Resource) -> tuple[Resource | None, float]:
        """A new object first, then its users are pointed to it, then the old one goes.

        Each part can be repeated: a new object that a broken run left behind is taken up. Where two objects
        cannot share the name, the provider does it in one go.
        """
        provider = self.providers[change.address.kind]
        if not provider.twins:
            return self._step(change, desired, lambda: self._exchange(desired, old))
        old_id = old.remote_id or ""
        new, latency = self._step(change, desired, lambda: self._create(desired, old_id))
        new_id = new.remote_id if new else None
        if change.rewire and change.users and new_id:
            latency += self._rewire({old_id: new_id})
        retired = replace(change, operation=Operation.DELETE, actual=old)
        return new, latency + self._delete(retired)[1]

    def _exchange(self, desired: Resource, old: Resource) -> Resource:
        provider = self._provider(desired)
        live = provider.read(old.remote_id or "")
        self._refuse_if_stale(old, live)
        return self._seen(provider.replace(desired, live), desired)

    def _rewire(self, ids: Mapping[str, str]) -> float:
        flows = self.providers.get("flow")
        if not isinstance(flows, Repoints):
            raise Refused(
                "the flows of this org cannot be rewired by this surface", hint="use --surface public"
            )
        total = 0.0
        for live, body in flows.repointed(ids):
            desired = replace(live, body=body)

            def write(live: Resource = live, desired: Resource = desired) -> Resource:
                return self._update(desired, live)

            seen, latency = self.recorder.step(live.address, "rewire", live, body, write)
            total += latency
            if seen is not None and seen.remote_id:
                self.rewired[seen.remote_id] = seen
        return total

    def _refuse_if_stale(self, planned: Resource, live: Resource) -> None:
        kind = self.kinds[planned.address.kind]
        planned = self.rewired.get(planned.remote_id or "", planned)
        same_version = planned.version == live.version
        if same_version and not diff(canonical(kind, planned.body), canonical(kind, live.body)):
            return
        raise Refused(
            f"{planned.address} was changed in the org since the plan was made; nothing was written to it",
            hint="plan again to see both sides",
        )

    def _seen(self, written: Resource, desired: Resource) -> Resource:
        """The object once a read shows what was written."""
        provider, until, wait = self._provider(desired), self.clock() + SHOWS_WITHIN, _FIRST_LOOK
        while True:
            try:
                seen = provider.read(written.remote_id or "")
                missed = self._missing(seen, desired)
                if not missed:
                    return replace(seen, address=desired.address)
                lacks = ", ".join(change.field for change in missed[:5])
            except NotFound:
                lacks = "the object itself"
            if self.clock() >= until:
                raise TrunklineError(
                    f"{desired.address} was written, but the org does not show it: {lacks}",
                    hint="plan again to see what is there now",
                )
            self.sleep(wait)
            wait = min(_LONGEST_LOOK, wait * 2)

    def _gone(self, provider: Provider, actual: Resource) -> None:
        until, wait = self.clock() + SHOWS_WITHIN, _FIRST_LOOK
        while self.clock() < until:
            try:
                provider.read(actual.remote_id or "")
            except NotFound:
                return
            self.sleep(wait)
            wait = min(_LONGEST_LOOK, wait * 2)
        raise TrunklineError(f"{actual.address} was deleted, but the org still shows it")

    def _missing(self, seen: Resource, desired: Resource) -> list[FieldChange]:
        kind = self.kinds[desired.address.kind]
        return missing(kind, seen.body, desired.body)

    def _provider(self, resource: Resource) -> Provider:
        return self.providers[resource.address.kind]


def missing(kind: Kind, seen: JsonObject, desired: JsonObject) -> list[FieldChange]:
    """What a live body lacks of a desired one."""
    theirs = canonical(kind, seen)
    return diff(theirs, inherit(kind, canonical(kind, desired), theirs))
