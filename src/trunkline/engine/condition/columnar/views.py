"""A column read as the type of a field, exactly as `CONVERT` reads its values one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pyarrow as pa

from trunkline.domain.condition import FieldType
from trunkline.engine.condition.columnar.arrow import pc
from trunkline.engine.condition.columnar.rows import moments

EXACT = 2.0**53
"""Below it, every whole number is a float of its own."""
_NUMBER_SIGNS = b"0123456789.-"
_DATE_SIGNS = b"0123456789-:T Z"
_PLAIN_NUMBER = r"\A-?[0-9]{1,15}(\.[0-9]+)?\z"
_DATE_SHAPES = ((10, 10), (19, 19), (20, 19))
"""Lengths with and without Z: a day, a moment, a moment with Z."""
TRUE, FALSE = ("true", "True", "TRUE"), ("false", "False", "FALSE")
"""Spellings of truth values; others are looked at one by one."""


class View(NamedTuple):
    """Values of the field's type, null where there is none; `odd` rows are to be looked at one by one.

    Numbers are float64, all below 2**53; dates are microseconds from 1970.
    """

    values: Any
    odd: Any | None = None


def view(array: Any, kind: FieldType) -> View | None:
    """None where every value is to be looked at."""
    if pa.types.is_null(array.type):
        return View(pa.nulls(len(array), _TYPES[kind]))
    return _VIEWS[kind](array)


def exact(table: Any) -> bool:
    """Whether no number of a table was too big to be read as a float without loss."""
    for column in table.itercolumns():
        parts = [column] if not pa.types.is_struct(column.type) else column.combine_chunks().flatten()
        for part in parts:
            if pa.types.is_float64(part.type) and not _small(part) and pc.any(_big(part)).as_py():
                return False
    return True


def _small(numbers: Any) -> bool:
    """Whether all numbers are finite and below the limit."""
    return pc.all(pc.less(pc.abs(numbers), EXACT)).as_py() is not False


def _big(numbers: Any) -> Any:
    return pc.and_(pc.greater_equal(pc.abs(numbers), EXACT), pc.is_finite(numbers))


def is_text(array: Any) -> bool:
    return pa.types.is_string(array.type) or pa.types.is_large_string(array.type)


def _texts(array: Any) -> View | None:
    if is_text(array):
        return View(array)
    as_json_has_it = pa.types.is_integer(array.type) or pa.types.is_boolean(array.type)
    return View(array.cast(pa.string())) if as_json_has_it else None


def _numbers(array: Any) -> View | None:
    if is_text(array):
        return _numbers_of_text(array)
    if pa.types.is_boolean(array.type):
        return View(pa.nulls(len(array), pa.float64()))
    if pa.types.is_integer(array.type):
        return _guarded(array.cast(pa.float64(), safe=False))
    if pa.types.is_float32(array.type) or pa.types.is_float64(array.type):
        return _guarded(array.cast(pa.float64()))
    return None


def _guarded(values: Any) -> View:
    """Without what is infinite or no number; numbers too big to be exact are odd."""
    if _small(values):
        return View(values)
    values = pc.if_else(pc.is_finite(values), values, pa.scalar(None, pa.float64()))
    return View(values, pc.fill_null(_big(values), fill_value=False))


def _numbers_of_text(array: Any) -> View | None:
    if _made_of(array, _NUMBER_SIGNS):
        try:
            return _guarded(array.cast(pa.float64()))
        except pa.ArrowInvalid:
            pass  # such as "1-2": sorted out below
    plain = pc.match_substring_regex(array, _PLAIN_NUMBER)
    values = pc.if_else(plain, array, pa.scalar(None, array.type)).cast(pa.float64())
    return View(values, pc.fill_null(pc.invert(plain), fill_value=False))


def _integers(array: Any) -> View | None:
    found = _numbers(array)
    if found is None:
        return None
    whole = pc.equal(pc.floor(found.values), found.values)
    return View(pc.if_else(whole, found.values, pa.scalar(None, pa.float64())), found.odd)


def _booleans(array: Any) -> View | None:
    if pa.types.is_boolean(array.type):
        return View(array)
    if pa.types.is_integer(array.type) or pa.types.is_floating(array.type):
        return View(pa.nulls(len(array), pa.bool_()))
    if not is_text(array):
        return None
    yes = pc.is_in(array, pa.array(TRUE, array.type))
    known = pc.or_(yes, pc.is_in(array, pa.array(FALSE, array.type)))
    odd = pc.and_(pc.invert(known), array.is_valid())
    return View(pc.if_else(known, yes, pa.scalar(None, pa.bool_())), odd)


def _dates(array: Any) -> View | None:
    if pa.types.is_timestamp(array.type) or pa.types.is_date(array.type):
        return View(moments(array))
    if not is_text(array) or not _made_of(array, _DATE_SIGNS):
        return None
    bare = pc.utf8_rtrim(array, characters="Z")
    if (_one_length(array), _one_length(bare)) not in _DATE_SHAPES:
        return None
    try:
        values = moments(bare.cast(pa.timestamp("us")))
    except pa.ArrowInvalid:
        return None
    return View(values, pc.and_(array.is_valid(), values.is_null()))


def _one_length(texts: Any) -> int | None:
    """The length in bytes that all texts have."""
    bounds = pc.min_max(pc.binary_length(texts))
    shortest, longest = bounds["min"].as_py(), bounds["max"].as_py()
    return shortest if shortest == longest else None


def _made_of(texts: Any, signs: bytes) -> bool:
    """Whether all texts have no byte but these."""
    whole = pc.fill_null(texts, "") if texts.null_count else texts
    offset_type = pa.int64() if pa.types.is_large_string(whole.type) else pa.int32()
    _, places, data = whole.buffers()
    if data is None or not len(whole):
        return True
    offsets = pa.Array.from_buffers(offset_type, len(whole) + 1, [None, places], offset=whole.offset)
    start, end = offsets[0].as_py(), offsets[-1].as_py()
    return not data[start:end].to_pybytes().translate(None, signs)


_TYPES = {
    FieldType.STRING: pa.string(),
    FieldType.NUMBER: pa.float64(),
    FieldType.INTEGER: pa.float64(),
    FieldType.BOOLEAN: pa.bool_(),
    FieldType.DATE: pa.int64(),
}
_VIEWS: dict[FieldType, Callable[[Any], View | None]] = {
    FieldType.STRING: _texts,
    FieldType.NUMBER: _numbers,
    FieldType.INTEGER: _integers,
    FieldType.BOOLEAN: _booleans,
    FieldType.DATE: _dates,
}
