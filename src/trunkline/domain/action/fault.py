"""What is wrong in a document that a user wrote, before there is a resource to hang a finding on."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from trunkline.domain.json import Json, JsonObject, Path, show_path

_TYPE_WORDS = {
    dict: "an object",
    list: "a list",
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "nothing",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault, with its path in the document as the user wrote it."""

    path: Path
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        fix = f" ({self.hint})" if self.hint else ""
        return f"{show_path(self.path)}: {self.message}{fix}"


class Lost(NamedTuple):
    """What a form cannot express: the path in the body that was converted, and why."""

    path: Path
    reason: str


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """The known word that was most likely meant: same letters first, then the closest spelling."""
    words = list(known)
    folded = _fold(word)
    for candidate in words:
        if _fold(candidate) == folded:
            return candidate
    close = difflib.get_close_matches(word.casefold(), [name.casefold() for name in words], 1, cutoff)
    return next((name for name in words if close and name.casefold() == close[0]), None)


def _fold(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


@dataclass(slots=True)
class Reader:
    """Takes typed values out of a document and remembers every fault, so all are told at once."""

    faults: list[Fault] = field(default_factory=list[Fault])

    def fault(self, path: Path, message: str, hint: str | None = None) -> None:
        self.faults.append(Fault(path, message, hint))

    def expected(self, path: Path, what: str, value: Json, hint: str | None = None) -> None:
        self.fault(path, f"must be {what}, not {_TYPE_WORDS.get(type(value), type(value).__name__)}", hint)

    def object(self, value: Json, path: Path, known: Iterable[str] = ()) -> JsonObject:
        """`value` if it is an object, else an empty one; keys outside `known` are faults."""
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.expected(path, "an object", value)
            return {}
        clean: JsonObject = {}
        for key, child in value.items():
            if isinstance(key, str):
                clean[key] = child
            else:
                self.fault(path, f"the key {key!r} must be text", "put it in quotes")
        self._unknown(clean, path, list(known))
        return clean

    def _unknown(self, value: JsonObject, path: Path, known: list[str]) -> None:
        for key in value if known else ():
            if key not in known:
                meant = nearest(key, known)
                hint = f"did you mean {meant}?" if meant else f"known here: {', '.join(known)}"
                self.fault((*path, key), f"unknown field {key}", hint)

    def text(self, value: Json, path: Path, default: str = "") -> str:
        if value is None:
            return default
        if not isinstance(value, str):
            self.expected(path, "text", value, "put it in quotes")
            return default
        return value

    def flag(self, value: Json, path: Path, default: bool = False) -> bool:
        if value is None:
            return default
        if not isinstance(value, bool):
            self.expected(path, "true or false", value)
            return default
        return value

    def choice(self, value: Json, path: Path, choices: Iterable[str]) -> str | None:
        """`value` as it is spelled in `choices`, whatever its case; None where it is absent or wrong."""
        if value is None:
            return None
        known = list(choices)
        if isinstance(value, str):
            for choice in known:
                if choice.casefold() == value.casefold():
                    return choice
        self.fault(path, f"must be one of {', '.join(known)}", None)
        return None
