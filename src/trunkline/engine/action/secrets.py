"""Keeping credentials out of whatever an action shows of itself."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

from trunkline.domain.json import Json

MASK = "***"
_OPEN = {"token_type", "expires_in", "scope"}
"""What a login answers that is no secret."""


class Mask:
    """Replaces secret values, and their usual encodings, wherever they stand in a text or a document."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._known: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        self.add(secrets)

    def add(self, secrets: Iterable[str]) -> None:
        for secret in secrets:
            self._known |= _spellings(secret)
        if self._known:
            longest_first = sorted(self._known, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def text(self, text: str) -> str:
        return text if self._pattern is None else self._pattern.sub(MASK, text)

    def value(self, value: Json) -> Json:
        """The document with every text in it, keys too, masked."""
        if self._pattern is None:
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {self.text(str(key)): self.value(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.value(each) for each in value]
        shown = json.dumps(value)
        return MASK if shown in self._known else value


def _spellings(secret: str) -> set[str]:
    if not secret:
        return set()
    raw = secret.encode("utf-8", "surrogatepass")
    encoded = base64.b64encode(raw).decode("ascii")
    return {
        secret,
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(raw, safe=""),
        quote(raw),
        quote_plus(raw),
        encoded,
        encoded.rstrip("="),
    }


def secrets_of(value: Json) -> list[str]:
    """Every value inside credentials or a login's answer that must not be shown."""
    if isinstance(value, Mapping):
        return [each for key, child in value.items() if key not in _OPEN for each in secrets_of(child)]
    if isinstance(value, list):
        return [each for child in value for each in secrets_of(child)]
    if value is None or isinstance(value, bool):
        return []
    return [value if isinstance(value, str) else json.dumps(value)]


def veiled(value: Json) -> Json:
    """The same shape with every secret replaced, to render a template for showing."""
    if isinstance(value, Mapping):
        return {key: child if key in _OPEN else veiled(child) for key, child in value.items()}
    if isinstance(value, list):
        return [veiled(child) for child in value]
    return value if value is None or isinstance(value, bool) else MASK
