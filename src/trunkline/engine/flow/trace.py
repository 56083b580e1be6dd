"""What a run leaves behind: every step it took, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from trunkline.engine.expression import Value
from trunkline.engine.flow.program import Program, Step
from trunkline.engine.flow.question import Answer, Question


class Verdict(StrEnum):
    ENDED = "ended"
    UNSUPPORTED = "unsupported"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class End:
    """How the interaction left the flow: `TransferToAcd` with its queue, `EndWorkflow` with its reason."""

    type: str
    details: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(slots=True)
class Visit:
    """One execution of one action. `at` is the virtual time since the start in milliseconds.

    `depends` are the origins (see `Run`) of what decided its output. `module` is the common module it
    belongs to.
    """

    step: Step
    at: int
    output: str | None = None
    said: list[str] = field(default_factory=list[str])
    heard: list[str] = field(default_factory=list[str])
    writes: list[tuple[str, Value]] = field(default_factory=list[tuple[str, Value]])
    questions: list[int] = field(default_factory=list[int])
    depends: frozenset[str] = frozenset()
    error: str | None = None
    module: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answer."""

    question: Question
    answer: Answer


@dataclass(frozen=True, slots=True)
class Record:
    """Something that only leaves a mark: a milestone, a screen pop, a notification."""

    kind: str
    node: str
    values: Mapping[str, Value]


@dataclass(slots=True)
class Result:
    """A finished run. `message` says why it stopped where it did not end by itself."""

    program: Program
    verdict: Verdict
    end: End | None
    message: str
    visits: list[Visit]
    asked: list[Asked]
    records: list[Record]
    variables: Mapping[str, Value]
    participant_data: Mapping[str, str]
    errors: list[str]
    elapsed_ms: int
    actions: int
    language: str
    origins: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])

    @property
    def said(self) -> list[str]:
        """Everything the caller heard or read, in order."""
        return [text for visit in self.visits for text in visit.said]
