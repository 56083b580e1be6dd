"""`${{ var.NAME }}` and `${{ env.NAME }}` in the files of a project.

The form cannot be mistaken for Velocity (`${input.x}`) nor for the guides' `{{x}}`. Where an object itself
holds `${{`, its file says `${{ '${{' }}`: nothing that somebody wrote into an org is ever read as a variable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from trunkline.domain.json import Json, Path

_OPENING = "${{"
_LITERAL = "${{ '${{' }}"
_USE = re.compile(r"\$\{\{\s*(?:('\$\{\{')|([^{}]*?))\s*\}\}")
_NAME = re.compile(r"(var|env)\.([A-Za-z_][A-Za-z0-9_]*)\Z")


def uses_variables(text: str) -> bool:
    """A quick look: whether a text may hold a variable at all."""
    return _OPENING in text


def literal(value: Json) -> Json:
    """A copy of a document that `substitute` gives back as it is."""
    if isinstance(value, dict):
        return {key: literal(child) for key, child in value.items()}
    if isinstance(value, list):
        return [literal(child) for child in value]
    return value.replace(_OPENING, _LITERAL) if isinstance(value, str) else value


def substitute(
    value: Json, variables: Mapping[str, str], environment: Mapping[str, str]
) -> tuple[Json, list[tuple[Path, str, str]]]:
    """The document with variables replaced, and every fault as (path, message, hint).

    What has no value becomes its name: left as it is, it would be taken for an input of the guides' `{{x}}`.
    """
    faults: list[tuple[Path, str, str]] = []

    def replace_in(node: Json, path: Path) -> Json:
        if isinstance(node, dict):
            return {key: replace_in(child, (*path, key)) for key, child in node.items()}
        if isinstance(node, list):
            return [replace_in(child, (*path, index)) for index, child in enumerate(node)]
        if isinstance(node, str) and _OPENING in node:
            return _USE.sub(lambda use: _value(use, path), node)
        return node

    def _value(use: re.Match[str], path: Path) -> str:
        if use[1]:
            return _OPENING
        named = _NAME.match(use[2])
        if not named:
            faults.append((path, f"{use[0]} is not a variable", "write ${{ var.NAME }} or ${{ env.NAME }}"))
            return use[2]
        family, name = named.groups()
        found = (variables if family == "var" else environment).get(name)
        if found is None and family == "var":
            known = ", ".join(sorted(variables)) or "none"
            hint = f"add it to [variables] in trunkline.toml; defined: {known}"
            faults.append((path, f"the variable {name} is not defined", hint))
        elif found is None:
            faults.append((path, f"the environment variable {name} is not set", f"export {name}=…"))
        return name if found is None else found

    return replace_in(value, ()), faults
