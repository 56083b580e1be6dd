"""What a check has to say about a resource."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trunkline.domain.json import Path, show_path
from trunkline.domain.resource import Address, Place


class Severity(StrEnum):
    """`error` fails a check; `warning` fails it only with --strict; `info` never does."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of one object: which rule, where, what is wrong, how to fix it.

    `rule` is a stable id (`action-undeclared-input`), documented and switchable.
    """

    rule: str
    severity: Severity
    message: str
    address: Address | None = None
    path: Path = ()
    place: Place | None = None
    hint: str | None = None

    @property
    def where(self) -> str:
        """`file:line` where it is known, else the address with the path in the body."""
        if self.place is not None and self.place.line is not None:
            return str(self.place)
        spot = str(self.place or self.address or "")
        return f"{spot} {show_path(self.path)}" if self.path else spot

    def __str__(self) -> str:
        fix = f" ({self.hint})" if self.hint else ""
        return f"{self.where}: {self.severity}: {self.message}{fix} [{self.rule}]"
