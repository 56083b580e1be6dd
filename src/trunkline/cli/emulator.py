"""`trunkline emulator …`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from trunkline.cli.common import talk

if TYPE_CHECKING:
    from trunkline.emulator.server import Emulator


@click.group()
def emulator() -> None:
    """The local cloud: one store, both vendors, the same wire."""


@emulator.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8642, show_default=True, help="Port to listen on; 0 picks a free one.")
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
@click.option("--quota", default=300, show_default=True, help="Requests a minute a token; 0 for no limit.")
@click.option(
    "--ready-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="JSON file with the URL and the credentials, there once it answers.",
)
def serve(
    host: str, port: int, data: Path | None, seed: Path | None, quota: int, ready_file: Path | None
) -> None:
    """Serve until Ctrl-C. The credentials choose the org, never the host name."""
    from trunkline.emulator.server import serve as run

    if host not in ("127.0.0.1", "::1", "localhost"):
        talk(f"warning: {host} is not loopback: anybody who reaches it can use the orgs below")
    run(data=data, seed=seed, host=host, port=port, quota=quota, ready_file=ready_file, on_ready=_introduce)


def _introduce(running: Emulator) -> None:
    talk(f"listening on {running.url}")
    if running.report:
        talk(running.report)
    for org in running.orgs:
        talk(f"{org.cloud} org {org.name}: client id {org.client_id}, secret {org.client_secret}")
    talk("stop with Ctrl-C")
