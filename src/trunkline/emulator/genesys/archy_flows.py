"""A flow in Archy's YAML as a configuration document that the emulator can keep.

Items, actions, branches, variables and the manifest are carried over; what an action does in detail
(its expressions and bindings) is kept as text only where the graph of the flow needs it. It is our
reading: Architect's own compiler does more.
"""

from __future__ import annotations

from collections.abc import Mapping

from trunkline.domain.flow import FlowGraph, Node, Reference, from_archy
from trunkline.domain.json import Json, JsonObject
from trunkline.emulator.clock import stable_guid
from trunkline.emulator.genesys import stand_ins
from trunkline.emulator.genesys.records import ACTIONS, FLOWS, as_action, as_flow
from trunkline.emulator.orgs import Org
from trunkline.project.archy import parse_archy

Resolved = dict[tuple[str, str], str]
"""The id of each object that a flow names, by (manifest kind, name)."""


class Compiled:
    """What a YAML text says: the flow, and the objects it names."""

    def __init__(self, text: str) -> None:
        """Raises ValueError where the text is no flow of Archy."""
        document = parse_archy(text).value
        self.graph: FlowGraph = from_archy(document)
        (self.body,) = document.values()
        if not self.graph.name or "{{" in self.graph.name:
            raise ValueError("the flow has no name: were all substitutions made?")
        if self.graph.start not in self.graph.nodes:
            raise ValueError(f"the flow starts with {self.graph.start}, which is not there")
        self._numbers = {node: 10 + index for index, node in enumerate(self.graph.nodes)}

    @property
    def description(self) -> str:
        return str(self.body.get("description") or "")

    def configuration(self, resolved: Resolved) -> JsonObject:
        """The document; the same text gives the same ids."""
        graph = self.graph
        languages = self.body.get("supportedLanguages")
        tags = list(languages) if isinstance(languages, dict) else []
        return {
            "name": graph.name,
            "type": graph.type,
            "description": self.description,
            "initialSequence": self._id(graph.start or ""),
            "nextTrackingNumber": 10 + len(graph.nodes),
            "uiMetaData": {},
            "defaultLanguage": self.body.get("defaultLanguage"),
            "supportedLanguages": tags,
            "supportedLanguageOptions": [{"language": tag} for tag in tags],
            "manifest": _manifest(graph, resolved, tags),
            "debugSettings": {},
            "defaultSettings": {},
            "flowMetaData": {
                "flowDocumentVersion": "1.0",
                "minimumServerVersion": "1.0",
                "ttsDataVersion": "1.0",
            },
            "errorHandling": {"handlingType": "Disconnect"},
            "flowSequenceItemList": [self._item(item) for item in graph.items()],
            "variables": self._variables(None),
        }

    def _id(self, node: str) -> str:
        return stable_guid("archy", self.graph.type, self.graph.name, node)

    def _item(self, item: Node) -> JsonObject:
        inside = [node for node in self.graph.actions() if node.item == item.id]
        edges = [edge for edge in self.graph.outgoing[item.id] if edge.kind.value == "start"]
        body = self._node(item)
        if item.type == "Menu":
            offered = {e.target: e.label for e in self.graph.outgoing[item.id] if e.kind.value == "choice"}
            body["menuChoiceList"] = [
                {"id": self._id(f"{node.id}/choice"), "name": offered[node.id], "action": self._action(node)}
                for node in inside
                if node.id in offered
            ]
            inside = [node for node in inside if node.id not in offered]
        if edges:
            body["startAction"] = self._id(edges[0].target)
        return {
            **body,
            "actionList": [self._action(node) for node in inside],
            "variables": self._variables(item.id),
        }

    def _node(self, node: Node) -> JsonObject:
        return {
            "id": self._id(node.id),
            "trackingId": self._numbers[node.id],
            "name": node.name,
            "__type": node.type,
            "uiMetaData": {},
        }

    def _action(self, node: Node) -> JsonObject:
        body = self._node(node)
        following = self._following(node)
        if following is not None:
            body["nextAction"] = self._id(following)
        paths: list[JsonObject] = []
        for output in node.outputs:
            path: JsonObject = {"label": output.label, "outputId": output.id}
            paths.append(path | ({"nextActionId": self._id(output.target)} if output.target else {}))
        if node.type == "LoopAction":
            body["path"] = paths[0]
        elif paths:
            body["paths"] = paths
        for edge in self.graph.outgoing[node.id]:
            if edge.kind.value in ("call", "jump"):
                body[_reference_field(self.graph.nodes[edge.target].type)] = self._id(edge.target)
        return body

    def _following(self, node: Node) -> str | None:
        """The next action of the same list: ids end with the place in it."""
        prefix, _, place = node.id.rpartition("/")
        following = f"{prefix}/{int(place) + 1}" if place.isdigit() else None
        in_menu = self.graph.nodes[node.item].type == "Menu"
        return following if following in self.graph.nodes and not in_menu else None

    def _variables(self, item: str | None) -> list[JsonObject]:
        return [
            {
                "id": self._id(f"variable {variable.name}"),
                "name": variable.name,
                "__type": variable.type,
                "isInput": variable.is_input,
                "isOutput": variable.is_output,
                "isSecure": variable.is_secure,
                "isCollection": variable.is_collection,
                "isInternal": False,
                "version": "1.0",
            }
            for variable in self.graph.variables
            if variable.item == item
        ]


def _reference_field(item_type: str) -> str:
    return {"Menu": "menuReference", "State": "stateReference"}.get(item_type, "taskReference")


def _manifest(graph: FlowGraph, resolved: Mapping[tuple[str, str], str], languages: list[Json]) -> JsonObject:
    manifest: JsonObject = {
        "language": [{"id": tag} for tag in languages],
        "userPrompt": [],
        "systemPrompt": [],
    }
    for kind, name in dict.fromkeys((r.kind, r.name or "") for r in graph.references):
        if (kind, name) in resolved:
            manifest.setdefault(kind, []).append({"id": resolved[kind, name], "name": name})
    return manifest


def resolve(org: Org, references: tuple[Reference, ...]) -> tuple[Resolved, list[tuple[str, str]]]:
    """The ids of what a flow names, and the (kind, name) of what the org does not have."""
    resolved: Resolved = {}
    missing: list[tuple[str, str]] = []
    for kind, name in dict.fromkeys((r.kind, r.name or "") for r in references):
        if kind == "systemPrompt":
            resolved[kind, name] = f"__{name}__"
            continue
        found = _find(org, kind, name)
        if found is None:
            missing.append((kind, name))
        else:
            resolved[kind, name] = found
    return resolved, missing


def _find(org: Org, kind: str, name: str) -> str | None:
    if kind in ("dataAction", "secureAction"):
        for record in map(as_action, org.documents(ACTIONS).values()):
            if record["published"] is not None and record["published"]["name"] == name:
                return record["id"]
        return None
    flow_type = stand_ins.flow_type(kind)
    if flow_type is not None:
        for flow in map(as_flow, org.documents(FLOWS).values()):
            if flow["type"] == flow_type and flow["name"] == name and not flow["deleted"]:
                return flow["id"]
        return None
    collection = stand_ins.COLLECTIONS.get(kind)
    documents = org.documents(collection).items() if collection else []
    return next((object_id for object_id, body in documents if body.get("name") == name), None)
