"""`trunkline.toml`: the orgs of a project, its variables, its policy. It holds no secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from trunkline.errors import InvalidInput
from trunkline.project.config_fields import ORG, POLICY, RULES, TOP, faults
from trunkline.project.files import read_text

CONFIG_FILE = "trunkline.toml"


@dataclass(frozen=True, slots=True)
class Config:
    """What `trunkline.toml` says. `orgs` are profiles as written, without `variables`.

    `ignored_rules` maps a glob of files, by their paths from the root, to the rules that are off there.
    """

    root: Path
    name: str
    default_org: str | None = None
    state: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict[str, str])
    orgs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    org_variables: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    disabled_rules: frozenset[str] = frozenset()
    ignored_rules: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    policy: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def variables_of(self, org: str | None) -> dict[str, str]:
        """The project's variables, overlaid with the org's own."""
        return {**self.variables, **self.org_variables.get(org or "", {})}


def find_root(start: Path) -> Path | None:
    """The nearest folder from `start` upwards that holds a `trunkline.toml`."""
    for folder in (start, *start.parents):
        if (folder / CONFIG_FILE).is_file():
            return folder
    return None


def read_config(root: Path) -> Config:
    """Reads `trunkline.toml`. Raises InvalidInput with every fault and its line."""
    import tomllib

    path = root / CONFIG_FILE
    text = read_text(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        where = f"{CONFIG_FILE}:{found[1]}" if found else CONFIG_FILE
        raise InvalidInput(f"not TOML: {error}", where=where) from None
    found = _faults(data)
    if found:
        lines = tuple(f"{CONFIG_FILE}{_line(text, key)}: {message}" for key, message in found)
        raise InvalidInput(f"{CONFIG_FILE} has {len(lines)} fault{'s' * (len(lines) > 1)}", faults=lines)
    orgs: dict[str, dict[str, Any]] = {name: dict(org) for name, org in data.get("orgs", {}).items()}
    org_variables = {name: _texts(org.pop("variables", {})) for name, org in orgs.items()}
    rules: dict[str, Any] = data.get("rules", {})
    return Config(
        root=root,
        name=data.get("name", root.name),
        default_org=data.get("default_org"),
        state=data.get("state"),
        variables=_texts(data.get("variables", {})),
        orgs=orgs,
        org_variables=org_variables,
        disabled_rules=frozenset(rules.get("disabled", ())),
        ignored_rules={glob: frozenset(ids) for glob, ids in rules.get("ignore", {}).items()},
        policy=data.get("policy", {}),
    )


def _texts(table: Mapping[str, Any]) -> dict[str, str]:
    return {key: value if isinstance(value, str) else str(value) for key, value in table.items()}


def _faults(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = [*faults(data, TOP, "")]
    if any(not isinstance(data.get(key, {}), dict) for key in ("variables", "orgs", "rules", "policy")):
        return found
    found += _value_faults(data.get("variables", {}), "variables.")
    for name, org in data.get("orgs", {}).items():
        if not isinstance(org, dict):
            found.append((name, f"orgs.{name} must be a table: [orgs.{name}]"))
            continue
        given = cast("dict[str, Any]", org)
        if "client_secret" in given:
            found.append(
                ("client_secret", f"orgs.{name} holds a secret; take it out and run: trunkline auth login")
            )
        others = {key: value for key, value in given.items() if key != "client_secret"}
        found += faults(others, ORG, f"orgs.{name}.")
        values = given.get("variables", {})
        found += _value_faults(values, f"orgs.{name}.variables.") if isinstance(values, dict) else []
    found += _rule_faults(data.get("rules", {}))
    found += faults(data.get("policy", {}), POLICY, "policy.")
    return found


def _value_faults(variables: Mapping[str, Any], prefix: str) -> list[tuple[str, str]]:
    return [
        (name, f"{prefix}{name} must be a plain value, not a table or a list")
        for name, value in variables.items()
        if isinstance(value, dict | list)
    ]


def _rule_faults(rules: Mapping[str, Any]) -> list[tuple[str, str]]:
    found = [*faults(rules, RULES, "rules.")]
    if not _is_texts(rules.get("disabled", [])):
        found.append(("disabled", 'rules.disabled must be a list of rules: ["action-plain-http"]'))
    ignore = rules.get("ignore", {})
    if not isinstance(ignore, dict):
        return [*found, ("ignore", "rules.ignore must be a table: [rules.ignore]")]
    return found + [
        (glob, f'rules.ignore."{glob}" must be a list of rules: ["action-plain-http"]')
        for glob, ids in cast("dict[str, object]", ignore).items()
        if not _is_texts(ids)
    ]


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in cast("list[object]", value))


def _line(text: str, key: str) -> str:
    found = re.search(rf"^\s*\[?[^\n#=]*\b{re.escape(key)}\b", text, re.MULTILINE)
    return f":{text.count(chr(10), 0, found.end()) + 1}" if found else ""
