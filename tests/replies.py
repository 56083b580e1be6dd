"""Replies made from the paths of an action: a document in which every path leads somewhere."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from trunkline.domain.finding import Finding
from trunkline.domain.json import Json, JsonObject
from trunkline.domain.resource import Resource
from trunkline.engine import contract
from trunkline.engine.action import Reply, Run, recorded, run
from trunkline.engine.jsonpath import Filter, Function, Index, JsonPath, Property, Scan, Slice, Wildcard
from trunkline.engine.jsonpath.expressions import And, Comparison, Exists, Literal, Or, PathOperand
from trunkline.rules import check
from trunkline.rules.actions.sampling import RAW, any_rendering, landings, schema_at
from trunkline.rules.actions.view import OUTPUT_SCHEMA, ActionView

OTHER = "something else"


CANDIDATES = ("text", "00000000-0000-4000-8000-000000000000", "2026-01-02", "+15550100", "a@example.com")


def inputs_for(body: JsonObject) -> Json:
    """Inputs that fit the contract, its patterns too."""
    schema = body["contract"]["input"]["inputSchema"]
    given = contract.sample(schema)
    for name, field in schema.get("properties", {}).items():
        if "pattern" in field and not re.search(field["pattern"], given[name]):
            given[name] = next(text for text in CANDIDATES if re.search(field["pattern"], text))
    return given


def reply_for(resource: Resource) -> Json:
    """A reply in which every mapped path finds a value that fits where it comes out."""
    view = ActionView(resource)
    wanted = dict(_wanted(view))
    paths = {name: path for name, path in view.paths.items() if isinstance(path, JsonPath)}
    if not paths:
        return wanted.get(RAW, contract.sample(view.object(OUTPUT_SCHEMA)))
    document: Json = None
    for name, path in paths.items():
        document = put(document, path.segments, wanted.get(name, "text"))
    return {} if document is None else document


def _wanted(view: ActionView) -> Iterable[tuple[str, Json]]:
    for landing in landings(any_rendering(view).output):
        schema = schema_at(view.object(OUTPUT_SCHEMA), landing.path)
        if landing.many and schema.get("type") == "array":
            value = contract.sample(schema)
            yield landing.name, value[0] if value else "text"
        else:
            yield landing.name, contract.sample(schema)


def put(node: Json, segments: tuple[Any, ...], leaf: Json) -> Json:
    """`node` grown so that the segments lead to `leaf` in it."""
    if not segments:
        grown = isinstance(node, dict | list) and not isinstance(leaf, dict | list)
        return node if grown or (node and leaf == {}) else copy.deepcopy(leaf)
    head, rest = segments[0], segments[1:]
    if isinstance(head, Property):
        if isinstance(node, list):
            return [put(node[0] if node else None, segments, leaf), *node[1:]]
        made = dict(node) if isinstance(node, dict) else {}
        for name in head.names:
            made[name] = put(made.get(name), rest, leaf)
        return made
    if isinstance(head, Scan):
        return put(node, rest, leaf)
    if isinstance(head, Function):
        return node if node is not None else [{}]
    return _elements(list(node) if isinstance(node, list) else [], head, rest, leaf)


def _elements(made: list[Json], head: Any, rest: tuple[Any, ...], leaf: Json) -> list[Json]:
    if isinstance(head, Filter):
        at = next(
            (i for i, item in enumerate(made) if item and satisfied(head.expression, item) == item), len(made)
        )
        if at == len(made):
            made.append(satisfied(head.expression, {}))
        chosen = [at]
    elif isinstance(head, Wildcard):
        chosen = list(range(max(1, len(made))))
    elif isinstance(head, Slice):
        chosen = [max(0, len(made) - 1) if (head.start or 0) < 0 else head.start or 0]
    else:
        assert isinstance(head, Index)
        chosen = [index if index >= 0 else max(0, len(made) + index) for index in head.indexes]
    made += [{} for _ in range(max(chosen) + 1 - len(made))]
    for index in chosen:
        made[index] = put(made[index], rest, leaf)
    return made


def satisfied(expression: Any, item: Json) -> Json:
    """`item` grown so that the filter lets it pass."""
    item = copy.deepcopy(item)
    if isinstance(expression, And):
        for term in expression.terms:
            item = satisfied(term, item)
    elif isinstance(expression, Or):
        item = satisfied(expression.terms[0], item)
    elif isinstance(expression, Exists) and expression.wanted:
        item = put(item, expression.path.segments, "text")
    elif isinstance(expression, Comparison):
        item = _compared(expression, item)
    return item


def _compared(test: Comparison, item: Json) -> Json:
    left, right = test.left, test.right
    if isinstance(left, Literal) and isinstance(right, PathOperand):  # 'agent' in @.participants[*].purpose
        return put(item, right.path.segments, _plain(left.literal))
    if not (isinstance(left, PathOperand) and isinstance(right, Literal)):
        return item
    literal = _plain(right.literal)
    operator = test.operator.lower()
    if operator == "empty":
        return item if literal else put(item, left.path.segments, {})
    if operator == "!=":
        keys = left.path.keys
        differs = keys is not None and _at(item, keys) not in (None, literal)
        return item if differs else put(item, left.path.segments, OTHER)
    if operator in (">", ">="):
        literal += 1
    elif operator in ("<", "<="):
        literal -= 1
    elif operator == "in":
        literal = literal[0]
    return put(item, left.path.segments, literal)


def _at(item: Json, keys: tuple[str, ...]) -> Json:
    for key in keys:
        item = item.get(key) if isinstance(item, dict) else None
    return item


def _plain(literal: Any) -> Json:
    if isinstance(literal, Decimal):
        return int(literal) if literal == literal.to_integral() else float(literal)
    text = getattr(literal, "text", None)
    return json.loads(text) if isinstance(text, str) else literal


@dataclass(frozen=True)
class Example:
    """A run of an action on made-up inputs and a made-up reply, and what the rules say of it."""

    run: Run
    findings: tuple[Finding, ...]

    @property
    def clean(self) -> bool:
        return self.run.ok and not self.run.warnings


def try_out(resource: Resource) -> Example:
    """Checks and runs an action: credentials and a login are made up where its templates name them."""
    text = json.dumps(resource.body)
    credentials = dict.fromkeys(re.findall(r"credentials\.(\w+)", text), "made-up")
    auth = LOGIN if "authResponse" in text else None
    logins = [Reply(body=json.dumps(TOKEN))] if auth else []
    reply = Reply(body=json.dumps(reply_for(resource)))
    done = run(
        resource.body,
        inputs_for(resource.body),
        recorded([*logins, reply]),
        credentials=credentials,
        auth=auth,
    )
    return Example(done, tuple(check([resource])))


LOGIN: JsonObject = {
    "name": "Log In",
    "config": {"request": {"requestUrlTemplate": "https://login.example/"}, "response": {}},
    "contract": {},
}
TOKEN = {"access_token": "made-up", "token_type": "bearer", "token": "made-up"}
