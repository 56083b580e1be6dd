"""What can go wrong with a template, and how much one rendering may cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Place(NamedTuple):
    """Line and column, both from 1. A tab reaches to the next multiple of eight, as the original counts."""

    line: int
    column: int


class VelocityError(ValueError):
    """A template that does not parse, or fails when rendered; the wording is the original's.

    `template` is the name the template was compiled under, `line` and `column` count from 1.
    """

    def __init__(self, message: str, template: str, place: Place) -> None:
        line, column = place
        super().__init__(f"{message} at {template}[line {line}, column {column}]")
        self.message = message
        self.template = template
        self.line = line
        self.column = column


class LimitExceeded(VelocityError):
    """The template asks for more steps, text or nesting than it may use."""


class Overrun(Exception):
    """A bound was met where the place in the template is not known."""


class JavaError(Exception):
    """A method failed as the Java one would: `java_class` is the exception's class name."""

    def __init__(self, java_class: str, message: str | None = None) -> None:
        super().__init__(java_class if message is None else f"{java_class}: {message}")


class Halt(Exception):
    """Ends the nearest loop, macro or block (`nearest`), the loop `target`, or else the template."""

    def __init__(self, *, nearest: bool = False, target: object = None) -> None:
        super().__init__()
        self.nearest = nearest
        self.target = target


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one rendering.

    `template` and `output` are in characters; `work` is all text made on the way, in characters;
    `steps` counts statements run in loops, macros and evaluated text; `items` is the length of any list;
    `calls` is how deep macros, `#define` blocks and `#evaluate` may call each other; `bits` is the size
    of a whole number.
    """

    template: int = 300_000
    output: int = 4_000_000
    work: int = 80_000_000
    steps: int = 200_000
    items: int = 200_000
    calls: int = 20
    bits: int = 1000


NESTING = 40
"""How deep blocks, brackets and quoted strings of one template may nest; fixed, as it is met when parsing."""

DEFAULT_LIMITS = Limits()
