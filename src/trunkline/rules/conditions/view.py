"""The conditions of a data action as their rules see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from trunkline.domain.action.fault import Fault, Reader
from trunkline.domain.condition import (
    Catalogue,
    DataSet,
    Limits,
    Node,
    check_tree,
    leaves,
    read_conditions,
    read_dataset,
)
from trunkline.domain.json import Json
from trunkline.domain.resource import Resource
from trunkline.engine.condition import Remark, lint
from trunkline.rules.registry import Problem


@dataclass(frozen=True)
class Surroundings:
    """What conditions refer to. Without any data set in the project they are taken on trust."""

    sets: tuple[DataSet, ...]
    actions: tuple[tuple[str, tuple[Node, ...]], ...]
    limits: Limits = field(default_factory=Limits)

    @classmethod
    def of(cls, resources: Sequence[Resource], limits: Limits | None = None) -> Surroundings:
        read = [read_dataset(each.body, Reader()) for each in resources if each.address.kind == "data_set"]
        actions = tuple(
            (each.address.name, _trees(each.body.get("conditions")))
            for each in resources
            if each.address.kind == "data_action"
        )
        return cls(tuple(each for each in read if each is not None), actions, limits or Limits())

    @cached_property
    def catalogue(self) -> Catalogue | None:
        return Catalogue(self.sets) if self.sets else None

    @cached_property
    def edges(self) -> dict[str, list[str]]:
        """Who needs whom: `data_action/…` reads `data_set/…`, which is fed by `data_action/…`."""
        known = self.catalogue or Catalogue()
        found: dict[str, list[str]] = {}
        for name, trees in self.actions:
            read = (leaf.dataset for tree in trees for leaf in leaves(tree))
            sets = (known.find(each) for each in dict.fromkeys(read))
            found[f"data_action/{name}"] = [f"data_set/{each.name}" for each in sets if each]
        for each in self.sets:
            found[f"data_set/{each.name}"] = [f"data_action/{each.source}"] if each.source else []
        return found


def _trees(conditions: Json) -> tuple[Node, ...]:
    return read_conditions(conditions, ("conditions",)).trees if isinstance(conditions, list) else ()


class ConditionView:
    """One action: its trees, and what stands around them."""

    def __init__(self, resource: Resource, around: Surroundings) -> None:
        self.resource = resource
        self.around = around
        self.trees = _trees(resource.body.get("conditions"))

    @cached_property
    def remarks(self) -> list[Remark]:
        """What lint says of the trees that have no fault."""
        known = self.around.catalogue
        return [
            remark
            for tree in self.trees
            if not check_tree(tree, known, Limits(10_000, 10_000))
            for remark in lint(tree, known)
        ]


def problems(faults: Iterator[Fault]) -> Iterator[Problem]:
    for fault in faults:
        yield Problem(fault.path, fault.message, fault.hint)
