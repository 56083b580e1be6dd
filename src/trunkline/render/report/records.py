"""What was done: the locks of orgs, our own runs and audit chain, and how an org stands now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from trunkline.domain.canonical import canonical, inherit
from trunkline.domain.diff import diff
from trunkline.domain.kinds import KINDS
from trunkline.domain.plan import Operation, Plan, State
from trunkline.domain.resource import Address, Resource
from trunkline.errors import InvalidInput
from trunkline.project.config import Config
from trunkline.project.lock import Lock
from trunkline.render.report.model import Applied, Difference, History, Live, RunRow, Write
from trunkline.store.open import open_store, state_of

if TYPE_CHECKING:
    from trunkline.apply.drift import Drift
    from trunkline.clouds.target import Target
    from trunkline.store import Run, Step

_RUNS = 50
_FIELDS = 12
_NOT_HELD = frozenset({"description", "errorHandling", "conditions"})
"""Fields of data actions that not every API has a place for: a base without them says nothing."""


def applied_rows(locks: Iterable[Lock], resources: Sequence[Resource]) -> Iterator[Applied]:
    """Every object of every lock, and whether the files have changed since it was applied or pulled."""
    files = {each.address: each for each in resources}
    for lock in locks:
        bases = lock.bases()
        for address, entry in sorted(lock.entries.items()):
            base, resource = bases.get(address), files.get(address)
            since: tuple[str, ...] = ()
            if resource is None:
                state = "no file any more"
            elif base is None:
                state = "unknown: no body was kept"
            else:
                since = tuple(_changed(resource, base))
                state = "the files have changed since" if since else "as the files say"
            yield Applied(
                lock.org,
                address.kind,
                address.name,
                entry.id,
                entry.version or "",
                entry.digest or "",
                entry.file or "",
                state,
                since,
            )


def _changed(resource: Resource, base: Mapping[str, object]) -> Iterator[str]:
    kind = KINDS[resource.address.kind]
    mine = inherit(kind, canonical(kind, resource.body), dict(base))
    for number, field in enumerate(diff(dict(base), mine)):
        if kind.name == "data_action" and field.path[:1] and field.path[0] in _NOT_HELD - base.keys():
            continue
        if number == _FIELDS:
            yield "and more"
            return
        yield field.field


def find_history(config: Config, *, online: bool) -> tuple[History | None, list[str]]:
    """The last runs, and what verifying the whole audit chain found; else a note that says why not.

    A state that is there is read, none is made, and no server is asked unless `online`.
    """
    where = state_of(config.root, config.state)
    if isinstance(where, str) and not online:
        return None, ["Runs and the audit log are on a server: they are in a report made with --org."]
    if isinstance(where, Path) and not where.is_file():
        return None, ["Nothing was written to an org from this copy of the project."]
    with open_store(config.root, config.state) as store:
        runs = store.journal.runs()
        verdict = store.audit.verify()
        rows = tuple(_run(run, store.journal.steps(run.id)) for run in runs[:_RUNS])
    return History(rows, max(0, len(runs) - _RUNS), verdict.lines, verdict.head, verdict.faults), []


def _run(run: Run, steps: Sequence[Step]) -> RunRow:
    return RunRow(
        run.id,
        run.profile,
        run.verb,
        run.outcome or "never ended",
        str(run.who.get("user", "")),
        run.started,
        run.ended or "",
        run.digest,
        tuple(
            Write(
                step.address.kind,
                step.address.name,
                step.operation,
                str(step.status),
                step.after_version or "",
                step.error or "",
            )
            for step in steps
        ),
    )


def live_state(
    target: Target, plan: Callable[[], Plan], drift: Sequence[Drift], without_base: Sequence[Address]
) -> Live:
    """The plan and the drift of an org. Where the files cannot be read there is no plan, and a note."""
    try:
        made, note = plan(), ""
    except InvalidInput as error:
        made, note = None, str(error)
    changes = [each for each in made.changes if each.state is not State.IN_SYNC] if made else []
    counts = {str(state): 0 for state in State}
    for change in made.changes if made else ():
        counts[str(change.state)] += 1
    return Live(
        target.name,
        target.base_url,
        note,
        made.digest if made else "",
        {name: number for name, number in counts.items() if number},
        tuple(
            Difference(
                change.address.kind,
                change.address.name,
                str(change.operation) if change.operation is not Operation.NOOP else "",
                str(change.state),
                tuple(field.field for field in (change.fields or change.drift)[:_FIELDS]),
                change.blocked or "",
            )
            for change in changes
        ),
        tuple(map(_drifted, drift)),
        tuple(map(str, without_base)),
    )


def _drifted(each: Drift) -> Difference:
    author = each.author
    by = " ".join(filter(None, (author.who, author.when))) if author else ""
    fields = tuple(field.field for field in each.fields[:_FIELDS])
    done = "deleted" if each.deleted else "changed"
    return Difference(each.address.kind, each.address.name, done, "drift", fields, by=by)
