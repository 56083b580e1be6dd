"""What can go wrong with an expression: at run time, or before it runs."""

from __future__ import annotations


class ExpressionError(Exception):
    """The platform's run-time error: a flow that meets it goes to its error handling."""


class ExpressionTextError(ValueError):
    """Text that does not parse or does not type-check. `line` and `column` count from 1."""

    def __init__(self, message: str, text: str, offset: int) -> None:
        before = text[:offset]
        self.line = before.count("\n") + 1
        self.column = offset - (before.rfind("\n") + 1) + 1
        self.reason = message
        super().__init__(f"line {self.line}, column {self.column}: {message}")


class ExpressionTreeError(ValueError):
    """A `config` tree that is not an expression: unknown node, function or operand types."""
