"""What is allowed and hardly meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from trunkline.domain.finding import Severity
from trunkline.rules.conditions.view import ConditionView
from trunkline.rules.registry import Problem, Rule


def _saying(identity: str) -> Callable[[ConditionView], Iterator[Problem]]:
    def check(view: ConditionView) -> Iterator[Problem]:
        for remark in view.remarks:
            if remark.rule == identity:
                yield Problem(remark.path, remark.message)

    return check


def _remark(
    identity: str, severity: Severity, title: str, explanation: str, example: str, fix: str
) -> Rule[ConditionView]:
    return Rule(identity, severity, title, explanation, example, fix, check=_saying(identity))


REMARK_RULES = (
    _remark(
        "condition-never-true",
        Severity.WARNING,
        "A condition can never be true",
        "Whatever the data, the action never runs.",
        "all: [{field: c.score, greater_than: 5}, {field: c.score, less_than: 3}]",
        "remove one of the leaves that exclude one another",
    ),
    _remark(
        "condition-never-false",
        Severity.WARNING,
        "A condition can never be false",
        "It decides nothing where the data is there.",
        "any: [{field: c.score, greater_than: 1}, {field: c.score, less_than: 5}]",
        "remove it, or narrow one of its leaves",
    ),
    _remark(
        "condition-contradiction",
        Severity.WARNING,
        "Leaves of one AND exclude one another",
        "No value satisfies them together. Named are the fewest that clash.",
        "all: [{field: c.status, equals: a}, {field: c.status, equals: b}]",
        "join them with any:, or remove one",
    ),
    _remark(
        "condition-subsumed",
        Severity.WARNING,
        "A leaf says nothing beside another one",
        "In AND it follows from the other, in OR it is covered by it.",
        "all: [{field: c.score, greater_than: 3}, {field: c.score, greater_than: 5}]",
        "remove the weaker one of AND, the stronger one of OR",
    ),
    _remark(
        "condition-duplicate",
        Severity.WARNING,
        "A leaf stands twice in one branch",
        "The second one changes nothing.",
        "any: [{field: c.status, equals: a}, {field: c.status, equals: a}]",
        "remove one of the two",
    ),
)  # fmt: skip
