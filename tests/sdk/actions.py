"""Drives an org with the official Python SDK and prints what came back, step by step, as one JSON object.

Runs in an environment of its own. The scenario is a JSON object on stdin: `url`, `client_id`,
`client_secret`, `action` (a PostActionInput without its integration), `input`, `broken` and `unparsable`
(success templates). The steps are those of `actions.cjs`.
"""

import json
import os
import sys

from PureCloudPlatformClientV2 import (
    ApiClient,
    ArchitectApi,
    IntegrationsApi,
    PostActionInput,
    PublishDraftInput,
    UpdateActionInput,
    UpdateDraftInput,
    configuration,
)
from PureCloudPlatformClientV2.rest import ApiException

scenario = json.load(sys.stdin)
steps = {}


def attempt(step, call, *args, **options):
    """Notes what a call answers, or the status and body of its refusal."""
    try:
        answer = call(*args, **options)
    except ApiException as error:
        steps[step] = {"status": error.status, "body": json.loads(error.body)}
        return None
    steps[step] = client.sanitize_for_serialization(answer)
    return answer


def with_template(template, version):
    config = json.loads(json.dumps(scenario["action"]["config"]))
    config["response"]["successTemplate"] = template
    body = UpdateDraftInput()
    body.config = config
    body.version = version
    return body


configuration.host = scenario["url"]
client = ApiClient().get_client_credentials_token(scenario["client_id"], scenario["client_secret"])
integrations, architect = IntegrationsApi(client), ArchitectApi(client)

flows = attempt("flows", architect.get_flows, page_size=5)
attempt("configuration", architect.get_flow_latestconfiguration, flows.entities[0].id)
attempt("flows past the end", architect.get_flows, page_number=999)
attempt("list", integrations.get_integrations_actions, page_size=5, sort_by="name")
attempt("list past the end", integrations.get_integrations_actions, page_number=999)

listed = attempt("integrations", integrations.get_integrations)
home = next(each for each in listed.entities if each.integration_type.id == "purecloud-data-actions")
body = PostActionInput()
body.name, body.category, body.integration_id = scenario["action"]["name"], "Conformance", home.id
body.config, body.contract, body.secure = scenario["action"]["config"], scenario["action"]["contract"], False

draft = attempt("draft", integrations.post_integrations_actions_drafts, body)
action = draft.id
attempt("get before publish", integrations.get_integrations_action, action)
change = UpdateDraftInput()
change.category, change.version = "Waiting", draft.version
patched = attempt("patch", integrations.patch_integrations_action_draft, action, change)
attempt("stale patch", integrations.patch_integrations_action_draft, action, change)
attempt("validation", integrations.get_integrations_action_draft_validation, action)
attempt("test", integrations.post_integrations_action_draft_test, action, scenario["input"])
publish = PublishDraftInput()
publish.version = patched.version + 1
attempt("stale publish", integrations.post_integrations_action_draft_publish, action, publish)
publish.version = patched.version
live = attempt("publish", integrations.post_integrations_action_draft_publish, action, publish)
attempt("get", integrations.get_integrations_action, action, expand="contract", include_config=True)
attempt("template", integrations.get_integrations_action_template, action, "successtemplate.vm")
attempt("schema", integrations.get_integrations_action_schema, action, "inputschema.json")
attempt("execute", integrations.post_integrations_action_execute, action, scenario["input"])
attempt("execute without input", integrations.post_integrations_action_execute, action, {})

again = attempt("second draft", integrations.post_integrations_action_draft, action)
broken = attempt(
    "break the template",
    integrations.patch_integrations_action_draft,
    action,
    with_template(scenario["broken"], again.version),
)
attempt("failing test", integrations.post_integrations_action_draft_test, action, scenario["input"])
attempt(
    "break it more",
    integrations.patch_integrations_action_draft,
    action,
    with_template(scenario["unparsable"], broken.version),
)
attempt("failing validation", integrations.get_integrations_action_draft_validation, action)
attempt("discard", integrations.delete_integrations_action_draft, action)

update = UpdateActionInput()
update.name, update.version = "Renamed By The SDK", 99
attempt("stale update", integrations.patch_integrations_action, action, update)
update.version = integrations.get_integrations_action(action).version
attempt("update", integrations.patch_integrations_action, action, update)
attempt("delete", integrations.delete_integrations_action, action)
attempt("get after delete", integrations.get_integrations_action, action)

print(json.dumps(steps))
sys.stdout.flush()
os._exit(0)  # the SDK's threads that watch its configuration file would keep the process alive
