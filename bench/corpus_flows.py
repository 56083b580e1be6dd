"""Published flows: how many run to an end on every path found, and what the suites written for them take.

Needs the corpus in `../shared`: `python -m bench.corpus_flows`.
"""

from __future__ import annotations

import time
from pathlib import Path

from trunkline.domain.flow import i3
from trunkline.engine.flow import Verdict
from trunkline.engine.flow.explore import search, unreachable
from trunkline.project.suite.flows.write import write_suite

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "flows_i3"


def main() -> None:
    if not FOLDER.is_dir():
        print("../shared/corpus/flows_i3 is not there")
        return
    begun = time.perf_counter()
    flows = whole = paths = tests = branches = covered = 0
    least = 100
    for file in sorted(FOLDER.iterdir()):
        found = search(i3.decode(file.read_bytes()))
        suite = write_suite(found, file.name)
        reachable = len(found.branches) - sum(one.proven for one in unreachable(found))
        flows += 1
        whole += all(path.result.verdict is Verdict.ENDED for path in found.paths)
        paths, tests = paths + len(found.paths), tests + suite.tests
        branches, covered = branches + reachable, covered + suite.covered
        least = min(least, 100 * suite.covered // reachable if reachable else 100)
    took = time.perf_counter() - begun
    print(f"{whole} of {flows} flows run to an end on every one of {paths} paths, with mocks alone")
    print(f"{tests} tests take {covered} of {branches} reachable branches; the least of a flow: {least} %")
    print(f"found and written in {took:.0f} s")


if __name__ == "__main__":
    main()
