"""What a run asks of the outside, and what it is answered.

A run knows nothing of clouds, callers and clocks: whatever comes from outside is a question. A test
answers from its mocks, a terminal from its user, the search for paths from candidate values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, TypeAlias

from trunkline.engine.expression import Value

SUCCESS: Final = "__SUCCESS__"
FAILURE: Final = "__FAILURE__"
TIMEOUT: Final = "__TIMEOUT__"
YES: Final = "__YES__"
NO: Final = "__NO__"
DEFAULT: Final = "__DEFAULT__"
FOUND: Final = "__FOUND__"
NOT_FOUND: Final = "__NOT_FOUND__"
LOOP: Final = "__LOOP__"
MAX_NO_INPUTS: Final = "__MAX_NO_INPUTS__"
MAX_NO_MATCHES: Final = "__MAX_NO_MATCHES__"
NO_INTENT: Final = "__NO_INTENT__"
KNOWLEDGE: Final = "__KNOWLEDGE__"

NO_INPUT: Final = "no_input"
"""The caller is silent until the timeout."""
NO_MATCH: Final = "no_match"
"""The caller presses or says something that fits nothing."""
HANG_UP: Final = "hang_up"
ENTERED: Final = "entered"
"""The caller gives what was asked for; it is among the answer's values."""
ANSWERED: Final = "answered"
"""An agent takes the waiting interaction."""
WAITING: Final = "waiting"
"""The interaction stays in the queue for another round."""


class Kind(StrEnum):
    """Who has to answer."""

    DATA_ACTION = "data_action"
    TABLE = "table"
    SCHEDULE = "schedule"
    MENU = "menu"
    DIGITS = "digits"
    YES_NO = "yes_no"
    SLOT = "slot"
    INTENT = "intent"
    CHOICE = "choice"
    UTTERANCE = "utterance"
    BOT = "bot"
    TRANSFER = "transfer"
    LOOKUP = "lookup"
    SERVICE = "service"
    QUEUE = "queue"
    STUB = "stub"


CALLER: Final = frozenset(
    {Kind.MENU, Kind.DIGITS, Kind.YES_NO, Kind.SLOT, Kind.INTENT, Kind.CHOICE, Kind.UTTERANCE}
)
"""The kinds that the caller answers."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a run.

    `subject` is the name of what is asked: a data action, a table, a menu. `node` is the id of the
    action that asks, `action` its title. `outputs` are the answers there are; `labels` say what an
    output is called (`1`, `Book an appointment`). `fields` are the values that an answer may bring,
    with their types, and `errors` those of a failure; `inputs` what is handed over.
    """

    kind: Kind
    subject: str
    node: str
    action: str
    outputs: tuple[str, ...]
    labels: Mapping[str, str] = field(default_factory=dict[str, str])
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    inputs: Mapping[str, Value] = field(default_factory=dict[str, Value])
    errors: Mapping[str, str] = field(default_factory=dict[str, str])

    def values_of(self, output: str) -> Mapping[str, str]:
        """The values that an answer by this output may bring, with their types."""
        if output in (FAILURE, TIMEOUT):
            return self.errors
        return {} if output in (NO_INPUT, NO_MATCH, NOT_FOUND) else self.fields


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer: one of the question's outputs, values for its fields, and how long it took."""

    output: str
    values: Mapping[str, Value] = field(default_factory=dict[str, Value])
    milliseconds: int = 0
    heard: str = ""


Ask: TypeAlias = Callable[[Question], Answer]


class Unsupported(Exception):
    """Something that this engine cannot execute and that nothing stands in for."""


class Unanswered(Exception):
    """A question that the outside has no answer to: a mock is missing."""
