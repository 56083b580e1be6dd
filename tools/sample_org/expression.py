"""Architect expressions: from the text an author types to the tree the platform stores.

Only what the sample flows use: literals, variables, properties, indexes, calls, binary operators.
Positions count characters of the typed text from 1; an operator's position is its own, not its operand's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|(\d+\.\d+|\d+)|([A-Za-z_]\w*)|(==|!=|>=|<=|[-+*/<>().,\[\]]))')
ESCAPES = {"\\n": "\n", "\\t": "\t", "\\r": "\r", '\\"': '"', "\\\\": "\\"}
PRECEDENCE = {
    "or": 1,
    "and": 2,
    "==": 3,
    "!=": 3,
    ">=": 4,
    "<=": 4,
    ">": 4,
    "<": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
}
COMPARISONS = {"or", "and", "==", "!=", ">=", "<=", ">", "<"}

# Result types; `first`, `second`: that of an operand; `item`, `list`: of or over the first operand.
FUNCTIONS = {
    name.lower(): (name, result)
    for result, names in {
        "str": "Append ToString Left Right Lower Upper Trim Substring Replace ToDisplayString",
        "int": "Count FindFirst Length ToInt Hour DayOfWeek FindString",
        "bln": "Contains IsSet IsNotSetOrEmpty AreEqual ToBool",
        "dec": "ToDecimal",
        "dtm": "AddDays AddHours AddMinutes GetCurrentDateTimeUtc ToDateTime",
        "dur": "DateTimeDiff MakeDuration RoundUp ToDuration",
        "phn": "ToPhoneNumber",
        "que": "FindQueue FindQueueById",
        "cur": "MakeCurrency",
        "com": "MakeCommunication ToCommunication",
        "aud": "AudioPlaybackOptions ToAudio ToAudioBlank ToAudioTTS ToAudioNumber ToAudioDuration"
        " ToAudioPhoneNumber ToAudioCurrency ToAudioDate",
        "str_coll": "Split",
        "first": "AddItem",
        "second": "If",
        "item": "GetAt",
        "list": "MakeList MakeEmptyList",
    }.items()
    for name in names.split()
}
PROPERTIES = {
    ("que", "id"): "str",
    ("que", "name"): "str",
    ("phn", "e164"): "str",
    ("cpx_short_message", "body"): "str",
    ("cpx_short_message", "senderAddress"): "str",
    ("cpx_email", "subject"): "str",
    ("cpx_email", "body"): "str",
    ("cpx_email", "from"): "cpx_email_address",
    ("cpx_email_address", "id"): "str",
    ("stc", "stringPlayChars"): "stf",
}


@dataclass(frozen=True)
class Variable:
    """A variable or a value of the system that expressions can name."""

    name: str
    type: str
    id: str
    system: bool = False

    @property
    def reference(self) -> Json:
        """Its entry in `metaData.references`."""
        return {"id": self.id, "type": self.type, "isSysRef": self.system, "name": self.name}


@dataclass(frozen=True)
class Node:
    """A node of the tree: `key` is lit, ref, sysref, nul, or the operator or function."""

    key: str
    pos: int
    type: str
    text: str
    val: str | None = None
    shown: str = ""
    operands: tuple[Node, ...] | None = None

    def as_json(self, root: bool = True) -> Json:
        """As stored: only the root and the leaves carry `text`."""
        body: Json = {"pos": self.pos}
        if self.operands is None:
            body |= {"text": self.text, "type": self.type}
            return {self.key: body | ({"val": self.val} if self.val is not None else {})}
        if root:
            body["text"] = self.shown
        body["operands"] = [operand.as_json(root=False) for operand in self.operands]
        return {self.key: body | {"type": self.type}}


@dataclass
class Parser:
    """One pass over one text. Raises ValueError with the position for what it does not know."""

    text: str
    variables: Mapping[str, Variable]
    used: dict[str, Variable] = field(default_factory=dict[str, Variable])
    at: int = 0

    def parse(self) -> Node:
        """The whole text as one tree."""
        tree = self.binary(1)
        if self.peek()[0]:
            raise self.error("an operator was expected")
        return tree

    def peek(self) -> tuple[str, int]:
        """The next token and its position, or an empty token at the end."""
        found = TOKEN.match(self.text, self.at)
        if found is None:
            if self.text[self.at :].strip():
                raise self.error("unknown character")
            return "", len(self.text) + 1
        return found.group().lstrip(), found.end() - len(found.group().lstrip()) + 1

    def take(self, expected: str | None = None) -> tuple[str, int]:
        """Consume a token; with `expected`, exactly that one."""
        token, pos = self.peek()
        if not token or (expected is not None and token != expected):
            raise self.error(f"{expected or 'an operand'} was expected")
        self.at = pos - 1 + len(token)
        return token, pos

    def error(self, message: str) -> ValueError:
        """The fault with its place."""
        return ValueError(f"{message} at {self.at + 1} of {self.text!r}")

    def binary(self, level: int) -> Node:
        """Left-associative operators that bind at least as tightly as `level`."""
        left = self.postfix()
        while (rank := PRECEDENCE.get(self.peek()[0].lower(), 0)) >= level:
            operator, pos = self.take()
            right = self.binary(rank + 1)
            shown = f"{bracketed(left)} {operator} {bracketed(right)}"
            left = Node(operator, pos, result(operator, left, right), "", shown=shown, operands=(left, right))
        return left

    def postfix(self) -> Node:
        """An operand with the properties and indexes that follow it."""
        node = self.operand()
        while (sign := self.peek()[0]) in {".", "["}:
            pos = self.take()[1]
            if sign == ".":
                name = self.take()[0]
                node = member(node, name, pos)
            else:
                index = self.binary(1)
                self.take("]")
                node = Node(
                    "[",
                    pos,
                    node.type.removesuffix("_coll"),
                    "",
                    shown=f"{node.shown}[{index.shown}]",
                    operands=(index, node),
                )
        return node

    def operand(self) -> Node:
        """A literal, a call, a variable or a bracketed expression."""
        word, pos = self.take()
        if word == "(":
            inner = self.binary(1)
            self.take(")")
            return inner
        if word.startswith('"'):
            text = re.sub(r"\\.", lambda found: ESCAPES[found.group()], word[1:-1])
            return Node("lit", pos, "str", text, shown=word)
        if word == "-":
            word += self.take()[0]
        if word.lstrip("-")[0].isdigit():
            return Node("lit", pos, "dec" if "." in word else "int", word, shown=word)
        if word.lower() in {"true", "false"}:
            return Node("lit", pos, "bln", word, shown=word)
        if word == "NOT_SET":
            return Node("nul", pos, "str", "", shown=word)
        return self.call(word, pos) if self.peek()[0] == "(" else self.name(word, pos)

    def call(self, name: str, pos: int) -> Node:
        """`Name(operands)`."""
        if name.lower() not in FUNCTIONS:
            raise self.error(f"unknown function {name}")
        canonical, kind = FUNCTIONS[name.lower()]
        self.take("(")
        operands: list[Node] = []
        while self.peek()[0] != ")":
            operands.append(self.binary(1))
            if self.peek()[0] == ",":
                self.take()
        self.take(")")
        shown = f"{canonical}({', '.join(operand.shown for operand in operands)})"
        return Node(canonical, pos, called(kind, operands), "", shown=shown, operands=tuple(operands))

    def name(self, scope: str, pos: int) -> Node:
        """`Scope.Name`: a variable of the flow, a prompt, or a value of the system."""
        self.take(".")
        typed = f"{scope}.{self.take()[0]}"
        if (variable := self.variables.get(typed.lower())) is None:
            raise self.error(f"unknown variable {typed}")
        self.used[variable.id] = variable
        key = "sysref" if variable.system else "ref"
        return Node(key, pos, variable.type, typed, val=variable.id, shown=typed)


def bracketed(node: Node) -> str:
    """An operand as the platform prints it: brackets round a nested operator."""
    return f"({node.shown})" if node.key.lower() in PRECEDENCE else node.shown


def result(operator: str, left: Node, right: Node) -> str:
    """The type of a binary operation."""
    if operator.lower() in COMPARISONS:
        return "bln"
    kinds = {left.type, right.type}
    if "str" in kinds or "aud" in kinds:
        return "str" if "str" in kinds else "aud"
    return "dec" if operator == "/" or "dec" in kinds else left.type


def called(kind: str, operands: list[Node]) -> str:
    """The type of a call, from FUNCTIONS' rule."""
    match kind:
        case "first":
            return operands[0].type
        case "second":
            return operands[1].type
        case "item":
            return operands[0].type.removesuffix("_coll")
        case "list":
            return f"{operands[0].type}_coll"
        case _:
            return "aud" if kind == "str" and operands and operands[0].type == "aud" else kind


def member(node: Node, name: str, pos: int) -> Node:
    """`node.name`: the property comes first among the operands."""
    kind = "jsn" if node.type == "jsn" else PROPERTIES[node.type, name]
    return Node(
        ".",
        pos,
        kind,
        "",
        shown=f"{node.shown}.{name}",
        operands=(Node("lit", pos, "str", name, shown=name), node),
    )


def parse(text: str, variables: Mapping[str, Variable]) -> tuple[Node, list[Variable]]:
    """The tree of `text` and the variables it names, in order. `variables` by lower-case name."""
    parser = Parser(text, variables)
    return parser.parse(), list(parser.used.values())
