"""From syntax to the platform's tree: names are resolved, types checked, casts made visible."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NoReturn, TypeAlias

from trunkline.engine.expression import access, numbers, system, tree, types
from trunkline.engine.expression.errors import ExpressionTextError
from trunkline.engine.expression.functions import named, operator
from trunkline.engine.expression.parser import Node, syntax
from trunkline.engine.expression.signatures import Function, Match, resolve
from trunkline.engine.expression.tree import Tree
from trunkline.engine.expression.unparse import to_text


@dataclass(frozen=True, slots=True)
class Declaration:
    """A variable's type and its id in the flow's configuration."""

    type: str
    id: str = ""


Declarations: TypeAlias = Mapping[str, Declaration]

_MAX_DIGITS: Final = 15
_ROOT_CASTS: Final[Mapping[tuple[str, str], str]] = {
    ("int", "dec"): "ToDecimal",
    ("dec", "int"): "ToInt",
    ("pmt", "aud"): "ToAudio",
    ("str", "aud"): "ToAudioTTS",
}
_TO_COMMUNICATION: Final = ("str", "aud", "pmt", "img")


class Checker:
    """Builds the tree of one text. Without declarations, an unknown variable has the type `any`."""

    def __init__(self, source: str, declarations: Declarations | None) -> None:
        self._source = source
        self._known = (
            None if declarations is None else {name.lower(): one for name, one in declarations.items()}
        )
        self._build: dict[str, Callable[[Node], Tree]] = {
            "literal": self._literal,
            "null": lambda node: tree.leaf("nul", node.pos, "", types.NOTHING),
            "name": self._name,
            "call": self._call,
            "unary": self._unary,
            "binary": self._operation,
            "?": self._operation,
            ".": self._property,
            "[": self._index,
        }

    def build(self, node: Node) -> Tree:
        return self._build[node.kind](node)

    def _fail(self, node: Node, message: str) -> NoReturn:
        raise ExpressionTextError(message, self._source, node.pos - 1)

    def _literal(self, node: Node) -> Tree:
        if node.type == "int" and len(node.text.lstrip("-0")) > _MAX_DIGITS:
            self._fail(node, f"an integer has at most {_MAX_DIGITS} digits")
        if node.type == "dec" and len(node.text.strip("-0").replace(".", "")) > numbers.MAX_DIGITS:
            self._fail(node, f"a decimal has at most {numbers.MAX_DIGITS} digits")
        return tree.leaf("lit", node.pos, node.text, node.type)

    def _name(self, node: Node) -> Tree:
        declared = None if self._known is None else self._known.get(node.text.lower())
        if declared is not None:
            return tree.leaf("ref", node.pos, node.text, declared.type, declared.id)
        built_in = system.variable(node.text) or system.variable_of_scope(node.text)
        if built_in is not None:
            return tree.leaf("sysref", node.pos, node.text, built_in.type, built_in.id)
        scope, _, name = node.text.partition(".")
        if scope.lower() == "promptsystem":
            return tree.leaf("sysref", node.pos, node.text, "pmt", system.system_prompt_id(name))
        if scope.lower() == "prompt":
            return tree.leaf("ref", node.pos, node.text, "pmt", "")
        if self._known is not None:
            self._fail(node, f"there is no variable {node.text}")
        return tree.leaf("ref", node.pos, node.text, types.ANY, "")

    def _call(self, node: Node) -> Tree:
        called = named(node.text)
        if called is None:
            self._fail(node, f"there is no function {node.text}")
        return self._applied(node, called, called.name)

    def _unary(self, node: Node) -> Tree:
        return self._applied(node, operator(node.text, 1), node.text)

    def _operation(self, node: Node) -> Tree:
        return self._applied(node, operator(node.text, len(node.children)), node.text)

    def _applied(self, node: Node, called: Function | None, key: str) -> Tree:
        operands = [self.build(child) for child in node.children]
        given = tuple(tree.type_of(operand) for operand in operands)
        match = None if called is None else resolve(called, given)
        if match is None:
            self._fail(node, f"{key} does not take ({', '.join(given)})")
        return tree.branch(key, node.pos, fitted(operands, match), match.result)

    def _property(self, node: Node) -> Tree:
        owner = self.build(node.children[0])
        type_ = tree.type_of(owner)
        found = access.property_of_type(type_, node.text)
        if found is None:
            self._fail(node, f"a value of type {type_} has no property {node.text}")
        name = found[0]
        if type_ in system.ENUMS:
            name = system.member_name(tree.text(tree.parts(owner)[1], "text"), name)
        key = tree.leaf("lit", node.pos, name, "str")
        return tree.branch(".", node.pos, (key, owner), found[1])

    def _index(self, node: Node) -> Tree:
        collection, index = (self.build(child) for child in node.children)
        given = (tree.type_of(index), tree.type_of(collection))
        result = index_type(index, given)
        if result is None:
            self._fail(node, f"[ ] does not take ({', '.join(given)})")
        return tree.branch("[", node.pos, (index, collection), result)


def index_type(index: Tree, given: tuple[str, str]) -> str | None:
    """The type of `collection[index]`; the index is the first operand. None if there is no such thing."""
    index_is, owner = given
    if index_is in ("int", types.ANY) and types.is_collection(owner):
        return types.item_type(owner)
    if owner in ("jsn", types.ANY):
        return owner if index_is in ("int", "str", types.ANY) else None
    if index_is != "str" or types.is_collection(owner):
        return None
    key, content = tree.parts(index)
    found = access.property_of_type(owner, tree.text(content, "text")) if key == "lit" else None
    return found[1] if found else (types.ANY if key != "lit" else None)


def fitted(operands: Sequence[Tree], match: Match) -> list[Tree]:
    """The operands with the casts the overload asks for, and with NOT_SETs typed."""
    found: list[Tree] = []
    for operand, wanted, cast in zip(operands, match.operands, match.casts, strict=True):
        key, content = tree.parts(operand)
        if cast is not None:
            found.append(tree.branch(cast, content["pos"], (operand,), wanted))
        elif key == "nul":
            found.append({"nul": content | {"type": _nothing_type(wanted, match.result)}})
        else:
            found.append(operand)
    return found


def _nothing_type(wanted: str, result: str) -> str:
    """The type of a NOT_SET: the parameter's, or where that takes any, the result's."""
    if wanted not in (types.NOTHING, types.EACH):
        return wanted
    return types.NOTHING if types.is_collection(result) else result


def root_cast(given: str, expected: str) -> str | None:
    """The function by which the platform makes an expression fit the field it is in; None: it cannot."""
    if expected == "com" and given in _TO_COMMUNICATION:
        return "ToCommunication"
    if expected == "str" and not types.is_collection(given):
        return "ToString"
    return _ROOT_CASTS.get((given, expected))


def check(source: str, declarations: Declarations | None, expected: str | None) -> Tree:
    """The tree of a text. Raises ExpressionTextError for text that does not parse or type-check."""
    node = syntax(source)
    root = Checker(source, declarations).build(node)
    key, content = tree.parts(root)
    if expected not in (None, types.ANY, content["type"]) and content["type"] != types.ANY:
        root = _cast_root(source, node, root, expected)
        key, content = tree.parts(root)
    if key not in tree.LEAVES:
        ((_, content),) = root.items()
        texted = {"pos": content["pos"], "text": to_text(root)} | content
        return {key: texted}
    return root


def _cast_root(source: str, node: Node, root: Tree, expected: str) -> Tree:
    key, content = tree.parts(root)
    if key == "nul":
        return {"nul": content | {"type": expected}}
    cast = root_cast(content["type"], expected)
    if cast is None:
        raise ExpressionTextError(
            f"the expression is of type {content['type']}, expected {expected}", source, node.pos - 1
        )
    return tree.branch(cast, content["pos"], (root,), expected)
