"""The history of a flow: who did what to it, and when. https://developer.genesys.cloud/routing/architect/"""

from __future__ import annotations

import time
from collections.abc import Callable

from trunkline.clouds.session import Call, Session, route
from trunkline.domain.json import JsonObject, get
from trunkline.errors import CloudError

_ASK = "/api/v2/flows/{}/history"
_ANSWER = _ASK + "/{}"
_WITHIN = 20.0
"""Seconds that the cloud may take to gather it."""
_PAGE = 25


class FlowHistory:
    """Asks for histories; each is gathered anew."""

    def __init__(
        self,
        session: Session,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._session = session
        self._clock = clock
        self._sleep = sleep

    def latest(self, flow_id: str) -> list[JsonObject]:
        """The last entries, the newest first. Raises CloudError, also where the cloud takes too long."""
        # Asking twice costs nothing but the asking.
        call = Call(idempotent=True, reads=True)
        operation = self._session.send_json("POST", route(_ASK, flow_id), call=call)
        to = route(_ANSWER, flow_id, str(get(operation, ("id",))))
        until = self._clock() + _WITHIN
        while True:
            answer = self._session.get_json(to, {"pageSize": _PAGE, "sortOrder": "desc"})
            if answer.get("complete") is True:
                entries = answer.get("entities")
                return [each for each in entries if isinstance(each, dict)] if entries else []
            if self._clock() > until:
                raise CloudError("the history of the flow was not ready in time", where=to.path)
            self._sleep(0.5)
