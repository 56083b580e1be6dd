"""`trunkline test` on a project of 300 actions with 1,000 cases, from the shell to the exit code."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from trunkline.domain.action import compile_friendly
from trunkline.project.write import yaml_text

ACTIONS, CASES = 300, 1000


def action(number: int) -> dict[str, object]:
    """An action in the friendly form; no two have a template or a path in common."""
    return {
        "name": f"Get Order {number}",
        "description": f"The order of a customer from shop {number}",
        "inputs": {"orderId": "string!", "language": "string", "limit": "integer"},
        "outputs": {"status": "string", "total": "number", "first": "string", "open": "integer"},
        "request": {
            "method": "POST",
            "url": f"https://shop{number}.example.com/orders/{{{{orderId}}}}?lang={{{{language}}}}",
            "headers": {"Content-Type": "application/json", "X-Shop": f"{number}"},
            "body": {"order": "{{orderId}}", "limit": "{{limit}}", "shop": number},
        },
        "response": {
            "map": {
                "status": f"$.order{number}.status",
                "total": f"$.order{number}.total",
                "items": f"$.order{number}.items[?(@.state == 'open')].name",
                "open": f"$.order{number}.items.length()",
            },
            "defaults": {"status": "unknown", "total": 0, "items": [], "open": 0},
            "template": '{"status": ${status}, "total": ${total}, "open": ${open}, '
            '"first": ${successTemplateUtils.firstFromArray("${items}", "$esc.quote$esc.quote")}}',
        },
    }


def case(number: int, index: int) -> dict[str, object]:
    items = [{"name": f"item {i}", "state": "open" if i == index else "sent", "price": 1.5} for i in range(5)]
    return {
        "name": f"an order in state {index}",
        "input": {"orderId": f"A-{index}", "language": "en", "limit": index},
        "reply": {
            "status": 200,
            "headers": {"Content-Type": "application/json"},
            "body": {f"order{number}": {"status": "open", "total": 12.5, "items": items}},
        },
        "expect": {"status": "open", "total": 12.5, "open": 5, "first": f"item {index}"},
    }


def write_project(root: Path) -> None:
    """Every second action in the friendly form, the others as exports; three or four cases each."""
    folder = root / "actions"
    folder.mkdir(parents=True)
    (root / "trunkline.toml").write_text('name = "bench"\n')
    for number in range(ACTIONS):
        document = action(number)
        stem = f"get-order-{number:03}"
        if number % 2:
            (folder / f"{stem}.yaml").write_text(yaml_text(document))
        else:
            body = compile_friendly(document).body
            (folder / f"{stem}.custom.json").write_text(json.dumps(body, indent=2))
        count = CASES // ACTIONS + (number < CASES % ACTIONS)
        cases = {"cases": [case(number, index) for index in range(count)]}
        (folder / f"{stem}.test.yaml").write_text(yaml_text(cases))


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "bench"
        write_project(root)
        command = [sys.executable, "-c", "from trunkline.cli.main import main; main()", "test"]
        best = min(_timed(command, root) for _ in range(3))
        print(f"trunkline test, {ACTIONS} actions, {CASES:,} cases: {best:.2f} s")


def _timed(command: list[str], root: Path) -> float:
    start = perf_counter()
    done = subprocess.run(command, cwd=root, capture_output=True, text=True)
    spent = perf_counter() - start
    assert f"{CASES} passed, 0 failed" in done.stdout, done.stdout + done.stderr
    return spent


if __name__ == "__main__":
    main()
