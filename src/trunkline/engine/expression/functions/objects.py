"""E-mail addresses, time slots, agents with scores, JSON objects, languages of the flow."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from trunkline.engine.expression import access
from trunkline.engine.expression.errors import ExpressionError
from trunkline.engine.expression.signatures import Implementation, Overload, function, overload
from trunkline.engine.expression.values import (
    Duration,
    JsonValue,
    NotSet,
    Record,
    Value,
    not_set,
)

if TYPE_CHECKING:
    from trunkline.engine.expression.scope import Scope


def _parts(address: Value) -> tuple[str, str] | None:
    """What stands before and after the last @, or None if it is no address."""
    text = address.fields.get("id") if isinstance(address, Record) else address
    if not isinstance(text, str):
        return None
    local, _, domain = text.strip().rpartition("@")
    return (local, domain) if local and domain else None


def local_part(address: Value) -> Value:
    found = _parts(address)
    return found[0] if found else not_set("str")


def domain_part(address: Value) -> Value:
    found = _parts(address)
    return found[1] if found else not_set("str")


def make_email_address(address: str, name: str | NotSet | None = None) -> Record:
    return Record("cpx_email_address", {"id": address, "name": name or not_set("str")})


def make_time_slot(start: datetime, length: Duration) -> Record:
    return Record("tsl", {"dateTime": start, "duration": length})


def make_agent_score_pairs(agents: tuple[Value, ...], scores: tuple[int | NotSet, ...]) -> tuple[Record, ...]:
    if len(agents) != len(scores):
        raise ExpressionError("as many scores as agents are needed")
    return tuple(
        Record("cpx_agent_score_pair", {"agent": agent, "score": score})
        for agent, score in zip(agents, scores, strict=True)
    )


def json_property(value: JsonValue, name: str) -> Value:
    return access.read(value, name)


def resolved_slot(value: Value) -> Value:
    return value


def default_language(scope: Scope) -> str:
    return scope.language


def supported_languages(scope: Scope) -> tuple[str, ...]:
    return scope.languages


def _of_address(call: Implementation) -> tuple[Overload, Overload]:
    return (
        overload("emailAddress:cpx_email_address -> str", call),
        overload("emailAddressString:str~ -> str", call),
    )


OBJECTS: Final = (
    function("EmailAddressLocalPart", *_of_address(local_part)),
    function("EmailAddressDomainPart", *_of_address(domain_part)),
    function(
        "MakeEmailAddress",
        overload("address:str -> cpx_email_address", make_email_address),
        overload("address:str, name:str~ -> cpx_email_address", make_email_address),
    ),
    function("MakeTimeslot", overload("dateTime:dtm, duration:dur -> tsl", make_time_slot)),
    function(
        "MakeListAgentScorePair",
        overload("agents:usr[], scores:int[] -> cpx_agent_score_pair[]", make_agent_score_pairs),
    ),
    function("GetJsonObjectProperty", overload("json:jsn, propertyName:str -> jsn", json_property)),
    function("ResolveSlot", overload("slot:any~ -> any", resolved_slot)),
    function("GetDefaultLanguage", overload("-> str", default_language, scope=True)),
    function("GetSupportedLanguages", overload("-> str[]", supported_languages, scope=True)),
)
