"""The methods and properties a template may use, by type of the value: an allow-list, nothing else exists."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any, cast

from .calls import Methods, Overload, choose, invoke
from .containers import ARRAY, LIST, MAP, READ_LIST, SIZED
from .errors import JavaError, Place, VelocityError
from .objects import BOOLEAN, CLASS, DOUBLE, ENTRY, INTEGER, LOOP, NUMBER
from .strings import CHARACTER, STRING
from .values import Array, Char, ClassName, Entry, Loop, Runtime, Tool, Value, View, java_class

MUTATORS = frozenset(["add", "addAll", "put", "putAll", "putIfAbsent", "remove", "set", "clear"])
"""Methods that change their receiver: a template that names one works on a copy of its context."""

_MISSING: Any = object()


_METHODS: dict[type, Methods] = {
    str: STRING,
    Char: CHARACTER,
    bool: BOOLEAN,
    int: INTEGER,
    float: DOUBLE,
    Decimal: NUMBER,
    list: LIST,
    tuple: READ_LIST,
    range: READ_LIST,
    View: SIZED,
    Array: ARRAY,
    dict: MAP,
    Entry: ENTRY,
    ClassName: CLASS,
    Loop: LOOP,
}
_NONE: Methods = {}
MAP_METHODS = frozenset(name for name, found in MAP.items() if any(not one.kinds for one in found)) | {
    "class"
}
"""Names that hide a key of the same name in `$map.name`."""


def _methods(value: Value) -> Methods:
    if type(value) is Tool:
        return cast("Methods", value.methods)
    return _METHODS.get(type(value), _NONE)


def _without_arguments(methods: Methods, name: str) -> Overload | None:
    return next((found for found in methods.get(name, ()) if not found.kinds), None)


def _getter(methods: Methods, name: str) -> Overload | None:
    """getName(), getname() or name()."""
    for candidate in (f"get{name}", f"get{name[:1].swapcase()}{name[1:]}", name):
        found = _without_arguments(methods, candidate)
        if found is not None:
            return found
    return None


@lru_cache(maxsize=4096)
def _known_getter(kind: type, name: str) -> Overload | None:
    methods = _METHODS.get(kind, _NONE)
    found = _getter(methods, name)
    if found is None and kind is not dict:
        found = _without_arguments(methods, f"is{name[:1].upper()}{name[1:]}")
    return found


def property_of(runtime: Runtime, value: Value, name: str) -> Value:
    """`$value.name`: a getter, a method of that name, the key of a map, isName(); a marker if none is."""
    if name == "class":
        return ClassName(java_class(value))
    if type(value) is Tool:
        if name in value.properties:
            return value.properties[name]
        found = _getter(value.methods, name)
    else:
        found = _known_getter(type(value), name)
    if found is not None:
        result = found.run(runtime, value)
        return None if name == "clear" else result
    if isinstance(value, dict):
        return cast("dict[Value, Value]", value).get(name)
    return _MISSING


def get_property(runtime: Runtime, value: Value, name: str, strict: bool, place: Place) -> Value:
    """`$value.name`, or None; strict: raises where there is no such property."""
    try:
        found = property_of(runtime, value, name)
    except JavaError as fault:
        message = f"Invocation of method '{name}' in  class {java_class(value)} threw exception {fault}"
        raise VelocityError(message, runtime.name, place) from None
    if found is not _MISSING:
        return found
    if strict:
        message = f"Object '{java_class(value)}' does not contain property '{name}'"
        raise VelocityError(message, runtime.name, place)
    return None


def call_method(
    runtime: Runtime, value: Value, name: str, arguments: list[Value], strict: bool, place: Place
) -> Value:
    """`$value.name(arguments)`, or None when no method fits; strict: raises then."""
    if name == "getClass" and not arguments:
        return ClassName(java_class(value))
    method = choose(_methods(value).get(name, ()), arguments)
    if method is None:
        if not strict:
            return None
        listed = ", ".join(map(java_class, arguments))
        message = f"Object '{java_class(value)}' does not contain method {name}({listed})"
        raise VelocityError(message, runtime.name, place)
    if type(value) is str:
        runtime.read(len(value))
    try:
        return invoke(runtime, method, value, arguments)
    except JavaError as fault:
        message = f"Invocation of method '{name}' in  class {java_class(value)} threw exception {fault}"
        raise VelocityError(message, runtime.name, place) from None


def get_index(runtime: Runtime, value: Value, key: Value, strict: bool, place: Place) -> Value:
    """`$value[key]`: get(key); a negative number counts from the end."""
    if type(key) is int and key < 0:
        if not isinstance(value, (list, dict, range, tuple)):
            message = f"A 'size()' method required for negative value {key} does not exist for class"
            raise VelocityError(f"{message} '{java_class(value)}'", runtime.name, place)
        key += len(cast("list[Value]", value))
    method = choose(_methods(value).get("get", ()), [key])
    if method is None:
        return call_method(runtime, value, "get", [key], strict, place)
    try:
        return invoke(runtime, method, value, [key])
    except JavaError:
        message = f"Error invoking method 'get({java_class(key)})' in {java_class(value)}"
        raise VelocityError(message, runtime.name, place) from None


def set_item(runtime: Runtime, value: Value, key: Value, new: Value, place: Place) -> bool:
    """`#set($value[key] = new)`: set() or put(); False when there is neither."""
    if type(key) is int and key < 0 and isinstance(value, (list, dict)):
        key += len(cast("list[Value]", value))
    for name in ("set", "put"):
        method = choose(_methods(value).get(name, ()), [key, new])
        if method is None:
            continue
        try:
            invoke(runtime, method, value, [key, new])
        except JavaError as fault:
            listed = f"{java_class(key)},{java_class(new)}"
            message = f"Exception calling method '{name}({listed})' in  class {java_class(value)}: {fault}"
            raise VelocityError(message, runtime.name, place) from None
        return True
    return False
