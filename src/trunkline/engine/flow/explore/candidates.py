"""Values worth trying for something that comes from outside, by its type and the conditions it meets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice, zip_longest
from typing import Final

from trunkline.domain.json import Json, JsonObject
from trunkline.engine.expression import (
    Currency,
    Duration,
    ExpressionError,
    JsonValue,
    NotSet,
    Record,
    Reference,
    Value,
    access,
    not_set,
    phones,
    timing,
    types,
)
from trunkline.engine.flow.explore.hints import Chain, Hints
from trunkline.engine.flow.interaction import START
from trunkline.engine.flow.typed import empty, shown

MOST: Final = 28
"""How many values of one symbol are tried at one condition."""

_PHONE: Final = "+13175550142"
_GUID: Final = "5f0c9a51-6d0b-4c2e-9a3f-0d6f1c1e7a42"
_DAY: Final = 86_400_000

Maker = Callable[[Hints], Iterator[Value]]


def texts(hints: Hints) -> Iterator[str]:
    """Texts that conditions compare with, numbers and dates as text where they are converted."""
    yield from hints.texts
    yield "2"
    for number in hints.numbers:
        if hints.functions & {"length"} and 0 <= number <= 256:
            yield from ("1" * max(number + step, 0) for step in (0, -1, 1))
    for number in hints.numbers:
        yield from (str(number + step) for step in (0, 1, -1))
        for text in list(hints.texts)[:4]:
            if 0 < number <= 64 and hints.functions & {"substring", "right"}:
                yield "1" * number + text
    if hints.functions & {"todatetime", "datetimediff"}:
        yield from (timing.date_time_text(moment) for moment in _moments(hints))
    yield from _PLAIN_TEXTS


_ANONYMOUS: Final = "sip:anonymous@anonymous.invalid"
_PLAIN_TEXTS: Final = (_PHONE, "true", "false", "2026-01-05T09:00:00Z", _ANONYMOUS, "")


def _strings(hints: Hints) -> Iterator[Value]:
    yield "text"
    yield from texts(hints)
    yield not_set("str")


def _integers(hints: Hints) -> Iterator[Value]:
    yield 1
    for number in (*hints.numbers, *_numbers_in(hints.texts)):
        yield from (number, number + 1, number - 1)
    yield 0
    yield from (2, -1, 100, 100_000)
    yield not_set("int")


def _numbers_in(words: Iterable[str]) -> Iterator[int]:
    for word in words:
        if word.isascii() and word.lstrip("-").isdigit() and len(word) < 15:
            yield int(word)


def _decimals(hints: Hints) -> Iterator[Value]:
    for value in _integers(hints):
        yield Decimal(value) if isinstance(value, int) else not_set("dec")
    yield Decimal("0.5")


def _booleans(_hints: Hints) -> Iterator[Value]:
    yield from (True, False, not_set("bln"))


def _durations(hints: Hints) -> Iterator[Value]:
    yield Duration(60_000)
    for text in hints.durations:
        length = timing.read_literal_duration(text).milliseconds
        yield from (Duration(length + step) for step in (0, 1_000, -1_000))
    for number in hints.numbers:
        for unit in (1_000, 60_000, 3_600_000, _DAY):
            yield from (Duration(number * unit), Duration((number + 1) * unit))
    yield from (Duration(0), Duration(_DAY), Duration(-60_000), not_set("dur"))


def _moments(hints: Hints) -> Iterator[datetime]:
    yield START
    for text in hints.dates:
        moment = timing.read_date_time(text)
        yield from (moment, moment + timedelta(seconds=1), moment - timedelta(seconds=1))
    lengths = [timing.read_literal_duration(text).milliseconds for text in hints.durations]
    lengths += [number * unit for number in hints.numbers for unit in (1_000, 60_000, 3_600_000, _DAY)]
    for length in (*lengths[:6], 3_600_000, _DAY, 30 * _DAY):
        for sign in (-1, 1):
            try:
                yield START + timedelta(milliseconds=sign * (abs(length) + 1_000))
            except OverflowError:
                continue


def _date_times(hints: Hints) -> Iterator[Value]:
    yield from _moments(hints)
    yield not_set("dtm")


def _dates(hints: Hints) -> Iterator[Value]:
    yield from (moment.date() for moment in _moments(hints))
    yield not_set("dat")


def _times(hints: Hints) -> Iterator[Value]:
    yield from (moment.time() for moment in _moments(hints))
    yield datetime(2026, 1, 5, 22, tzinfo=UTC).time()
    yield not_set("tim")


def _phones(hints: Hints) -> Iterator[Value]:
    for text in (_PHONE, *hints.texts, _ANONYMOUS, "tel:3175550142"):
        try:
            yield phones.read(text)
        except ExpressionError:
            continue
    yield not_set("phn")


def _currencies(hints: Hints) -> Iterator[Value]:
    for number in (10, *hints.numbers, 0):
        yield Currency(Decimal(number).quantize(Decimal("0.01")), "USD")
    yield not_set("cur")


def _slots(_hints: Hints) -> Iterator[Value]:
    for days in (1, 7):
        yield Record("tsl", {"dateTime": START + timedelta(days=days), "duration": Duration(1_800_000)})
    yield not_set("tsl")


_MAKERS: Final[Mapping[str, Maker]] = {
    "str": _strings,
    "int": _integers,
    "dec": _decimals,
    "bln": _booleans,
    "dur": _durations,
    "dtm": _date_times,
    "dat": _dates,
    "tim": _times,
    "phn": _phones,
    "cur": _currencies,
    "tsl": _slots,
}
_REFERENCES: Final = frozenset(("que", "usr", "skl", "lac", "grp", "wrc", "pmt", "img", "kbd"))


def candidates(
    type_: str, hints: Hints, chains: Iterable[Chain] = (), current: Value | None = None
) -> list[Value]:
    """Different values of a type, the most ordinary one first.

    `chains` are the properties that are read; `current` is the object whose properties are varied.
    """
    found: dict[str, Value] = {}
    for value in _values(type_, hints, tuple(chains), current):
        found.setdefault(repr(value), value)
        if len(found) >= MOST:
            break
    return list(found.values())


def _values(
    type_: str, hints: Hints, chains: tuple[Chain, ...], current: Value | None = None
) -> Iterator[Value]:
    if types.is_collection(type_):
        yield from _collections(types.item_type(type_), hints, chains)
        return
    maker = _MAKERS.get(type_)
    if type_ == "str" and "jsonparse" in hints.functions:
        documents = _documents(hints, chains, None)
        yield from (shown(document) for document in islice(documents, 12) if not isinstance(document, NotSet))
    if maker is not None:
        yield from maker(hints)
    elif type_ in _REFERENCES:
        yield Reference(type_, _GUID, next(iter(hints.texts), "Somebody"))
        yield from (Reference(type_, None, text) for text in hints.texts)
        yield not_set(type_)
    elif type_ == "jsn":
        yield from _documents(hints, chains, current)
    elif type_ in ("any", "com", "aud"):
        yield from _strings(hints)
    else:
        yield from _records(type_, hints, chains, current)


def _collections(item: str, hints: Hints, chains: tuple[Chain, ...]) -> Iterator[Value]:
    singles = [one for one in _values(item, hints, chains) if not isinstance(one, NotSet)][: MOST // 2]
    if singles:
        yield (singles[0],)
    yield ()
    yield from ((one,) for one in singles[1:])
    if singles:
        yield (singles[0], singles[-1])
        for number in hints.numbers:
            if 1 < number <= 20:
                yield (singles[0],) * number
                yield (singles[0],) * (number + 1)


def _documents(hints: Hints, chains: tuple[Chain, ...], current: Value | None) -> Iterator[Value]:
    """JSON objects that have the properties read; each property varied in turn."""
    leaves: list[Json] = ["text", *hints.texts, *hints.numbers, True, False, None, 0, ""]
    base: JsonObject = {}
    for chain in chains:
        _put(base, chain, "text")
    yield JsonValue(_copy(base))
    if isinstance(current, JsonValue) and isinstance(current.value, dict):
        base = _copy(current.value)
    for chain in chains:
        for leaf in leaves[:8]:
            changed = _copy(base)
            _put(changed, chain, leaf)
            yield JsonValue(changed)
    yield JsonValue({})
    yield JsonValue([])
    yield from (JsonValue(leaf) for leaf in leaves[1:6] if leaf is not None)
    yield not_set("jsn")


def _copy(document: JsonObject) -> JsonObject:
    return {key: _copy(child) if isinstance(child, dict) else child for key, child in document.items()}


def _put(document: JsonObject, chain: Chain, leaf: Json) -> None:
    for name in chain[:-1]:
        inner = document.get(name)
        if not isinstance(inner, dict):
            inner = {}
            document[name] = inner
        document = inner
    if not isinstance(document.get(chain[-1]), dict):
        document[chain[-1]] = leaf


def _records(type_: str, hints: Hints, chains: tuple[Chain, ...], current: Value | None) -> Iterator[Value]:
    """Objects that have the properties read; each property varied in turn, and left out."""
    base = _record(type_, chains, hints)
    yield base
    base = current if isinstance(current, Record) else base
    varied = [_leaf_values(type_, chain, hints) for chain in chains]
    for row in zip_longest(*varied):
        for chain, value in zip(chains, row, strict=True):
            if value is not None:
                yield _changed(base, chain, value)
    yield not_set(type_)


def _leaf_values(type_: str, chain: Chain, hints: Hints) -> list[Value]:
    leaf = _leaf_type(type_, chain)
    values = list(islice(_values(leaf, hints, ()), 1, 12))
    return [*values[:1], empty(leaf), *values[1:]]


def _leaf_type(type_: str, chain: Chain) -> str:
    for name in chain:
        known = access.property_of_type(type_, name)
        type_ = known[1] if known else types.ANY
    return type_ if type_ != types.ANY else "str"


def _record(type_: str, chains: tuple[Chain, ...], hints: Hints) -> Record:
    fields: dict[str, Value] = {}
    for name in dict.fromkeys(chain[0] for chain in chains):
        inner = tuple(chain[1:] for chain in chains if chain[0] == name and len(chain) > 1)
        known = access.property_of_type(type_, name)
        own = known[1] if known else types.ANY
        canonical = known[0] if known else name
        if inner and not types.is_collection(own) and own not in _MAKERS and own not in _REFERENCES:
            fields[canonical] = _record(own if own != types.ANY else "cpx_object", inner, hints)
        else:
            fields[canonical] = next(_values(own if own != types.ANY else "str", hints, inner))
    return Record(type_, fields)


def _changed(record: Record, chain: Chain, value: Value) -> Record:
    """The record with one property along a chain replaced."""
    fields = dict(record.fields)
    name = next((known for known in fields if known.lower() == chain[0].lower()), chain[0])
    inner = fields.get(name)
    fields[name] = (
        _changed(inner, chain[1:], value) if len(chain) > 1 and isinstance(inner, Record) else value
    )
    return Record(record.type, fields)


def ordinary(name: str, type_: str, chains: Iterable[Chain]) -> Value:
    """The first value to try for an input: a telephone number where the name says so, and the like."""
    word = name.rpartition(".")[2].lower()
    if type_ == "str":
        if any(part in word for part in ("ani", "phone", "number", "address")):
            return _PHONE
        if word.endswith("id"):
            return _GUID
    return candidates(type_, Hints(), chains)[0]
