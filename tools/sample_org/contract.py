"""Contracts as a flow sees them: flattened, with the error body that every data action shares."""

from __future__ import annotations

from sample_org.ids import Json

TYPES = {"string": "str", "integer": "int", "number": "dec", "boolean": "bln", "array": "str_coll"}
ERROR_FIELDS = {
    "errorCode": ("string", "A code unique to this error."),
    "status": ("integer", "The HTTP status of the failure."),
    "correlationId": ("string", "The id to quote to support."),
    "entityId": ("string", "The id of the object at fault."),
    "entityName": ("string", "The name of the object at fault."),
    "userMessage": ("string", "A message for people."),
    "userParamsMessage": ("string", "The same message with its parameters left out."),
    "userParams.key": ("array", "The names of the parameters."),
    "userParams.value": ("array", "The values of the parameters."),
    "details.errorCode": ("array", "The codes of the details."),
    "details.fieldName": ("array", "The fields at fault."),
    "details.entityId": ("array", "The ids of the objects in the details."),
    "details.entityName": ("array", "The names of the objects in the details."),
}


def flattened(schema: Json) -> Json:
    """Nested objects become dotted names; a list of objects becomes one list for each of its fields."""
    flat: Json = {}
    flatten_into(flat, schema, "", in_list=False)
    return {key: value for key, value in schema.items() if key not in {"properties", "required"}} | {
        **({"required": schema["required"]} if "required" in schema else {}),
        "properties": flat,
    }


def flatten_into(flat: Json, schema: Json, prefix: str, *, in_list: bool) -> None:
    """Add the leaves below `schema` to `flat`."""
    for name, inner in schema.get("properties", {}).items():
        path, items = f"{prefix}{name}", inner.get("items", {})
        if inner["type"] == "object":
            flatten_into(flat, inner, f"{path}.", in_list=in_list)
        elif items.get("type") == "object":
            flatten_into(flat, items, f"{path}.", in_list=True)
        else:
            leaf = {"type": "array", "items": dict(inner)} if in_list else dict(inner)
            flat[path] = leaf | {"name": path, "required": name in schema.get("required", [])}


def type_of(leaf: Json) -> str:
    """The expression type of a flattened field: `str`, `int_coll`, …"""
    if leaf["type"] == "array":
        return f"{TYPES[leaf['items']['type']]}_coll"
    return TYPES[leaf["type"]]


def error_schema() -> Json:
    """The error body, flattened: the thirteen outputs of a failure."""
    properties: Json = {}
    for name, (kind, description) in ERROR_FIELDS.items():
        items = {"items": {"type": "string"}} if kind == "array" else {}
        properties[name] = {
            "description": description,
            "type": kind,
            **items,
            "name": name,
            "required": False,
        }
    return {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "title": "ErrorBody",
        "description": "What went wrong.",
        "type": "object",
        "required": ["errorCode", "status", "userMessage"],
        "properties": properties,
        "additionalProperties": False,
    }


def cached_contract(found: str, category: str, definition: Json) -> Json:
    """The editor's copy of a data action's contract, taken when the flow was saved."""
    inputs = flattened(definition["contract"]["input"]["inputSchema"])
    outputs = flattened(definition["contract"]["output"]["successSchema"])
    return {
        "id": found,
        "name": definition["name"],
        "category": category,
        "contract": {
            "input": {"inputSchemaFlattened": {"schema": inputs}},
            "output": {
                "errorSchemaFlattened": {"schema": error_schema()},
                "successSchemaFlattened": {"schema": outputs},
            },
        },
        "result": "ok",
        "inputSchema": inputs,
        "successSchema": outputs,
        "errorSchema": error_schema(),
    }
