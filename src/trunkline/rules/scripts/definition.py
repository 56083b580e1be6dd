"""Rules about what surrounds a script: its name, its size, what it depends on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from trunkline.domain.cycles import cycles
from trunkline.domain.finding import Severity
from trunkline.domain.script import LARGEST_SCRIPT, NAME, script_bytes
from trunkline.rules.registry import Problem, rule, rule_across
from trunkline.rules.scripts.view import CONTENT, ScriptView


@rule(
    "script-name",
    Severity.ERROR,
    "The name of a script action is not one",
    explanation="The cloud takes 3 to 64 letters, digits, underscores and hyphens.",
    example="name: calc score",
    fix="name: calc_score",
)
def script_name(script: ScriptView) -> Iterator[Problem]:
    if not NAME.fullmatch(script.name):
        length = f", and it has {len(script.name)}" if not 3 <= len(script.name) <= 64 else ""
        message = f"a name has 3 to 64 letters, digits, _ or -{length}"
        yield Problem(("name",), message)


@rule(
    "script-size",
    Severity.ERROR,
    "The script is longer than the cloud takes",
    explanation=f"A script has at most {LARGEST_SCRIPT:,} bytes of UTF-8.",
    example="a script of 70,000 bytes",
    fix="Move what is shared into another script action, and depend on it.",
)
def script_size(script: ScriptView) -> Iterator[Problem]:
    size = script_bytes(script.content)
    if size > LARGEST_SCRIPT:
        yield Problem(CONTENT, f"the script has {size:,} bytes of UTF-8; {LARGEST_SCRIPT:,} are allowed")


@rule_across(
    "script-dependency",
    Severity.INFO,
    "A dependency is not in this project",
    explanation="It must then be in the tenant; the plan refuses it if it is not.",
    example="depends_on: [base_enrichment]",
    fix="Pull it into the project, or correct the name.",
)
def script_dependency(scripts: Sequence[ScriptView]) -> Iterator[tuple[int, Problem]]:
    known = {script.name for script in scripts}
    for index, script in enumerate(scripts):
        for position, name in enumerate(script.dependencies):
            if name not in known:
                path = ("dependencies", position)
                yield index, Problem(path, f"{name} is not in this project: the tenant must have it")


@rule_across(
    "script-cycle",
    Severity.ERROR,
    "Script actions depend on one another in a circle",
    explanation="None of them could be created first.",
    example="a depends on b, b on c, c on a",
    fix="Take one dependency out of the circle.",
)
def script_cycle(scripts: Sequence[ScriptView]) -> Iterator[tuple[int, Problem]]:
    index_of = {script.name: index for index, script in enumerate(scripts)}
    for circle in cycles({script.name: script.dependencies for script in scripts}):
        shown = " → ".join(circle)
        at = scripts[index_of[circle[0]]].dependencies.index(circle[1])
        yield index_of[circle[0]], Problem(("dependencies", at), f"dependencies go in a circle: {shown}")


DEFINITION_RULES = (script_name, script_size, script_dependency, script_cycle)
