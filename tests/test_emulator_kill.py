"""A killed emulator loses nothing that it acknowledged, and the next start says what it found."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from bench.emulator_kill import QUICK, run

from trunkline.emulator.server import start
from trunkline.emulator.store import Store
from trunkline.emulator.store_file import FILE_NAME
from trunkline.errors import Refused

KILLS = QUICK if os.environ.get("CI") == "true" else 3
"""`python -m bench.emulator_kill` kills more often."""


def test_every_acknowledged_write_survives_kill_9_and_every_start_says_what_it_recovered() -> None:
    figures = run(KILLS)
    assert figures.right, str(figures)
    assert figures.kills == KILLS


def test_a_start_after_a_clean_end_says_that_the_state_is_as_it_was_left(tmp_path: Path) -> None:
    start(data=tmp_path, quota=0).stop()
    with start(data=tmp_path, quota=0, seed=tmp_path) as again:
        assert again.report is not None
        assert again.report.startswith(f"{tmp_path} holds 2 orgs with ")
        assert again.report.endswith("as they were left; it is not seeded again")


@pytest.mark.parametrize("damage", [b"this is no database at all " * 400, b"\x00" * 200_000])
def test_a_damaged_state_is_refused_and_left_as_it_is(tmp_path: Path, damage: bytes) -> None:
    file = tmp_path / FILE_NAME
    file.write_bytes(damage)
    with pytest.raises(Refused, match="damaged"):
        Store(tmp_path)
    assert file.read_bytes() == damage


def test_a_state_that_was_damaged_in_the_middle_is_found_after_a_kill(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for number in range(400):
        store.partition("a").documents("queues").put(str(number), {"name": "x" * 2_000})
    store.close()
    file, log = tmp_path / FILE_NAME, tmp_path / f"{FILE_NAME}-wal"
    content = bytearray(file.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 3 * 4096] = b"\xa5" * (3 * 4096)
    file.write_bytes(content)
    log.write_bytes(b"what a killed process left")
    with pytest.raises(Refused, match="damaged"):
        Store(tmp_path)
