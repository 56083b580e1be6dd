"""Reading an action's JSON at compile time: its expressions, targets, prompts and outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from trunkline.domain.flow import expressions
from trunkline.domain.json import Json, JsonObject
from trunkline.engine.expression import ExpressionTreeError, Scope, Tree, Value, compile_tree, system
from trunkline.engine.flow.program import UNSET, Field, Perform, Speech, Target
from trunkline.engine.flow.question import Unsupported
from trunkline.engine.flow.typed import empty


@dataclass(slots=True)
class Names:
    """What a whole flow declares, gathered before and while its actions are compiled."""

    types: dict[str, str] = field(default_factory=dict[str, str])
    """The declared type of each variable, by its id in small letters."""
    names: dict[str, str] = field(default_factory=dict[str, str])
    """The id of each variable in small letters, by its name in small letters."""
    system: dict[str, str] = field(default_factory=dict[str, str])
    unsupported: dict[str, None] = field(default_factory=dict[str, None])
    settings: JsonObject = field(default_factory=dict[str, Json])
    """The flow's `defaultSettings` and `userInputSettings` in one object."""
    choices: list[JsonObject] = field(default_factory=list[JsonObject])
    """The menu choices that are valid in every menu."""
    slots: dict[str, Target] = field(default_factory=dict[str, Target])
    definitions: dict[str, list[Field]] = field(default_factory=dict[str, list[Field]])


def text(value: Json, default: str = "") -> str:
    return value if isinstance(value, str) else default


def objects(value: Json) -> Iterator[JsonObject]:
    """The objects in a list; nothing where there is none."""
    if isinstance(value, list):
        for child in value:
            if isinstance(child, dict):
                yield child


def compiled(value: Json, names: Names) -> Field:
    """The field of an expression in the configuration; unset where there is none."""
    if not isinstance(value, dict):
        return UNSET
    tree = value.get("config")
    type_ = text(value.get("type"), "nts")
    if not isinstance(tree, dict) or "emp" in tree:
        nothing = empty(type_)
        return Field(lambda _: nothing, type_, is_set=False)
    return _of_tree(tree, type_, names, expressions.is_set(value) or type_ == "str")


def _of_tree(tree: Tree, type_: str, names: Names, is_set: bool) -> Field:
    try:
        ready = compile_tree(tree)
    except ExpressionTreeError as error:
        return _unsupported(str(error), type_, names)
    reads: dict[str, None] = {}
    for leaf in expressions.leaves({"config": tree}):
        name = text(leaf.fields.get("text"))
        if leaf.key == "ref":
            reads[text(leaf.fields.get("val")).lower() or name.lower()] = None
        elif leaf.key == "sysref" and not _is_constant(name):
            names.system.setdefault(name.lower(), text(leaf.fields.get("type"), "any"))
            reads[name.lower()] = None
    return Field(ready.run, type_, tuple(reads), tree, is_set)


def _is_constant(name: str) -> bool:
    known = system.variable(name)
    if name.partition(".")[0].lower() in system.PROMPT_SCOPES:
        return True
    return known is not None and known.value is not None


def _unsupported(message: str, type_: str, names: Names) -> Field:
    names.unsupported[message] = None

    def run(_scope: Scope) -> Value:
        raise Unsupported(message)

    return Field(run, type_)


@dataclass(frozen=True, slots=True)
class Body:
    """One action's JSON, and the flow around it."""

    raw: JsonObject
    names: Names

    @property
    def id(self) -> str:
        return text(self.raw.get("id"))

    @property
    def type(self) -> str:
        return text(self.raw.get("__type"))

    @property
    def name(self) -> str:
        return text(self.raw.get("name"), self.type)

    @property
    def title(self) -> str:
        tracking = self.raw.get("trackingId")
        return f"{self.name} [{tracking}]" if isinstance(tracking, int) else self.name

    def text(self, key: str) -> str:
        return text(self.raw.get(key))

    def field(self, *keys: str) -> Field:
        """The first of these fields that is set; else the first that is there."""
        found = [compiled(self.raw.get(key), self.names) for key in keys]
        return next((one for one in found if one.is_set), found[0])

    def fields(self, key: str) -> tuple[Field, ...]:
        values = self.raw.get(key)
        return tuple(compiled(one, self.names) for one in values) if isinstance(values, list) else ()

    def setting(self, *keys: str) -> Field:
        """The action's own field, else the flow's default of that name."""
        own = self.field(*keys)
        if own.is_set:
            return own
        return next(
            (one for key in keys if (one := compiled(self.names.settings.get(key), self.names)).is_set), UNSET
        )

    def target(self, value: Json) -> Target | None:
        """The variable that an expression of mode `variable` names."""
        if not isinstance(value, dict):
            return None
        for leaf in expressions.leaves(value):
            if leaf.key in ("ref", "sysref"):
                name = text(leaf.fields.get("text"))
                key = text(leaf.fields.get("val")).lower() or name.lower()
                key = key if key in self.names.types else self.names.names.get(name.lower(), key)
                return Target(key, name, self.names.types.get(key, text(leaf.fields.get("type"), "any")))
        return None

    def bindings(self, key: str) -> tuple[tuple[str, Target], ...]:
        """Named results and the variables they go to (`outputs`, `errorBindings`)."""
        pairs = ((text(one.get("name")), self.target(one.get("value"))) for one in objects(self.raw.get(key)))
        return tuple((name, target) for name, target in pairs if target is not None)

    def inputs(self, key: str = "inputs") -> tuple[tuple[str, Field], ...]:
        """Named values that are handed over."""
        return tuple(
            (text(one.get("name")), compiled(one.get("value"), self.names))
            for one in objects(self.raw.get(key))
        )

    def speech(self, *keys: str) -> Speech:
        """Prompts: `{defaultAudio, cases}`, or an expression. (Cases: assumed to name a language.)"""
        for key in keys:
            value = self.raw.get(key)
            if isinstance(value, dict):
                return speech(value, self.names)
        return Speech(UNSET)

    @property
    def outputs(self) -> tuple[str, ...]:
        """The ids of the outputs that are in use."""
        return tuple(
            text(one.get("outputId"))
            for one in objects(self.raw.get("paths"))
            if one.get("disabled") is not True
        )

    @property
    def labels(self) -> Mapping[str, str]:
        return {text(one.get("outputId")): text(one.get("label")) for one in objects(self.raw.get("paths"))}


def speech(value: JsonObject, names: Names) -> Speech:
    if "defaultAudio" not in value:
        return Speech(compiled(value, names))
    cases: dict[str, Field] = {}
    for case in objects(value.get("cases")):
        language = next((text(case[key]) for key in ("language", "languageTag", "id") if key in case), "")
        audio = next((case[key] for key in ("audio", "defaultAudio", "value") if key in case), None)
        if language and audio is not None:
            cases[language.lower()] = compiled(audio, names)
    return Speech(compiled(value["defaultAudio"], names), cases)


@dataclass(frozen=True, slots=True)
class Made:
    """A compiled action. `reads` and `conditions` are the expressions that decide its output."""

    perform: Perform
    conditions: tuple[Field, ...] = ()
