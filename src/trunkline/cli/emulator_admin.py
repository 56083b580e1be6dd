"""What a running emulator is told and asked: `trunkline emulator reset|seed|snapshot|restore|faults|…`."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from trunkline.cli.common import emit, emit_json, output_option, talk
from trunkline.cli.emulator_env import ADMIN_TOKEN, find_running, ready_file_option
from trunkline.cli.options import RenamedOption
from trunkline.errors import CloudError, InvalidInput, NoAnswer, NoTarget
from trunkline.project.files import write_atomic

PATIENCE = 120
"""Seconds."""
Command = TypeVar("Command", bound=Callable[..., Any])


class Running:
    """A running emulator, found by its ready file."""

    def __init__(self, ready_file: Path | None) -> None:
        self._ready = find_running(ready_file)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The answer as JSON, None for none. Raises CloudError or NoAnswer."""
        import urllib.error
        import urllib.request

        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        if token := os.environ.get(ADMIN_TOKEN) or self._ready.get("admin_token"):
            headers["Authorization"] = f"Bearer {token}"
        url = f"{self._ready['url']}/_trunkline{path}"
        request = urllib.request.Request(url, data, headers, method=method)  # noqa: S310 (of the ready file)
        # A proxy of the environment leads to the vendors' hosts, never to this machine.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=PATIENCE) as answer:
                text = answer.read()
        except urllib.error.HTTPError as error:
            told = json.loads(error.read() or b"{}")
            raise CloudError(told.get("message", str(error)), where=path, status=error.code) from error
        except OSError as error:
            raise NoAnswer(f"the emulator did not answer: {error}", sent=True, where=path) from error
        return json.loads(text) if text else None

    def org(self, name: str | None) -> str:
        """The path of an org, by name or id; the first where none is named. Raises NoTarget."""
        orgs: list[Mapping[str, str]] = self.call("GET", "/orgs")
        for org in orgs:
            if name in (None, org["name"], org["id"]):
                return f"/orgs/{org['id']}"
        known = ", ".join(org["name"] for org in orgs)
        raise NoTarget(f"the emulator has no org {name}", hint=f"there are: {known}")


def org_option(command: Command) -> Command:
    """`--org`, of the emulator's."""
    return click.option("--org", help="Name or id of an org of the emulator; else its first.")(command)


@click.command()
@org_option
@output_option()
@ready_file_option
def reset(org: str | None, form: str, ready_file: Path | None) -> None:
    """Put an org back to what it was filled with."""
    running = Running(ready_file)
    path = running.org(org)
    running.call("POST", f"{path}/reset")
    _done(form, path, "the org is as it was at first")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@org_option
@output_option()
@ready_file_option
def seed(folder: Path, org: str | None, form: str, ready_file: Path | None) -> None:
    """Add the data actions and flows below FOLDER to an org."""
    running = Running(ready_file)
    files = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8", errors="replace")
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (path.suffix == ".json" or path.suffix.startswith(".i3"))
    }
    path = running.org(org)
    report = running.call("POST", f"{path}/seed", {"files": files})["report"]
    _done(form, path, report, report=report)


@click.command()
@click.option(
    "--to",
    "--file",
    "file",
    cls=RenamedOption,
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write, readable by its owner alone; else stdout.",
)
@org_option
@output_option()
@ready_file_option
def snapshot(file: Path | None, org: str | None, form: str, ready_file: Path | None) -> None:
    """The whole state of an org as plain JSON. It holds the secrets of its credentials."""
    running = Running(ready_file)
    path = running.org(org)
    state = running.call("GET", f"{path}/snapshot")
    if file is None:
        emit_json(state)
        return
    write_atomic(file, json.dumps(state, indent=1, ensure_ascii=False), mode=0o600)
    file.chmod(0o600)
    _done(form, path, f"the state is in {file}", file=str(file))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@org_option
@output_option()
@ready_file_option
def restore(file: Path, org: str | None, form: str, ready_file: Path | None) -> None:
    """Replace the state of an org by that of a snapshot."""
    running = Running(ready_file)
    path = running.org(org)
    running.call("PUT", f"{path}/snapshot", _read_json(file))
    _done(form, path, "the org is as the snapshot has it", file=str(file))


@click.command()
@click.option("--add", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="JSON file.")
@click.option("--clear", is_flag=True, help="Forget all rules.")
@output_option()
@ready_file_option
def faults(add: Path | None, clear: bool, form: str, ready_file: Path | None) -> None:
    """The faults that were ordered and those that happened; add rules, or clear them."""
    running = Running(ready_file)
    if clear:
        running.call("DELETE", "/faults")
    if add is not None:
        running.call("POST", "/faults", _read_json(add))
    told = running.call("GET", "/faults")
    if form == "json":
        emit_json(told)
        return
    for rule in told["rules"]:
        kinds = rule["fault"] if isinstance(rule["fault"], list) else [rule["fault"]]
        left = "" if rule["left"] is None else f", {rule['left']} left"
        emit(f"{', '.join(map(str, kinds))}  {rule.get('route', '*')}  {rule['met']} requests met{left}")
    happened = ", ".join(f"{kind} × {times}" for kind, times in told["injected"].items())
    emit(f"happened: {happened or 'none'}")


@click.command()
@click.option("--unknown", is_flag=True, help="Only those of unknown paths, with the nearest known ones.")
@click.option("--clear", is_flag=True, help="Forget them after.")
@output_option()
@ready_file_option
def requests(unknown: bool, clear: bool, form: str, ready_file: Path | None) -> None:
    """The last requests: no bodies, no credentials."""
    running = Running(ready_file)
    entries = [each for each in running.call("GET", "/journal") if not unknown or each["status"] == 501]
    if form == "json":
        emit_json(entries)
    else:
        for each in entries:
            query = f"?{each['query']}" if each["query"] else ""
            near = f"  nearest: {', '.join(each['nearest'])}" if each["nearest"] else ""
            fault = f"  fault: {each['fault']}" if each["fault"] else ""
            emit(f"{each['time']}  {each['status']}  {each['method']} {each['path']}{query}{fault}{near}")
    if clear:
        running.call("DELETE", "/journal")


@click.command()
@click.option("--missing", is_flag=True, help="Only the routes that nobody asked for.")
@output_option()
@ready_file_option
def coverage(missing: bool, form: str, ready_file: Path | None) -> None:
    """Which routes were asked for since the start, and how each is known."""
    rows = [row for row in Running(ready_file).call("GET", "/coverage") if not (missing and row["requests"])]
    if form == "json":
        emit_json(rows)
        return
    for row in rows:
        emit(f"{row['requests']:7}  {row['known']:8}  {row['method']:6} {row['path']}")


@click.command()
@click.option("--advance", type=float, help="Seconds to send the time ahead.")
@click.option("--speed", type=float, help="Seconds that pass in a second; 0 stands still.")
@output_option()
@ready_file_option
def clock(advance: float | None, speed: float | None, form: str, ready_file: Path | None) -> None:
    """The emulator's time; send it ahead, so that tokens expire and windows of quota end."""
    running = Running(ready_file)
    change = {"advance": advance, "speed": speed}
    sent = {name: value for name, value in change.items() if value is not None}
    told = running.call("POST", "/clock", sent) if sent else running.call("GET", "/clock")
    if form == "json":
        emit_json(told)
    else:
        emit(f"{told['now']}, {told['speed']:g} seconds a second")


@click.command()
def openapi() -> None:
    """What the emulator takes and answers, as an OpenAPI 3.1 document; nothing needs to run."""
    from trunkline.emulator.catalogue import routes
    from trunkline.emulator.surface.document import document

    emit_json(document(routes()))


COMMANDS = (reset, seed, snapshot, restore, faults, requests, coverage, clock, openapi)


def _done(form: str, path: str, said: str, **more: str) -> None:
    """The end of a command that changed an org: what it said, or the org's id with what else there is."""
    if form == "json":
        emit_json({"org": path.rpartition("/")[2], **more})
    else:
        talk(said)


def _read_json(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"this is no JSON: {error}", where=str(file)) from error
