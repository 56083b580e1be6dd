"""Drives the flows of an org with the official Python SDK; prints what came back, as one JSON object.

Runs in an environment of its own. Of the scenario on stdin it needs `url`, `client_id`, `client_secret`.
"""

import json
import sys

from PureCloudPlatformClientV2 import ApiClient, ArchitectApi, DataTable, Flow, configuration
from PureCloudPlatformClientV2.rest import ApiException

scenario = json.load(sys.stdin)
steps = {}


def attempt(step, call, *args, **options):
    """Notes what a call answers, or the status and code of its refusal."""
    try:
        answer = call(*args, **options)
    except ApiException as error:
        steps[step] = {"status": error.status, "code": json.loads(error.body)["code"]}
        return None
    steps[step] = client.sanitize_for_serialization(answer)
    return answer


def a_flow(name, kind):
    flow = Flow()
    flow.name, flow.type = name, kind
    return flow


def a_table():
    table = DataTable()
    table.name = "Driven by an SDK"
    key = {"type": "string", "$id": "/properties/key", "title": "Key"}
    count = {"type": "integer", "$id": "/properties/count", "title": "Count"}
    table.schema = {
        "type": "object",
        "additionalProperties": False,
        "required": ["key"],
        "properties": {"key": key, "count": count},
    }
    return table


configuration.host = scenario["url"]
client = ApiClient(host=scenario["url"])
client.get_client_credentials_token(scenario["client_id"], scenario["client_secret"])
api = ArchitectApi(client)

first = attempt("list", api.get_flows, type=["inboundcall"], page_size=100, sort_by="name").entities[0]
content = attempt("configuration", api.get_flow_latestconfiguration, first.id)
made = attempt("create", api.post_flows, a_flow("Driven by an SDK", first.type))
attempt("name taken", api.post_flows, a_flow("driven by an sdk", first.type))
attempt("save", api.post_flow_versions, made.id, content)
attempt("publish", api.post_flows_actions_publish, made.id)
attempt("published", api.get_flow, made.id)
attempt("version configuration", api.get_flow_version_configuration, made.id, "1.0")
attempt("checkout", api.post_flows_actions_checkout, made.id)
attempt("revert", api.post_flows_actions_revert, made.id)
attempt("save without the lock", api.post_flow_versions, made.id, content)
history = attempt("ask for history", api.post_flow_history, made.id)
attempt("history", api.get_flow_history_history_id, made.id, history.id)
attempt(
    "uses",
    api.get_architect_dependencytracking_consumedresources,
    made.id,
    "1.0",
    f"{first.type}FLOW",
    page_size=100,
)
table = attempt("table", api.post_flows_datatables, a_table())
attempt("row", api.post_flows_datatable_rows, table.id, {"key": "a", "count": 3})
attempt("rows", api.get_flows_datatable_rows, table.id, showbrief=False)
attempt("delete", api.delete_flow, made.id)
attempt("deleted", api.get_flow, made.id)

print(json.dumps(steps))
