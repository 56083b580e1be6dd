"""A flow made ready to run: compiled once, run many times."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final, TypeAlias

from trunkline.engine.expression import NotSet, Scope, Tree, Value, not_set

if TYPE_CHECKING:
    from trunkline.engine.flow.run import Run


class Flowing(Enum):
    """What an action gives back when it has itself said where the run goes on."""

    MOVED = "moved"


MOVED: Final = Flowing.MOVED

Perform: TypeAlias = "Callable[[Run], str | Flowing | None]"
"""Executes one action. The output it leaves by; None goes on to what follows it."""


@dataclass(frozen=True, slots=True)
class Field:
    """An expression of an action. `reads` are the variables in it: ids, or names of built-in ones."""

    run: Callable[[Scope], Value]
    type: str
    reads: tuple[str, ...] = ()
    tree: Tree | None = None
    is_set: bool = True


UNSET: Final = Field(lambda _: not_set("nts"), "nts", is_set=False)


@dataclass(frozen=True, slots=True)
class Target:
    """A variable that a result is put into; `key` is its id in small letters."""

    key: str
    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Speech:
    """What is said: by language where there are cases, else the default."""

    default: Field
    cases: Mapping[str, Field] = field(default_factory=dict[str, Field])

    def of(self, language: str) -> Field:
        return self.cases.get(language.lower(), self.default)


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out of an action. `target` is None where nothing is on it."""

    id: str
    label: str
    target: str | None
    disabled: bool = False


@dataclass(slots=True)
class Step:
    """An action, a menu or an in-queue task, ready to run.

    `fields` are all its expressions and `reads` the variables in them; `conditions` those that decide by
    which output it leaves.
    """

    id: str
    name: str
    type: str
    item: str
    tracking_id: int | None
    perform: Perform
    next: str | None = None
    exits: Mapping[str, Exit] = field(default_factory=dict[str, Exit])
    reads: tuple[str, ...] = ()
    conditions: tuple[Field, ...] = ()
    fields: tuple[Field, ...] = ()

    @property
    def title(self) -> str:
        return self.name if self.tracking_id is None else f"{self.name} [{self.tracking_id}]"

    def exit(self, output: str) -> Exit | None:
        """The way out of this id, if there is one and it is in use."""
        found = self.exits.get(output)
        return None if found is None or found.disabled else found


@dataclass(frozen=True, slots=True)
class Declared:
    """A variable with its initial value."""

    key: str
    name: str
    type: str
    initial: Field
    is_input: bool = False
    is_output: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """A task, menu, state or in-queue task. `start` is the step it begins with."""

    id: str
    name: str
    type: str
    start: str | None
    variables: tuple[Declared, ...] = ()


@dataclass(frozen=True, slots=True)
class Handling:
    """What the flow does about an error; `item` is the task or menu it jumps to."""

    type: str = "Disconnect"
    audio: Speech | None = None
    message: Field = UNSET
    queue: Field = UNSET
    item: str | None = None
    recognition: str = "Exit"


@dataclass(slots=True)
class Program:
    """A compiled flow. `system` are the built-in variables it reads, with their types by name."""

    name: str
    type: str
    language: str
    languages: tuple[str, ...]
    start: str | None
    items: Mapping[str, Item]
    steps: Mapping[str, Step]
    variables: tuple[Declared, ...]
    handling: Handling
    greeting: Speech | None = None
    modules: Mapping[str, Program] = field(default_factory=dict[str, "Program"])
    """The common modules embedded in this flow, by id."""
    keys: Mapping[str, str] = field(default_factory=dict[str, str])
    """The id of each variable by its name, both in small letters."""
    types: Mapping[str, str] = field(default_factory=dict[str, str])
    """The type of each variable by its id."""
    definitions: Mapping[str, Sequence[Field]] = field(default_factory=dict[str, Sequence[Field]])
    """The expressions that are assigned to each variable, by its id."""
    slots: Mapping[str, Target] = field(default_factory=dict[str, Target])
    """The variables of a bot's slots, by the slots' names in small letters."""
    system: Mapping[str, str] = field(default_factory=dict[str, str])
    unsupported: tuple[str, ...] = ()
    """What this engine cannot execute: actions by type, functions by their message."""

    def key_of(self, name: str) -> str:
        """What a variable or built-in variable of this name is kept under."""
        return self.keys.get(name.lower(), name.lower())

    def type_of(self, name: str) -> str | None:
        """The type of a variable or of a built-in variable that the flow reads; None if there is none."""
        return self.types.get(self.key_of(name)) or self.system.get(name.lower())

    @property
    def inputs(self) -> tuple[Declared, ...]:
        return tuple(variable for variable in self.variables if variable.is_input)


def is_set(value: Value) -> bool:
    return type(value) is not NotSet
