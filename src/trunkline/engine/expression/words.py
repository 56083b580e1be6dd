"""Lists of words in tables."""

from __future__ import annotations


def words(text: str) -> tuple[str, ...]:
    """The words of a text, parted by blanks."""
    return tuple(text.split())


def pairs(text: str) -> dict[str, str]:
    """`a:b c:d` as {"a": "b", "c": "d"}."""
    return dict(word.split(":") for word in text.split())
