"""What the conditions of a flow say about the values worth trying."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from trunkline.domain.json import Json
from trunkline.engine.expression import JsonValue, NotSet, Record, Tree, Value
from trunkline.engine.flow.program import Field
from trunkline.engine.flow.typed import shown

Chain = tuple[str, ...]


@dataclass(slots=True)
class Hints:
    """The literals of a condition by type, the functions in it, and how deep texts are cut."""

    texts: dict[str, None] = field(default_factory=dict[str, None])
    numbers: dict[int, None] = field(default_factory=dict[int, None])
    durations: dict[str, None] = field(default_factory=dict[str, None])
    dates: dict[str, None] = field(default_factory=dict[str, None])
    functions: set[str] = field(default_factory=set[str])

    def beside(self, values: Iterable[Value]) -> Hints:
        """These hints, with other values of the same condition to compare with."""
        more = Hints(dict(self.texts), dict(self.numbers), self.durations, self.dates, self.functions)
        for value in values:
            for one in value if isinstance(value, tuple) else (value,):
                if isinstance(one, int) and not isinstance(one, bool):
                    more.numbers[one] = None
                elif not isinstance(one, NotSet | Record | JsonValue | bool):
                    more.texts[shown(one)] = None
        return more


def hints_of(fields: Iterable[Field]) -> Hints:
    """The hints in some conditions."""
    hints = Hints()
    for one in fields:
        for key, content in _nodes(one.tree):
            if key == "lit":
                _literal(content, hints)
            else:
                hints.functions.add(key.lower())
    return hints


def _literal(content: Tree, hints: Hints) -> None:
    text, type_ = content.get("text"), content.get("type")
    if not isinstance(text, str):
        return
    if type_ in ("int", "dec"):
        try:
            hints.numbers[int(float(text))] = None
        except (ValueError, OverflowError):
            return
    elif type_ == "dur":
        hints.durations[text] = None
    elif type_ == "dtm":
        hints.dates[text] = None
    else:
        hints.texts[text] = None


def _nodes(tree: Json) -> Iterator[tuple[str, Tree]]:
    """Every node of a tree, the root first."""
    waiting: list[Json] = [tree]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, dict):
            continue
        for key, content in node.items():
            if not isinstance(content, dict):
                continue
            yield key, content
            operands = content.get("operands")
            waiting += reversed(operands) if isinstance(operands, list) else []
            items = content.get("items")
            if isinstance(items, list):
                waiting += [one.get("config") for one in items if isinstance(one, dict)]


def chains_of(fields: Iterable[Field]) -> dict[str, dict[Chain, None]]:
    """The properties that are read of each variable, by its key: `("status", "name")`."""
    found: dict[str, dict[Chain, None]] = {}
    for one in fields:
        for key, content in _nodes(one.tree):
            chain = _chain({key: content})
            if chain is not None and chain[1]:
                found.setdefault(chain[0], {})[chain[1]] = None
    return found


def _chain(tree: Json) -> tuple[str, Chain] | None:
    """The variable at the root of a chain of properties, and the names along it."""
    if not isinstance(tree, dict) or len(tree) != 1:
        return None
    ((key, content),) = tree.items()
    if not isinstance(content, dict):
        return None
    if key in ("ref", "sysref"):
        name = content.get("val") if key == "ref" else content.get("text")
        return (str(name or content.get("text")).lower(), ())
    operands = content.get("operands")
    if not isinstance(operands, list) or not operands:
        return None
    if key.lower() in ("todisplaystring", "tocommunication", "tostring", "jsonparse"):
        return _chain(operands[0])
    if len(operands) != 2 or key not in (".", "[", "GetJsonObjectProperty"):
        return None
    owner, name = (operands[1], operands[0]) if key in (".", "[") else (operands[0], operands[1])
    inner, step = _chain(owner), _name(name)
    return None if inner is None or step is None else (inner[0], (*inner[1], step))


def _name(tree: Json) -> str | None:
    if isinstance(tree, dict) and len(tree) == 1:
        ((key, content),) = tree.items()
        if isinstance(content, dict) and key in ("lit", "ref", "sysref", "prop"):
            text = content.get("text")
            return text if isinstance(text, str) else None
    return None
