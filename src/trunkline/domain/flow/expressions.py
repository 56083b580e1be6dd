"""Expressions inside a configuration: where they are, which variables and objects they name.

An expression is `{"config": AST, "text": "…", "type": "str", …}`; the AST is one key (`lit`,
`ref`, `sysref`, `emp`, an operator or a function) over a leaf or over `operands`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from trunkline.domain.json import Json, JsonObject, Path

_HIDDEN = frozenset({"uiMetaData", "metaData", "config"})
_TARGET_FIELDS = frozenset(
    {"askResult", "currentIndex", "findResult", "knowledgeSearchResult", "resultData", "selection"}
)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_VARIABLE = re.compile(r"(?<![\w.])(?:Flow|Task|State|Common|Session|Slot)\.\w+", re.IGNORECASE)


class Leaf(NamedTuple):
    """A leaf of an AST: its key (`lit`, `ref`, `sysref`, `emp`, `nul`) and its fields."""

    key: str
    fields: JsonObject


def is_expression(value: Json) -> bool:
    return (
        isinstance(value, dict)
        and isinstance(value.get("text"), str)
        and ("config" in value or "metaData" in value)
        and "__type" not in value
    )


def expressions(value: Json, path: Path = ()) -> Iterator[tuple[Path, JsonObject]]:
    """Every expression below `value` with its path, in document order; editor state is skipped."""
    waiting: list[tuple[Path, Json]] = [(path, value)]
    while waiting:
        here, node = waiting.pop()
        if is_expression(node):
            yield here, node
        elif isinstance(node, dict):
            children = [((*here, key), child) for key, child in node.items() if key not in _HIDDEN]
            waiting += reversed(children)
        elif isinstance(node, list):
            waiting += [((*here, index), node[index]) for index in reversed(range(len(node)))]


def texts(value: Json) -> Iterator[str]:
    """Every text below `value`, in no particular order, without recursion."""
    waiting: list[Json] = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict):
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node


def leaves(expression: JsonObject) -> Iterator[Leaf]:
    """The leaves of an expression's AST, left to right; lists inside a literal are entered."""
    waiting: list[Json] = [expression.get("config")]
    while waiting:
        tree = waiting.pop()
        if not isinstance(tree, dict):
            continue
        for key, fields in tree.items():
            if not isinstance(fields, dict):
                continue
            inner = fields.get("operands")
            if isinstance(inner, list):
                waiting += reversed(inner)
                continue
            yield Leaf(key, fields)
            items = fields.get("items")
            if isinstance(items, list):
                waiting += [item.get("config") for item in reversed(items) if isinstance(item, dict)]


def is_set(expression: Json) -> bool:
    """Whether the author put anything in; an empty field holds `emp`, or a literal without text."""
    if not isinstance(expression, dict):
        return False
    config = expression.get("config")
    if isinstance(config, dict) and "emp" in config:
        return False
    return bool(text_of(expression)) or any(leaf.fields.get("items") for leaf in leaves(expression))


def text_of(expression: Json) -> str:
    """What the author typed."""
    text = expression.get("text") if isinstance(expression, dict) else None
    return text if isinstance(text, str) else ""


def is_target(path: Path, expression: JsonObject) -> bool:
    """Whether the expression at this path names the variable that a result is put into."""
    editor = expression.get("uiMetaData")
    if isinstance(editor, dict) and editor.get("mode") == 2:
        return True
    last = path[-1] if path else None
    if last in _TARGET_FIELDS:
        return True
    return len(path) >= 3 and (
        (last == "value" and path[-3] in {"outputs", "errorBindings"})
        or (last == "variable" and path[-3] == "variables")
    )


def variable_names(text: str) -> Iterator[str]:
    """The variables that the text of an expression names, outside its string literals."""
    for match in _VARIABLE.finditer(_STRING.sub('""', text)):
        yield match[0]
