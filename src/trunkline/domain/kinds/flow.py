"""Flows of Architect: the whole configuration document is the body, as the cloud answers it."""

from __future__ import annotations

from trunkline.domain.flow.canonical import canonical_flow
from trunkline.domain.flow.configuration import is_configuration
from trunkline.domain.json import JsonObject
from trunkline.domain.kind import Kind, Reference


def normalise(body: JsonObject) -> JsonObject:
    """The canonical form of a configuration; flows of the guides' surface are compared as they are."""
    return canonical_flow(body) if is_configuration(body) else body


FLOW = Kind(
    name="flow",
    cloud="genesys",
    folder="flows",
    title="flow",
    documentation="https://developer.genesys.cloud/routing/architect/",
    references=(Reference("manifest.dataAction.*.name", "data_action"),),
    replace_on=("type",),
    compared_only=True,
    normalise=normalise,
)
