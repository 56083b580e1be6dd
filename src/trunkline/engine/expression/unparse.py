"""The platform's tree as text, in the platform's own normal form.

Brackets around every operator that is an operand of another one, canonical names of functions,
one blank around operators and after commas.
"""

from __future__ import annotations

from typing import Final

from trunkline.engine.expression import system, tree
from trunkline.engine.expression.errors import ExpressionTreeError
from trunkline.engine.expression.lexer import quoted
from trunkline.engine.expression.tree import Tree

_BINARY: Final = frozenset(
    ("+", "-", "*", "/", "%", "^", "==", "!=", "<", ">", "<=", ">=", "&", "|", "and", "or")
)
_UNARY: Final = frozenset(("-", "!", "~"))
_MAX_DEPTH: Final = 220
_TERNARY_OPERANDS: Final = 3
_CONSTRUCTORS: Final = {
    "dur": "ToDuration",
    "dtm": "ToDateTime",
    "phn": "ToPhoneNumber",
    "cur": "ToCurrency",
    "jsn": "JsonParse",
}


def to_text(root: Tree) -> str:
    """The text of a tree. Raises ExpressionTreeError for what is no expression's tree."""
    return _text(root, 0)


def is_operator(key: str, count: int) -> bool:
    lower = key.lower()
    return (
        (count == 2 and lower in _BINARY)
        or (count == 1 and key in _UNARY)
        or (count == _TERNARY_OPERANDS and key == "?")
    )


def _text(node: Tree, depth: int) -> str:
    if depth > _MAX_DEPTH:
        raise ExpressionTreeError("expression is too deep")
    key, content = tree.parts(node)
    if key in tree.LEAVES:
        return _leaf(key, content)
    operands = tree.operands(content)
    if key == "." and len(operands) == 2:
        return _property(operands, depth)
    if key == "[" and len(operands) == 2:
        return f"{_owner(operands[1], depth)}[{_text(operands[0], depth + 1)}]"
    if not is_operator(key, len(operands)):
        return f"{key}({', '.join(_text(operand, depth + 1) for operand in operands)})"
    shown = [_operand(operand, depth) for operand in operands]
    if key == "?":
        condition = _condition(operands[0], depth)
        return f"{condition} ? {shown[1]} : {shown[2]}"
    if len(shown) == 1:
        return f"{key}{_negated(operands[0], shown[0]) if key == '-' else shown[0]}"
    return f"{shown[0]} {key} {shown[1]}"


def _leaf(key: str, content: Tree) -> str:
    text = tree.text(content, "text")
    if key == "nul":
        return "NOT_SET"
    if key != "lit":
        return text
    type_ = tree.text(content, "type")
    if type_ == "str":
        return quoted(text)
    if type_ in _CONSTRUCTORS:
        return f"{_CONSTRUCTORS[type_]}({quoted(text)})"
    return text


def _is_operator_tree(node: Tree) -> bool:
    key, content = tree.parts(node)
    return key not in tree.LEAVES and is_operator(key, len(tree.operands(content)))


def _operand(node: Tree, depth: int) -> str:
    text = _text(node, depth + 1)
    return f"({text})" if _is_operator_tree(node) else text


def _condition(node: Tree, depth: int) -> str:
    return _operand(node, depth) if tree.parts(node)[0] == "?" else _text(node, depth + 1)


def _negated(node: Tree, shown: str) -> str:
    """A number behind a minus needs brackets, else it would be read as one negative number."""
    return f"({shown})" if tree.parts(node)[0] == "lit" else shown


def _owner(node: Tree, depth: int) -> str:
    """What a property or an index is taken of: brackets unless it is a call, a variable or an access."""
    text = _text(node, depth + 1)
    key = tree.parts(node)[0]
    return f"({text})" if key in ("lit", "nul") or _is_operator_tree(node) else text


def _property(operands: list[Tree], depth: int) -> str:
    name = tree.text(tree.parts(operands[0])[1], "text")
    _, owner = tree.parts(operands[1])
    if owner.get("type") in system.ENUMS:
        name = system.shown_member(tree.text(owner, "text"), name)
    return f"{_owner(operands[1], depth)}.{name}"
