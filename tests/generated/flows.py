"""Flows as configuration documents: what they refer to by id and name, versions saved, checked in, published."""

from __future__ import annotations

import copy
import uuid
from collections import Counter
from typing import Any

from hypothesis import strategies as st

from tests.flow_samples import action, decision, flow, item, literal
from tests.generated.texts import names, texts
from tests.generated.world import Body, Draw, Subject, World, entities, fresh_file, one_each

PATH = "/api/v2/flows"
TYPES = ("inboundcall", "workflow", "inboundemail")
STAGES = ("none", "saved", "checked in", "published", "published", "published and saved")
LISTS = {"queue": "/api/v2/routing/queues", "dataTable": "/api/v2/flows/datatables"}
flow_names = names().filter(lambda name: "/" not in name and not name.endswith("-debug"))
SCHEMA = {"type": "object", "properties": {"key": {"type": "string"}}, "required": ["key"]}


def step(number: int, kind: str, found: tuple[str, str] | None, note: str) -> Body:
    """An action that names an object by id and by name; a plain one where there is none."""
    if found is None:
        return action(f"a{number}", "DisconnectAction", note=note)
    object_id, name = found
    if kind == "dataTable":
        fields = {"datatableId": object_id, "datatableName": name}
        return action(f"a{number}", "DataTableLookupAction", note=note, **fields)
    return action(
        f"a{number}", "TransferPureMatchAction", note=note, queues=[literal(name, "que", object_id)]
    )


@st.composite
def documents(draw: Draw, name: str, type_: str, objects: dict[str, dict[str, str]]) -> Body:
    """A small flow; `objects` are what it may refer to: ids by name, by the manifest's kind."""
    actions: list[Body] = [decision("a0", "a1", None)]
    manifest: dict[str, list[Body]] = {"language": [{"id": "en-us"}]}
    for number in range(1, draw(st.integers(2, 4))):
        kind = draw(st.sampled_from(sorted(LISTS)))
        known = objects.get(kind, {})
        chosen = draw(st.none() | st.sampled_from(sorted(known))) if known else None
        found = None if chosen is None else (known[chosen], chosen)
        actions.append(step(number, kind, found, draw(texts)))
        if found is not None and draw(st.integers(0, 3)):
            manifest.setdefault(kind, []).append({"id": found[0], "name": found[1], "context": draw(texts)})
    document = flow(
        item("t0", "Task", "a0", *actions, name=draw(texts)), kind=type_, name=name, manifest=manifest
    )
    for field in ("description", "uiMetaData", "debugSettings"):
        if draw(st.booleans()):
            document[field] = draw(texts) if field == "description" else {"seen": draw(texts)}
    return document


def objects_of(world: World) -> dict[str, dict[str, str]]:
    """What flows may refer to, as the org has it now."""
    return {
        kind: {each["name"]: each["id"] for each in entities(world, path)} for kind, path in LISTS.items()
    }


def seed(world: World, org: tuple[list[str], list[str], list[Any]]) -> None:
    queues, tables, flows = org
    for name in queues:
        world.post(LISTS["queue"], {"name": name})
    for name in tables:
        world.post(LISTS["dataTable"], {"name": name, "schema": SCHEMA})
    objects = objects_of(world)
    for each in flows:
        made = world.post(PATH, {"name": each["name"], "type": each["type"].upper()})
        first, second = (with_ids(document, objects) for document in each["documents"])
        do(world, made["id"], first, each["stage"].partition(" and ")[0])
        if each["stage"] == "published and saved":
            do(world, made["id"], second, "saved")


def with_ids(document: Body, objects: dict[str, dict[str, str]]) -> Body:
    """The drawn document, in which ids are names of objects, with the ids of the org."""
    return replaced(document, {marked: object_id for object_id, marked in marks(objects).items()})


def marks(objects: dict[str, dict[str, str]]) -> dict[str, str]:
    """What stands for an id in a drawn document, by that id."""
    return {
        object_id: f"{kind} {name}" for kind, named in objects.items() for name, object_id in named.items()
    }


def replaced(value: Any, known: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: replaced(child, known) for key, child in value.items()}
    if isinstance(value, list):
        return [replaced(child, known) for child in value]
    return known.get(value, value) if isinstance(value, str) else value


def do(world: World, flow_id: str, document: Body, stage: str) -> None:
    """Somebody's work in Architect; the lock is given back."""

    def act(verb: str) -> None:
        assert world.api.post(f"{PATH}/actions/{verb}?flow={flow_id}").status_code < 300

    if stage != "none":
        act("checkout")
        world.post(f"{PATH}/{flow_id}/versions", document)
    if stage in ("checked in", "published"):
        act("checkin")
    if stage == "published":
        act("publish")
    act("unlock")


def edit(draw: Draw, world: World) -> None:
    """Flows say other things, refer to other objects, by ids of another org too; are renamed, made, deleted."""
    objects = objects_of(world)
    foreign = {
        kind: {name: str(uuid.uuid5(uuid.NAMESPACE_OID, f"{kind} {name}")) for name in found}
        for kind, found in objects.items()
    }
    flows = {file: body for file, body in world.bodies().items() if file.startswith("flows/")}
    named = Counter(each["name"] for each in entities(world, PATH))
    for file, body in flows.items():
        match draw(st.sampled_from(("keep", "text", "again", "moved", "rename", "delete"))):
            case "text":
                changed = copy.deepcopy(body)
                changed["flowSequenceItemList"][0]["actionList"][1]["note"] = draw(texts)
                world.write(file, changed)
            case "again":
                known = draw(st.sampled_from((objects, foreign)))
                world.write(file, draw(documents(body["name"], body["type"], known)))
            case "moved":
                world.write(file, {**body, "nextTrackingNumber": 999, "uiMetaData": {"x": 1}})
            case "rename" if named[body["name"]] == 1:
                world.write(file, {**body, "name": f"{body['name']} 2"})
            case "delete" if named[body["name"]] == 1:
                (world.folder / file).unlink()
    taken = [*named, *(body["name"] for body in flows.values())]
    for number, name in enumerate(draw(one_each(flow_names, taken, most=2))):
        document = draw(documents(name, draw(st.sampled_from(TYPES)), foreign))
        world.write(fresh_file("flows", number), document)


def live(world: World) -> dict[str, Any]:
    """What callers meet: the version that is live of each flow, ids of objects by their names."""
    known = {
        object_id: f"id of {name}"
        for named in objects_of(world).values()
        for name, object_id in named.items()
    }
    found: dict[str, Any] = {}
    for each in entities(world, PATH):
        versions = [
            each[f"{stage}Version"]
            for stage in ("published", "checkedIn", "saved")
            if f"{stage}Version" in each
        ]
        if versions:
            path = f"{PATH}/{each['id']}/versions/{versions[0]['id']}/configuration"
            found[f"{each['type']} {each['name']}"] = replaced(world.api.get(path).json(), known)
    return found


@st.composite
def orgs(draw: Draw) -> tuple[list[str], list[str], list[Any]]:
    queues, tables = draw(one_each(names(), most=2)), draw(one_each(names(), most=2))
    objects = {
        kind: {name: f"{kind} {name}" for name in found}
        for kind, found in (("queue", queues), ("dataTable", tables))
    }
    flows: list[Any] = []
    for name in draw(one_each(flow_names, most=3)):
        for type_ in draw(st.lists(st.sampled_from(TYPES), min_size=1, max_size=2, unique=True)):
            pair = [draw(documents(name, type_, objects)) for _ in range(2)]
            flows.append(
                {"name": name, "type": type_, "stage": draw(st.sampled_from(STAGES)), "documents": pair}
            )
    return queues, tables, flows


FLOWS = Subject(("queue", "data_table", "flow"), orgs(), seed, edit, live)
