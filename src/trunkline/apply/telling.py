"""Telling a webhook what became of a change. It is told, not asked: its failure fails nothing."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from dataclasses import replace
from urllib.parse import urlsplit

from trunkline.apply.transaction import Result

_TIMEOUT = 5.0


def tell(url: str, result: Result) -> Result:
    """Posts {flowId, status, latencyMs, timestamp}; a failure becomes a warning of the result."""
    line = result.line()
    body = {key: line[key] for key in ("flowId", "status", "latencyMs", "timestamp")}
    problem = _post(url, json.dumps(body).encode())
    return replace(result, warnings=(*result.warnings, problem)) if problem else result


def _post(url: str, body: bytes) -> str | None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https"):
        return "the webhook was not told: its URL is neither http nor https"
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT) as answer:  # noqa: S310
            answer.read(1024)
    except (urllib.error.URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        return f"the webhook at {parts.hostname} was not told: {reason}"
    return None
