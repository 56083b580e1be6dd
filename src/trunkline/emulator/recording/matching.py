"""Which recorded answer a request gets: what counts of a request, and how two of them differ."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast
from urllib.parse import parse_qsl, quote, unquote

from trunkline.domain.json import JsonObject
from trunkline.emulator.recording.har import Message
from trunkline.emulator.recording.scrub import FORM, clean_body, clean_query

NEAREST = 3
LONGEST_SHOWN = 60
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')


@dataclass(frozen=True, slots=True)
class Asked:
    """What counts of a request: not its host, nor its headers, nor the order of parameters and fields.

    body  fields of a form or of a JSON object, each as text; anything else under an empty name
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def asked(method: str, target: str, message: Message, ignored: frozenset[str] = frozenset()) -> Asked:
    """What counts of a request for `target`, path and query. `ignored` are parameters and fields that do not.

    Secrets do not count either: they are not in a recording.
    """
    path, _, query = target.partition("?")
    segments = (quote(unquote(segment), safe="") for segment in path.split("/"))
    pairs = parse_qsl(clean_query(query), keep_blank_values=True)
    return Asked(
        method.upper(),
        "/".join(segments),
        tuple(sorted((name, value) for name, value in pairs if name not in ignored)),
        tuple(sorted((name, value) for name, value in _fields(message) if name not in ignored)),
    )


def _fields(message: Message) -> Iterable[tuple[str, str]]:
    body, media_type = clean_body(message), message.media_type
    if not body:
        return []
    if media_type.startswith(FORM):
        return parse_qsl(body.decode("latin-1"), keep_blank_values=True)
    if "json" in media_type:
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            value = body.decode("latin-1")
        if isinstance(value, dict):
            return [(name, _canonical(each)) for name, each in cast("JsonObject", value).items()]
        return [("", _canonical(value))]
    if boundary := _BOUNDARY.search(media_type):
        body = body.replace(boundary[1].encode("latin-1"), b"boundary")
    return [("", body.decode("latin-1"))]


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def nearest(wanted: Asked, recorded: Iterable[Asked]) -> list[str]:
    """The recorded requests most like one that is not among them, each with how it differs."""
    known = list(dict.fromkeys(recorded))
    same = [each for each in known if (each.method, each.path) == (wanted.method, wanted.path)]
    if same:
        same.sort(key=lambda each: len(_differences(wanted, each)))
        return [f"{each} ({'; '.join(_differences(wanted, each))})" for each in same[:NEAREST]]
    plain = dict.fromkeys(str(each) for each in known)
    return difflib.get_close_matches(str(wanted), plain, n=NEAREST, cutoff=0.5)


def _differences(wanted: Asked, recorded: Asked) -> list[str]:
    """`pageSize is 50, recorded 100`; a field of the body is `body.name`."""
    return [
        *_pairs("", wanted.query, recorded.query),
        *_pairs("body.", wanted.body, recorded.body),
    ]


def _pairs(
    prefix: str, wanted: tuple[tuple[str, str], ...], recorded: tuple[tuple[str, str], ...]
) -> list[str]:
    found: list[str] = []
    for name in sorted({name for name, _ in (*wanted, *recorded)}):
        sides = [[value for key, value in side if key == name] for side in (wanted, recorded)]
        if sides[0] != sides[1]:
            shown, kept = (_cut(", ".join(side)) if side else "absent" for side in sides)
            found.append(f"{prefix}{name} is {shown}, recorded {kept}" if name else "the body differs")
    return found


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
