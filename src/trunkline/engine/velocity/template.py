"""The public face of the engine: templates compiled once and rendered often."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import cast

from .compiler import Compiler, Program
from .errors import DEFAULT_LIMITS, Halt, LimitExceeded, Limits, Overrun, Place, VelocityError
from .methods import MUTATORS
from .nodes import Statement, Text
from .parser import parse
from .tools import TOOLS
from .uses import DirectiveUse, Use, uses
from .values import Runtime, Value

_COPY_DEPTH = 60


class Template:
    """A parsed template.

    `references` and `directives` list what it uses, in the order of its text. Compilation for strict and
    lenient rendering happens at the first rendering of each kind. Safe to share between threads.
    """

    def __init__(self, text: str, name: str) -> None:
        if len(text) > DEFAULT_LIMITS.template:
            message = f"Too long a template, {DEFAULT_LIMITS.template} characters are allowed"
            raise LimitExceeded(message, name, Place(1, 1))
        self.text = text
        self.name = name
        self._parsed = parse(text, name)
        self._programs: dict[bool, Program] = {}
        self._uses: tuple[tuple[Use, ...], tuple[DirectiveUse, ...]] | None = None
        self._changes_context: bool | None = None

    @property
    def references(self) -> tuple[Use, ...]:
        """Every reference, also those in arguments, conditions and quoted strings."""
        return self._used()[0]

    @property
    def directives(self) -> tuple[DirectiveUse, ...]:
        """Every directive and macro call."""
        return self._used()[1]

    def _used(self) -> tuple[tuple[Use, ...], tuple[DirectiveUse, ...]]:
        if self._uses is None:
            self._uses = uses(self._parsed.block)
        return self._uses

    def program(self, strict: bool) -> Program:
        """The closures for one strictness."""
        found = self._programs.get(strict)
        if found is None:
            found = Compiler(self.name, strict, _evaluated).program(self._parsed)
            self._programs[strict] = found
        return found

    def render(
        self,
        context: Mapping[str, Value],
        strict: bool = False,
        *,
        foreach: bool = True,
        limits: Limits = DEFAULT_LIMITS,
        taken: set[tuple[int, int, int]] | None = None,
    ) -> str:
        """The text for these variables, which are plain JSON values and stay as they are.

        A variable named like a tool hides the tool. `strict` makes unset variables and absent properties
        errors, as the platform does. `foreach=False` makes a loop that is reached an error. `taken` learns
        which way each `#if` went: (line, column, number of the branch from 0).
        Raises VelocityError; LimitExceeded past `limits`.
        """
        at = 0
        try:
            program = self.program(strict)
            scope = {**TOOLS, **(_copied(context, 0) if self._changes() else context)}
            runtime = Runtime(scope, limits, self.name, program.macros, foreach, taken)
            out: list[str] = []
            try:
                for statement in program.statements:
                    statement(runtime, out)
                    at += 1
            except Halt:
                pass  # `#stop`, or `#break` outside of all loops: what was printed so far stands
            return runtime.join(out)
        except Overrun as overrun:
            raise LimitExceeded(str(overrun), self.name, self._place(at)) from None
        except RecursionError:
            raise LimitExceeded("Nested too deeply", self.name, self._place(at)) from None

    def _place(self, at: int) -> Place:
        statements = self._parsed.block.statements
        found: Statement | None = statements[at] if at < len(statements) else None
        return Place(1, 1) if found is None or isinstance(found, Text) else found.place

    def _changes(self) -> bool:
        """Whether rendering may change a list or map of the context, so that it needs a copy."""
        if self._changes_context is None:
            evaluates = any(one.name == "evaluate" for one in self.directives)
            self._changes_context = evaluates or any(map(_changes, self.references))
        return self._changes_context


def _changes(use: Use) -> bool:
    steps = {step.removesuffix("()") for step in use.path}
    return (use.place == "target" and bool(use.path)) or not MUTATORS.isdisjoint(steps)


def _copied(value: Value, depth: int) -> Value:
    if depth > _COPY_DEPTH:
        raise Overrun("A value holds itself, or nests too deeply")
    if isinstance(value, Mapping):
        items = cast("Mapping[Value, Value]", value)
        return {key: _copied(item, depth + 1) for key, item in items.items()}
    if isinstance(value, list):
        return [_copied(item, depth + 1) for item in cast("list[Value]", value)]
    return value


@lru_cache(maxsize=512)
def _compiled(text: str, name: str) -> Template:
    return Template(text, name)


def compile_template(template: str, name: str = "template") -> Template:
    """The template, parsed once and kept; `name` is what errors call it. Raises VelocityError."""
    try:
        return _compiled(template, name)
    except RecursionError:
        raise LimitExceeded("Nested too deeply", name, Place(1, 1)) from None


def _evaluated(text: str, name: str, strict: bool) -> Program:
    return compile_template(text, name).program(strict)


def render(
    template: str,
    context: Mapping[str, Value],
    strict: bool = False,
    *,
    name: str = "template",
    foreach: bool = True,
    limits: Limits = DEFAULT_LIMITS,
) -> str:
    """Compiles (or finds) and renders a template; see `Template.render`."""
    return compile_template(template, name).render(context, strict, foreach=foreach, limits=limits)


__all__ = ["Template", "VelocityError", "compile_template", "render"]
