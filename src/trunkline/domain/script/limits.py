"""What the guides allow a script action (chapter G3)."""

from __future__ import annotations

import re

NAME = re.compile(r"[a-zA-Z0-9_\-]{3,64}")
LARGEST_SCRIPT = 65_536
"""Bytes of UTF-8."""


def script_bytes(content: str) -> int:
    """The length of a script as it is sent."""
    return len(content.encode("utf-8", "surrogatepass"))
