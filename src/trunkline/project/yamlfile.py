"""YAML as JSON values with the position of every node.

The reader is strict where YAML is a trap: only `true`/`false` are booleans (so `no` and `on`
stay text), numbers with leading zeros stay text, a repeated key is a fault, tags and merge keys
are refused, nesting and alias expansion are bounded. It walks libyaml's event stream with a stack
of its own, because libyaml's composer overflows the C stack on deep input.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

from trunkline.domain.json import Json, Path, show_path

MAX_DEPTH = 100
MAX_NODES = 2_000_000

_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?([eE][-+]?[0-9]+)?|\.[0-9]+([eE][-+]?[0-9]+)?)\Z")
_CONSTANTS: dict[str, Json] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip

Position = tuple[int, int]


class YamlFault(ValueError):
    """A document that cannot be read; `faults` are (line, column, message), all of them."""

    def __init__(self, faults: list[tuple[int, int, str]]) -> None:
        super().__init__("; ".join(f"line {line}: {message}" for line, _, message in faults))
        self.faults = faults


@dataclass(slots=True)
class YamlDocument:
    """`value` is plain JSON; `positions` maps each path to (line, column), from 1."""

    value: Json
    positions: dict[Path, Position]


def parse_yaml(text: str) -> YamlDocument:
    """Reads one document; an empty text is null. Raises YamlFault."""
    return _Reader().read(text)


def scalar(text: str) -> Json:
    """The value of a plain (unquoted) scalar by the YAML 1.2 core schema, leading zeros kept as text."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INT.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text


@dataclass(slots=True)
class _Frame:
    """An open mapping or list."""

    value: dict[str, Json] | list[Json]
    path: Path
    anchor: str | None
    key: str | None = None
    key_lines: dict[str, int] = field(default_factory=dict[str, int])


class _Reader:
    def __init__(self) -> None:
        self.positions: dict[Path, Position] = {}
        self.anchors: dict[str, Json] = {}
        self.faults: list[tuple[int, int, str]] = []
        self.stack: list[_Frame] = []
        self.root: Json = None
        self.nodes = 0
        self.documents = 0

    def read(self, text: str) -> YamlDocument:
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text.removeprefix("\ufeff"))
        try:
            while loader.check_event():
                self._event(loader.get_event())
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            message = " ".join(filter(None, (error.context, error.problem)))
            self.faults.append((line, column, f"not YAML: {message}"))
        except yaml.reader.ReaderError as error:
            line = text.count("\n", 0, error.position) + 1
            self.faults.append((line, 1, f"not YAML: {error.reason}"))
        finally:
            loader.dispose()
        if self.faults:
            raise YamlFault(sorted(set(self.faults)))
        return YamlDocument(self.root, self.positions)

    def _event(self, event: Any) -> None:
        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0] and not event.style
            self._check_tag(event, line, column)
            if self._expects_key():
                self._take_key(event.value, plain, line, column)
            else:
                self._put(scalar(event.value) if plain else event.value, line, column, event.anchor)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self._open(event, line, column)
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self._close()
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event.anchor, line, column)
        elif isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents == 2:
                self._stop(line, column, "a second document begins here; write one document a file")

    def _stop(self, line: int, column: int, message: str) -> None:
        raise YamlFault(sorted({*self.faults, (line, column, message)}))

    def _check_tag(self, event: Any, line: int, column: int) -> None:
        if event.tag not in (
            None,
            "!",
            "tag:yaml.org,2002:str",
            "tag:yaml.org,2002:map",
            "tag:yaml.org,2002:seq",
        ):
            self.faults.append((line, column, f"the tag {event.tag} is not supported"))

    def _expects_key(self) -> bool:
        return bool(self.stack) and isinstance(self.stack[-1].value, dict) and self.stack[-1].key is None

    def _take_key(self, text: str, plain: bool, line: int, column: int) -> None:
        frame = self.stack[-1]
        if plain and text == "<<":
            self.faults.append((line, column, "merge keys (<<) are not supported; repeat the fields"))
        if text in frame.key_lines:
            first = frame.key_lines[text]
            self.faults.append((line, column, f"the key {text!r} stands here and in line {first}; keep one"))
        frame.key_lines.setdefault(text, line)
        frame.key = text
        self.positions[(*frame.path, text)] = (line, column)

    def _next_path(self) -> Path:
        if not self.stack:
            return ()
        frame = self.stack[-1]
        if isinstance(frame.value, list):
            return (*frame.path, len(frame.value))
        return (*frame.path, frame.key or "")

    def _attach(self, value: Json) -> None:
        if not self.stack:
            self.root = value
            return
        frame = self.stack[-1]
        if isinstance(frame.value, list):
            frame.value.append(value)
        else:
            frame.value[frame.key or ""] = value
            frame.key = None

    def _put(self, value: Json, line: int, column: int, anchor: str | None) -> None:
        self._count(1, line, column)
        path = self._next_path()
        self.positions.setdefault(path, (line, column))
        if anchor:
            self.anchors[anchor] = value
        self._attach(value)

    def _open(self, event: Any, line: int, column: int) -> None:
        self._check_tag(event, line, column)
        if self._expects_key():
            self._stop(line, column, "a key must be text, not a list or a mapping; quote it if it is text")
        if len(self.stack) >= MAX_DEPTH:
            self._stop(line, column, f"nested deeper than {MAX_DEPTH} levels")
        self._count(1, line, column)
        path = self._next_path()
        self.positions.setdefault(path, (line, column))
        value: dict[str, Json] | list[Json] = {} if isinstance(event, yaml.MappingStartEvent) else []
        self.stack.append(_Frame(value, path, event.anchor))

    def _close(self) -> None:
        frame = self.stack.pop()
        if frame.anchor:
            self.anchors[frame.anchor] = frame.value
        self._attach(frame.value)

    def _alias(self, anchor: str, line: int, column: int) -> None:
        if self._expects_key():
            self._stop(line, column, f"the alias *{anchor} cannot be a key")
        if anchor not in self.anchors:
            self._stop(line, column, f"the alias *{anchor} has no anchor before it")
        value = self._copy(self.anchors[anchor], line, column)
        self.positions.setdefault(self._next_path(), (line, column))
        self._attach(value)

    def _copy(self, value: Json, line: int, column: int) -> Json:
        self._count(1, line, column)
        if isinstance(value, dict):
            return {key: self._copy(child, line, column) for key, child in value.items()}
        if isinstance(value, list):
            return [self._copy(child, line, column) for child in value]
        return value

    def _count(self, nodes: int, line: int, column: int) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            self._stop(
                line,
                column,
                f"more than {MAX_NODES:,} nodes, aliases counted ({show_path(self._next_path())})",
            )
