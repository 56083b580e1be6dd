"""The whole org: every object, the index of data actions and flows, and the stubs."""

from __future__ import annotations

from sample_org import (
    actions_claims,
    actions_platform,
    actions_policy,
    actions_web,
    assets,
    flows_bots,
    flows_main,
    flows_messages,
    flows_voice,
    flows_work,
    people,
    routing,
)
from sample_org.flow import Flow, document
from sample_org.ids import Directory, Json, by_name, guid, reference

ACTIONS = [*actions_platform.ACTIONS, *actions_web.ACTIONS, *actions_policy.ACTIONS, *actions_claims.ACTIONS]
# A common module comes before its callers, which hold a copy of it.
FLOWS = [*flows_work.FLOWS, *flows_main.FLOWS, *flows_voice.FLOWS, *flows_bots.FLOWS, *flows_messages.FLOWS]
FLOW_KINDS = {
    "bot": "botFlow",
    "commonmodule": "commonModuleFlow",
    "digitalbot": "digitalBotFlow",
    "inboundcall": "inboundCallFlow",
    "inboundemail": "inboundEmailFlow",
    "inboundshortmessage": "inboundShortMessageFlow",
    "inqueuecall": "inqueueCallFlow",
    "securecall": "secureCallFlow",
    "workflow": "workflow",
}
FEATURES = {
    "realtimeCIC": True,
    "purecloud": True,
    "hipaa": False,
    "ucEnabled": True,
    "pci": True,
    "purecloudVoice": True,
    "xmppFederation": False,
    "chat": True,
    "informalPhotos": True,
    "directory": True,
    "contactCenter": True,
    "unifiedCommunications": True,
    "custserv": False,
}


def organization() -> Json:
    """The organization itself."""
    return {
        "id": guid("organization", "Calder Ridge Mutual"),
        "name": "Calder Ridge Mutual",
        "defaultLanguage": "en-us",
        "defaultCountryCode": "US",
        "thirdPartyOrgName": "calderridge",
        "domain": "calderridge",
        "version": 31,
        "state": "active",
        "defaultSiteId": guid("site", "Chicago"),
        "supportURI": "contact-center@calderridge.example",
        "voicemailEnabled": True,
        "productPlatform": "PureCloud",
        "features": FEATURES,
    }


def objects() -> dict[str, list[Json]]:
    """All objects that are neither data actions nor flows."""
    return {
        "divisions": people.divisions(),
        "skills": people.skills(),
        "languages": people.languages(),
        "wrapupCodes": people.wrapup_codes(),
        "groups": people.groups(),
        "users": people.users(),
        "queues": routing.queues(),
        "schedules": routing.schedules(),
        "scheduleGroups": routing.schedule_groups(),
        "emergencyGroups": routing.emergency_groups(),
        "ivrs": routing.ivrs(),
        "integrations": assets.integrations(),
        "credentials": assets.credentials(),
        "prompts": assets.prompts(),
        "systemPrompts": assets.system_prompts(),
        "dataTables": assets.data_tables(),
        "flowOutcomes": assets.listed("flowOutcome", assets.OUTCOMES),
        "nluDomains": [
            {"id": guid(flow.slug, "nluDomain"), "name": flow.name, "language": "en-us"}
            for flow in FLOWS
            if flow.type in ("bot", "digitalbot")
        ],
        "flowMilestones": assets.listed("flowMilestone", assets.MILESTONES),
    }


def directory(found: dict[str, list[Json]]) -> Directory:
    """What flows may name."""
    ids = {
        "queue": by_name(found["queues"]),
        "acdSkill": by_name(found["skills"]),
        "acdLanguage": by_name(found["languages"]),
        "scheduleGroup": by_name(found["scheduleGroups"]),
        "emergencyGroup": by_name(found["emergencyGroups"]),
        "userPrompt": by_name(found["prompts"]),
        "dataTable": by_name(found["dataTables"]),
        "flowMilestone": by_name(found["flowMilestones"]),
        "dataAction": by_name([action.index() for action in ACTIONS if action.state == "published"]),
    }
    for flow in FLOWS:
        ids.setdefault(FLOW_KINDS[flow.type], {})[flow.name] = flow_id(flow)
    return Directory(
        ids=ids,
        actions={action.name: action.exported() for action in ACTIONS},
        categories={action.name: action.integration for action in ACTIONS},
    )


def flow_id(flow: Flow) -> str:
    """The id of a flow."""
    return guid(FLOW_KINDS[flow.type], flow.name)


def flow_index(flow: Flow) -> Json:
    """The entry of a flow in org.json."""
    return {
        "id": flow_id(flow),
        "name": flow.name,
        "type": flow.type,
        "description": flow.description,
        "file": f"flows/{flow.slug}.json",
        "division": reference("division", flow.division),
        "version": flow.version,
        "state": flow.state,
        "dateModified": flow.modified,
        "modifiedBy": guid("user", flow.editor),
        **({"lockedBy": guid("user", flow.locked_by)} if flow.locked_by else {}),
    }


def build() -> dict[str, Json]:
    """Every file of the sample, by its path in the folder."""
    found = objects()
    names = directory(found)
    files: dict[str, Json] = {action.file: action.exported() for action in ACTIONS}
    for flow in FLOWS:
        made = document(flow, names, flow.settings)
        files[f"flows/{flow.slug}.json"] = made
        if flow.type == "commonmodule":
            names.modules[flow.name] = (made, flow.version)
    files["org.json"] = {
        "organization": organization(),
        **found,
        "actions": [action.index() for action in ACTIONS],
        "flows": [flow_index(flow) for flow in FLOWS],
        "stubs": [stub.as_json() for action in ACTIONS for stub in action.stubs],
    }
    return files
