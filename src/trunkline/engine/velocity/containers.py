"""The methods of lists, maps, their views and arrays that a template may call."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .calls import VOID, Methods, overloads
from .errors import JavaError
from .objects import OBJECT
from .values import Entry, Runtime, Value, View, same


def _bounds(items: Any, index: int) -> JavaError | None:
    if 0 <= index < len(items):
        return None
    message = f"Index {index} out of bounds for length {len(items)}"
    return JavaError("java.lang.IndexOutOfBoundsException", message)


def _get(_: Runtime, items: list[Value], index: int) -> Value:
    fault = _bounds(items, index)
    if fault is not None:
        raise fault
    return items[index]


def _index_of(runtime: Runtime, items: list[Value], wanted: Value) -> int:
    runtime.room(len(items))
    return next((at for at, item in enumerate(items) if same(runtime, item, wanted)), -1)


def _last_index_of(runtime: Runtime, items: list[Value], wanted: Value) -> int:
    runtime.room(len(items))
    backwards = range(len(items) - 1, -1, -1)
    return next((at for at in backwards if same(runtime, items[at], wanted)), -1)


def _contains(runtime: Runtime, items: list[Value], wanted: Value) -> bool:
    return _index_of(runtime, items, wanted) >= 0


def _add(runtime: Runtime, items: list[Value], value: Value) -> bool:
    runtime.room(len(items) // 64)
    runtime.room(0 if len(items) < runtime.limits.items else len(items) + 1)
    items.append(value)
    return True


def _insert(runtime: Runtime, items: list[Value], index: int, value: Value) -> Value:
    if not 0 <= index <= len(items):
        message = f"Index: {index}, Size: {len(items)}"
        raise JavaError("java.lang.IndexOutOfBoundsException", message)
    runtime.room(len(items) + 1)
    items.insert(index, value)
    return VOID


def _add_all(runtime: Runtime, items: list[Value], more: list[Value]) -> bool:
    runtime.room(len(items) + len(more))
    items.extend(list(more))
    return bool(more)


def _set(_: Runtime, items: list[Value], index: int, value: Value) -> Value:
    old = _get(_, items, index)
    items[index] = value
    return old


def _remove_at(_: Runtime, items: list[Value], index: int) -> Value:
    old = _get(_, items, index)
    del items[index]
    return old


def _remove(runtime: Runtime, items: list[Value], value: Value) -> bool:
    at = _index_of(runtime, items, value)
    if at >= 0:
        del items[at]
    return at >= 0


def _clear(_: Runtime, items: Any) -> Value:
    items.clear()
    return VOID


def _sub_list(runtime: Runtime, items: list[Value], begin: int, end: int) -> list[Value]:
    if not 0 <= begin <= end <= len(items):
        raise JavaError("java.lang.IndexOutOfBoundsException", f"fromIndex = {begin}, toIndex = {end}")
    runtime.room(end - begin)
    return list(items[begin:end])


def _has_all(runtime: Runtime, items: list[Value], wanted: list[Value]) -> bool:
    return all(_contains(runtime, items, item) for item in wanted)


def _map_get(_: Runtime, items: dict[Value, Value], key: Value) -> Value:
    return items.get(key) if _hashable(key) else None


def _hashable(key: Value) -> bool:
    return isinstance(key, (str, int, float, Decimal)) or key is None


def _map_put(runtime: Runtime, items: dict[Value, Value], key: Value, value: Value) -> Value:
    if not _hashable(key):
        key = runtime.text(key)
    runtime.room(len(items) // 64)
    runtime.room(0 if len(items) < runtime.limits.items else len(items) + 1)
    old = items.get(key)
    items[key] = value
    return old


def _put_all(runtime: Runtime, items: dict[Value, Value], more: dict[Value, Value]) -> Value:
    runtime.room(len(items) + len(more))
    items.update(dict(more))
    return VOID


def _put_if_absent(runtime: Runtime, items: dict[Value, Value], key: Value, value: Value) -> Value:
    old = _map_get(runtime, items, key)
    if old is None:
        _map_put(runtime, items, key, value)
    return old


def _map_remove(_: Runtime, items: dict[Value, Value], key: Value) -> Value:
    return items.pop(key, None) if _hashable(key) else None


def _has_key(_: Runtime, items: dict[Value, Value], key: Value) -> bool:
    return _hashable(key) and key in items


def _get_or(_: Runtime, items: dict[Value, Value], key: Value, other: Value) -> Value:
    return items.get(key, other) if _hashable(key) else other


def _view(name: str, items: list[Value], runtime: Runtime) -> View:
    runtime.room(len(items))
    return View(items, f"java.util.LinkedHashMap$Linked{name}")


SIZED: Methods = OBJECT | {
    "size": overloads(("", lambda _, items: len(items))),
    "isEmpty": overloads(("", lambda _, items: len(items) == 0)),
    "contains": overloads(("any", _contains)),
    "containsAll": overloads(("list", _has_all)),
}
READ_LIST: Methods = SIZED | {
    "get": overloads(("int", _get)),
    "indexOf": overloads(("any", _index_of)),
    "lastIndexOf": overloads(("any", _last_index_of)),
    "subList": overloads(("int int", _sub_list)),
}
LIST: Methods = READ_LIST | {
    "add": overloads(("any", _add), ("int any", _insert)),
    "addAll": overloads(("list", _add_all)),
    "set": overloads(("int any", _set)),
    "remove": overloads(("int", _remove_at), ("any", _remove)),
    "clear": overloads(("", _clear)),
}
ARRAY: Methods = {key: READ_LIST[key] for key in ("size", "isEmpty", "contains", "get", "indexOf")} | {
    "set": overloads(("int any", _set)),
}
MAP: Methods = OBJECT | {
    "size": overloads(("", lambda _, items: len(items))),
    "isEmpty": overloads(("", lambda _, items: not items)),
    "get": overloads(("any", _map_get)),
    "getOrDefault": overloads(("any any", _get_or)),
    "put": overloads(("any any", _map_put)),
    "putAll": overloads(("map", _put_all)),
    "putIfAbsent": overloads(("any any", _put_if_absent)),
    "remove": overloads(("any", _map_remove)),
    "containsKey": overloads(("any", _has_key)),
    "containsValue": overloads(
        ("any", lambda run, items, value: _contains(run, list(items.values()), value))
    ),
    "keySet": overloads(("", lambda run, items: _view("KeySet", list(items), run))),
    "values": overloads(("", lambda run, items: _view("Values", list(items.values()), run))),
    "entrySet": overloads(
        ("", lambda run, items: _view("EntrySet", [Entry(*pair) for pair in items.items()], run))
    ),
    "clear": overloads(("", _clear)),
}
