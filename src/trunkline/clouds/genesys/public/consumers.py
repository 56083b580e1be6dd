"""Who uses an object, by the org's own dependency tracking: agent scripts and e-mail routes.

What the other kinds refer to is read from themselves. https://developer.genesys.cloud/routing/architect/
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from trunkline.clouds.answer import parse_object
from trunkline.clouds.base import Listing
from trunkline.clouds.session import Call, Session
from trunkline.domain.resource import Address
from trunkline.errors import CloudError, NotFound, PermissionMissing

_PATH = "/api/v2/architect/dependencytracking/consumingresources"
_PAGE = 100
_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "data_action": "DATAACTION",
        "data_table": "DATATABLE",
        "language": "ACDLANGUAGE",
        "prompt": "USERPROMPT",
        "queue": "QUEUE",
        "schedule": "SCHEDULE",
        "schedule_group": "SCHEDULEGROUP",
        "skill": "ACDSKILL",
        "wrapup_code": "ACDWRAPUPCODE",
    }
)
_USERS: Mapping[str, str] = MappingProxyType({"COMPOSERSCRIPT": "script", "EMAILROUTE": "email_route"})
_REBUILT, _NOT_OFFERED = 206, 501


class Consumers:
    """Asks the org about one object at a time."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def users(self, address: Address, remote_id: str, flow_type: str | None = None) -> Listing[Address]:
        """What uses an object. Not complete where that cannot be told just now.

        Where the org never tells it (no permission, no such endpoint), `notes` say so and there is nobody.
        `flow_type` is that of a flow, in lower case.
        """
        wanted = _TYPES.get(address.kind) if flow_type is None else _flow_type(flow_type)
        if wanted is None:
            return Listing((), complete=True)
        try:
            return self._asked(remote_id, wanted)
        except CloudError as error:
            never = isinstance(error, PermissionMissing | NotFound) or error.status == _NOT_OFFERED
            return Listing((), complete=never, notes=(str(error),))

    def _asked(self, remote_id: str, wanted: str) -> Listing[Address]:
        found: dict[Address, None] = {}
        number, count = 1, 1
        while number <= count:
            query = {
                "id": remote_id,
                "objectType": wanted,
                "resourceType": ",".join(_USERS),
                "pageNumber": number,
                "pageSize": _PAGE,
            }
            response = self._session.request("GET", _PATH, Call(query=query))
            if response.status == _REBUILT:
                return Listing((), complete=False, notes=("its dependency tracking is being rebuilt",))
            page = parse_object(response.body, f"GET {_PATH}")
            for each in page.get("entities") or []:
                if kind := _USERS.get(str(each.get("type"))):
                    found[Address(kind, str(each.get("name") or each.get("id")))] = None
            number, count = number + 1, page.get("pageCount") or 1
        return Listing(tuple(found), complete=True)


def _flow_type(name: str) -> str:
    """`INBOUNDCALLFLOW` for `inboundcall`, but `WORKFLOW`."""
    return name.upper() if name == "workflow" else f"{name.upper()}FLOW"
