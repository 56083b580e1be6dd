"""The types of flows: their names in queries and bodies, and in dependency tracking."""

from __future__ import annotations

from types import MappingProxyType

FLOW_TYPES: tuple[str, ...] = (
    "agenticvirtualagent",
    "bot",
    "businessprocess",
    "commonmodule",
    "digitalbot",
    "emailsend",
    "inboundcall",
    "inboundchat",
    "inboundemail",
    "inboundshortmessage",
    "inqueuecall",
    "inqueueemail",
    "inqueueshortmessage",
    "outboundcall",
    "securecall",
    "speech",
    "surveyinvite",
    "voice",
    "voicemail",
    "voicesurvey",
    "workflow",
    "workitem",
)
"""As queries spell them; answers spell them in capitals."""

OBJECT_TYPES: MappingProxyType[str, str] = MappingProxyType(
    {name: name.upper() if name == "workflow" else f"{name.upper()}FLOW" for name in FLOW_TYPES}
)
"""Object types of dependency tracking, by flow type: INBOUNDCALLFLOW, but WORKFLOW."""
