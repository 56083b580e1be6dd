"""Genesys Cloud Architect's expression language, executed offline.

    parse(text) -> tree                 the platform's own `config` form
    to_text(tree) -> text               its normal text form
    compile_tree(tree).run(scope)       evaluate often
    evaluate(tree, scope)               evaluate once
    evaluate_text(text, variables)      plain JSON in, plain JSON out

Run-time errors are ExpressionError; text that does not parse or type-check is a ValueError that names
line and column. Readings of the vendor's documents that are ours are listed in ASSUMPTIONS.
"""

from __future__ import annotations

from collections.abc import Mapping

from trunkline.domain.json import Json
from trunkline.engine.expression.assumptions import ASSUMPTIONS, Assumption
from trunkline.engine.expression.check import Declaration, Declarations, check
from trunkline.engine.expression.compile import Compiled, compile_tree, evaluate
from trunkline.engine.expression.errors import (
    ExpressionError,
    ExpressionTextError,
    ExpressionTreeError,
)
from trunkline.engine.expression.forms import from_json, text_of, to_json
from trunkline.engine.expression.scope import Org, Scope
from trunkline.engine.expression.tree import Tree, without_places
from trunkline.engine.expression.unparse import to_text
from trunkline.engine.expression.values import (
    Audio,
    Communication,
    Currency,
    Duration,
    JsonValue,
    NotSet,
    Phone,
    Record,
    Reference,
    Value,
    not_set,
    type_of,
)

__all__ = [
    "ASSUMPTIONS",
    "Assumption",
    "Audio",
    "Communication",
    "Compiled",
    "Currency",
    "Declaration",
    "Duration",
    "ExpressionError",
    "ExpressionTextError",
    "ExpressionTreeError",
    "JsonValue",
    "NotSet",
    "Org",
    "Phone",
    "Record",
    "Reference",
    "Scope",
    "Tree",
    "Value",
    "compile_tree",
    "evaluate",
    "evaluate_text",
    "from_json",
    "not_set",
    "parse",
    "text_of",
    "to_json",
    "to_text",
    "type_of",
    "without_places",
]


def parse(text: str, variables: Declarations | None = None, expected: str | None = None) -> Tree:
    """The platform's tree of a text.

    `variables` declares types and ids by name; without it an unknown variable has the type `any`.
    `expected` is the type of the field the expression stands in; a cast to it is added as the platform
    adds it. Raises ExpressionTextError, a ValueError, for text that does not parse or type-check.
    """
    return check(text, variables, expected)


def evaluate_text(text: str, variables: Mapping[str, Json] | None = None) -> Json:
    """The value of a text as plain JSON (see `to_json`); {"error": true} for a run-time error.

    `variables` are plain JSON by name (`Flow.x`). Raises ValueError for text that does not parse or
    does not type-check, with line and column.
    """
    values = {name: from_json(value) for name, value in (variables or {}).items()}
    declared = {name: Declaration(type_of(value)) for name, value in values.items()}
    tree = parse(text, declared)
    try:
        return to_json(evaluate(tree, Scope(values)))
    except ExpressionError:
        return {"error": True}
