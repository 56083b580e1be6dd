"""The audit of the guides' surface for `trunkline audit query`: records of now, or as they come."""

from __future__ import annotations

import json
from dataclasses import dataclass

from trunkline.cli.common import emit, talk
from trunkline.library import Org


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which records. `until` is a correlation id: its record ends it; `seconds` None is without end."""

    entity: str | None = None
    event: str | None = None
    follow: bool = False
    seconds: float | None = None
    until: str | None = None


def print_records(org: Org, wanted: Wanted) -> int:
    """One JSON object a line, the oldest first; 1 where `until` did not show in time."""
    audit = org.cloud.audit
    if wanted.follow or wanted.until:
        records = audit.follow(wanted.entity, wanted.event, every=0.5, seconds=wanted.seconds)
    else:
        records = audit.query(wanted.entity, wanted.event)
    try:
        for record in records:
            emit(json.dumps(record, ensure_ascii=False))
            if wanted.until is not None and record.get("correlationId") == wanted.until:
                return 0
    except KeyboardInterrupt:
        talk("ended")
    return int(wanted.until is not None)
