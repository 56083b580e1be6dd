"""The words of a definition of the guides."""

from __future__ import annotations

from trunkline.domain.action.friendly.read import structured
from trunkline.domain.json import Json

OUTCOMES = ("FAIL", "CONTINUE")
INPUT_TYPES = ("string", "number", "integer", "boolean")


def body_text(body: Json) -> Json:
    """The template of a body, which may be written as text or as a structure."""
    return body if body is None or isinstance(body, str) else structured(body)
