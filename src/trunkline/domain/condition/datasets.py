"""Data sets: what conditions read, and the types of its fields."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from trunkline.domain.action.fault import Reader
from trunkline.domain.json import Json, JsonObject, Path


class FieldType(StrEnum):
    STRING = "string"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class DataField:
    """A field of a data set. Its id is its name where nobody gave it another."""

    id: str
    name: str
    type: FieldType


@dataclass(frozen=True, slots=True)
class DataSet:
    """`source` is the data action that feeds it: a name, or an id as the cloud has it."""

    id: str
    name: str
    fields: tuple[DataField, ...]
    source: str | None = None

    def find(self, reference: str) -> DataField | None:
        """The field of an id or else of a name."""
        by_id = (each for each in self.fields if each.id == reference)
        by_name = (each for each in self.fields if each.name == reference)
        return next(by_id, None) or next(by_name, None)


class Catalogue:
    """All data sets that conditions may read, of the project and of the org."""

    def __init__(self, sets: Iterable[DataSet] = ()) -> None:
        self.sets = tuple(sets)
        self._by_id = {each.id: each for each in reversed(self.sets)}
        self._by_name = {each.name: each for each in reversed(self.sets)}

    def find(self, reference: str) -> DataSet | None:
        """The data set of an id or else of a name."""
        return self._by_id.get(reference) or self._by_name.get(reference)

    def type_of(self, dataset: str, name: str) -> FieldType | None:
        """The type of a field, where both are known."""
        found = self.find(dataset)
        field = found.find(name) if found else None
        return field.type if field else None

    def names(self) -> list[str]:
        return [each.name for each in self.sets]

    def with_(self, others: Iterable[DataSet]) -> Catalogue:
        """These, then what `others` add; a name that is here already is not added again."""
        return Catalogue((*self.sets, *(each for each in others if each.name not in self._by_name)))


def read_dataset(document: Json, reader: Reader, identity: str = "") -> DataSet | None:
    """A data set of a file or an answer: {id?, name, fields, source?}. Faults go to `reader`.

    fields: a list of {id?, name, type}, or short: {status: string}. source: an action's name, or {actionId}.
    """
    top = reader.object(document, ())
    name = reader.text(top.get("name"), ("name",))
    if not name.strip():
        reader.fault(("name",), "a data set needs a name")
    fields = tuple(_fields(top.get("fields"), reader))
    if not fields:
        reader.fault(("fields",), "a data set needs fields", "write fields: {status: string}")
    _refuse_twice(fields, reader)
    found = reader.text(top.get("id"), ("id",), identity) or name
    return DataSet(found, name, fields, _source(top.get("source"), reader))


def _fields(value: Json, reader: Reader) -> Iterable[DataField]:
    if isinstance(value, dict):
        value = [{"name": name, "type": kind} for name, kind in value.items()]
        for each in value:
            yield from _field(each, ("fields", str(each["name"])), reader, short=True)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _field(each, ("fields", index), reader)
    elif value is not None:
        reader.expected(("fields",), "an object or a list of fields", value)


def _field(value: Json, path: Path, reader: Reader, *, short: bool = False) -> Iterable[DataField]:
    given: JsonObject = reader.object(value, path, ("id", "name", "type", "description"))
    name = reader.text(given.get("name"), (*path, "name"))
    if not name:
        reader.fault(path, "a field needs a name")
    kind = reader.choice(given.get("type"), path if short else (*path, "type"), FieldType)
    if given.get("type") is None:
        reader.fault(path, "a field needs a type", f"one of {', '.join(FieldType)}")
    if name and kind:
        yield DataField(reader.text(given.get("id"), (*path, "id"), name), name, FieldType(kind))


def _refuse_twice(fields: tuple[DataField, ...], reader: Reader) -> None:
    seen: set[str] = set()
    for field in fields:
        for word in {field.id, field.name}:
            if word in seen:
                reader.fault(("fields",), f"two fields are called {word}")
            seen.add(word)


def _source(value: Json, reader: Reader) -> str | None:
    if isinstance(value, dict):
        return (
            reader.text(reader.object(value, ("source",), ("actionId",)).get("actionId"), ("source",)) or None
        )
    return reader.text(value, ("source",)) or None
