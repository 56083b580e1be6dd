"""What an org refuses of a condition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trunkline.domain.condition.check import leaf_faults, limit_faults, shape_faults
from trunkline.domain.cycles import cycles
from trunkline.domain.finding import Severity
from trunkline.rules.conditions.view import ConditionView, problems
from trunkline.rules.registry import Problem, rule, rule_across


@rule(
    "condition-limit",
    Severity.ERROR,
    "A condition is deeper or wider than the org takes",
    explanation="The org refuses it whole (422). max_depth and max_children under [policy] say its limits.",
    example="any: with six conditions",
    fix="trunkline condition fmt --fix rewrites it into an equivalent one that fits",
)
def limit(view: ConditionView) -> Iterator[Problem]:
    for tree in view.trees:
        yield from problems(limit_faults(tree, view.around.limits))


@rule(
    "condition-shape",
    Severity.ERROR,
    "A branch has no children, or NOT has several",
    explanation="Such a branch says nothing, and the org refuses it.",
    example="all: []",
    fix="remove the branch; join the children of a NOT with all: or any:",
)
def shape(view: ConditionView) -> Iterator[Problem]:
    for tree in view.trees:
        yield from problems(shape_faults(tree))


@rule(
    "condition-leaf",
    Severity.ERROR,
    "A leaf names no field, or its literal is not of the field's type",
    explanation="Data sets and fields must exist, and a literal is compared as the type of its field. "
    "Data sets are looked for in datasets/; a project that declares none is checked by the org alone.",
    example="{field: customers.score, equals: abc}",
    fix="correct the name or the literal, or declare the data set",
)
def leaf(view: ConditionView) -> Iterator[Problem]:
    for tree in view.trees:
        yield from problems(leaf_faults(tree, view.around.catalogue))


@rule_across(
    "condition-cycle",
    Severity.ERROR,
    "Actions and data sets feed one another in a circle",
    explanation="A data set that is fed by an action that reads it, directly or through others, is never "
    "ready; the org refuses it.",
    example="Escalate reads customers, which Load Customers feeds, which reads escalations of Escalate",
    fix="break the circle at one of the nodes shown",
)
def cycle(views: Sequence[ConditionView]) -> Iterator[tuple[int, Problem]]:
    if not views:
        return
    names = [f"data_action/{view.resource.address.name}" for view in views]
    for circle in cycles(views[0].around.edges):
        first = next((node for node in circle if node in names), None)
        if first is not None:
            shown = " → ".join(circle)
            yield names.index(first), Problem(("conditions",), f"references go round in a circle: {shown}")


FAULT_RULES = (limit, shape, leaf, cycle)
