"""Every command in README and docs/ is run as it is written.

A block marked ```sh is a script for bash: it runs in an empty folder of its page, one page in one
folder, blocks in order. A line that is meant to fail says so: `… # exit 2`. Blocks that need an
account or a server of the reader's are marked ```text instead.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXIT = re.compile(r"#\s*exit (\d+)\s*$")


def commands(page: Path) -> list[str]:
    """Logical lines of all blocks: continued lines and here-documents are one."""
    found: list[str] = []
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        lines = iter(block.splitlines())
        for line in lines:
            while line.endswith("\\"):
                line += "\n" + next(lines)
            if marker := re.search(r"<<'?(\w+)'?", line):
                for more in lines:
                    line += "\n" + more
                    if more == marker[1]:
                        break
            if line.strip() and not line.lstrip().startswith("#"):
                found.append(line)
    return found


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.exists() and commands(page)], ids=lambda page: page.name
)
def test_every_command_of_the_page_runs(page, tmp_path):
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TRUNKLINE_", "GENESYS_", "CXONE_")) and not name.lower().endswith("_proxy")
    }
    environment["PATH"] = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{environment['PATH']}"
    environment["TRUNKLINE_CONFIG_DIR"] = str(tmp_path / ".config")
    folder = tmp_path / "reader"
    folder.mkdir()
    where = folder
    for command in commands(page):
        if command.startswith(("make ", "git ", "python3 -m venv", "pip ")):
            continue  # run by the checks of a fresh clone
        expected = int(found[1]) if (found := EXIT.search(command)) else 0
        script = f"{EXIT.sub('', command)}\ncode=$?; pwd >{tmp_path}/pwd; exit $code"
        done = subprocess.run(
            ["bash", "-c", script], cwd=where, env=environment, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == expected, f"{command}\n{done.stdout}\n{done.stderr}"
        where = Path((tmp_path / "pwd").read_text().strip())
