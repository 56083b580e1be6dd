"""User prompts: `/api/v2/architect/prompts`, and a resource for each language.

Text only: a recording stays where it is, and its language with it.
https://developer.genesys.cloud/routing/architect/
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

from trunkline.clouds.genesys.public.plain import PlainObjects, identity
from trunkline.clouds.session import Call, route
from trunkline.domain.json import JsonObject, same
from trunkline.domain.resource import Resource

_ONE = "/api/v2/architect/prompts/{}"
_LANGUAGES = _ONE + "/resources"
_LANGUAGE = _LANGUAGES + "/{}"
_TEXT = ("language", "ttsString", "text")
_Texts: TypeAlias = Mapping[str, JsonObject]
"""What is said, by language."""


class Prompts(PlainObjects):
    """Provider of prompts."""

    path = "/api/v2/architect/prompts"
    links: Mapping[str, str] = MappingProxyType({"division": "division"})
    hidden = ("id", "selfUri", "currentOperation")

    def to_body(self, entity: JsonObject) -> JsonObject:
        """With the texts of each language; addresses of recordings change by the hour and are left out."""
        resources = [one for one in entity.get("resources") or [] if isinstance(one, dict)]
        texts = [{key: one[key] for key in _TEXT if one.get(key) is not None} for one in resources]
        spoken = sorted(texts, key=lambda one: str(one.get("language")))
        return {**super().to_body(entity), "resources": spoken}

    def to_wire(self, body: JsonObject) -> JsonObject:
        """Without the languages, which have paths of their own."""
        return {key: value for key, value in super().to_wire(body).items() if key != "resources"}

    def _make(self, desired: Resource) -> str:
        remote_id = identity(self._session.send_json("POST", self.path, self.to_wire(desired.body)))
        self._speak(remote_id, {}, _by_language(desired.body))
        return remote_id

    def _change(self, remote_id: str, desired: Resource, live: Resource) -> None:
        wire, before = self.to_wire({**live.body, **desired.body}), self.to_wire(live.body)
        if not same(wire, before):
            self._session.send_json("PUT", route(_ONE, remote_id), wire)
        if "resources" in desired.body:
            self._speak(remote_id, _by_language(live.body), _by_language(desired.body))

    def _speak(self, remote_id: str, before: _Texts, after: _Texts) -> None:
        for language, text in after.items():
            if language not in before:
                to = route(_LANGUAGES, remote_id)
                self._session.send_json("POST", to, text)
            elif not same(before[language], text):
                self._session.send_json("PUT", route(_LANGUAGE, remote_id, language), text)
        for language in before:
            if language not in after:
                self._session.request("DELETE", route(_LANGUAGE, remote_id, language))

    def delete(self, live: Resource) -> None:
        """With all its languages."""
        self._session.request("DELETE", route(_ONE, live.remote_id or ""), Call(query={"allResources": True}))
        self._names.forget(self.kind)


def _by_language(body: JsonObject) -> dict[str, JsonObject]:
    return {str(one.get("language")): one for one in body.get("resources") or []}
