"""Names of flows, and patterns of them as in the guides: `*` stands for any text, case does not matter."""

from __future__ import annotations

import fnmatch


def fits(pattern: str, name: str) -> bool:
    """Whether a name is meant by a pattern; brackets and question marks of it are themselves."""
    plain = "".join(f"[{char}]" if char in "[?" else char for char in pattern.casefold())
    return fnmatch.fnmatchcase(name.casefold(), plain)
