"""What an expression sees of the outside: variables, the org's objects, the clock, languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Protocol

from trunkline.engine.expression import system, timing, types
from trunkline.engine.expression.errors import ExpressionError
from trunkline.engine.expression.values import NotSet, Reference, Value, conforms, not_set

Clock = Callable[[], datetime]


class Org(Protocol):
    """The org's objects. `kind` is que, usr, skl, lac, grp, wrc or pmt."""

    def find(self, kind: str, text: str) -> Reference | None:
        """The object with this id, or the only one with this name (of a user: this e-mail address)."""
        ...


def utc_now() -> datetime:
    return datetime.now(UTC)


class Scope:
    """Variables by id and by name (case does not matter), beside the org, a clock and languages.

    Without an org, ToQueue, ToSkill … make a reference by name and the Find functions find nothing.
    """

    __slots__ = ("_variables", "clock", "language", "languages", "org")

    def __init__(
        self,
        variables: Mapping[str, Value] | None = None,
        *,
        org: Org | None = None,
        clock: Clock = utc_now,
        language: str = "en-us",
        languages: Sequence[str] = (),
    ) -> None:
        self._variables = {name.lower(): value for name, value in (variables or {}).items()}
        self.org = org
        self.clock = clock
        self.language = language
        self.languages = tuple(languages) or (language,)

    def assign(self, key: str, value: Value) -> None:
        """Sets a variable, given by its id or its name."""
        self._variables[key.lower()] = value

    def now(self) -> datetime:
        return timing.date_time(self.clock().astimezone(UTC))

    def variable(self, id_: str, name: str, type_: str) -> Value:
        """The value of a variable; its id is given in small letters.

        Of one never assigned, the empty collection or a typed NOT_SET. Raises ExpressionError for a
        value of another type.
        """
        value = self._variables.get(id_)
        if value is None:
            value = self._variables.get(name.lower())
        if value is None:
            return self._unassigned(id_, name, type_)
        if isinstance(value, NotSet):
            return _empty(type_)
        if not conforms(value, type_):
            raise ExpressionError(f"{name} does not hold a value of type {type_}")
        return value

    def _unassigned(self, id_: str, name: str, type_: str) -> Value:
        known = system.variable(name)
        if known is not None and known.value is not None:
            return known.value
        place, _, own_name = name.partition(".")
        if type_ == "pmt" and place.lower() in system.PROMPT_SCOPES:
            return Reference("pmt", id_ or None, own_name)
        return _empty(type_)


def _empty(type_: str) -> Value:
    return () if types.is_collection(type_) else not_set(type_)
