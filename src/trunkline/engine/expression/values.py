"""Run-time values of expressions.

| type | Python value |
|---|---|
| bln, int, str | bool, int, str |
| dec | decimal.Decimal, at most 40 digits |
| dur | Duration, whole milliseconds |
| dtm, dat, tim | datetime (UTC, whole seconds), date, time |
| phn, cur, aud, jsn | Phone, Currency, Audio, JsonValue |
| que, usr, skl, lac, grp, wrc, pmt | Reference |
| bof, daf, lne … | EnumMember |
| cpx_…, tsl | Record |
| collections | tuple |
| NOT_SET | NotSet, which remembers its type |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import Final, TypeAlias

from trunkline.engine.expression import types

Plain: TypeAlias = "bool | int | float | Decimal | str | list[Plain] | dict[str, Plain] | None"
"""JSON as it is parsed; numbers with a fraction are Decimal."""


@dataclass(frozen=True, slots=True)
class NotSet:
    """NOT_SET of a type; all are equal."""

    type: str = field(default=types.NOTHING, compare=False)


@lru_cache(maxsize=256)
def not_set(type_: str) -> NotSet:
    return NotSet(type_)


NOT_SET: Final = not_set(types.NOTHING)


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    milliseconds: int


@dataclass(frozen=True, slots=True)
class Currency:
    """An amount of money. Either part may be NOT_SET (None)."""

    amount: Decimal | None
    code: str | None


@dataclass(frozen=True, slots=True)
class Reference:
    """An object of the org. Two are the same object if their ids are, or, without ids, their names."""

    type: str
    id: str | None
    name: str
    username: str | None = None

    def key(self) -> tuple[str, str]:
        return self.type, (self.id or self.username or self.name).casefold()


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone or SIP address. `raw` is what was entered, `uri` has a scheme."""

    raw: str
    uri: str
    scheme: str
    dialing_code: str | None = None
    subscriber: str | None = None
    is_global: bool = False

    @property
    def e164(self) -> str | None:
        return f"+{self.dialing_code}{self.subscriber}" if self.is_global else None


@dataclass(frozen=True, slots=True)
class JsonValue:
    value: Plain


@dataclass(frozen=True, slots=True)
class EnumMember:
    """A constant such as Format.Date.shortYear: its type (`daf`) and name (`dateShortYear`)."""

    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of audio: words to say (`text`), a prompt, or `blank_ms` of silence."""

    text: str = ""
    prompt: Reference | None = None
    blank_ms: int = 0
    language: str | None = None
    spoken_text: bool = False
    """True for text-to-speech, False for words put together from the platform's recordings."""


@dataclass(frozen=True, slots=True)
class Audio:
    """A sequence of segments; none is blank audio."""

    segments: tuple[Segment, ...] = ()
    barge_in: bool | None = None
    flush: bool | None = None


@dataclass(frozen=True, slots=True)
class Communication:
    """What a bot or message flow sends: the text of all its parts."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """A value with properties (an e-mail, a work item, a time slot). `type` as in `cpx_email`."""

    type: str
    fields: Mapping[str, Value]


Scalar: TypeAlias = (
    bool
    | int
    | str
    | Decimal
    | Duration
    | datetime
    | date
    | time
    | Phone
    | Currency
    | Reference
    | JsonValue
    | EnumMember
    | Audio
    | Communication
    | Record
    | NotSet
)
Value: TypeAlias = "Scalar | tuple[Value, ...]"

_PYTHON_TYPES: Final[Mapping[type, str]] = {
    bool: "bln",
    int: "int",
    str: "str",
    Decimal: "dec",
    Duration: "dur",
    datetime: "dtm",
    date: "dat",
    time: "tim",
    Phone: "phn",
    Currency: "cur",
    JsonValue: "jsn",
    Audio: "aud",
    Communication: "com",
}


def type_of(value: Value) -> str:
    """The type code of a value. A collection without a set item is `any_coll`."""
    if isinstance(value, tuple):
        kinds = {type_of(item) for item in value} - {types.NOTHING}
        return types.collection_of(kinds.pop()) if len(kinds) == 1 else types.ANY_COLLECTION
    if isinstance(value, NotSet | Reference | EnumMember | Record):
        return value.type
    return _PYTHON_TYPES[type(value)]


def conforms(value: Value, type_: str) -> bool:
    """True if a variable of this type can hold the value."""
    if type_ == types.ANY or _PYTHON_TYPES.get(type(value)) == type_:
        return True
    if isinstance(value, tuple):
        return types.is_collection(type_) and _all_conform(value, types.item_type(type_))
    if isinstance(value, NotSet):
        return not types.is_collection(type_)
    return type_of(value) == type_


def _all_conform(items: tuple[Value, ...], type_: str) -> bool:
    others = [item for item in items if _PYTHON_TYPES.get(type(item)) != type_]
    return all(not isinstance(item, tuple) and conforms(item, type_) for item in others)
