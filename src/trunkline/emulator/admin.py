"""The emulator's own API, `/_trunkline/…`: health, orgs, state, settings, journal. This machine only."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import cast

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator import origins
from trunkline.emulator.call import Answer, Call, created, no_content
from trunkline.emulator.clock import DrivenClock, timestamp
from trunkline.emulator.errors import bad_request, not_found
from trunkline.emulator.genesys import seed, stubs
from trunkline.emulator.orgs import Org
from trunkline.emulator.routes import Route, Routes
from trunkline.emulator.surface.document import document

MOST_SECONDS = 100 * 366 * 86_400

routes = Routes("admin", prefix="/_trunkline", bearer=False)


@routes.on("GET", "/health", known="spec")
def health(call: Call) -> Answer:
    """`{status: "ok"}` once requests are answered."""
    return Answer({"status": "ok", "orgs": len(call.kernel.orgs.all())})


@routes.on("GET", "/routes", known="spec")
def list_routes(call: Call) -> Answer:
    """Every route with how it is known."""
    return Answer([_route_json(route) for route in call.kernel.table.routes])


@routes.on("GET", "/openapi.json", known="spec")
def describe(call: Call) -> Answer:
    """OpenAPI 3.1 of every route but those of this API."""
    return Answer(document(call.kernel.table.routes))


def _route_json(route: Route) -> JsonObject:
    return {
        "method": route.method,
        "path": route.pattern,
        "surface": route.surface,
        "known": route.known,
        "permissions": list(route.permissions),
        "scope": route.scope,
        "summary": route.summary,
    }


@routes.on("GET", "/orgs", known="spec")
def list_orgs(call: Call) -> Answer:
    """The orgs with the credentials of their first clients."""
    return Answer([call.kernel.orgs.access(org).to_json() for org in call.kernel.orgs.all()])


@routes.on("POST", "/orgs", known="spec")
def create_org(call: Call) -> Answer:
    """A fresh org: {name?, cloud?: genesys|cxone, origin?: empty|sample, settings?: {…}}."""
    body = call.json_object()
    cloud = body.get("cloud", "genesys")
    kind = body.get("origin", "empty")
    if cloud not in ("genesys", "cxone"):
        raise bad_request("cloud is genesys or cxone", field="cloud")
    if kind not in ("empty", "sample"):
        raise bad_request("origin is empty or sample", field="origin")
    org = call.kernel.orgs.create(str(body.get("name", "org")), cloud, {"kind": kind})
    _configure(org, body.get("settings", {}))
    origins.fill(org)
    return created(call.kernel.orgs.access(org).to_json())


@routes.on("DELETE", "/orgs/{orgId}", known="spec")
def delete_org(call: Call) -> Answer:
    """Forget an org, its clients and its tokens."""
    call.kernel.orgs.delete(_org(call))
    return no_content()


@routes.on("POST", "/orgs/{orgId}/reset", known="spec")
def reset_org(call: Call) -> Answer:
    """Put an org back to what it was filled with; its clients, tokens and settings stay."""
    org = _org(call)
    org.partition.clear()
    origins.fill(org)
    return no_content()


@routes.on("GET", "/orgs/{orgId}/snapshot", known="spec")
def snapshot_org(call: Call) -> Answer:
    """The whole state of an org as plain JSON."""
    return Answer(_org(call).partition.snapshot())


@routes.on("PUT", "/orgs/{orgId}/snapshot", known="spec")
def restore_org(call: Call) -> Answer:
    """Replace the state of an org by a snapshot."""
    try:
        _org(call).partition.restore(call.json_object())
    except ValueError as error:
        raise bad_request(str(error)) from error
    return no_content()


@routes.on("PATCH", "/orgs/{orgId}/settings", known="spec")
def configure_org(call: Call) -> Answer:
    """Change switches of an org; answers those that differ from the defaults."""
    org = _org(call)
    _configure(org, call.json_object())
    return Answer(org.record["settings"])


@routes.on("POST", "/orgs/{orgId}/clients", known="spec")
def add_client(call: Call) -> Answer:
    """An OAuth client of an org: {name?, scopes?, permissions?, validity?} → the same with id and secret."""
    org, body = _org(call), call.json_object()
    validity = body.get("validity", 86_400)
    if isinstance(validity, bool) or not isinstance(validity, int) or validity < 1:
        raise bad_request("validity is a number of seconds", field="validity")
    client = call.kernel.orgs.add_client(
        org.id,
        name=str(body.get("name", "client")),
        scopes=_names(body, "scopes"),
        permissions=_names(body, "permissions"),
        validity=validity,
    )
    return created(client)


@routes.on("GET", "/orgs/{orgId}/stubs", known="spec")
def list_stubs(call: Call) -> Answer:
    """Recorded replies to the calls of data actions, in the order they are tried."""
    return Answer(stubs.all_stubs(_org(call)))


@routes.on("PUT", "/orgs/{orgId}/stubs", known="spec")
def put_stubs(call: Call) -> Answer:
    """Replace the recorded replies: a list of {method, url, status?, headers?, body?}."""
    org, sent = _org(call), call.json()
    if not isinstance(sent, list):
        raise bad_request("stubs are a list")
    try:
        stubs.replace_all(org, [stubs.parse(each) for each in cast("list[object]", sent)])
    except ValueError as error:
        raise bad_request(str(error)) from error
    return Answer(stubs.all_stubs(org))


@routes.on("GET", "/journal", known="spec")
def read_journal(call: Call) -> Answer:
    """The last requests, the oldest first; `?org=` for those of one org."""
    return Answer([entry.to_json() for entry in call.kernel.journal.entries(call.query.get("org"))])


@routes.on("DELETE", "/journal", known="spec")
def clear_journal(call: Call) -> Answer:
    """Forget the requests, of one org with `?org=`."""
    call.kernel.journal.clear(call.query.get("org"))
    return no_content()


@routes.on("GET", "/coverage", known="spec")
def read_coverage(call: Call) -> Answer:
    """Every route with how it is known and how often it was asked for since the start."""
    counts = call.kernel.journal.counts
    return Answer(
        [
            {**_route_json(route), "requests": counts[f"{route.method} {route.pattern}"]}
            for route in call.kernel.table.routes
            if route.surface != "admin"
        ]
    )


@routes.on("POST", "/orgs/{orgId}/seed", known="spec")
def seed_org(call: Call) -> Answer:
    """Add data actions and flows to an org: {files: {relative name: text}}; one line on what they were."""
    files = call.json_object().get("files")
    if not isinstance(files, dict):
        raise bad_request("files are an object of names and texts", field="files")
    with TemporaryDirectory(prefix="trunkline-seed-") as temporary:
        for name, text in cast("JsonObject", files).items():
            _place(Path(temporary), name, text)
        return Answer({"report": seed.seed(_org(call), Path(temporary))})


def _place(folder: Path, name: str, text: Json) -> None:
    """Write one file of a seed. Raises 400 if its name leads out of the folder."""
    parts = PurePosixPath(name).parts
    if not isinstance(text, str) or not parts or name.startswith("/") or {"..", "."} & set(parts):
        raise bad_request(f"{name[:80]} is no file of a seed", field="files")
    file = folder.joinpath(*parts)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise bad_request(f"{name[:80]} cannot be the name of a file", field="files") from error


@routes.on("GET", "/faults", known="spec")
def list_faults(call: Call) -> Answer:
    """The rules in force, and how many faults of each kind there were: {rules, injected}."""
    return Answer(call.kernel.faults.to_json())


@routes.on("POST", "/faults", known="spec")
def add_faults(call: Call) -> Answer:
    """Add a rule or a list of rules; `emulator/faults.py` says what they hold."""
    try:
        call.kernel.faults.add(call.json())
    except ValueError as error:
        raise bad_request(str(error)) from error
    return created(call.kernel.faults.to_json())


@routes.on("DELETE", "/faults", known="spec")
def clear_faults(call: Call) -> Answer:
    """Forget all rules and counts."""
    call.kernel.faults.clear()
    return no_content()


@routes.on("GET", "/clock", known="spec")
def read_clock(call: Call) -> Answer:
    """The emulator's time: {now, speed}."""
    return Answer(_clock_json(call.kernel.clock))


@routes.on("POST", "/clock", known="spec")
def drive_clock(call: Call) -> Answer:
    """Send the time ahead and set its pace: {advance?: seconds, speed?: seconds a second}."""
    body, clock = call.json_object(), call.kernel.clock
    advance, speed = _seconds(body, "advance", 0.0), _seconds(body, "speed", clock.speed)
    clock.advance(advance)
    clock.run_at(speed)
    return Answer(_clock_json(clock))


def _clock_json(clock: DrivenClock) -> JsonObject:
    return {"now": timestamp(clock.now()), "speed": clock.speed}


def _seconds(body: JsonObject, name: str, default: float) -> float:
    value = body.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST_SECONDS:
        raise bad_request(f"{name} is a number from 0 to {MOST_SECONDS}", field=name)
    return value


def _org(call: Call) -> Org:
    org = call.kernel.orgs.get(call["orgId"])
    if org is None:
        raise not_found(f"No org has the id {call['orgId']}")
    return org


def _configure(org: Org, changes: object) -> None:
    if not isinstance(changes, dict):
        raise bad_request("settings are an object", field="settings")
    try:
        org.configure(cast("JsonObject", changes))
    except ValueError as error:
        raise bad_request(str(error), field="settings") from error


def _names(body: JsonObject, field: str) -> tuple[str, ...]:
    names = body.get(field, ["*"])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise bad_request(f"{field} is a list of names", field=field)
    return tuple(cast("list[str]", names))
