"""Run by the interpreter that has Genesys's Python SDK: the life of a data action and what it refers to.

Arguments: URL, client id, client secret. Prints what it saw as one JSON object.
"""

import json
import os
import sys

import PureCloudPlatformClientV2 as Sdk
from PureCloudPlatformClientV2.rest import ApiException

CONFIG = {
    "request": {"requestUrlTemplate": "https://orders.example/${input.id}", "requestType": "GET"},
    "response": {"translationMap": {"total": "$.total"}, "successTemplate": '{"total": ${total}}'},
}
CONTRACT = {
    "input": {"inputSchema": {"type": "object", "properties": {"id": {"type": "string"}}}},
    "output": {"successSchema": {"type": "object", "properties": {"total": {"type": "number"}}}},
}


def data_action(client):
    api = Sdk.IntegrationsApi(client)
    integration = api.get_integrations(page_size=1).entities[0]
    body = {"name": "From the SDK", "category": "Orders", "integrationId": integration.id}
    draft = api.post_integrations_actions_drafts({**body, "config": CONFIG, "contract": CONTRACT})
    valid = api.get_integrations_action_draft_validation(draft.id).valid
    stale = None
    try:
        api.post_integrations_action_draft_publish(draft.id, {"version": draft.version + 1})
    except ApiException as error:
        stale = [error.status, json.loads(error.body)["message"]]
    live = api.post_integrations_action_draft_publish(draft.id, {"version": draft.version})
    again = api.post_integrations_action_draft(draft.id)  # the SDK sends the body `null`
    api.delete_integrations_action_draft(draft.id)
    full = api.get_integrations_action(draft.id, expand="contract", include_config=True)
    tested = api.post_integrations_action_test(draft.id, {"id": "1"})
    past = api.get_integrations_actions(page_size=100, page_number=9)
    return {
        "versions": [draft.version, live.version, again.version],
        "valid": valid,
        "stale": stale,
        "input": sorted(full.contract.input.input_schema.properties),
        "template": api.get_integrations_action_template(draft.id, "successtemplate.vm"),
        "result": tested.final_result,
        "steps": len(tested.operations),
        "listed": [each.name for each in api.get_integrations_actions(name="sdk").entities],
        "past_the_end": [past.total, past.entities],
    }


def references(client):
    routing, architect = Sdk.RoutingApi(client), Sdk.ArchitectApi(client)
    queue = routing.post_routing_queues({"name": "Support"})
    schedule = architect.post_architect_schedules(
        {"name": "Open", "start": "2024-01-01T08:00:00.000000", "end": "2024-01-01T17:00:00.000000"}
    )
    return {
        "country": Sdk.OrganizationApi(client).get_organizations_me().default_country_code,
        "home": Sdk.ObjectsApi(client).get_authorization_divisions_home().home_division,
        "queue": [queue.name, queue.media_settings.call.service_level.duration_ms],
        "queues": routing.get_routing_queues(id=[queue.id, "nobody"]).total,
        "schedule": schedule.version,
        "client": Sdk.TokensApi(client).get_tokens_me().o_auth_client.id,
    }


def main(url, client_id, client_secret):
    Sdk.configuration.host = url
    client = Sdk.api_client.ApiClient().get_client_credentials_token(client_id, client_secret)
    print(json.dumps({"action": data_action(client), "references": references(client)}))
    sys.stdout.flush()
    os._exit(0)  # the SDK's own threads would keep the process alive


main(*sys.argv[1:])
