"""Flows: a tree of steps, laid out as the vendor's configuration document.

Steps nest in branches; the document holds them flat, joined by `nextAction` and by the `paths` of branches.
A branch that ends without a successor returns to the step after its owner.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sample_org.contract import cached_contract
from sample_org.ids import Directory, Json, guid
from sample_org.values import Named, Scope, Value

ITEM_PATHS: dict[str, Json] = {
    "Task": {"paths": [{"label": "Default", "outputId": "__DEFAULT__"}]},
    "LoopTask": {"paths": [{"label": "Default", "outputId": "__DEFAULT__"}]},
    "CommonModuleTask": {"paths": []},
}
VARIABLE_CLASSES = {
    "str": "StringVariable",
    "int": "IntegerVariable",
    "dec": "DecimalVariable",
    "bln": "BoolVariable",
    "dur": "DurationVariable",
    "dtm": "DateTimeVariable",
    "que": "QueueVariable",
    "jsn": "JsonVariable",
}


@dataclass(frozen=True)
class Branch:
    """One way out of a step."""

    label: str
    output: str
    steps: Sequence[Step] = ()
    extra: Json = field(default_factory=dict[str, object])


@dataclass(frozen=True)
class Step:
    """An action. `lead` comes before the common fields, `body` after them."""

    kind: str
    label: str
    name: str
    body: Callable[[Build], Json] = lambda _: {}
    lead: Callable[[Build], Json] = lambda _: {}
    branches: Sequence[Branch] | None = None
    loop: Branch | None = None


@dataclass(frozen=True)
class Var:
    """A variable: `name` with its scope (`Flow.x`), `type` as in expressions (`str`, `int_coll`)."""

    name: str
    type: str = "str"
    initial: Value = None
    input: bool = False
    output: bool = False
    secure: bool = False
    description: str | None = None


@dataclass(frozen=True)
class Choice:
    """A key of a menu with what it does; `default` is where silence leads."""

    name: str
    digit: int
    step: Step
    default: bool = False


@dataclass(frozen=True)
class Item:
    """A sequence item: Task, State, BotState, LoopTask, CommonModuleTask or Menu."""

    kind: str
    name: str
    steps: Sequence[Step] = ()
    variables: Sequence[Var] = ()
    menu: Callable[[Build, Item], Json] | None = None
    reusable: bool = False


@dataclass(frozen=True)
class Flow:
    """A flow as written here. `start` names the first item; `settings` adds what the type demands."""

    slug: str
    name: str
    type: str
    start: str
    items: Sequence[Item]
    variables: Sequence[Var] = ()
    description: str = ""
    languages: Sequence[str] = ("en-US",)
    division: str = "Home"
    version: str = "1.0"
    state: str = "published"
    modified: str = "2026-03-02T15:20:11.402Z"
    editor: str = "Maren Oduya"
    locked_by: str | None = None
    settings: Callable[[Build], Json] = lambda _: {}


@dataclass
class Build:
    """The state of one flow while its document is made."""

    flow: Flow
    directory: Directory
    scope: Scope
    tracking: int = 9
    item: str = ""
    names: dict[str, int] = field(default_factory=dict[str, int])
    cached: dict[str, Json] = field(default_factory=dict[str, Json])

    def track(self) -> int:
        """The next tracking id."""
        self.tracking += 1
        return self.tracking

    def item_id(self, name: str) -> str:
        """The id of a sequence item. Raises LookupError when the flow has none of that name."""
        if name not in {item.name for item in self.flow.items}:
            raise LookupError(f"flow {self.flow.name!r} has no item {name!r}")
        return guid(self.flow.slug, "item", name)

    def step_id(self, step: Step) -> str:
        """A new id for a step: by item, kind, name, and count among equals."""
        key = f"{self.item}/{step.kind}/{step.name}"
        self.names[key] = self.names.get(key, 0) + 1
        return guid(self.flow.slug, "action", key, str(self.names[key]))

    def sequence(self, steps: Sequence[Step], out: list[Json]) -> str | None:
        """Append the steps, and those of their branches, to `out`; returns the id of the first."""
        ids = [self.step_id(step) for step in steps]
        if not ids:
            return None
        for step, own, following in zip(steps, ids, [*ids[1:], None], strict=True):
            node: Json = {}
            out.append(node)
            node.update(self.action(step, own, following, out))
        return ids[0]

    def action(self, step: Step, own: str, following: str | None, out: list[Json]) -> Json:
        """One action of the document."""
        tracking = self.track()
        self.scope.context = {"actionName": step.label, "id": own, "name": step.name}
        node = step.lead(self)
        if following is not None:
            node["nextAction"] = following
        node |= {"trackingId": tracking, "id": own, "name": step.name, "uiMetaData": {"collapsed": False}}
        node |= {"__type": step.kind} | step.body(self)
        if step.loop is not None:
            node["path"] = self.path(step.loop, out)
        if step.branches is not None:
            node["paths"] = [self.path(branch, out) for branch in step.branches]
        return node

    def path(self, branch: Branch, out: list[Json]) -> Json:
        """One entry of `paths`; an empty branch has no `nextActionId`."""
        first = self.sequence(branch.steps, out)
        target = {"nextActionId": first} if first is not None else {}
        rest = {"label": branch.label, "outputId": branch.output, "uiMetaData": {"collapsed": False}}
        return target | branch.extra | rest

    def variable(self, var: Var) -> Json:
        """A declared variable; its initial value may name an object."""
        own = self.scope.variables[var.name].id
        self.scope.context = {"id": own, "name": var.name}
        element, _, collection = var.type.partition("_")
        described = {"description": var.description} if var.description else {}
        return described | {
            "id": own,
            "isCollection": bool(collection),
            "isInternal": False,
            "isOutput": var.output,
            "isInput": var.input,
            "isSecure": var.secure,
            "version": "1.0",
            "__type": VARIABLE_CLASSES[element],
            "name": var.name,
            "initialValue": self.scope.value(var.type, var.initial),
        }

    def sequence_item(self, item: Item) -> Json:
        """One entry of `flowSequenceItemList`."""
        self.item = item.name
        if item.menu is not None:
            return item.menu(self, item)
        self.declare(item.variables, item.name)
        actions: list[Json] = []
        tracking = self.track()
        start = self.sequence(item.steps, actions)
        return {
            "startAction": start,
            "trackingId": tracking,
            "id": self.item_id(item.name),
            "name": item.name,
            "uiMetaData": {"collapsed": False},
            "__type": item.kind,
            **ITEM_PATHS.get(item.kind, {}),
            "actionList": actions,
            "variables": [self.variable(var) for var in item.variables],
        }

    def declare(self, variables: Sequence[Var], where: str = "") -> None:
        """Make variables known; those of an item hide those of another of the same name."""
        for var in variables:
            own = guid(self.flow.slug, "variable", where, var.name)
            self.scope.declare(var.name, var.type, own)

    def call(self, name: str) -> tuple[str, Json]:
        """A data action by name: its id and definition. Noted in the manifest, its contract cached."""
        found = self.scope.refer("dataAction", name)
        definition = self.directory.actions[name]
        self.cached[found] = cached_contract(found, self.directory.categories[name], definition)
        return found, definition

    def empty(self, kind: str) -> Json:
        """A value that is not set."""
        return self.scope.value(kind, None)

    def value(self, kind: str, value: Value) -> Json:
        """See Scope.value."""
        return self.scope.value(kind, value)

    def queue_or_nothing(self, named: Named | None) -> Json:
        """The queue of an error handler; without one the editor leaves an empty value in literal mode."""
        made = self.value("que", named)
        made["uiMetaData"] = {"mode": 1}
        return made


def document(flow: Flow, directory: Directory, envelope: Callable[[Build], Json]) -> Json:
    """The whole configuration document of a flow."""
    build = Build(flow, directory, Scope(directory))
    build.declare(flow.variables)
    items = [build.sequence_item(item) for item in flow.items]
    variables = [build.variable(var) for var in flow.variables]
    outer = envelope(build)
    head = {
        "nextTrackingNumber": build.tracking + 1,
        "defaultLanguage": flow.languages[0],
        "description": flow.description,
        "initialSequence": build.item_id(flow.start),
        "name": flow.name,
        "uiMetaData": editor_caches(build),
        "supportedLanguages": list(flow.languages),
        "manifest": manifest(build),
        "type": flow.type,
    }
    tail = {
        "flowMetaData": {
            "flowDocumentVersion": "1.0",
            "minimumServerVersion": "1.0",
            "ttsDataVersion": "1.0",
        },
        "flowSequenceItemList": items,
        "supportedLanguageOptions": outer.pop("supportedLanguageOptions"),
        "variables": variables,
    }
    return head | outer | tail


def editor_caches(build: Build) -> Json:
    """What the editor keeps beside the flow: menus, reusable tasks, the contracts of its data actions."""
    caches: Json = {"bridgeServerActions": [], "screenPops": []}
    for key, chosen in (
        ("menu", [item for item in build.flow.items if item.menu is not None]),
        ("task", [item for item in build.flow.items if item.reusable]),
    ):
        if chosen:
            caches[key] = [{"id": build.item_id(item.name), "name": item.name} for item in chosen]
    if build.cached:
        caches["actionServiceActions"] = list(build.cached.values())
    return caches


def manifest(build: Build) -> Json:
    """All that the flow depends on; languages and prompts are there even when there is none."""
    found = dict(build.scope.manifest)
    users, systems = found.pop("userPrompt", []), found.pop("systemPrompt", [])
    languages = [{"id": language} for language in build.flow.languages]
    return found | {"language": languages, "userPrompt": users, "systemPrompt": systems}
