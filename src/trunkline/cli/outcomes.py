"""What became of a run: told as it happens, summed up at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trunkline.apply.execute import Outcome, Status
from trunkline.cli.common import emit, emit_json, talk
from trunkline.domain.plan import Operation, Plan
from trunkline.errors import InvalidInput, Partial, Refused, TrunklineError
from trunkline.render.style import bold, colour, count, dim

if TYPE_CHECKING:
    from trunkline.apply.writing import Writing

_DONE = {
    Operation.CREATE: "created",
    Operation.UPDATE: "updated",
    Operation.REPLACE: "replaced",
    Operation.DELETE: "deleted",
    Operation.NOOP: "left",
}


def tell(outcome: Outcome) -> None:
    """One step, as soon as it is over."""
    change = outcome.change
    if outcome.status is Status.DONE:
        version = (
            f"version {outcome.resource.version}, " if outcome.resource and outcome.resource.version else ""
        )
        emit(
            f"{colour('✓', 'green')} {_DONE[change.operation]} {bold(str(change.address))} "
            f"{dim(f'{version}{outcome.latency_ms:.0f} ms')}"
        )
        for note in outcome.notes:
            talk(f"note: {outcome.change.address}: {note}")
    else:
        emit(f"{colour('✗', 'red')} {change.operation} {bold(str(change.address))}: {outcome.reason}")
        if outcome.error and outcome.error.hint:
            emit(f"    {dim('fix:')} {outcome.error.hint}")
        for fault in outcome.error.faults if isinstance(outcome.error, InvalidInput) else ():
            emit(f"    {fault}")


def tell_settled(right: Writing) -> None:
    """What was found of runs that died."""
    for run, steps in right.settled:
        talk(f"note: run {run.id} ({run.verb}, begun {run.started}) never ended; it is settled now")
        for settled in steps:
            said = f", {settled.said}" if settled.said else ""
            talk(f"note:   {settled.step.operation} {settled.step.address}: {settled.status}{said}")


def report(right: Writing, plan: Plan, outcomes: list[Outcome], form: str) -> None:
    """The result, in text or JSON; with the head of the audit log, to be noted elsewhere."""
    number, head = right.store.audit.head()
    run = right.run.id if right.run else None
    if form == "json":
        emit_json(
            {
                "org": right.site.name,
                "run": run,
                "digest": plan.digest,
                "audit": {"lines": number, "head": head},
                "steps": [_row(each) for each in outcomes],
            }
        )
        return
    done = sum(each.status is Status.DONE for each in outcomes)
    named = f" {dim(f'run {run}, audit head {head[:16]}')}" if run else ""
    emit(f"applied {count(done, 'change')} to {right.site.name}{named}")


def verdict(plan: Plan, outcomes: list[Outcome]) -> int:
    """0, or the error that says what is left: 4 where some steps were done, else the steps' own."""
    failed = [outcome for outcome in outcomes if outcome.status is not Status.DONE]
    if failed:
        reasons = tuple(f"{outcome.change.address}: {outcome.reason}" for outcome in failed)
        if len(failed) < len(outcomes):
            raise Partial(f"{len(failed)} of {count(len(outcomes), 'change')} not done", missing=reasons)
        error = failed[0].error
        if len(failed) == 1 and error is not None:
            raise error
        raise TrunklineError("none of the changes was done: " + "; ".join(reasons))
    if plan.blocked:
        blocked = ", ".join(str(change.address) for change in plan.blocked)
        raise Refused(f"left alone: {blocked}", hint="the plan above says why and what to do")
    return 0


def _row(outcome: Outcome) -> dict[str, object]:
    return {
        "address": str(outcome.change.address),
        "operation": str(outcome.change.operation),
        "status": str(outcome.status),
        "id": outcome.resource.remote_id if outcome.resource else None,
        "version": outcome.resource.version if outcome.resource else None,
        "latencyMs": round(outcome.latency_ms, 1),
        "reason": outcome.reason,
        "notes": list(outcome.notes),
    }
