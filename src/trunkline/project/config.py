"""`trunkline.toml`: the orgs of a project, its variables, its policy. It holds no secret."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from trunkline.errors import InvalidInput
from trunkline.project.files import read_text

CONFIG_FILE = "trunkline.toml"

_TOP = {"name", "default_org", "state", "variables", "orgs", "rules", "policy"}
_ORG = {"cloud", "surface", "region", "environment", "url", "site", "login_url", "client_id", "variables"}
_RULES = {"disabled", "ignore"}
_POLICY = {
    "allow_replace",
    "allow_delete",
    "min_update_interval",
    "strict_reload",
    "audit_file",
    "webhook",
    "max_depth",
    "max_children",
}


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
    path = root / CONFIG_FILE
    text = read_text(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        where = f"{CONFIG_FILE}:{found[1]}" if found else CONFIG_FILE
        raise InvalidInput(f"not TOML: {error}", where=where) from None
    faults = [*_faults(data)]
    if faults:
        lines = tuple(f"{CONFIG_FILE}{_line(text, key)}: {message}" for key, message in faults)
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
    faults = _unknown(data, _TOP, "")
    for key in ("name", "default_org", "state"):
        if not isinstance(data.get(key, ""), str):
            faults.append((key, f"{key} must be text"))
    for key in ("variables", "orgs", "rules", "policy"):
        if not isinstance(data.get(key, {}), dict):
            faults.append((key, f"{key} must be a table: [{key}]"))
            return faults
    for name, org in data.get("orgs", {}).items():
        if not isinstance(org, dict):
            faults.append((name, f"orgs.{name} must be a table: [orgs.{name}]"))
            continue
        if "client_secret" in org:
            faults.append(
                ("client_secret", f"orgs.{name} holds a secret; take it out and run: trunkline auth login")
            )
        faults += _unknown({key: org[key] for key in org if key != "client_secret"}, _ORG, f"orgs.{name}.")
    faults += _rule_faults(data.get("rules", {}))
    faults += _unknown(data.get("policy", {}), _POLICY, "policy.")
    return faults


def _rule_faults(rules: Mapping[str, Any]) -> list[tuple[str, str]]:
    faults = _unknown(rules, _RULES, "rules.")
    if not _is_texts(rules.get("disabled", [])):
        faults.append(("disabled", 'rules.disabled must be a list of rules: ["action-plain-http"]'))
    ignore = rules.get("ignore", {})
    if not isinstance(ignore, dict):
        return [*faults, ("ignore", "rules.ignore must be a table: [rules.ignore]")]
    return faults + [
        (glob, f'rules.ignore."{glob}" must be a list of rules: ["action-plain-http"]')
        for glob, ids in cast("dict[str, object]", ignore).items()
        if not _is_texts(ids)
    ]


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in cast("list[object]", value))


def _unknown(table: Mapping[str, Any], known: set[str], prefix: str) -> list[tuple[str, str]]:
    return [
        (key, f"unknown field {prefix}{key}; known are {', '.join(sorted(known))}")
        for key in table
        if key not in known
    ]


def _line(text: str, key: str) -> str:
    found = re.search(rf"^\s*\[?[^\n#=]*\b{re.escape(key)}\b", text, re.MULTILINE)
    return f":{text.count(chr(10), 0, found.end()) + 1}" if found else ""
