"""Compiles references: reading, printing and setting `$root.step[index].call()`, as ASTReference does."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable

from .errors import Place, VelocityError
from .methods import MAP_METHODS, call_method, get_index, get_property, set_item
from .nodes import Call, Expression, Index, Property, Reference, Step
from .values import Deferred, Runtime, Value, java_class, truth

Run = Callable[[Runtime, list[str]], None]
Get = Callable[[Runtime], Value]
_Take = Callable[[Runtime, Value], Value]
_Steps = tuple[tuple[_Take, str, Place], ...]


class ReferenceCompiler:
    """`in_if`: a condition or branch of an `#if` is being compiled, where a bare variable may be unset."""

    def __init__(self, name: str, strict: bool) -> None:
        self.name = name
        self.strict = strict
        self.in_if = False
        self.size = 0

    @abstractmethod
    def value(self, node: Expression, exempt: bool = False) -> Get:
        """Compiles any expression."""

    def reference(self, node: Reference) -> Run:
        """A reference in the text: prints its value, or what it prints unset."""
        source = node.source
        if node.runt:
            return lambda _runtime, out: out.append(source)
        if node.escaped:
            return self.escaped(node)
        get = self.get(node, False)
        front = node.escapes + node.before
        show = self.unusual(node, front)
        if front:
            return lambda runtime, out: show(runtime, out, get(runtime))

        def run(runtime: Runtime, out: list[str]) -> None:
            value = get(runtime)
            if type(value) is str:
                out.append(value)
            else:
                show(runtime, out, value)

        return run

    def unusual(self, node: Reference, front: str) -> Callable[[Runtime, list[str], Value], None]:
        """Prints what is no plain text, or has something glued to its front."""
        strict, quiet, name, place, source = self.strict, node.quiet, self.name, node.place, node.source
        unset = node.escapes + front + node.unset

        def show(runtime: Runtime, out: list[str], value: Value) -> None:
            if isinstance(value, Deferred):
                at = len(out)
                out.append(front)
                if runtime.render(value, out):
                    return
                del out[at:]
                value = None
            text = runtime.text(value)
            if text is not None:
                out.append(front + text)
            elif not strict:
                out.append(unset)
            elif not quiet:
                message = f"Reference {source} evaluated to null when attempting to render"
                raise VelocityError(message, name, place)

        return show

    def escaped(self, node: Reference) -> Run:
        """`\\$x` prints `$x` where x has a value; else the backslash stays."""
        get = self.get(node, False)
        known, unknown = node.escapes + node.unset, node.escapes + "\\" + node.unset
        return lambda runtime, out: out.append(unknown if get(runtime) is None else known)

    def get(self, node: Reference, exempt: bool) -> Get:
        if node.runt:
            return lambda _: None
        strict = self.strict and not (exempt and not node.steps)
        alternate = None if node.alternate is None else self.value(node.alternate)
        steps = self.steps(node.steps) if node.computable else ()
        if alternate is not None:
            return self.with_alternate(self.plain(node, steps, False), alternate)
        if len(node.steps) == 1 and isinstance(node.steps[0], Property):
            return self.one_property(node, node.steps[0], strict)
        return self.plain(node, steps, strict)

    def with_alternate(self, get: Get, alternate: Get) -> Get:
        def run(runtime: Runtime) -> Value:
            value = get(runtime)
            return value if truth(value) else alternate(runtime)

        return run

    def plain(self, node: Reference, steps: _Steps, strict: bool) -> Get:
        root, name, place = node.root, self.name, node.place
        if not steps:

            def variable(runtime: Runtime) -> Value:
                value = runtime.scope.get(root)
                if value is None and strict and root not in runtime.scope:
                    raise VelocityError(f"Variable ${root} has not been set", name, place)
                return value

            return variable

        def walk(runtime: Runtime) -> Value:
            value = runtime.scope.get(root)
            if value is None and strict and root not in runtime.scope:
                raise VelocityError(f"Variable ${root} has not been set", name, place)
            for take, step, where in steps:
                if value is None:
                    if strict:
                        raise VelocityError(f"Attempted to access '{step}' on a null value", name, where)
                    return None
                value = take(runtime, value)
            return value

        return walk

    def one_property(self, node: Reference, step: Property, strict: bool) -> Get:
        """`$root.name`, by far the most frequent."""
        root, name, place, key, where = node.root, self.name, node.place, step.name, step.place
        hidden = key in MAP_METHODS

        def run(runtime: Runtime) -> Value:
            value = runtime.scope.get(root)
            if type(value) is dict and not hidden:
                return value.get(key)
            if value is None:
                if not strict:
                    return None
                if root not in runtime.scope:
                    raise VelocityError(f"Variable ${root} has not been set", name, place)
                raise VelocityError(f"Attempted to access '{key}' on a null value", name, where)
            return get_property(runtime, value, key, strict, where)

        return run

    def steps(self, steps: tuple[Step, ...]) -> _Steps:
        """Each step with the name the original gives it in errors: `null` for calls and indexes."""
        return tuple((self.step(step), _shown(step), step.place) for step in steps)

    def step(self, step: Step) -> _Take:
        self.size += 1
        strict, place = self.strict, step.place
        if isinstance(step, Index):
            key = self.value(step.key)
            return lambda runtime, value: get_index(runtime, value, key(runtime), strict, place)
        name = step.name
        if isinstance(step, Call):
            arguments = tuple(self.value(one) for one in step.arguments)
            return lambda runtime, value: call_method(
                runtime, value, name, [one(runtime) for one in arguments], strict, place
            )
        hidden = name in MAP_METHODS

        def take(runtime: Runtime, value: Value) -> Value:
            if type(value) is dict and not hidden:
                return value.get(name)
            return get_property(runtime, value, name, strict, place)

        return take

    def assigner(self, node: Reference) -> Callable[[Runtime, Value], None]:
        """Sets the last step of a reference with steps; lenient: in silence nothing where it cannot."""
        *inner, last = node.steps
        owner = self.owner(node, tuple(inner), last)
        strict, name, place = self.strict, self.name, node.place
        if isinstance(last, Index):
            key = self.value(last.key)

            def set_index(runtime: Runtime, value: Value) -> None:
                found = owner(runtime)
                if found is None or set_item(runtime, found, key(runtime), value, last.place) or not strict:
                    return
                message = f"Found neither a 'set' or 'put' method on class '{java_class(found)}'"
                raise VelocityError(message, name, last.place)

            return set_index

        def set_property(runtime: Runtime, value: Value) -> None:
            found = owner(runtime)
            if isinstance(found, dict):
                set_item(runtime, found, last.name, value, place)
            elif found is not None and strict:
                message = f"Object '{java_class(found)}' does not contain property '{last.name}'"
                raise VelocityError(message, name, place)

        return set_property

    def owner(self, node: Reference, inner: tuple[Step, ...], last: Step) -> Get:
        """The object whose property or element is set."""
        steps, strict, name = self.steps(inner), self.strict, self.name
        root, place = node.root, node.place
        wanted = _shown(last)

        def run(runtime: Runtime) -> Value:
            value = runtime.scope.get(root)
            if value is None and strict and root not in runtime.scope:
                raise VelocityError(f"Variable ${root} has not been set", name, place)
            for take, _step, _where in steps:
                if value is None:
                    break
                value = take(runtime, value)
            if value is None and strict and steps:
                raise VelocityError(f"Attempted to access '{wanted}' on a null value", name, last.place)
            return value

        return run


def _shown(step: Step) -> str:
    """What the original calls a step in an error."""
    return step.name if isinstance(step, Property) else "null"
