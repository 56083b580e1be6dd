"""From files of any origin to files of a project."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from trunkline.domain.action import compile_guides, vendor
from trunkline.domain.json import Json, JsonObject, file_text
from trunkline.errors import InvalidInput
from trunkline.project.adopting.hcl import Block, parse_hcl
from trunkline.project.adopting.terraform import Read, action_blocks, read_action, stem_of
from trunkline.project.adopting.variables import Module, Variable, with_variables
from trunkline.project.config import CONFIG_FILE, Config
from trunkline.project.files import read_text, slug, write_atomic
from trunkline.project.jsonfile import JsonFault, parse_json
from trunkline.project.load import load_project
from trunkline.project.variables import literal, substitute

_HCL = (".tf", ".hcl")
_YAML = (".yaml", ".yml")
_NO_EXPORT = "is YAML, as the actions of a project are: copy it into actions/, there is nothing to import"


@dataclass(frozen=True, slots=True)
class Adopted:
    """One action. `file` is where it goes in the project, or lies already (`new` is False).

    `notes` are what its origin says and its file does not; `fault` says why it was not taken.
    """

    origin: str
    name: str = ""
    file: str | None = None
    new: bool = False
    notes: tuple[str, ...] = ()
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Adoption:
    """All that was found in the files, and the variables added to the project."""

    results: tuple[Adopted, ...]
    variables: tuple[Variable, ...]

    @property
    def complete(self) -> bool:
        return all(result.fault is None for result in self.results)


def adopt(config: Config, files: Sequence[Path], *, write: bool = True) -> Adoption:
    """Reads the files and, unless `write` is False, writes what is new into the project."""
    adopting = _Adopting(config, write)
    adopting.terraform([file for file in files if file.suffix.lower() in _HCL])
    for file in files:
        if file.suffix.lower() not in _HCL:
            adopting.document(file)
    return adopting.finish()


@dataclass(slots=True)
class _Adopting:
    config: Config
    write: bool
    results: list[Adopted] = field(default_factory=list[Adopted])
    _variables: dict[str, Variable] = field(default_factory=dict[str, Variable])
    _names: dict[str, str] = field(default_factory=dict[str, str])
    _taken: set[str] = field(default_factory=set[str])

    def __post_init__(self) -> None:
        loaded = load_project(self.config, kinds=("data_action",))
        for resource in loaded.resources:
            if resource.source:
                self._names[resource.address.name] = resource.source.file
        folder = self.config.root / "actions"
        found = folder.rglob("*") if folder.is_dir() else ()
        self._taken = {path.relative_to(self.config.root).as_posix() for path in found}

    def terraform(self, files: Sequence[Path]) -> None:
        parsed: list[tuple[Path, list[Block]]] = []
        modules: dict[Path, Module] = {}
        for file in files:
            try:
                blocks = parse_hcl(read_text(file))
                modules.setdefault(file.resolve().parent, Module()).learn(blocks)
            except InvalidInput as error:
                self.results.append(Adopted(str(file), fault=error.message))
                continue
            parsed.append((file, blocks))
        found = [
            (file, block, stem_of(file, block, len(action_blocks(blocks)) == 1))
            for file, blocks in parsed
            for block in action_blocks(blocks)
        ]
        names = Counter(_name_source(block) for _, block, _ in found)
        for file, block, stem in found:
            own, origin = names[_name_source(block)] > 1, f"{file}:{block.line}"
            try:
                read = read_action(block, modules[file.resolve().parent], stem, own_name=own)
            except InvalidInput as error:
                self.results.append(Adopted(origin, fault=error.message))
            else:
                self._take(origin, read)
        holders = {file for file, _, _ in found}
        self.results += [
            Adopted(str(file), notes=("holds no data action",)) for file, _ in parsed if file not in holders
        ]

    def document(self, file: Path) -> None:
        """An exported file, a body of either API, or a list of such."""
        try:
            value = parse_json(read_text(file))
        except (InvalidInput, JsonFault) as error:
            yaml = isinstance(error, JsonFault) and file.suffix.lower() in _YAML
            self.results.append(Adopted(str(file), fault=_NO_EXPORT if yaml else str(error)))
            return
        several: list[Json] = value if isinstance(value, list) else [value]
        if isinstance(value, dict) and isinstance(value.get("entities"), list):
            several = value["entities"]
        for body in several:
            if isinstance(body, dict) and "responseMapping" in body:
                self._guides(file, body)
                continue
            if vendor.form(body) is None or not isinstance(body["name"], str):
                fault = "is no data action: it needs name, config.request, config.response and contract"
                self.results.append(Adopted(str(file), fault=fault))
                continue
            self._take(str(file), _canonical(body))

    def _guides(self, file: Path, definition: JsonObject) -> None:
        compiled = compile_guides(definition)
        if compiled.faults:
            self.results.append(Adopted(str(file), fault="; ".join(map(str, compiled.faults))))
        else:
            self._take(str(file), Read(literal(compiled.body)))

    def finish(self) -> Adoption:
        """Writes `trunkline.toml`, if there is a variable it does not hold."""
        known = self.config.variables
        added = [
            variable
            for variable in self._variables.values()
            if not variable.secret and variable.name not in known
        ]
        comments = {
            variable.name: f"was {variable.source} in Terraform: set it"
            for variable in added
            if not variable.known
        }
        if self.write and added:
            path = self.config.root / CONFIG_FILE
            text = with_variables(read_text(path), {each.name: each for each in added}, comments)
            write_atomic(path, text)
        secrets = [variable for variable in self._variables.values() if variable.secret]
        return Adoption(tuple(self.results), (*added, *secrets))

    def _take(self, origin: str, read: Read) -> None:
        for variable in read.variables.values():
            self._variables.setdefault(variable.name, variable)
        values = {**{each.name: each.value for each in self._variables.values()}, **self.config.variables}
        name = str(substitute(read.body["name"], values, {})[0])
        if name in self._names:
            note = f"the project has it already: {self._names[name]}"
            self.results.append(Adopted(origin, name, self._names[name], notes=(note,)))
            return
        file = self._free(slug(name), vendor.action_type(read.body))
        if self.write:
            write_atomic(self.config.root / file, file_text(read.body))
        self._names[name] = file
        self._taken.add(file)
        self.results.append(Adopted(origin, name, file, new=True, notes=read.notes))

    def _free(self, stem: str, kind: str) -> str:
        candidates = [stem, *(f"{stem}-{number}" for number in range(2, 1000))]
        names = (f"actions/{candidate}.{kind}.json" for candidate in candidates)
        return next(name for name in names if name not in self._taken)


def _name_source(block: Block) -> str:
    """What an action is called in Terraform; actions without a name of their own are told apart."""
    name = block.attributes.get("name")
    return name.source if name else f"line {block.line} of {' '.join(block.labels)}"


_IDS = ("id", "version", "selfUri", "integrationId")


def _canonical(document: JsonObject) -> Read:
    """The body without what belongs to one org, which is said."""
    body = vendor.from_vendor(document)
    notes = [f"{key} {json.dumps(body.pop(key))} belongs to one org" for key in _IDS if key in body]
    if body["name"] != document["name"]:
        notes.append(f"the export's suffix was taken off its name: {document['name']}")
    if vendor.is_static(document):
        notes.append("it is built in: it can be read and run, and no org lets anybody change it")
        body.setdefault("actionType", "static")
    return Read(literal(body), notes=tuple(notes))
