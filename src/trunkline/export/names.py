"""File names of flows: short, safe on every system, and the same whatever the flow is renamed to."""

from __future__ import annotations

import hashlib
import re
from enum import StrEnum

from trunkline.project.files import slug

_PLAIN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}\Z")
_MARK = 8
_LONGEST_NAME = 60


class Naming(StrEnum):
    """`flow_<id>`, or `flow_<type>_<name>_<start of the id>`."""

    ID = "id"
    READABLE = "readable"


class FileNames:
    """Gives each flow a file name that no other has, upper and lower case being the same.

    A flow keeps the name it had, `known` by its id, as long as that is of the same form.
    """

    def __init__(self, naming: Naming, ending: str, known: dict[str, str]) -> None:
        self._naming = naming
        self._ending = ending
        self._known = known
        self._taken = {name.casefold(): flow_id for flow_id, name in known.items()}

    def name(self, flow_id: str, flow_type: str, name: str) -> str:
        """The name for a flow's file, with its ending."""
        mark = _mark(flow_id)
        before = self._known.get(flow_id)
        if (
            before is not None
            and self._naming is Naming.READABLE
            and before.endswith(f"_{mark}{self._ending}")
        ):
            return before
        stem = f"flow_{self._stem(flow_id, flow_type, name, mark)}"
        chosen = stem + self._ending
        if self._taken.setdefault(chosen.casefold(), flow_id) != flow_id:
            chosen = f"{stem}_{_hash(flow_id)}{self._ending}"
            self._taken[chosen.casefold()] = flow_id
        return chosen

    def _stem(self, flow_id: str, flow_type: str, name: str, mark: str) -> str:
        if self._naming is Naming.READABLE:
            return f"{slug(flow_type)}_{slug(name)[:_LONGEST_NAME].strip('-')}_{mark}"
        return flow_id if _PLAIN_ID.match(flow_id) else _hash(flow_id)


def _mark(flow_id: str) -> str:
    """The start of an id that tells flows apart."""
    return flow_id[:_MARK].lower() if _PLAIN_ID.match(flow_id) else _hash(flow_id)[:_MARK]


def _hash(flow_id: str) -> str:
    return hashlib.sha256(flow_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]
