"""Errors as the ACD API of CXone answers them: {error, error_description}."""

from __future__ import annotations

from trunkline.domain.json import JsonObject
from trunkline.emulator.errors import ApiError


class AcdError(ApiError):
    """`code` is the short word, `message` what it means."""

    def body(self, context_id: str) -> JsonObject:
        del context_id
        return acd_body(self)


def acd_body(error: ApiError) -> JsonObject:
    """Any refusal as the ACD API words it."""
    return {"error": error.code, "error_description": error.message}
