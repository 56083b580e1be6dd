"""`trunkline flow export`."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click

from trunkline.cli.common import emit, emit_json, org_option, output_option, surface_option, talk
from trunkline.clouds.flows import Stage
from trunkline.clouds.retry import Wait
from trunkline.errors import Partial, UsageError
from trunkline.export import Exporter, Form, Naming, Options
from trunkline.render.export import show_verdict, verdict_json
from trunkline.render.progress import show_progress

_VERSIONS = {
    "published": Stage.PUBLISHED,
    "checked-in": Stage.CHECKED_IN,
    "latest": Stage.LATEST,
}
_THREADS = 8
_THREADS_A_CLIENT = 4
"""Enough for 300 requests a minute where an answer takes 800 ms."""
_MOST_THREADS = 32


@click.command()
@click.option("--all", "everything", is_flag=True, help="Every flow of every type that the client may see.")
@click.option("--id", "ids", multiple=True, metavar="ID", help="A flow by its id; may be repeated.")
@click.option("--name", metavar="PATTERN", help="Flows by name; * stands for anything, case does not matter.")
@click.option("--type", "types", multiple=True, metavar="TYPE", help="Flows of a type: inboundcall, bot, …")
@click.option(
    "--division", "divisions", multiple=True, metavar="NAME", help="Flows of a division, by name or id."
)
@click.option(
    "--output-dir",
    "-d",
    "folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for the files and manifest.ndjson; an export that is there already is brought up to date.",
)
@click.option("--json", "as_json", is_flag=True, help="Documents as they came, byte for byte; else as YAML.")
@click.option("--canonical", is_flag=True, help="JSON for git: editors' traces left out, in a stable order.")
@click.option(
    "--version",
    "version",
    type=click.Choice(tuple(_VERSIONS)),
    help="This version alone; else the published one, else the checked-in, else the saved.",
)
@click.option(
    "--names",
    type=click.Choice([str(each) for each in Naming]),
    default="id",
    show_default=True,
    help="flow_<id>, or type and name in it too.",
)
@click.option(
    "--since-last/--fresh",
    "since_last",
    default=True,
    show_default=True,
    help="Read only what changed since the last export into this folder, or everything anew.",
)
@click.option("--prune", is_flag=True, help="With --all: remove files of flows the org no longer has.")
@click.option("--pool", multiple=True, metavar="PROFILE", help="A further client of the org, for its quota.")
@click.option("--threads", type=click.IntRange(1, 64), help="Requests at once; else 8, or 4 for each client.")
@org_option
@surface_option
@output_option()
def export(
    everything: bool,
    ids: tuple[str, ...],
    name: str | None,
    types: tuple[str, ...],
    divisions: tuple[str, ...],
    folder: Path,
    as_json: bool,
    canonical: bool,
    version: str | None,
    names: str,
    since_last: bool,
    prune: bool,
    pool: tuple[str, ...],
    threads: int | None,
    org: str | None,
    surface: str | None,
    form: str,
) -> int:
    """Bring flows into files, one request each; exit 4 if a flow that is listed is missing.

    Ctrl-C or a crash lose nothing: the same command goes on from there.
    """
    from trunkline.cli.orgs import open_org

    options = Options(
        ids=ids,
        types=types,
        name=name,
        divisions=divisions,
        version=_VERSIONS[version] if version else None,
        form=Form.CANONICAL if canonical else Form.JSON if as_json else Form.YAML,
        naming=Naming(names),
        fresh=not since_last,
        prune=prune,
        threads=threads or min(_MOST_THREADS, max(_THREADS, _THREADS_A_CLIENT * (1 + len(pool)))),
    )
    _check_choice(options, everything=everything)
    with (
        _terminable(),
        open_org(org, surface, pool=pool, on_wait=_waiting) as opened,
        show_progress("flows") as on_progress,
    ):
        verdict = Exporter(opened.cloud.flows, folder, options, on_progress=on_progress).run()
    if form == "json":
        emit_json(verdict_json(verdict))
    else:
        emit(show_verdict(verdict))
    return 0 if verdict.whole else Partial.exit_code


def _check_choice(options: Options, *, everything: bool) -> None:
    if everything is not options.everything:
        raise UsageError(
            "--all and a filter exclude each other" if everything else "which flows?",
            hint="choose --all, or some of --id, --name, --type and --division",
        )


def _waiting(wait: Wait) -> None:
    talk(f"waiting {wait.seconds:.1f} s before attempt {wait.attempt + 1} ({wait.reason}): {wait.where}")


@contextmanager
def _terminable() -> Generator[None]:
    """SIGTERM ends like Ctrl-C: what is finished is kept."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
