"""From two sides and a base to a plan."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from trunkline.domain.finding import Finding, Severity
from trunkline.domain.graph import in_dependency_order, references
from trunkline.domain.json import JsonObject
from trunkline.domain.kind import Kind
from trunkline.domain.plan.compare import compare
from trunkline.domain.plan.guards import Users, deletions, guard_deletes, guard_permanent, guard_replace
from trunkline.domain.plan.types import Change, Facts, Operation, Plan, Policy, digest_of
from trunkline.domain.resource import Address, Resource


def make_plan(
    desired: Sequence[Resource],
    actual: Sequence[Resource],
    last_applied: Mapping[Address, JsonObject],
    kinds: Mapping[str, Kind],
    policy: Policy | None = None,
    findings: Sequence[Finding] = (),
    facts: Facts | None = None,
) -> Plan:
    """Compares files and cloud. Pure: it holds no client, so it cannot write.

    `last_applied` holds canonical bodies. Raises Refused where references go round in a circle that
    would have to be made.
    """
    rules, known = policy or Policy(), facts or Facts()
    live = {resource.address: resource for resource in actual}
    wanted = {resource.address: resource for resource in desired}
    changes = {
        address: _change(resource, live, last_applied, kinds, rules, known)
        for address, resource in wanted.items()
        if known.covers(address)
    }
    deletes = deletions(live, wanted, last_applied, kinds, known)
    loses = deletes or any(change.operation is Operation.REPLACE for change in changes.values())
    users = _users(wanted, live, {d.address for d in deletes}, kinds, known) if loses else _nobody
    changes = {
        address: guard_permanent(guard_replace(change, rules, users, kinds), kinds[address.kind])
        for address, change in changes.items()
    }
    order, bare = in_dependency_order(
        [wanted[address] for address in changes],
        kinds,
        exists={a for a, change in changes.items() if change.operation is not Operation.CREATE},
    )
    changes |= {address: replace(changes[address], bare=True) for address in bare}
    guarded = {change.address: change for change in guard_deletes(deletes, rules, known, users)}
    removal, _ = in_dependency_order([live[address] for address in guarded], kinds, exists=guarded)
    ordered = (*(changes[a] for a in order), *(guarded[a] for a in reversed(removal)))
    counts = {operation: sum(change.operation is operation for change in ordered) for operation in Operation}
    return Plan(ordered, tuple(findings), digest_of(ordered), MappingProxyType(counts))


def hold_back(plan: Plan, findings: Sequence[Finding]) -> Plan:
    """The plan with every write blocked in whose object the rules find an error."""
    errors = {f.address: f for f in findings if f.severity is Severity.ERROR and f.address is not None}
    changes = tuple(
        change.block(
            f"the rules find an error in it: {errors[change.address]}",
            "fix it, or switch the rule off in trunkline.toml",
        )
        if change.writes and change.address in errors
        else change
        for change in plan.changes
    )
    return replace(plan, changes=changes, digest=digest_of(changes))


def _change(
    desired: Resource,
    live: Mapping[Address, Resource],
    last_applied: Mapping[Address, JsonObject],
    kinds: Mapping[str, Kind],
    policy: Policy,
    facts: Facts,
) -> Change:
    address, kind = desired.address, kinds[desired.address.kind]
    before = facts.renamed.get(address)
    if before is None or before not in live or address in live:
        return compare(kind, desired, live.get(address), last_applied.get(address), policy)
    change = compare(kind, desired, live[before], last_applied.get(before), policy)
    return replace(change, renamed_from=before)


def _users(
    wanted: Mapping[Address, Resource],
    live: Mapping[Address, Resource],
    deleted: set[Address],
    kinds: Mapping[str, Kind],
    facts: Facts,
) -> Users:
    """Who uses what once the plan is carried out: files say it for their objects, the cloud for others."""
    found: defaultdict[Address, dict[Address, None]] = defaultdict(dict)
    stay = {a: resource for a, resource in live.items() if a not in deleted and facts.covers(a)}
    outside = {a: resource for a, resource in live.items() if not facts.covers(a)}
    for address, resource in {**stay, **wanted, **outside}.items():
        for target in references(resource, kinds[address.kind]):
            if address in wanted or target.kind != kinds[address.kind].part_of:
                found[target][address] = None
    for target, named in facts.users.items():
        for address in named:
            if address not in deleted and address not in wanted:
                found[target][address] = None
    return lambda address: tuple(user for user in found.get(address, ()) if user != address)


def _nobody(address: Address) -> tuple[Address, ...]:
    del address
    return ()
