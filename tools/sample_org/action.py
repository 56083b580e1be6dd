"""Data actions: a short form here, the vendor's exported form in the files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sample_org.ids import Json, action_id, guid

GENESYS = "Genesys Cloud Data Actions"
POLICY = "Policy Services"
CRM = "Customer Directory"
PUBLIC = "Public Web Services"
PAYMENTS = "Payments Gateway"
LAMBDA = "Claims Automation"
SALESFORCE = "Salesforce Service Cloud"

INTEGRATION_TYPES = {
    GENESYS: "purecloud-data-actions",
    POLICY: "custom-rest-actions",
    CRM: "custom-rest-actions",
    PUBLIC: "custom-rest-actions",
    PAYMENTS: "custom-rest-actions",
    LAMBDA: "aws-lambda-data-actions",
    SALESFORCE: "salesforce-datadip",
}
DRAFT4 = "http://json-schema.org/draft-04/schema#"
WHOLE_INPUT = "${input.rawRequest}"
WHOLE_REPLY = "${rawResult}"
JSON_BODY = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Stub:
    """A recorded reply. `*` in the URL stands for any text."""

    method: str
    url: str
    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})

    def as_json(self) -> Json:
        """As it stands in org.json."""
        return {
            "method": self.method,
            "url": self.url,
            "status": self.status,
            "headers": dict(self.headers),
            "body": self.body,
        }


@dataclass(frozen=True)
class Action:
    """A data action. In `inputs` and `outputs`, field → (type or schema, description); `!` marks required."""

    slug: str
    name: str
    integration: str
    method: str
    url: str
    inputs: Mapping[str, tuple[str | Json, str]]
    outputs: Mapping[str, tuple[str | Json, str]]
    example: tuple[Json, Json]
    stubs: Sequence[Stub]
    body: str = WHOLE_INPUT
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    paths: Mapping[str, str] = field(default_factory=dict[str, str])
    defaults: Mapping[str, str] = field(default_factory=dict[str, str])
    success: str = WHOLE_REPLY
    description: str = ""
    kind: str = "custom"
    secure: bool = False
    version: int = 1
    state: str = "published"
    auth: str | None = None
    credential: str | None = None

    @property
    def file(self) -> str:
        """Where its exported form lies, from the sample's folder."""
        return f"actions/{self.slug}.{self.kind}.json"

    def exported(self) -> Json:
        """The file that the vendor's UI exports."""
        response = {
            "translationMap": dict(self.paths),
            "translationMapDefaults": dict(self.defaults),
            "successTemplate": self.success,
        }
        return {
            "name": self.name,
            "integrationType": INTEGRATION_TYPES[self.integration],
            "actionType": self.kind,
            "config": {
                "request": {
                    "requestUrlTemplate": self.url,
                    "requestType": self.method,
                    "headers": dict(self.headers),
                    "requestTemplate": self.body,
                },
                "response": response,
            },
            "contract": {
                "input": {"inputSchema": schema(self.inputs, f"{self.name} request", self.description)},
                "output": {"successSchema": schema(self.outputs, f"{self.name} response", "")},
            },
            "secure": self.secure,
        }

    def index(self) -> Json:
        """Its entry in org.json."""
        return {
            "id": action_id(self.name),
            "name": self.name,
            "file": self.file,
            "integrationId": guid("integration", self.integration),
            "category": self.integration,
            "version": self.version,
            "state": self.state,
            **({"authActionId": action_id(self.auth)} if self.auth else {}),
            **({"credentialId": guid("credential", self.credential)} if self.credential else {}),
            "exampleInput": self.example[0],
            "exampleOutput": self.example[1],
        }


def schema(fields: Mapping[str, tuple[str | Json, str]], title: str, description: str) -> Json:
    """A contract: an object whose fields are described."""
    required = [name.removesuffix("!") for name in fields if name.endswith("!")]
    properties: Json = {}
    for name, (kind, text) in fields.items():
        inner = {"type": kind} if isinstance(kind, str) else kind
        properties[name.removesuffix("!")] = {"description": text, **inner}
    return {
        "$schema": DRAFT4,
        "title": title,
        **({"description": description} if description else {}),
        "type": "object",
        **({"required": required} if required else {}),
        "properties": properties,
        "additionalProperties": True,
    }


def lines(*parts: str) -> str:
    """A template of several lines."""
    return "\n".join(parts)


def first(variable: str) -> str:
    """The first of a mapped list, or an empty text."""
    return f'${{successTemplateUtils.firstFromArray("${{{variable}}}", "$esc.quote$esc.quote")}}'
