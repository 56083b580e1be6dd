"""Turns a parsed template into closures: `run(runtime, out)` for a statement, `value(runtime)` for a value.

Strictness is compiled in. A closure touches the variables of the rendering, the allow-lists of `methods` and
its own constants, nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from .errors import Halt, Overrun, VelocityError
from .nodes import (
    Block,
    Directive,
    If,
    Interpolated,
    Parsed,
    Reference,
    Set,
    Statement,
    Text,
)
from .operators import OperatorCompiler
from .references import Get, Run
from .values import Deferred, Loop, Runtime, Value, View, java_class

Evaluate = Callable[[str, str, bool], "Program"]
"""Compiles evaluated text: the text, the template's name, strictness."""


@dataclass(slots=True)
class Macro:
    """A macro ready to run: parameter names with their defaults, the body, and its size in steps."""

    name: str
    parameters: tuple[tuple[str, Get | None], ...]
    body: Run
    size: int


@dataclass(slots=True)
class Program:
    """A compiled template: its statements in order, and its macros."""

    statements: tuple[Run, ...]
    macros: dict[str, Macro]


class Compiler(OperatorCompiler):
    """Compiles one template for one strictness; `size` counts what it compiled, to weigh blocks."""

    def __init__(self, name: str, strict: bool, evaluate: Evaluate) -> None:
        super().__init__(name, strict)
        self._evaluate = evaluate

    def program(self, parsed: Parsed) -> Program:
        statements = tuple(self.statement(one) for one in parsed.block.statements)
        return Program(statements, {name: self.macro(one) for name, one in parsed.macros.items()})

    def macro(self, node: Directive) -> Macro:
        parameters = tuple(
            (one.name, None if one.default is None else self.value(one.default)) for one in node.parameters
        )
        body, size = self.weighed(node.block)
        name = node.arguments[0].source
        return Macro(name, parameters, body, size)

    def block(self, node: Block | None) -> Run:
        if node is None:
            return _nothing
        runs = [self.statement(one) for one in node.statements]
        if node.tail:
            runs.append(_print(node.tail))
        if len(runs) == 1:
            return runs[0]
        steps = tuple(runs)

        def run(runtime: Runtime, out: list[str]) -> None:
            for step in steps:
                step(runtime, out)

        return run

    def weighed(self, node: Block | None) -> tuple[Run, int]:
        """A block, and what one run of it counts in steps."""
        before = self.size
        run = self.block(node)
        return run, self.size - before + 1

    def statement(self, node: Statement) -> Run:
        self.size += 1
        if isinstance(node, Text):
            return _print(node.text)
        if isinstance(node, Reference):
            return self.reference(node)
        if isinstance(node, Set):
            run = self.assignment(node)
        elif isinstance(node, If):
            run = self.branches(node)
        else:
            run = self.directive(node)
        if not node.before:
            return run
        before, after = node.prefix + node.before, node.postfix

        def framed(runtime: Runtime, out: list[str]) -> None:
            out.append(before)
            run(runtime, out)
            out.append(after)

        return framed

    def interpolated(self, node: Interpolated) -> Get:
        outer, self.in_if = self.in_if, False
        block = self.block(node.block)
        self.in_if = outer

        def value(runtime: Runtime) -> Value:
            out: list[str] = []
            block(runtime, out)
            return runtime.join(out)

        return value

    def assignment(self, node: Set) -> Run:
        value = self.value(node.value)
        target = node.target
        if target.alternate is not None:
            return lambda runtime, _out: _drop(value(runtime))
        if not target.steps:
            root = target.root

            def put(runtime: Runtime, _: list[str]) -> None:
                runtime.scope[root] = value(runtime)

            return put
        assign = self.assigner(target)
        return lambda runtime, _out: assign(runtime, value(runtime))

    def branches(self, node: If) -> Run:
        outer, self.in_if = self.in_if, True
        pairs = tuple(
            (None if test is None else self.test(test), self.block(body)) for test, body in node.branches
        )
        self.in_if = outer
        if node.branches[-1][0] is not None:
            pairs = (*pairs, (None, _nothing))
        line, column = node.place

        def run(runtime: Runtime, out: list[str]) -> None:
            for number, (test, body) in enumerate(pairs):
                if test is None or test(runtime):
                    if runtime.taken is not None:
                        runtime.taken.add((line, column, number))
                    body(runtime, out)
                    return

        return run

    def directive(self, node: Directive) -> Run:
        makers = {
            "foreach": self.foreach,
            "define": self.define,
            "evaluate": self.evaluate,
            "break": self.stop,
            "stop": self.stop,
            "include": self.include,
            "parse": self.include,
        }
        if node.name == "macro":
            return _nothing
        return makers.get(node.name, self.macro_call)(node)

    def foreach(self, node: Directive) -> Run:
        key = node.arguments[0]
        root = key.root if isinstance(key, Reference) else ""
        iterable = self.value(node.arguments[2])
        body, size = self.weighed(node.block)
        otherwise = self.block(node.otherwise)
        source, place = node.arguments[2].source, node.arguments[2].place
        strict, name, here = self.strict, self.name, node.place

        def run(runtime: Runtime, out: list[str]) -> None:
            if not runtime.foreach:
                raise VelocityError("#foreach is switched off", name, here)
            found = iterable(runtime)
            items = _items(runtime, found)
            if items is None and found is not None and strict:
                message = f"is of type {java_class(found)} and cannot be iterated"
                raise VelocityError(f"#foreach parameter {source} {message}", name, place)
            if not items:
                otherwise(runtime, out)
                return
            _loop(runtime, out, root, items, body, size)
            if isinstance(found, list) and len(items) != len(cast("list[Value]", found)):
                raise VelocityError("java.util.ConcurrentModificationException", name, here)

        return run

    def define(self, node: Directive) -> Run:
        key = node.arguments[0]
        root = key.root if isinstance(key, Reference) else ""
        render = self.deferred(node.block)

        def run(runtime: Runtime, _: list[str]) -> None:
            runtime.scope[root] = Deferred(render)

        return run

    def deferred(self, block: Block | None) -> Run:
        """A block for later; `#break` ends it."""
        body, size = self.weighed(block)

        def render(runtime: Runtime, out: list[str]) -> None:
            _enter(runtime)
            runtime.step(size)
            try:
                body(runtime, out)
            except Halt as halt:
                if not halt.nearest:
                    raise
            finally:
                runtime.calls -= 1

        return render

    def evaluate(self, node: Directive) -> Run:
        value = self.value(node.arguments[0])
        name, strict, evaluate = self.name, self.strict, self._evaluate

        def run(runtime: Runtime, out: list[str]) -> None:
            text = runtime.text(value(runtime)) or ""
            runtime.step(len(text) + 1)
            _enter(runtime)
            program = evaluate(text, name, strict)
            runtime.macros = {**program.macros, **runtime.macros}
            try:
                for statement in program.statements:
                    statement(runtime, out)
            except Halt as halt:
                if not halt.nearest:
                    raise
            finally:
                runtime.calls -= 1

        return run

    def stop(self, node: Directive) -> Run:
        nearest = node.name == "break"
        name, place = self.name, node.place
        source = node.arguments[0].source if node.arguments else ""
        target = self.value(node.arguments[0]) if node.arguments and nearest else None

        def run(runtime: Runtime, _out: list[str]) -> None:
            if target is None:
                raise Halt(nearest=nearest)
            found = target(runtime)
            if not isinstance(found, Loop):
                scope = "org.apache.velocity.runtime.directive.Scope"
                raise VelocityError(f"{source} is not a valid {scope} instance", name, place)
            raise Halt(target=found)

        return run

    def include(self, node: Directive) -> Run:
        values = [self.value(one) for one in node.arguments]
        name, place = self.name, node.place

        def run(runtime: Runtime, _out: list[str]) -> None:
            for value in values:
                found = runtime.text(value(runtime))
                if found is not None:
                    raise VelocityError(f"Unable to find resource '{found}'", name, place)

        return run

    def macro_call(self, node: Directive) -> Run:
        macro_name = node.name.removeprefix("@")
        arguments = tuple(self.value(one) for one in node.arguments)
        content = self.deferred(node.block) if node.block is not None else None
        fails = self.strict and node.called
        name, place, source = self.name, node.place, node.source

        def run(runtime: Runtime, out: list[str]) -> None:
            macro: Macro | None = runtime.macros.get(macro_name)
            if macro is not None:
                _call(runtime, out, macro, arguments, content)
            elif fails:
                raise VelocityError(f"Macro '#{macro_name}' is not defined", name, place)
            else:
                out.append(source)

        return run


def _nothing(_: Runtime, _out: list[str]) -> None:
    return


def _drop(_: Value) -> None:
    return


def _print(text: str) -> Run:
    return lambda _runtime, out: out.append(text)


def _enter(runtime: Runtime) -> None:
    runtime.calls += 1
    if runtime.calls > runtime.limits.calls:
        raise Overrun(f"Max calling depth of {runtime.limits.calls} was exceeded")


def _items(runtime: Runtime, value: Value) -> Value:
    """What a loop goes over: a list as it is now, a map's values; None for anything else."""
    if isinstance(value, dict):
        value = View(list(value.values()), "java.util.LinkedHashMap$LinkedValues")
    if isinstance(value, range):
        return value
    if not isinstance(value, (list, tuple)):
        return None
    runtime.room(len(value))
    return list(value)


def _loop(runtime: Runtime, out: list[str], root: str, items: list[Value], body: Run, size: int) -> None:
    scope = runtime.scope
    before = scope.get(root)
    loop = scope["foreach"] = Loop(scope.get("foreach"))
    last = len(items) - 1
    try:
        for index, item in enumerate(items):
            runtime.step(size)
            scope[root] = item
            loop.index, loop.has_next = index, index < last
            body(runtime, out)
    except Halt as halt:
        if not halt.nearest and halt.target is not loop:
            raise
    finally:
        _put_back(scope, root, _ABSENT if before is None else before)
        if scope.get("foreach") is loop:
            _put_back(scope, "foreach", _ABSENT if loop.parent is None else loop.parent)


_ABSENT = object()


def _call(
    runtime: Runtime, out: list[str], macro: Macro, arguments: tuple[Get, ...], content: Run | None
) -> None:
    """Runs a macro: parameters become variables, and are put back unless the body changed them."""
    scope = runtime.scope
    if runtime.calls >= runtime.limits.calls:
        raise Overrun(f"Max calling depth of {runtime.limits.calls} was exceeded in macro '{macro.name}'")
    runtime.calls += 1
    runtime.step(macro.size)
    body = Deferred(content) if content is not None else None
    old_body = scope.get("bodyContent")
    if body is not None:
        scope["bodyContent"] = body
    saved: list[tuple[str, Value, Value]] = []
    for at, (name, default) in enumerate(macro.parameters):
        old = scope.get(name, _ABSENT)
        given = arguments[at] if at < len(arguments) else default
        new = None if given is None else given(runtime)
        scope[name] = new
        saved.append((name, old, new))
    try:
        macro.body(runtime, out)
    except Halt as halt:
        if not halt.nearest:
            raise
    finally:
        runtime.calls -= 1
        if body is not None and scope.get("bodyContent") is body:
            _put_back(scope, "bodyContent", _ABSENT if old_body is None else old_body)
        for name, old, new in saved:
            if scope.get(name) is new:
                _put_back(scope, name, old)


def _put_back(scope: dict[str, Value], name: str, old: Value) -> None:
    if old is _ABSENT:
        scope.pop(name, None)
    else:
        scope[name] = old
