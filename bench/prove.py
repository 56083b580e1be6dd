"""`make prove`: the long evidence runs at full counts; their figures become `docs/figures.md`.

Every figure of the project lives there, with the command that repeats it. `python -m bench.prove NAME …`
runs some of them, `--small` with the counts of CI. A section whose command needs the folder `../shared`
(golden vectors, corpus) says so and keeps its last figures without it.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bench.__main__ import names

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "figures.md"
SHARED = ROOT.parent / "shared"
HEAD = """# Figures

Every measured claim of the project, with the command that repeats it. `make prove` writes this page;
`make bench` prints the ratios alone. Times depend on the machine; ratios, measured in one run, travel better.
"""


@dataclass(frozen=True)
class Evidence:
    """One section: a title, the command as a reader types it, and what it needs beside the repository."""

    title: str
    command: str
    needs_shared: bool = False
    markdown: bool = False


EVIDENCE = (
    Evidence("An apply that dies at every point", ".venv/bin/python -m bench.prove_apply"),
    Evidence("schemathesis, all checks but one", ".venv/bin/python -m bench.schema_fuzz"),
    Evidence("Requests that nobody should send", ".venv/bin/python -m bench.fuzz"),
    Evidence("Golden vectors: JSONPath, Velocity, expressions", "../shared/acceptance/vectors", True),
    Evidence("Start-up", "../shared/acceptance/startup", True),
    Evidence("Export against a guide's loop", "../shared/acceptance/export-speed", True),
    Evidence("Data actions of the corpus", ".venv/bin/python -m bench.corpus_actions", True, markdown=True),
    Evidence("Flows of the corpus", ".venv/bin/python -m bench.corpus_flows", True),
)


def main(wanted: list[str], *, small: bool = False) -> int:
    """Runs the sections whose title or command holds one of `wanted`, or all of them."""
    known = _sections(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else {}
    evidence = [each for each in EVIDENCE if _is_there(each)]
    evidence += [
        Evidence(f"Bench: {name}", f".venv/bin/python -m bench.{name}")
        for name in names()
        if not any(each.command.endswith(f"bench.{name}") for each in EVIDENCE)
    ]
    counts = {} if small else {"TRUNKLINE_EVIDENCE": "full"}
    failed = 0
    for each in evidence:
        if wanted and not any(word in f"{each.title} {each.command}" for word in wanted):
            continue
        if each.needs_shared and not SHARED.is_dir():
            print(f"{each.title}: ../shared is not there; its figures are kept", flush=True)
            continue
        print(f"{each.title} …", flush=True)
        done = subprocess.run(
            ["bash", "-c", each.command],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, **counts},
        )
        text = (done.stdout + (done.stderr if done.returncode else "")).strip()
        failed += done.returncode != 0
        known[each.title] = _section(each, text)
        _write(known)
    return failed


def _section(evidence: Evidence, text: str) -> str:
    """The command and what it printed; no line of it may look like a section of this page."""
    safe = re.sub(r"^#+ ", "#### ", text, flags=re.MULTILINE)
    shown = safe if evidence.markdown else f"```text\n{safe}\n```"
    return f"`{evidence.command}`\n\n{shown}"


def _is_there(evidence: Evidence) -> bool:
    module = re.search(r"-m (bench\.\w+)", evidence.command)
    return module is None or (ROOT / (module[1].replace(".", "/") + ".py")).exists()


def _sections(page: str) -> dict[str, str]:
    """Title → body of the sections that a page has."""
    parts = re.split(r"^## (.+)$", page, flags=re.MULTILINE)
    return {
        title: body.strip()
        for title, body in zip(parts[1::2], parts[2::2], strict=True)
        if title != "Machine"
    }


def _write(sections: dict[str, str]) -> None:
    machine = (
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, {datetime.now(UTC):%Y-%m-%d}"
    )
    body = "\n\n".join(f"## {title}\n\n{text}" for title, text in sections.items())
    PAGE.write_text(f"{HEAD}\n## Machine\n\n{machine}\n\n{body}\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main([arg for arg in sys.argv[1:] if arg != "--small"], small="--small" in sys.argv))
