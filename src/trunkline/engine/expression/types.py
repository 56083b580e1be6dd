"""The type codes of expressions, as the platform writes them: `int`, `str_coll`, `cpx_email` …

`any` in an overload is generic: all `any` of one overload are one type. `each` takes a value of
any type on its own. An operand whose type nobody knows has the type `any`, too, or `any_coll`.
"""

from __future__ import annotations

from typing import Final

ANY: Final = "any"
ANY_COLLECTION: Final = "any_coll"
EACH: Final = "each"
NOTHING: Final = "nts"
"""The type of a bare NOT_SET."""

_SUFFIX: Final = "_coll"


def is_collection(type_: str) -> bool:
    return type_.endswith(_SUFFIX)


def item_type(type_: str) -> str:
    """`str` for `str_coll`."""
    return type_.removesuffix(_SUFFIX)


def collection_of(type_: str) -> str:
    """`str_coll` for `str`."""
    return type_ + _SUFFIX


def is_unknown(type_: str) -> bool:
    return type_ in (ANY, ANY_COLLECTION)
