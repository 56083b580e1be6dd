"""The Python side of Trunkline: what the command line uses, small and typed.

import trunkline

with trunkline.connect("emulator") as org:
    project = trunkline.Project.open("acme")
    plan = project.plan(org)
    project.apply(org, plan)
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from trunkline.clouds.target import Sources, Target, chooses_emulator, resolve
from trunkline.domain.canonical import canonical, match_paths, without
from trunkline.domain.finding import Finding, Severity
from trunkline.domain.json import Json, JsonObject, digest, show_path
from trunkline.domain.kinds import KINDS
from trunkline.domain.plan import Plan, Policy, hold_back, make_plan
from trunkline.domain.resource import Address, Resource
from trunkline.errors import InvalidInput, Partial, Refused
from trunkline.org import Org
from trunkline.project.checking import Checked, check_project
from trunkline.project.config import Config, find_root, read_config
from trunkline.project.lock import Entry, Lock

if TYPE_CHECKING:
    from trunkline.apply.execute import Outcome
    from trunkline.clouds.retry import Wait
    from trunkline.engine.action import Run, Send

STATE = ".trunkline"
"""Folder of a project for what is not committed: the embedded emulator's state, journals."""

PLANNED = ("data_action",)
"""Kinds that a plan covers."""


@contextmanager
def connect(
    org: str | None = None,
    *,
    surface: str | None = None,
    cloud: str | None = None,
    folder: str | Path | None = None,
    pool: Sequence[str] = (),
    on_wait: Callable[[Wait], None] | None = None,
    on_note: Callable[[str], None] | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Generator[Org]:
    """Opens an org: by name, from the environment, or the project's default; never guessed.

    `emulator` (and `demo`) is the embedded emulator, started here and stopped at the end; its state is
    kept in `.trunkline/emulator` of the project or folder. `pool` names profiles of further clients of the
    org, each with a quota of its own. Raises NoTarget where no org is chosen.
    """
    start = Path(folder) if folder else Path.cwd()
    root = find_root(start)
    config = read_config(root) if root else None
    sources = Sources.of(
        root or start, config.orgs if config else None, config.default_org if config else None, environ
    )
    with ExitStack() as stack:
        if chooses_emulator(sources, org):
            chosen = surface or environ.get("TRUNKLINE_SURFACE") or "public"
            target = stack.enter_context(_embedded(root or start, chosen))
        else:
            target = resolve(sources, org, surface=surface, cloud=cloud)
        if on_note:
            for note in target.notes:
                on_note(note)
        others = [resolve(sources, name, surface=target.surface) for name in pool]
        yield stack.enter_context(open_target(target, pool=others, on_wait=on_wait))


@contextmanager
def open_target(
    target: Target, *, pool: Sequence[Target] = (), on_wait: Callable[[Wait], None] | None = None
) -> Generator[Org]:
    """Opens the org of a target that is already resolved."""
    from trunkline.clouds.connecting import connect as connect_cloud

    cloud = connect_cloud(target, pool=pool, on_wait=on_wait)
    try:
        yield Org(target.name, cloud)
    finally:
        cloud.close()


@contextmanager
def _embedded(root: Path, surface: str) -> Generator[Target]:
    from trunkline.clouds.redact import Secret
    from trunkline.emulator.server import start

    with start(data=root / STATE / "emulator", quota=0) as emulator:
        access = next(org for org in emulator.orgs if org.cloud == "genesys")
        yield Target(
            cloud="genesys",
            base_url=emulator.url,
            login_url=emulator.url,
            surface=surface,
            client_id=access.client_id,
            client_secret=Secret(access.client_secret),
            name="emulator",
            origin="the embedded emulator",
        )


@dataclass(frozen=True, slots=True)
class Project:
    """A project on disk."""

    config: Config

    @classmethod
    def open(cls, folder: str | Path = ".") -> Project:
        """The project of a folder or of the nearest one above it. Raises InvalidInput."""
        root = find_root(Path(folder).resolve())
        if root is None:
            raise InvalidInput(
                f"no trunkline.toml in or above {folder}", hint="trunkline init starts a project"
            )
        return cls(read_config(root))

    def check(self, org: str | None = None) -> Checked:
        """The files with every finding of the rules, offline."""
        return check_project(self.config, org)

    def plan(
        self, org: Org, *, adopt: bool = False, allow_replace: bool = False, targets: Sequence[str] = ()
    ) -> Plan:
        """Files against the org, three ways. `targets` keeps to some addresses (`data_action/NAME`).

        Raises InvalidInput if the files have errors, Partial if the org could not be listed whole.
        """
        checked = self.check(org.name)
        if checked.unreadable:
            raise InvalidInput(
                "the project's files cannot be read",
                faults=tuple(str(finding) for finding in checked.unreadable),
                hint="trunkline check shows them all",
            )
        lock = Lock.read(self.config.root, org.name)
        desired = [r for r in checked.loaded.resources if r.address.kind in PLANNED]
        desired, notes = _held(_targeted(desired, targets), org)
        actual = [
            resource
            for kind in PLANNED
            if any(wanted.address.kind == kind for wanted in desired)
            for resource in lock.readdressed(_complete(org, kind))
        ]
        policy = Policy(adopt=adopt, allow_replace=allow_replace)
        made = make_plan(desired, actual, lock.bases(), KINDS, policy, [*checked.findings, *notes])
        return hold_back(made, checked.findings)

    def apply(
        self, org: Org, plan: Plan, on_outcome: Callable[[Outcome], None] = lambda outcome: None
    ) -> list[Outcome]:
        """Carries out a plan, writes the journal, remembers what was applied. A failed step is an outcome."""
        from trunkline.apply.execute import Status, execute
        from trunkline.apply.journal import Journal, new_run

        lock = Lock.read(self.config.root, org.name)

        def remember(outcome: Outcome) -> None:
            if outcome.status is Status.DONE and outcome.resource is not None:
                _remember(lock, outcome.change.address, outcome.resource, outcome.change.desired)
            on_outcome(outcome)

        for change in plan.changes:
            if change.actual is not None and change.state == "in sync":
                _remember(lock, change.address, change.actual, change.desired)
        lock.write()
        with Journal(self.config.root / STATE / "journal", new_run()) as journal:
            journal.write("start", org=org.name, digest=plan.digest, steps=len(plan.writes))
            outcomes = execute(plan, org.cloud.providers, KINDS, journal, remember)
            journal.write("end", done=sum(outcome.status is Status.DONE for outcome in outcomes))
        return outcomes


def run_action(
    action: JsonObject,
    given: Json,
    send: Send,
    *,
    credentials: Mapping[str, Json] | None = None,
    auth: JsonObject | None = None,
    base_url: str = "",
) -> Run:
    """Runs a data action offline, step by step; see `trunkline.engine.action.run`."""
    from trunkline.engine.action import run

    return run(action, given, send, credentials=credentials, auth=auth, base_url=base_url)


def _targeted(resources: list[Resource], targets: Sequence[str]) -> list[Resource]:
    if not targets:
        return resources
    wanted = {Address.parse(text) if "/" in text else Address(PLANNED[0], text) for text in targets}
    missing = wanted - {resource.address for resource in resources}
    if missing:
        names = ", ".join(str(address) for address in sorted(missing))
        raise InvalidInput(
            f"the project has no {names}", hint="an address is kind/name, as trunkline check shows"
        )
    return [resource for resource in resources if resource.address in wanted]


def _held(resources: Sequence[Resource], org: Org) -> tuple[list[Resource], list[Finding]]:
    """The resources as the org's API can hold them, and a finding for each field that stays behind."""
    kept: list[Resource] = []
    notes: list[Finding] = []
    for resource in resources:
        gaps = org.cloud.providers[resource.address.kind].cannot_hold
        for pattern in gaps:
            for path in match_paths(resource.body, pattern):
                place = resource.source.place(path) if resource.source else None
                message = (
                    f"{show_path(path)} has no place in the {org.target.surface} API: it stays in the file"
                )
                notes.append(Finding("plan-not-held", Severity.INFO, message, resource.address, path, place))
        kept.append(replace(resource, body=without(resource.body, gaps)))
    return kept, notes


def _complete(org: Org, kind: str) -> list[Resource]:
    listing = org.cloud.providers[kind].list()
    if not listing.complete:
        raise Partial(
            f"{org.name} could not be listed whole: a plan from half a listing would be wrong",
            missing=listing.notes,
            hint="run it again; --output json of `trunkline pull` shows what is there",
        )
    return list(listing.items)


def _remember(lock: Lock, address: Address, live: Resource, desired: Resource | None) -> None:
    body = canonical(KINDS[address.kind], live.body)
    file = desired.source.file if desired and desired.source else None
    if live.remote_id is None:
        raise Refused(f"{address} has no id in the org")
    lock.entries[address] = Entry(live.remote_id, live.version, digest(body), file)
    lock.write_base(address, body)
    lock.write()
