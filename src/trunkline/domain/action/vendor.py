"""The vendor's own forms of a data action, and what is common to all of them.

Exported files (`*.custom.json`, `*.customAuth.json`, `*.static.json`), bodies posted to
`/api/v2/integrations/actions`, and the Action that the API answers all hold the same `config`,
`contract` and `secure`; the canonical body is the exported one.
https://developer.genesys.cloud/platform/integrations/
"""

from __future__ import annotations

import re
from enum import StrEnum

from trunkline.domain.action.fault import Lost
from trunkline.domain.json import Json, JsonObject

RAW_REQUEST = "${input.rawRequest}"
"""The request body where none is given: the whole input as JSON (nothing for a GET)."""
RAW_RESULT = "${rawResult}"
"""The success template where none is given: the reply as it came."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ACTION_TYPES = ("custom", "customAuth", "static")
OURS = ("description", "integration", "errorHandling", "conditions")
"""Fields of the canonical body that no form of the vendor has."""

_SUFFIX = re.compile(r"\s+-\s+Exported \d{4}-\d{2}-\d{2} @ \d{1,2}:\d{2}\Z")
_EXPORTED = ("name", "integrationType", "actionType", "config", "contract", "secure")


class Form(StrEnum):
    """Which of the vendor's forms a document has."""

    EXPORT = "export"
    POST = "post"
    ANSWER = "answer"


def form(document: Json) -> Form | None:
    """The vendor's form that `document` has; None where it is no data action of the vendor's."""
    if not isinstance(document, dict) or "name" not in document:
        return None
    if not (isinstance(document.get("config"), dict) and "request" in document["config"]):
        return None
    if not isinstance(document.get("contract"), dict):
        return None
    if "id" in document or "selfUri" in document:
        return Form.ANSWER
    if "integrationId" in document or "category" in document:
        return Form.POST
    return Form.EXPORT


def strip_export_suffix(name: str) -> str:
    """The name without the ` - Exported 2021-10-22 @ 14:08` that the export button adds."""
    return _SUFFIX.sub("", name)


def from_vendor(document: JsonObject) -> JsonObject:
    """The canonical body of a vendor's document, nothing lost but the suffix of an exported file.

    The suffix of a live action (Form.ANSWER) is its real name and stays.
    """
    body = dict(document)
    name = body.get("name")
    if form(document) is not Form.ANSWER and isinstance(name, str):
        body["name"] = strip_export_suffix(name)
    return body


def to_export(body: JsonObject) -> tuple[JsonObject, list[Lost]]:
    """The exported form (`*.custom.json`) of a body, and what that form does not hold."""
    document: JsonObject = {key: body[key] for key in _EXPORTED if key in body}
    lost = [
        Lost((key,), "exported files of the vendor have no such field") for key in body if key not in document
    ]
    return document, lost


def action_type(body: JsonObject) -> str:
    """`custom`, `customAuth` or `static`; ids of built-in actions tell it too."""
    kind = body.get("actionType")
    if isinstance(kind, str):
        return kind
    identity = body.get("id")
    return "static" if isinstance(identity, str) and identity.startswith(("static", "bridge")) else "custom"


def is_static(body: JsonObject) -> bool:
    """Whether this is a built-in action, which nobody can change."""
    return action_type(body) == "static"


def is_custom_auth(body: JsonObject) -> bool:
    """Whether this is the action that logs an integration in (its result is `authResponse`)."""
    return action_type(body) == "customAuth"


def integration_type_of(url: str) -> str | None:
    """The type of integration that a URL template implies, where it is plain."""
    if url.startswith("arn:"):
        return "aws-lambda-data-actions"
    if url.startswith("/api/v2/"):
        return "purecloud-data-actions"
    if url.startswith(("https://", "http://")):
        return "custom-rest-actions"
    return None
