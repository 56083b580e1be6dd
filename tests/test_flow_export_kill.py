"""An export that is killed or interrupted at any moment goes on from where it was."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli import trunkline
from tests.flow_org import Exports, document, flow_id, flow_org
from trunkline.emulator.server import Emulator

FLOWS = 400
KILLS = int(os.environ.get("TRUNKLINE_TEST_KILLS", "10"))


@pytest.fixture
def export(emulator: Emulator, tmp_path: Path) -> Exports:
    documents = [document(f"Flow {n}", padding=20_000) for n in range(FLOWS)]
    return Exports(emulator, flow_org(emulator, tmp_path / "seed", documents), tmp_path / "out")


def begin(export: Exports) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "trunkline", "flow", "export", "--all", "--json", "--threads", "2"]
    return subprocess.Popen(
        [*command, "--output-dir", str(export.folder)],
        env={**os.environ, **export.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def count(export: Exports) -> int:
    with contextlib.suppress(FileNotFoundError):
        return sum(name.startswith("flow_") for name in os.listdir(export.folder))
    return 0


def wait_for(export: Exports, process: subprocess.Popen[str], files: int) -> None:
    """Until there are so many files, or the process has ended."""
    deadline = time.monotonic() + 60
    while count(export) < files and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.0005)


def read(requests: list[str]) -> set[str]:
    """The ids of the flows that were asked for."""
    return {each.split("/")[4] for each in requests if each.endswith("/configuration")}


def check_files(export: Exports, seed: Path) -> set[str]:
    """Every file is byte for byte what the org has; their ids."""
    for name, content in export.files.items():
        assert content == (seed / name).read_bytes(), name
    return {name.removeprefix("flow_").removesuffix(".json") for name in export.files}


def test_a_killed_export_loses_nothing_and_reads_no_flow_twice(export, tmp_path):
    moments = random.Random(20_000)
    complete: set[str] = set()
    for _ in range(KILLS):
        process = begin(export)
        wait_for(export, process, min(len(complete) + moments.randint(0, 2 * FLOWS // KILLS), FLOWS - 1))
        time.sleep(moments.random() * 0.005)
        process.kill()
        process.communicate()
        time.sleep(0.05)  # what it had sent has arrived
        assert not read(export.requests()) & complete
        complete = check_files(export, tmp_path / "seed")

    done = export("--all")
    assert done.code == 0, done.text
    assert not read(export.requests()) & complete
    assert check_files(export, tmp_path / "seed") == {flow_id(n) for n in range(FLOWS)}
    assert {line["id"] for line in export.manifest} == {flow_id(n) for n in range(FLOWS)}
    assert trunkline("flow", "validate", export.folder).code == 0
    assert sorted(path.name for path in export.folder.iterdir() if path.name.startswith(".")) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_export_ends_with_5_and_keeps_what_is_finished(export, tmp_path, number):
    process = begin(export)
    wait_for(export, process, 20)
    process.send_signal(number)
    _, said = process.communicate(timeout=20)

    assert process.returncode == 5, said
    assert "flows are exported and kept" in said
    assert "Traceback" not in said
    kept = check_files(export, tmp_path / "seed")
    assert 20 <= len(kept) < FLOWS
    assert {line["id"] for line in export.manifest} == kept

    export.requests()
    result = json.loads(export("--all", "--output", "json").out)
    assert (result["exported"], result["unchanged"]) == (FLOWS, len(kept))
    assert not read(export.requests()) & kept
