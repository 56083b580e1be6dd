"""The guides' `{{…}}`: requests rendered from inputs, and walks through a reply.

A value is encoded for the place it stands in: percent-encoded in a URL or a form, as JSON in a JSON
body. Templates are never evaluated: a placeholder is a name, nothing more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from trunkline.domain.action.placeholder import (
    Piece,
    Place,
    body_place,
    parse_path,
    shorter,
    show_steps,
    split,
)
from trunkline.domain.json import Json, JsonObject, Path

_MISSING = object()


def render_url(template: str, inputs: JsonObject) -> str:
    """A URL with each input percent-encoded; an input that is missing is empty."""
    return _render(template, inputs, Place.URL)


def render_headers(templates: Mapping[str, str], inputs: JsonObject) -> dict[str, str]:
    """Header values with inputs as they are.

    Raises ValueError where a value would break out of its line.
    """
    rendered = {name: _render(text, inputs, Place.HEADER) for name, text in templates.items()}
    for name, value in rendered.items():
        if any(letter in value for letter in "\r\n\0"):
            raise ValueError(f"header {name} would hold a line break")
    return rendered


def render_body(template: str, inputs: JsonObject, headers: Mapping[str, str] | None = None) -> str:
    """A body with each input encoded as its Content-Type, or else its look, asks for."""
    return _render(template, inputs, body_place(template, headers or {}))


def _render(template: str, inputs: JsonObject, place: Place) -> str:
    return "".join(
        piece.text if piece.name is None else _encode(_input(inputs, piece.name), piece, place)
        for piece in split(template)
    )


def _input(inputs: JsonObject, name: str) -> Json:
    value: Json = inputs
    for step in name.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _encode(value: Json, piece: Piece, place: Place) -> str:
    if place is Place.JSON and not piece.quoted:
        return json.dumps(value, ensure_ascii=False)
    text = as_text(value)
    if place is Place.JSON:
        return json.dumps(text, ensure_ascii=False)[1:-1]
    return quote(text, safe="") if place in {Place.URL, Place.FORM} else text


def as_text(value: Json) -> str:
    """A value as text: nothing for null, JSON for anything that is no text itself."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Found:
    """What a walk through a reply came to: its value, null where a step is missing.

    `hint` tells what was probably meant, or which spelling is preferred.
    """

    value: Json
    found: bool
    hint: str | None = None


def lookup(document: Json, mapping: str) -> Found:
    """Walk `{{a.b["key with space"][0]}}` through a reply.

    `response` in front of a bracket stands for the whole reply where the reply has no such key.
    Raises ValueError where the mapping is no walk.
    """
    path = parse_path(mapping)
    value = walk(document, path)
    if value is _MISSING:
        whole = whole_reply(document, path)
        value = _MISSING if whole is None else walk(document, whole)
    if value is _MISSING:
        return Found(None, found=False, hint=near_miss(document, path))
    short = shorter(mapping)
    return Found(value, found=True, hint=f"a dot will do: {short}" if short else None)


def walk(document: Json, path: Path) -> Json:
    """The node at `path`, or a mark that is no JSON value where a step is missing; see `missing`."""
    for step in path:
        if isinstance(step, int):
            if not isinstance(document, list) or not -len(document) <= step < len(document):
                return _MISSING
            document = document[step]
        elif isinstance(document, dict) and step in document:
            document = document[step]
        else:
            return _MISSING
    return document


def missing(value: Json) -> bool:
    """Whether `walk` found nothing."""
    return value is _MISSING


def whole_reply(document: Json, path: Path) -> Path | None:
    """The path without a leading `response`, where that names the whole reply, else None."""
    named = len(path) > 1 and path[0] == "response"
    return path[1:] if named and not (isinstance(document, dict) and "response" in document) else None


def near_miss(document: Json, path: Path) -> str | None:
    """What was meant by a path that misses only by case, underscores, hyphens or blanks."""
    meant: list[str | int] = []
    changed: list[tuple[str, str]] = []
    node = document
    for step in path:
        following = walk(node, (step,))
        if following is _MISSING and isinstance(step, str) and isinstance(node, dict):
            alike = [key for key in node if isinstance(key, str) and _fold(key) == _fold(step)]
            if len(alike) != 1:
                return None
            changed.append((step, alike[0]))
            following, step = node[alike[0]], alike[0]
        if following is _MISSING:
            return None
        meant.append(step)
        node = following
    if not changed:
        return None
    keys = ", ".join(f"{was} is called {key}" for was, key in changed)
    return f"the reply has {show_steps(tuple(meant))}: {keys}"


def _fold(key: str) -> str:
    return "".join(letter for letter in key.casefold() if letter not in "_- .")
