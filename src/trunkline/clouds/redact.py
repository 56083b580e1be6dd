"""Secrets: a type that cannot be printed by accident, and the cleaning of texts that may hold one."""

from __future__ import annotations

import hmac
import re
from typing import NoReturn

MASK = "********"

_PATTERNS = (
    re.compile(r"(?i)\b(bearer|basic)\s+(?=\S*[0-9=])[A-Za-z0-9._~+/=\-]{6,}"),
    re.compile(
        r"""(?ix) (["']?\b (?:client_?secret|access_?token|refresh_?token|id_token|password|api_?key
        |authorization) ["']?\s*[:=]\s*) (?:"(?:[^"\\]|\\.)*" | '[^']*' | [^\s&,;}'"]+)"""
    ),
    re.compile(r"(?i)\b(https?://)[^/\s:@]+:[^/\s@]+@"),
)
_SHORTEST = 6
"""Shorter texts would be found everywhere; a real secret or token is far longer."""


class Secret:
    """A text that shows itself only to `reveal()`: not in a repr, a format, a pickle or a log."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The secret itself, to be sent and nothing else."""
        return self._text

    def __repr__(self) -> str:
        return f"Secret({MASK!r})"

    def __str__(self) -> str:
        return MASK

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(
            self._text.encode("utf-8", "surrogatepass"), other._text.encode("utf-8", "surrogatepass")
        )

    def __hash__(self) -> int:
        return hash((Secret, self._text))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is never pickled")


class Redactor:
    """Masks the secrets it was told of, and whatever looks like one, in texts meant for people."""

    def __init__(self, *secrets: Secret) -> None:
        self._known: set[str] = set()
        for secret in secrets:
            self.learn(secret)

    def learn(self, secret: Secret) -> None:
        """From now on this secret is masked wherever it turns up."""
        if len(secret.reveal()) >= _SHORTEST:
            self._known.add(secret.reveal())

    def __call__(self, text: str) -> str:
        for known in sorted(self._known, key=len, reverse=True):
            text = text.replace(known, MASK)
        text = _PATTERNS[0].sub(rf"\1 {MASK}", text)
        text = _PATTERNS[1].sub(rf"\1{MASK}", text)
        return _PATTERNS[2].sub(rf"\1{MASK}@", text)
