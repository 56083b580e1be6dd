"""What can go wrong with a JSONPath.

LookupError
└── PathNotFound          the document has nothing at a definite path (or definite prefix)
ValueError
└── JsonPathError
    ├── InvalidPath       the path cannot be read; carries the column
    └── EvaluationError   the path can be read but fails on this document
        ├── Rejected      inside a filter it only rejects the item that was tested
        ├── OutOfRange    a function asked for an element that is not there
        └── LimitExceeded too much work for one evaluation
"""

from __future__ import annotations


class PathNotFound(LookupError):
    """The document has no value at a definite path, or at the definite prefix of an indefinite one."""


class JsonPathError(ValueError):
    """Base of the errors of a path that is wrong, or that fails on a document."""


class InvalidPath(JsonPathError):
    """The text is not a path. `column` counts from 1, `message` says what is wrong there."""

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"{message} (column {column})")
        self.message = message
        self.column = column


class EvaluationError(JsonPathError):
    """The path is well formed but cannot be evaluated on this document."""


class Rejected(EvaluationError):
    """An operand or function that does not fit; a filter takes it as "no match"."""


class OutOfRange(EvaluationError):
    """A function asked for an element beyond the list; a surrounding list step takes it as "nothing"."""


class LimitExceeded(EvaluationError):
    """One evaluation would take more steps than are allowed."""
