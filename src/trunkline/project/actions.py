"""Files of data actions: the friendly YAML form, the vendor's exports, the guides' wire form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from trunkline.domain.action import Compiled, compile_friendly, compile_guides, vendor
from trunkline.domain.json import JsonObject, Path
from trunkline.domain.resource import Address, Source
from trunkline.project.reading import Position, ReadFile, Reading, read_document

KIND = "data_action"


def read_action(file: ReadFile) -> Reading:
    """A file of `actions/` as a canonical body: YAML is the friendly form, JSON the vendor's or guides'."""
    reading = Reading()
    document = read_document(file, reading)
    if document is None:
        return reading
    value, positions = document
    source = Source(file.name, positions)
    if vendor.form(value):
        _take(reading, file, _as_the_lock_knows(value, file.known), positions)
    elif isinstance(value, dict) and "responseMapping" in value:
        _compiled(reading, file, compile_guides(value), source)
    elif file.is_yaml:
        _compiled(reading, file, compile_friendly(value), source)
    else:
        reading.fault(
            "project-form",
            source.place(),
            "is no data action: neither an export of the vendor, an API body, nor a guides definition",
            "an export has name, config.request, config.response and contract; YAML holds the short form",
        )
    return reading


def _as_the_lock_knows(value: JsonObject, known: Address | None) -> JsonObject:
    """The canonical body; a pulled action whose live name ends in the export suffix keeps it."""
    body = vendor.from_vendor(value)
    if known is not None and known.names(value["name"]):
        return {**body, "name": value["name"]}
    return body


def _compiled(reading: Reading, file: ReadFile, compiled: Compiled, source: Source) -> None:
    for fault in compiled.faults:
        reading.fault("action-form", source.place(fault.path), fault.message, fault.hint, fault.path)
    if compiled.faults:
        reading.draft, reading.positions = compiled.body, _Traced(compiled, source.positions)
    else:
        _take(reading, file, compiled.body, _Traced(compiled, source.positions))


def _take(reading: Reading, file: ReadFile, body: JsonObject, positions: Mapping[Path, Position]) -> None:
    name = body.get("name")
    if not isinstance(name, str) or not name.strip():
        reading.fault(
            "project-form", Source(file.name, positions).place(("name",)), "a data action needs a name"
        )
        return
    reading.address = file.known if file.known and file.known.names(name) else Address(KIND, name)
    reading.body = body
    reading.positions = positions


class _Traced(Mapping[Path, Position]):
    """Positions in the file, asked for by paths of the canonical body."""

    def __init__(self, compiled: Compiled, positions: Mapping[Path, Position]) -> None:
        self._compiled = compiled
        self._positions = positions

    def __getitem__(self, path: Path) -> Position:
        origin = self._compiled.origin(path)
        for length in range(len(origin), -1, -1):
            found = self._positions.get(origin[:length])
            if found:
                return found
        raise KeyError(path)

    def __iter__(self) -> Iterator[Path]:
        return iter(self._compiled.origins)

    def __len__(self) -> int:
        return len(self._compiled.origins)
