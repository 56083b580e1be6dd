"""What a node does, in one line and in full, from its body in any form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from trunkline.domain.flow import Node
from trunkline.domain.flow.canonical import canonical_flow
from trunkline.domain.flow.expressions import expressions, is_set, text_of
from trunkline.domain.flow.vocabulary import REFERENCE_FIELDS
from trunkline.domain.json import Json, JsonObject, Path, show_path

_ASIDE = frozenset({"errorBindings", "timeout", "failureOutputs", "preTransferAudio"})
_HIDDEN = frozenset(
    {
        "__type",
        "actionList",
        "actions",
        "defaultMenuChoice",
        "id",
        "menuChoiceList",
        "name",
        "nextAction",
        "path",
        "paths",
        "startAction",
        "variables",
    }
)
_SPEECH = re.compile(r"ToAudio(?:TTS)?\((.*?)\)(?=[,)]|$)", re.DOTALL)
_DURATION = re.compile(r"P(\d+)D(\d+)H(\d+)M(\d+)S\d+F")
_BARE = re.compile(r"true|false|[\d.]*|P\d+D\d+H\d+M\d+S\d+F", re.IGNORECASE)
_TELLING = ("queues", "question", "communication", "messageBody", "expression", "condition", "prompts")
"""Fields that say best what an action does, the best first."""
_AMOUNTS = frozenset({"duration", "expression", "loopCount"})
"""Fields that say it even where they hold a number or a truth alone."""
_SAID = re.compile(r'"((?:[^"\\]|\\.)*)"')
_VALUES = ("exp", "tts", "lit", "text", "var")
_ROWS = 150
_LONGEST = 1500


def summary(node: Node) -> str:
    """One line: the data action it calls, the condition, what it says, the queue; empty if unknown."""
    named = REFERENCE_FIELDS.get(node.type)
    if named is not None and isinstance(name := node.body.get(named.name_field), str) and name:
        return name
    if "__type" in node.body:
        return _first_expression(node.body)
    return "" if node.is_item else _first_value(node.body)


def settings(node: Node) -> list[tuple[str, str]]:
    """Every setting as (path, text), without its place in the flow and without what editors leave behind."""
    if "__type" not in node.body:
        return _rows({key: value for key, value in node.body.items() if key not in {"name", "id"}})
    hidden = _HIDDEN if node.is_item else _HIDDEN - {"variables"}
    body = canonical_flow(node.body)
    return _rows({key: value for key, value in body.items() if key not in hidden})


def _first_expression(body: JsonObject) -> str:
    assigned = body.get("variables")
    if isinstance(assigned, list) and (text := _assignments(assigned)):
        return text
    texts = [
        (path, text_of(expression))
        for path, expression in expressions(body)
        if not _ASIDE.intersection(path) and is_set(expression)
    ]
    told = {str(path[0]): text for path, text in reversed(texts) if not _BARE.fullmatch(text)}
    first = next((told[key] for key in _TELLING if key in told), next(iter(reversed(told.values())), ""))
    return spoken(first or next((text for path, text in texts if path[0] in _AMOUNTS), ""))


def _assignments(entries: list[Json]) -> str:
    """`Flow.a = 1, +2 more`"""
    pairs = [
        f"{_text(entry, 'variable')} = {_text(entry, 'expression')}"
        for entry in entries
        if isinstance(entry, dict) and _text(entry, "variable")
    ]
    more = f"  +{len(pairs) - 1} more" if len(pairs) > 1 else ""
    return pairs[0] + more if pairs else ""


def _text(entry: JsonObject, key: str) -> str:
    value = entry.get(key)
    return value if isinstance(value, str) else text_of(value)


def _first_value(body: JsonObject) -> str:
    for path, value in _scalars(body):
        if path[-1] in _VALUES and isinstance(value, str) and not _ASIDE.intersection(path):
            return spoken(value)
    lits = (value for path, value in _scalars(body) if len(path) > 1 and path[-2:] == ("lit", "name"))
    return next((str(value) for value in lits), "")


def spoken(text: str) -> str:
    """Speech as it is said, prompts by their name, durations in words; any other expression as it is."""
    if duration := _DURATION.fullmatch(text):
        units = zip(duration.groups(), ("d", "h", "min", "s"), strict=True)
        return " ".join(f"{int(number)} {unit}" for number, unit in units if int(number)) or "0 s"
    if text.startswith(("AudioPlaybackOptions", "ToAudio")) and (said := _SPEECH.findall(text)):
        return " ".join(map(_said, said))
    if text.startswith("MakeCommunication(") and (parts := _SAID.findall(text)):
        return f"“{'…'.join(parts).replace(chr(92), '')}”"
    return text


def _said(part: str) -> str:
    part = part.strip()
    if part.startswith('"'):
        words = part.strip('"')
        return f"“{words}”"
    return f"♪ {part[7:]}" if part.startswith("Prompt.") else part


def _scalars(value: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    """The leaves below `value` in document order; actions on branches are other nodes' business."""
    waiting: list[tuple[Path, Json]] = [(path, value)]
    while waiting:
        here, tree = waiting.pop()
        if isinstance(tree, dict):
            if tree.keys() <= {"type", "text", "values", "tree"} and "type" in tree and here:
                if "text" in tree:
                    yield here, tree["text"]
                continue
            waiting += [((*here, k), tree[k]) for k in reversed(list(tree)) if k not in {"actions", "task"}]
        elif isinstance(tree, list):
            waiting += [((*here, index), tree[index]) for index in reversed(range(len(tree)))]
        elif here:
            yield here, tree


def _rows(body: JsonObject) -> list[tuple[str, str]]:
    rows: list[tuple[str, str]] = []
    for path, value in _scalars(body):
        if value is None or value == "" or path[-1] == "noValue":
            continue
        if len(rows) == _ROWS:
            rows.append(("…", "more settings than are shown here"))
            break
        text = value if isinstance(value, str) else json.dumps(value)
        rows.append((show_path(path), text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"))
    return rows
