"""Rules about the names of data actions, and about built-in ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trunkline.domain.action.vendor import is_static, strip_export_suffix
from trunkline.domain.finding import Severity
from trunkline.rules.actions.view import ActionView
from trunkline.rules.registry import Problem, rule, rule_across


@rule(
    "action-export-suffix",
    Severity.WARNING,
    "The name still has the suffix of the export button",
    explanation="Importing such a file makes a second action; flows then refer to it by that name.",
    example="Get Queue - Exported 2021-03-03 @ 22:05",
    fix="Remove ` - Exported …` from the name.",
)
def export_suffix(action: ActionView) -> Iterator[Problem]:
    name = action.text(("name",))
    plain = strip_export_suffix(name)
    if plain != name:
        yield Problem(("name",), f"the name ends with {name[len(plain) :].strip()!r}", f"call it {plain!r}")


@rule_across(
    "action-name-collision",
    Severity.WARNING,
    "Two data actions differ only in case or in the suffix of an export",
    explanation="Flows find an action by its name; which of the two is meant is easily confused.",
    example="Get Queue, Get Queue - Exported 2021-03-03 @ 22:05",
    fix="Delete the one that no flow uses, or name them apart.",
)
def name_collision(actions: Sequence[ActionView]) -> Iterator[tuple[int, Problem]]:
    first: dict[str, str] = {}
    for index, action in enumerate(actions):
        name = action.text(("name",))
        key = strip_export_suffix(name).strip().casefold()
        if not key:
            continue
        if key in first:
            same = first[key] == name
            told = (
                f"another data action is called {name!r}" if same else f"{name!r} is taken for {first[key]!r}"
            )
            yield index, Problem(("name",), told)
        first.setdefault(key, name)


@rule(
    "action-static",
    Severity.INFO,
    "This action is built in",
    explanation="Nobody can change it; it is kept for reference and never written.",
    example="actionType: static",
    fix="Copy it under another name with actionType custom to change it.",
)
def static_action(action: ActionView) -> Iterator[Problem]:
    if is_static(action.body):
        yield Problem(("actionType",), "a built-in action cannot be changed")


NAME_RULES = (export_suffix, name_collision, static_action)
