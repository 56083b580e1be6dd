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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from trunkline.domain.json import Json, JsonObject
from trunkline.domain.resource import Address, Resource
from trunkline.errors import InvalidInput, Refused
from trunkline.org import Org
from trunkline.project.config import Config, find_root, read_config

if TYPE_CHECKING:
    from trunkline.apply.drift import Drift
    from trunkline.apply.execute import Outcome
    from trunkline.apply.settings_step import Manner
    from trunkline.apply.transaction import Result
    from trunkline.apply.writing import Site, Writing
    from trunkline.domain.plan import Plan
    from trunkline.engine.action import Run, Send
    from trunkline.project.checking import Checked
    from trunkline.project.lock import Lock
    from trunkline.render.report import Report
    from trunkline.store import Store

DEFAULT_KIND = "data_action"
"""What a target without a kind means."""


def _promotable(source: Org, target: Site) -> tuple[str, ...]:
    """The kinds that both orgs can hold. Raises Refused where they have none in common."""
    both = tuple(name for name in source.cloud.providers if name in target.providers)
    if not both:
        raise Refused(
            f"{source.name} and {target.name} have no kind of object in common",
            hint="promote between orgs of one vendor, on the same surface",
        )
    return both


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
        from trunkline.project.checking import check_project

        return check_project(self.config, org)

    def refuse_unreadable(self, org: str) -> None:
        """Raises InvalidInput, with every error, if the files cannot be read; asks nobody."""
        from trunkline.project.load import load_project

        if any(finding.severity == "error" for finding in load_project(self.config, org).findings):
            self._readable(org)

    def _readable(self, org: str) -> Checked:
        checked = self.check(org)
        if checked.unreadable:
            raise InvalidInput(
                "the project's files cannot be read",
                faults=tuple(str(finding) for finding in checked.errors),
                hint="trunkline check shows them all",
            )
        return checked

    @contextmanager
    def store(self) -> Generator[Store]:
        """The state: journal, audit log, locks; see `trunkline.store.open_store`."""
        from trunkline.store import open_store

        with open_store(self.config.root, self.config.state) as opened:
            yield opened

    def plan(
        self,
        org: Org,
        *,
        adopt: bool = False,
        allow_replace: bool = False,
        allow_delete: bool = False,
        rewire: bool = False,
        delete_threshold: float = 0.3,
        targets: Sequence[str] = (),
    ) -> Plan:
        """Files against the org, three ways. `targets` keeps to some addresses (`data_action/NAME`).

        Raises InvalidInput if the files have errors, Partial if the org could not be listed whole.
        """
        from trunkline.apply.planning import Planner
        from trunkline.domain.plan import Policy
        from trunkline.project.lock import Lock

        checked = self._readable(org.name)
        lock = Lock.read(self.config.root, org.name)
        desired = list(checked.loaded.resources)
        chosen = _targets(desired, targets, lock) if targets else None
        policy = Policy(
            adopt=adopt,
            allow_replace=allow_replace or self.config.policy.get("allow_replace") is True,
            rewire=rewire,
            allow_delete=allow_delete or self.config.policy.get("allow_delete") is True,
            delete_threshold=delete_threshold,
        )
        planner = Planner(org.name, org.target.surface, org.cloud.providers, lock, org.cloud.outside)
        return planner.plan(desired, policy, checked.findings, chosen)

    @contextmanager
    def writing(self, org: Org, wait: float = 0.0) -> Generator[Writing]:
        """The right to write to an org: its lock, held until the end; runs that died are settled first.

        Raises Refused, naming who writes, if that does not end within `wait` seconds.
        """
        from trunkline.apply.writing import writing
        from trunkline.project.lock import Lock

        lock = Lock.read(self.config.root, org.name)
        with self.store() as store, writing(_site(org), store, lock, wait, self._manner(wait)) as right:
            org.cloud.keep_keys(store.idempotency)
            yield right

    def _manner(self, wait: float = 0.0) -> Manner:
        """How settings of flows are changed, as `[policy]` says."""
        from trunkline.apply.settings_step import Manner
        from trunkline.apply.transaction import INTERVAL

        policy = self.config.policy
        audit_file = policy.get("audit_file")
        return Manner(
            interval=float(policy.get("min_update_interval", INTERVAL)),
            wait=wait,
            strict_reload=policy.get("strict_reload") is True,
            audit_file=self.config.root / str(audit_file) if audit_file else None,
            webhook=os.environ.get("WEBHOOK_URL") or policy.get("webhook"),
        )

    def plan_rollback(self, right: Writing, runs: Sequence[str] = (), *, since: str | None = None) -> Plan:
        """What takes runs back: those named, or all that began after a time (ISO 8601, UTC).

        What others changed since stays; where it is the same field it is a conflict. Raises InvalidInput
        where a run was against another org, or there is nothing to take back.
        """
        from trunkline.apply.rollback import plan_rollback

        return plan_rollback(right, runs, since)

    def plan_promotion(
        self, source: Org, right: Writing, *, kinds: Sequence[str] = (), adopt: bool = False
    ) -> Plan:
        """What brings objects of one org to another: all kinds that both can hold, or those named."""
        from trunkline.apply.promote import plan_promotion, read_source, variable_values
        from trunkline.domain.kinds import KINDS
        from trunkline.domain.plan import Policy

        chosen = kinds or _promotable(source, right.site)
        resources, notes = read_source(source.cloud.providers, KINDS, chosen)
        variables = self.config.variables_of
        values = variable_values(variables(source.name), variables(right.site.name))
        return plan_promotion(right.planner, resources, Policy(adopt=adopt), notes, values)

    def change_settings(
        self,
        org: Org,
        file: str | Path,
        *,
        wait: bool = False,
        strict_reload: bool = False,
        webhook: str | None = None,
    ) -> tuple[Result, list[str]]:
        """The settings of a file (`*.settings.yaml`) in one transaction; and what was made up for first.

        Raises InvalidInput, PermissionMissing or Refused before anything is written.
        """
        from trunkline.apply.flow_settings import Transactor
        from trunkline.apply.recorder import who
        from trunkline.apply.telling import tell
        from trunkline.project.flow_settings import read_settings

        read = read_settings(Path(file), self.config.variables_of(org.name))
        with self.store() as store:
            provider, me = org.cloud.flow_settings, who(org.target.client_id)
            key = f"{org.cloud.identity} flow settings"
            change = Transactor(provider.api, store, key, org.name, me, self._manner().interval)
            recovered = change.recover()
            wanted = provider.to_wire({"settings": read.settings})
            result = change.apply(read.flow, wanted, read.source, wait=wait, strict_reload=strict_reload)
        return (tell(webhook, result) if webhook else result), recovered

    def drift(self, org: Org) -> tuple[list[Drift], list[Address]]:
        """What is not in the org as it was last applied or pulled, and objects that nothing is known of."""
        from trunkline.apply.drift import find_drift
        from trunkline.apply.planning import Planner
        from trunkline.project.lock import Lock

        lock = Lock.read(self.config.root, org.name)
        planner = Planner(org.name, org.target.surface, org.cloud.providers, lock, org.cloud.outside)
        return find_drift(planner, org.cloud.author_of)

    def report(self, org: Org | None = None, *, title: str = "", quick: bool = False) -> Report:
        """All there is to say of the project, offline; with an org also how that differs.

        `quick` leaves out the rules that run flows. Raises InvalidInput where `trunkline.toml` or a lock
        cannot be understood, and what asking the org raises.
        """
        from trunkline.project.overview import read_overview
        from trunkline.render.report import make_report
        from trunkline.render.report.records import find_history, live_state

        overview = read_overview(self.config, org.name if org else None, runs=not quick)
        history, notes = find_history(self.config, online=org is not None)
        live = live_state(org.target, lambda: self.plan(org), *self.drift(org)) if org else None
        return make_report(overview, title=title, history=history, live=live, notes=notes)

    def apply(
        self,
        org: Org,
        plan: Plan,
        on_outcome: Callable[[Outcome], None] = lambda outcome: None,
        *,
        wait: float = 0.0,
    ) -> list[Outcome]:
        """Carries out a plan, writes the journal, remembers what was applied. A failed step is an outcome."""
        with self.writing(org, wait) as right:
            return right.apply(plan, on_outcome)


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


def _targets(resources: Sequence[Resource], targets: Sequence[str], lock: Lock) -> frozenset[Address]:
    wanted = {Address.parse(text) if "/" in text else Address(DEFAULT_KIND, text) for text in targets}
    missing = wanted - {resource.address for resource in resources} - lock.entries.keys()
    if missing:
        names = ", ".join(str(address) for address in sorted(missing))
        raise InvalidInput(
            f"the project has no {names}", hint="an address is kind/name, as trunkline check shows"
        )
    return frozenset(wanted)


def _site(org: Org) -> Site:
    from trunkline.apply.writing import Site

    target, cloud = org.target, org.cloud
    return Site(
        cloud.identity,
        org.name,
        target.surface,
        target.client_id,
        cloud.providers,
        cloud.outside,
        cloud.session.deadline,
    )
