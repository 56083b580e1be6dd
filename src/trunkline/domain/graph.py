"""Which resource needs which, and an order in which they can be made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from trunkline.domain.canonical import match_paths
from trunkline.domain.json import get
from trunkline.domain.kind import Kind
from trunkline.domain.resource import Address, Resource
from trunkline.errors import Refused


def references(resource: Resource, kind: Kind) -> list[Address]:
    """The addresses a resource names in its reference fields."""
    found: list[Address] = []
    for reference in kind.references:
        for path in match_paths(resource.body, reference.path):
            name = get(resource.body, path)
            if isinstance(name, str) and name:
                found.append(Address(reference.kind, name))
    return found


def in_dependency_order(resources: Sequence[Resource], kinds: Mapping[str, Kind]) -> list[Address]:
    """Addresses so that what is referred to comes first; else in the order given.

    References to what is not among the resources are passed over. Raises Refused for a circle.
    """
    known = {resource.address for resource in resources}
    sorter: TopologicalSorter[Address] = TopologicalSorter()
    for resource in resources:
        needed = references(resource, kinds[resource.address.kind])
        sorter.add(resource.address, *(address for address in needed if address in known))
    try:
        return list(sorter.static_order())
    except CycleError as error:
        circle = " → ".join(str(address) for address in error.args[1])
        raise Refused(f"references go round in a circle: {circle}", hint="break one of them") from None
