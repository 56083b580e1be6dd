"""The platform's `config` tree: `{KEY: {pos, type, operands, text?}}` and its leaves.

Leaves are `lit` {text, type, val?, items?}, `ref` {text, type, val = the variable's id}, `sysref`,
`nul` (a typed NOT_SET) and `emp` (nothing entered). Only an expression's root carries the `text` of
a function or operator.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from trunkline.engine.expression.errors import ExpressionTreeError

Tree: TypeAlias = dict[str, Any]

LEAVES: Final = frozenset(("lit", "ref", "sysref", "nul", "emp"))


def leaf(key: str, pos: int, text: str, type_: str, val: str | None = None) -> Tree:
    content: Tree = {"pos": pos, "text": text, "type": type_}
    if val is not None:
        content["val"] = val
    return {key: content}


def branch(key: str, pos: int, operands: Sequence[Tree], type_: str) -> Tree:
    return {key: {"pos": pos, "operands": list(operands), "type": type_}}


def parts(tree: object) -> tuple[str, Tree]:
    """Key and content of a node. Raises ExpressionTreeError if it is not one."""
    if isinstance(tree, dict) and len(tree) == 1:
        ((key, content),) = tree.items()
        if isinstance(key, str) and isinstance(content, dict):
            return key, content
    raise ExpressionTreeError("an expression's node is an object with one key")


def operands(content: Tree) -> list[Tree]:
    """The operands of a node; a leaf has none."""
    found = content.get("operands", [])
    if not isinstance(found, list):
        raise ExpressionTreeError("operands must be a list")
    return found


def text(content: Tree, name: str) -> str:
    """A text of a node, empty where it is absent."""
    value = content.get(name, "")
    if not isinstance(value, str):
        raise ExpressionTreeError(f"{name} must be text")
    return value


def type_of(tree: Tree) -> str:
    return text(parts(tree)[1], "type")


def without_places(tree: Tree) -> Tree:
    """The tree without positions and texts of functions: equal for texts that mean the same."""
    key, content = parts(tree)
    kept = {name: value for name, value in content.items() if name != "pos"}
    if key not in LEAVES:
        kept.pop("text", None)
        kept["operands"] = [without_places(operand) for operand in operands(content)]
    return {key: kept}
