"""The functions of paths: `length`, `sum`, `keys`, ….

They never change the document: `append` yields a new list.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from trunkline.domain.json import Json
from trunkline.engine.jsonpath.errors import EvaluationError, OutOfRange, Rejected
from trunkline.engine.jsonpath.javatext import java_text
from trunkline.engine.jsonpath.lenient import LenientJsonError, parse_lenient
from trunkline.engine.jsonpath.numbers import Number, to_int
from trunkline.engine.jsonpath.segments import Argument, Function, JsonArgument, PathArgument
from trunkline.engine.jsonpath.values import NUMBERS

if TYPE_CHECKING:
    from trunkline.engine.jsonpath.walk import Evaluation

_SMALLEST = 5e-324
_LARGEST = 1.7976931348623157e308


class KeySet:
    """The result of `keys()`: a list to the outside, but no list to the steps that follow."""

    def __init__(self, names: list[str]) -> None:
        self.names = names


def plain(found: Any) -> Json:
    """A result without key sets."""
    if isinstance(found, KeySet):
        return found.names
    if isinstance(found, list) and any(isinstance(item, KeySet) for item in found):
        return [item.names if isinstance(item, KeySet) else item for item in found]
    return found


Arguments = list[Callable[[], Any]]


def call(evaluation: Evaluation, token: Function, node: Any) -> Any:
    """The value of a function on `node`.

    Raises Rejected for an unknown function, EvaluationError where it fails, PathNotFound where an argument
    is missing.
    """
    function = FUNCTIONS.get(token.name)
    if function is None:
        raise Rejected(f"There is no function {token.name}()")
    arguments = [_bind(evaluation, argument) for argument in token.arguments]
    if function is _length:
        return _length_of(evaluation, token, node)
    return function(node, arguments)


def _bind(evaluation: Evaluation, argument: Argument) -> Callable[[], Any]:
    """An argument's value: a path is evaluated now, a literal is read when it is used."""
    if isinstance(argument, JsonArgument):
        return lambda: _read(argument)
    found = evaluation.value(argument.path, evaluation.root)
    return lambda: found


def _read(argument: JsonArgument) -> Any:
    try:
        return parse_lenient(argument.text)
    except LenientJsonError as error:
        raise EvaluationError(f"An argument is not JSON: {error}") from None


def _flat(arguments: Arguments) -> Iterator[Any]:
    for argument in arguments:
        value = argument()
        if isinstance(value, list):
            yield from value
        else:
            yield value


def _length_of(evaluation: Evaluation, token: Function, node: Any) -> int | None:
    """`length(path)` counts the children of what the path finds from here; without a path, `node`'s own."""
    if token.arguments:
        first = token.arguments[0]
        if not isinstance(first, PathArgument):
            raise EvaluationError(f"{token.name}() takes a path")
        found = evaluation.children(first.path, node)
        if isinstance(found, list):
            return len(found)
    return _length(node, [])


def _length(node: Any, _: Arguments) -> int | None:
    return len(node) if isinstance(node, list | dict) else None


def _numbers(node: Any, arguments: Arguments) -> list[float]:
    own = node if isinstance(node, list) else []
    found = [_double(value) for value in own if _is_number(value)]
    found += [_double(value) for value in _flat(arguments) if _is_number(value)]
    if not found:
        raise EvaluationError("There is no number to calculate with")
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, NUMBERS) and not isinstance(value, bool)


def _double(value: Number) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf


def _total(values: list[float]) -> float:
    """Added from left to right, without `sum`'s compensation: the last digits are to be Java's."""
    total = 0.0
    for value in values:
        total += value
    return total


def _sum(node: Any, arguments: Arguments) -> float:
    return _total(_numbers(node, arguments))


def _avg(node: Any, arguments: Arguments) -> float:
    values = _numbers(node, arguments)
    return _total(values) / len(values)


def _min(node: Any, arguments: Arguments) -> float:
    return min(_LARGEST, *_numbers(node, arguments))


def _max(node: Any, arguments: Arguments) -> float:
    """Starts from the smallest positive double, as Jayway does: of negative numbers that is the result."""
    return max(_SMALLEST, *_numbers(node, arguments))


def _stddev(node: Any, arguments: Arguments) -> float:
    values = _numbers(node, arguments)
    count = float(len(values))
    total = _total(values)
    variance = _total([value * value for value in values]) / count - total * total / count / count
    return math.sqrt(variance) if variance >= 0 else math.nan


def _concat(node: Any, arguments: Arguments) -> str:
    own = node if isinstance(node, list) else []
    parts = [value for value in own if isinstance(value, str)]
    parts += [
        f"[{', '.join(value.names)}]" if isinstance(value, KeySet) else java_text(value)
        for value in _flat(arguments)
        if value is not None
    ]
    return "".join(parts)


def _append(node: Any, arguments: Arguments) -> Any:
    if not isinstance(node, list):
        return node
    return [*node, *(plain(argument()) for argument in arguments)]


def _keys(node: Any, _: Arguments) -> KeySet | None:
    return KeySet(list(node)) if isinstance(node, dict) else None


def _element(node: Any, index: int) -> Any:
    """Element `index`; from the end, the very first cannot be reached (so `last()` of one fails)."""
    if index < 0:
        index += len(node)
        if index <= 0:
            raise EvaluationError("The list is too short")
    if index >= len(node):
        raise OutOfRange("The list is too short")
    return node[index]


def _list(node: Any) -> list[Any]:
    if not isinstance(node, list):
        raise EvaluationError("The function takes a list")
    return node


def _first(node: Any, _: Arguments) -> Any:
    return _element(_list(node), 0)


def _last(node: Any, _: Arguments) -> Any:
    return _element(_list(node), -1)


def _at_index(node: Any, arguments: Arguments) -> Any:
    numbers = [value for value in _flat(arguments) if _is_number(value)] if isinstance(node, list) else [0]
    if not numbers:
        raise OutOfRange("index() takes a number")
    return _element(_list(node), to_int(numbers[0]))


FUNCTIONS: dict[str, Callable[[Any, Arguments], Any]] = {
    "length": _length,
    "size": _length,
    "sum": _sum,
    "avg": _avg,
    "min": _min,
    "max": _max,
    "stddev": _stddev,
    "concat": _concat,
    "append": _append,
    "keys": _keys,
    "first": _first,
    "last": _last,
    "index": _at_index,
}
