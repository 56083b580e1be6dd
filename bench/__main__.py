"""`make bench`: every bench of this folder, one after the other; ratios are of one run each."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

NOT_BENCHES = {"__init__", "__main__", "load", "prove"}


def names() -> list[str]:
    """The benches there are: each a module that prints its figures when it is run."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in NOT_BENCHES)


def run(name: str) -> tuple[int, str]:
    """Runs one bench in a process of its own: exit code and what it printed."""
    command = [sys.executable, "-m", f"bench.{name}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, (done.stdout + (done.stderr if done.returncode else "")).strip()


def main(chosen: list[str]) -> int:
    failed = 0
    for name in chosen or names():
        print(f"== {name}", flush=True)
        code, text = run(name)
        print(text, flush=True)
        failed += code != 0
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
