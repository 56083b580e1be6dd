"""Warm script runs a second, a fresh context each, against `node` started for each call."""

from __future__ import annotations

import json
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

from trunkline.engine.script import QuickJs

CALLS, NODE_CALLS = 4_000, 20
SCRIPT = """function main(context) {
  const items = context.input.items.filter((item) => item.value > 3).map((item) => item.value * 2);
  return { total: items.reduce((sum, value) => sum + value, 0), count: items.length };
}"""
CONTEXT = {"input": {"items": [{"name": f"item {number}", "value": number} for number in range(30)]}}
NODE = f"{SCRIPT}\nconsole.log(JSON.stringify(main(JSON.parse(process.argv[1]))))"


def warm_rate() -> float:
    """Calls a second, two at a time."""
    engine = QuickJs(workers=2)
    try:
        with ThreadPoolExecutor(2) as threads:
            list(threads.map(lambda _: engine.run(SCRIPT, CONTEXT), range(50)))
            start = perf_counter()
            list(threads.map(lambda _: engine.run(SCRIPT, CONTEXT), range(CALLS)))
            return CALLS / (perf_counter() - start)
    finally:
        engine.close()


def node_rate(node: str) -> float:
    """Calls a second, two at a time, a process each."""
    command = [node, "-e", NODE, json.dumps(CONTEXT)]
    with ThreadPoolExecutor(2) as threads:
        start = perf_counter()
        list(
            threads.map(lambda _: subprocess.run(command, capture_output=True, check=True), range(NODE_CALLS))
        )
        return NODE_CALLS / (perf_counter() - start)


def main() -> None:
    warm = warm_rate()
    print(f"scripts: {warm:,.0f} a second, a fresh context each")
    node = shutil.which("node")
    if node is None:
        print("node is not here to compare with")
        return
    started = node_rate(node)
    print(f"node started for each call: {started:,.1f} a second; ratio {warm / started:,.0f}")


if __name__ == "__main__":
    main()
