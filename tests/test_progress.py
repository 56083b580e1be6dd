"""What an export says while it runs."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.flow_org import document, flow_org, variables
from trunkline.export import Progress
from trunkline.render.progress import describe, duration, show_progress


def test_progress_has_a_rate_and_the_time_left():
    half = Progress(total=5000, fetched=2400, unchanged=0, missing=100, seconds=10)
    assert describe(half, "flows") == "2,500 of 5,000 flows, 240 a second, 10 s left, 100 missing"
    slow = Progress(total=900, fetched=300, unchanged=0, missing=0, seconds=60)
    assert describe(slow, "flows") == "300 of 900 flows, 300 a minute, 2 min 0 s left"
    unknown = Progress(total=None, fetched=30, unchanged=0, missing=0, seconds=1)
    assert describe(unknown, "flows") == "30 flows, 30 a second"


def test_the_time_left_is_that_of_what_is_still_to_be_read():
    resumed = Progress(total=1000, fetched=50, unchanged=850, missing=0, seconds=10)
    assert resumed.left == pytest.approx(20)
    assert Progress(total=10, fetched=0, unchanged=0, missing=0, seconds=0).left is None


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "0 s"), (59.4, "59 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
)
def test_durations_are_read_at_a_glance(seconds, text):
    assert duration(seconds) == text


def test_without_a_terminal_lines_are_few(capsys):
    with show_progress("flows") as show:
        for done in range(1000):
            show(Progress(1000, done, 0, 0, 1.0))
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(os.name != "posix", reason="a terminal is had from pty")
def test_a_bar_is_drawn_on_a_terminal_and_its_library_loaded_there_alone(emulator, tmp_path):
    import pty

    access = flow_org(emulator, tmp_path / "seed", [document("One")])
    script = "import sys; from trunkline.cli.main import run; run(sys.argv[1:]); print('rich' in sys.modules)"
    command = [sys.executable, "-c", script, "flow", "export", "--all", "--json", "-d", str(tmp_path / "out")]
    environment = {**os.environ, **variables(emulator, access), "TERM": "xterm"}

    plain = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert plain.stdout.splitlines()[-1] == "False"

    ours, theirs = pty.openpty()
    try:
        drawn = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=theirs, text=True)
        said = os.read(ours, 100_000).decode()
    finally:
        os.close(ours)
        os.close(theirs)
    assert drawn.stdout.splitlines()[-1] == "True"
    assert "1 of 1 flows" in said
