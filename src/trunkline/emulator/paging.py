"""Lists in pages.

`{entities, pageSize, pageNumber, total, firstUri, selfUri, nextUri, previousUri, lastUri, pageCount}`;
developer.genesys.cloud, "Paging": pages count from 1, the size is 25 by default; a page past the end is
empty and 200; the URIs are relative and keep the other parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar
from urllib.parse import urlencode

from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.call import Call
from trunkline.emulator.errors import ApiError, bad_request

DEFAULT_SIZE = 25
LARGEST = 100

T = TypeVar("T")


def page(
    call: Call,
    items: Sequence[T],
    shape: Callable[[T], Json],
    *,
    largest: int = LARGEST,
) -> JsonObject:
    """The page that was asked for; `shape` is applied to its items alone.

    Raises 400 `invalid.value` for a size or number out of range.
    """
    size = call.query.number("pageSize", DEFAULT_SIZE)
    number = call.query.number("pageNumber", 1)
    if not 1 <= size <= largest:
        raise _out_of_range("pageSize", f"from 1 to {largest}", size)
    if number < 1:
        raise _out_of_range("pageNumber", "from 1", number)
    total = len(items)
    count = -(-total // size)
    body: JsonObject = {
        "entities": [shape(item) for item in items[(number - 1) * size : number * size]],
        "pageSize": size,
        "pageNumber": number,
        "total": total,
        "firstUri": _uri(call, size, 1),
        "selfUri": _uri(call, size, number),
    }
    if number < count:
        body["nextUri"] = _uri(call, size, number + 1)
    if number > 1:
        body["previousUri"] = _uri(call, size, number - 1)
    body["lastUri"] = _uri(call, size, max(1, count))
    body["pageCount"] = count
    return body


def _out_of_range(field: str, allowed: str, value: int) -> ApiError:
    return bad_request(f"{field} must be {allowed}, not {value}", code="invalid.value", field=field)


def _uri(call: Call, size: int, number: int) -> str:
    others = [pair for pair in call.query.pairs if pair[0] not in ("pageSize", "pageNumber")]
    return f"{call.path}?{urlencode([*others, ('pageSize', size), ('pageNumber', number)])}"
