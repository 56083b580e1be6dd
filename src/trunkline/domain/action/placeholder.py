"""The placeholders `{{…}}` of the guides, and what they are in the vendor's own languages.

In a request `{{name}}` is an input; in a response mapping `{{a.b["key with space"][0]}}` is a walk
through the reply. Velocity and JSONPath say the same in the vendor's exported form.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from trunkline.domain.json import JsonObject, Path, get

PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*)\s*\}\}")
"""A placeholder of a request: the name of an input, or a dotted walk into one."""

_STEP = re.compile(
    r"""\.?(?P<name>[^\s.\[\]{}"'$@*]+)        # a.b
      | \[\s*(?P<index>-?\d+)\s*\]             # [0]
      | \[\s*"(?P<double>(?:[^"\\]|\\.)*)"\s*\]
      | \[\s*'(?P<single>(?:[^'\\]|\\.)*)'\s*\]
    """,
    re.VERBOSE,
)
_PLAIN = re.compile(r"[A-Za-z_][\w-]*\Z")


class Place(StrEnum):
    """Where a template stands: it decides how a value is encoded."""

    URL = "url"
    HEADER = "header"
    JSON = "json"
    FORM = "form"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a template: literal `text`, or the input `name`; `quoted` inside a JSON string."""

    text: str = ""
    name: str | None = None
    quoted: bool = False
    start: int = 0


def split(template: str) -> list[Piece]:
    """The literal and the placeholder parts of a request template, in order."""
    pieces: list[Piece] = []
    end, quoted = 0, False
    for match in PLACEHOLDER.finditer(template):
        literal = template[end : match.start()]
        quoted = quotes_open(literal, quoted)
        if literal:
            pieces.append(Piece(literal, start=end))
        pieces.append(Piece(name=match[1], quoted=quoted, start=match.start()))
        end = match.end()
    if template[end:]:
        pieces.append(Piece(template[end:], start=end))
    return pieces


def quotes_open(text: str, quoted: bool) -> bool:
    """Whether the end of a piece of JSON lies inside a string, given whether its start does."""
    escaped = False
    for letter in text:
        if escaped:
            escaped = False
        elif letter == "\\":
            escaped = quoted
        elif letter == '"':
            quoted = not quoted
    return quoted


def names(template: str) -> list[str]:
    """The inputs a request template uses, in order of first use."""
    return list(dict.fromkeys(piece.name for piece in split(template) if piece.name))


def body_place(body: str, headers: Mapping[str, str]) -> Place:
    """How a body is encoded: by its Content-Type, else by whether it looks like JSON."""
    content_type = next(
        (str(value).lower() for name, value in headers.items() if name.lower() == "content-type"), ""
    )
    if "json" in content_type:
        return Place.JSON
    if "x-www-form-urlencoded" in content_type:
        return Place.FORM
    text = body.lstrip()
    looks_json = text[:1] in {"{", "["} and not PLACEHOLDER.fullmatch(text.rstrip())
    return Place.JSON if looks_json and not content_type else Place.TEXT


def parse_path(text: str) -> Path:
    """The steps of `a.b["key with space"][0]`, with or without `{{ }}` around it.

    Raises ValueError with the column where it stops making sense.
    """
    inner = text.strip()
    if inner.startswith("{{") and inner.endswith("}}"):
        inner = inner[2:-2].strip()
    if not inner:
        raise ValueError("the path is empty")
    steps: list[str | int] = []
    at = 0
    while at < len(inner):
        match = _STEP.match(inner, at)
        if match is None or ((inner[at] == ".") == (at == 0) and match["name"] is not None):
            raise ValueError(f"column {at + 1}: a name, ['key'] or [0] was expected in {inner!r}")
        steps.append(_step(match))
        at = match.end()
    return tuple(steps)


def _step(match: re.Match[str]) -> str | int:
    if match["index"] is not None:
        return int(match["index"])
    if match["name"] is not None:
        return match["name"]
    quoted = match["double"] if match["double"] is not None else match["single"]
    return re.sub(r"\\(.)", r"\1", quoted)


def show_steps(path: Path) -> str:
    """Steps as a path is written in a mapping: `a.b["key with space"][0]`."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN.match(step):
            text += f".{step}" if text else step
        else:
            escaped = step.replace("\\", "\\\\").replace('"', '\\"')
            text += f'["{escaped}"]'
    return text


def shorter(mapping: str) -> str | None:
    """`{{a.b}}` for a mapping that writes brackets where dots would do; None where it does not.

    Raises ValueError where the mapping is no walk.
    """
    inner = mapping.strip().removeprefix("{{").removesuffix("}}").strip()
    shortest = show_steps(parse_path(mapping))
    brackets = inner.count('["') + inner.count("['")
    return f"{{{{{shortest}}}}}" if brackets > shortest.count('["') else None


def to_jsonpath(path: Path) -> str:
    """The Jayway expression of a walk: `$.a.b['key with space'][0]`."""
    text = "$"
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif _PLAIN.match(step):
            text += f".{step}"
        else:
            escaped = step.replace("\\", "\\\\").replace("'", "\\'")
            text += f"['{escaped}']"
    return text


def from_jsonpath(expression: str) -> Path | None:
    """The walk that a definite, plain expression stands for; None for any other."""
    text = expression.strip()
    if not text.startswith("$") or text.startswith("$$"):
        return None
    try:
        steps = parse_path(text[1:].removeprefix("."))
    except ValueError:
        return None
    if any(isinstance(step, str) and step.endswith("()") for step in steps):
        return None
    return steps


def to_velocity(template: str, place: Place, inputs: JsonObject, *, plain: bool = False) -> str:
    """A request template with its placeholders compiled to Velocity, encoded for where they stand.

    `inputs` is the input schema: it tells which inputs may be missing and which are text.
    `plain` says the rest of the template is literal text, so that `$x` and `#if` are escaped.
    """
    pieces = split(template)
    text = ""
    for index, piece in enumerate(pieces):
        if piece.name is None:
            text += _literal(piece.text) if plain else piece.text
        else:
            following = pieces[index + 1].text[:1] if index + 1 < len(pieces) else ""
            text += _ENCODERS[place](piece, _Input.of(piece.name, inputs), following)
    return text


_UNQUOTED = ("number", "integer", "boolean", "object", "array")


@dataclass(frozen=True, slots=True)
class _Input:
    name: str
    required: bool
    is_text: bool

    @classmethod
    def of(cls, name: str, schema: JsonObject) -> _Input:
        head, _, rest = name.partition(".")
        kind = "string" if rest else get(schema, ("properties", head, "type"), "string")
        required = schema.get("required")
        needed = isinstance(required, list) and head in required
        return cls(name, needed, kind not in _UNQUOTED)

    @property
    def reference(self) -> str:
        return f"${{input.{self.name}}}" if self.required else f"$!{{input.{self.name}}}"

    def call(self, tool: str, following: str) -> str:
        quiet = "" if self.required else "!"
        call = f"esc.{tool}(${{input.{self.name}}})"
        return f"${quiet}{{{call}}}" if following in {".", "[", "("} and following else f"${quiet}{call}"


def _url(_piece: Piece, value: _Input, following: str) -> str:
    return value.call("uriEncode", following)


def _form(_piece: Piece, value: _Input, following: str) -> str:
    return value.call("url", following)


def _text(_piece: Piece, value: _Input, _following: str) -> str:
    return value.reference


def _json(piece: Piece, value: _Input, following: str) -> str:
    if piece.quoted:
        return value.call("jsonString", following)
    if value.is_text:
        text = f'"$esc.jsonString(${{input.{value.name}}})"'
        test = f'$input.{value.name} || $input.{value.name} == ""'
        return text if value.required else f"#if({test}){text}#{{else}}null#{{end}}"
    number = f"${{input.{value.name}}}"
    return number if value.required else f'#if("$!{{input.{value.name}}}" == "")null#{{else}}{number}#{{end}}'


_ENCODERS: dict[Place, Callable[[Piece, _Input, str], str]] = {
    Place.URL: _url,
    Place.FORM: _form,
    Place.HEADER: _text,
    Place.TEXT: _text,
    Place.JSON: _json,
}


def _literal(text: str) -> str:
    """Literal text so written that Velocity prints it unchanged."""
    text = re.sub(r"\$(?=!?\{?[A-Za-z_])", "${esc.dollar}", text)
    return re.sub(r"#(?=\{?[A-Za-z@]|[#*]|\[\[)", "${esc.hash}", text)


_NAME = r"(?!rawRequest\b)[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*"
_FORMS = (
    rf"#if\(\$input\.(?P<a>{_NAME}) \|\| \$input\.(?P=a) == \"\"\)"
    r'"\$esc\.jsonString\(\$\{input\.(?P=a)\}\)"#\{else\}null#\{end\}',
    rf'#if\("\$!\{{input\.(?P<b>{_NAME})\}}" == ""\)null#\{{else\}}\$\{{input\.(?P=b)\}}#\{{end\}}',
    rf"\$!?(?P<brace>\{{)?esc\.(?:url|uriEncode|jsonString)\(\$!?\{{?input\.(?P<c>{_NAME})\}}?\)(?(brace)\}})",
    rf"\$!?(?P<brace2>\{{)?input\.(?P<d>{_NAME})(?(brace2)\}})",
    r"\$\{esc\.(?P<tool>dollar|hash)\}",
)
_VELOCITY = re.compile("|".join(_FORMS))
_LEFT_OVER = re.compile(r"\$!?\{?[A-Za-z_]|#\{?(?:if|else|elseif|end|set|foreach|macro|define|stop)\b|##|#\*")


def from_velocity(template: str, place: Place, inputs: JsonObject) -> tuple[str, str | None]:
    """A Velocity request template with placeholders, and what those cannot express of it.

    The reason is None where both render the same for every input.
    """
    text = _VELOCITY.sub(_placeholder, template)
    if to_velocity(text, place, inputs, plain=True) == template:
        return text, None
    left = _LEFT_OVER.search(_VELOCITY.sub("", template))
    if left:
        return text, f"Velocity that has no placeholder form: {template[:80]!r}"
    return text, "placeholders are encoded for where they stand; here values are inserted otherwise"


def _placeholder(match: re.Match[str]) -> str:
    if match["tool"]:
        return "$" if match["tool"] == "dollar" else "#"
    name = next(match[group] for group in "abcd" if match[group])
    return f"{{{{{name}}}}}"
