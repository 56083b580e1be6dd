"""Files of script actions: `scripts/NAME.yaml` with `NAME.js` beside it, or the body as the API has it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from trunkline.domain.action.fault import Reader
from trunkline.domain.json import Json, JsonObject, Path, get
from trunkline.domain.resource import Address, Place, Source
from trunkline.domain.script import read_script
from trunkline.errors import InvalidInput
from trunkline.project.files import read_text
from trunkline.project.reading import Position, ReadFile, Reading, read_document

KIND = "script_action"
CONTENT: Path = ("script", "content")


def read_script_action(file: ReadFile) -> Reading:
    """A file of `scripts/` as a canonical body; the script's own text is read from beside it."""
    reading = Reading()
    document = read_document(file, reading)
    if document is None:
        return reading
    value, reading.positions = document
    source = Source(file.name, reading.positions)
    if isinstance(get(value, CONTENT), str):
        _take(reading, file, value)
        return reading
    reader = Reader()
    body, named = read_script(value, reader)
    for fault in reader.faults:
        reading.fault("script-form", source.place(fault.path), fault.message, fault.hint, fault.path)
    if reading.findings:
        return reading
    content = _content(reading, file, named, source)
    if content is not None:
        body["script"]["content"] = content
        reading.positions = _Renamed(reading.positions)
        _take(reading, file, body)
    return reading


def _content(reading: Reading, file: ReadFile, named: str | None, source: Source) -> str | None:
    stem = PurePosixPath(file.name).name.rpartition(".")[0]
    script = named or f"{stem}.js"
    path = file.folder / script
    place = source.place(("script",))
    if not path.resolve().is_relative_to(file.folder.resolve()):
        reading.fault("script-file", place, f"{script} is not in the folder of its definition")
        return None
    try:
        text = read_text(path)
    except InvalidInput as error:
        hint = "write it there, or name another with script:"
        reading.fault("script-file", place, f"the script {script}: {error.message}", hint)
        return None
    reading.texts = {CONTENT: PurePosixPath(file.name).with_name(script).as_posix()}
    return text


def _take(reading: Reading, file: ReadFile, body: Json) -> None:
    name = body.get("name")
    if not isinstance(name, str) or not name:
        place = Place(file.name, 1)
        reading.fault("script-form", place, "a script action needs a name")
        return
    taken: JsonObject = body
    reading.address = Address(KIND, name)
    reading.body = taken


class _Renamed(dict[Path, Position]):
    """Positions in the friendly form, by paths of the body: `dependencies` is `depends_on` there."""

    def __init__(self, positions: Mapping[Path, Position]) -> None:
        super().__init__(positions)
        for path, position in positions.items():
            if path[:1] == ("depends_on",):
                self[("dependencies", *path[1:])] = position
