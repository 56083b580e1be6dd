"""The values a template can meet, as Java would see them, and how they print, compare and count as true.

Plain values are str, bool, int, float, Decimal, list, dict and None; the classes here stand for the few Java
objects that have no plain twin. Nothing here looks up a Python attribute by a name from a template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, cast

from .errors import Limits, Overrun

Value = Any
"""A value inside a template; see the module's docstring for what occurs."""

_DEPTH = 60


class Char(str):
    """One `java.lang.Character`."""

    __slots__ = ()


class Array(list[Value]):
    """A Java array; prints as type and address, like the original."""

    __slots__ = ("element",)

    def __init__(self, items: list[Value], element: str) -> None:
        super().__init__(items)
        self.element = element


class View(list[Value]):
    """What keySet(), values() and entrySet() give: no access by index."""

    __slots__ = ("java_class",)

    def __init__(self, items: list[Value], java_class: str) -> None:
        super().__init__(items)
        self.java_class = java_class


@dataclass(frozen=True, slots=True)
class Entry:
    """One key and value of entrySet()."""

    key: Value
    value: Value


@dataclass(frozen=True, slots=True)
class ClassName:
    """All that is left of `$x.class`: a name."""

    name: str


@dataclass(slots=True, eq=False)
class Loop:
    """`$foreach`: `index` from 0, whether there is more, and the loop around it."""

    parent: Value
    index: int = -1
    has_next: bool = False


@dataclass(slots=True, eq=False)
class Deferred:
    """A `#define` block or the body given to a macro: rendered when it is printed."""

    render: Callable[[Runtime, list[str]], None]
    depth: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Tool:
    """A tool of the platform: its methods (allow-listed elsewhere) and its properties."""

    name: str
    java_class: str
    methods: dict[str, Any] = field(default_factory=dict[str, Any])
    properties: Mapping[str, str] = field(default_factory=dict[str, str])


class Runtime:
    """One rendering: its variables and what it has used up."""

    __slots__ = ("calls", "foreach", "limits", "macros", "name", "scope", "steps", "taken", "work")

    def __init__(
        self,
        scope: dict[str, Value],
        limits: Limits,
        name: str,
        macros: dict[str, Any],
        foreach: bool,
        taken: set[tuple[int, int, int]] | None = None,
    ) -> None:
        self.scope = scope
        self.taken = taken
        self.limits = limits
        self.name = name
        self.macros = macros
        self.foreach = foreach
        self.steps = 0
        self.work = 0
        self.calls = 0

    def step(self, count: int) -> None:
        """Books `count` statements of a loop, a macro or evaluated text."""
        self.steps += count
        if self.steps > self.limits.steps:
            raise Overrun(f"Too many steps, {self.limits.steps} are allowed")

    def spend(self, length: int) -> None:
        """Books text of `length` characters before it is made."""
        self.work += length
        if length > self.limits.output or self.work > self.limits.work:
            raise Overrun(f"Too much text, {self.limits.output} characters are allowed")

    def read(self, length: int) -> None:
        """Books looking through text of `length` characters."""
        self.work += length >> 3
        if self.work > self.limits.work:
            raise Overrun(f"Too much text, {self.limits.output} characters are allowed")

    def join(self, parts: list[str]) -> str:
        self.spend(sum(map(len, parts)))
        return "".join(parts)

    def room(self, length: int) -> None:
        """Books a list of `length` elements before it is made."""
        self.step(length // 16)
        if length > self.limits.items:
            raise Overrun(f"Too long a list, {self.limits.items} elements are allowed")

    def text(self, value: Value) -> str | None:
        """What `value` prints; None for null, and for a `#define` block inside itself."""
        if type(value) is str or value is None:
            return value
        if isinstance(value, Deferred):
            return self.deferred(value)
        out: list[str] = []
        self._write(value, out, 0)
        return self.join(out)

    def deferred(self, value: Deferred) -> str | None:
        out: list[str] = []
        return self.join(out) if self.render(value, out) else None

    def render(self, value: Deferred, out: list[str]) -> bool:
        """Renders a `#define` block; False when it is already inside itself twice."""
        if value.depth >= 2:
            return False
        value.depth += 1
        try:
            value.render(self, out)
        finally:
            value.depth -= 1
        return True

    def _write(self, value: Value, out: list[str], depth: int) -> None:
        plain = _PRINT.get(type(value))
        if plain is not None:
            out.append(plain(value))
        elif depth > _DEPTH:
            raise Overrun("A value holds itself, or nests too deeply")
        elif isinstance(value, dict):
            self._write_map(cast("dict[Value, Value]", value), out, depth)
        elif isinstance(value, Array):
            out.append(f"[{value.element}@0")
        elif isinstance(value, (list, range, tuple)):
            self._write_list(cast("list[Value]", value), out, depth)
        elif isinstance(value, Entry):
            self._write(value.key, out, depth + 1)
            out.append("=")
            self._write(value.value, out, depth + 1)
        elif isinstance(value, Deferred):
            out.append(self.deferred(value) or "null")
        elif isinstance(value, ClassName):
            out.append(f"class {value.name}")
        elif isinstance(value, (Loop, Tool)):
            out.append(f"{java_class(value)}@0")
        else:
            out.append(_foreign(value))

    def _write_list(self, items: list[Value], out: list[str], depth: int) -> None:
        self.room(len(items))
        out.append("[")
        for at, item in enumerate(items):
            if at:
                out.append(", ")
            if item is items:
                out.append("(this Collection)")
            else:
                self._write(item, out, depth + 1)
        self._write_end(out, "]")

    def _write_map(self, items: dict[Value, Value], out: list[str], depth: int) -> None:
        self.room(len(items))
        out.append("{")
        for at, (key, item) in enumerate(items.items()):
            if at:
                out.append(", ")
            self._write(key, out, depth + 1)
            out.append("=")
            if item is items:
                out.append("(this Map)")
            else:
                self._write(item, out, depth + 1)
        self._write_end(out, "}")

    def _write_end(self, out: list[str], bracket: str) -> None:
        out.append(bracket)
        if len(out) > self.limits.items:
            raise Overrun(f"Too long a list, {self.limits.items} elements are allowed")


def _foreign(value: Value) -> str:
    """A subclass of a plain type prints like the plain value; no other Python object may be here."""
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__repr__(value)
    raise Overrun("A value of a type that templates do not know")


def double_text(value: float) -> str:
    """Double.toString."""
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        text = format(Decimal(repr(value)), "f")
        return text if "." in text else text + ".0"
    sign, digits, exponent = Decimal(repr(value)).as_tuple()
    figures = "".join(map(str, digits)).rstrip("0") or "0"
    power = len(digits) - 1 + cast("int", exponent)
    return f"{'-' if sign else ''}{figures[0]}.{figures[1:] or '0'}E{power}"


_PRINT: dict[type, Callable[[Value], str]] = {
    str: lambda value: value,
    Char: str.__str__,
    bool: lambda value: "true" if value else "false",
    int: int.__repr__,
    float: double_text,
    Decimal: str,
    type(None): lambda _: "null",
}

_CLASSES: dict[type, str] = {
    str: "java.lang.String",
    Char: "java.lang.Character",
    bool: "java.lang.Boolean",
    float: "java.lang.Double",
    Decimal: "java.math.BigDecimal",
    list: "java.util.ArrayList",
    tuple: "java.util.ArrayList",
    dict: "java.util.LinkedHashMap",
    range: "org.apache.velocity.runtime.parser.node.ASTIntegerRange$IntegerRange",
    Entry: "java.util.LinkedHashMap$Entry",
    ClassName: "java.lang.Class",
    Loop: "org.apache.velocity.runtime.directive.ForeachScope",
    Deferred: "org.apache.velocity.runtime.directive.Block$Reference",
}


def java_class(value: Value) -> str:
    """The class name Java would give for `value`; `null` for None."""
    if value is None:
        return "null"
    if type(value) is int:
        if -(2**31) <= value < 2**31:
            return "java.lang.Integer"
        return "java.lang.Long" if -(2**63) <= value < 2**63 else "java.math.BigInteger"
    if isinstance(value, (View, Tool)):
        return value.java_class
    if isinstance(value, Array):
        return f"[{value.element}"
    return _CLASSES.get(type(value), "java.lang.Object")


def truth(value: Value) -> bool:
    """Whether `value` counts as true: not null, false, zero, or empty."""
    if value is True:
        return True
    if value is None or value is False:
        return False
    if isinstance(value, (str, int, float, Decimal, list, dict, range, tuple)):
        return bool(value)
    return True


def is_number(value: Value) -> bool:
    """An int, float or Decimal, but no bool."""
    return type(value) in (int, float, Decimal)


_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")


def as_number(value: Value) -> Value:
    """`value` as a number if it is one or its text is a decimal number; else `value` itself."""
    if isinstance(value, str):
        found = len(value) <= 400 and _DECIMAL.fullmatch(value)
        return Decimal(value) if found else value
    return value


def equal(runtime: Runtime, left: Value, right: Value) -> bool:
    """`==`: numbers by value, one class by its own equality, different classes by their text."""
    if left is None or right is None:
        return left is right
    if type(left) is str and type(right) is str and left == right:
        return True
    first, second = as_number(left), as_number(right)
    if is_number(first) and is_number(second):
        return number_of(first) == number_of(second)
    if type(left) is type(right):
        return same(runtime, left, right, 0)
    return runtime.text(left) == runtime.text(right)


def number_of(value: Value) -> Value:
    """A float or Decimal that compares as Java does, through the shortest text of a double."""
    return Decimal(repr(value)) if type(value) is float else value


def same(runtime: Runtime, left: Value, right: Value, depth: int = 0) -> bool:
    """Equality of plain values in which 1, 1.0 and true differ."""
    if depth > _DEPTH:
        raise Overrun("A value holds itself, or nests too deeply")
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        runtime.step(len(left))
        keys = left.keys()
        return keys == right.keys() and all(same(runtime, left[key], right[key], depth + 1) for key in keys)
    if isinstance(left, list):
        items = cast("list[Value]", left)
        runtime.room(len(items))
        if len(items) != len(right):
            return False
        return all(same(runtime, one, other, depth + 1) for one, other in zip(items, right, strict=True))
    return left == right
