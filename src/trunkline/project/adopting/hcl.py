"""HCL, as far as values go: literals, objects, templates, `jsonencode`; the rest is named, not guessed.

https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from trunkline.domain.json import Json
from trunkline.errors import InvalidInput, UsageError

Node = Any
"""A tree of lark: `data`, `children`, `meta`; or a token, which is a str with a `type`."""

Unresolved = Callable[[str], Json]
"""Told the source of an expression that cannot be known here; gives what stands for it."""

_ESCAPE = re.compile(r'\\(?:([nrt"\\])|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))')
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_JSON_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression as written. `line` is its place in the file."""

    source: str
    line: int
    node: Node


@dataclass(slots=True)
class Block:
    """`type "label" { … }`. `blocks` are those inside it."""

    type: str
    labels: list[str]
    line: int
    attributes: dict[str, Expression] = field(default_factory=dict[str, Expression])
    blocks: list[Block] = field(default_factory=list["Block"])

    def inner(self, kind: str) -> Block | None:
        return next((block for block in self.blocks if block.type == kind), None)


def parse_hcl(text: str) -> list[Block]:
    """The blocks of a file. Raises InvalidInput with the line; UsageError without the library."""
    return _blocks(_tree(text).children[0], text)[1]


def _tree(text: str) -> Node:
    try:
        hcl2 = importlib.import_module("hcl2")
        faults = importlib.import_module("lark.exceptions")
    except ImportError:
        raise UsageError(
            "Terraform files need the library python-hcl2", hint="pip install 'trunkline[hcl]'"
        ) from None
    try:
        return hcl2.parses_to_tree(text if text.endswith("\n") else f"{text}\n")
    except faults.UnexpectedInput as error:
        where = f"line {error.line}, column {error.column}" if error.line > 0 else "the end"
        raise InvalidInput(f"not HCL: something else was expected at {where}") from None
    except faults.LarkError as error:
        raise InvalidInput(f"not HCL: {error}") from None
    except RecursionError:
        raise InvalidInput("not HCL we read: nested too deeply") from None


def _blocks(body: Node, text: str) -> tuple[dict[str, Expression], list[Block]]:
    attributes: dict[str, Expression] = {}
    blocks: list[Block] = []
    for node in _trees(body):
        if node.data == "attribute":
            name, value = list(_trees(node))
            attributes[_source(name, text)] = Expression(_source(value, text), value.meta.line, value)
        elif node.data == "block":
            *heads, inner = list(_trees(node))
            kind, *labels = (_source(head, text).strip('"') for head in heads)
            block = Block(kind, labels, node.meta.line)
            block.attributes, block.blocks = _blocks(inner, text)
            blocks.append(block)
    return attributes, blocks


def _trees(node: Node) -> Iterator[Node]:
    """The children that mean something: no punctuation, no comments."""
    for child in node.children:
        if hasattr(child, "data") and child.data != "new_line_or_comment":
            yield child


def _source(node: Node, text: str) -> str:
    return text[node.meta.start_pos : node.meta.end_pos]


def evaluate(expression: Expression, unresolved: Unresolved) -> Json:
    """The value of an expression; every part that cannot be known here is asked of `unresolved`.

    Raises InvalidInput for what is no HCL, in a template, and for what nests too deeply.
    """
    try:
        return _Evaluator(expression, unresolved).value(expression.node)
    except RecursionError:
        raise InvalidInput(f"line {expression.line} nests too deeply") from None


class _Evaluator:
    def __init__(self, expression: Expression, unresolved: Unresolved) -> None:
        self._text = expression.source
        self._offset: int = expression.node.meta.start_pos
        self._unresolved = unresolved

    def value(self, node: Node) -> Json:
        reader = getattr(self, f"_{node.data}", None)
        return reader(node) if reader else self._unknown(node)

    def _unknown(self, node: Node) -> Json:
        return self._unresolved(self._source(node))

    def _source(self, node: Node) -> str:
        return self._text[node.meta.start_pos - self._offset : node.meta.end_pos - self._offset]

    def _expr_term(self, node: Node) -> Json:
        return self.value(next(_trees(node)))

    def _int_lit(self, node: Node) -> Json:
        return int(self._source(node))

    def _float_lit(self, node: Node) -> Json:
        return float(self._source(node))

    def _unary_op(self, node: Node) -> Json:
        try:
            return json.loads(self._source(node))  # -1 is a number of JSON; -x and !x are not
        except ValueError:
            return self._unknown(node)

    def _literal_value(self, node: Node) -> Json:
        return {"true": True, "false": False, "null": None}[self._source(node)]

    def _tuple(self, node: Node) -> Json:
        return [self.value(child) for child in _trees(node)]

    def _object(self, node: Node) -> Json:
        found: dict[str, Json] = {}
        for element in _trees(node):
            key, value = list(_trees(element))
            found[self._key(key)] = self.value(value)
        return found

    def _key(self, node: Node) -> str:
        source = self._source(node)
        if re.fullmatch(r"[A-Za-z_][\w-]*", source):
            return source
        value = self.value(next(_trees(node)))
        return value if isinstance(value, str) else json.dumps(value)

    def _string(self, node: Node) -> Json:
        return self._template(self._source(node)[1:-1], escapes=True)

    def _heredoc_template(self, node: Node) -> Json:
        head, *body = self._source(node).rstrip().split("\n")[:-1]
        text = "".join(f"{line.removesuffix(chr(13))}\n" for line in body)
        return self._template(_unindented(text) if head.startswith("<<-") else text, escapes=False)

    _heredoc_template_trim = _heredoc_template

    def _function_call(self, node: Node) -> Json:
        name, *arguments = list(_trees(node))
        values = list(_trees(arguments[0])) if arguments else []
        if self._source(name) != "jsonencode" or len(values) != 1:
            return self._unknown(node)
        text = json.dumps(self.value(values[0]), ensure_ascii=False, separators=(",", ":"))
        return "".join(_JSON_ESCAPED.get(letter, letter) for letter in text)

    def _template(self, text: str, *, escapes: bool) -> str:
        """A template: `$${` is `${`, `${…}` a value, `%{…}` a directive, which nobody here runs."""
        out, at = "", 0
        for found in _marks(text):
            if found.start() < at:
                continue
            out += _unescaped(text[at : found.start()]) if escapes else text[at : found.start()]
            at = found.end()
            if len(found[0]) == 3:
                out += found[0][1:]
                continue
            end = _closing(text, at)
            out += self._interpolated(text[at:end].strip(), found[0])
            at = end + 1
        return out + (_unescaped(text[at:]) if escapes else text[at:])

    def _interpolated(self, source: str, mark: str) -> str:
        if mark == "%{":
            return str(self._unresolved(f"%{{{source}}}"))
        text = f"x = {source}\n"
        attribute = next(_trees(_tree(text).children[0]))
        inner = Expression(source, 1, list(_trees(attribute))[1])
        value = evaluate(inner, self._unresolved)
        return value if isinstance(value, str) else json.dumps(value)


def _marks(text: str) -> Iterator[re.Match[str]]:
    return re.finditer(r"\$\$\{|%%\{|\$\{|%\{", text)


def _closing(text: str, at: int) -> int:
    """Where the brace opened before `at` closes; the end where it never does."""
    depth, quoted = 1, False
    while at < len(text):
        letter = text[at]
        if letter == "\\":
            at += 1
        elif letter == '"':
            quoted = not quoted
        elif not quoted and letter in "{}":
            depth += 1 if letter == "{" else -1
            if depth == 0:
                return at
        at += 1
    return at


def _unescaped(text: str) -> str:
    def letter(found: re.Match[str]) -> str:
        return _SIMPLE[found[1]] if found[1] else chr(int(found[2] or found[3], 16))

    return _ESCAPE.sub(letter, text)


def _unindented(text: str) -> str:
    lines = text.split("\n")
    indents = [len(line) - len(line.lstrip(" \t")) for line in lines if line.strip()]
    margin = min(indents, default=0)
    return "\n".join(line[margin:] for line in lines)
