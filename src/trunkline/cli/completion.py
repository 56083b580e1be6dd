"""`trunkline completion`."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from trunkline.cli.common import emit
from trunkline.errors import TrunklineError


@click.command()
@click.argument("shell", type=click.Choice(("bash", "zsh", "fish")))
def completion(shell: str) -> None:
    """Print the completion script for SHELL: eval "$(trunkline completion bash)"."""
    from trunkline.cli.main import cli

    made = get_completion_class(shell)
    if made is None:
        raise TrunklineError(f"there is no completion for {shell}")
    emit(made(cli, {}, "trunkline", "_TRUNKLINE_COMPLETE").source())
