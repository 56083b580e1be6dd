"""Kinds as declarations: what generic stages (read, compare, order, write) must know of a type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from trunkline.domain.json import Json, JsonObject


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that names an object of another kind. `path` is a pattern, `*` any one step."""

    path: str
    kind: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of resource. Paths are patterns of dotted steps; `*` stands for any one step.

    name          used in addresses: `data_action`
    cloud         `genesys` or `cxone`
    folder        where its files lie in a project
    title         singular, for messages
    documentation the vendor page it follows
    server_owned  fields the cloud sets; never compared, never sent
    references    fields that hold the name of another object
    replace_on    fields that cannot change in place: a change makes a new object
    permanent     fields that stay as they are once they are there; new ones can be added
    unordered     lists whose order has no meaning
    secret        fields masked wherever they are shown, never exported
    defaults      values the cloud fills in when a field is absent
    inherited     fields a file may leave to the cloud: where it does, the live value stands
    compared_only the canonical form is for comparing: what is written is the file's body, whole
    bare          fields that suffice to make an object at first, where references go round in a circle
    acyclic       its references must not come back to it, also by way of other such kinds
    part_of       the kind that it goes with: it is gone when that object is, and has its name
    normalise     last word on the canonical body, for what a pattern cannot say
    """

    name: str
    cloud: str
    folder: str
    title: str
    documentation: str
    server_owned: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    replace_on: tuple[str, ...] = ()
    permanent: tuple[str, ...] = ()
    unordered: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    defaults: Mapping[str, Json] = field(default_factory=lambda: MappingProxyType({}))
    inherited: tuple[str, ...] = ()
    compared_only: bool = False
    bare: tuple[str, ...] = ()
    acyclic: bool = False
    part_of: str | None = None
    normalise: Callable[[JsonObject], JsonObject] | None = None
