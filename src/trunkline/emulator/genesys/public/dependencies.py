"""`/api/v2/architect/dependencytracking`: who uses what. developer.genesys.cloud, "Architect API".

Answers are by version: one entry for each version of a flow that uses an object. While the index is being
rebuilt (setting `dependencyRebuildSeconds`) they are 206.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from trunkline.domain.json import JsonObject
from trunkline.emulator.call import Answer, Call
from trunkline.emulator.clock import timestamp
from trunkline.emulator.errors import ApiError, bad_request, conflict, not_found
from trunkline.emulator.genesys import flows
from trunkline.emulator.genesys.actors import actor
from trunkline.emulator.genesys.collection import matches
from trunkline.emulator.genesys.dependencies import (
    COLLECTIONS,
    FLOW_OBJECT_TYPES,
    OTHER_CONSUMERS,
    Consumer,
    Used,
    consumers,
    is_gone,
    is_updated,
    naming,
    used_by,
)
from trunkline.emulator.genesys.public.flow_shapes import shape_actor
from trunkline.emulator.orgs import Org
from trunkline.emulator.paging import page
from trunkline.emulator.routes import Routes

VIEW = ("architect:dependencyTracking:view",)
BUILDS = "dependency_builds"
BASE = "/api/v2/architect/dependencytracking"

_UNTRACKED = ("FLOWACTION", "FLOWDATATYPE", "LANGUAGE", "TTSENGINE", "TTSVOICE", "IMAGE", "STTENGINE")
TYPES = tuple(sorted({*FLOW_OBJECT_TYPES, *COLLECTIONS, *OTHER_CONSUMERS, *_UNTRACKED}))

routes = Routes("public", prefix=BASE)


@routes.on("GET", "/types", known="spec", permissions=VIEW)
def list_types(call: Call) -> Answer:
    """The types of objects that are tracked."""
    return Answer(page(call, TYPES, _type))


@routes.on("GET", "/types/{typeId}", known="spec", permissions=VIEW)
def get_type(call: Call) -> Answer:
    """One type."""
    if call["typeId"] not in TYPES:
        raise not_found("An invalid dependency type was specified.", code="architect.dependency.invalid.type")
    return Answer(_type(call["typeId"]))


def _type(name: str) -> JsonObject:
    return {
        "id": name,
        "name": name,
        "versioned": name in FLOW_OBJECT_TYPES,
        "selfUri": f"{BASE}/types/{name}",
    }


@routes.on("GET", "/consumedresources", known="spec", permissions=VIEW)
def list_consumed(call: Call) -> Answer:
    """What one version of a flow uses."""
    flow_id, version = _needed(call, "id"), call.query.get("version")
    kind = _one_type(call, "objectType", needed=True)
    if not version:
        raise bad_request(
            "A version was not specified for the dependency object.",
            code="architect.dependency.object.version.not.specified",
            field="version",
        )
    record = flows.find(call.org, flow_id)
    if Consumer(record, version).type != kind:
        raise _absent()
    used = used_by(call.org, record, flows.find_version(record, version)["id"])
    wanted = _types(call, "resourceType")
    kept = [each for each in used if not wanted or each.type in wanted]
    return _answer(call, page(call, kept, lambda each: _used(call, each)))


@routes.on("GET", "/consumingresources", known="spec", permissions=VIEW)
def list_consuming(call: Call) -> Answer:
    """The versions of flows that use an object, then the scripts, IVRs, queues… that name it."""
    object_id, kind = _needed(call, "id"), _one_type(call, "objectType", needed=True)
    types = _types(call, "resourceType")
    found = [_consumer(each) for each in _consuming(call, object_id, kind, types)]
    others = (each for each in naming(call.org, object_id) if not types or each.type in types)
    found += [_dependency(each.type, each.id, each.name, None) for each in others]
    return _answer(call, page(call, found, lambda each: each))


@routes.on("GET", "/object", known="spec", permissions=VIEW)
def get_object(call: Call) -> Answer:
    """One object with what uses it, and what it uses."""
    object_id, kind = _needed(call, "id"), _one_type(call, "objectType", needed=False)
    version = call.query.get("version")
    for consumer, used in consumers(call.org):
        if consumer.record["id"] == object_id and (not version or consumer.version == version):
            return _answer(call, _object(call, _consumer(consumer), used))
    for _, used in consumers(call.org):
        for each in used:
            if each.id == object_id and kind in (None, each.type):
                return _answer(call, _object(call, _used(call, each), ()))
    raise _absent()


@routes.on("GET", "", known="spec", permissions=VIEW)
def search(call: Call) -> Answer:
    """Objects by name; `*` stands for anything."""
    name, kinds = _needed(call, "name"), _types(call, "objectType")
    found: dict[str, JsonObject] = {}
    for consumer, used in consumers(call.org):
        key = f"{consumer.record['id']}/{consumer.version}"
        if matches(name, consumer.record["name"]) and (not kinds or consumer.type in kinds):
            found[key] = _object(call, _consumer(consumer), used)
        for each in used:
            if matches(name, each.name) and (not kinds or each.type in kinds):
                found.setdefault(f"{each.type}/{each.id}", _object(call, _used(call, each), ()))
    return _answer(call, page(call, list(found.values()), lambda each: each))


@routes.on("GET", "/deletedresourceconsumers", known="spec", permissions=VIEW)
def list_deleted_consumers(call: Call) -> Answer:
    """The versions of flows that use an object that is gone."""
    return _consumers_of(call, is_gone)


@routes.on("GET", "/updatedresourceconsumers", known="spec", permissions=VIEW)
def list_updated_consumers(call: Call) -> Answer:
    """The versions of flows that use a flow of which there is a newer version."""
    return _consumers_of(call, is_updated)


def _consumers_of(call: Call, state: Callable[[Org, Used], bool]) -> Answer:
    name, kinds = call.query.get("name"), _types(call, "objectType")
    chosen = _types(call, "consumedResourceType")
    kept: list[JsonObject] = []
    for consumer, used in _filtered(call):
        hits = [each for each in used if state(call.org, each) and (not chosen or each.type in chosen)]
        fits = (not name or matches(name, consumer.record["name"])) and (not kinds or consumer.type in kinds)
        if hits and fits:
            body = _consumer(consumer)
            if call.query.flag("consumedResources"):
                body["consumedResources"] = [_used(call, each) for each in hits]
            kept.append(body)
    return _answer(call, page(call, kept, lambda each: each))


@routes.on("GET", "/build", known="spec", permissions=VIEW)
def get_build(call: Call) -> Answer:
    """How far the last rebuild of the index is."""
    build = call.org.documents(BUILDS).get("last")
    always: JsonObject = {"id": call.org.id, "failedObjects": [], "selfUri": f"{BASE}/build"}
    if build is None:
        return Answer({**always, "status": "OPERATIONAL"})
    done = build["due"] <= call.org.now()
    body: JsonObject = {
        **always,
        "buildId": build["id"],
        "client": shape_actor(build["by"]),
        "dateStarted": timestamp(build["started"]),
        "status": "OPERATIONAL" if done else "BUILDINPROGRESS",
    }
    return Answer({**body, "dateCompleted": timestamp(build["due"])} if done else body)


@routes.on("POST", "/build", known="spec", permissions=("architect:dependencyTracking:rebuild",))
def start_build(call: Call) -> Answer:
    """Rebuild the index."""
    if _rebuilding(call):
        raise conflict(
            "A build of dependency information is already in progress.",
            code="architect.dependencies.build.in.progress",
        )
    started = call.org.now()
    due = started + call.org.setting("dependencyRebuildSeconds")
    build = {"id": call.org.guid(), "by": actor(call), "started": started, "due": due}
    call.org.documents(BUILDS).put("last", build)
    return Answer({}, 202)


def _rebuilding(call: Call) -> bool:
    build = call.org.documents(BUILDS).get("last")
    return build is not None and build["due"] > call.org.now()


def _answer(call: Call, body: JsonObject) -> Answer:
    return Answer(body, 206 if _rebuilding(call) else 200)


def _filtered(call: Call) -> Iterable[tuple[Consumer, tuple[Used, ...]]]:
    """Versions of flows, as `flowFilter` chooses them."""
    chosen = call.query.get("flowFilter")
    if chosen not in (None, "", "checkedIn", "published"):
        raise bad_request("An invalid filter was specified.", code="architect.dependency.invalid.filter")
    for consumer, used in consumers(call.org):
        record = consumer.record
        if chosen == "published" and record["publishedVersion"] != consumer.version:
            continue
        if chosen == "checkedIn" and record["checkedInVersion"] != consumer.version:
            continue
        yield consumer, used


def _consuming(call: Call, object_id: str, kind: str | None, types: list[str]) -> Iterable[Consumer]:
    version = call.query.get("version")
    for consumer, used in _filtered(call):
        hit = any(
            each.id == object_id and each.type == kind and (not version or each.version in (None, version))
            for each in used
        )
        if hit and (not types or consumer.type in types):
            yield consumer


def _object(call: Call, body: JsonObject, used: Iterable[Used]) -> JsonObject:
    if call.query.flag("consumedResources"):
        body["consumedResources"] = [_used(call, each) for each in used]
    if call.query.flag("consumingResources"):
        using = _consuming(call, body["id"], body["type"], [])
        body["consumingResources"] = [_consumer(each) for each in using]
    return body


def _consumer(consumer: Consumer) -> JsonObject:
    record = consumer.record
    return _dependency(consumer.type, record["id"], record["name"], consumer.version)


def _used(call: Call, used: Used) -> JsonObject:
    state = {"deleted": is_gone(call.org, used), "updated": is_updated(call.org, used)}
    return _dependency(used.type, used.id, used.name, used.version) | state


def _dependency(kind: str, object_id: str, name: str, version: str | None) -> JsonObject:
    body: JsonObject = {"id": object_id, "name": name, "type": kind}
    if version is not None:
        body["version"] = version
    return {
        **body,
        "deleted": False,
        "updated": False,
        "stateUnknown": False,
        "selfUri": f"{BASE}/object?id={object_id}&objectType={kind}",
    }


def _needed(call: Call, name: str) -> str:
    value = call.query.get(name)
    if not value:
        raise bad_request(
            f"A required query parameter is missing or empty: {name}.",
            code="architect.query.parameter.missing",
            field=name,
        )
    return value


def _one_type(call: Call, name: str, *, needed: bool) -> str | None:
    if not needed and not call.query.get(name):
        return None
    return _checked(_needed(call, name))


def _types(call: Call, name: str) -> list[str]:
    return [_checked(each) for each in call.query.many(name)]


def _checked(name: str) -> str:
    if name not in TYPES:
        raise bad_request(
            f"An invalid dependency object type was specified: {name[:40]}",
            code="architect.dependency.object.invalid.type",
            field="objectType",
        )
    return name


def _absent() -> ApiError:
    return not_found(
        "Could not find the dependency object with specified ID and version.",
        code="architect.dependency.object.not.found",
    )
