"""What an org's flows depend on: queues, data actions, prompts, tables, and each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from trunkline.domain.flow.graph import FlowGraph, Reference

FLOW = "flow"
LEFT_OUT = frozenset({"language", "sttEngine", "systemPrompt", "ttsEngine", "ttsVoice"})
"""Kinds that nobody of the org makes or removes."""

_ALIASES = {
    "action": "dataAction",
    "datatable": "dataTable",
    "prompt": "userPrompt",
    "script": "composerScript",
    "skill": "acdSkill",
    "table": "dataTable",
    "wrapupcode": "acdWrapupCode",
}


@dataclass(frozen=True, order=True, slots=True)
class Thing:
    """Something flows depend on, or a flow. `name` is its id where nothing tells its name."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


@dataclass(frozen=True, slots=True)
class Dependency:
    """`nodes` are the titles of the actions that name it; none where only settings or the manifest do."""

    user: Thing
    used: Thing
    nodes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dependencies:
    """`flows` holds the type of every flow that was looked at."""

    flows: dict[Thing, str]
    links: tuple[Dependency, ...]

    @cached_property
    def things(self) -> tuple[Thing, ...]:
        """Flows first, then what they use, each once."""
        return tuple(dict.fromkeys([*self.flows, *sorted({link.used for link in self.links})]))

    def find(self, address: str) -> Thing | None:
        """`queue/Support`, `data_action/Get Weather`, `prompt/Welcome`: case does not matter."""
        kind, _, name = address.partition("/")
        wanted = _plain(_ALIASES.get(_plain(kind), kind)), name.casefold()
        return next((t for t in self.things if (_plain(t.kind), t.name.casefold()) == wanted), None)

    def users(self, thing: Thing) -> tuple[Dependency, ...]:
        """Which flows name it themselves."""
        return tuple(link for link in self.links if link.used == thing)

    def breaks(self, thing: Thing) -> dict[Thing, Thing]:
        """Every flow that is hit if it goes, each with what it depends on: directly, or through a flow."""
        hit: dict[Thing, Thing] = {}
        waiting = [thing]
        while waiting:
            gone = waiting.pop(0)
            for link in self.users(gone):
                if link.user not in hit and link.user != thing:
                    hit[link.user] = gone
                    waiting.append(link.user)
        return hit

    def around(self, thing: Thing) -> Dependencies:
        """Only what leads to it."""
        kept = {thing, *self.breaks(thing)}
        flows = {flow: kind for flow, kind in self.flows.items() if flow in kept}
        return Dependencies(flows, tuple(link for link in self.links if {link.user, link.used} <= kept))


def dependencies(flows: Sequence[FlowGraph]) -> Dependencies:
    """Who uses what, by name. Objects of one kind and name with different ids are told apart."""
    names = _Names(flows)
    types = {names.flow(index): flow.type for index, flow in enumerate(flows)}
    links: list[Dependency] = []
    for index, flow in enumerate(flows):
        user = names.flow(index)
        used: dict[Thing, dict[str, None]] = defaultdict(dict)
        for reference in _named(flow):
            node = flow.nodes.get(reference.node or "")
            used[names.thing(reference)] |= {node.title: None} if node is not None else {}
        links += [Dependency(user, thing, tuple(nodes)) for thing, nodes in used.items()]
    return Dependencies(types, tuple(links))


def _named(flow: FlowGraph) -> Iterator[Reference]:
    yield from (each for each in flow.references if each.kind not in LEFT_OUT)
    yield from (each for each in flow.manifest or () if each.kind not in LEFT_OUT)


def _plain(kind: str) -> str:
    return kind.replace("_", "").replace("-", "").casefold()


class _Names:
    """One name for each object: references may know its id, its name, or both."""

    def __init__(self, flows: Sequence[FlowGraph]) -> None:
        self._flows: dict[str, Thing] = {}
        self._by_index: list[Thing] = [Thing(FLOW, name) for name in _unique(flow.name for flow in flows)]
        for flow, thing in zip(flows, self._by_index, strict=True):
            self._flows.setdefault(flow.name.casefold(), thing)
        self._by_id: dict[tuple[str, str], str] = {}
        self._ids: dict[tuple[str, str], set[str]] = defaultdict(set)
        for reference in (each for flow in flows for each in _named(flow)):
            if reference.id and reference.name:
                self._by_id.setdefault((reference.kind, reference.id), reference.name)
                self._ids[reference.kind, reference.name.casefold()].add(reference.id)

    def flow(self, index: int) -> Thing:
        return self._by_index[index]

    def thing(self, reference: Reference) -> Thing:
        kind, object_id = reference.kind, reference.id or ""
        name = self._by_id.get((kind, object_id)) or reference.name or object_id
        if kind.endswith("Flow") and name.casefold() in self._flows:
            return self._flows[name.casefold()]
        if object_id and len(self._ids[kind, name.casefold()]) > 1:
            return Thing(kind, f"{name}#{object_id[-6:]}")
        return Thing(kind, name)


def _unique(names: Iterable[str]) -> list[str]:
    """Names as they are; the second of the same name is `name (2)`."""
    seen: dict[str, int] = defaultdict(int)
    result: list[str] = []
    for name in names:
        seen[name] += 1
        result.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return result
