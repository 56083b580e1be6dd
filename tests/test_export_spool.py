"""An answer on its way: in memory while small, on disk once large, begun anew by a second attempt."""

from __future__ import annotations

from pathlib import Path

import pytest

from trunkline.export.spool import IN_MEMORY, Spool

PIECE = b"x" * (IN_MEMORY // 2 + 1)


@pytest.mark.parametrize("pieces", [0, 1, 2, 5])
def test_an_answer_of_any_size_is_given_back_as_it_came(tmp_path: Path, pieces: int):
    with Spool(tmp_path) as spool:
        for _ in range(pieces):
            spool.write(memoryview(PIECE))
        assert spool.tell() == pieces * len(PIECE)
        assert spool.content() == pieces * PIECE


@pytest.mark.parametrize("pieces", [1, 3])
def test_a_second_attempt_leaves_nothing_of_the_first(tmp_path: Path, pieces: int):
    with Spool(tmp_path) as spool:
        for _ in range(pieces):
            spool.write(PIECE)
        spool.seek(0)
        spool.truncate()
        spool.write(b"{}")
        assert spool.content() == b"{}"


def test_no_file_of_a_large_answer_stays_behind(tmp_path: Path):
    with Spool(tmp_path) as spool:
        for _ in range(3):
            spool.write(PIECE)
    assert list(tmp_path.iterdir()) == []
