"""A data action as its rules see it: parts taken out once, whatever their shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from trunkline.domain.action.placeholder import quotes_open
from trunkline.domain.action.vendor import RAW_REQUEST, RAW_RESULT
from trunkline.domain.json import Json, JsonObject, Path, get
from trunkline.domain.resource import Resource
from trunkline.engine.jsonpath import JsonPath, compile_path
from trunkline.engine.velocity import Use, compile_template

REQUEST: Path = ("config", "request")
RESPONSE: Path = ("config", "response")
URL: Path = (*REQUEST, "requestUrlTemplate")
METHOD: Path = (*REQUEST, "requestType")
HEADERS: Path = (*REQUEST, "headers")
BODY: Path = (*REQUEST, "requestTemplate")
MAP: Path = (*RESPONSE, "translationMap")
DEFAULTS: Path = (*RESPONSE, "translationMapDefaults")
TEMPLATE: Path = (*RESPONSE, "successTemplate")
TIMEOUT: Path = ("config", "timeoutSeconds")
INPUT_SCHEMA: Path = ("contract", "input", "inputSchema")
OUTPUT_SCHEMA: Path = ("contract", "output", "successSchema")

TOOLS = frozenset(
    {
        "esc",
        "math",
        "encoding",
        "urlTool",
        "salesforce",
        "msdynamics",
        "successTemplateUtils",
        "rawResult",
        "input",
        "credentials",
        "authResponse",
    }
)
"""Names that a template has without a mapping."""


@dataclass(frozen=True)
class Template:
    """A template of an action with its place in the body; `fault` where it does not parse."""

    path: Path
    text: str
    uses: tuple[Use, ...]
    fault: str | None = None

    @classmethod
    def of(cls, path: Path, text: str) -> Template:
        try:
            return cls(path, text, compile_template(text, str(path[-1])).references)
        except ValueError as error:
            return cls(path, text, (), str(error))

    def of_input(self) -> Iterator[Use]:
        return (use for use in self.uses if use.name == "input")

    @cached_property
    def assigned(self) -> frozenset[str]:
        """Variables that the template sets itself."""
        return frozenset(use.name for use in self.uses if use.place == "target") | {
            "foreach",
            "velocityCount",
        }

    @cached_property
    def printed(self) -> list[Printed]:
        """The references that are printed, with whether they stand between double quotes of JSON."""
        found: list[Printed] = []
        at, quoted = 0, False
        for use in self.uses:
            start = self.text.find(use.text, at) if use.place == "text" and not use.quoted else -1
            if start < 0:
                continue
            quoted = quotes_open(self.text[at:start], quoted)
            at = start + len(use.text)
            found.append(Printed(use, quoted))
        return found


class Printed(NamedTuple):
    """A reference that is printed where it stands."""

    use: Use
    quoted: bool


class ActionView:
    """The parts of a data action. What has the wrong shape is empty here; a rule of its own tells it."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource
        self.body: JsonObject = resource.body

    def text(self, path: Path, default: str = "") -> str:
        value = get(self.body, path)
        return value if isinstance(value, str) else default

    def object(self, path: Path) -> JsonObject:
        value = get(self.body, path)
        return value if isinstance(value, dict) else {}

    def texts(self, path: Path) -> dict[str, str]:
        return {name: value for name, value in self.object(path).items() if isinstance(value, str)}

    @cached_property
    def method(self) -> str:
        return self.text(METHOD, "GET").upper()

    @cached_property
    def url(self) -> Template:
        return Template.of(URL, self.text(URL))

    @cached_property
    def headers(self) -> list[Template]:
        return [Template.of((*HEADERS, name), text) for name, text in self.texts(HEADERS).items()]

    @cached_property
    def request_body(self) -> Template:
        return Template.of(BODY, self.text(BODY, RAW_REQUEST))

    @cached_property
    def success(self) -> Template:
        return Template.of(TEMPLATE, self.text(TEMPLATE, RAW_RESULT))

    @cached_property
    def sent(self) -> list[Template]:
        """The templates of the request that are used: the body of a GET is not."""
        body = [] if self.method == "GET" else [self.request_body]
        return [self.url, *self.headers, *body]

    @cached_property
    def templates(self) -> list[Template]:
        return [*self.sent, self.success]

    @cached_property
    def inputs(self) -> JsonObject:
        properties = self.object(INPUT_SCHEMA).get("properties")
        return properties if isinstance(properties, dict) else {}

    @cached_property
    def mapping(self) -> dict[str, str]:
        return self.texts(MAP)

    @cached_property
    def defaults(self) -> dict[str, str]:
        return self.texts(DEFAULTS)

    @cached_property
    def paths(self) -> dict[str, JsonPath | ValueError]:
        """Each mapped path compiled, or why it does not compile."""
        return {name: _compile(expression) for name, expression in self.mapping.items()}

    def inputs_used(self) -> list[tuple[Template, Use, str]]:
        """Each use of a named input in what is sent: `${input.name}`."""
        return [
            (template, use, use.input) for template in self.sent for use in template.of_input() if use.input
        ]

    def declared_type(self, name: str) -> Json:
        declared = self.inputs.get(name)
        return declared.get("type") if isinstance(declared, dict) else None


def _compile(expression: str) -> JsonPath | ValueError:
    try:
        return compile_path(expression)
    except ValueError as error:
        return error
