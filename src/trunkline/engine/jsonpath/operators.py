"""The operators of filters: `left operator right` on operands (see values.py).

An operand that does not fit raises Rejected, and the item is then no match whatever else the filter says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from trunkline.engine.jsonpath.errors import EvaluationError, Rejected
from trunkline.engine.jsonpath.numbers import Number, compare, decimal_of, number_text, to_int
from trunkline.engine.jsonpath.regex import Regex
from trunkline.engine.jsonpath.values import (
    NUMBERS,
    UNDEFINED,
    JsonText,
    as_json,
    elements,
    kind_of,
    same_json,
)

if TYPE_CHECKING:
    from trunkline.engine.jsonpath.walk import Evaluation

Operator: TypeAlias = "Callable[[Any, Any, Evaluation], bool]"


def loosely_equal(left: Any, right: Any) -> bool:
    """`==` on anything but two lists or objects; where a number meets a string the left one decides."""
    if isinstance(left, str):
        if isinstance(right, str):
            return left == right
        return _is_number(right) and left == number_text(right)
    if left is UNDEFINED:
        return False
    if left is None or isinstance(left, bool):
        return left is right
    if _is_number(left):
        other = decimal_of(right) if isinstance(right, str) else right
        return other is not None and _is_number(other) and compare(left, other) == 0
    if isinstance(left, JsonText):
        return isinstance(right, JsonText) and left.text == right.text
    return isinstance(left, list | dict) and isinstance(right, list | dict) and same_json(left, right)


def _is_number(value: object) -> bool:
    return isinstance(value, NUMBERS) and not isinstance(value, bool)


def _equal(left: Any, right: Any, evaluation: Evaluation) -> bool:
    if isinstance(left, str):
        return loosely_equal(left, right)
    if kind_of(left) == "json" and kind_of(right) == "json":
        evaluation.spend(_size(left))
        other = as_json(right)
        return not isinstance(left, JsonText) and same_json(left, other)
    return loosely_equal(left, right)


def _size(value: Any) -> int:
    return len(value) if isinstance(value, list | dict) else 1


def _not_equal(left: Any, right: Any, evaluation: Evaluation) -> bool:
    return not _equal(left, right, evaluation)


def _same(left: Any, right: Any, evaluation: Evaluation) -> bool:
    return kind_of(left) == kind_of(right) and _equal(left, right, evaluation)


def _not_same(left: Any, right: Any, evaluation: Evaluation) -> bool:
    return not _same(left, right, evaluation)


def _order(left: Any, right: Any) -> int | None:
    """-1, 0 or 1 for two numbers or two strings, else None."""
    if _is_number(left) and _is_number(right):
        return compare(left, right)
    if isinstance(left, str) and isinstance(right, str):
        if left.isascii() and right.isascii():
            return (left > right) - (left < right)
        one, other = left.encode("utf-16-be", "surrogatepass"), right.encode("utf-16-be", "surrogatepass")
        return (one > other) - (one < other)
    return None


def _ordered(*accepted: int) -> Operator:
    def holds(left: Any, right: Any, _: Evaluation) -> bool:
        return _order(left, right) in accepted

    return holds


def _contains_all(left: Any, right: Any, _: Evaluation) -> bool:
    raise Rejected("The operator has no literal that it takes")


def _exists(left: Any, right: Any, _: Evaluation) -> bool:
    if isinstance(left, bool) and isinstance(right, bool):
        return left is right
    if isinstance(left, bool) or isinstance(right, bool):
        raise Rejected("exists compares true or false")
    raise EvaluationError("exists compares true or false")


def _has_size(left: Any, right: Any, _: Evaluation) -> bool:
    if not _is_number(right):
        return False
    size = to_int(right)
    if isinstance(left, str):
        return text_length(left) == size
    if kind_of(left) == "json":
        plain = as_json(left)
        return (len(plain) if isinstance(plain, list) else -1) == size
    return False


def text_length(text: str) -> int:
    """Characters as Java counts them: one outside the basic plane counts twice."""
    return len(text) if text.isascii() else len(text.encode("utf-16-be", "surrogatepass")) // 2


def _is_empty(left: Any, right: Any, _: Evaluation) -> bool:
    if not isinstance(left, str) and kind_of(left) != "json":
        return False
    plain = as_json(left)
    if isinstance(plain, dict):
        raise EvaluationError("empty takes a list or a text, not an object")
    if not isinstance(right, bool):
        raise Rejected("empty needs true or false")
    return (not plain) is right


def _in(left: Any, right: Any, evaluation: Evaluation) -> bool:
    found = elements(right)
    if found is None:
        return False
    evaluation.spend(len(found))
    return any(loosely_equal(left, item) for item in found)


def _not_in(left: Any, right: Any, evaluation: Evaluation) -> bool:
    return not _in(left, right, evaluation)


def _contains(left: Any, right: Any, evaluation: Evaluation) -> bool:
    if isinstance(left, str):
        return isinstance(right, str) and right in left
    return kind_of(left) == "json" and _in(right, left, evaluation)


def _two_lists(left: Any, right: Any, evaluation: Evaluation) -> tuple[list[Any], list[Any]] | None:
    """The elements of both; None when one is an object."""
    others = elements(right)
    if others is None:
        return None
    found = elements(left)
    if found is None:
        return None
    evaluation.spend(len(found) * len(others))
    return found, others


def _subset_of(left: Any, right: Any, evaluation: Evaluation) -> bool:
    lists = _two_lists(left, right, evaluation)
    return lists is not None and all(
        any(loosely_equal(item, other) for other in lists[1]) for item in lists[0]
    )


def _overlap(lists: tuple[list[Any], list[Any]]) -> bool:
    return any(loosely_equal(item, other) for item in lists[0] for other in lists[1])


def _any_of(left: Any, right: Any, evaluation: Evaluation) -> bool:
    lists = _two_lists(left, right, evaluation)
    return lists is not None and _overlap(lists)


def _none_of(left: Any, right: Any, evaluation: Evaluation) -> bool:
    lists = _two_lists(left, right, evaluation)
    return lists is not None and not _overlap(lists)


def _matches(left: Any, right: Any, evaluation: Evaluation) -> bool:
    if isinstance(left, Regex) == isinstance(right, Regex):
        return False
    regex, value = (left, right) if isinstance(left, Regex) else (right, left)
    if kind_of(value) == "json" and isinstance(as_json(value), list):
        return any(_whole(regex, item, evaluation) for item in elements(value) or ())
    return _whole(regex, value, evaluation)


def _whole(regex: Regex, value: Any, evaluation: Evaluation) -> bool:
    return regex.matches(_match_text(value), evaluation.spend)


def _match_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, Number) else ""


OPERATORS: dict[str, Operator] = {
    "==": _equal,
    "!=": _not_equal,
    "===": _same,
    "!==": _not_same,
    "<": _ordered(-1),
    "<=": _ordered(-1, 0),
    ">": _ordered(1),
    ">=": _ordered(1, 0),
    "=~": _matches,
    "in": _in,
    "nin": _not_in,
    "contains": _contains,
    "subsetof": _subset_of,
    "anyof": _any_of,
    "noneof": _none_of,
    "size": _has_size,
    "empty": _is_empty,
    "exists": _exists,
    "all": _contains_all,
    "type": _contains_all,
    "matches": _contains_all,
}
