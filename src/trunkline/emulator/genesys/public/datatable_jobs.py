"""Export and import of data tables as CSV files. developer.genesys.cloud, "Architect API"."""

from __future__ import annotations

from trunkline.domain.json import JsonObject
from trunkline.emulator.call import Answer, Call
from trunkline.emulator.clock import timestamp
from trunkline.emulator.errors import ApiError, bad_request
from trunkline.emulator.genesys import datatable_jobs as jobs
from trunkline.emulator.genesys import datatables as tables
from trunkline.emulator.genesys import links
from trunkline.emulator.genesys.actors import actor
from trunkline.emulator.genesys.public.flow_shapes import shape_actor
from trunkline.emulator.paging import page
from trunkline.emulator.routes import Routes
from trunkline.emulator.store import Document

VIEW = ("architect:datatable:view", "architect:datatableRow:view")
EDIT = ("architect:datatable:edit", "architect:datatableRow:add")
FILES = "/presigned/datatables"
PURPOSE = "datatable_job"
MODES = ("ReplaceAll", "Append")

routes = Routes("public", prefix="/api/v2/flows/datatables/{datatableId}")
files = Routes("public", prefix=FILES, bearer=False)


@routes.on("POST", "/export/jobs", known="spec", permissions=VIEW)
def start_export(call: Call) -> Answer:
    """Write all rows to a file."""
    table = tables.find(call.org, call["datatableId"])
    job = jobs.export(call.org, table, actor(call))
    return Answer({**_shape(job), "status": "Processing"})


@routes.on("GET", "/export/jobs/{exportJobId}", known="spec", permissions=VIEW)
def get_export(call: Call) -> Answer:
    """How far an export is; `downloadURI` once there is a file."""
    job = jobs.find(call.org, call["datatableId"], call["exportJobId"], "export")
    body = {**_shape(job), "countRecordsProcessed": job["count"], "downloadURI": _link(call, job)}
    return Answer(body)


@routes.on("POST", "/import/csv/jobs", known="spec", permissions=EDIT)
def start_import(call: Call) -> Answer:
    """A job, and the link to which the CSV file is to be sent."""
    table, mode = tables.find(call.org, call["datatableId"]), call.json_object().get("importMode")
    if mode not in MODES:
        raise bad_request(
            f"importMode must be {' or '.join(MODES)}",
            code="flows.datatables.syntax.error",
            field="importMode",
        )
    job = jobs.register(call.org, table, actor(call), "import", mode=mode, status="WaitingForUpload")
    return Answer({**_shape(job), "uploadURI": _link(call, job), "uploadHeaders": links.UPLOAD_HEADERS})


@routes.on("GET", "/import/jobs", known="spec", permissions=VIEW)
def list_imports(call: Call) -> Answer:
    """The imports of a table, the newest first."""
    table = tables.find(call.org, call["datatableId"])
    return Answer(page(call, jobs.imports_of(call.org, table["id"]), _shape))


@routes.on("GET", "/import/jobs/{importJobId}", known="spec", permissions=VIEW)
def get_import(call: Call) -> Answer:
    """How far an import is, and what became of its rows."""
    return Answer(_shape(jobs.find(call.org, call["datatableId"], call["importJobId"], "import")))


@files.on("PUT", "/{secret}", known="spec")
def upload(call: Call) -> Answer:
    """Take the CSV file of an import, once."""
    org, job_id = links.follow(call.kernel, PURPOSE, call["secret"])
    links.check_headers(call.headers)
    job = org.documents(jobs.JOBS).get(job_id)
    if job is None or job["direction"] != "import" or job["status"] != "WaitingForUpload":
        raise ApiError(403, "not.authorized", "The link was used already.")
    jobs.run_import(org, job, call.body)
    return Answer(b"", media_type="application/xml")


@files.on("GET", "/{secret}", known="spec")
def download(call: Call) -> Answer:
    """The file of an export."""
    org, job_id = links.follow(call.kernel, PURPOSE, call["secret"])
    data = org.blobs(jobs.FILES).get(job_id)
    if data is None:
        raise ApiError(404, "not.found", "The job has no file.")
    return Answer(data, media_type="text/csv")


def _link(call: Call, job: Document) -> str:
    return f"{call.origin}{FILES}/{links.make(call.kernel, call.org, PURPOSE, job['id'])}"


def _shape(job: Document) -> JsonObject:
    owner = shape_actor(job["by"])
    body: JsonObject = {
        "id": job["id"],
        "name": job["name"],
        "owner": {name: owner[name] for name in ("id", "selfUri")},
        "status": job["status"],
        "dateCreated": timestamp(job["created"]),
        "selfUri": f"/api/v2/flows/datatables/{job['table']}/{job['direction']}/jobs/{job['id']}",
    }
    if job["completed"] is not None:
        body["dateCompleted"] = timestamp(job["completed"])
    if job["direction"] == "import":
        counts = job.get("counts") or {"updated": 0, "deleted": 0, "failed": 0}
        body |= {f"countRecords{name.capitalize()}": count for name, count in counts.items()}
        body["importMode"] = job["mode"]
    if job["error"] is not None:
        code = "flows.datatables.syntax.error"
        body["errorInformation"] = {"message": job["error"], "code": code, "status": 400}
    return body
