"""`trunkline emulator …`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trunkline.cli.common import emit, emit_json, output_option, talk
from trunkline.cli.emulator_admin import COMMANDS
from trunkline.cli.emulator_env import (
    ADMIN_TOKEN,
    SHELLS,
    default_ready_file,
    exports,
    find_running,
    listening,
    ready_file_option,
    this_shell,
    variables,
)
from trunkline.cli.emulator_record import record, replay
from trunkline.domain.json import Json
from trunkline.errors import InvalidInput, UsageError

if TYPE_CHECKING:
    from trunkline.emulator.server import Emulator


@click.group()
def emulator() -> None:
    """The local cloud: one store, both vendors, the same wire."""


@emulator.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on. If others reach it, the emulator's own API asks for a token.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8642,
    show_default=True,
    help="Port to listen on; 0 picks a free one.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder that keeps the state; it survives kill -9. Without it the state is gone at the end.",
)
@click.option(
    "--seed",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of exported data actions and flows that the Genesys org holds instead of the sample.",
)
@click.option(
    "--quota",
    type=click.IntRange(0),
    default=300,
    show_default=True,
    help="Requests a minute a token; 0 for no limit.",
)
@click.option("--tls", is_flag=True, help="Listen for TLS too, with a certificate for the vendors' hosts.")
@click.option("--proxy", is_flag=True, help="Open a proxy that leads the vendors' hosts here; implies --tls.")
@click.option(
    "--faults",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="JSON file of rules for what goes wrong: 429, 503, resets, stalls, and more.",
)
@click.option(
    "--admin-token",
    envvar=ADMIN_TOKEN,
    help=f"What the emulator's own API asks for; better in {ADMIN_TOKEN}, where nobody sees it.",
)
@click.option(
    "--ready-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="JSON file with the URLs and the credentials, there once it answers; else one where `env` looks.",
)
def serve(
    host: str,
    port: int,
    data: Path | None,
    seed: Path | None,
    quota: int,
    tls: bool,
    proxy: bool,
    faults: Path | None,
    admin_token: str | None,
    ready_file: Path | None,
) -> None:
    """Serve until Ctrl-C. The credentials choose the org, never the host name."""
    from trunkline.emulator.server import serve as run
    from trunkline.emulator.server import start

    rules = _read_faults(faults) if faults else None
    run(
        lambda: start(
            data=data,
            seed=seed,
            host=host,
            port=port,
            quota=quota,
            tls=tls,
            proxy=proxy,
            faults=rules,
            admin_token=admin_token,
        ),
        lambda running: _introduce(running, host, told=admin_token is not None),
        ready_file or default_ready_file(),
    )


@emulator.command()
@ready_file_option
@click.option(
    "--shell",
    type=click.Choice(tuple(SHELLS)),
    help="Whose words to print; else those of the shell that runs this.",
)
@output_option()
def env(ready_file: Path | None, shell: str | None, form: str) -> None:
    """Print the variables that lead any program from the vendors' hosts to a server run with --proxy.

    In sh, bash and zsh: eval "$(trunkline emulator env)"
    """
    running = find_running(ready_file)
    if "proxy_url" not in running:
        raise UsageError("the running emulator has no proxy", hint="start it with: emulator serve --proxy")
    if form == "json":
        emit_json(variables(running))
        return
    for line in exports(running, shell or this_shell()):
        emit(line)


for _command in (*COMMANDS, record, replay):
    emulator.add_command(_command)


def _read_faults(file: Path) -> Json:
    """The rules of a file, checked. Raises InvalidInput."""
    from trunkline.emulator.faults import Faults

    try:
        rules = json.loads(file.read_text(encoding="utf-8"))
        Faults().add(rules)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"these are no rules for faults: {error}", where=str(file)) from error
    return rules


def _introduce(running: Emulator, host: str, *, told: bool) -> None:
    """Says where it is, who gets in, and what it holds; `told` is whether the user chose the admin token."""
    from trunkline.emulator.hosts import is_loopback

    talk(listening(running.url, host))
    if not is_loopback(host):
        talk("warning: whoever gets in can use the orgs below")
    if (token := running.kernel.admin_token) and not told:
        talk(f"its own API asks for the admin token {token}; commands find it in the ready file")
    if running.reach.tls_url:
        talk(f"TLS on {running.reach.tls_url}, to be trusted with {running.reach.ca_file}")
    if running.reach.proxy_url:
        talk(f"proxy on {running.reach.proxy_url}: `trunkline emulator env` prints what points programs here")
    if running.report:
        talk(running.report)
    for org in running.orgs:
        talk(f"{org.cloud} org {org.name}: client id {org.client_id}, secret {org.client_secret}")
    talk("stop with Ctrl-C")
