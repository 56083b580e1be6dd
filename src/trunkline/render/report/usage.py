"""Who uses what in a project: flows by their actions, other objects by the fields that name one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from trunkline.domain.flow import FlowGraph
from trunkline.domain.flow.dependencies import Dependencies, Thing, dependencies
from trunkline.domain.graph import references
from trunkline.domain.kinds import KINDS
from trunkline.domain.kinds.flow import MANIFEST_KINDS
from trunkline.domain.resource import Address, Resource
from trunkline.render.report.model import Link, Used

_NAMED = 6
"""Actions of a flow that are named; how many more there are is said."""


@dataclass(frozen=True, slots=True)
class Usage:
    """`uses` and `users` by address; `flows` as the drawing of dependencies takes them."""

    uses: Mapping[Address, tuple[Link, ...]]
    users: Mapping[Address, tuple[Link, ...]]
    flows: Dependencies

    def used(self, here: frozenset[Address]) -> tuple[Used, ...]:
        """Every object that something depends on."""
        return tuple(
            Used(address.kind, address.name, address in here, self.users[address])
            for address in sorted(self.users)
        )


def find_usage(resources: Sequence[Resource], graphs: Mapping[Address, FlowGraph]) -> Usage:
    """Every dependency that the project's files tell."""
    uses: dict[Address, dict[Address, str]] = defaultdict(dict)
    flows = [address for address in graphs if address.kind == "flow"]
    found = dependencies([graphs[address] for address in flows])
    by_thing = dict(zip(found.flows, flows, strict=True))
    for link in found.links:
        uses[by_thing[link.user]][_address(link.used, by_thing)] = _some(link.nodes)
    for resource in resources:
        if resource.address not in graphs:
            for address in references(resource, KINDS[resource.address.kind]):
                uses[resource.address].setdefault(address, "")
    users: dict[Address, list[Link]] = defaultdict(list)
    for user, used in uses.items():
        for address, at in used.items():
            users[address].append(Link(user.kind, user.name, at))
    return Usage(
        {
            user: tuple(Link(each.kind, each.name, at) for each, at in sorted(used.items()))
            for user, used in uses.items()
        },
        {address: tuple(links) for address, links in users.items()},
        found,
    )


def _address(thing: Thing, flows: Mapping[Thing, Address]) -> Address:
    return flows.get(thing) or Address(MANIFEST_KINDS.get(thing.kind, thing.kind), thing.name)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
