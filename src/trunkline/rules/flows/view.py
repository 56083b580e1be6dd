"""What the rules of flows look at: the document, its graph, and the data actions beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

from trunkline.domain.flow import (
    FlowGraph,
    Node,
    Use,
    from_archy,
    from_configuration,
    from_guides,
    is_archy,
    is_configuration,
    is_guides,
)
from trunkline.domain.json import Json, JsonObject
from trunkline.domain.resource import Resource
from trunkline.engine.flow.explore import Search, search
from trunkline.rules.registry import Problem

Form: TypeAlias = Literal["configuration", "guides", "archy", "unknown"]

_PATHS, _ACTIONS = 400, 20_000
"""How far the rules that run a flow go: a fraction of a second."""

UNFINISHED = ("DRAFT", "PENDING_PUBLISH")


@dataclass(frozen=True)
class FlowView:
    """One flow. `contracts` are those of the project's data actions, by name."""

    body: JsonObject
    contracts: Mapping[str, JsonObject] = field(default_factory=dict[str, JsonObject])

    @cached_property
    def form(self) -> Form:
        if is_configuration(self.body):
            return "configuration"
        if is_archy(self.body):
            return "archy"
        return "guides" if is_guides(self.body) or "status" in self.body else "unknown"

    @cached_property
    def graph(self) -> FlowGraph | None:
        """None where the document is too broken to have one; `flow-fields` says why."""
        try:
            if self.form == "configuration":
                return from_configuration(self.body)
            if self.form == "archy":
                return from_archy(self.body)
            return from_guides(self.body) if self.form == "guides" else None
        except ValueError:
            return None

    @cached_property
    def search(self) -> Search | None:
        """The paths of a configuration, found by running it for a moment; None of other forms."""
        if self.form != "configuration":
            return None
        return search(self.body, max_paths=_PATHS, max_actions=_ACTIONS)

    @property
    def unfinished(self) -> bool:
        """A draft, or about to be published: it may be incomplete."""
        return self.form == "guides" and self.body.get("status") in UNFINISHED

    @property
    def architect(self) -> FlowGraph | None:
        """The graph of a flow whose actions and variables are known, not of mere nodes and edges."""
        return None if self.form == "guides" else self.graph

    def actions(self, *types: str) -> Iterator[Node]:
        """The reachable actions of these types."""
        graph = self.architect
        if graph is not None:
            for node in graph.actions():
                if node.type in types and node.id in graph.reachable:
                    yield node

    @cached_property
    def reads(self) -> Mapping[str, tuple[Use, ...]]:
        """The reads of each variable, by its id."""
        return self._uses(writes=False)

    @cached_property
    def writes(self) -> Mapping[str, tuple[Use, ...]]:
        """The writes of each variable, by its id."""
        return self._uses(writes=True)

    def _uses(self, *, writes: bool) -> Mapping[str, tuple[Use, ...]]:
        graph = self.architect
        found: dict[str, list[Use]] = {}
        if graph is not None:
            ids = {variable.name.casefold(): variable.id for variable in graph.variables}
            for use in graph.uses:
                if use.writes is writes:
                    variable = use.variable
                    if variable == use.name:  # known by its name alone, in any case
                        variable = ids.get(use.name.casefold(), variable)
                    found.setdefault(variable, []).append(use)
        return {variable: tuple(uses) for variable, uses in found.items()}


def graph_of(document: JsonObject) -> FlowGraph | None:
    """The graph of a flow in any form; None where it is too broken to have one."""
    return FlowView(document).graph


def on(node: Node, message: str, hint: str | None = None) -> Problem:
    """A problem of one node."""
    return Problem(node.path, f"{node.title}: {message}", hint)


def contracts(resources: list[Resource]) -> dict[str, JsonObject]:
    """The contracts of data actions by name, for flows that call them."""
    found: dict[str, JsonObject] = {}
    for resource in resources:
        contract: Json = resource.body.get("contract")
        if resource.address.kind == "data_action" and isinstance(contract, dict):
            found[resource.address.name] = contract
    return found
