"""The graph of a Studio script: Begin and every event action are entries, as nothing leads to them."""

from __future__ import annotations

from collections.abc import Iterator

from trunkline.domain.flow.graph import Edge, EdgeKind, FlowGraph, Node, Output
from trunkline.domain.json import Json, JsonObject
from trunkline.domain.studio.document import script_name

_ENDINGS = frozenset({"END", "RETURN", "HANGUP", "STOP", "TRANSFER", "BLINDTRANSFER"})
_BEGIN = "BEGIN"
_SNIPPET = "SNIPPET"
_CODE = "0"


def from_studio(document: JsonObject) -> FlowGraph:
    """The graph of a canonical document; nodes are actions, by their ids."""
    nodes = {key: _node(key, action, document) for key, action in document["actions"].items()}
    edges = tuple(_edges(document))
    roots = tuple(key for key, node in nodes.items() if is_entry(node.type))
    begin = next((key for key in roots if nodes[key].type == _BEGIN), None)
    ordered = roots if begin is None else (begin, *(key for key in roots if key != begin))
    return FlowGraph(script_name(document), "studio", nodes, edges, begin, ordered)


def is_entry(kind: str) -> bool:
    """Whether an action starts by itself: Begin, or an event (`ONANSWER`, `ONRELEASE`, `ONSIGNAL`)."""
    return kind == _BEGIN or kind.startswith("ON")


def snippets(document: JsonObject) -> dict[str, str]:
    """The code of each SNIPPET action, by action id, line ends as `\\n`."""
    found: dict[str, str] = {}
    for key, action in document["actions"].items():
        if str(action.get("name", "")).upper() == _SNIPPET:
            code = _property(document, key, "Data")
            found[key] = code.replace("\r\n", "\n")
    return found


def _property(document: JsonObject, key: str, name: str) -> str:
    """A property by name; where names are not known, the first."""
    properties = document["properties"].get(key)
    entries = properties if isinstance(properties, dict) else {}
    for entry in entries.values():
        if isinstance(entry, dict) and entry.get("name") == name:
            return str(entry.get("value") or "")
    first = entries.get(_CODE)
    return str(first.get("value") or "") if isinstance(first, dict) and not first.get("name") else ""


def _node(key: str, action: JsonObject, document: JsonObject) -> Node:
    kind = str(action.get("name") or "").upper()
    outputs = tuple(
        Output(str(index), _label(link), str(link.get("to")))
        for index, link in enumerate(document["branches"].get(key, []))
    )
    return Node(
        id=key,
        name=str(action.get("label") or kind or key),
        type=kind,
        item=key,
        path=("actions", key),
        tracking_id=int(key) if key.isdecimal() else None,
        outputs=outputs,
        terminal=kind.partition("_")[0] in _ENDINGS,
        body={**action, "properties": document["properties"].get(key, {})},
    )


def _edges(document: JsonObject) -> Iterator[Edge]:
    for key, links in document["branches"].items():
        for link in links:
            label = _label(link)
            kind = EdgeKind.CHOICE if link.get("type") == "case" else EdgeKind.BRANCH
            yield Edge(key, str(link.get("to")), label, kind if label else EdgeKind.NEXT)


def _label(link: JsonObject) -> str:
    label: Json = link.get("label")
    return label if isinstance(label, str) else ""
