"""Terraform's data actions: genesyscloud_integration_action, its draft, and the custom auth action.

Documented by the provider mypurecloud/genesyscloud under `genesyscloud_integration_action`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

from trunkline.domain.action.vendor import integration_type_of
from trunkline.domain.json import Json, JsonObject
from trunkline.project.adopting.hcl import Block, Expression
from trunkline.project.adopting.variables import Module, Uses, Variable

ACTIONS = (
    "genesyscloud_integration_action",
    "genesyscloud_integration_action_draft",
    "genesyscloud_integration_custom_auth_action",
)
_REQUEST = {
    "request_url_template": "requestUrlTemplate",
    "request_type": "requestType",
    "headers": "headers",
    "request_template": "requestTemplate",
}
_RESPONSE = {
    "translation_map": "translationMap",
    "translation_map_defaults": "translationMapDefaults",
    "success_template": "successTemplate",
}
_CONTRACTS = (
    ("contract_input", "input", "inputSchema"),
    ("contract_output", "output", "successSchema"),
)
_READ = {
    "name",
    "category",
    "integration_id",
    "secure",
    "config_timeout_seconds",
    "contract_input",
    "contract_output",
}


@dataclass(frozen=True, slots=True)
class Read:
    """One action: its body, the variables it uses, what its origin says and the body does not."""

    body: JsonObject
    variables: dict[str, Variable] = field(default_factory=dict[str, Variable])
    notes: tuple[str, ...] = ()


def action_blocks(blocks: list[Block]) -> list[Block]:
    """The resources of a file that are data actions."""
    return [
        block for block in blocks if block.type == "resource" and block.labels[:1] in [[k] for k in ACTIONS]
    ]


def stem_of(file: PurePath, block: Block, alone: bool) -> str:
    """What a file calls an action: its own name, its folder's for a main.tf, the label among several."""
    stem = file.parent.name if file.stem == "main" and file.parent.name else file.stem
    label = block.labels[1] if len(block.labels) > 1 else ""
    return stem if alone else f"{stem}_{label}"


def read_action(block: Block, module: Module, stem: str, *, own_name: bool) -> Read:
    """The canonical body of a resource. `own_name`: the variables in its name are this action's alone."""
    return _Reader(block, Uses(module, stem), stem).read(own_name)


class _Reader:
    def __init__(self, block: Block, uses: Uses, stem: str) -> None:
        self.block = block
        self.uses = uses
        self.stem = stem
        self.notes: list[str] = []

    def read(self, own_name: bool) -> Read:
        block, words = self.block, _words(self.stem)
        request = self._config("config_request", _REQUEST)
        body: JsonObject = {"name": self._text("name", words, own=own_name) or words}
        body |= self._integration(str(request.get("requestUrlTemplate", "")))
        auth = block.labels[0] == ACTIONS[2]
        body["actionType"] = "customAuth" if auth else "custom"
        if "category" in block.attributes:
            body["category"] = self._text("category", "Data Actions")
        body["config"] = {"request": request, "response": self._config("config_response", _RESPONSE)}
        timeout = self._typed("config_timeout_seconds", int, None)
        if timeout is not None:
            body["config"]["timeoutSeconds"] = timeout
        body["contract"] = {
            "input": {"inputSchema": self._contract("contract_input")},
            "output": {"successSchema": self._contract("contract_output")},
        }
        body["secure"] = self._typed("secure", bool, False)
        self.notes += self._unread()
        return Read(body, self.uses.found, tuple(self.notes))

    def _integration(self, url: str) -> JsonObject:
        found: JsonObject = {}
        kind = integration_type_of(url)
        if kind is not None:
            found["integrationType"] = kind
        expression = self.block.attributes.get("integration_id")
        if expression is None:
            return found
        name = self.uses.module.integration(expression.source)
        if name is not None:
            return {**found, "integration": name}
        self.notes.append(
            f"integration_id is {_short(expression)}: an id has no place in a project; add "
            '"integration": "its name" where the org has several of one type'
        )
        return found

    def _config(self, kind: str, fields: dict[str, str]) -> JsonObject:
        block = self.block.inner(kind)
        config: JsonObject = {}
        for name, expression in block.attributes.items() if block else ():
            key = fields.get(name)
            if key is None:
                self.notes.append(f"{kind}.{name} = {_short(expression)} has no counterpart")
                continue
            value = self.uses.value(expression, name)
            config[key] = (
                _texts(value) if key in ("headers", "translationMap", "translationMapDefaults") else value
            )
        return config

    def _text(self, attribute: str, suggestion: str, *, own: bool = False) -> str:
        expression = self.block.attributes.get(attribute)
        if expression is None:
            return ""
        value = self.uses.value(expression, attribute, suggestion, own=own)
        return value if isinstance(value, str) else json.dumps(value)

    def _typed(self, attribute: str, kind: type, default: Json) -> Json:
        """A value that no variable can stand for, as those of a project are text."""
        expression = self.block.attributes.get(attribute)
        if expression is None:
            return default
        value = Uses(self.uses.module, self.stem).value(expression, attribute)
        if type(value) is kind:
            return value
        shown = "left out" if default is None else f"written as {json.dumps(default)}"
        self.notes.append(f"{attribute} is {_short(expression)}, which is not known here: {shown}")
        return default

    def _contract(self, attribute: str) -> JsonObject:
        """A schema as `jsonencode({…})` or as text gives it."""
        expression = self.block.attributes.get(attribute)
        if expression is None:
            return {"type": "object", "additionalProperties": True}
        trial = Uses(self.uses.module, self.stem)
        value = trial.value(expression, attribute)
        try:
            schema = json.loads(value) if isinstance(value, str) else value
        except ValueError:
            schema = None
        if not isinstance(schema, dict):
            self.notes.append(f"{attribute} is {_short(expression)}, which is not known here: anything goes")
            return {"type": "object", "additionalProperties": True}
        self.uses.found |= trial.found
        return schema

    def _unread(self) -> Iterator[str]:
        """What stands in the resource and has no place in the body: said, never dropped."""
        for name, expression in self.block.attributes.items():
            if name not in _READ:
                yield f"{name} = {_short(expression)} is Terraform's own"
        for block in self.block.blocks:
            if block.type == "function_config":
                yield "function_config: the code of a function action is deployed outside of Trunkline"
            elif block.type not in ("config_request", "config_response"):
                yield f"the block {block.type} is Terraform's own"


def _texts(value: Json) -> Json:
    if not isinstance(value, dict):
        return value
    return {key: each if isinstance(each, str) else json.dumps(each) for key, each in value.items()}


def _short(expression: Expression) -> str:
    source = " ".join(expression.source.split())
    return source if len(source) <= 60 else f"{source[:59]}…"


def _words(stem: str) -> str:
    """`get-bookable-slots` as `Get Bookable Slots`."""
    return " ".join(word[:1].upper() + word[1:] for word in re.split(r"[\W_]+", stem) if word)
