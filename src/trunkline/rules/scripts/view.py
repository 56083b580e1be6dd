"""A script action as its rules see it: its text in pieces, the uses of its input found once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from trunkline.domain.json import JsonObject, Path, get
from trunkline.domain.resource import Resource
from trunkline.domain.script import Token, tokens
from trunkline.engine.script import ScriptFault, default_engine

CONTENT: Path = ("script", "content")
_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")


class InputUse(NamedTuple):
    """A field of the input that the script names."""

    field: str
    token: Token


@dataclass(frozen=True, slots=True)
class Main:
    """`function main(parameter)`; the parameter is None where it is taken apart at once, or absent."""

    token: Token
    parameter: str | None


class ScriptView:
    """The parts of a script action. What has the wrong shape is empty here."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        self.body: JsonObject = resource.body

    @cached_property
    def name(self) -> str:
        name = self.body.get("name")
        return name if isinstance(name, str) else ""

    @cached_property
    def content(self) -> str:
        content = get(self.body, CONTENT)
        return content if isinstance(content, str) else ""

    @cached_property
    def dependencies(self) -> list[str]:
        found = self.body.get("dependencies")
        return [each for each in found if isinstance(each, str)] if isinstance(found, list) else []

    @cached_property
    def inputs(self) -> JsonObject | None:
        """The declared input fields; None where none are declared at all."""
        found = self.body.get("inputs")
        return found if isinstance(found, dict) else None

    @cached_property
    def fault(self) -> ScriptFault | None:
        """The syntax error of the script, as the engine tells it."""
        return default_engine().check(self.content)

    @cached_property
    def tokens(self) -> list[Token]:
        return tokens(self.content)

    def text(self, index: int) -> str:
        """The text of a token, empty past either end."""
        return self.tokens[index].text if 0 <= index < len(self.tokens) else ""

    def closing(self, index: int) -> int:
        """The token that closes the bracket at `index`; the last one where none does."""
        depth = 0
        for at in range(index, len(self.tokens)):
            token = self.tokens[at]
            if token.sort == "sign":
                depth += (token.text in _OPENING) - (token.text in _CLOSING)
                if depth == 0:
                    return at
        return len(self.tokens) - 1

    @cached_property
    def main(self) -> Main | None:
        """`main` as it is declared outside of every block."""
        depth = 0
        for at, token in enumerate(self.tokens):
            if token.sort == "sign":
                depth += (token.text in _OPENING) - (token.text in _CLOSING)
            elif depth == 0 and token.text == "main":
                before = self.text(at - 1)
                if before == "function" or (before == "*" and self.text(at - 2) == "function"):
                    return Main(token, self._parameter(at + 1))
                if before in ("const", "let", "var"):
                    return Main(token, None)
        return None

    def _parameter(self, opening: int) -> str | None:
        if self.text(opening) != "(" or opening + 1 >= len(self.tokens):
            return None
        token = self.tokens[opening + 1]
        return token.text if token.sort == "name" else None

    @cached_property
    def uses(self) -> list[InputUse]:
        """Every field of `context.input` that the script names, in order."""
        parameter = self.main.parameter if self.main else None
        if parameter is None:
            return []
        found: list[InputUse] = []
        for at, token in enumerate(self.tokens):
            is_input = token.text == "input" and self.text(at - 1) in (".", "?.")
            if is_input and self.text(at - 2) == parameter:
                found += self._fields_after(at)
        return found

    @property
    def uses_are_all(self) -> bool:
        """Whether the input is used by named fields alone, so that what is not named is not used."""
        parameter = self.main.parameter if self.main else None
        if parameter is None:
            return False
        mentions = [at for at, token in enumerate(self.tokens) if token.text == parameter][1:]
        return all(
            self.text(at + 1) in (".", "?.") and self.text(at + 2) == "input" and self._fields_after(at + 2)
            for at in mentions
        )

    def _fields_after(self, at: int) -> list[InputUse]:
        """`.name`, `["name"]`, or `{a, b} =` before it."""
        follows = self.text(at + 1)
        if follows in (".", "?."):
            token = self.tokens[at + 2] if at + 2 < len(self.tokens) else None
            if token is not None and token.sort == "name":
                return [InputUse(token.text, token)]
            at, follows = at + 1, self.text(at + 2)
        if follows == "[" and at + 2 < len(self.tokens) and self.tokens[at + 2].sort == "string":
            token = self.tokens[at + 2]
            return [InputUse(token.value, token)]
        return self._destructured(at - 2)

    def _destructured(self, at: int) -> list[InputUse]:
        """`const {a, b: c} = context.input`, of which `at` is `context`."""
        if self.text(at - 1) != "=" or self.text(at - 2) != "}":
            return []
        found: list[InputUse] = []
        place = at - 3
        while place >= 0 and self.text(place) != "{":
            token = self.tokens[place]
            if token.text in ("}", "...", "["):
                return []
            if token.sort == "name" and self.text(place - 1) in ("{", ","):
                found.insert(0, InputUse(token.text, token))
            place -= 1
        return found
