"""Options of a kind of their own: some that had another name once, and the form of results that stream."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


class RenamedOption(click.Option):
    """An option whose names after the first are old ones: they work and are shown nowhere."""

    def __init__(self, *args: Any, **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.old_names = self.opts[1:]
        self.opts = self.opts[:1]

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        """The parser knows all names."""
        shown = self.opts
        self.opts = [*shown, *self.old_names]
        super().add_to_parser(parser, ctx)
        self.opts = shown


def lines_option(command: Command) -> Command:
    """`--output` of a command that prints records as they come, one a line: JSON unless text is asked."""
    return click.option(
        "--output", "-o", "form", type=click.Choice(("json", "text")), default="json", show_default=True,
        help="Format of the records on stdout, one a line.",
    )(command)  # fmt: skip
