"""A fifth of all requests fails: an export and an apply still end right. `make prove` runs it for longer."""

from __future__ import annotations

from bench.storm import storm


def test_an_export_and_an_apply_under_a_fifth_of_faults_lose_nothing_and_do_nothing_twice():
    figures = storm(minutes=0, actions=5)
    assert figures.right, str(figures)
    assert figures.exports == 1
    assert sum(figures.faults.values()) >= 5
