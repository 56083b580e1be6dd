"""The methods of numbers, booleans, map entries, classes and loops that a template may call."""

from __future__ import annotations

import struct

from .calls import Methods, overloads
from .errors import Halt, JavaError
from .strings import text_hash
from .values import Loop, Runtime, Value, same


def _equals(runtime: Runtime, left: Value, right: Value) -> bool:
    return same(runtime, left, right)


def _text(runtime: Runtime, value: Value) -> str | None:
    return runtime.text(value)


def value_hash(runtime: Runtime, value: Value) -> int:
    """Object.hashCode for plain values."""
    if isinstance(value, str):
        return text_hash(value)
    if value is None:
        return 0
    if type(value) is bool:
        return 1231 if value else 1237
    if type(value) is float:
        bits = int.from_bytes(struct.pack(">d", value), "big")
        return _int32(bits ^ (bits >> 32))
    if type(value) is int:
        return value if -(2**31) <= value < 2**31 else _int32(value ^ (value >> 32))
    raise JavaError("java.lang.UnsupportedOperationException", "hashCode")


def _int32(value: int) -> int:
    return ((value + 2**31) & 0xFFFFFFFF) - 2**31


OBJECT: Methods = {
    "toString": overloads(("", _text)),
    "equals": overloads(("any", _equals)),
    "hashCode": overloads(("", value_hash)),
}


NUMBER: Methods = OBJECT | {
    "intValue": overloads(("", lambda _, number: _int32(int(number)))),
    "longValue": overloads(("", lambda _, number: int(number))),
    "doubleValue": overloads(("", lambda _, number: float(number))),
    "compareTo": overloads(("double", lambda _, number, other: (number > other) - (number < other))),
}
INTEGER: Methods = NUMBER | {
    "parseInt": overloads(("text", lambda _, _number, text: invoke_parse(text))),
    "valueOf": overloads(
        ("int", lambda _, _number, value: value), ("text", lambda _, _n, text: invoke_parse(text))
    ),
    "max": overloads(("int int", lambda _, _number, left, right: max(left, right))),
    "min": overloads(("int int", lambda _, _number, left, right: min(left, right))),
}
DOUBLE: Methods = NUMBER | {
    "isNaN": overloads(("", lambda _, number: number != number)),
    "parseDouble": overloads(("double", lambda _, _number, value: value)),
    "valueOf": overloads(("double", lambda _, _number, value: value)),
}
BOOLEAN: Methods = OBJECT | {
    "booleanValue": overloads(("", lambda _, value: value)),
    "parseBoolean": overloads(("text?", lambda _, _value, text: text is not None and text.lower() == "true")),
    "valueOf": overloads(("text?", lambda _, _value, text: text is not None and text.lower() == "true")),
}
ENTRY: Methods = OBJECT | {
    "getKey": overloads(("", lambda _, entry: entry.key)),
    "getValue": overloads(("", lambda _, entry: entry.value)),
}
CLASS: Methods = {
    "getName": overloads(("", lambda _, found: found.name)),
    "getSimpleName": overloads(("", lambda _, found: found.name.rpartition(".")[2])),
    "getTypeName": overloads(("", lambda _, found: found.name)),
    "toString": overloads(("", _text)),
}


def _halt(_: Runtime, loop: Loop) -> Value:
    raise Halt(target=loop)


def _topmost(_: Runtime, loop: Loop) -> Loop:
    while isinstance(loop.parent, Loop):
        loop = loop.parent
    return loop


LOOP: Methods = {
    "getIndex": overloads(("", lambda _, loop: loop.index)),
    "getCount": overloads(("", lambda _, loop: loop.index + 1)),
    "hasNext": overloads(("", lambda _, loop: loop.has_next)),
    "getHasNext": overloads(("", lambda _, loop: loop.has_next)),
    "isFirst": overloads(("", lambda _, loop: loop.index == 0)),
    "isLast": overloads(("", lambda _, loop: not loop.has_next)),
    "getParent": overloads(("", lambda _, loop: loop.parent if isinstance(loop.parent, Loop) else None)),
    "getTopmost": overloads(("", _topmost)),
    "stop": overloads(("", _halt)),
}


def invoke_parse(text: str) -> int:
    """Integer.parseInt."""
    if len(text) > 20 or not text.lstrip("+-").isdecimal():
        raise JavaError("java.lang.NumberFormatException", f'For input string: "{text[:100]}"')
    return int(text)
