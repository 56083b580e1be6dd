"""Going back: the bodies from before some runs as what is desired, those from after them as the base.

A rollback is a plan like any other. What somebody changed since is drift and stays; where they changed
the very field that would go back, it is a conflict, shown and left alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from trunkline.apply.writing import Writing
from trunkline.domain.canonical import canonical, copy_json, without
from trunkline.domain.json import Json, JsonObject, get
from trunkline.domain.kind import Kind
from trunkline.domain.kinds import KINDS
from trunkline.domain.plan import Plan, Policy
from trunkline.domain.resource import Address, Resource
from trunkline.errors import InvalidInput
from trunkline.project.lock import Lock, told_apart
from trunkline.store import Journal, Run, Step, StepStatus

POLICY = Policy(allow_replace=True, rewire=True, allow_delete=True, delete_threshold=1.0)
"""Everything may go back: the plan is shown, and the objects are only those of the runs."""


@dataclass(slots=True)
class Undo:
    """What a rollback wants: `desired` objects as they were, `made` ones gone, compared with `bases`."""

    desired: dict[Address, Resource] = field(default_factory=dict[Address, Resource])
    bases: dict[Address, JsonObject] = field(default_factory=dict[Address, JsonObject])
    renamed: dict[Address, Address] = field(default_factory=dict[Address, Address])

    @property
    def touched(self) -> frozenset[Address]:
        """Every address that the runs wrote."""
        return frozenset((*self.desired, *self.bases))


def plan_rollback(right: Writing, runs: Sequence[str], since: str | None = None) -> Plan:
    """What takes runs back: those named, or all that began after a time (ISO 8601, UTC).

    Raises InvalidInput where a run was against another org, or there is nothing to take back.
    """
    journal, site = right.store.journal, right.site
    named = [journal.run(name) for name in runs]
    foreign = ", ".join(run.id for run in named if run.org != site.key)
    if foreign:
        raise InvalidInput(f"{foreign} was not against {site.name}", hint="choose its --org")
    chosen = named if since is None else [run for run in journal.runs(site.key) if run.started > since]
    wanted = undo(journal, chosen, KINDS, right.memory.lock)
    if not wanted.touched:
        raise InvalidInput("nothing was written there that could be taken back", hint="trunkline history")
    return right.planner.plan(
        list(wanted.desired.values()),
        POLICY,
        targets=wanted.touched,
        bases=wanted.bases,
        managed=frozenset(wanted.bases),
        renamed=wanted.renamed,
    )


def undo(journal: Journal, runs: Sequence[Run], kinds: Mapping[str, Kind], lock: Lock) -> Undo:
    """What takes these runs back, the newest first."""
    result = Undo()
    earliest: dict[Address, Step] = {}
    latest: dict[Address, JsonObject | None] = {}
    for run in sorted(runs, key=lambda each: (each.started, each.id), reverse=True):
        for step in reversed(_net(journal.steps(run.id))):
            if step.address.kind in kinds:
                latest.setdefault(step.address, step.after)
                earliest[step.address] = step
    for address, former in _formers(earliest, latest, lock).items():
        kind, before, after = kinds[address.kind], earliest[address].before, latest[address]
        if after is not None:
            result.bases[address] = canonical(kind, without(after, kind.secret))
        if before is not None:
            body = _emptied(kind, without(before, kind.secret), after)
            result.desired[former] = Resource(former, body)
            if former != address:
                result.renamed[former] = address
    return result


def _formers(
    earliest: Mapping[Address, Step], latest: Mapping[Address, JsonObject | None], lock: Lock
) -> dict[Address, Address]:
    """The address that each object had, which no two share; what kept its own has the first claim."""
    found = {address: _former(step, latest[address], lock) for address, step in earliest.items()}
    taken = {address for address, former in found.items() if former == address}
    for address, former in found.items():
        if former != address:
            if former in taken:
                found[address] = told_apart(former, earliest[address].before_id or "")
            taken.add(found[address])
    return found


def _emptied(kind: Kind, before: JsonObject, after: JsonObject | None) -> JsonObject:
    """The body from before with what it did not have said to be empty: else the cloud's would stand."""
    result = before
    for pattern in kind.inherited:
        path = tuple(pattern.split("."))
        holder: Json = get(result, path[:-1])
        found = get(after, path)
        if isinstance(holder, dict) and holder.get(path[-1]) is None and found is not None:
            result = copy_json(result)
            empty = type(found)() if isinstance(found, str | list | dict) else None
            get(result, path[:-1])[path[-1]] = empty
    return result


def _net(steps: Sequence[Step]) -> list[Step]:
    """Steps that took effect; retiring the old object of a replace is part of the replace."""
    done = [step for step in steps if step.status is StepStatus.DONE]
    replaced = {(step.address, step.before_id) for step in done if step.operation == "replace"}
    return [
        step for step in done if step.operation != "delete" or (step.address, step.before_id) not in replaced
    ]


def _former(step: Step, after: JsonObject | None, lock: Lock) -> Address:
    """The address that the object had, if it was renamed since; another may have its old name, too."""
    old, new = (step.before or {}).get("name"), (after or {}).get("name")
    if not isinstance(old, str) or new is None or old == new:
        return step.address
    former = Address(step.address.kind, old)
    owner = lock.entries.get(former)
    if owner is None or owner.id == step.before_id:
        return former
    return told_apart(former, step.before_id or "")
