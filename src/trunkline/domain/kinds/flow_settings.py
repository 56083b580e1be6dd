"""Settings of flows (chapter G4 of the guides): part of a flow, changed by a transaction of their own.

The body is `{flow, settings}`: the flow by name, and in `settings.routing.scope` a queue, user or team by
name too. A flow with no settings at all counts as one without this object.
"""

from __future__ import annotations

from trunkline.domain.kind import Kind, Reference

FLOW_SETTINGS = Kind(
    name="flow_settings",
    cloud="genesys",
    folder="flows",
    title="settings of a flow",
    documentation="docs/safe-writes.md",
    references=(
        Reference("flow", "flow"),
        Reference("settings.routing.scope.queue", "queue"),
        Reference("settings.routing.scope.user", "user"),
        Reference("settings.routing.scope.team", "team"),
    ),
    unordered=("settings.scopeDirectives.applyTo",),
    part_of="flow",
)
