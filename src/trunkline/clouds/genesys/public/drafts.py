"""Drafts of data actions: begun, changed, validated, published. One an action; publishing removes it.

Somebody else's draft is never written over: a draft is taken up only where it still is what is live, or
already is what is wanted (ours, from a run that broke off).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from trunkline.clouds.genesys.public.action_bodies import contract_input
from trunkline.clouds.genesys.public.references import list_all
from trunkline.clouds.session import Call, Session, route
from trunkline.domain.canonical import canonical
from trunkline.domain.diff import diff
from trunkline.domain.json import Json, JsonObject, get
from trunkline.domain.kinds.data_action import DATA_ACTION
from trunkline.errors import CloudError, Conflict, NoAnswer, NotFound

ALL = "/api/v2/integrations/actions"
ONE = ALL + "/{}"
DRAFT = ONE + "/draft"
WHOLE = {"expand": "contract", "includeConfig": True}
_TIMEOUT = 30.0
_ELSEWHERE = "publish or discard it in Admin › Integrations › Actions, then plan again"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft: its canonical body and the version that a change must name."""

    remote_id: str
    body: JsonObject
    version: int


class Drafts:
    """`read_body` makes the canonical body of an Action that the API answered."""

    def __init__(self, session: Session, read_body: Callable[[JsonObject], JsonObject]) -> None:
        self._session = session
        self._read_body = read_body

    def unpublished(self, name: str | None = None) -> list[JsonObject]:
        """Actions that have a draft, of this name or all of them."""
        found = list_all(self._session, ALL + "/drafts", {"name": name}).items
        return [draft for draft in found if name is None or draft.get("name") == name]

    def get(self, remote_id: str) -> Draft:
        """The draft of an action. Raises NotFound where there is none."""
        return self._draft(self._session.get_json(route(DRAFT, remote_id), WHOLE))

    def create(self, sent: JsonObject) -> Draft:
        """A draft of a new action, from a PostActionInput; ours of an earlier run if there is one.

        Left without an answer, it is looked for by name; nothing is sent twice.
        """
        if found := self._ours(sent):
            return self._complete(found, sent)
        try:
            answer = self._session.send_json("POST", ALL + "/drafts", sent, Call(read_timeout=_TIMEOUT))
        except NoAnswer as error:
            found = self._ours(sent) if error.sent else None
            if found is None:
                raise
            return self._complete(found, sent)
        return self._complete(self._draft(answer), sent)

    def begin(self, remote_id: str, live: JsonObject, desired: JsonObject) -> Draft:
        """The draft of a published action. Raises Conflict where it is neither `live` nor `desired`."""
        try:
            draft = self.get(remote_id)
        except NotFound:
            # A second draft cannot come of it: an action has one.
            self._session.send_json("POST", route(DRAFT, remote_id), call=Call(idempotent=True))
            draft = self.get(remote_id)
        if _same_config(draft.body, live) or _same_config(draft.body, desired):
            return draft
        raise Conflict(
            f"{live.get('name')} has a draft that somebody else began, or was changed meanwhile",
            where=f"draft {remote_id}",
            hint=_ELSEWHERE,
        )

    def change(self, draft: Draft, body: JsonObject, *, contract: bool) -> Draft:
        """Writes name, category and config, and the contract of an action never published."""
        sent = {key: body[key] for key in ("category", "name", "config") if body.get(key) is not None}
        sent["version"] = draft.version
        if contract:
            sent |= {"contract": contract_input(body), "secure": body.get("secure") is True}
        return self._draft(self._session.send_json("PATCH", route(DRAFT, draft.remote_id), sent))

    def publish(self, draft: Draft) -> None:
        """Publishes a draft that the cloud finds valid; one that it refuses is discarded."""
        try:
            self._validate(draft.remote_id)
            to = route(DRAFT + "/publish", draft.remote_id)
            self._session.send_json("POST", to, {"version": draft.version})
        except NoAnswer as error:
            if not error.sent or not self._is_gone(draft.remote_id):
                raise
        except CloudError as error:
            if not isinstance(error, Conflict) and error.status in (400, 422):
                self._session.request("DELETE", route(DRAFT, draft.remote_id))
            raise

    def _draft(self, action: Json) -> Draft:
        version = action.get("version") if isinstance(action, dict) else None
        if not isinstance(version, int) or not isinstance(action.get("id"), str):
            raise CloudError("the answer is no draft of a data action", where=ALL)
        return Draft(action["id"], self._read_body(action), version)

    def _ours(self, sent: JsonObject) -> Draft | None:
        """A draft never published that says what is sent. Raises Conflict where one says something else."""
        for listed in self.unpublished(sent["name"]):
            if self._is_live(listed["id"]):
                continue
            draft = self.get(listed["id"])
            if _same_contract(draft.body, sent) and _same_config(_with_template(draft.body, sent), sent):
                return draft
            raise Conflict(
                f"somebody has begun a data action named {sent['name']!r} and not published it",
                where=f"draft {draft.remote_id}",
                hint=_ELSEWHERE,
            )
        return None

    def _complete(self, draft: Draft, sent: JsonObject) -> Draft:
        """The cloud is known to drop the request template of a new draft; a change brings it back."""
        return draft if _same_config(draft.body, sent) else self.change(draft, sent, contract=True)

    def _is_live(self, remote_id: str) -> bool:
        try:
            self._session.get_json(route(ONE, remote_id))
        except NotFound:
            return False
        return True

    def _is_gone(self, remote_id: str) -> bool:
        try:
            self._session.get_json(route(DRAFT, remote_id))
        except NotFound:
            return True
        return False

    def _validate(self, remote_id: str) -> None:
        result = self._session.get_json(route(DRAFT + "/validation", remote_id))
        if result.get("valid") is not False:
            return
        errors = result.get("errors")
        texts = [str(get(fault, ("message",), fault)) for fault in errors] if isinstance(errors, list) else []
        raise CloudError(
            f"the cloud finds the draft not valid: {'; '.join(texts) or 'it does not say why'}",
            where=f"draft {remote_id}",
            status=400,
            hint="trunkline check finds most of this before anything is sent",
        )


def _with_template(body: JsonObject, sent: JsonObject) -> JsonObject:
    """The body with the request template of `sent`, which the cloud may have dropped."""
    config = body.get("config") or {}
    template = get(sent, ("config", "request", "requestTemplate"))
    return {
        **body,
        "config": {**config, "request": {**config.get("request", {}), "requestTemplate": template}},
    }


def _same_contract(left: JsonObject, right: JsonObject) -> bool:
    def essence(body: JsonObject) -> JsonObject:
        return canonical(DATA_ACTION, {"contract": contract_input(body), "secure": body.get("secure")})

    return not diff(essence(left), essence(right))


def _same_config(left: JsonObject, right: JsonObject) -> bool:
    def essence(body: JsonObject) -> JsonObject:
        return canonical(DATA_ACTION, {"name": body.get("name"), "config": body.get("config") or {}})

    return not diff(essence(left), essence(right))
