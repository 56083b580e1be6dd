"""Which resource needs which, and an order in which they can be made."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
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


def in_dependency_order(
    resources: Sequence[Resource], kinds: Mapping[str, Kind], exists: Container[Address] = ()
) -> list[Address]:
    """Addresses so that what is referred to comes first; else in the order given.

    References to what is not among the resources are passed over. A circle of objects that all exist
    already is no obstacle: one of its references is not waited for. Raises Refused for any other circle.
    """
    known = {resource.address for resource in resources}
    needs = {
        resource.address: {
            address for address in references(resource, kinds[resource.address.kind]) if address in known
        }
        - {resource.address}
        for resource in resources
    }
    while True:
        try:
            return list(TopologicalSorter(needs).static_order())
        except CycleError as error:
            circle: list[Address] = error.args[1]
            if not all(address in exists for address in circle):
                shown = " → ".join(str(address) for address in circle)
                raise Refused(f"references go round in a circle: {shown}", hint="break one of them") from None
            needs[circle[1]].discard(circle[0])
