"""The graph of a configuration document, as `/flows/{id}/latestconfiguration` answers it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from trunkline.domain.flow import expressions as ex
from trunkline.domain.flow.assemble import Item, Step, assemble
from trunkline.domain.flow.graph import FlowGraph, Node, Output, Reference, Use, Variable
from trunkline.domain.flow.vocabulary import LITERAL_KINDS, REFERENCE_FIELDS
from trunkline.domain.json import Json, JsonObject, Path, show_path

_ITEM_FIELDS = ("taskReference", "menuReference", "stateReference")
_APART = frozenset(
    {"commonModules", "flowSequenceItemList", "initialSequence", "manifest", "uiMetaData", "variables"}
)


def from_configuration(document: JsonObject) -> FlowGraph:
    """The graph of an Architect configuration.

    Raises ValueError for what is no configuration: no `flowSequenceItemList`.
    """
    if is_configuration(document):
        return _Builder(document).build()
    raise ValueError("not a flow configuration: it has no list flowSequenceItemList")


def is_configuration(document: Json) -> bool:
    """Whether a JSON document looks like an Architect configuration."""
    return isinstance(document, dict) and isinstance(document.get("flowSequenceItemList"), list)


def _objects(value: Json, path: Path) -> Iterator[tuple[Path, JsonObject]]:
    if isinstance(value, list):
        for index, child in enumerate(value):
            if isinstance(child, dict):
                yield (*path, index), child


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) and value else None


@dataclass(slots=True)
class _Builder:
    document: JsonObject
    items: list[Item] = field(default_factory=list[Item])
    steps: dict[str, Step] = field(default_factory=dict[str, Step])
    variables: list[Variable] = field(default_factory=list[Variable])
    uses: list[Use] = field(default_factory=list[Use])
    references: list[Reference] = field(default_factory=list[Reference])
    seen: set[str] = field(default_factory=set[str])
    duplicates: dict[str, None] = field(default_factory=dict[str, None])

    def build(self) -> FlowGraph:
        document = self.document
        self._variables(document.get("variables"), ("variables",), None)
        for path, body in _objects(document["flowSequenceItemList"], ("flowSequenceItemList",)):
            self._item(body, path)
        for key, value in document.items():
            if key not in _APART:
                self._expressions(value, (key,), None)
        nodes, edges = assemble(self.items, self.steps)
        start = _text(document.get("initialSequence"))
        return FlowGraph(
            name=_text(document.get("name")) or "",
            type=(_text(document.get("type")) or "").lower(),
            nodes=nodes,
            edges=edges,
            start=start,
            roots=tuple(self._roots(start)),
            variables=tuple(self.variables),
            uses=tuple(self.uses),
            references=tuple(self.references),
            manifest=_manifest(document.get("manifest")),
            duplicates=tuple(self.duplicates),
        )

    def _roots(self, start: str | None) -> Iterator[str]:
        """The initial item, and those the settings name: error handling, intents, events."""
        items = {item.node.id for item in self.items}
        if start is not None:
            yield start
        settings = {key: value for key, value in self.document.items() if key not in _APART}
        named = set(ex.texts(settings)) & items
        yield from (item.node.id for item in self.items if item.node.id in named - {start})

    def _item(self, body: JsonObject, path: Path) -> None:
        item_id = self._id(body, path)
        node = _node(body, path, item_id, item_id)
        item = Item(node, _text(body.get("startAction")), repeats=node.type == "LoopTask")
        self.items.append(item)
        self._variables(body.get("variables"), (*path, "variables"), item_id)
        for inner, action in _objects(body.get("actionList"), (*path, "actionList")):
            self._action(action, inner, item_id)
        for inner, choice in _objects(body.get("menuChoiceList"), (*path, "menuChoiceList")):
            self._choice(item, choice, inner)
        default = body.get("defaultMenuChoice")
        if isinstance(default, dict):
            self._choice(item, default, (*path, "defaultMenuChoice"))
        settings = {k: v for k, v in body.items() if k not in {"actionList", "menuChoiceList", "variables"}}
        self._expressions(settings, path, item_id)

    def _choice(self, item: Item, choice: JsonObject, path: Path) -> None:
        action = choice.get("action")
        if isinstance(action, dict):
            step = self._action(action, (*path, "action"), item.node.id)
            digit, name = choice.get("digit"), _text(choice.get("name")) or ""
            label = name if digit is None else f"{digit}: {name}"
            item.choices.append((label, step))

    def _action(self, body: JsonObject, path: Path, item: str) -> str:
        action_id = self._id(body, path)
        node = _node(body, path, action_id, item)
        targets = [_text(body.get(key)) for key in _ITEM_FIELDS]
        target = next((target for target in targets if target), None)
        calls = node.type == "CallTaskAction"
        self.steps.setdefault(
            action_id,
            Step(
                node,
                next=_text(body.get("nextAction")),
                calls=target if calls else None,
                jumps=None if calls else target,
            ),
        )
        self._reference(node)
        self._expressions(body, path, action_id)
        return action_id

    def _id(self, body: JsonObject, path: Path) -> str:
        own = _text(body.get("id")) or show_path(path)
        if own in self.seen:
            self.duplicates[own] = None
        self.seen.add(own)
        return own

    def _reference(self, node: Node) -> None:
        fields = REFERENCE_FIELDS.get(node.type)
        if fields is None:
            return
        object_id = _text(node.body.get(fields.id_field))
        name = _text(node.body.get(fields.name_field))
        if object_id or name:
            path = (*node.path, fields.id_field)
            self.references.append(Reference(fields.kind, object_id, name, node.id, path))

    def _variables(self, value: Json, path: Path, item: str | None) -> None:
        for here, body in _objects(value, path):
            name = _text(body.get("name"))
            if name is None:
                continue
            self.variables.append(
                Variable(
                    id=_text(body.get("id")) or name,
                    name=name,
                    type=_text(body.get("__type")) or "",
                    item=item,
                    is_input=body.get("isInput") is True,
                    is_output=body.get("isOutput") is True,
                    is_secure=body.get("isSecure") is True,
                    is_collection=body.get("isCollection") is True,
                    has_value=ex.is_set(body.get("initialValue")),
                    path=here,
                )
            )
            self._expressions(body.get("initialValue"), (*here, "initialValue"), item)

    def _expressions(self, value: Json, path: Path, node: str | None) -> None:
        for here, expression in ex.expressions(value, path):
            self._uses(here, expression, node)
            for leaf in ex.leaves(expression):
                if leaf.key == "lit":
                    self._literal(here, leaf.fields, node)
                elif leaf.key == "ref" and (_text(leaf.fields.get("text")) or "").startswith("Prompt."):
                    name = leaf.fields["text"].removeprefix("Prompt.")
                    prompt = Reference("userPrompt", _text(leaf.fields.get("val")), name, node, here)
                    self.references.append(prompt)

    def _uses(self, path: Path, expression: JsonObject, node: str | None) -> None:
        writes = ex.is_target(path, expression)
        if "config" not in expression:
            for name in ex.variable_names(ex.text_of(expression)):
                self.uses.append(Use(name, name, node, writes, path))
            return
        for leaf in ex.leaves(expression):
            name = _text(leaf.fields.get("text"))
            if leaf.key == "ref" and name and not name.startswith("Prompt."):
                self.uses.append(Use(_text(leaf.fields.get("val")) or name, name, node, writes, path))

    def _literal(self, path: Path, literal: JsonObject, node: str | None) -> None:
        kind = LITERAL_KINDS.get(str(literal.get("type")))
        object_id = _text(literal.get("val"))
        if kind is None or object_id is None:
            return
        if kind == "userPrompt" and object_id.startswith("__"):
            kind = "systemPrompt"
        self.references.append(Reference(kind, object_id, _text(literal.get("text")), node, path))


def _node(body: JsonObject, path: Path, node_id: str, item: str) -> Node:
    tracking = body.get("trackingId")
    return Node(
        id=node_id,
        name=_text(body.get("name")) or _text(body.get("__type")) or node_id,
        type=_text(body.get("__type")) or "",
        item=item,
        path=path,
        tracking_id=tracking if isinstance(tracking, int) else None,
        outputs=() if item == node_id else tuple(_outputs(body)),
        body=body,
    )


def _outputs(body: JsonObject) -> Iterator[Output]:
    several = body.get("paths")
    for _, path in _objects([*(several if isinstance(several, list) else []), body.get("path")], ()):
        output_id = _text(path.get("outputId")) or ""
        yield Output(
            id=output_id,
            label=_text(path.get("label")) or output_id,
            target=_text(path.get("nextActionId")),
            disabled=path.get("disabled") is True,
        )


def _manifest(value: Json) -> tuple[Reference, ...] | None:
    if not isinstance(value, dict):
        return None
    return tuple(
        Reference(
            kind,
            _text(entry.get("id")),
            _text(entry.get("name")),
            path=path,
            version=_text(entry.get("version")),
        )
        for kind, entries in value.items()
        for path, entry in _objects(entries, ("manifest", kind))
    )
