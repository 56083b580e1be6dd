"""`trunkline promote`."""

from __future__ import annotations

from pathlib import Path

import click

from trunkline.cli.calling import call_options
from trunkline.cli.common import (
    confirm,
    open_project,
    output_option,
    project_option,
    talk,
    wait_option,
    yes_option,
)
from trunkline.cli.orgs import open_org
from trunkline.cli.outcomes import report, tell, tell_settled, verdict
from trunkline.domain.kinds import KINDS
from trunkline.errors import Refused, UsageError
from trunkline.library import Project
from trunkline.render.findings import finding_json
from trunkline.render.plan import render_plan
from trunkline.render.style import count


@click.command()
@click.option("--from", "source", required=True, metavar="ORG", help="The org to take objects from.")
@click.option("--to", "target", required=True, metavar="ORG", help="The org to bring them to.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(tuple(KINDS)), help="Only this kind.")
@click.option("--adopt", is_flag=True, help="Overwrite what the target has and was never applied from here.")
@click.option("--plan-only", is_flag=True, help="Show what would be done, and stop.")
@project_option
@wait_option
@yes_option
@call_options
@output_option()
def promote(
    source: str,
    target: str,
    kinds: tuple[str, ...],
    adopt: bool,
    plan_only: bool,
    folder: Path | None,
    wait: float,
    yes: bool,
    form: str,
) -> int:
    """Bring objects of one org to another: references by name, variables by org, secrets never.

    What resolves nowhere in the target is listed, and what refers to it is left alone.
    """
    if source == target:
        raise UsageError("--from and --to name the same org")
    project = Project(open_project(folder))
    root = project.config.root
    with open_org(source, None, root) as giver, open_org(target, None, root) as taker:
        if giver.cloud.identity == taker.cloud.identity:
            raise Refused(f"{source} and {target} are the same org")
        with project.writing(taker, wait) as right:
            tell_settled(right)
            made = project.plan_promotion(giver, right, kinds=kinds, adopt=adopt)
            talk(render_plan(made, "text", KINDS, org=taker.name))
            for finding in made.findings:
                if finding.rule in ("plan-unresolved", "promote-left"):
                    talk(f"{finding.address}: {finding.message}")
            if plan_only:
                return 0
            if made.writes and not confirm(f"Bring {count(len(made.writes), 'change')} to {target}?", yes):
                raise click.Abort
            outcomes = right.apply(
                made,
                tell if form == "text" else lambda outcome: None,
                verb="promote",
                options={"from": source, "unresolved": [finding_json(each) for each in made.findings]},
            )
            report(right, made, outcomes, form)
    return verdict(made, outcomes)
