"""What the rules find in the data actions of the corpus, as a section of docs/figures.md."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.replies import try_out
from tests.shared import SHARED

from trunkline.domain.resource import Address, Resource
from trunkline.project.actions import read_action
from trunkline.project.reading import ReadFile
from trunkline.rules import RULES


def section(folder: Path) -> str:
    """Markdown: how many actions come out as their contract says, and a table of findings by rule."""
    found: Counter[str] = Counter()
    actions: Counter[str] = Counter()
    clean, with_fault, unclean = 0, 0, list[str]()
    files = sorted(folder.glob("*.json"))
    for file in files:
        reading = read_action(ReadFile.of(file, file.name, None, {}, {}))
        if reading.body is None:
            unclean.append(f"{file.name}: {reading.findings[0].message}")
            continue
        example = try_out(Resource(reading.address or Address("data_action", file.name), reading.body))
        rules = [finding.rule for finding in example.findings]
        found.update(rules)
        actions.update(set(rules))
        clean += example.clean
        with_fault += any(finding.severity != "info" for finding in example.findings)
        if not example.clean:
            told = example.run.error.message if example.run.error else "; ".join(example.run.warnings)
            unclean.append(f"{reading.body['name']}: {told}")
    lines = [
        "## Data actions of the corpus",
        "",
        f"{len(files)} published exports, each run on inputs made from its contract and a reply made from "
        f"its paths: {clean} give an output that satisfies their contract without a warning. The rest:",
        "",
        *(f"* {text}" for text in unclean),
        "",
        f"{with_fault} of them have an error or a warning of the rules:",
        "",
        "| rule | severity | findings | actions |",
        "|---|---|---:|---:|",
        *(
            f"| `{rule}` | {RULES[rule].severity} | {count} | {actions[rule]} |"
            for rule, count in sorted(found.items(), key=lambda row: (-row[1], row[0]))
        ),
    ]
    return "\n".join(lines)


def main() -> None:
    if SHARED is None:
        print("the corpus is not there")
        return
    print(section(SHARED / "corpus" / "data_actions"))


if __name__ == "__main__":
    main()
