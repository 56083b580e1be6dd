"""`trunkline webhook …`: who is told of changes, and a receiver for this machine."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trunkline.cli.common import emit, emit_json, org_option, output_option, project_if_any, talk
from trunkline.cli.options import lines_option
from trunkline.cli.orgs import open_org
from trunkline.clouds.receiver import Receiver, Verdict, Verifier
from trunkline.domain.json import JsonObject
from trunkline.errors import TrunklineError, UsageError

if TYPE_CHECKING:
    from trunkline.clouds.genesys.guides.webhooks import Registered
    from trunkline.clouds.redact import Secret

SECRET_VARIABLE = "TRUNKLINE_WEBHOOK_SECRET"  # noqa: S105
_SECRET_FILE = click.option(
    "--secret-file", type=click.Path(path_type=Path, dir_okay=False),
    help="Where the secret is kept, readable by you alone; else .trunkline/webhooks/NAME.secret.",
)  # fmt: skip


@click.group()
def webhook() -> None:
    """Webhooks: register them in the org, receive and verify them here."""


@webhook.command("list", short_help="List the webhooks and their deliveries.")
@org_option
@output_option()
def list_all(org: str | None, form: str) -> None:
    """List the webhooks of the org with what became of their deliveries."""
    with open_org(org, "guides") as opened:
        found = opened.cloud.webhooks.list()
        sent = {each["id"]: opened.cloud.webhooks.deliveries(each["id"]) for each in found}
    if form == "json":
        emit_json([{**each, "deliveries": sent[each["id"]]} for each in found])
        return
    for each in found:
        states = [delivery.get("state") for delivery in sent[each["id"]]]
        counts = ", ".join(f"{states.count(s)} {s.lower()}" for s in ("DELIVERED", "PENDING", "DEAD"))
        emit(f"{each['id']}  {each.get('name')}  {each.get('target', {}).get('url')}  {counts}")
    if not found:
        emit("no webhook")


@webhook.command(short_help="Register a webhook, once.")
@click.argument("name")
@click.argument("url")
@click.option("--event", "events", multiple=True, help="Type of event; data.action.updated unless given.")
@_SECRET_FILE
@org_option
@output_option()
def register(
    name: str, url: str, events: tuple[str, ...], secret_file: Path | None, org: str | None, form: str
) -> None:
    """Register a webhook once: one of this NAME and URL that is there already is left alone."""
    with open_org(org, "guides") as opened:
        found = opened.cloud.webhooks.register(name, url, events or ("data.action.updated",))
    kept = _keep(found, name, secret_file)
    if form == "json":
        emit_json({"id": found.id, "created": found.created, "secretFile": str(kept) if kept else None})
        return
    emit(f"{'registered' if found.created else 'there already'}: {name}, id {found.id}")
    if kept:
        talk(f"its secret is in {kept}; next: trunkline webhook listen {name}")


@webhook.command(short_help="Give a webhook a new secret.")
@click.argument("name")
@_SECRET_FILE
@org_option
@output_option()
def rotate(name: str, secret_file: Path | None, org: str | None, form: str) -> None:
    """Give a webhook a new secret; deliveries are signed with both for a while."""
    with open_org(org, "guides") as opened:
        found = opened.cloud.webhooks.rotate(_identity(opened.cloud.webhooks.list(), name))
    kept = _keep(found, name, secret_file)
    if form == "json":
        emit_json({"id": found.id, "secretFile": str(kept) if kept else None})
    else:
        emit(f"rotated {name}: the new secret is in {kept}")


@webhook.command()
@click.argument("name")
@org_option
@output_option()
def delete(name: str, org: str | None, form: str) -> None:
    """Delete a webhook, by name or id."""
    with open_org(org, "guides") as opened:
        identity = _identity(opened.cloud.webhooks.list(), name)
        opened.cloud.webhooks.delete(identity)
    if form == "json":
        emit_json({"id": identity, "deleted": True})
    else:
        emit(f"deleted {name}")


@webhook.command(short_help="Receive and verify deliveries here.")
@click.argument("name")
@click.option("--port", default=0, show_default=True, help="0 picks a free one.")
@click.option("--run", "command", help="A command for each event, which it gets on stdin as JSON.")
@click.option(
    "--run-timeout", type=click.FloatRange(0, min_open=True), default=60.0, show_default=True,
    metavar="SECONDS", help="How long the command may take for one event.",
)  # fmt: skip
@click.option("--count", type=click.IntRange(1), help="End after so many events.")
@click.option(
    "--seconds", type=click.FloatRange(0), help="End after so many seconds; 1 if --count is not met."
)
@click.option("--max-age", default=300.0, show_default=True, help="Seconds that a delivery may be old.")
@click.option("--ready-file", type=click.Path(path_type=Path), help="Gets the URL once it listens.")
@_SECRET_FILE
@lines_option
def listen(
    name: str,
    port: int,
    command: str | None,
    run_timeout: float,
    count: int | None,
    seconds: float | None,
    max_age: float,
    ready_file: Path | None,
    secret_file: Path | None,
    form: str,
) -> int:
    """Receive deliveries on this machine; signature and age are verified, replays are refused.

    Each genuine event is printed as a line, and handed to --run as JSON. One may listen first and register
    then: the secret is read with the first delivery, and again when it was rotated.
    """
    if secret_file is None and SECRET_VARIABLE not in os.environ:
        _default_file(name)
    ended = threading.Event()
    received: list[str] = []

    def handle(event: JsonObject) -> None:
        emit(json.dumps(event, ensure_ascii=False) if form == "json" else _told(event))
        if command:
            _run(command, event, run_timeout)
        received.append(str(event.get("id")))
        if count is not None and len(received) >= count:
            ended.set()

    receiver = Receiver(_Late(name, secret_file, max_age), handle, talk, port=port)
    thread = threading.Thread(target=receiver.serve, daemon=True)
    thread.start()
    talk(f"listening on {receiver.url}; Ctrl-C ends it")
    if ready_file is not None:
        draft = ready_file.with_name(f".{ready_file.name}.draft")
        draft.write_text(receiver.url + "\n", encoding="utf-8")
        draft.replace(ready_file)
    try:
        ended.wait(seconds)
    except KeyboardInterrupt:
        talk("ended")
    receiver.stop()
    thread.join()
    return int(count is not None and len(received) < count)


def _told(event: JsonObject) -> str:
    """An event in words: when, what, of which object."""
    return "  ".join(str(event[name]) for name in ("timestamp", "eventType", "entityName") if event.get(name))


class _Late(Verifier):
    """Verifies by what is in the file of the secret at that moment, and by what was there before."""

    def __init__(self, name: str, secret_file: Path | None, max_age: float) -> None:
        super().__init__((), max_age)
        self._find = lambda: _secret(name, secret_file)

    def check(self, headers: Mapping[str, str], body: bytes) -> Verdict:
        try:
            self.trust(self._find())
        except TrunklineError as error:
            return Verdict(503, error.message)
        return super().check(headers, body)


def _run(command: str, event: JsonObject, seconds: float) -> None:
    """The user's own command, in the user's own shell. Nothing of the event becomes part of it."""
    try:
        done = subprocess.run(
            ["sh", "-c", command], input=json.dumps(event).encode(), timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        talk(f"the command did not end within {seconds:g} s")
        return
    if done.returncode:
        talk(f"the command ended with {done.returncode}")


def _default_file(name: str) -> Path:
    if not name.replace("-", "").replace("_", "").isalnum():
        raise UsageError(f"{name!r} is no name of a file", hint="say where the secret is: --secret-file FILE")
    config = project_if_any()
    return (config.root if config else Path()) / ".trunkline" / "webhooks" / f"{name}.secret"


def _keep(found: Registered, name: str, secret_file: Path | None) -> Path | None:
    """Writes the secret where only its owner reads it; None where the org told none."""
    if found.secret is None:
        return None
    file = secret_file or _default_file(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(found.secret.reveal() + "\n")
    return file


def _secret(name: str, secret_file: Path | None) -> Secret:
    from trunkline.clouds.redact import Secret

    given = os.environ.get(SECRET_VARIABLE)
    if given and secret_file is None:
        return Secret(given)
    file = secret_file or _default_file(name)
    try:
        return Secret(file.read_text(encoding="utf-8").strip())
    except OSError as error:
        raise TrunklineError(
            f"the secret of {name} cannot be read: {error.strerror}",
            where=str(file),
            hint=f"register it here (trunkline webhook register), or set {SECRET_VARIABLE}",
        ) from None


def _identity(found: list[JsonObject], name: str) -> str:
    matching = [str(each["id"]) for each in found if name in (each.get("name"), each.get("id"))]
    if len(matching) != 1:
        said = "is the name of several webhooks" if matching else "is no webhook of the org"
        raise UsageError(f"{name} {said}", hint="trunkline webhook list shows their ids")
    return matching[0]
