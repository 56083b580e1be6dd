"""What became of an export."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Missing:
    """A flow that was listed, or asked for by id, and has no file; `why` is one line."""

    id: str
    name: str
    why: str

    def __str__(self) -> str:
        return f"{self.name} ({self.id}): {self.why}" if self.name else f"{self.id}: {self.why}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an export is, `seconds` after its start; `total` is the cloud's count, where it gives one."""

    total: int | None
    fetched: int
    unchanged: int
    missing: int
    seconds: float

    @property
    def done(self) -> int:
        return self.fetched + self.unchanged + self.missing

    @property
    def rate(self) -> float:
        """Flows a second: those that are read, as what is there already takes no time."""
        return (self.fetched or self.done) / self.seconds if self.seconds > 0 else 0.0

    @property
    def left(self) -> float | None:
        """Seconds to the end at this rate; None where that cannot be said."""
        if self.total is None or not self.rate:
            return None
        return max(0, self.total - self.done) / self.rate


@dataclass(frozen=True, slots=True)
class Verdict:
    """The end of an export.

    `notes` say why the listing may lack flows; `gone` are files whose flows the org no longer has.
    """

    folder: str
    listed: int
    fetched: int
    unchanged: int
    missing: tuple[Missing, ...]
    notes: tuple[str, ...]
    gone: tuple[str, ...]
    seconds: float

    @property
    def exported(self) -> int:
        return self.fetched + self.unchanged

    @property
    def whole(self) -> bool:
        """Whether all flows of the org that were asked for have their files."""
        return not self.missing and not self.notes
