"""What is managed: an object of a cloud, addressed by kind and name, its body plain JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from trunkline.domain.json import JsonObject, Path


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Identity of a resource: kind and name, never an id. Prints as `data_action/Get Weather`."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"

    @classmethod
    def parse(cls, text: str) -> Address:
        """The address in `kind/name`; names may hold further slashes.

        Raises ValueError where there is no kind or no name.
        """
        kind, slash, name = text.partition("/")
        if not (slash and kind and name):
            raise ValueError(f"{text!r} is not an address: write kind/name, as in data_action/Get Weather")
        return cls(kind, name)

    def names(self, name: str) -> bool:
        """Whether this is the address of an object called `name`, told apart by its id or not."""
        return self.name == name or bool(
            self.name.startswith(f"{name}#") and _ID_MARK.fullmatch(self.name, len(name))
        )


_ID_MARK = re.compile(r"#[0-9a-f]{6,}")


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a file; line and column count from 1. Prints as `file:line`."""

    file: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"


@dataclass(frozen=True, slots=True)
class Source:
    """The file a body was read from, with the position of every node in it.

    `positions` maps a path in the *body* to (line, column), both from 1. A path that
    has none of its own is placed at its nearest ancestor. `texts` names the files that hold
    a text of the body by themselves: a script beside its definition.
    """

    file: str
    positions: Mapping[Path, tuple[int, int]] = field(default_factory=dict[Path, tuple[int, int]])
    texts: Mapping[Path, str] = field(default_factory=dict[Path, str])

    def place(self, path: Path = (), within: tuple[int, int] | None = None) -> Place:
        """Where a path is; `within` is line and column in the text there, if the text is a file."""
        if path in self.texts:
            return Place(self.texts[path], *(within or (None, None)))
        for length in range(len(path), -1, -1):
            found = self.positions.get(path[:length])
            if found:
                return Place(self.file, *found)
        return Place(self.file)


@dataclass(frozen=True, slots=True)
class Resource:
    """An object as a file or a cloud has it. The body is lossless: unknown fields are kept."""

    address: Address
    body: JsonObject
    source: Source | None = None
    remote_id: str | None = None
    version: str | None = None
    """What the cloud compares on a write: an integer version, an etag; never part of the body."""
