"""`trunkline apply`."""

from __future__ import annotations

from pathlib import Path

import click

from trunkline.apply.execute import Outcome, Status
from trunkline.cli.common import (
    confirm,
    emit,
    emit_json,
    open_project,
    org_option,
    output_option,
    project_option,
    surface_option,
    talk,
    yes_option,
)
from trunkline.cli.orgs import open_org
from trunkline.domain.kinds import KINDS
from trunkline.domain.plan import Plan
from trunkline.errors import Partial, Refused, TrunklineError
from trunkline.library import Project
from trunkline.render.plan import render_plan
from trunkline.render.style import bold, colour, count, dim


@click.command()
@project_option
@org_option
@surface_option
@click.option("--target", "targets", multiple=True, metavar="ADDRESS", help="Only this object: kind/name.")
@click.option("--adopt", is_flag=True, help="Overwrite objects that were never applied or pulled from here.")
@click.option("--allow-replace", is_flag=True, help="Make a new object where a field cannot change in place.")
@click.option("--digest", help="Apply only the plan with this digest, the one that was read.")
@yes_option
@output_option()
def apply(
    folder: Path | None,
    org: str | None,
    surface: str | None,
    targets: tuple[str, ...],
    adopt: bool,
    allow_replace: bool,
    digest: str | None,
    yes: bool,
    form: str,
) -> int:
    """Carry out the plan: each object is read, compared, written and read again."""
    project = Project(open_project(folder))
    with open_org(org, surface, project.config.root) as opened:
        made = project.plan(opened, adopt=adopt, allow_replace=allow_replace, targets=targets)
        talk(render_plan(made, "text", KINDS, org=opened.name))
        if digest and not made.digest.startswith(digest):
            raise Refused(
                f"the plan is not the one that was read: its digest is {made.digest[:16]}, not {digest}",
                hint="read the plan above; apply it with its own digest",
            )
        if made.writes and not confirm(f"Apply {count(len(made.writes), 'change')} to {opened.name}?", yes):
            raise click.Abort
        outcomes = project.apply(opened, made, _tell if form == "text" else lambda outcome: None)
    if form == "json":
        emit_json({"org": opened.name, "digest": made.digest, "steps": [_row(each) for each in outcomes]})
    else:
        done = sum(each.status is Status.DONE for each in outcomes)
        emit(f"applied {count(done, 'change')} to {opened.name}")
    return _verdict(made, outcomes)


def _tell(outcome: Outcome) -> None:
    change = outcome.change
    if outcome.status is Status.DONE:
        version = outcome.resource.version if outcome.resource else None
        emit(
            f"{colour('✓', 'green')} {change.operation}d {bold(str(change.address))} "
            f"{dim(f'version {version}, {outcome.latency_ms:.0f} ms')}"
        )
    else:
        emit(f"{colour('✗', 'red')} {change.operation} {bold(str(change.address))}: {outcome.reason}")
        if outcome.error and outcome.error.hint:
            emit(f"    {dim('fix:')} {outcome.error.hint}")


def _row(outcome: Outcome) -> dict[str, object]:
    return {
        "address": str(outcome.change.address),
        "operation": str(outcome.change.operation),
        "status": str(outcome.status),
        "id": outcome.resource.remote_id if outcome.resource else None,
        "version": outcome.resource.version if outcome.resource else None,
        "latencyMs": round(outcome.latency_ms, 1),
        "reason": outcome.reason,
    }


def _verdict(plan: Plan, outcomes: list[Outcome]) -> int:
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
