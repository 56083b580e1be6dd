"""Jobs on flows, as Archy and CX as Code use them: publish a YAML file, export flows as files.

A publish job is registered, gets its file by a link that needs no token, and runs as long as operations of
flows take (`flowOperationSeconds`). An export job makes its file at once and offers it by such a link.
Kept: `flow_jobs` by id; `flow_sources` (the YAML a flow was published from) by flow id.
"""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any, cast

from trunkline.domain.flow import i3
from trunkline.domain.json import JsonObject
from trunkline.emulator.clock import timestamp
from trunkline.emulator.errors import ApiError, not_found
from trunkline.emulator.genesys import archy_flows, flows, stand_ins
from trunkline.emulator.genesys.collection import home_division
from trunkline.emulator.genesys.flow_types import FLOW_TYPES
from trunkline.emulator.genesys.records import Actor, FlowRecord
from trunkline.emulator.orgs import Org
from trunkline.emulator.store import Document

JOBS = "flow_jobs"
SOURCES = "flow_sources"
FILES = "flow_job_files"
MOST_FLOWS = 100


def find(org: Org, job_id: str, *, exports: bool = False) -> Document:
    """A job as it is now. Raises 404, also for an export job where none is asked for, and the reverse."""
    job = org.documents(JOBS).get(job_id)
    if job is None or (job["command"] == "Export") is not exports:
        raise not_found("The job does not exist.", entity=(job_id, "job"))
    if job["status"] == "Started" and job["due"] <= org.now():
        job = {**job, "status": job["outcome"]}
        org.documents(JOBS).put(job_id, job)
    return job


def register(org: Org, by: Actor, command: str, **fields: Any) -> JsonObject:
    job: JsonObject = {
        "id": org.guid(),
        "command": command,
        "status": "Registered",
        "by": by,
        "flow": None,
        "messages": [],
        "due": org.now(),
        "outcome": "Success",
        **fields,
    }
    org.documents(JOBS).put(job["id"], job)
    return job


def run_publish(org: Org, job: Document, data: bytes) -> None:
    """Publish the YAML that was uploaded; what goes wrong is told by the job's messages."""
    messages: list[JsonObject] = []
    record: FlowRecord | None = None
    try:
        compiled = archy_flows.Compiled(data.decode("utf-8"))
        record = _publish(org, job, compiled, data)
    except ValueError as error:
        messages.append(_message(org, str(error)))
    except ApiError as error:
        messages.append(_message(org, error.message))
    done = {
        **job,
        "status": "Started",
        "outcome": "Failure" if record is None else "Success",
        "due": org.now() + org.setting("flowOperationSeconds"),
        "flow": None if record is None else record["id"],
        "messages": messages,
    }
    org.documents(JOBS).put(job["id"], done)


def _publish(org: Org, job: Document, compiled: archy_flows.Compiled, data: bytes) -> FlowRecord:
    """Raises ApiError where names do not resolve or somebody else has the flow locked."""
    by = cast("Actor", job["by"])
    graph = compiled.graph
    if graph.type not in FLOW_TYPES:
        raise ApiError(400, "invalid.value", f"There is no flow type '{graph.type}'.")
    resolved, missing = archy_flows.resolve(org, graph.references)
    if any(not job["createStubs"] or stand_ins.flow_type(kind) is None for kind, _ in missing):
        names = ", ".join(f"{kind} '{name}'" for kind, name in missing)
        raise ApiError(400, "missing.dependencies", f"These objects do not exist in the org: {names}.")
    record = _named(org, by, graph.name, graph.type, compiled.description)
    if record["lock"] not in (None, by):
        raise ApiError(
            409,
            "architect.flow.locked.by.user",
            f"The flow '{graph.name}' is locked by another entity. "
            "You can use the --forceUnlock option to unlock it.",
        )
    for kind, name in missing:
        stub = _named(org, by, name, stand_ins.flow_type(kind) or kind, "")
        resolved[kind, name] = flows.unlock(org, stub)["id"]
    if record["lock"] is None:
        record = flows.checkout(org, record, by)
    body = json.dumps(compiled.configuration(resolved), ensure_ascii=False, separators=(",", ":")).encode()
    version = flows.save(org, record, by, body, secure=graph.type == "securecall")
    org.blobs(SOURCES).put(record["id"], data)
    return flows.publish(org, flows.find(org, record["id"]), by, version["id"])


def _named(org: Org, by: Actor, name: str, flow_type: str, description: str) -> FlowRecord:
    """The flow of a name and type, new if need be."""
    for record in flows.all_flows(org):
        if record["type"] == flow_type and record["name"] == name and not record["deleted"]:
            return record
    home = home_division(org)["id"]
    return flows.create(org, by, name=name, flow_type=flow_type, division=home, description=description)


def run_export(org: Org, by: Actor, wanted: list[JsonObject]) -> JsonObject:
    """The file of an export job: that of one flow, or a zip of several."""
    files: dict[str, bytes] = {}
    messages: list[JsonObject] = []
    for entry in wanted:
        try:
            name, data = _exported(org, entry)
            files[name] = data
        except ApiError as error:
            messages.append(_message(org, error.message))
    outcome = "Failure" if messages else "Success"
    due = org.now() + org.setting("flowOperationSeconds")
    job = register(org, by, "Export", messages=messages, outcome=outcome, due=due, status="Started")
    if files and not messages:
        org.blobs(FILES).put(job["id"], next(iter(files.values())) if len(files) == 1 else _zip(files))
    return job


def _exported(org: Org, entry: JsonObject) -> tuple[str, bytes]:
    """Name and content of one flow's file. Raises ApiError where there is no such flow or file."""
    reference = entry.get("flow")
    record = _referenced(org, reference if isinstance(reference, dict) else {})
    asked = reference.get("version") if isinstance(reference, dict) else None
    chosen = flows.find_version(record, asked) if isinstance(asked, str) else flows.live_version(record)
    data = None if chosen is None else flows.configuration(org, record, chosen["id"])
    if data is None:
        raise ApiError(404, "flow.no.config.available", f"The flow {record['name']} has no configuration.")
    base = entry.get("fileName") or record["name"]
    if entry.get("exportType") == "Yaml":
        source = org.blobs(SOURCES).get(record["id"])
        if source is None:
            raise ApiError(
                400,
                "not.supported",
                f"The emulator has no YAML of {record['name']}: it was not made from one.",
            )
        return f"{base}.yaml", source
    suffix = i3.SUFFIXES.get(record["type"], ".i3Flow")
    return f"{base}{suffix}", i3.encode(json.loads(data))


def _referenced(org: Org, reference: JsonObject) -> FlowRecord:
    flow_id = reference.get("id")
    if isinstance(flow_id, str):
        return flows.find(org, flow_id)
    name, kind = reference.get("name"), str(reference.get("type")).lower()
    for record in flows.all_flows(org):
        if record["name"] == name and record["type"] == kind and not record["deleted"]:
            return record
    raise not_found(f"There is no flow {name} of type {kind}.", code="architect.flow.not.found")


def _zip(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name.replace("/", "_")), data)
    return buffer.getvalue()


def _message(org: Org, text: str) -> JsonObject:
    return {"dateTime": timestamp(org.now()), "type": "Error", "text": text, "details": []}
