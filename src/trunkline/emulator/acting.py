"""Who is at work in the request at hand: a client, or a stranger whose edit was ordered as a fault."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar

_ACTOR: ContextVar[Mapping[str, str] | None] = ContextVar("actor", default=None)


def actor_at_work() -> Mapping[str, str] | None:
    """{kind: client | user, id, name}; None outside a client's request, as while seeding."""
    return _ACTOR.get()


class acting:  # noqa: N801 (used as a function is; a class, as every request passes here)
    """Everything inside is done by this actor."""

    __slots__ = ("_actor", "_token")

    def __init__(self, actor: Mapping[str, str] | None) -> None:
        self._actor = actor

    def __enter__(self) -> None:
        self._token = _ACTOR.set(self._actor)

    def __exit__(self, *error: object) -> None:
        _ACTOR.reset(self._token)
