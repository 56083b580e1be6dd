"""Variables of Terraform as variables of a project."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field

from trunkline.domain.json import Json
from trunkline.errors import InvalidInput
from trunkline.project.adopting.hcl import Block, Expression, evaluate

_SECRET = re.compile(r"(?i)(secret|token|password|passwd|api_?key|credential)")
_REFERENCE = re.compile(r"(var|local)\.([A-Za-z_][\w-]*)\Z")
_INTEGRATION = re.compile(r"((?:data\.)?genesyscloud_integration)\.([\w-]+)(?:\[0\])?\.(?:id|name)\Z")
_OUTPUT = re.compile(r"(?:data\.)?([A-Za-z_][\w-]*)\.([A-Za-z_][\w-]*)\.([A-Za-z_][\w-]*)\Z")
_DEPTH = 20
_MOST_REFERENCES = 10_000


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the project. `value` is its first value; `known` whether Terraform gave it.

    One that holds a secret is of the environment, and has no value here.
    """

    name: str
    value: str
    known: bool
    secret: bool
    source: str

    @property
    def use(self) -> str:
        return f"${{{{ env.{self.name} }}}}" if self.secret else f"${{{{ var.{self.name} }}}}"


@dataclass(slots=True)
class Module:
    """What a folder of Terraform files knows: defaults of variables, locals, names of integrations."""

    defaults: dict[str, Json] = field(default_factory=dict[str, Json])
    locals: dict[str, Expression] = field(default_factory=dict[str, Expression])
    integrations: dict[str, str] = field(default_factory=dict[str, str])

    def learn(self, blocks: list[Block]) -> None:
        for block in blocks:
            if block.type == "variable" and block.labels and "default" in block.attributes:
                value = evaluate(block.attributes["default"], lambda source: None)
                if value is not None:
                    self.defaults[block.labels[0]] = value
            elif block.type == "locals":
                self.locals |= block.attributes
            elif block.type in ("resource", "data") and block.labels[:1] == ["genesyscloud_integration"]:
                self._integration(block)

    def _integration(self, block: Block) -> None:
        holder = block.inner("config") if block.type == "resource" else block
        name = holder.attributes.get("name") if holder else None
        if name is not None:
            value = evaluate(name, lambda source: None)
            prefix = "data." if block.type == "data" else ""
            if isinstance(value, str):
                self.integrations[f"{prefix}genesyscloud_integration.{block.labels[1]}"] = value

    def integration(self, source: str) -> str | None:
        """The name of the integration that an expression refers to."""
        found = _INTEGRATION.fullmatch(source.strip().removeprefix('"${').removesuffix('}"'))
        return self.integrations.get(f"{found[1]}.{found[2]}") if found else None


@dataclass(slots=True)
class Uses:
    """The variables that one action uses; `stem` is what its file calls it."""

    module: Module
    stem: str
    found: dict[str, Variable] = field(default_factory=dict[str, Variable])
    _references: int = 0

    def value(
        self, expression: Expression, attribute: str, suggestion: str = "", *, own: bool = False
    ) -> Json:
        """The value of an attribute; what is not known here becomes a variable.

        Raises InvalidInput for what is no HCL, and for locals that refer to one another without end.
        """

        def unresolved(source: str, depth: int = 0) -> Json:
            self._references += 1
            if self._references > _MOST_REFERENCES:
                raise InvalidInput(f"{attribute} refers to more than {_MOST_REFERENCES:,} values")
            reference = _REFERENCE.fullmatch(source.strip())
            if reference and reference[1] == "local" and depth < _DEPTH:
                inner = self.module.locals.get(reference[2])
                if inner is not None:
                    return evaluate(inner, lambda deeper: unresolved(deeper, depth + 1))
            integration = self.module.integration(source)
            if integration is not None:
                return integration
            whole = expression.source in (source, f'"${{{source}}}"')
            return self._variable(source, reference, attribute, suggestion if whole else "", own)

        return evaluate(expression, unresolved)

    def _variable(
        self, source: str, reference: re.Match[str] | None, attribute: str, suggestion: str, own: bool
    ) -> Json:
        given = self.module.defaults.get(reference[2]) if reference and reference[1] == "var" else None
        if given is not None and not isinstance(given, str):
            return given
        stem = re.sub(r"[\W_]+", "_", self.stem)
        if reference:
            name = _identifier(f"{stem}_{reference[2]}" if own else reference[2])
        else:
            output = _OUTPUT.fullmatch(source.strip())
            name = _identifier("_".join(output.groups()) if output else f"{stem}_{attribute}")
        secret = bool(_SECRET.search(name))
        name = name.upper() if secret else name
        value = given if given is not None else suggestion
        variable = Variable(name, "" if secret else value, given is not None, secret, source)
        self.found[name] = variable
        return variable.use


def _identifier(text: str) -> str:
    name = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_")
    return f"_{name}" if name[:1].isdigit() else name or "value"


def with_variables(toml: str, variables: Mapping[str, Variable], comments: Mapping[str, str]) -> str:
    """The text of `trunkline.toml` with variables added to `[variables]`; all else stays as it is.

    Raises InvalidInput where the text writes its variables in another way.
    """
    lines = [
        f"{name} = {json.dumps(variable.value, ensure_ascii=False)}"
        + (f"  # {comments[name]}" if name in comments else "")
        for name, variable in variables.items()
    ]
    if not lines:
        return toml
    header = re.search(r"^[ \t]*\[[ \t]*variables[ \t]*\][ \t]*(#[^\n]*)?$", toml, re.MULTILINE)
    if header is None:
        return _checked(toml.rstrip("\n") + "\n\n[variables]\n" + "\n".join(lines) + "\n", lines)
    following = re.search(r"^[ \t]*\[", toml[header.end() :], re.MULTILINE)
    end = header.end() + following.start() if following else len(toml)
    table = toml[header.end() : end]
    at = header.end() + _table_end(table)
    return _checked(toml[:at] + "\n" + "\n".join(lines) + toml[at:], lines)


def _checked(toml: str, lines: list[str]) -> str:
    try:
        tomllib.loads(toml)
    except tomllib.TOMLDecodeError:
        raise InvalidInput(
            "trunkline.toml has no table [variables] to add to; add these by hand", faults=tuple(lines)
        ) from None
    return toml


def _table_end(table: str) -> int:
    """Where the entries of a table end: what follows the last of them speaks of the next table."""
    end = 0
    for line in re.finditer(r"^.*$", table, re.MULTILINE):
        text = line[0].strip()
        if text and not text.startswith("#"):
            end = line.end()
    return end
