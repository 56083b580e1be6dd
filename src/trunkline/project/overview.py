"""Everything the files of a project say, at one moment: objects, findings, tests, settings, locks."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from trunkline.domain.kinds import KINDS
from trunkline.domain.resource import Resource
from trunkline.project.checking import Checked, check_project
from trunkline.project.config import CONFIG_FILE, Config
from trunkline.project.load import load_project
from trunkline.project.lock import Lock
from trunkline.project.suite.whole import Whole, run_everything


@dataclass(frozen=True, slots=True)
class Overview:
    """A project, read, checked and tested.

    shown    the objects with `«env.NAME»` where a file says `${{ env.NAME }}`: never with its value
    secrets  values of environment variables that files use: to be masked in what is told of them
    digest   SHA-256 over the names and bytes of all files: the same for the same files
    """

    config: Config
    checked: Checked
    shown: tuple[Resource, ...]
    secrets: frozenset[str]
    tests: Whole
    locks: tuple[Lock, ...]
    files: int
    digest: str


def read_overview(
    config: Config,
    org: str | None = None,
    *,
    runs: bool = True,
    environment: Mapping[str, str] = os.environ,
) -> Overview:
    """Reads, checks and tests a project offline, with the variables of `org`.

    Without `runs` the rules that run flows are left out. Raises InvalidInput where `trunkline.toml` or a
    lock file cannot be understood; faults of the other files are findings.
    """
    named = _Named(environment)
    checked = check_project(config, org, environment=named, runs=runs)
    shown = checked.loaded.resources
    if named.used:
        names = {name: f"«env.{name}»" for name in named.used}
        shown = load_project(config, org, environment=names).resources
    files = [path for path in _files(config.root) if path.is_file()]
    return Overview(
        config=config,
        checked=checked,
        shown=shown,
        secrets=frozenset(environment[name] for name in named.used),
        tests=run_everything(config.root, checked.loaded),
        locks=tuple(
            Lock.read(config.root, path.parent.name) for path in sorted(config.root.glob("orgs/*/lock.json"))
        ),
        files=len(files),
        digest=_digest(config.root, files),
    )


@dataclass(frozen=True)
class _Named(Mapping[str, str]):
    """The environment; remembers which variables were asked for and are there."""

    environment: Mapping[str, str]
    used: set[str] = field(default_factory=set[str])

    def __getitem__(self, name: str) -> str:
        value = self.environment[name]
        self.used.add(name)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self.environment)

    def __len__(self) -> int:
        return len(self.environment)


def _files(root: Path) -> Iterator[Path]:
    """The files that make up a project: its own, those of its kinds, what is remembered of its orgs."""
    yield root / CONFIG_FILE
    for folder in sorted({*(kind.folder for kind in KINDS.values()), "orgs"}):
        yield from sorted(path for path in (root / folder).rglob("*") if not path.name.startswith("."))


def _digest(root: Path, files: Sequence[Path]) -> str:
    whole = hashlib.sha256()
    for path in files:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        whole.update(f"{content}  {path.relative_to(root).as_posix()}\n".encode("utf-8", "surrogatepass"))
    return whole.hexdigest()
