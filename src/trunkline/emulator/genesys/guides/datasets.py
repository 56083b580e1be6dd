"""`/api/v2/data/datasets`: what conditions read (chapter G2)."""

from __future__ import annotations

from trunkline.domain.action.fault import Fault, Reader
from trunkline.domain.condition import Catalogue, DataSet, read_dataset
from trunkline.domain.cycles import cycles
from trunkline.domain.json import JsonObject, show_path
from trunkline.emulator.call import Answer, Call, no_content
from trunkline.emulator.errors import ApiError, conflict, not_found
from trunkline.emulator.genesys import actions
from trunkline.emulator.orgs import Org
from trunkline.emulator.paging import page
from trunkline.emulator.routes import Routes
from trunkline.emulator.store import Document

DATASETS = "datasets"
READ, WRITE = "data:actions:read", "data:actions:write"

routes = Routes("guides", prefix="/api/v2/data/datasets")


@routes.on("GET", "", known="assumed", scope=READ)
def list_datasets(call: Call) -> Answer:
    """Data sets in pages."""
    return Answer(page(call, call.org.documents(DATASETS).values(), dict, largest=500))


@routes.on("POST", "", known="assumed", scope=WRITE)
def create_dataset(call: Call) -> Answer:
    """A new data set: `{name, fields: [{id?, name, type}], source: {actionId}?}`."""
    return Answer(_saved(call, call.org.guid(), None), 201)


@routes.on("GET", "/{datasetId}", known="assumed", scope=READ)
def get_dataset(call: Call) -> Answer:
    """One data set."""
    return Answer(_find(call))


@routes.on("PUT", "/{datasetId}", known="assumed", scope=WRITE)
def put_dataset(call: Call) -> Answer:
    """Replace a data set; fields that keep their name keep their id."""
    before = _find(call)
    return Answer(_saved(call, before["id"], before))


@routes.on("DELETE", "/{datasetId}", known="assumed", scope=WRITE)
def delete_dataset(call: Call) -> Answer:
    """Delete a data set that no condition reads."""
    found = _find(call)
    for record in actions.all_actions(call.org):
        if found["id"] in sets_of(record["guides"].get("conditions", [])):
            name = actions.current(record)["name"]
            raise conflict(f"The data action {name} reads {found['name']}", code="dataset.in.use")
    call.org.documents(DATASETS).delete(found["id"])
    return no_content()


def catalogue(org: Org) -> Catalogue:
    """All data sets of an org."""
    read = [read_dataset(dict(each), Reader()) for each in org.documents(DATASETS).values()]
    return Catalogue(each for each in read if each is not None)


def sets_of(conditions: list[JsonObject]) -> set[str]:
    """The ids of the data sets that conditions read."""
    found: set[str] = set()
    waiting = list(conditions)
    while waiting:
        node = waiting.pop()
        waiting += node.get("children", [])
        if "value" in node:
            found.add(node["value"]["datasetId"])
    return found


def refuse_circle(org: Org, changed: dict[str, set[str]]) -> None:
    """Raises 422 if the org with the changed edges has a circle of actions and data sets."""
    edges: dict[str, set[str]] = {}
    names: dict[str, str] = {}
    for record in actions.all_actions(org):
        edges[record["id"]] = sets_of(record["guides"].get("conditions", []))
        names[record["id"]] = f"data_action/{actions.current(record)['name']}"
    for each in org.documents(DATASETS).values():
        edges[each["id"]] = {each["source"]["actionId"]} if each.get("source") else set()
        names[each["id"]] = f"data_set/{each['name']}"
    for circle in cycles(edges | changed):
        shown = " → ".join(names.get(node, node) for node in circle)
        raise ApiError(422, "circular.dependency", f"References go round in a circle: {shown}")


def refuse(faults: list[Fault], code: str) -> None:
    """Raises 422 with every fault and its place, if there is any."""
    if faults:
        raise ApiError(
            422,
            code,
            "; ".join(str(fault) for fault in faults),
            details=[
                {"errorCode": code, "fieldName": show_path(fault.path), "message": fault.message}
                for fault in faults
            ],
        )


def _find(call: Call) -> Document:
    found = call.org.documents(DATASETS).get(call["datasetId"])
    if found is None:
        raise not_found(f"The data set {call['datasetId']} does not exist")
    return found


def _saved(call: Call, dataset_id: str, before: Document | None) -> JsonObject:
    reader = Reader()
    read = read_dataset(call.json_object(), reader, dataset_id)
    if read is None or reader.faults:
        refuse(reader.faults, "invalid.dataset")
        raise ApiError(422, "invalid.dataset", "this is no data set")
    for other in call.org.documents(DATASETS).values():
        if other["id"] != dataset_id and other["name"] == read.name:
            raise conflict(f"A data set named {read.name} exists already", code="duplicate.name")
    document = _document(call.org, dataset_id, read, before)
    if read.source is not None:
        actions.find(call.org, read.source)
        refuse_circle(call.org, {dataset_id: {read.source}})
    call.org.documents(DATASETS).put(dataset_id, document)
    return document


def _document(org: Org, dataset_id: str, read: DataSet, before: Document | None) -> JsonObject:
    had = {each["name"]: each["id"] for each in before["fields"]} if before else {}
    fields = [
        {
            "id": field.id if field.id != field.name else had.get(field.name, org.guid()),
            "name": field.name,
            "type": field.type.value,
        }
        for field in read.fields
    ]
    document: JsonObject = {"id": dataset_id, "name": read.name, "fields": fields}
    return document if read.source is None else {**document, "source": {"actionId": read.source}}
