"""Requests that nobody should send are refused, each with an answer. `make prove` sends 20,000."""

from __future__ import annotations

import pytest
from bench.fuzz import fuzz


@pytest.mark.parametrize("seed", [1, 2])
def test_mutated_requests_are_answered_and_never_with_a_fault_of_ours(seed):
    figures = fuzz(1_000, seed)
    assert figures.faults == []
    assert figures.statuses[400] > 50
