"""`trunkline emulator record|replay`: a session with a cloud as a file, and that file as a cloud."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from trunkline.cli.common import talk
from trunkline.cli.emulator_env import ADMIN_TOKEN, listening

if TYPE_CHECKING:
    from trunkline.emulator.recording.running import Running

Command = TypeVar("Command", bound=Callable[..., Any])


def _listening_options(command: Command) -> Command:
    """`--host`, `--port` and `--ready-file`."""
    options = (
        click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on."),
        click.option(
            "--port", type=click.IntRange(0, 65535), default=0, show_default=True,
            help="Port to listen on; 0 picks a free one.",
        ),
        click.option(
            "--ready-file", type=click.Path(path_type=Path, dir_okay=False),
            help="JSON file with the URL, there once it answers.",
        ),
    )  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.option("--upstream", required=True, metavar="URL", help="The cloud: scheme and host of its API.")
@click.option(
    "--login-upstream",
    metavar="URL",
    help="Where tokens come from; else login. beside an upstream of api., or the upstream.",
)
@click.option(
    "--to",
    "file",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="HAR file to be made; no secret gets into it.",
)
@_listening_options
def record(
    upstream: str, login_upstream: str | None, file: Path, host: str, port: int, ready_file: Path | None
) -> None:
    """Pass requests on to a cloud and keep them with their answers, until Ctrl-C.

    Point a client at it by TRUNKLINE_URL, or by the gateway settings of an SDK.
    """
    from trunkline.emulator.recording.running import record as begin

    _run(
        lambda: begin(upstream, file, login=login_upstream, host=host, port=port),
        f"requests go to {upstream} and into {file}",
        host,
        ready_file,
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--ignore",
    multiple=True,
    metavar="NAME",
    help="A query parameter or a field of bodies that need not be as recorded.",
)
@click.option("--admin-token", envvar=ADMIN_TOKEN, help="As of `emulator serve`.")
@_listening_options
def replay(
    file: Path,
    ignore: tuple[str, ...],
    admin_token: str | None,
    host: str,
    port: int,
    ready_file: Path | None,
) -> None:
    """Answer from a HAR file alone, until Ctrl-C: a recording of ours, or one that a browser saved.

    Method, path, query and body must be as recorded; any credentials will do. What was not recorded is 501
    with the recorded requests most like it.
    """
    from trunkline.emulator.recording.running import replay as begin

    _run(
        lambda: begin(file, ignored=ignore, host=host, port=port, admin_token=admin_token),
        f"answers come from {file}",
        host,
        ready_file,
    )


def _run(begin: Callable[[], Running], said: str, host: str, ready_file: Path | None) -> None:
    from trunkline.emulator.server import serve

    def introduce(running: Running) -> None:
        talk(listening(running.url, host))
        talk(f"{said}; stop with Ctrl-C")

    talk(serve(begin, introduce, ready_file).report())
