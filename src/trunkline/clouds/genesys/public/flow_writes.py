"""The steps that change a flow, each one request or an operation that is waited for."""

from __future__ import annotations

import time
from collections.abc import Callable

from trunkline.clouds.flows import FlowSummary
from trunkline.clouds.genesys.public.history import FlowHistory
from trunkline.clouds.genesys.public.plain import identity
from trunkline.clouds.session import Call, Session, route
from trunkline.domain.json import Json, JsonObject, get
from trunkline.errors import CloudError, Conflict, NoAnswer, NotFound, Refused

_ALL = "/api/v2/flows"
_ONE = _ALL + "/{}"
_VERSIONS = _ONE + "/versions"
_ACTION = _ALL + "/actions/{}"
_WITHIN = 300.0
"""Seconds that a check-in or a publish may take."""
_FIRST_POLL, _LONGEST_POLL = 0.1, 5.0
_SAVE_TIMEOUT = 60.0


class FlowWrites:
    """`may_unlock` says whether the locks of others may be broken."""

    def __init__(
        self,
        session: Session,
        may_unlock: Callable[[], bool],
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._session = session
        self._may_unlock = may_unlock
        self._clock = clock
        self._sleep = sleep

    def create(self, body: JsonObject) -> str:
        """A flow without a version, locked by us; its id."""
        sent = {
            "name": body.get("name"),
            "type": str(body.get("type", "")).upper(),
            "description": body.get("description") or "",
        }
        language = body.get("defaultLanguage") or "en-us"
        return identity(self._session.send_json("POST", _ALL, sent, Call(query={"language": str(language)})))

    def rename(self, flow_id: str, name: str) -> None:
        """Another name; the division stays."""
        flow = self._session.get_json(route(_ONE, flow_id))
        sent = {key: flow[key] for key in ("type", "description", "division") if key in flow}
        self._session.send_json("PUT", route(_ONE, flow_id), {**sent, "name": name})

    def delete(self, flow_id: str) -> None:
        """Gone already is no error."""
        try:
            self._session.request("DELETE", route(_ONE, flow_id))
        except NotFound:
            return

    def publish(self, flow: FlowSummary, body: JsonObject, saved: str | None) -> None:
        """Checkout, save, check-in, publish. `saved` is a version of ours that holds the body already."""
        self._idle(flow.id)
        self._check_out(flow)
        version = saved or self._save(flow.id, body)
        self._operate("checkin", flow.id)
        self._operate("publish", flow.id, version)

    def _check_out(self, flow: FlowSummary) -> None:
        try:
            self._act("checkout", flow.id)
        except Conflict as error:
            if error.code != "architect.flow.locked.by.user":
                raise
            holder = self._holder(flow.id)
            if not self._may_unlock():
                raise Refused(
                    f"the flow {flow.name} is locked by {holder}; nothing was written to it",
                    hint="ask them to check it in; --force-unlock breaks the lock and keeps what they saved",
                ) from None
            self._act("unlock", flow.id)
            self._act("checkout", flow.id)

    def _save(self, flow_id: str, body: JsonObject) -> str:
        """A new version. A lost answer leaves at most a draft of ours, which the next try finds."""
        call = Call(read_timeout=_SAVE_TIMEOUT)
        version = get(self._session.send_json("POST", route(_VERSIONS, flow_id), body, call), ("id",))
        if not isinstance(version, str):
            raise CloudError("the answer to saving a flow names no version")
        return version

    def _operate(self, verb: str, flow_id: str, version: str | None = None) -> None:
        """Starts an operation and waits for its end. Raises CloudError with the reason it failed for."""
        try:
            self._act(verb, flow_id, version)
        except NoAnswer as error:
            if not error.sent:
                raise
        operation = self._idle(flow_id)
        if get(operation, ("actionStatus",)) == "FAILURE":
            details = get(operation, ("errorDetails",)) or []
            said = [str(get(operation, ("errorMessage",)) or "no reason is given")]
            said += [str(get(one, ("errorCode",)) or one) for one in details]
            raise CloudError(f"the {verb} failed: {'; '.join(said)}", code=get(operation, ("errorCode",)))

    def _idle(self, flow_id: str) -> Json:
        """The last operation of a flow, once it is complete."""
        until, wait = self._clock() + _WITHIN, _FIRST_POLL
        while True:
            operation = self._session.get_json(route(_ONE, flow_id)).get("currentOperation")
            if operation is None or get(operation, ("complete",)) is True:
                return operation
            if self._clock() > until:
                name = get(operation, ("actionName",))
                raise CloudError(f"the {name} of the flow goes on for more than {_WITHIN:.0f} s")
            self._sleep(wait)
            wait = min(_LONGEST_POLL, wait * 2)

    def _act(self, verb: str, flow_id: str, version: str | None = None) -> Json:
        call = Call(query={"flow": flow_id, "version": version}, idempotent=verb == "checkout")
        return self._session.send_json("POST", route(_ACTION, verb), None, call)

    def _holder(self, flow_id: str) -> str:
        """Who has the lock, since when as far as the flow's history tells, and when they saved last."""
        flow = self._session.get_json(route(_ONE, flow_id))
        found: Json = flow.get("lockedUser") or flow.get("lockedClient") or {}
        said = [str(found.get("name") or found.get("id") or "somebody")]
        if since := self._locked_since(flow_id, found.get("id")):
            said.append(f"since {since}")
        saved: Json = get(flow, ("savedVersion", "dateSaved"))
        if isinstance(saved, int):
            said.append(f"(last saved {time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime(saved / 1000))})")
        return " ".join(said)

    def _locked_since(self, flow_id: str, holder: Json) -> str | None:
        """When the holder checked the flow out, or made it; None where the history does not tell."""
        try:
            entries = FlowHistory(self._session, self._clock, self._sleep).latest(flow_id)
        except CloudError:
            return None
        for entry in entries:
            by = get(entry, ("user", "id")) or get(entry, ("client", "id"))
            if entry.get("action") in ("CHECKOUT", "CREATE") and by == holder:
                return str(entry.get("timestamp"))
        return None
