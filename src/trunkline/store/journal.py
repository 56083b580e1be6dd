"""Runs and their steps: the intent of a write before it is sent, the result after it.

Bodies have every secret field masked. A step ends in one transaction with its audit line. Snapshots are
the bodies before and after a step: what a rollback goes back to, and what it compares with.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from trunkline.domain.json import JsonObject, digest
from trunkline.domain.resource import Address
from trunkline.errors import InvalidInput, NotFound
from trunkline.store.audit import AuditLog
from trunkline.store.database import Database, Row, Transaction
from trunkline.store.times import new_run, timestamp


class StepStatus(StrEnum):
    """`undone`: settling found that the write never took effect."""

    INTENT = "intent"
    DONE = "done"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Run:
    """One run against one org; `org` is the org's identity, `profile` its name here.

    `ended` is None while it runs, and for ever if it died; then the next run settles it.
    """

    id: str
    org: str
    profile: str
    verb: str
    digest: str
    options: JsonObject
    who: JsonObject
    started: str
    ended: str | None
    outcome: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """One write. `before` is the object as it was, `after` as it was to be; None where there is none."""

    run: str
    number: int
    address: Address
    operation: str
    status: StepStatus
    before_id: str | None
    before_version: str | None
    before: JsonObject | None
    after: JsonObject | None
    after_id: str | None
    after_version: str | None
    error: str | None
    latency_ms: float | None
    started: str
    ended: str | None


_RUN = "SELECT id, org, profile, verb, digest, options, who, started, ended, outcome FROM runs"
_STEP = (
    "SELECT run, number, address, operation, status, before_id, before_version, before_body,"
    " after_body, after_id, after_version, error, latency_ms, started, ended FROM steps"
)


class Journal:
    """Writes are on disk, or on the server, when a method returns."""

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    def begin(
        self, org: str, profile: str, verb: str, plan: str, who: JsonObject, options: JsonObject | None = None
    ) -> Run:
        """A new run, with its audit line. `plan` is the digest of what it carries out."""
        run = Run(new_run(), org, profile, verb, plan, options or {}, who, timestamp(), None, None)
        with self._database.transaction() as transaction:
            transaction.execute(
                "INSERT INTO runs (id, org, profile, verb, digest, options, who, started)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                run.id, org, profile, verb, plan, json.dumps(run.options), json.dumps(who), run.started,
            )  # fmt: skip
            self._note(transaction, run, f"{verb} begun", plan=plan)
        return run

    def end(self, run: Run, outcome: str) -> None:
        with self._database.transaction() as transaction:
            transaction.execute(
                "UPDATE runs SET ended = ?, outcome = ? WHERE id = ?", timestamp(), outcome, run.id
            )
            self._note(transaction, run, f"{run.verb} ended", status=outcome)

    def intend(
        self,
        run: Run,
        address: Address,
        operation: str,
        *,
        before: tuple[str | None, JsonObject | None] = (None, None),
        before_version: str | None = None,
        after: JsonObject | None = None,
    ) -> int:
        """Writes down what is about to be sent; the number of the step. `before` is an id and a body."""
        with self._database.transaction() as transaction:
            found = transaction.one("SELECT MAX(number) FROM steps WHERE run = ?", run.id)
            number = ((found[0] if found else None) or 0) + 1
            transaction.execute(
                "INSERT INTO steps (run, number, address, operation, status, before_id, before_version,"
                " before_body, after_body, started) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                run.id, number, str(address), operation, StepStatus.INTENT.value, before[0],
                before_version, _text(before[1]), _text(after), timestamp(),
            )  # fmt: skip
        return number

    def settle(
        self,
        run: Run,
        number: int,
        status: StepStatus,
        *,
        remote_id: str | None = None,
        version: str | None = None,
        after: JsonObject | None = None,
        error: str | None = None,
        latency_ms: float | None = None,
    ) -> None:
        """Writes down what became of a step. `after` replaces what was intended by what is there."""
        with self._database.transaction() as transaction:
            transaction.execute(
                "UPDATE steps SET status = ?, after_id = ?, after_version = ?,"
                " after_body = COALESCE(?, after_body), error = ?, latency_ms = ?, ended = ?"
                " WHERE run = ? AND number = ?",
                status.value, remote_id, version, _text(after), error, latency_ms, timestamp(),
                run.id, number,
            )  # fmt: skip
            step = _step(transaction.query(f"{_STEP} WHERE run = ? AND number = ?", run.id, number)[0])
            self._note(
                transaction,
                run,
                step.operation,
                address=str(step.address),
                id=remote_id or step.before_id,
                before=digest(step.before) if step.before is not None else None,
                after=digest(step.after) if step.after is not None else None,
                status=status.value,
                latencyMs=None if latency_ms is None else round(latency_ms, 1),
                error=error,
            )

    def skip(self, run: Run, address: Address, operation: str, reason: str) -> None:
        """A step that was not tried."""
        number = self.intend(run, address, operation)
        self.settle(run, number, StepStatus.SKIPPED, error=reason)

    def unfinished(self, org: str) -> list[Run]:
        """Runs of an org that began and never ended, the oldest first."""
        return self._runs(f"{_RUN} WHERE org = ? AND ended IS NULL ORDER BY started, id", org)

    def runs(self, org: str | None = None) -> list[Run]:
        """Runs, the newest first."""
        if org is None:
            return self._runs(f"{_RUN} ORDER BY started DESC, id DESC")
        return self._runs(f"{_RUN} WHERE org = ? ORDER BY started DESC, id DESC", org)

    def run(self, name: str) -> Run:
        """The run of a name, or of the beginning of one. Raises NotFound, or InvalidInput for several."""
        found = [run for run in self.runs() if run.id.startswith(name)]
        exact = [run for run in found if run.id == name]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if found:
            raise InvalidInput(f"{len(found)} runs begin with {name}", faults=tuple(run.id for run in found))
        raise NotFound(f"there is no run {name}", hint="trunkline history lists them")

    def steps(self, run: str) -> list[Step]:
        """The steps of a run, in the order they began."""
        with self._database.transaction() as transaction:
            rows = transaction.query(f"{_STEP} WHERE run = ? ORDER BY number", run)
        return [_step(row) for row in rows]

    def _runs(self, statement: Any, *values: str) -> list[Run]:
        with self._database.transaction() as transaction:
            rows = transaction.query(statement, *values)
        return [_run(row) for row in rows]

    def _note(self, transaction: Transaction, run: Run, event: str, **details: Any) -> None:
        said = {key: value for key, value in details.items() if value is not None}
        record = {"event": event, "org": run.org, "profile": run.profile, "run": run.id, **run.who, **said}
        self._audit.append_in(transaction, record)


def _run(row: Row) -> Run:
    run_id, org, profile, verb, plan, options, who, started, ended, outcome = row
    return Run(
        run_id, org, profile, verb, plan, json.loads(options), json.loads(who), started, ended, outcome
    )


def _step(row: Sequence[Any]) -> Step:
    return Step(
        run=row[0],
        number=row[1],
        address=Address.parse(row[2]),
        operation=row[3],
        status=StepStatus(row[4]),
        before_id=row[5],
        before_version=row[6],
        before=_value(row[7]),
        after=_value(row[8]),
        after_id=row[9],
        after_version=row[10],
        error=row[11],
        latency_ms=row[12],
        started=row[13],
        ended=row[14],
    )


def _text(body: JsonObject | None) -> str | None:
    return None if body is None else json.dumps(body, ensure_ascii=False)


def _value(text: str | None) -> JsonObject | None:
    return None if text is None else json.loads(text)
