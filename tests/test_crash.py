"""SIGKILL at points of a real apply, and answers dropped, against the emulator on a socket.

`python -m bench.prove_apply` does it at every single point of an apply of 30 objects.
"""

from __future__ import annotations

import os
import sys

import pytest
from bench.prove_apply import prove

POINTS, DROPS = (12, 6) if os.environ.get("CI") == "true" else (4, 2)
"""How many of the points are tried here, spread over the whole run."""


@pytest.mark.skipif(not hasattr(os, "fork") or sys.platform == "darwin", reason="forks")
def test_an_apply_that_died_or_lost_an_answer_is_finished_by_the_next_one():
    def spread(count):
        return lambda total: range(1, total + 1, max(1, total // count))

    assert prove(8, spread(POINTS), spread(DROPS)) == []
