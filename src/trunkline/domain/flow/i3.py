"""Architect's export files (`.i3InboundFlow`, `.i3WorkFlow`, …).

Such a file is `btoa(encodeURIComponent(JSON.stringify(configuration)))` as JavaScript has it:
one line of base64 over percent-encoded UTF-8 over compact JSON. The document inside is what
`/api/v2/flows/{id}/latestconfiguration` answers.

`encode(decode(data)) == data` for every file that Architect wrote: key order, raw
non-ASCII text and the spelling of numbers are kept.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Callable
from typing import NoReturn
from urllib.parse import quote, unquote

from trunkline.domain.json import Json, JsonObject

SUFFIXES: dict[str, str] = {
    "bot": ".i3BotFlow",
    "commonmodule": ".i3CommonModuleFlow",
    "digitalbot": ".i3DigitalBotFlow",
    "inboundcall": ".i3InboundFlow",
    "inboundchat": ".i3InboundChatFlow",
    "inboundemail": ".i3InboundEmailFlow",
    "inboundshortmessage": ".i3InboundMessage",
    "inqueuecall": ".i3InQueueFlow",
    "outboundcall": ".i3OutboundFlow",
    "surveyinvite": ".i3SurveyInviteFlow",
    "workflow": ".i3WorkFlow",
    "workitem": ".i3WorkitemFlow",
}
"""The file suffix Architect gives an export, by flow type; only those seen in real files."""

_quoted = json.JSONEncoder(ensure_ascii=False).encode
_UNRESERVED = "!~*'()"  # beside letters, digits and _.-, which `quote` never escapes
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


MAX_DEPTH = 200
"""Levels of nesting; real flows have up to 60."""


class Number(float):
    """A number that Python would spell differently than its file does: `1.0`, `-0`, `1e-7`."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Number:
        number = super().__new__(cls, text)
        number.text = text
        return number

    def __reduce__(self) -> tuple[type[Number], tuple[str]]:
        return Number, (self.text,)


def is_i3(name: str) -> bool:
    """Whether a file of this name holds an export of Architect."""
    _, dot, suffix = name.rpartition(".")
    return bool(dot) and suffix.casefold().startswith("i3")


def decode(data: bytes) -> JsonObject:
    """The configuration in an export file.

    Raises ValueError, saying which layer is broken: base64, percent-encoding, JSON.
    """
    return _parse(unwrap(data))


def unwrap(data: bytes) -> str:
    """The JSON text in an export file, as it is.

    Raises ValueError, saying which layer is broken: base64 or percent-encoding.
    """
    try:
        quoted = base64.b64decode(data.strip(), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError(f"not an Architect export: the base64 layer is broken ({error})") from error
    if broken := _BROKEN_ESCAPE.search(quoted):
        raise ValueError(
            f"not an Architect export: broken percent-encoding at character {broken.start()}, "
            f"{quoted[broken.start() : broken.start() + 3]!r}"
        )
    try:
        return unquote(quoted, errors="strict")
    except UnicodeDecodeError as error:
        raise ValueError(f"not an Architect export: the text inside is not UTF-8 ({error})") from error


def encode(document: JsonObject) -> bytes:
    """The export file of a configuration, byte for byte as Architect writes it.

    Raises ValueError for what JSON cannot hold (NaN, infinities, foreign types).
    """
    pieces: list[str] = []
    try:
        _write(document, pieces.append)
    except RecursionError:
        raise ValueError("the configuration is nested too deeply to be written") from None
    text = _LONE_SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", "".join(pieces))
    return base64.b64encode(quote(text, safe=_UNRESERVED).encode("ascii"))


def _parse(text: str) -> JsonObject:
    try:
        document = json.loads(text, parse_float=_float, parse_int=_int, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("not an Architect export: the JSON inside is nested too deeply") from None
    except ValueError as error:
        raise ValueError(f"not an Architect export: the text inside is not JSON ({error})") from error
    if _deeper_than(MAX_DEPTH, document):
        raise ValueError(f"not an Architect export: the JSON inside is nested deeper than {MAX_DEPTH} levels")
    if isinstance(document, dict):
        return document
    raise ValueError(
        f"not an Architect export: the JSON inside is a {type(document).__name__}, not an object"
    )


def _deeper_than(levels: int, value: Json) -> bool:
    """Counts level by level, without recursion."""
    level: list[Json] = [value]
    for _ in range(levels + 1):
        inner: list[Json] = []
        for node in level:
            if isinstance(node, dict):
                inner += node.values()
            elif isinstance(node, list):
                inner += node
        if not inner:
            return False
        level = inner
    return True


def _float(text: str) -> float:
    number = float(text)
    return number if _javascript(number) == text else Number(text)


def _int(text: str) -> int | float:
    return Number(text) if text == "-0" else int(text)


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON")


def _write(value: Json, put: Callable[[str], None]) -> None:
    if isinstance(value, str):
        put(_quoted(value))
    elif isinstance(value, dict):
        put("{")
        for index, (key, child) in enumerate(value.items()):
            put(("," if index else "") + _quoted(key) + ":")
            _write(child, put)
        put("}")
    elif isinstance(value, list):
        put("[")
        for index, child in enumerate(value):
            if index:
                put(",")
            _write(child, put)
        put("]")
    else:
        put(_scalar(value))


def _scalar(value: Json) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Number):
        return value.text
    if isinstance(value, float):
        return _javascript(value)
    if isinstance(value, int):
        return str(value)
    raise ValueError(f"a {type(value).__name__} cannot be written as JSON")


def _javascript(number: float) -> str:
    """A number as `JSON.stringify` spells it: `1` for 1.0, `1e-7`, plain digits below 1e21."""
    if not math.isfinite(number):
        raise ValueError(f"{number} cannot be written as JSON")
    if number == int(number) and abs(number) < 1e21:
        return str(int(number))
    text = repr(number)
    mantissa, exponent_mark, exponent = text.partition("e")
    if not exponent_mark:
        return text
    power = int(exponent)
    if -7 < power < 0:
        return f"{number:.{len(mantissa.replace('.', '').lstrip('-')) - 1 - power}f}"
    return f"{mantissa}e{power:+d}"
