"""What a search of paths found, as text and JSON; what two versions do differently."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from trunkline.domain.json import Json, JsonObject
from trunkline.engine.flow.explore import Search, Unreachable
from trunkline.project.suite.flows.comparing import Difference
from trunkline.project.suite.flows.shape import end_of
from trunkline.project.suite.flows.write import Suite
from trunkline.render.style import bold, colour, count, dim


@dataclass(frozen=True, slots=True)
class Found:
    """A search, what it could not reach, and the suite made of it."""

    search: Search
    closed: Sequence[Unreachable]
    suite: Suite

    @property
    def reachable(self) -> int:
        """Branches that are not proven to be out of reach."""
        return len(self.search.branches) - sum(one.proven for one in self.closed)


def paths_text(found: Found, label: str) -> str:
    search, suite = found.search, found.suite
    whole = "" if search.complete else ", not all: a limit ended the search"
    percent = f" ({100 * suite.covered / found.reachable:.0f} %)" if found.reachable else ""
    branches = f"{suite.covered} of {found.reachable} reachable branches{percent}"
    lines = [
        f"{bold(search.program.name)} {dim(label)}",
        f"  {count(len(search.paths), 'path')} in {count(search.runs, 'run')}{whole}",
        f"  {count(suite.tests, 'test')} take {branches}",
    ]
    ends = Counter(str(end_of(path.result)["type"]) for path in search.paths)
    lines.append(f"  ends: {', '.join(f'{name} {number}' for name, number in ends.most_common())}")
    lines += [f"  {colour('unsupported', 'red')}: {message}" for message in search.unsupported]
    for one in found.closed:
        sign = colour("never", "red") if one.proven else colour("not found", "yellow")
        lines.append(f"  {sign}: {one.branch.title}: {one.reason}")
    return "\n".join([*lines, *(f"  left out, it did not repeat: {name}" for name in suite.unsure)])


def paths_json(found: Found) -> JsonObject:
    search = found.search
    paths: list[Json] = [_path_json(number, found) for number in range(len(search.paths))]
    closed: list[Json] = [
        {
            "branch": one.branch.title,
            "node": one.branch.step.id,
            "output": one.branch.output,
            "reason": one.reason,
            "proven": one.proven,
        }
        for one in found.closed
    ]
    unsupported: list[Json] = list(search.unsupported)
    return {
        "flow": search.program.name,
        "paths": paths,
        "complete": search.complete,
        "runs": search.runs,
        "branches": len(search.branches),
        "reachable": found.reachable,
        "covered": found.suite.covered,
        "tests": found.suite.tests,
        "unreachable": closed,
        "unsupported": unsupported,
    }


def _path_json(number: int, found: Found) -> JsonObject:
    result = found.search.paths[number].result
    steps: list[Json] = [{"node": visit.step.id, "output": visit.output} for visit in result.visits]
    errors: list[Json] = list(result.errors)
    return {"end": end_of(result), "errors": errors, "steps": steps}


def comparison_text(differences: Sequence[Difference], tests: int) -> str:
    lines: list[str] = []
    for one in differences:
        lines.append(f"{colour('≠', 'yellow')} {bold(one.test)}")
        lines += [f"    {line}" for line in one.lines]
    number = len(differences)
    summary = "the same in every test" if not number else f"different in {number} of them"
    return "\n".join([*lines, f"{count(tests, 'test')} ran on both: {summary}"])


def comparison_json(differences: Sequence[Difference], tests: int) -> JsonObject:
    found: list[Json] = []
    for one in differences:
        lines: list[Json] = list(one.lines)
        found.append({"test": one.test, "differences": lines})
    return {"tests": tests, "different": found}
