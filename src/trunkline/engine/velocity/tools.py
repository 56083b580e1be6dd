"""The platform's tools. `esc` and `math` behave as EscapeTool and MathTool of Velocity Tools 3.1, plus what
the vendor's help names: `esc.jsonString`, `esc.jsonEncode`, `esc.urlFormEncode`, `esc.uriEncode`,
`encoding.base64`, `successTemplateUtils.firstFromArray`, `urlTool`, `salesforce`, `msdynamics`.
"""

from __future__ import annotations

import base64
import html
import html.entities
import json
import re
from collections.abc import Callable
from typing import cast
from urllib.parse import quote, quote_plus

from .calls import Methods, overloads
from .errors import JavaError
from .math_tool import MATH
from .strings import units
from .values import Runtime, Tool, Value

_BAD_PAIR = re.compile("[\ud800-\udfff]")


def _utf8(text: str) -> bytes:
    return _BAD_PAIR.sub("?", text).encode()


def _url(text: str) -> str:
    """java.net.URLEncoder."""
    return quote_plus(_utf8(text), safe="*").replace("~", "%7E")


def _uri(text: str) -> str:
    return quote(_utf8(text), safe="")


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _from_json(text: str) -> str:
    try:
        found = json.loads(f'"{text}"', strict=False)
    except ValueError as fault:
        raise JavaError("java.lang.IllegalArgumentException", "jsonDecode: not a JSON string") from fault
    return str(found)


def _java(text: str) -> str:
    known = {"\b": "\\b", "\n": "\\n", "\t": "\\t", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
    return "".join(known.get(char) or _ascii(char) for char in units(text))


def _ascii(char: str) -> str:
    return char if " " <= char <= "\x7f" else f"\\u{ord(char):04X}"


def _javascript(text: str) -> str:
    return _java(text).replace("'", "\\'").replace("/", "\\/")


def _html(text: str) -> str:
    known = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"}
    return "".join(known.get(char) or _entity(char) for char in text)


def _entity(char: str) -> str:
    if char < "\xa0":
        return char
    name = html.entities.codepoint2name.get(ord(char))
    return f"&{name};" if name else char


def _xml(text: str) -> str:
    return html.escape(text).replace("&#x27;", "&apos;")


def _unicode(text: str) -> str:
    digits = text.removeprefix("\\u")
    if not re.fullmatch(r"[+-]?[0-9a-fA-F]{1,8}", digits) or not 0 <= int(digits, 16) <= 0x10FFFF:
        raise JavaError("java.lang.NumberFormatException", f'For input string: "{digits[:100]}"')
    return chr(int(digits, 16))


def _property(text: str, *, key: bool) -> str:
    out: list[str] = []
    for at, char in enumerate(units(text)):
        known = {"\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}.get(char)
        if known is None and (char in "\\#!=:" or (char == " " and (key or at == 0))):
            known = "\\" + char
        out.append(known or (char if " " <= char <= "~" else f"\\u{ord(char):04x}"))
    return "".join(out)


def _on_text(function: Callable[[str], str]) -> Methods:
    """A method of one value of any type, null for null."""

    def run(runtime: Runtime, _: Tool, value: Value) -> str | None:
        text = runtime.text(value)
        if text is None:
            return None
        runtime.spend(len(text) * 6)
        return runtime.join([function(text)])

    return {"": overloads(("any", run))}


def _methods(**functions: Callable[[str], str]) -> Methods:
    return {name: _on_text(function)[""] for name, function in functions.items()}


def _first_from_array(runtime: Runtime, _: Tool, value: Value, default: Value = None) -> str | None:
    """The first element as JSON text; of an empty array `default` or nothing."""
    text = runtime.text(value)
    if text is None:
        return runtime.text(default) or ""
    start = len(text) - len(text.lstrip())
    if start == len(text):
        raise JavaError("java.lang.IllegalArgumentException", "firstFromArray: not a JSON array")
    try:
        found, _end = _DECODER.raw_decode(text, start)
    except (ValueError, RecursionError) as fault:
        raise JavaError("java.lang.IllegalArgumentException", "firstFromArray: not JSON") from fault
    if not isinstance(found, list):
        raise JavaError("java.lang.IllegalArgumentException", "firstFromArray: not a JSON array")
    if not found:
        return runtime.text(default) or ""
    return runtime.join([_compact(found[0])])


class _Number(float):
    """A JSON number that is written back as it was read."""

    __slots__ = ("text",)

    def __new__(cls, text: str) -> _Number:
        made = super().__new__(cls, text)
        made.text = text
        return made


def _compact(value: Value) -> str:
    if isinstance(value, _Number):
        return value.text
    if isinstance(value, list):
        return f"[{','.join(map(_compact, cast('list[Value]', value)))}]"
    if isinstance(value, dict):
        items = cast("dict[str, Value]", value).items()
        return f"{{{','.join(f'{_quoted(key)}:{_compact(item)}' for key, item in items)}}}"
    return _quoted(value)


def _quoted(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False)


def _refuse(text: str) -> float:
    raise ValueError(text)


_DECODER = json.JSONDecoder(parse_float=_Number, parse_constant=_refuse)


def _optional_query(runtime: Runtime, _: Tool, key: Value, value: Value) -> str:
    """`&key=value`, or nothing when there is no value."""
    text = runtime.text(value)
    if not text:
        return ""
    return runtime.join(["&", runtime.text(key) or "", "=", _url(text)])


def _reserved(text: str) -> str:
    return re.sub(r"""[?&|!{}\[\]()^~*:\\"'+\-]""", r"\\\g<0>", text)


def _phone_filter(runtime: Runtime, _: Tool, value: Value, fields: list[Value]) -> str | None:
    """An OData filter: any of the fields equals the number."""
    number = runtime.text(value)
    if number is None:
        return None
    runtime.spend(len(number) * len(fields))
    return runtime.join([" or ".join(f"{runtime.text(name)} eq '{number}'" for name in fields)])


_ESC_PROPERTIES = {
    "dollar": "$",
    "d": "$",
    "hash": "#",
    "h": "#",
    "backslash": "\\",
    "b": "\\",
    "quote": '"',
    "q": '"',
    "singleQuote": "'",
    "s": "'",
    "newline": "\n",
    "n": "\n",
    "exclamation": "!",
    "e": "!",
}
_ESC = _methods(
    url=_url,
    urlFormEncode=_url,
    uriEncode=_uri,
    jsonString=_json,
    jsonEncode=_json,
    jsonDecode=_from_json,
    java=_java,
    javascript=_javascript,
    html=_html,
    xml=_xml,
    sql=lambda text: text.replace("'", "''"),
    unicode=_unicode,
    propertyKey=lambda text: _property(text, key=True),
    propertyValue=lambda text: _property(text, key=False),
    velocity=lambda text: text.replace("$", "${esc.d}").replace("#", "${esc.h}"),
)
_TOOLS = "org.apache.velocity.tools.generic."

TOOLS: dict[str, Tool] = {
    "esc": Tool("esc", _TOOLS + "EscapeTool", _ESC, _ESC_PROPERTIES),
    "math": Tool("math", _TOOLS + "MathTool", MATH),
    "encoding": Tool(
        "encoding",
        "EncodingTool",
        _methods(base64=lambda text: base64.b64encode(_utf8(text)).decode()),
    ),
    "successTemplateUtils": Tool(
        "successTemplateUtils",
        "SuccessTemplateUtils",
        {"firstFromArray": overloads(("any", _first_from_array), ("any any", _first_from_array))},
    ),
    "urlTool": Tool("urlTool", "UrlTool", {"optionalQueryParam": overloads(("any any", _optional_query))}),
    "salesforce": Tool("salesforce", "SalesforceTool", _methods(escReserved=_reserved)),
    "msdynamics": Tool(
        "msdynamics", "DynamicsTool", {"phoneNumberFilter": overloads(("any list", _phone_filter))}
    ),
}
"""Always there beside the context."""
