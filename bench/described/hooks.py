"""Ids that exist in the places of half of those that schemathesis makes up: most requests would be 404.

Loaded by schemathesis itself (`SCHEMATHESIS_HOOKS`). Which requests get one depends on their values alone,
so that a run can be repeated.
"""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase
from schemathesis.openapi.checks import EnsureResourceAvailability

KNOWN: dict[str, list[str]] = json.loads(Path(os.environ["TRUNKLINE_KNOWN_IDS"]).read_text("utf-8"))
"""Ids by the path of their collection or the `?name` of a parameter; under "" some of all."""


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
    """Put ids that exist into path and query, unless they are wrong, or an earlier answer's, on purpose."""
    del context, kwargs
    if case.meta is None or case.meta.phase.name is TestPhase.STATEFUL:
        return
    if not case.meta.is_negative_at(ParameterLocation.PATH):
        for name in case.path_parameters or {}:
            known = KNOWN.get(case.path.partition(f"/{{{name}}}")[0]) or KNOWN[""]
            _exchange(case, case.path_parameters, name, known)
    if not case.meta.is_negative_at(ParameterLocation.QUERY):
        for name in case.query or {}:
            _exchange(case, case.query, name, KNOWN.get(f"?{name}", []))


def _exchange(case: schemathesis.Case, values: dict[str, Any], name: str, known: list[str]) -> None:
    dice = zlib.crc32(f"{case.method}{case.path}{name}{values[name]}".encode("utf-8", "surrogatepass"))
    if dice % 4 and known:
        values[name] = known[dice // 4 % len(known)]


@schemathesis.hook
def filter_failure(
    context: schemathesis.HookContext,
    failure: Failure,
    case: schemathesis.Case,
    response: schemathesis.Response,
) -> bool:
    """A live action that was just made has no draft: that 404 is the vendor's, nothing got lost."""
    del context, response
    return not (isinstance(failure, EnsureResourceAvailability) and "/draft/" in f"{case.path}/")
