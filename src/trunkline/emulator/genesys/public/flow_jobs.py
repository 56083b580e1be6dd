"""`/api/v2/flows/jobs`, `/export/jobs`: Archy's files in and out. developer.genesys.cloud, "Architect API".

The links that a job gives (`presignedUrl`, `downloadUrl`) need no token and live for an hour.
"""

from __future__ import annotations

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.call import Answer, Call
from trunkline.emulator.errors import ApiError, bad_request
from trunkline.emulator.genesys import flow_jobs as jobs
from trunkline.emulator.genesys import links
from trunkline.emulator.genesys.actors import actor
from trunkline.emulator.routes import Routes
from trunkline.emulator.store import Document

FILES = "/presigned/flows"
PURPOSE = "flow_job"

routes = Routes("public", prefix="/api/v2/flows")
files = Routes("public", prefix=FILES, bearer=False)


@routes.on("POST", "/jobs", known="client", permissions=("architect:job:create",))
def register_job(call: Call) -> Answer:
    """A job, and the link to which the YAML is to be sent."""
    stubs = call.json_object().get("createStubs") is True
    job = jobs.register(call.org, actor(call), "Publish", createStubs=stubs)
    secret = links.make(call.kernel, call.org, PURPOSE, job["id"])
    return Answer(
        {
            "id": job["id"],
            "presignedUrl": f"{call.origin}{FILES}/{secret}",
            "headers": links.UPLOAD_HEADERS,
            "selfUri": f"/api/v2/flows/jobs/{job['id']}",
        }
    )


@routes.on("GET", "/jobs/{jobId}", known="client", permissions=("architect:job:view",))
def get_job(call: Call) -> Answer:
    """How far a job is; `expand=messages` tells what went wrong."""
    job = jobs.find(call.org, call["jobId"], exports=False)
    body = _shape(call, job, f"/api/v2/flows/jobs/{job['id']}")
    if job["flow"] is not None and job["status"] == "Success":
        body["flow"] = {"id": job["flow"], "selfUri": f"/api/v2/flows/{job['flow']}"}
    return Answer(body)


@routes.on("POST", "/export/jobs", known="client", permissions=("architect:jobExport:create",))
def register_export(call: Call) -> Answer:
    """A job that exports flows as Architect's files or as the YAML they came from."""
    wanted: Json = call.json_object().get("flows")
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= jobs.MOST_FLOWS:
        raise bad_request(f"flows must list 1 to {jobs.MOST_FLOWS} flows", field="flows")
    job = jobs.run_export(call.org, actor(call), [each for each in wanted if isinstance(each, dict)])
    return Answer(
        {
            "id": job["id"],
            "status": job["status"],
            "totalFlows": len(wanted),
            "selfUri": f"/api/v2/flows/export/jobs/{job['id']}",
        }
    )


@routes.on("GET", "/export/jobs/{jobId}", known="client", permissions=("architect:jobExport:view",))
def get_export(call: Call) -> Answer:
    """How far an export is, and the link to its file once there is one."""
    job = jobs.find(call.org, call["jobId"], exports=True)
    body = _shape(call, job, f"/api/v2/flows/export/jobs/{job['id']}")
    if job["status"] == "Success":
        body["downloadUrl"] = f"{call.origin}{FILES}/{links.make(call.kernel, call.org, PURPOSE, job['id'])}"
    return Answer(body)


def _shape(call: Call, job: Document, uri: str) -> JsonObject:
    body: JsonObject = {"id": job["id"], "status": job["status"], "command": job["command"], "selfUri": uri}
    if "messages" in call.query.many("expand"):
        body["messages"] = job["messages"] if job["status"] in ("Success", "Failure") else []
    return body


@files.on("PUT", "/{secret}", known="client")
def upload(call: Call) -> Answer:
    """Take the YAML of a job, once, and start it."""
    org, job_id = links.follow(call.kernel, PURPOSE, call["secret"])
    links.check_headers(call.headers)
    job = jobs.find(org, job_id)
    if job["command"] != "Publish" or job["status"] != "Registered":
        raise ApiError(403, "not.authorized", "The link was used already.")
    jobs.run_publish(org, job, call.body)
    return Answer(b"", media_type="application/xml")


@files.on("GET", "/{secret}", known="client")
def download(call: Call) -> Answer:
    """The file of an export job."""
    org, job_id = links.follow(call.kernel, PURPOSE, call["secret"])
    data = org.blobs(jobs.FILES).get(job_id)
    if data is None:
        raise ApiError(404, "not.found", "The job has no file.")
    return Answer(data, media_type="application/octet-stream")
