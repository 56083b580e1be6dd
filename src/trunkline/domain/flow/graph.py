"""The graph of a flow: what runs, in which order, with which variables and foreign objects.

Every source builds the same graph: Architect's configuration JSON, Archy YAML, and the
nodes and edges of the guides. A *sequence item* (task, menu, state) is a node too; its
actions name it as their `item`. Node ids are those of the source.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property

from trunkline.domain.flow.vocabulary import ENDINGS, LOOPS
from trunkline.domain.json import JsonObject, Path


class EdgeKind(StrEnum):
    """Why control passes from one node to the next."""

    START = "start"  # an item begins with its first action
    NEXT = "next"  # one step after the other
    BRANCH = "branch"  # an output of an action, labelled
    JOIN = "join"  # the end of a branch returns to what follows its owner
    LOOP = "loop"  # the body of a loop returns to the loop
    CALL = "call"  # a task is called and comes back
    JUMP = "jump"  # another item takes over for good
    CHOICE = "choice"  # a key or a word in a menu
    DISABLED = "disabled"  # an output that is switched off: never taken


@dataclass(frozen=True, slots=True)
class Edge:
    """`label` is what the author sees on the branch; empty for plain steps."""

    source: str
    target: str
    label: str
    kind: EdgeKind


@dataclass(frozen=True, slots=True)
class Output:
    """A way out of an action. `target` is None where the author put nothing on it."""

    id: str
    label: str
    target: str | None
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Node:
    """A sequence item or an action.

    `type` is Architect's word (`Task`, `DataAction`), `item` the item it lies in (itself for
    an item), `owner` the action whose branch holds it, `depth` how many branches deep it lies.
    `body` is the object in the source; a node never changes it.
    """

    id: str
    name: str
    type: str
    item: str
    path: Path = ()
    tracking_id: int | None = None
    owner: str | None = None
    depth: int = 0
    outputs: tuple[Output, ...] = ()
    terminal: bool = False
    body: JsonObject = field(default_factory=dict[str, object], compare=False, repr=False)

    @property
    def is_item(self) -> bool:
        return self.item == self.id

    @property
    def ends(self) -> bool:
        """Whether control is meant to end here (disconnect, end task, transfer for good)."""
        return self.terminal or self.type in ENDINGS

    @property
    def title(self) -> str:
        """How messages call it: `Call Data Action [15]`."""
        return self.name if self.tracking_id is None else f"{self.name} [{self.tracking_id}]"

    def output(self, output_id: str) -> Output | None:
        return next((output for output in self.outputs if output.id == output_id), None)


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign object that the flow names. `kind` is a key of the manifest (`dataAction`, `queue`).

    `node` is None where the flow's settings name it. `version` only in manifests.
    """

    kind: str
    id: str | None
    name: str | None
    node: str | None = None
    path: Path = ()
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Variable:
    """`item` is None for variables of the whole flow; `has_value` whether it starts with one."""

    id: str
    name: str
    type: str
    item: str | None = None
    is_input: bool = False
    is_output: bool = False
    is_secure: bool = False
    is_collection: bool = False
    has_value: bool = False
    path: Path = ()


@dataclass(frozen=True, slots=True)
class Use:
    """A read or a write of a variable, by the id where the source has it, else by name."""

    variable: str
    name: str
    node: str | None
    writes: bool
    path: Path = ()


@dataclass(frozen=True)
class FlowGraph:
    """`start` is where a new interaction enters; `roots` are all entries, `start` first."""

    name: str
    type: str
    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]
    start: str | None
    roots: tuple[str, ...] = ()
    variables: tuple[Variable, ...] = ()
    uses: tuple[Use, ...] = ()
    references: tuple[Reference, ...] = ()
    manifest: tuple[Reference, ...] | None = None
    duplicates: tuple[str, ...] = ()
    """Ids that more than one object of the document carries."""

    @cached_property
    def successors(self) -> Mapping[str, tuple[str, ...]]:
        """The nodes that can follow each node; edges into nowhere are left out."""
        following: dict[str, dict[str, None]] = {node: {} for node in self.nodes}
        for edge in self.edges:
            if edge.kind is not EdgeKind.DISABLED and edge.source in following and edge.target in following:
                following[edge.source][edge.target] = None
        return {node: tuple(targets) for node, targets in following.items()}

    @cached_property
    def outgoing(self) -> Mapping[str, tuple[Edge, ...]]:
        """The edges that leave each node."""
        edges: dict[str, list[Edge]] = {node: [] for node in self.nodes}
        for edge in self.edges:
            edges.setdefault(edge.source, []).append(edge)
        return {node: tuple(leaving) for node, leaving in edges.items()}

    def reach(self, sources: Iterable[str]) -> frozenset[str]:
        """Every node that can be reached from `sources`, these included."""
        seen = {source for source in sources if source in self.nodes}
        waiting = list(seen)
        while waiting:
            for target in self.successors[waiting.pop()]:
                if target not in seen:
                    seen.add(target)
                    waiting.append(target)
        return frozenset(seen)

    @cached_property
    def reachable(self) -> frozenset[str]:
        return self.reach(self.roots)

    @property
    def unreachable(self) -> tuple[Node, ...]:
        """Nodes that no entry leads to, in document order."""
        return tuple(node for node in self.nodes.values() if node.id not in self.reachable)

    @property
    def terminals(self) -> tuple[Node, ...]:
        """Nodes that nothing follows."""
        return tuple(node for node in self.nodes.values() if not self.successors[node.id])

    @property
    def dead_ends(self) -> tuple[Node, ...]:
        """Nodes that nothing follows though they are no endings."""
        return tuple(node for node in self.terminals if not node.ends)

    @property
    def dangling(self) -> tuple[Edge, ...]:
        """Edges from or to a node that does not exist."""
        return tuple(e for e in self.edges if e.source not in self.nodes or e.target not in self.nodes)

    @cached_property
    def cycles(self) -> tuple[frozenset[str], ...]:
        """Sets of nodes that can lead back to themselves: the strongly connected components."""
        return tuple(
            component
            for component in _components(self.successors)
            if len(component) > 1 or next(iter(component)) in self.successors[next(iter(component))]
        )

    @property
    def loops(self) -> Mapping[str, frozenset[str]]:
        """The actions in the body of each loop, those of inner loops too."""
        bodies: dict[str, set[str]] = {node.id: set() for node in self.nodes.values() if node.type in LOOPS}
        for node in self.nodes.values():
            for owner in self.owners(node):
                if owner.id in bodies:
                    bodies[owner.id].add(node.id)
        return {loop: frozenset(body) for loop, body in bodies.items()}

    def owners(self, node: Node) -> Iterator[Node]:
        """The actions whose branches hold the node, the innermost first."""
        owner = node.owner
        while owner is not None and owner in self.nodes:
            yield self.nodes[owner]
            owner = self.nodes[owner].owner

    def items(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes.values() if node.is_item)

    def actions(self) -> tuple[Node, ...]:
        return tuple(node for node in self.nodes.values() if not node.is_item)


def _components(successors: Mapping[str, tuple[str, ...]]) -> Iterator[frozenset[str]]:
    """Tarjan's strongly connected components, without recursion."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    for root in successors:
        if root in index:
            continue
        work: list[tuple[str, Iterator[str]]] = []
        _enter(root, successors, index, low, stack, on_stack, work)
        while work:
            node, targets = work[-1]
            for target in targets:
                if target not in index:
                    _enter(target, successors, index, low, stack, on_stack, work)
                    break
                if target in on_stack:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    yield _pop_component(node, stack, on_stack)


def _enter(
    node: str,
    successors: Mapping[str, tuple[str, ...]],
    index: dict[str, int],
    low: dict[str, int],
    stack: list[str],
    on_stack: set[str],
    work: list[tuple[str, Iterator[str]]],
) -> None:
    index[node] = low[node] = len(index)
    stack.append(node)
    on_stack.add(node)
    work.append((node, iter(successors[node])))


def _pop_component(node: str, stack: list[str], on_stack: set[str]) -> frozenset[str]:
    members: set[str] = set()
    while node not in members:
        member = stack.pop()
        on_stack.discard(member)
        members.add(member)
    return frozenset(members)
