"""JSON files with the position of every node, found only when somebody asks for one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from trunkline.domain.json import Json, Path

Position = tuple[int, int]
MAX_DEPTH = 200
_TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"

_TOKEN = re.compile(r'[\s,:]*(?:("(?:[^"\\]|\\.)*")|([{}\[\]])|([^\s,:{}\[\]"]+))', re.DOTALL)


class JsonFault(ValueError):
    """A text that is not JSON, with line and column from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.line, self.column = line, column


def parse_json(text: str) -> Json:
    """The value of a JSON text; a byte order mark is dropped. Raises JsonFault."""
    try:
        value = json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise JsonFault(f"not JSON: {error.msg}", error.lineno, error.colno) from None
    except RecursionError:
        raise JsonFault(_TOO_DEEP, 1, 1) from None
    if _depth(value) > MAX_DEPTH:
        raise JsonFault(_TOO_DEEP, 1, 1)
    return value


def _depth(value: Json) -> int:
    """How deep lists and objects are nested; level by level, so that no depth overflows the stack."""
    depth = 0
    level = [value]
    while level := [node for node in level if isinstance(node, dict | list)]:
        depth += 1
        level = [child for node in level for child in (node.values() if isinstance(node, dict) else node)]
    return depth


class JsonPositions(Mapping[Path, Position]):
    """Where each node of a JSON text stands; the text is scanned at the first look-up."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[Path, Position] | None = None

    def _positions(self) -> dict[Path, Position]:
        if self._found is None:
            self._found = _scan(self._text)
            self._text = ""
        return self._found

    def __getitem__(self, path: Path) -> Position:
        return self._positions()[path]

    def __iter__(self) -> Iterator[Path]:
        return iter(self._positions())

    def __len__(self) -> int:
        return len(self._positions())


def _scan(text: str) -> dict[Path, Position]:
    """Paths and positions of a text that is known to be JSON."""
    found: dict[Path, Position] = {}
    stack: list[tuple[Path, bool, int, str | None]] = []  # path, is list, next index, open key
    line, line_start, done = 1, 0, 0
    for match in _TOKEN.finditer(text):
        string, bracket, _ = match.groups()
        start = match.start(match.lastindex or 0)
        newlines = text.count("\n", done, start)
        if newlines:
            line += newlines
            line_start = text.rindex("\n", done, start) + 1
        done = start
        if bracket in ("}", "]"):
            stack.pop()
            continue
        here = (line, start - line_start + 1)
        path: Path = ()
        if stack:
            parent, is_list, index, key = stack[-1]
            if not is_list and key is None:
                name = json.loads(string, strict=False) if "\\" in string else string[1:-1]
                stack[-1] = (parent, False, 0, name)
                found[(*parent, name)] = here
                continue
            path = (*parent, index) if is_list else (*parent, key or "")
            stack[-1] = (parent, is_list, index + 1, None)
        found.setdefault(path, here)
        if bracket:
            stack.append((path, bracket == "[", 0, None))
    return found
