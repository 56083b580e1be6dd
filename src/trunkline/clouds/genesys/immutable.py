"""What no write can change in a data action that was ever published."""

from __future__ import annotations

from trunkline.domain.canonical import canonical, is_below
from trunkline.domain.diff import diff
from trunkline.domain.kinds.data_action import DATA_ACTION
from trunkline.domain.resource import Resource
from trunkline.errors import Refused


def refuse_immutable(desired: Resource, live: Resource) -> None:
    """Raises Refused, naming the fields, where `desired` needs a new action.

    What its body leaves to the cloud (the integration, its type) is no change.
    """
    wanted, had = canonical(DATA_ACTION, desired.body), canonical(DATA_ACTION, live.body)
    fixed = [
        change.field
        for change in diff(had, wanted)
        if any(is_below(pattern, change.path) for pattern in DATA_ACTION.replace_on)
        and not (change.path[0] in DATA_ACTION.inherited and change.path[0] not in wanted)
    ]
    if fixed:
        raise Refused(
            f"{desired.address}: {', '.join(fixed)} can never change in a published data action",
            hint="it takes a new action: apply with --allow-replace, and re-point the flows that use it",
        )
