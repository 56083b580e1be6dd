"""What the cases of an action put to the test: inputs, mapped paths, defaults, branches of templates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from trunkline.domain.json import Json, get
from trunkline.domain.resource import Place, Resource
from trunkline.engine.action import Branches, Prepared, Run, prepare
from trunkline.engine.velocity import Template
from trunkline.errors import InvalidInput

_MAP, _DEFAULTS = 8, 9
"""Numbers of the steps that tell which paths led somewhere, and which defaults came in."""


@dataclass(frozen=True, slots=True)
class Part:
    """How much of one thing was covered. `missing` names what was not, in the order of the definition."""

    total: int
    missing: tuple[str, ...]

    @property
    def covered(self) -> int:
        return self.total - len(self.missing)


@dataclass(frozen=True, slots=True)
class ActionCoverage:
    """One action: an input counts when a case gives it, a path when it leads somewhere, a default when it
    comes in, a branch when it is taken. `place` is where the action is defined."""

    action: str
    place: Place | None
    cases: int
    inputs: Part
    paths: Part
    defaults: Part
    branches: Part

    @property
    def parts(self) -> dict[str, Part]:
        return {
            "inputs": self.inputs,
            "paths": self.paths,
            "defaults": self.defaults,
            "branches": self.branches,
        }


@dataclass(slots=True)
class _Seen:
    cases: int = 0
    inputs: set[str] = field(default_factory=set[str])
    paths: set[str] = field(default_factory=set[str])
    defaults: set[str] = field(default_factory=set[str])
    branches: Branches = field(default_factory=dict[str, set[tuple[int, int, int]]])


class Coverage:
    """Watches runs of actions."""

    def __init__(self) -> None:
        self._seen: dict[str, _Seen] = {}

    def branches(self, action: str) -> Branches:
        """What a run of the action writes down which way its templates went."""
        return self._of(action).branches

    def ran(self, action: str, given: Json, trace: Run) -> None:
        """One more case ran."""
        seen = self._of(action)
        seen.cases += 1
        seen.inputs |= set(given) if isinstance(given, dict) else set()
        for number, names in ((_MAP, seen.paths), (_DEFAULTS, seen.defaults)):
            step = trace.step(number)
            if step is not None and step.ok:
                names |= set(step.result)

    def report(self, actions: Iterable[Resource]) -> list[ActionCoverage]:
        """Every action of the project, tested or not, by name. What is no data action is left out."""
        rows: list[ActionCoverage] = []
        for resource in sorted(actions, key=lambda resource: resource.address):
            try:
                prepared = prepare(resource.body)
            except InvalidInput:
                continue
            rows.append(_row(resource, prepared, self._of(resource.address.name)))
        return rows

    def _of(self, action: str) -> _Seen:
        return self._seen.setdefault(action, _Seen())


def _row(resource: Resource, action: Prepared, seen: _Seen) -> ActionCoverage:
    declared = get(resource.body, ("contract", "input", "inputSchema", "properties"), {})
    branches = dict(_branches(action, seen.branches))
    return ActionCoverage(
        resource.address.name,
        resource.source.place() if resource.source else None,
        seen.cases,
        _part(declared if isinstance(declared, dict) else (), seen.inputs),
        _part(action.paths, seen.paths),
        _part([name for name in action.defaults if name in action.paths], seen.defaults),
        Part(len(branches), tuple(name for name, taken in branches.items() if not taken)),
    )


def _part(names: Iterable[str], seen: set[str]) -> Part:
    known = list(names)
    return Part(len(known), tuple(name for name in known if name not in seen))


def _branches(action: Prepared, taken: Branches) -> Iterator[tuple[str, bool]]:
    """Every way an `#if` can go, named `requestTemplate 3:5 branch 2`, and whether one did."""
    for name, template in _templates(action):
        for directive in template.directives:
            spot = (directive.line, directive.column)
            for number in range(directive.branches):
                shown = f"{name} {spot[0]}:{spot[1]} branch {number + 1} of {directive.branches}"
                yield shown, (*spot, number) in taken.get(name, ())


def _templates(action: Prepared) -> Iterator[tuple[str, Template]]:
    named = {
        "requestUrlTemplate": action.url,
        **{f"headers.{name}": template for name, template in action.headers.items()},
        **({} if action.method == "GET" else {"requestTemplate": action.request}),
        "successTemplate": action.success,
    }
    for name, compiled in named.items():
        if compiled.error is None:
            yield name, compiled.get()
