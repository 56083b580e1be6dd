"""Which node of the friendly document each node of the canonical body was made from."""

from __future__ import annotations

from trunkline.domain.json import Json, JsonObject, Path, get

_HEAD: dict[Path, Path] = {
    ("name",): ("name",),
    ("description",): ("description",),
    ("integration",): ("integration",),
    ("integrationType",): ("integration_type",),
    ("actionType",): ("action_type",),
    ("category",): ("category",),
    ("secure",): ("secure",),
    ("config",): ("request",),
    ("config", "timeoutSeconds"): ("request", "timeout"),
    ("config", "request"): ("request",),
    ("config", "request", "requestUrlTemplate"): ("request", "url"),
    ("config", "request", "requestType"): ("request", "method"),
    ("config", "request", "headers"): ("request", "headers"),
    ("config", "request", "requestTemplate"): ("request", "body"),
    ("config", "response"): ("response",),
    ("config", "response", "translationMap"): ("response", "map"),
    ("config", "response", "translationMapDefaults"): ("response", "defaults"),
    ("config", "response", "successTemplate"): ("response", "template"),
    ("contract",): ("contract",),
    ("errorHandling", "onError"): ("on_error",),
    ("errorHandling", "onTimeout"): ("on_timeout",),
}
_MAPS: tuple[Path, ...] = (
    ("config", "request", "headers"),
    ("config", "response", "translationMap"),
    ("config", "response", "translationMapDefaults"),
)
_SIDES = (
    (("contract", "input", "inputSchema"), "inputs", "input"),
    (("contract", "output", "successSchema"), "outputs", "output"),
)


def trace(document: JsonObject, body: JsonObject) -> dict[Path, Path]:
    """Origins of the nodes of `body`; those made from nothing written point at what is around them."""
    origins: dict[Path, Path] = {(): ()}
    for canonical, friendly in _HEAD.items():
        origins[canonical] = _written(document, friendly)
    for parent in _MAPS:
        for name in get(body, parent, {}):
            origins[(*parent, name)] = (*_HEAD[parent], name)
    for schema, fields, side in _SIDES:
        origins |= _fields(document, body, schema, fields, side)
    return origins


def _fields(document: JsonObject, body: JsonObject, schema: Path, fields: str, side: str) -> dict[Path, Path]:
    written = document.get(fields)
    explicit = _written(document, ("contract", side))
    origins: dict[Path, Path] = {schema: (fields,) if isinstance(written, dict) else explicit}
    origins[schema[:-1]] = origins[schema]
    properties = get(body, (*schema, "properties"))
    origins[(*schema, "properties")] = origins[schema]
    for name in properties if isinstance(properties, dict) else ():
        inside = isinstance(written, dict) and name in written
        origins[(*schema, "properties", name)] = (
            (fields, name) if inside else _written(document, ("contract", side, "properties", name))
        )
    return origins


def _written(document: Json, path: Path) -> Path:
    """`path`, or its nearest ancestor that the document really holds."""
    node = document
    for depth, step in enumerate(path):
        if not (isinstance(node, dict) and step in node):
            return path[:depth]
        node = node[step]
    return path
