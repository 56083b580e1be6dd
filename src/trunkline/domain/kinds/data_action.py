"""Data actions of Genesys Cloud: a request, a mapping of its reply, and a contract."""

from __future__ import annotations

from types import MappingProxyType

from trunkline.domain.action.vendor import RAW_REQUEST, RAW_RESULT, integration_type_of, is_static
from trunkline.domain.json import JsonObject, get
from trunkline.domain.kind import Kind, Reference

_NO_FAILURE_HANDLED = {"onError": "FAIL", "onTimeout": "FAIL"}


def normalise(body: JsonObject) -> JsonObject:
    """One spelling for bodies that mean the same: methods in capitals, what is implied left out.

    A URL implies the type of the integration, unless the integration is named: then its type is its own.
    """
    normal = dict(body)
    request = get(normal, ("config", "request"))
    if isinstance(request, dict):
        method = request.get("requestType")
        if isinstance(method, str) and method != method.upper():
            request = {**request, "requestType": method.upper()}
            normal["config"] = {**normal["config"], "request": request}
        url = request.get("requestUrlTemplate")
        implied = integration_type_of(url) if isinstance(url, str) else None
        if implied and not normal.get("integrationType") and not normal.get("integration"):
            normal["integrationType"] = implied
    if normal.get("errorHandling") in ({}, _NO_FAILURE_HANDLED):
        del normal["errorHandling"]
    return {key: value for key, value in normal.items() if value is not None}


def editable(body: JsonObject) -> bool:
    """Whether the cloud lets anybody change this action; built-in (static) ones it does not."""
    return not is_static(body)


DATA_ACTION = Kind(
    name="data_action",
    cloud="genesys",
    folder="actions",
    title="data action",
    documentation="https://developer.genesys.cloud/platform/integrations/",
    server_owned=(
        "id",
        "version",
        "selfUri",
        "status",
        "integrationId",
        "config.request.requestTemplateUri",
        "config.response.successTemplateUri",
        "contract.input.inputSchemaFlattened",
        "contract.input.inputSchemaUri",
        "contract.output.successSchemaFlattened",
        "contract.output.successSchemaUri",
        "contract.output.errorSchema",
        "contract.output.errorSchemaFlattened",
        "contract.output.errorSchemaUri",
    ),
    references=(
        Reference("integration", "integration"),
        *(
            Reference(f"conditions.*.{'children.*.' * level}value.datasetId", "data_set")
            for level in range(11)
        ),
    ),
    replace_on=(
        "contract.input.inputSchema",
        "contract.output.successSchema",
        "secure",
        "integration",
        "integrationType",
        "actionType",
    ),
    unordered=(
        "contract.input.inputSchema.required",
        "contract.output.successSchema.required",
    ),
    defaults=MappingProxyType(
        {
            "secure": False,
            "config.request.headers": {},
            "config.request.requestTemplate": RAW_REQUEST,
            "config.response.translationMap": {},
            "config.response.translationMapDefaults": {},
            "config.response.successTemplate": RAW_RESULT,
        }
    ),
    inherited=(
        "integration",
        "integrationType",
        "category",
        "actionType",
        "description",
        "config.timeoutSeconds",
        "conditions",
    ),
    acyclic=True,
    normalise=normalise,
)
