"""What the emulator takes and answers, as OpenAPI 3.1: every route but those of its own API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from http import HTTPStatus

from trunkline.domain.json import JsonObject
from trunkline.emulator.routes import Route
from trunkline.emulator.surface import facts
from trunkline.emulator.surface.shapes import JSON, Content, Field, Operation, nullable
from trunkline.version import __version__

SCHEMES: JsonObject = {
    "genesys": {"type": "http", "scheme": "bearer", "description": "A token of a Genesys Cloud org."},
    "cxone": {"type": "http", "scheme": "bearer", "description": "A token of a CXone tenant."},
}
TITLES = {
    ("genesys", "public"): "Genesys Cloud",
    ("genesys", "guides"): "The guides",
    ("genesys", "oauth"): "Tokens",
    ("cxone", "public"): "NICE CXone",
    ("cxone", "guides"): "The guides on CXone",
    ("cxone", "oauth"): "Tokens of CXone",
}


def document(routes: Iterable[Route]) -> JsonObject:
    """The description of these routes. Raises LookupError for one that nothing is declared of."""
    paths: JsonObject = {}
    for route in routes:
        if route.surface != "admin":
            paths.setdefault(route.pattern, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Trunkline emulator",
            "version": __version__,
            "description": "What the local emulator of Genesys Cloud and NICE CXone takes and answers. "
            "`x-known`: spec, the vendor documents it; client, a client of the vendor's relies on it; "
            "assumed, our reading.",
        },
        "tags": [{"name": title} for title in TITLES.values()],
        "paths": paths,
        "components": {"schemas": facts.components(), "securitySchemes": SCHEMES},
    }


def _operation(route: Route) -> JsonObject:
    declared = facts.operation(route.method, route.pattern)
    if declared is None:
        raise LookupError(f"no *.surface declares {route.method} {route.pattern}")
    shown: JsonObject = {
        "operationId": _identity(route),
        "summary": route.summary,
        "tags": [TITLES[route.cloud, route.surface]],
        "x-known": route.known,
        "security": [{route.cloud: []}] if route.bearer else [],
        "parameters": [*_path(route), *(_parameter(field) for field in declared.query)],
        "responses": dict(_responses(route, declared)),
    }
    if route.permissions:
        shown["x-permissions-any"] = list(route.permissions)
    if declared.body is not None:
        shown["requestBody"] = _request(declared.body)
    return shown


def _identity(route: Route) -> str:
    words = re.findall(r"\w+", route.pattern)
    return "_".join([route.method.lower(), *words])


def _path(route: Route) -> Iterator[JsonObject]:
    for name in re.findall(r"\{(\w+)\}", route.pattern):
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _parameter(field: Field) -> JsonObject:
    shown: JsonObject = {"name": field.name, "in": "query", "schema": field.schema}
    return {**shown, "required": True} if field.required else shown


def _request(body: Content) -> JsonObject:
    if body.media_type != JSON:
        return {"content": {body.media_type: {"schema": body.schema}}}
    schema = facts.sent(body.schema)
    named = schema.get("$ref", "").removeprefix(facts.MODELS)
    root: JsonObject = facts.components()[named] if named else schema
    # Where nothing is needed, SDKs send `null` for nothing.
    is_optional = root.get("type") == "object" and not root.get("required")
    return {"content": {JSON: {"schema": nullable(schema) if is_optional else schema}}}


def _responses(route: Route, declared: Operation) -> Iterator[tuple[str, JsonObject]]:
    for status, content in declared.answers.items():
        yield str(status), _response(route.method, status, content)
    for status in sorted({*refusals(route, declared)} - {*declared.answers}):
        yield str(status), _response(route.method, status, _fault(route))


def _response(method: str, status: int, content: Content) -> JsonObject:
    shown: JsonObject = {"description": HTTPStatus(status).phrase}
    if content.media_type is not None and method != "HEAD":
        shown["content"] = {content.media_type: {"schema": content.schema}}
    return shown


def refusals(route: Route, declared: Operation) -> Iterator[int]:
    """The statuses with which a route may refuse."""
    yield from declared.refusals
    yield 400
    if route.bearer:
        yield from (401, 403, 429)
    elif route.surface == "oauth":
        yield 401
    if "{" in route.pattern:
        yield 404
    if declared.body is not None:
        yield from (413, 415)


def _fault(route: Route) -> Content:
    """The body of a refusal."""
    if route.cloud == "cxone" and route.surface != "guides":
        return Content(JSON, {"$ref": "#/components/schemas/AcdError"})
    if route.surface == "guides":
        return Content(JSON, {"$ref": "#/components/schemas/GuidesFault"})
    if route.surface == "oauth":
        kinds = [{"$ref": f"#/components/schemas/{name}"} for name in ("OAuthError", "ErrorBody")]
        return Content(JSON, {"anyOf": kinds})
    return Content(JSON, {"$ref": "#/components/schemas/ErrorBody"})
