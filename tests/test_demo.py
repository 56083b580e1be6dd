"""The demo plays to its end, and shows the commands a user would type."""

from __future__ import annotations

import os
import subprocess
import sys


def test_the_demo_plays_to_its_end(tmp_path):
    folder = tmp_path / "demo"
    environment = {**os.environ, "TRUNKLINE_CLIENT_SECRET": "of another org, not to be used"}
    done = subprocess.run(
        [sys.executable, "-m", "trunkline", "demo", "--folder", str(folder)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for command in ("pull", "check", "test", "plan", "apply", "action test", "flow export", "flow validate"):
        assert f"$ trunkline {command}" in done.stdout
    assert "What to do next" in done.stdout
    assert list((folder / "exports").glob("flow_*.json"))


def test_the_demo_does_not_play_over_somebodys_files(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    done = subprocess.run(
        [sys.executable, "-m", "trunkline", "demo", "--folder", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 6
    assert "not empty" in done.stderr
