"""Conditions of one action brought to an org, three ways: the file, the org, what was last applied from here.

What was last applied is the base of the action, where the project manages the action; else a file of its
own, `orgs/<org>/conditions/NAME.json`.
"""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from trunkline.apply.memory import Memory
from trunkline.clouds.genesys.guides.conditions import Conditions, Upserted, by_names
from trunkline.domain.json import Json, digest, file_text
from trunkline.domain.kinds.data_action import DATA_ACTION
from trunkline.domain.resource import Address, Resource
from trunkline.project.files import read_text, slug, write_atomic
from trunkline.project.lock import Lock

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from trunkline.apply.writing import Writing


def apply_conditions(
    conditions: Conditions,
    lock: Lock,
    name: str,
    wanted: list[Json],
    right: Callable[[], AbstractContextManager[Writing]],
    *,
    adopt: bool = False,
) -> Upserted:
    """Merges and writes; remembers what was written. `adopt` overwrites what others changed since.

    `right` gives the right to write to the org; it is taken where the base of an action is written.
    Raises MergeConflict, InvalidCondition, InvalidInput, Refused.
    """
    address = Address(DATA_ACTION.name, name)
    managed = address in lock.entries
    with right() if managed else nullcontext() as writing:
        memory = writing.memory if writing else Memory(lock)
        known = conditions.catalogue()
        base = None if adopt else last_applied(memory.lock, address)
        done = conditions.upsert(name, wanted, base, known)
        _remember(memory, address, done.id, by_names(wanted, known))
    return done


def last_applied(lock: Lock, address: Address) -> list[Json] | None:
    """The conditions last applied from here; None where none were."""
    managed = [lock.base_path(address)] if address in lock.entries else []
    for path in (*managed, _own_base(lock, address)):
        found = json.loads(read_text(path)).get("conditions") if path.is_file() else None
        if found is not None:
            return found
    return None


def _remember(memory: Memory, address: Address, remote_id: str, applied: list[Json]) -> None:
    """What the file said, without what others changed: their changes go on being theirs."""
    lock = memory.lock
    entry = lock.entries.get(address)
    before = memory.base(address)
    if entry is None or entry.id != remote_id or before is None:
        write_atomic(_own_base(lock, address), file_text({"name": address.name, "conditions": applied}))
        return
    base = {**before, "conditions": applied}
    seen = Resource(address, base, remote_id=entry.id, version=entry.version)
    memory.remember(address, seen, None, base)
    memory.flush()


def _own_base(lock: Lock, address: Address) -> Path:
    told_apart = digest(address.name)[:6]
    return lock.folder / "conditions" / f"{slug(address.name)}-{told_apart}.json"
