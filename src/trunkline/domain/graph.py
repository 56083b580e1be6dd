"""Which resource needs which, and an order in which they can be made."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from trunkline.domain.canonical import match_paths
from trunkline.domain.cycles import knots
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
) -> tuple[list[Address], set[Address]]:
    """Addresses so that what is referred to comes first; else in the order given.

    References to what is not among the resources are passed over. In a circle, a reference to an object
    that exists is not waited for. Where none exists, one is made bare at first, if its kind allows: those
    are the second result. Raises Refused for any other circle.
    """
    known = {resource.address for resource in resources}
    needs = {
        resource.address: {
            address for address in references(resource, kinds[resource.address.kind]) if address in known
        }
        - {resource.address}
        for resource in resources
    }
    bare: set[Address] = set()
    whole = {address for address in needs if kinds[address.kind].compared_only}
    # What is published whole goes on without what it refers to; other objects are refused, or refuse to go.
    unneeding = [whole, needs.keys()]
    while True:
        try:
            return list(TopologicalSorter(needs).static_order()), bare
        except CycleError as error:
            circle: list[Address] = error.args[1]
        if unneeding:
            _loosen(needs, unneeding.pop(0), exists)
        else:
            needed, user = _begun(circle, kinds)
            bare.add(user)
            needs[user].discard(needed)


def _loosen(
    needs: Mapping[Address, set[Address]], users: Container[Address], exists: Container[Address]
) -> None:
    """Takes out of the needs of some those for existing objects, within what goes round."""
    for knot in knots(needs):
        if len(knot) > 1:
            there = {address for address in knot if address in exists}
            for user in knot:
                if user in users:
                    needs[user].difference_update(there)


def _begun(circle: Sequence[Address], kinds: Mapping[str, Kind]) -> tuple[Address, Address]:
    """A pair of a circle: the second is made bare, so that it can wait for the first one it needs.

    Each of the circle is needed by the next. Rather not one that is published whole. Raises Refused.
    """
    able = [pair for pair in pairwise(circle) if kinds[pair[1].kind].bare]
    if not able:
        shown = " → ".join(str(address) for address in circle)
        raise Refused(f"references go round in a circle: {shown}", hint="break one of them")
    return min(able, key=lambda pair: kinds[pair[1].kind].compared_only)
