"""What compiling a document that a user wrote comes to."""

from __future__ import annotations

from dataclasses import dataclass, field

from trunkline.domain.action.fault import Fault
from trunkline.domain.json import JsonObject, Path


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled document: the canonical body, all its faults, and where each node comes from.

    `hints` tell what is right and could be shorter. `origins` maps paths in the body to paths in the
    document. The body of a document with
    faults is what could be made of it: good for an editor, never to be written to a cloud.
    """

    body: JsonObject
    faults: tuple[Fault, ...] = ()
    origins: dict[Path, Path] = field(default_factory=dict[Path, Path])
    hints: tuple[Fault, ...] = ()

    def origin(self, path: Path) -> Path:
        """Where in the document the node at `path` of the body, or its nearest ancestor, is from."""
        while path not in self.origins and path:
            path = path[:-1]
        return self.origins.get(path, ())
