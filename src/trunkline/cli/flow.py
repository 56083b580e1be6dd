"""`trunkline flow …`: each verb in a file of its own, imported when it runs."""

from __future__ import annotations

import importlib
import importlib.util

import click

_VERBS = {
    "export": "Bring the flows of an org into files: complete, resumable, checked.",
    "validate": "Check files of flows offline; exit 1 if any is invalid.",
    "diff": "Compare two flows by what they mean.",
    "graph": "Draw a flow, or what depends on what in an org.",
    "run": "Run a flow offline.",
    "paths": "List the ways through a flow.",
    "compare": "Run two versions of a flow side by side.",
}


class _Verbs(click.Group):
    """`trunkline flow VERB` is the function `VERB` of `trunkline.cli.flow_VERB`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [verb for verb in _VERBS if _exists(verb)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _VERBS or not _exists(cmd_name):
            return None
        return getattr(importlib.import_module(f"trunkline.cli.flow_{cmd_name}"), cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(verb, _VERBS[verb]) for verb in self.list_commands(ctx)])


def _exists(verb: str) -> bool:
    return importlib.util.find_spec(f"trunkline.cli.flow_{verb}") is not None


@click.group(cls=_Verbs)
def flow() -> None:
    """Flows: export a whole org, validate offline, compare, draw."""
