"""Writes `when:` of a YAML file anew: the rest of the file stays as it is, comments go with their leaves."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import yaml

from trunkline.domain.condition import Join, Leaf, Node, leaves, to_friendly
from trunkline.domain.json import Json, Path
from trunkline.errors import InvalidInput
from trunkline.project.conditions.files import ConditionFile
from trunkline.project.yamlfile import scalar

_COMMENT = re.compile(r"(?:^|(?<=\s))#[^\n]*")
_PLAIN = re.compile(r"[A-Za-z_][\w.-]*( [\w.-]+)*\Z")
_WORDS = {Join.AND: "all", Join.OR: "any", Join.NOT: "not"}


def rewritten(file: ConditionFile, trees: Sequence[Node]) -> str:
    """The whole text of the file with other trees under `when:`. Raises InvalidInput for other forms."""
    if file.at != ("when",):
        raise InvalidInput(
            f"{file.name} holds no when: to rewrite", hint="wire JSON is not laid out by people"
        )
    first, last = _lines_of(file)
    lines = file.text.splitlines(keepends=True)
    notes = _notes(file, first, last)
    block = "".join(f"{line}\n" for line in _Writer(notes).block(trees))
    return "".join(lines[: first - 1]) + block + "".join(lines[last:])


@dataclass(slots=True)
class _Notes:
    """Comments by the path of the leaf they stand above or beside; the others."""

    above: dict[Path, list[str]] = field(default_factory=dict[Path, list[str]])
    beside: dict[Path, str] = field(default_factory=dict[Path, str])
    head: list[str] = field(default_factory=list[str])
    tail: list[str] = field(default_factory=list[str])


def _lines_of(file: ConditionFile) -> tuple[int, int]:
    """First and last line of the block, both from 1; blank lines at its end are not part of it."""
    first = file.source.positions["when",][0]
    lines = file.text.splitlines()
    last = first
    for number in range(first + 1, len(lines) + 1):
        line = lines[number - 1]
        indented = line.startswith((" ", "\t", "-"))
        if line.strip() and not indented and not line.startswith("#"):
            break
        if indented and line.strip():
            last = number
    return first, last


def _notes(file: ConditionFile, first: int, last: int) -> _Notes:
    found = [leaf for tree in file.conditions.trees for leaf in leaves(tree)]
    starts = sorted((file.source.positions[leaf.path], leaf.path) for leaf in found)
    notes = _Notes()
    for line, column, text, alone in _comments(file.text):
        if not first <= line <= last:
            continue
        before = [path for place, path in starts if place < (line, column)]
        after = [path for place, path in starts if place > (line, column)]
        if alone and after:
            notes.above.setdefault(after[0], []).append(text)
        elif alone:
            notes.tail.append(text)
        elif before and _ends_on(file, before[-1], line):
            other = notes.beside.get(before[-1])
            notes.beside[before[-1]] = f"{other}; {text.lstrip('# ')}" if other else text
        elif after:
            notes.above.setdefault(after[0], []).append(text)
        else:
            notes.head.append(text)
    return notes


def _ends_on(file: ConditionFile, path: Path, line: int) -> bool:
    """Whether a leaf has something on this line."""
    return any(place[0] == line and at[: len(path)] == path for at, place in file.source.positions.items())


def _comments(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Line and column from 1, the comment, whether it stands alone on its line."""
    done = 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        start, end = token.start_mark.index, token.end_mark.index
        yield from _in_gap(text, done, start)
        done = max(done, end)
    yield from _in_gap(text, done, len(text))


def _in_gap(text: str, start: int, end: int) -> Iterator[tuple[int, int, str, bool]]:
    for match in _COMMENT.finditer(text, start, max(start, end)):
        begin = text.rfind("\n", 0, match.start()) + 1
        line = text.count("\n", 0, match.start()) + 1
        yield line, match.start() - begin + 1, match[0].rstrip(), not text[begin : match.start()].strip()


class _Writer:
    def __init__(self, notes: _Notes) -> None:
        self._notes = notes

    def block(self, trees: Sequence[Node]) -> Iterator[str]:
        """`when:` and all below it."""
        head = "".join(f"  {text}" for text in self._notes.head)
        yield f"when:{head}"
        if len(trees) == 1:
            yield from self._node(trees[0], "  ", "  ")
        else:
            for tree in trees:
                yield from self._node(tree, "  - ", "    ")
        for text in self._notes.tail:
            yield f"  {text}"

    def _node(self, node: Node, first: str, then: str) -> Iterator[str]:
        """`first` begins its first line, `then` the others."""
        if isinstance(node, Leaf):
            yield from self._leaf(node, first, then)
            return
        inner = node.children[0] if node.join is Join.NOT else None
        if node.join is Join.NOT and inner is not None and len(node.children) == 1:
            yield f"{first}not:"
            yield from self._node(inner, then + "  ", then + "  ")
            return
        yield f"{first}{_WORDS[node.join]}:"
        for child in node.children:
            if isinstance(child, Leaf):
                yield from self._above_leaf(child, then + "  ")
            yield from self._node(child, f"{then}  - ", f"{then}    ")

    def _above_leaf(self, leaf: Leaf, indent: str) -> Iterator[str]:
        for text in self._notes.above.pop(leaf.path, []):
            yield f"{indent}{text}"

    def _leaf(self, leaf: Leaf, first: str, then: str) -> Iterator[str]:
        yield from self._above_leaf(leaf, then) if first == then else ()
        parts = to_friendly(leaf)
        beside = self._notes.beside.pop(leaf.path, None)
        lines = [f"{key}: {flow(value)}" for key, value in parts.items()]
        yield f"{first}{lines[0]}{'  ' + beside if beside else ''}"
        for line in lines[1:]:
            yield f"{then}{line}"


def flow(value: Json) -> str:
    """A value on one line of YAML, quoted where it would be read as something else."""
    if isinstance(value, str):
        plain = _PLAIN.match(value) and scalar(value) == value
        return value if plain else json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(key)}: {flow(child)}" for key, child in value.items()) + "}"
    return json.dumps(value)
