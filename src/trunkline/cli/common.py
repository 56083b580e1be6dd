"""What the verbs share: options, output, the project at hand."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from trunkline.cli.calling import call_options
from trunkline.errors import UsageError
from trunkline.project.config import CONFIG_FILE, Config, find_root, read_config

Command = TypeVar("Command", bound=Callable[..., Any])


def output_option(*formats: str) -> Callable[[Command], Command]:
    """`--output`: the formats of a result; text and json unless more are named."""
    choices = formats or ("text", "json")
    return click.option(
        "--output", "-o", "form", type=click.Choice(choices), default="text", show_default=True,
        help="Format of the result on stdout.",
    )  # fmt: skip


def org_option(command: Command) -> Command:
    """`--org` of a command that calls the org, with `--deadline`, `--stats` and `--stats-file`."""
    return org_name_option(call_options(command))


def org_name_option(command: Command) -> Command:
    """`--org` (and `--profile`, the same) of a command that needs its name alone."""
    return click.option(
        "--org", "--profile", "org", metavar="NAME", shell_complete=complete_org,
        help="The org: one of trunkline.toml or `auth login`; `emulator` and `emulator-cxone` are built in.",
    )(command)  # fmt: skip


def also_option(command: Command) -> Command:
    """`--also NAME`."""
    return click.option(
        "--also", multiple=True, metavar="NAME", shell_complete=complete_org,
        help="A further org in the same run, after the first: the tenant of the other cloud.",
    )(command)  # fmt: skip


def surface_option(command: Command) -> Command:
    """`--surface`."""
    return click.option(
        "--surface", type=click.Choice(("public", "guides")),
        help="Which endpoints to speak: the vendor's published API, or the guides'.",
    )(command)  # fmt: skip


def project_option(command: Command) -> Command:
    """`--project DIR`."""
    return click.option(
        "--project", "folder", type=click.Path(path_type=Path, file_okay=False),
        help=f"Folder of the project; else the nearest one upwards with a {CONFIG_FILE}.",
    )(command)  # fmt: skip


def yes_option(command: Command) -> Command:
    """`--yes`."""
    return click.option("--yes", "-y", is_flag=True, help="Do not ask; for scripts.")(command)


def open_project(folder: Path | None) -> Config:
    """The project at hand. Raises UsageError where there is none."""
    root = folder if folder and (folder / CONFIG_FILE).is_file() else find_root(folder or Path.cwd())
    if root is None:
        raise UsageError(
            f"no {CONFIG_FILE} here or above {folder or Path.cwd()}",
            hint="start a project with: trunkline init",
        )
    return read_config(root)


def project_if_any(folder: Path | None = None) -> Config | None:
    """The project at hand, if the command runs in one."""
    root = find_root(folder or Path.cwd())
    return read_config(root) if root else None


def guard_options(command: Command) -> Command:
    """What a plan may do besides creating and updating; all of it is off unless asked for."""
    options = (
        click.option("--allow-replace", is_flag=True, help="Make a new object where a field cannot change."),
        click.option(
            "--rewire", is_flag=True, help="Replace, and point flows from the old object to the new one."
        ),
        click.option("--allow-delete", is_flag=True, help="Delete objects whose files are gone."),
        click.option(
            "--delete-threshold", type=click.FloatRange(0, 100), default=30, show_default=True,
            metavar="PERCENT", help="Never delete a greater share of the managed objects at once.",
        ),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


def wait_option(command: Command) -> Command:
    """`--wait SECONDS`."""
    return click.option(
        "--wait", type=click.FloatRange(0), default=0, metavar="SECONDS",
        help="How long to wait while somebody else writes to the org, or a flow just changed; else refused.",
    )(command)  # fmt: skip


def emit(text: str) -> None:
    """A result, on stdout."""
    click.echo(text)


def emit_json(value: Any) -> None:
    """A result as JSON, on stdout."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def talk(text: str) -> None:
    """Anything that is not the result, on stderr."""
    click.echo(text, err=True)


def confirm(question: str, yes: bool) -> bool:
    """Asks on a terminal; without one, the answer is `--yes` or a usage error."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise UsageError("this asks before it writes, and there is no terminal", hint="add --yes")
    return click.confirm(question, err=True)


def complete_org(ctx: click.Context, param: click.Parameter, incomplete: str) -> Sequence[str]:
    """Names of orgs for the shell: the emulator, the project's, the profiles'."""
    from trunkline.clouds.profiles import open_profiles

    del ctx, param
    config = project_if_any()
    names: set[str] = {"emulator", *(config.orgs if config else ()), *open_profiles().names()}
    return sorted(name for name in names if name.startswith(incomplete))
