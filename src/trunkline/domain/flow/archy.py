"""The graph of a flow written in Archy YAML (already parsed; substitutions kept as `{{name}}`).

Nesting is structural here: the actions of a branch lie in the action that owns it, and the
join is the next entry of the list. Objects and variables are named, never identified.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from trunkline.domain.flow.assemble import Item, Step, assemble
from trunkline.domain.flow.expressions import texts, variable_names
from trunkline.domain.flow.graph import FlowGraph, Node, Output, Reference, Use, Variable
from trunkline.domain.flow.vocabulary import (
    ARCHY_KINDS,
    COUNTERPARTS,
    OUTPUTS,
    archy_type,
    flow_type,
    output_id,
)
from trunkline.domain.json import Json, JsonObject, Path

_ITEMS = {"tasks": "Task", "menus": "Menu", "states": "State", "bots": "BotState"}
_NAMED = {
    "dataAction": "dataAction",
    "secureDataAction": "secureAction",
    "dataTable": "dataTable",
    "botFlow": "botFlow",
    "digitalBotFlow": "digitalBotFlow",
    "commonModule": "commonModuleFlow",
}
_REF = re.compile(r"\[(.*)\]\s*\Z", re.DOTALL)
_STARTUP = "startUpTaskActions"


def is_archy(document: Json) -> bool:
    """Whether a parsed YAML document looks like a flow of Archy: one key, a body with a name."""
    if not isinstance(document, dict) or len(document) != 1:
        return False
    (body,) = document.values()
    return isinstance(body, dict) and "name" in body and (_STARTUP in body or "startUpRef" in body)


def from_archy(document: JsonObject) -> FlowGraph:
    """The graph of an Archy flow. Raises ValueError where the document is none."""
    if len(document) != 1:
        raise ValueError("not an Archy flow: it needs exactly one top-level key, the flow's type")
    ((word, body),) = document.items()
    if isinstance(body, dict):
        return _Builder(word, body).build()
    raise ValueError(f"not an Archy flow: {word} holds no mapping")


def _mapping(value: Json) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _entries(value: Json, path: Path) -> Iterator[tuple[Path, str, JsonObject]]:
    """A list of one-key mappings: (path of the body, key, body)."""
    if isinstance(value, list):
        for index, entry in enumerate(value):
            for word, body in _mapping(entry).items():
                yield (*path, index, word), word, _mapping(body)


def _ref(value: Json) -> str | None:
    """The item named by a reference: `/workflow/states/state[Initial State_10]`."""
    found = _REF.search(value) if isinstance(value, str) else None
    return found[1] if found else None


@dataclass(slots=True)
class _Builder:
    word: str
    body: JsonObject
    items: list[Item] = field(default_factory=list[Item])
    steps: dict[str, Step] = field(default_factory=dict[str, Step])
    variables: list[Variable] = field(default_factory=list[Variable])
    uses: list[Use] = field(default_factory=list[Use])
    references: list[Reference] = field(default_factory=list[Reference])
    waiting: list[tuple[Json, Path, str, str]] = field(default_factory=list[tuple[Json, Path, str, str]])
    """Lists of actions still to be read: (list, path, prefix of ids, item)."""
    duplicates: dict[str, None] = field(default_factory=dict[str, None])

    def build(self) -> FlowGraph:
        self._variables(self.body.get("variables"), (self.word, "variables"), None)
        start = _ref(self.body.get("startUpRef")) or self._startup()
        for key, kind in _ITEMS.items():
            for path, _, body in _entries(self.body.get(key), (self.word, key)):
                self._item(body, path, kind)
        while self.waiting:
            self._actions(*self.waiting.pop())
        named: set[str | None] = set()
        for key, value in self.body.items():
            if key not in {*_ITEMS, "variables", "startUpRef", _STARTUP}:
                self._facts(value, (self.word, key), None)
                named |= {_ref(text) for text in texts(value)}
        nodes, edges = assemble(self.items, self.steps)
        roots = [start, *(item.node.id for item in self.items if item.node.id in named - {start})]
        return FlowGraph(
            name=str(self.body.get("name") or ""),
            type=flow_type(self.word),
            nodes=nodes,
            edges=edges,
            start=start,
            roots=tuple(root for root in roots if root is not None),
            variables=tuple(self.variables),
            uses=tuple(self.uses),
            references=tuple(self.references),
            duplicates=tuple(self.duplicates),
        )

    def _startup(self) -> str | None:
        actions = self.body.get(_STARTUP)
        if not isinstance(actions, list):
            return None
        kind = "CommonModuleTask" if self.word == "commonModule" else "LoopTask"
        self._item({"name": "Startup Task", "actions": actions}, (self.word,), kind, (_STARTUP,))
        return self.items[-1].node.id

    def _item(self, body: JsonObject, path: Path, kind: str, key: Path = ("actions",)) -> None:
        name = str(body.get("name") or kind)
        item_id = str(body.get("refId") or name)
        if any(item.node.id == item_id for item in self.items):
            self.duplicates[item_id] = None
        item = Item(Node(item_id, name, kind, item_id, path, body=body), repeats=kind == "LoopTask")
        self.items.append(item)
        self._variables(body.get("variables"), (*path, "variables"), item_id)
        item.start = self._later(body.get("actions"), (*path, *key), item_id, item_id)
        for here, word, choice in _entries(body.get("choices"), (*path, "choices")):
            self._choice(item, word, choice, here)
        settings = {k: v for k, v in body.items() if k not in {"actions", "variables", "choices"}}
        self._facts(settings, path, item_id)

    def _choice(self, item: Item, word: str, body: JsonObject, path: Path) -> None:
        step_id = f"{item.node.id}/{path[-2]}"
        digit = str(body.get("dtmf") or "").removeprefix("digit_")
        name = str(body.get("name") or word)
        item.choices.append((f"{digit}: {name}" if digit else name, step_id))
        task = body.get("task")
        if isinstance(task, dict):
            self._item({"name": name, "refId": f"{step_id}/task", **task}, (*path, "task"), "Task")
            node = Node(step_id, name, "TaskAction", item.node.id, path, body=body)
            self.steps[step_id] = Step(node, jumps=f"{step_id}/task")
        else:
            self._action(word, body, path, step_id, item.node.id, None)

    def _later(self, actions: Json, path: Path, prefix: str, item: str) -> str | None:
        """Queues a list of actions; the id that its first one will have."""
        if not list(_entries(actions, path)):
            return None
        self.waiting.append((actions, path, prefix, item))
        return f"{prefix}/0"

    def _actions(self, actions: Json, path: Path, prefix: str, item: str) -> None:
        entries = list(_entries(actions, path))
        for index, (here, word, body) in enumerate(entries):
            following = f"{prefix}/{index + 1}" if index + 1 < len(entries) else None
            self._action(word, body, here, f"{prefix}/{index}", item, following)

    def _action(
        self, word: str, body: JsonObject, path: Path, step_id: str, item: str, following: str | None
    ) -> None:
        kind = archy_type(word)
        outputs = tuple(self._outputs(kind, body, path, step_id, item))
        name = str(body.get("name") or word)
        node = Node(step_id, name, kind, item, path, outputs=outputs, body=body)
        target = next(
            (ref for key, value in body.items() if key.endswith("Ref") and (ref := _ref(value))), None
        )
        calls = kind == "CallTaskAction"
        self.steps[step_id] = Step(
            node, following, calls=target if calls else None, jumps=None if calls else target
        )
        self._facts(body, path, step_id)

    def _outputs(self, kind: str, body: JsonObject, path: Path, step_id: str, item: str) -> Iterator[Output]:
        seen: set[str] = set()
        for name, label, here, actions in _branches(body, path):
            seen.add(name)
            yield Output(output_id(name), label, self._later(actions, here, f"{step_id}/{label}", item))
        implied = OUTPUTS.get(kind) or [COUNTERPARTS[name] for name in sorted(seen) if name in COUNTERPARTS]
        for name in implied:
            if name not in seen and not (kind.startswith("Transfer") and name == "success"):
                yield Output(output_id(name), name, None)

    def _variables(self, value: Json, path: Path, item: str | None) -> None:
        for here, word, body in _entries(value, path):
            name = body.get("name")
            if not isinstance(name, str):
                continue
            initial = _mapping(body.get("initialValue"))
            self.variables.append(
                Variable(
                    id=name,
                    name=name,
                    type=word[:1].upper() + word[1:],
                    item=item,
                    is_input=body.get("isInput") is True,
                    is_output=body.get("isOutput") is True,
                    is_secure=body.get("isSecure") is True,
                    is_collection="Collection" in word,
                    has_value=bool(initial) and "noValue" not in initial,
                    path=here,
                )
            )
            self._facts(body.get("initialValue"), (*here, "initialValue"), item)

    def _facts(self, value: Json, path: Path, node: str | None) -> None:
        """Variables and foreign objects named in `value`, not in the branches below it."""
        waiting: list[tuple[Path, Json]] = [(path, value)]
        while waiting:
            here, tree = waiting.pop()
            if isinstance(tree, list):
                waiting += [((*here, index), child) for index, child in enumerate(tree)]
            for key, child in _mapping(tree).items():
                if key in {"actions", "task"}:
                    continue
                self._fact(key, child, (*here, key), node)
                waiting.append(((*here, key), child))

    def _fact(self, key: str, value: Json, path: Path, node: str | None) -> None:
        if key == "exp" and isinstance(value, str):
            self.uses += [Use(name, name, node, False, path) for name in variable_names(value)]
        elif key in {"var", "variable"} and isinstance(value, str):
            self.uses.append(Use(value, value, node, True, path))
        elif key in _NAMED and isinstance(value, dict):
            self.references += [
                Reference(_NAMED[key], None, name, node, (*path, name))
                for name, body in value.items()
                if isinstance(body, dict) and name not in {"lit", "exp", "var"}
            ]
        elif key == "lit" and isinstance(value, dict) and isinstance(value.get("name"), str):
            kinds = (ARCHY_KINDS.get(step) for step in reversed(path) if isinstance(step, str))
            kind = next((kind for kind in kinds if kind), None)
            if kind is not None:
                self._literal(kind, value["name"], path, node)

    def _literal(self, kind: str, name: str, path: Path, node: str | None) -> None:
        if kind == "userPrompt":
            kind = "systemPrompt" if name.startswith("PromptSystem.") else kind
            name = name.partition(".")[2] or name
        self.references.append(Reference(kind, None, name, node, path))


def _branches(body: JsonObject, path: Path) -> Iterator[tuple[str, str, Path, Json]]:
    """The lists of actions right below an action: (output, label, path of the list, list)."""
    waiting: list[tuple[Path, Json]] = [(path, body)]
    while waiting:
        here, tree = waiting.pop()
        if isinstance(tree, list):
            waiting += [((*here, index), tree[index]) for index in reversed(range(len(tree)))]
        for key, child in reversed(_mapping(tree).items()):
            if key != "actions":
                waiting.append(((*here, key), child))
        if len(here) > len(path) and isinstance(tree, dict) and "actions" in tree:
            name, label = _output_name(tree, here)
            yield name, label, (*here, "actions"), tree["actions"]


def _output_name(branch: JsonObject, path: Path) -> tuple[str, str]:
    """`outputs.success` is called by its key, a case by its number, an intent by its name."""
    name = branch.get("name")
    if isinstance(name, str):
        return name, name
    key = str(path[-1])
    if len(path) > 1 and isinstance(path[-2], int):
        return f"{key}{path[-2] + 1}", f"{key} {path[-2] + 1}"
    return key, key
