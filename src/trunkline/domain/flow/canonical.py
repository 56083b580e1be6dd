"""The canonical form of a configuration: what its author meant, without what editors leave behind.

Measured on real version pairs: editor state, tracking numbers, caches, positions in ASTs and the
order of actions change with every save and mean nothing. An expression is its text (and the ids
its literals name). The form is for comparing and for reading; it is never sent to a cloud.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from trunkline.domain.flow.expressions import is_expression, leaves, text_of
from trunkline.domain.json import Json, JsonObject, canonical_text

_NOISE = frozenset(
    {
        "uiMetaData",
        "metaData",
        "outOfService",
        "flowOutOfService",
        "flowDebugPublished",
        "trackingId",
        "version",
        "localizedLabel",
        "unreachable",
        "isDynamicBranch",
        "context",
    }
)
_TOP_NOISE = frozenset(
    {"nextTrackingNumber", "flowMetaData", "versionMetaData", "defaultSettings", "debugSettings"}
)
_EMPTY_IS_ABSENT = frozenset({"properties", "customDefinitions", "dataTypeDefinitions", "errorBindings"})


def _by(*keys: str) -> Callable[[Json], tuple[str, ...]]:
    def key(entry: Json) -> tuple[str, ...]:
        found = [str(entry.get(name, "")) for name in keys] if isinstance(entry, dict) else []
        return (*found, canonical_text(entry))

    return key


_UNORDERED = MappingProxyType(
    {
        "actionList": _by("id"),
        "commonModules": _by("id"),
        "errorBindings": _by("name"),
        "flowSequenceItemList": _by("id"),
        "menuChoiceList": _by("id"),
        "paths": _by("outputId"),
        "supportedLanguageOptions": _by("language"),
        "supportedLanguages": _by(),
    }
)
"""Lists whose order means nothing, each with the key it is sorted by."""

_UNORDERED_IF_NAMED = frozenset({"inputs", "outputs"})


def canonical_flow(document: JsonObject) -> JsonObject:
    """The canonical form; keys sorted, idempotent, the document given is left alone."""
    meant = {key: value for key, value in document.items() if key not in _TOP_NOISE}
    result = _canonical(meant)
    if "manifest" in result:
        result["manifest"] = _manifest(result["manifest"])
    return result


def _canonical(value: Json) -> Json:
    if is_expression(value) and "config" in value:
        return canonical_expression(value)
    if isinstance(value, dict):
        return _object(value)
    if isinstance(value, list):
        return [_canonical(child) for child in value]
    return value


def _object(value: JsonObject) -> JsonObject:
    result: JsonObject = {}
    # A common module holds a whole configuration of its own.
    noise = _NOISE | _TOP_NOISE if "flowSequenceItemList" in value else _NOISE
    for key in sorted(value):
        if key in noise or (key == "disabled" and value[key] is False):
            continue
        child = _canonical(value[key])
        if key == "errorBindings":
            child = _bound(child)
        if key in _EMPTY_IS_ABSENT and not child:
            continue
        result[key] = _sorted(key, child)
    return result


def _bound(bindings: Json) -> Json:
    """Only the error fields that go into a variable; an editor lists all of them or none."""
    if not isinstance(bindings, list):
        return bindings
    return [entry for entry in bindings if not (isinstance(entry, dict) and _is_empty(entry.get("value")))]


def _is_empty(expression: Json) -> bool:
    return isinstance(expression, dict) and expression.keys() <= {"type"}


def _sorted(key: str, value: Json) -> Json:
    if not isinstance(value, list):
        return value
    if key in _UNORDERED:
        return sorted(value, key=_UNORDERED[key])
    if key == "variables" and all(isinstance(entry, dict) and "__type" in entry for entry in value):
        return sorted(value, key=_by("id"))  # declarations; assignments run in their order
    if key in _UNORDERED_IF_NAMED and all(isinstance(entry, dict) and "name" in entry for entry in value):
        return sorted(value, key=_by("name"))
    return value


def canonical_expression(expression: JsonObject) -> JsonObject:
    """`{type, text, values?}`; `{type}` where nothing is set; the tree where there is no text."""
    result: JsonObject = {"type": expression.get("type")}
    config = expression["config"]
    if isinstance(config, dict) and "emp" in config:
        return result
    text = text_of(expression)
    if text:
        result["text"] = text
    values = [leaf.fields["val"] for leaf in leaves(expression) if leaf.key == "lit" and "val" in leaf.fields]
    if values:
        result["values"] = values
    if not text:
        result["tree"] = _tree(config)
    return result


def _tree(value: Json) -> Json:
    """An AST without positions. Lists inside literals hold expressions."""
    if isinstance(value, dict):
        if is_expression(value) and "config" in value:
            return canonical_expression(value)
        return {key: _tree(value[key]) for key in sorted(value) if key != "pos" and key not in _NOISE}
    return [_tree(child) for child in value] if isinstance(value, list) else value


def _manifest(manifest: Json) -> Json:
    """Only what is named, each object once, without the actions that name it."""
    if not isinstance(manifest, dict):
        return manifest
    return {
        kind: sorted({canonical_text(entry): entry for entry in entries}.values(), key=_by("id"))
        for kind, entries in manifest.items()
        if isinstance(entries, list) and entries
    }
