"""The engine against the vendor's own examples and the trees of published flows."""

from __future__ import annotations

import base64
import json
import re
import urllib.parse
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pytest

from tests.shared import needs_shared, shared
from trunkline.engine.expression import (
    Declaration,
    ExpressionError,
    Scope,
    compile_tree,
    evaluate,
    evaluate_text,
    parse,
    to_json,
    to_text,
    without_places,
)
from trunkline.engine.expression.functions import named, operator

pytestmark = [pytest.mark.corpus, needs_shared]

PLACEHOLDER = "AR_FN_"
"""Some examples are keys of texts that the vendor's package does not hold."""


def examples() -> list[dict[str, Any]]:
    lines = shared("oracle", "expressions.shared.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return [one for one in found if not one["text"].startswith(PLACEHOLDER)]


def contradicts_itself(example: dict[str, Any]) -> bool:
    """One example finds a sips address where a sip one is wanted and present; see `phone-equality`."""
    return example["function"] == "FindFirst" and "sips:" in example["text"]


def agrees(got: Any, want: Any) -> bool:
    if isinstance(want, dict) and "dec" in want and isinstance(got, dict) and "dec" in got:
        return Decimal(got["dec"]) == Decimal(want["dec"])
    return type(got) is type(want) and got == want


def test_every_example_with_a_checkable_value_agrees():
    checkable = [one for one in examples() if "value" in one and not contradicts_itself(one)]
    wrong = [one["text"] for one in checkable if not agrees(evaluate_text(one["text"]), one["value"])]
    assert len(checkable) > 400
    assert wrong == []


def test_examples_described_in_words_have_a_value():
    """All but those on an e-mail that a call does not have end in a value."""
    failed: list[str] = []
    described = [one["text"] for one in examples() if "value" not in one]
    for text in described:
        try:
            to_json(evaluate(parse(text), Scope()))
        except ExpressionError:
            failed.append(text)
    assert len(described) > 280
    assert all("Email.Message" in text for text in failed)


def test_every_example_has_a_stable_normal_form():
    for example in examples():
        tree = parse(example["text"])
        again = parse(to_text(tree))
        assert without_places(again) == without_places(tree)


def flows() -> Iterator[Any]:
    for file in sorted(shared("corpus", "flows_i3").iterdir()):
        yield json.loads(urllib.parse.unquote(base64.b64decode(file.read_bytes()).decode()))


def objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for child in value.values():
            yield from objects(child)
    elif isinstance(value, list):
        for child in value:
            yield from objects(child)


def declarations(flow: Any) -> dict[str, Declaration]:
    found: dict[str, Declaration] = {}
    for one in objects(flow):
        reference = one.get("ref")
        if isinstance(reference, dict) and "val" in reference:
            found.setdefault(reference["text"], Declaration(reference["type"], reference["val"]))
    return found


@lru_cache(maxsize=1)
def typed_expressions() -> list[tuple[dict[str, Any], dict[str, Declaration]]]:
    """Expressions that an author typed (mode 0), each with the variables of its flow."""
    return [
        (one, known)
        for flow in flows()
        for known in [declarations(flow)]
        for one in objects(flow)
        if "config" in one and one.get("text") and (one.get("uiMetaData") or {}).get("mode") == 0
    ]


def without_root_text(tree: dict[str, Any]) -> dict[str, Any]:
    ((key, content),) = tree.items()
    return {key: {name: value for name, value in content.items() if name != "text"}}


def test_the_platform_s_trees_come_out_of_the_texts_that_authors_typed():
    """Positions, types, ids and casts included; only the root's normal text differs in an old flow."""
    typed = typed_expressions()
    assert len(typed) > 250
    same_text = 0
    for expression, known in typed:
        tree = parse(expression["text"], known, expression["type"])
        assert without_root_text(tree) == without_root_text(expression["config"])
        same_text += tree == expression["config"]
    assert same_text >= len(typed) - 1


def test_the_tree_and_its_text_evaluate_alike():
    def outcome(tree: Any) -> Any:
        try:
            return to_json(evaluate(tree, Scope()))
        except ExpressionError as error:
            return str(error)

    for expression, known in typed_expressions():
        text = to_text(expression["config"])
        assert outcome(parse(text, known)) == outcome(expression["config"])


def test_every_expression_of_every_flow_compiles():
    configured = [one["config"] for flow in flows() for one in objects(flow) if one.get("config")]
    trees = [one for one in configured if len(one) == 1]
    assert len(trees) > 2500
    for tree in trees:
        compile_tree(tree)


NOT_SET_ALLOWED_BY_EXAMPLE = {"ToBool(bln)", "ToLanguageSkill(lac)", "ToPhoneNumber(str)"}
"""Flagged as not allowed, but an example (of ToBool: its likes) gives NOT_SET for NOT_SET."""


def documented_overloads() -> Iterator[tuple[str, str, list[tuple[str, bool, bool]], str]]:
    """Name, shown form, parameters (type, NOT_SET allowed, repeats) and result, of each overload."""
    lines = shared("spec", "architect-functions.md").read_text(encoding="utf-8").splitlines()
    for line in lines:
        cells = [cell.strip() for cell in line.strip("|").split(" | ", 2)]
        if len(cells) != 3 or not cells[0].startswith("`"):
            continue
        name = cells[0].strip("`").replace("¦", "|")
        for overload in cells[2].rstrip(" |").split("<br>"):
            left, result = overload.strip().split(" → ")
            written = [part.partition(":")[2].strip() for part in left.strip("()").split(",") if part]
            codes = [re.sub(r"[?*]|~ns", "", part).replace("[]", "_coll") for part in written]
            flags = [("~ns" in part, "*" in part) for part in written]
            parameters = [(code, *pair) for code, pair in zip(codes, flags, strict=True)]
            shown = f"{name}({', '.join(one[0] for one in parameters)})"
            yield name, shown, parameters, result.replace("[]", "_coll")


def test_every_documented_overload_is_declared_with_its_flags():
    documented = list(documented_overloads())
    assert len(documented) == 349
    missing: set[str] = set()
    for name, shown, parameters, result in documented:
        if name in (".", "["):
            continue
        called = named(name) or operator(name, len(parameters))
        assert called is not None, name
        declared = [
            ([(one.type, one.allows_not_set, one.repeats) for one in overload.parameters], overload.result)
            for overload in called.overloads
        ]
        if (parameters, result) not in declared:
            missing.add(shown)
    assert missing == NOT_SET_ALLOWED_BY_EXAMPLE
