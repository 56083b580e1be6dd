"""SIGKILL at points of a real apply, and answers dropped, against the emulator on a socket.

`python -m bench.prove_apply` does it at every single point of an apply of 30 objects.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
POINTS, DROPS = (12, 6) if os.environ.get("CI") == "true" else (4, 2)
"""How many of the points are tried here, spread over the whole run."""
SCRIPT = f"""
from bench.prove_apply import prove

def spread(count):
    return lambda total: range(1, total + 1, max(1, total // count))

print(prove(8, spread({POINTS}), spread({DROPS})))
"""


@pytest.mark.skipif(not hasattr(os, "fork") or sys.platform == "darwin", reason="forks")
def test_an_apply_that_died_or_lost_an_answer_is_finished_by_the_next_one():
    # In a process of its own: this one may hold a client already, which does not survive a fork.
    done = subprocess.run([sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "[]"
