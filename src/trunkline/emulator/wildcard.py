"""Patterns in which `*` stands for any run of characters, an empty one too, and nothing else is special."""

from __future__ import annotations


def fits(pattern: str, text: str) -> bool:
    """Whether the whole text fits; in time that grows with pattern times text, whatever they hold."""
    first, *rest = pattern.split("*")
    if not rest:
        return first == text
    last = rest.pop()
    if len(text) < len(first) + len(last) or not (text.startswith(first) and text.endswith(last)):
        return False
    position, end = len(first), len(text) - len(last)
    for part in rest:
        position = text.find(part, position, end)
        if position < 0:
            return False
        position += len(part)
    return True
