"""`trunkline audit`: our own tamper-evident log, and the cloud's audit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from trunkline.cli.audit_follow import Wanted, print_records, shown
from trunkline.cli.common import (
    emit,
    emit_json,
    open_project,
    org_option,
    output_option,
    project_option,
    surface_option,
)
from trunkline.cli.options import RenamedOption, lines_option
from trunkline.cli.orgs import open_org
from trunkline.errors import TrunklineError, UsageError
from trunkline.library import Project
from trunkline.project.files import write_atomic
from trunkline.render.style import count, dim


@click.group()
def audit() -> None:
    """What was done: our own log, which nobody can change unseen, and the cloud's."""


@audit.command()
@click.option("--last", type=click.IntRange(1), help="Only the last lines.")
@click.option(
    "--to",
    "--export",
    "file",
    cls=RenamedOption,
    type=click.Path(path_type=Path),
    help="File to write all of it to, as NDJSON.",
)
@project_option
@output_option()
def log(last: int | None, file: Path | None, folder: Path | None, form: str) -> int:
    """Show the log, one JSON object a line with --output json."""
    project = Project(open_project(folder))
    with project.store() as store:
        records = list(store.audit.records(last=last))
    if file is not None:
        write_atomic(file, "".join(record.line() + "\n" for record in records))
        emit(f"wrote {count(len(records), 'line')} to {file}")
        return 0
    for record in records:
        if form == "json":
            emit(record.line())
            continue
        said = record.record
        what = " ".join(str(said[key]) for key in ("event", "address", "status") if said.get(key))
        emit(f"{record.number:>5}  {said['timestamp']}  {what}  {dim(str(said.get('user', '')))}")
    return 0


@audit.command()
@click.option("--head", help="A hash noted earlier (apply prints it): the log must still hold it.")
@project_option
@output_option()
def verify(head: str | None, folder: Path | None, form: str) -> int:
    """Check the whole log: any edit, cut or reordering is found; exit 1."""
    project = Project(open_project(folder))
    with project.store() as store:
        found = store.audit.verify(head)
        where = store.where
    if form == "json":
        emit_json({"lines": found.lines, "head": found.head, "faults": list(found.faults), "state": where})
    else:
        for fault in found.faults:
            emit(fault)
        faults, lines = count(len(found.faults), "fault"), count(found.lines, "line")
        emit(f"{faults} in {lines} of {where}, head {found.head}")
    return 1 if found.faults else 0


@audit.command()
@click.option("--service", default="Architect", show_default=True, help="Architect, Integrations, …")
@click.option("--entity", help="Only this object, by id.")
@click.option("--days", type=click.IntRange(1, 14), default=1, show_default=True)
@click.option("--event", help="Only events of this type (guides' surface).")
@click.option("--follow", is_flag=True, help="Go on with what comes (guides' surface).")
@click.option("--seconds", type=click.FloatRange(0), help="End --follow after so many seconds.")
@click.option(
    "--until", metavar="CORRELATION", help="End with the record of this request; exit 1 without it."
)
@project_option
@org_option
@surface_option
@lines_option
def query(
    service: str,
    entity: str | None,
    days: int,
    event: str | None,
    follow: bool,
    seconds: float | None,
    until: str | None,
    folder: Path | None,
    org: str | None,
    surface: str | None,
    form: str,
) -> int:
    """Ask the cloud's audit; one record a line, the newest first (the guides' surface: the oldest)."""
    with open_org(org, surface, folder) as opened:
        if opened.target.surface == "guides":
            return print_records(opened, Wanted(entity, event, follow, seconds, until), form)
        if follow or until or event:
            raise UsageError("the published API does not follow", hint="use --surface guides")
        now = datetime.now(UTC) + timedelta(seconds=1)  # an interval ends with a whole second
        answer = opened.cloud.session.send_json(
            "POST",
            "/api/v2/audits/query/realtime",
            {
                "interval": f"{now - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}/{now:%Y-%m-%dT%H:%M:%SZ}",
                "serviceName": service,
                "filters": [{"property": "EntityId", "value": entity}] if entity else [],
                "sort": [{"name": "Timestamp", "sortOrder": "descending"}],
                "pageNumber": 1,
                "pageSize": 500,
            },
        )
    if not isinstance(answer, dict) or not isinstance(answer.get("entities"), list):
        raise TrunklineError("the cloud's answer holds no audit records")
    for record in answer["entities"]:
        emit(shown(record, form))
    return 0
