"""The entry point: finds the command, and turns every error into a message and an exit code."""

from __future__ import annotations

import difflib
import errno
import importlib
import importlib.util
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from trunkline.errors import Interrupted, InvalidInput, Partial, TrunklineError, UsageError
from trunkline.version import __version__

_COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init", "Start a project that checks and tests green at once."),
    "demo": ("demo", "The whole story on the embedded emulator, in under a minute."),
    "doctor": ("doctor", "Check credentials, permissions, clock, TLS and limits."),
    "auth": ("auth", "Named profiles: login, whoami, logout, list."),
    "emulator": ("emulator", "The local cloud: serve it, point any client at it."),
    "pull": ("pull", "Bring objects of an org into project files."),
    "import": ("import_", "Adopt data actions from Terraform, exported files, API bodies."),
    "check": ("check", "Check the project's files offline."),
    "test": ("test", "Run the project's tests offline."),
    "schema": ("schema", "JSON Schemas of a project's files, for editors."),
    "report": ("report", "Everything about a project as one offline HTML file."),
    "plan": ("plan", "Show what would change in an org."),
    "apply": ("apply", "Carry out a plan."),
    "rollback": ("rollback", "Take runs back: a plan like any other, shown first."),
    "promote": ("promote", "Bring objects of one org to another, with ids mapped."),
    "settings": ("settings", "The settings of a flow, changed in one transaction."),
    "drift": ("drift", "What changed in the org behind our back, and who did it."),
    "history": ("history", "List runs; the steps of one with their latency."),
    "audit": ("audit", "Our own tamper-evident log; the cloud's audit."),
    "action": ("action", "One data action: show, run, test, publish."),
    "script": ("script", "One script action of CXone: run, test, create."),
    "condition": ("condition", "Conditions of data actions: eval, lint, fmt, graph, apply."),
    "webhook": ("webhook", "Webhooks: list, register, listen, rotate, delete."),
    "flow": ("flow", "Flows: export, validate, diff, graph."),
    "completion": ("completion", "Print the completion script for bash, zsh or fish."),
}

_ALIASES = {"auth:login", "auth:whoami", "auth:logout", "auth:list", "flow:export", "flow:validate"}


_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class LazyGroup(click.Group):
    """Imports a command's module only when it runs, so that help stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [name for name in _COMMANDS if _exists(name)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        name = _COMMANDS[cmd_name][0]
        return getattr(importlib.import_module(f"trunkline.cli.{name}"), name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _COMMANDS[name][1]) for name in self.list_commands(ctx)])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] in _ALIASES:
            group, _, verb = args[0].partition(":")
            args = [group, verb, *args[1:]]
        if args and args[0] not in _COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], _COMMANDS, 1)
            ctx.fail(f"No such command {args[0]!r}." + (f" Did you mean {near[0]!r}?" if near else ""))
        return super().resolve_command(ctx, args)


def _exists(name: str) -> bool:
    return importlib.util.find_spec(f"trunkline.cli.{_COMMANDS[name][0]}") is not None


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with: trunkline demo. Exit codes: 0 ok, 1 failed or findings, 2 differences, "
    "3 no target or authentication, 4 partial, 5 interrupted, 6 refused as unsafe, 64 usage.",
)
@click.version_option(__version__, prog_name="trunkline")
def cli() -> None:
    """Contact-centre configuration as code for Genesys Cloud and NICE CXone.

    Keep data actions and flows in git; check and test them without the cloud; see a plan, apply it
    safely, export a whole org. A local emulator of both clouds is built in: --org emulator.
    """


def main(args: Sequence[str] | None = None) -> None:
    """Runs one command and ends the process with its exit code."""
    code = run(args)
    try:
        if sys.stdout:  # None where it was closed before the start
            sys.stdout.flush()
    except BrokenPipeError:
        _drop_stdout()
    except OSError as error:
        _drop_stdout()
        _explain(_unwritten(error))
        code = code or TrunklineError.exit_code
    sys.exit(code)


def run(args: Sequence[str] | None = None) -> int:
    """Runs one command and gives its exit code; every error becomes a message on stderr."""
    try:
        result: Any = cli.main(None if args is None else list(args), "trunkline", standalone_mode=False)
    except click.UsageError as error:
        error.show()
        return UsageError.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return Interrupted.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except TrunklineError as error:
        _explain(error)
        return error.exit_code
    except BrokenPipeError:
        _drop_stdout()
        return 0
    except Exception as error:
        if isinstance(error, OSError) and error.filename is None and error.errno in _FULL:
            _drop_stdout()
            _explain(_unwritten(error))
            return TrunklineError.exit_code
        if os.environ.get("TRUNKLINE_DEBUG"):
            raise
        _explain(_our_fault(error))
        return TrunklineError.exit_code
    return result if isinstance(result, int) else 0


def _drop_stdout() -> None:
    """What is still to be written goes nowhere: Python would try once more as it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unwritten(error: OSError) -> TrunklineError:
    return TrunklineError(
        f"the result could not be written: {error.strerror}",
        hint="make room where stdout leads, or send it elsewhere",
    )


def _our_fault(error: Exception) -> TrunklineError:
    return TrunklineError(
        f"a fault of trunkline itself: {type(error).__name__}: {error}",
        hint="please report it with what TRUNKLINE_DEBUG=1 prints",
    )


def _explain(error: TrunklineError) -> None:
    click.echo(f"{click.style('error', fg='red', bold=True)}: {error}", err=True)
    lines: tuple[str, ...] = ()
    if isinstance(error, InvalidInput):
        lines = error.faults
    elif isinstance(error, Partial):
        lines = error.missing
    for line in lines:
        click.echo(f"  {line}", err=True)
    if error.hint:
        click.echo(f"{click.style('fix', fg='green')}: {error.hint}", err=True)
