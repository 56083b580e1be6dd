"""What a rule is, and how rules are run.

A rule is declared beside its check function. Rules about one kind of object share a *view* of it, made
once, so that a template is parsed once for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Generic, NamedTuple, TypeVar

from trunkline.domain.condition import Limits
from trunkline.domain.finding import Finding, Severity
from trunkline.domain.json import Path
from trunkline.domain.resource import Resource

V = TypeVar("V")


class Problem(NamedTuple):
    """What a rule found in one object: where in its body, what, and how to mend it.

    `within` is line and column in the text at `path`, where that is known.
    """

    path: Path
    message: str
    hint: str | None = None
    within: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Rule(Generic[V]):
    """A check with a stable id.

    title        one line for lists
    explanation  why it matters
    example      a piece of an object that breaks it
    fix          what to write instead
    check        looks at one object
    across       looks at all objects of the kind at once; gives the index of the object with each problem

    With neither, it is found elsewhere, in an org: its explanation says by which command.
    """

    id: str
    severity: Severity
    title: str
    explanation: str
    example: str
    fix: str
    check: Callable[[V], Iterable[Problem]] | None = None
    across: Callable[[Sequence[V]], Iterable[tuple[int, Problem]]] | None = None


def rule(
    identity: str, severity: Severity, title: str, *, explanation: str, example: str, fix: str
) -> Callable[[Callable[[V], Iterable[Problem]]], Rule[V]]:
    """Declare the decorated function as the check of a rule."""

    def declare(check: Callable[[V], Iterable[Problem]]) -> Rule[V]:
        return Rule(identity, severity, title, explanation, example, fix, check=check)

    return declare


def rule_across(
    identity: str, severity: Severity, title: str, *, explanation: str, example: str, fix: str
) -> Callable[[Callable[[Sequence[V]], Iterable[tuple[int, Problem]]]], Rule[V]]:
    """Declare the decorated function as the check of a rule over all objects of a kind."""

    def declare(check: Callable[[Sequence[V]], Iterable[tuple[int, Problem]]]) -> Rule[V]:
        return Rule(identity, severity, title, explanation, example, fix, across=check)

    return declare


@dataclass(frozen=True, slots=True)
class RuleSet(Generic[V]):
    """The rules of one kind, and the view of an object that they look at."""

    kind: str
    view: Callable[[Resource], V]
    rules: tuple[Rule[V], ...]

    def check(self, resources: Sequence[Resource], policy: Policy) -> Iterator[Finding]:
        chosen = [each for each in resources if each.address.kind == self.kind]
        views = [self.view(each) for each in chosen]
        rules = [each for each in self.rules if each.id not in policy.disabled]
        for each in rules:
            if each.across is not None:
                for index, problem in each.across(views):
                    yield policy.finding(each, chosen[index], problem)
        for resource, view in zip(chosen, views, strict=True):
            for each in rules:
                for problem in each.check(view) if each.check is not None else ():
                    yield policy.finding(each, resource, problem)


@dataclass(frozen=True, slots=True)
class Policy:
    """Which rules are off, and which weigh more or less than they are declared."""

    disabled: AbstractSet[str]
    severities: Mapping[str, Severity]
    limits: Limits = field(default_factory=Limits)
    """Limits of the org for conditions."""

    def finding(self, found: Rule[Any], resource: Resource, problem: Problem) -> Finding:
        return Finding(
            rule=found.id,
            severity=self.severities.get(found.id, found.severity),
            message=problem.message,
            address=resource.address,
            path=problem.path,
            place=resource.source.place(problem.path, problem.within) if resource.source else None,
            hint=problem.hint,
        )
