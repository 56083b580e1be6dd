"""Credentials of test cases: invented values offline, the environment's in a live run.

`api_key: ${{ env.SHOP_API_KEY }}` takes the variable in a live run; offline its name stands for it, so
that a test comes out the same on every machine.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping

from trunkline.domain.json import Json, JsonObject
from trunkline.errors import InvalidInput

_VARIABLE = re.compile(r"\$\{\{\s*env\.([A-Za-z_][A-Za-z0-9_]*)\s*\}\}")


def stand_ins(credentials: JsonObject) -> JsonObject:
    """The credentials with every variable as its own name."""
    return _filled(credentials, lambda name: name)


def real(credentials: JsonObject, environment: Mapping[str, str] = os.environ) -> JsonObject:
    """The credentials with every variable's value. Raises InvalidInput naming those that are not set."""
    missing: list[str] = []

    def value(name: str) -> str:
        if name not in environment:
            missing.append(name)
        return environment.get(name, "")

    filled = _filled(credentials, value)
    if missing:
        raise InvalidInput(f"the environment does not hold {', '.join(missing)}")
    return filled


def _filled(node: Json, value: Callable[[str], str]) -> Json:
    if isinstance(node, dict):
        return {key: _filled(child, value) for key, child in node.items()}
    return _VARIABLE.sub(lambda use: value(use[1]), node) if isinstance(node, str) else node
