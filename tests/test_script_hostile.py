"""Scripts that mean harm are contained, one by one, and docs/security.md says so truthfully."""

from __future__ import annotations

import json
import resource
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile_scripts import BRIEF, HOSTILE, PATIENT, Hostile
from trunkline.engine.script import QuickJs, ScriptEngine, ScriptRun

SECURITY = Path(__file__).parent.parent / "docs" / "security.md"
START, END = "<!-- hostile scripts: tests/hostile_scripts.py -->\n", "<!-- end of hostile scripts -->"
MEGABYTE = 1024 * 1024
PROBE = "function main() { return [Object.prototype.polluted, typeof leak, [1, 2].map((x) => x * 2)] }"


@pytest.fixture(scope="module")
def engine() -> Iterator[ScriptEngine]:
    quickjs = QuickJs(workers=1)
    yield quickjs
    quickjs.close()


def outcome(run: ScriptRun) -> str:
    if run.fault is None:
        return f"{run.status} {json.dumps(run.output)}"
    return f"{run.status} ({run.fault.limit})" if run.fault.limit else str(run.status)


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.title)
def test_a_hostile_script_is_contained_and_the_next_one_does_not_notice(
    hostile: Hostile, engine: ScriptEngine
) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    limits = BRIEF if "TIMEOUT" in hostile.outcome else PATIENT
    run = engine.run(hostile.script, {"input": {}}, limits=limits)
    assert outcome(run) == hostile.outcome or str(run.status) in hostile.outcome.split(" or ")
    assert run.duration_ms <= (limits.seconds + 1) * 1000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 * MEGABYTE / 1024
    assert engine.run(PROBE, {}).output == [None, "undefined", [2, 4]]


def table() -> str:
    """The table of docs/security.md."""

    def cell(text: str) -> str:
        return text.replace("|", "\\|")

    lines = ["| script | what becomes of it |", "|---|---|"]
    lines += [f"| {cell(each.title)} | {cell(each.outcome)} |" for each in HOSTILE]
    return "\n".join(lines) + "\n"


def test_the_security_page_lists_every_hostile_script_with_its_outcome() -> None:
    text = SECURITY.read_text(encoding="utf-8")
    assert text.partition(START)[2].partition(END)[0] == table()
