"""What a command does not need, it does not import."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import trunkline as trunkline_package
from tests.cli import trunkline

HEAVY = (
    "pyreqwest",
    "rich",
    "starlette",
    "uvicorn",
    "asyncio",
    "jsbox",
    "z3",
    "pyarrow",
    "psycopg",
    "keyring",
    "trunkline.emulator",
)
PROBE = """
import json, sys
from trunkline.cli.main import run
code = run(sys.argv[1:])
print()
print(json.dumps([code, sorted(sys.modules)]))
"""


def modules_of(folder, *args):
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *args], cwd=folder, capture_output=True, text=True, timeout=60
    )
    code, modules = json.loads(done.stdout.splitlines()[-1])
    assert code == 0, done.stderr
    return modules


@pytest.mark.parametrize("args", [["--help"], ["check"], ["test"], ["plan", "--help"], ["flow", "--help"]])
def test_offline_commands_and_help_import_neither_http_client_nor_rich(tmp_path, args):
    assert trunkline("init", tmp_path / "p").code == 0
    loaded = modules_of(tmp_path / "p", *args)
    assert not [
        name for name in loaded if name.split(".")[0] in HEAVY or name.startswith("trunkline.emulator")
    ]


def test_the_package_itself_imports_next_to_nothing_so_that_ctrl_c_finds_the_command_at_once():
    """Without the site module: what an environment adds to every start is not ours."""
    script = "import sys\nbefore = set(sys.modules)\nimport trunkline.__main__\nprint(sorted(set(sys.modules) - before))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", script],
        env={"PYTHONPATH": str(Path(trunkline_package.__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert eval(done.stdout) == ["__future__", "trunkline", "trunkline.__main__", "trunkline.version"]
