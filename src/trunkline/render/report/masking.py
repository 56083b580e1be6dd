"""No secret leaves in a report: known values and whatever looks like one are masked, in every text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from trunkline.clouds.redact import MASK, Redactor, Secret
from trunkline.engine.action.secrets import Mask
from trunkline.render.graph.scene import Scene

T = TypeVar("T")
_SHORTEST = 6
"""Shorter values (`1`, `eu`) would be found everywhere."""
_SECRET_HEADER = re.compile(r"(?i)auth|token|secret|password|api-?_?key|cookie|session")
_REFERENCE = re.compile(r"\$!?\{?[A-Za-z_][\w.-]*(?:\([^()]*\))?\}?|«env\.\w+»")
_SCHEME = re.compile(r"(?i)\s*(?:bearer|basic|apikey|token)?\s*")


class Cleaner:
    """Masks texts, and every text inside plain values."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = [each for each in secrets if len(each) >= _SHORTEST]
        self._known = Mask(known)
        self._looks = Redactor(*map(Secret, known))

    def text(self, text: str) -> str:
        """Without the secrets that are known, and without what looks like one."""
        return self._looks(self._known.text(text))

    def header(self, name: str, value: str) -> str:
        """The value of a header: masked where its name tells a secret, unless it only names one."""
        if not _SECRET_HEADER.search(name):
            return self.text(value)
        return self.text(value) if _SCHEME.fullmatch(_REFERENCE.sub("", value)) else MASK

    def all(self, value: T) -> T:
        """The same value with every text in it masked: dataclasses, tuples and mappings are gone through."""
        return self._all(value)

    def _all(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, tuple):
            return tuple(self._all(each) for each in value)
        if isinstance(value, Mapping):
            return {self._all(key): self._all(each) for key, each in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            return replace(
                value, **{each.name: self._all(getattr(value, each.name)) for each in fields(value)}
            )
        return value

    def scene(self, scene: Scene) -> None:
        """Masks every text of a drawing, in place."""
        for card in scene.cards.values():
            card.name, card.detail, card.title = map(self.text, (card.name, card.detail, card.title))
            for port in card.ports:
                port.text, port.title = self.text(port.text), self.text(port.title)
