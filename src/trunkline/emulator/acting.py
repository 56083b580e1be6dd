"""Who is at work in the request at hand: a client, or a stranger whose edit was ordered as a fault."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_ACTOR: ContextVar[Mapping[str, str] | None] = ContextVar("actor", default=None)


def actor_at_work() -> Mapping[str, str] | None:
    """{kind: client | user, id, name}; None outside a client's request, as while seeding."""
    return _ACTOR.get()


@contextmanager
def acting(actor: Mapping[str, str] | None) -> Generator[None]:
    """Everything inside is done by this actor."""
    token = _ACTOR.set(actor)
    try:
        yield
    finally:
        _ACTOR.reset(token)
