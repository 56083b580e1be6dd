"""Gathers the sides of a plan: files, the org, the lock file, and what the cloud says uses what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from trunkline.clouds.base import Finds, Listing, Outside, Provider, Refers, Remembers
from trunkline.clouds.genesys.public.references import LISTS
from trunkline.domain.canonical import match_paths, without
from trunkline.domain.cycles import cycles
from trunkline.domain.finding import Finding, Severity
from trunkline.domain.graph import references
from trunkline.domain.json import JsonObject, show_path
from trunkline.domain.kinds import KINDS
from trunkline.domain.plan import Facts, Operation, Plan, Policy, hold_back, make_plan
from trunkline.domain.resource import Address, Resource
from trunkline.errors import InvalidInput, Partial
from trunkline.project.lock import Lock


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans against one org; reads it, never writes."""

    org: str
    surface: str
    providers: Mapping[str, Provider]
    lock: Lock
    outside: Outside | None = None

    def plan(
        self,
        desired: Sequence[Resource],
        policy: Policy,
        findings: Sequence[Finding] = (),
        targets: frozenset[Address] | None = None,
        *,
        bases: Mapping[Address, JsonObject] | None = None,
        managed: frozenset[Address] | None = None,
        renamed: Mapping[Address, Address] | None = None,
    ) -> Plan:
        """Files against the org. `bases`, `managed` and `renamed` come from the lock unless given.

        Raises Partial if the org could not be listed whole.
        """
        committed = self.lock.bases()
        base = committed if bases is None else bases
        known = self._managed() if managed is None else managed
        wanted, notes = self._held([each for each in desired if each.address.kind in self.providers])
        wanted, targets, lost = self._found(wanted, targets)
        concerned = targets if targets is not None else {each.address for each in wanted} | known
        actual = self.actual({address.kind for address in concerned}, committed)
        wanted, unresolved = self._localised(wanted, targets)
        unknown = {finding.address for finding in lost}
        unresolved = [finding for finding in unresolved if finding.address not in unknown]
        names = self._renamed(wanted, known) if renamed is None else renamed
        facts = Facts(managed=known, renamed=names, targets=targets)
        said = [*findings, *notes, *lost, *unresolved, *_circles(wanted, actual)]
        made = make_plan(wanted, actual, base, KINDS, policy, said, facts)
        losing = self._losing(made)
        if losing:
            users, incomplete, more = self._users(losing)
            said += more
            facts = replace(facts, users=users, incomplete=incomplete)
            made = make_plan(wanted, actual, base, KINDS, policy, said, facts)
        return hold_back(made, said)

    def actual(self, kinds: set[str], bases: Mapping[Address, JsonObject]) -> list[Resource]:
        """What the org has of some kinds, under the addresses of the lock; `bases` spare fetching."""
        known = {
            entry.id: (entry.version, bases[address])
            for address, entry in self.lock.entries.items()
            if entry.version is not None and address in bases
        }
        for name in kinds & self.providers.keys():
            provider = self.providers[name]
            if isinstance(provider, Remembers):
                provider.remember(known)
        return [
            resource
            for name in self.providers
            if name in kinds
            for resource in self.lock.readdressed(self._complete(name))
        ]

    def _complete(self, kind: str) -> list[Resource]:
        listing = self.providers[kind].list()
        counted = listing.total if listing.total is not None else len(listing.items)
        if listing.complete and counted <= len(listing.items):
            return list(listing.items)
        short = (f"{len(listing.items)} of {counted} were read",) if counted > len(listing.items) else ()
        raise Partial(
            f"{self.org} could not be listed whole: a plan from half a listing would be wrong",
            missing=(*listing.notes, *short),
            hint="run it again; --output json of `trunkline pull` shows what is there",
        )

    def _managed(self) -> frozenset[Address]:
        return frozenset(address for address in self.lock.entries if address.kind in self.providers)

    def _renamed(self, wanted: Sequence[Resource], managed: frozenset[Address]) -> dict[Address, Address]:
        """Files whose object has another name than the lock knows for the file."""
        by_file = {self.lock.entries[a].file: a for a in managed if a in self.lock.entries}
        present = {each.address for each in wanted}
        found = {
            each.address: before
            for each in wanted
            if each.source is not None
            and each.address not in managed
            and (before := by_file.get(each.source.file)) is not None
            and before.kind == each.address.kind
            and before not in present
        }
        return {new: old for new, old in found.items() if _goes_along(new, old, found)}

    def _held(self, resources: Sequence[Resource]) -> tuple[list[Resource], list[Finding]]:
        """The resources as the org's API can hold them, and a finding for each field that stays behind."""
        kept: list[Resource] = []
        notes: list[Finding] = []
        for resource in resources:
            gaps = self.providers[resource.address.kind].cannot_hold
            for pattern in gaps:
                for path in match_paths(resource.body, pattern):
                    place = resource.source.place(path) if resource.source else None
                    said = f"{show_path(path)} has no place in the {self.surface} API: it stays in the file"
                    notes.append(Finding("plan-not-held", Severity.INFO, said, resource.address, path, place))
            kept.append(replace(resource, body=without(resource.body, gaps)) if gaps else resource)
        return kept, notes

    def _found(
        self, resources: Sequence[Resource], targets: frozenset[Address] | None
    ) -> tuple[list[Resource], frozenset[Address] | None, list[Finding]]:
        """Resources and targets under the addresses of the objects that their files mean by a pattern.

        An error for each file that means no object, several, or that of another file.
        """
        coming = {each.address for each in resources}
        moved: dict[Address, Address] = {}
        found: dict[Address, Resource] = {}
        errors: list[Finding] = []

        def fault(resource: Resource, said: str, hint: str | None) -> None:
            place = resource.source.place() if resource.source else None
            errors.append(Finding("plan-unresolved", Severity.ERROR, said, resource.address, (), place, hint))

        for resource in resources:
            provider, meant = self.providers[resource.address.kind], resource
            if isinstance(provider, Finds) and resource.address not in self.lock.entries:
                try:
                    meant = provider.find(resource, coming)
                except InvalidInput as error:
                    fault(resource, error.message, error.hint)
            if meant.address in found:
                other = resource.source.file if resource.source else "another file"
                fault(found[meant.address], f"{other} means {meant.address} too", "delete one of the files")
                continue
            moved[resource.address] = meant.address
            found[meant.address] = meant
        kept = targets if targets is None else frozenset(moved.get(each, each) for each in targets)
        return list(found.values()), kept, errors

    def _localised(
        self, resources: Sequence[Resource], targets: frozenset[Address] | None
    ) -> tuple[list[Resource], list[Finding]]:
        """References by the ids of this org; an error for each that is neither there nor in the files."""
        coming = {each.address for each in resources}
        found: list[Resource] = []
        errors: list[Finding] = []
        for resource in resources:
            local, unresolved = self.providers[resource.address.kind].localise(resource)
            found.append(local)
            if targets is not None and resource.address not in targets:
                continue
            for address in unresolved:
                if address not in coming:
                    known = address.kind in KINDS or address.kind in LISTS
                    severity = Severity.ERROR if known else Severity.WARNING
                    said = f"it refers to {address}, which {self.org} does not have"
                    hint = "create it there, add it to the project, or correct the name"
                    place = resource.source.place() if resource.source else None
                    errors.append(
                        Finding("plan-unresolved", severity, said, resource.address, (), place, hint)
                    )
        return found, errors

    def _losing(self, plan: Plan) -> dict[str, Resource]:
        """Live objects by id whose users would lose their reference."""
        lost = (Operation.DELETE, Operation.REPLACE)
        return {
            change.actual.remote_id: replace(change.actual, address=change.address)
            for change in plan.changes
            if change.operation in lost and change.actual and change.actual.remote_id
        }

    def _users(
        self, losing: Mapping[str, Resource]
    ) -> tuple[dict[Address, list[Address]], frozenset[str], list[Finding]]:
        """Who uses what, kinds of which that cannot be told just now, and what is never told."""
        found: dict[Address, list[Address]] = {each.address: [] for each in losing.values()}
        for provider in self.providers.values():
            if not isinstance(provider, Refers):
                continue
            kinds = {reference.kind for reference in KINDS[provider.kind].references}
            ids = [remote_id for remote_id, each in losing.items() if each.address.kind in kinds]
            for remote_id, users in (provider.users(ids) if ids else {}).items():
                found[losing[remote_id].address] += users
        untold: set[str] = set()
        notes: list[Finding] = []
        for address, listing in _outside(self.outside, losing):
            found[address] += listing.items
            if not listing.complete:
                untold.add(address.kind)
            for note in listing.notes:
                said = f"whether scripts or e-mail routes use it is not known: {note}"
                notes.append(Finding("plan-use-unknown", Severity.WARNING, said, address))
        return found, frozenset(untold), notes


def _outside(
    outside: Outside | None, losing: Mapping[str, Resource]
) -> Iterator[tuple[Address, Listing[Address]]]:
    """What the org knows of the use of each object."""
    if outside is None:
        return
    for remote_id, resource in losing.items():
        is_flow = resource.address.kind == "flow"
        flow_type = str(resource.body.get("type", "")).lower() if is_flow else None
        yield resource.address, outside.users(resource.address, remote_id, flow_type)


def _goes_along(new: Address, old: Address, renamed: Mapping[Address, Address]) -> bool:
    """Whether a new address is another name; a part of something is renamed only along with that."""
    whole = KINDS[new.kind].part_of
    return whole is None or renamed.get(Address(whole, new.name)) == Address(whole, old.name)


def _circles(wanted: Sequence[Resource], actual: Sequence[Resource]) -> Iterator[Finding]:
    """An error for each file whose references come back to it by way of what only the org has."""
    planned = {each.address: each for each in wanted}
    every = {each.address: each for each in actual} | planned
    edges = {
        address: references(each, KINDS[address.kind])
        for address, each in every.items()
        if KINDS[address.kind].acyclic
    }
    for circle in cycles(edges):
        shown = " → ".join(address.name for address in circle)
        for address in circle[:-1]:
            if address in planned:
                source = planned[address].source
                said = f"references go round in a circle: {shown}"
                place = source.place() if source else None
                yield Finding("plan-circle", Severity.ERROR, said, address, (), place, "break one of them")
