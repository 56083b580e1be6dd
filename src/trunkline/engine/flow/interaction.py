"""What one interaction carries through a flow and the common modules and bots it calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from trunkline.engine.expression import Org
from trunkline.engine.flow.program import Program
from trunkline.engine.flow.question import Ask
from trunkline.engine.flow.trace import Asked, End, Record, Visit

ACTION_LIMIT: Final = 10_000
EXTRA_ACTIONS: Final = 1_000
"""What jumping to a menu or task from the error handling grants, once."""

START: Final = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
"""When a run begins that is told no other time: a Monday morning."""

MAX_MODULE_DEPTH: Final = 4


@dataclass(slots=True)
class Interaction:
    """The outside of a run (questions, org, start of the clock) and what has happened so far.

    `until` ends the interaction at a virtual time: a caller who hangs up, an agent who answers.
    `programs` are the flows that run for real where a flow calls them, by name and by id.
    """

    ask: Ask
    org: Org | None = None
    start: datetime = START
    until: tuple[int, End] | None = None
    programs: Mapping[str, Program] = field(default_factory=dict[str, Program])
    track: bool = False
    elapsed: int = 0
    actions: int = 0
    limit: int = ACTION_LIMIT
    depth: int = 0
    visits: list[Visit] = field(default_factory=list[Visit])
    asked: list[Asked] = field(default_factory=list[Asked])
    records: list[Record] = field(default_factory=list[Record])
    data: dict[str, str] = field(default_factory=dict[str, str])
    errors: list[str] = field(default_factory=list[str])
    waited: int = 0

    def now(self) -> datetime:
        return self.start + timedelta(milliseconds=self.elapsed)
