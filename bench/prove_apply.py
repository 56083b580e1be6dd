"""An apply that dies, or whose answers are lost, at every single point: the next apply ends it whole.

A child process applies a project to an emulated org and is killed (SIGKILL) before or after its n-th
request that writes, after its n-th record in the journal, or before or after it replaced a file of the
lock; for every n. Separately the answer of every single
write is dropped. After each, one more apply: then the org must equal the plan, every object be there
once, the lock file know them all, and the audit log verify.

Run: TRUNKLINE_EVIDENCE=full python -m bench.prove_apply (33 objects, every point; `make prove` does that).
Without it: 12 objects, and a few points spread over the run. `--workers N` tries N points at a time, each
worker against an emulator of its own; `--record FILE` keeps what was tried, so that a run that was ended
goes on where it was. Progress goes to stderr.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.apply_proof.org import emulator
from bench.apply_proof.run import Proof, Ticks

Points = Callable[[int], Iterable[int]]
"""Which of n points are tried."""


@dataclass(frozen=True)
class Share:
    """One worker's part of the points: every `of`-th, from `number` on. `record` gets a line a point."""

    number: int
    of: int
    record: Path

    def work(self, size: int, kills: Points, drops: Points) -> None:
        with emulator() as there, tempfile.TemporaryDirectory() as parent:
            folder = Path(parent) / "project"
            folder.mkdir()
            proof = Proof.begin(there, folder, size)
            about = {"objects": proof.objects, "points": proof.points, "writes": proof.writes}
            tried = {(line["what"], line["point"]) for line in read(self.record) if "what" in line}
            self._note({"about": about})
            # Each list by itself: how often a run writes the lock, and so the points, may vary a little.
            wanted = [("kill", point) for point in kills(proof.points)][self.number :: self.of]
            wanted += [("drop", write) for write in drops(proof.writes)][self.number :: self.of]
            for what, point in wanted:
                if (what, point) in tried:
                    continue
                died, wrong = proof.survives(Ticks(die_at=point) if what == "kill" else Ticks(drop=point))
                self._note({"what": what, "point": point, "died": died, "wrong": wrong})
                said = f"FAILED: {wrong}" if wrong else "ok" if died or what == "drop" else "over by then"
                print(f"{what} {point}, worker {self.number}: {said}", file=sys.stderr, flush=True)

    def _note(self, line: dict[str, Any]) -> None:
        with self.record.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")


def read(record: Path) -> list[dict[str, Any]]:
    """The lines of a record; none where there is no file yet."""
    if not record.exists():
        return []
    return [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]


def prove(size: int, kills: Points, drops: Points, workers: int = 1, record: Path | None = None) -> list[str]:
    """Every failure, as a line; prints what was tried. Raises RuntimeError where a worker could not work."""
    with tempfile.TemporaryDirectory() as folder:
        kept = record or Path(folder) / "record.ndjson"
        children = [_fork(Share(number, workers, kept), size, kills, drops) for number in range(workers)]
        ended = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
        if any(ended):
            raise RuntimeError(f"workers ended with {ended}")
        lines = read(kept)
    about = [line["about"] for line in lines if "about" in line][-1]
    tried = {(line["what"], line["point"]): line for line in lines if "what" in line}
    failures = [f"{what} {point}: {line['wrong']}" for (what, point), line in tried.items() if line["wrong"]]
    killed = sum(line["died"] for line in tried.values())
    dropped = sum(what == "drop" for what, _ in tried)
    print(
        f"an apply of {about['objects']} objects, {about['writes']} writes, {about['points']} points in a run"
        f" that nobody kills, a few more where the lock is renewed: killed at {killed} points,"
        f" {dropped} answers dropped one by one; failures: {len(failures)}"
    )
    return failures


def _fork(share: Share, size: int, kills: Points, drops: Points) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        share.work(size, kills, drops)
        status = 0
    except BaseException as error:
        print(f"worker {share.number}: {error!r}", file=sys.stderr, flush=True)
    finally:
        os._exit(status)


def every(step: int) -> Points:
    """Every n-th of the points there are, from the first on."""
    return lambda total: range(1, total + 1, step)


def main() -> int:
    parser = argparse.ArgumentParser(description="Kill an apply at every point; the next one ends it whole.")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--record", type=Path)
    chosen = parser.parse_args()
    full = os.environ.get("TRUNKLINE_EVIDENCE") == "full"
    size, step, drop = (32, 1, 1) if full else (8, 9, 6)
    failures = prove(size, every(step), every(drop), chosen.workers, chosen.record)
    print("\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
