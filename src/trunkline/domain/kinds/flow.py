"""Flows of Architect: the whole configuration document is the body, as the cloud answers it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from trunkline.domain.json import JsonObject
from trunkline.domain.kind import Kind, Reference

MANIFEST_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "dataAction": "data_action",
        "queue": "queue",
        "dataTable": "data_table",
        "userPrompt": "prompt",
        "acdSkill": "skill",
        "acdLanguage": "language",
        "acdWrapupCode": "wrapup_code",
        "user": "user",
        "group": "group",
        "schedule": "schedule",
        "scheduleGroup": "schedule_group",
        "emergencyGroup": "emergency_group",
        "nluDomain": "nlu_domain",
        "flowOutcome": "flow_outcome",
        "flowMilestone": "flow_milestone",
        **{
            f"{name}Flow": "flow"
            for name in (
                "bot", "commonModule", "digitalBot", "inboundCall", "inboundChat", "inboundEmail",
                "inboundShortMessage", "inqueueCall", "inqueueEmail", "inqueueShortMessage", "outboundCall",
                "secureCall", "surveyInvite", "voice", "voicemail", "workflow", "workitem",
            )
        },
        "workflow": "flow",
    }
)  # fmt: skip
"""What the manifest of a configuration calls the kinds that have names of their own here."""


def normalise(body: JsonObject) -> JsonObject:
    """The canonical form of a configuration; flows of the guides' surface are compared as they are."""
    from trunkline.domain.flow.canonical import canonical_flow
    from trunkline.domain.flow.configuration import is_configuration

    return canonical_flow(body) if is_configuration(body) else body


FLOW = Kind(
    name="flow",
    cloud="genesys",
    folder="flows",
    title="flow",
    documentation="https://developer.genesys.cloud/routing/architect/",
    references=tuple(Reference(f"manifest.{field}.*.name", kind) for field, kind in MANIFEST_KINDS.items()),
    replace_on=("type",),
    compared_only=True,
    bare=("name", "type"),
    normalise=normalise,
)
