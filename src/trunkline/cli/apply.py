"""`trunkline apply`."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import click

from trunkline.cli.common import (
    also_option,
    confirm,
    guard_options,
    open_project,
    org_option,
    output_option,
    project_option,
    surface_option,
    talk,
    wait_option,
    yes_option,
)
from trunkline.cli.orgs import open_org
from trunkline.cli.outcomes import report, tell, tell_settled, verdict
from trunkline.domain.json import JsonObject
from trunkline.domain.kinds import KINDS
from trunkline.errors import InvalidInput, Refused, UsageError
from trunkline.library import Project
from trunkline.render.plan import render_plan
from trunkline.render.style import count


@click.command()
@project_option
@org_option
@also_option
@surface_option
@click.option("--target", "targets", multiple=True, metavar="ADDRESS", help="Only this object: kind/name.")
@click.option("--adopt", is_flag=True, help="Overwrite objects that were never applied or pulled from here.")
@guard_options
@click.option("--digest", help="Apply only the plan with this digest, the one that was read.")
@click.option("--force-unlock", is_flag=True, help="Break locks of others on flows; what they saved stays.")
@click.option("--resume", is_flag=True, help="Go on with the last run, which died, with its own options.")
@wait_option
@yes_option
@output_option()
def apply(
    folder: Path | None,
    org: str | None,
    also: tuple[str, ...],
    surface: str | None,
    targets: tuple[str, ...],
    adopt: bool,
    allow_replace: bool,
    rewire: bool,
    allow_delete: bool,
    delete_threshold: float,
    digest: str | None,
    force_unlock: bool,
    resume: bool,
    wait: float,
    yes: bool,
    form: str,
) -> int:
    """Carry out the plan: each object is read, compared, written and read again.

    A run that died is settled first: what became of each of its steps is looked up in the org. With --also,
    the orgs are brought up to date one after the other; one that fails is the last.
    """
    if also and (digest or resume):
        raise UsageError("--digest and --resume are about the run of one org", hint="leave --also out")
    project = Project(open_project(folder))
    options: JsonObject = {
        "adopt": adopt,
        "allow_replace": allow_replace,
        "rewire": rewire,
        "allow_delete": allow_delete,
        "delete_threshold": delete_threshold / 100,
        "targets": list(targets),
    }
    rest = _Rest(project, digest, force_unlock, resume, wait, yes, form)
    codes = [rest.apply(org, surface, options), *(rest.apply(name, None, options) for name in also)]
    return max(codes)


@dataclass(frozen=True, slots=True)
class _Rest:
    """What is the same for every org of a run."""

    project: Project
    digest: str | None
    force_unlock: bool
    resume: bool
    wait: float
    yes: bool
    form: str

    def apply(self, org: str | None, surface: str | None, options: JsonObject) -> int:
        """Plans and applies to one org; the exit code."""
        root = self.project.config.root
        with ExitStack() as stack:
            opened = stack.enter_context(open_org(org, surface, root))
            self.project.refuse_unreadable(opened.name)
            right = stack.enter_context(self.project.writing(opened, self.wait))
            opened.cloud.force_unlock = self.force_unlock
            tell_settled(right)
            if self.resume:
                if not right.settled:
                    raise InvalidInput(
                        f"no run against {opened.name} was left unfinished", hint="trunkline history"
                    )
                options = right.settled[-1][0].options
            made = self.project.plan(opened, **options)
            talk(render_plan(made, "text", KINDS, org=opened.name))
            if self.digest and not made.digest.startswith(self.digest):
                raise Refused(
                    "the plan is not the one that was read: "
                    f"its digest is {made.digest[:16]}, not {self.digest}",
                    hint="read the plan above; apply it with its own digest",
                )
            question = f"Apply {count(len(made.writes), 'change')} to {opened.name}?"
            if made.writes and not confirm(question, self.yes):
                raise click.Abort
            on_outcome = tell if self.form == "text" else lambda outcome: None
            outcomes = right.apply(made, on_outcome, options=options)
            report(right, made, outcomes, self.form)
        return verdict(made, outcomes)
