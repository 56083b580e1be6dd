"""Finding a running emulator, and the variables that point any program at it."""

from __future__ import annotations

import json
import os
import shlex
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click

from trunkline.errors import NoTarget

READY_FILE = "emulator.json"
ADMIN_TOKEN = "TRUNKLINE_ADMIN_TOKEN"  # noqa: S105 (a name, not a token)
"""Variable with what an emulator's own API asks for; else the ready file says it."""
ANSWERS_WITHIN = 2.0
"""Seconds."""

Command = TypeVar("Command", bound=Callable[..., Any])


def _posix(name: str, value: str) -> str:
    return f"export {name}={shlex.quote(value)}"


def _fish(name: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"set -gx {name} '{escaped}'"


def _powershell(name: str, value: str) -> str:
    quoted = value.replace("'", "''")
    return f"$env:{name} = '{quoted}'"


SHELLS: dict[str, Callable[[str, str], str]] = {"sh": _posix, "fish": _fish, "powershell": _powershell}


def ready_file_option(command: Command) -> Command:
    """`--ready-file`, of a server that runs."""
    return click.option(
        "--ready-file", type=click.Path(path_type=Path, dir_okay=False),
        help="The ready file of the server that is meant; else of the last one started without any.",
    )(command)  # fmt: skip


def default_ready_file() -> Path:
    """Where a server that was told no ready file writes one."""
    from trunkline.clouds.profiles import config_folder

    return config_folder(os.environ) / READY_FILE


def listening(url: str, host: str) -> str:
    """The first line of a server: where it is, and who can get there."""
    from trunkline.emulator.hosts import is_loopback

    reached = "this machine alone" if is_loopback(host) else "every machine that reaches this one"
    return f"listening on {url}, bound to {host}: open to {reached}"


def find_running(ready_file: Path | None) -> dict[str, Any]:
    """What the ready file of a running server says. Raises NoTarget if none runs."""
    file = ready_file or default_ready_file()
    hint = "start one with: trunkline emulator serve"
    try:
        ready = json.loads(file.read_text(encoding="utf-8"))
        place = urlsplit(ready["url"])
        address = (place.hostname or "", place.port or 0)
    except FileNotFoundError as error:
        raise NoTarget("no emulator has been started", where=str(file), hint=hint) from error
    except (ValueError, KeyError, TypeError) as error:
        raise NoTarget("this is no ready file of an emulator", where=str(file), hint=hint) from error
    try:
        socket.create_connection(address, ANSWERS_WITHIN).close()
    except OSError as error:
        raise NoTarget(f"the emulator at {ready['url']} has ended", where=str(file), hint=hint) from error
    return ready


def this_shell() -> str:
    """The shell that most likely runs this process."""
    if os.name == "nt":
        return "powershell"
    return "fish" if Path(os.environ.get("SHELL", "")).name == "fish" else "sh"


def variables(ready: dict[str, Any]) -> dict[str, str]:
    """What leads programs from the vendors' hosts to a running server with a proxy."""
    ca_file = ready["ca_file"]
    return {
        "HTTPS_PROXY": ready["proxy_url"],
        "NO_PROXY": "localhost,127.0.0.1,::1",
        "SSL_CERT_FILE": ca_file,
        "REQUESTS_CA_BUNDLE": ca_file,
        "CURL_CA_BUNDLE": ca_file,
        "NODE_EXTRA_CA_CERTS": ca_file,
        "NODE_USE_ENV_PROXY": "1",
    }


def exports(ready: dict[str, Any], shell: str) -> Iterator[str]:
    """One assignment a line. Some programs read a proxy's variables in small letters first."""
    values = variables(ready)
    if shell != "powershell":
        values |= {name.lower(): values[name] for name in ("HTTPS_PROXY", "NO_PROXY")}
    for name, value in values.items():
        yield SHELLS[shell](name, value)
