"""The XML of Desktop Studio: `<ScriptContainer>` with an `<ActionStruct>` an action, as the JSON document.

Parameters are positional there, so their names are empty here. Nothing outside of the file is ever read:
document types and entities are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from trunkline.domain.json import JsonObject

DEEPEST = 50
LARGEST = 20_000_000
"""Characters of a file."""


@dataclass(slots=True)
class _Element:
    name: str
    attributes: dict[str, str]
    children: list[_Element] = field(default_factory=list["_Element"])
    text: list[str] = field(default_factory=list[str])

    def child(self, name: str) -> _Element | None:
        return next((each for each in self.children if each.name == name), None)

    def value(self, name: str) -> str:
        """The text of a child; empty where there is none."""
        found = self.child(name)
        return "".join(found.text) if found else ""

    def all(self, name: str) -> list[_Element]:
        """The children of a child."""
        found = self.child(name)
        return found.children if found else []


def from_xml(text: str) -> JsonObject:
    """The document of a Studio XML file. Raises ValueError with line and column."""
    root = _parse(text)
    if root.name != "ScriptContainer":
        raise ValueError(f"is no Studio script: its root is <{root.name[:40]}>, not <ScriptContainer>")
    document: JsonObject = {
        "header": {
            "scriptName": root.value("ScriptName") or root.attributes.get("ScriptName", ""),
            "mediaType": root.value("MediaType"),
        },
        "actions": {},
        "properties": {},
        "branches": {},
    }
    for action in root.all("Actions"):
        _take(document, action)
    return document


def _take(document: JsonObject, action: _Element) -> None:
    key = action.value("ActionID").strip()
    if not key or key in document["actions"]:
        raise ValueError(f"an action has {'no id' if not key else f'the id {key}, which another has'}")
    document["actions"][key] = {
        "actionId": int(key) if key.isdecimal() else key,
        "libraryId": action.value("LibraryID"),
        "name": action.value("Action"),
        "label": action.value("Caption"),
        "dependencyOrder": action.value("DependencyOrder"),
        "implType": action.value("Impl_Type"),
    }
    parameters = [("".join(each.text)) for each in action.all("Parameters")]
    document["properties"][key] = {
        str(index): {"name": "", "value": value} for index, value in enumerate(parameters)
    }
    links = [_link(each, "default") for each in action.children if each.name == "DefaultNextAction"]
    links += [_link(each, "branch") for each in action.all("Branches")]
    links += [_link(each, "case") for each in action.all("Cases")]
    kept = [link for link in links if link is not None]
    if kept:
        document["branches"][key] = kept


def _link(element: _Element, kind: str) -> JsonObject | None:
    to, index = element.value("ActionID").strip(), element.value("Index").strip()
    if not to or to == "-1":
        return None
    number = int(to) if to.isdecimal() else to
    return {"to": number, "label": element.value("Text"), "type": kind, "index": int(index or 0)}


def _parse(text: str) -> _Element:
    if len(text) > LARGEST:
        raise ValueError(f"is longer than {LARGEST:,} characters")
    parser = expat.ParserCreate()
    builder = _Builder()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _no_doctype
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        reason = expat.errors.messages[error.code]
        raise ValueError(f"is no XML: {reason} (line {error.lineno}, column {error.offset + 1})") from None
    if builder.root is None:
        raise ValueError("is no XML: it is empty")
    return builder.root


def _no_doctype(*declared: object) -> NoReturn:
    del declared
    raise ValueError("declares a document type, which no Studio script does")


class _Builder:
    def __init__(self) -> None:
        self.root: _Element | None = None
        self._open: list[_Element] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= DEEPEST:
            raise ValueError(f"is nested deeper than {DEEPEST}")
        element = _Element(name, attributes)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def end(self, name: str) -> None:
        del name
        self._open.pop()

    def data(self, text: str) -> None:
        self._open[-1].text.append(text)
