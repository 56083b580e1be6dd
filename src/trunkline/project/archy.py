"""Archy's YAML as a tree, with its `{{substitutions}}` as plain text.

A third of real Archy files are no YAML as they stand: `name: {{flow_name}}`,
`{{data_action_category}}:`. Archy replaces the text before it parses; here the braces are
hidden from the parser and put back, so that values, keys and positions stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from trunkline.domain.json import Json, Path
from trunkline.project.yamlfile import YamlDocument, parse_yaml

_SUBSTITUTION = re.compile(r"\{\{\s*([^{}\n]+?)\s*\}\}")
_OPEN, _CLOSE = "\ue000\ue000", "\ue001\ue001"  # as wide as the braces, and never in a real file


def parse_archy(text: str, values: Mapping[str, str] | None = None) -> YamlDocument:
    """The document in Archy's YAML. What `values` does not hold stays as `{{name}}`.

    Raises YamlFault. Keys `yes` and `no` are text, as the outputs of a decision are meant.
    """
    given = values or {}
    document = parse_yaml(_SUBSTITUTION.sub(lambda match: _hide(match, given), text))
    positions = {_show_path(path): position for path, position in document.positions.items()}
    return YamlDocument(_show(document.value), positions)


def substitutions(text: str) -> tuple[str, ...]:
    """The names of the substitutions a file needs, in order of appearance."""
    return tuple(dict.fromkeys(match[1] for match in _SUBSTITUTION.finditer(text)))


def _hide(match: re.Match[str], values: Mapping[str, str]) -> str:
    return values[match[1]] if match[1] in values else f"{_OPEN}{match[0][2:-2]}{_CLOSE}"


def _visible(text: str) -> str:
    return text.replace(_OPEN, "{{").replace(_CLOSE, "}}")


def _show_path(path: Path) -> Path:
    return tuple(_visible(step) if isinstance(step, str) else step for step in path)


def _show(value: Json) -> Json:
    if isinstance(value, str):
        return _visible(value)
    if isinstance(value, dict):
        return {_visible(key): _show(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_show(child) for child in value]
    return value
