"""Keys for requests that must have their effect once, even over a crash."""

from __future__ import annotations

import uuid
from typing import Protocol

from trunkline.domain.json import Json, digest


class Keys(Protocol):
    """Where keys are kept: on disk before `key` returns, so that a second run sends the same one."""

    def key(self, name: str, body: Json) -> str:
        """The key for this body; the same until `forget`, a new one when the body changes."""
        ...

    def forget(self, name: str) -> None:
        """The request has had its effect, and its answer was used."""
        ...


class UnkeptKeys:
    """Keys that last as long as this process: for use without a project."""

    def __init__(self) -> None:
        self._keys: dict[str, tuple[str, str]] = {}

    def key(self, name: str, body: Json) -> str:
        wanted = digest(body)
        if self._keys.get(name, ("", ""))[0] != wanted:
            self._keys[name] = (wanted, str(uuid.uuid4()))
        return self._keys[name][1]

    def forget(self, name: str) -> None:
        self._keys.pop(name, None)
