"""What a file of a flow holds: the document as it came, as YAML, or without what editors leave behind."""

from __future__ import annotations

import codecs
import json
from contextlib import suppress
from enum import StrEnum
from typing import NoReturn

import msgspec

from trunkline.domain.json import Json, JsonObject
from trunkline.errors import InvalidInput

LARGEST_REWRITTEN = 16 * 1024 * 1024
"""Bytes of a document that is still turned into another form: the values take a dozen times as much."""
_SLICE = 1024 * 1024


class Form(StrEnum):
    """How a document is written."""

    JSON = "json"
    YAML = "yaml"
    CANONICAL = "canonical"

    @property
    def ending(self) -> str:
        return ".yaml" if self is Form.YAML else ".json"


class _Outline(msgspec.Struct):
    """The one part of a document that an export looks into; the rest is checked and passed over."""

    manifest: msgspec.Raw = msgspec.Raw()


class _Named(msgspec.Struct):
    id: str | None = None
    name: str | None = None


_OUTLINE = msgspec.json.Decoder(_Outline)
_MANIFEST = msgspec.json.Decoder(dict[str, list[_Named]])
"""As manifests are, almost always; any other is gone through entry by entry."""

Dependencies = dict[str, list[dict[str, str]]]
"""`{kind: [{id, name?}]}`, as the document's own manifest has them."""


def dependencies(document: bytes) -> Dependencies:
    """What the document says it depends on. Raises InvalidInput where it is no JSON object."""
    try:
        outline = _OUTLINE.decode(document)
        _check_text(document)
        if not outline.manifest:
            return {}
        with suppress(msgspec.ValidationError):
            return _listed(_MANIFEST.decode(outline.manifest))
        manifest: Json = msgspec.json.decode(outline.manifest)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        # Python takes a little more: a byte order mark, half a surrogate pair.
        manifest = _parse(document).get("manifest")
    return _named(manifest)


def written(document: bytes, form: Form) -> bytes:
    """The content of the file. Raises InvalidInput for what cannot be turned into the form."""
    if form is Form.JSON:
        return document
    if len(document) > LARGEST_REWRITTEN:
        raise InvalidInput(f"{len(document) >> 20} MB are too large to rewrite", hint="export it with --json")
    value = _parse(document)
    try:
        return _rewritten(value, form).encode("utf-8", "surrogatepass")
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise InvalidInput(
            f"cannot be written as {form} ({type(error).__name__}: {error})", hint="export it with --json"
        ) from error


def _rewritten(value: JsonObject, form: Form) -> str:
    """The libraries behind it are loaded here: the plain form needs none of them."""
    if form is Form.YAML:
        from trunkline.project.write import yaml_text

        return yaml_text(value)
    from trunkline.domain.flow import is_configuration
    from trunkline.domain.flow.canonical import canonical_flow

    meant = canonical_flow(value) if is_configuration(value) else value
    return json.dumps(meant, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _check_text(document: bytes) -> None:
    """Raises UnicodeDecodeError where it is not UTF-8, a slice at a time."""
    if document.isascii():
        return
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, len(document), _SLICE):
        decoder.decode(document[start : start + _SLICE])
    decoder.decode(b"", final=True)


def _parse(document: bytes) -> JsonObject:
    try:
        value = json.loads(document, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"the cloud sent what is no JSON: {_reason(error)}") from None
    if not isinstance(value, dict):
        raise InvalidInput(f"the cloud sent no JSON object but {type(value).__name__}")
    return value


def _reason(error: ValueError | RecursionError) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return f"not UTF-8 at byte {error.start}" if isinstance(error, UnicodeDecodeError) else str(error)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON")


def _listed(manifest: dict[str, list[_Named]]) -> Dependencies:
    return {
        kind: [_texts(each.id, each.name) for each in entries]
        for kind, entries in manifest.items()
        if entries
    }


def _texts(own_id: str | None, name: str | None) -> dict[str, str]:
    texts = {} if own_id is None else {"id": own_id}
    if name is not None:
        texts["name"] = name
    return texts


def _named(manifest: Json) -> Dependencies:
    if not isinstance(manifest, dict):
        return {}
    return {
        kind: named
        for kind, entries in manifest.items()
        if isinstance(entries, list)
        and (named := [_pick(each) for each in entries if isinstance(each, dict)])
    }


def _pick(entry: JsonObject) -> dict[str, str]:
    return {key: str(entry[key]) for key in ("id", "name") if entry.get(key) is not None}
