"""What running tests comes to, whatever they test."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trunkline.domain.finding import Finding
from trunkline.domain.resource import Address, Place


class Outcome(StrEnum):
    """A case is skipped where a run against the live service has nothing to ask."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case. `faults` say what differs; `note` says what else a reader should know."""

    subject: Address
    case: str
    place: Place
    outcome: Outcome
    faults: tuple[str, ...] = ()
    duration_ms: float = 0.0
    note: str | None = None


@dataclass(frozen=True, slots=True)
class SuiteResult:
    """All cases, and what is wrong with the test files themselves."""

    results: tuple[CaseResult, ...]
    findings: tuple[Finding, ...]

    def count(self, outcome: Outcome) -> int:
        return sum(result.outcome is outcome for result in self.results)

    @property
    def passed(self) -> bool:
        return not self.findings and not self.count(Outcome.FAILED)
