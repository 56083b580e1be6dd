"""Rules about what a flow names outside itself: manifest, prompts by language, contracts of data actions."""

from __future__ import annotations

import re
from collections.abc import Iterator

from trunkline.domain.finding import Severity
from trunkline.domain.flow import Node
from trunkline.domain.flow.expressions import is_set, text_of, texts
from trunkline.domain.json import Json, JsonObject, Path, get, same, walk
from trunkline.rules.flows.view import FlowView, on
from trunkline.rules.registry import Problem, Rule, rule

_SPOKEN = re.compile(r'ToAudioTTS\(\s*"[^"]')
_SHOWN = 5
_SUFFIX = re.compile(r" - Exported \d{4}-\d{2}-\d{2} @ \d{1,2}:\d{2}\Z")


@rule(
    "flow-reference-not-in-manifest",
    Severity.WARNING,
    "The manifest lacks an object that the flow uses",
    explanation="Dependency tracking and imports read the manifest: they miss the object.",
    example="A data action that an action calls, absent from manifest.dataAction",
    fix="Save the flow in Architect once more, or add the entry.",
)
def not_in_manifest(flow: FlowView) -> Iterator[Problem]:
    graph = flow.architect
    if graph is None or graph.manifest is None:
        return
    known = {(entry.kind, entry.id) for entry in graph.manifest}
    ids = {entry.id for entry in graph.manifest}
    for reference in graph.references:
        flows = reference.kind.endswith("Flow") and reference.id in ids
        if reference.id is not None and (reference.kind, reference.id) not in known and not flows:
            yield Problem(
                reference.path, f"{reference.kind} {reference.name or reference.id} is not in the manifest"
            )


not_in_org: Rule[FlowView] = Rule(
    "flow-reference-not-in-org",
    Severity.ERROR,
    "The org lacks an object that the flow uses",
    explanation="Looked up by `flow validate --org` alone: a flow like this cannot be published there.",
    example="A queue that the flow transfers to, and that the org does not have",
    fix="Create it there, or correct the flow.",
)
other_id: Rule[FlowView] = Rule(
    "flow-reference-other-id",
    Severity.WARNING,
    "The org has an object that the flow uses under another id",
    explanation="Looked up by `flow validate --org` alone: the file comes from another org.",
    example="The queue Support, which had another id where the flow was exported",
    fix="Bring the flow there with `trunkline promote`, which puts the ids in place.",
)


@rule(
    "flow-reference-unnamed",
    Severity.ERROR,
    "An action names no object where it must",
    explanation="A data action, a table or a flow was never chosen, or was deleted.",
    example="Call Data Action without an actionId",
    fix="Choose the object.",
)
def unnamed(flow: FlowView) -> Iterator[Problem]:
    graph = flow.architect
    if graph is None or flow.form != "configuration":
        return
    named = {reference.node for reference in graph.references}
    wanted = ("DataAction", "DataTableLookupAction", "CallBotFlowAction", "CallCommonModuleAction")
    for node in flow.actions(*wanted):
        if node.id not in named:
            yield on(node, "no object is chosen")


@rule(
    "flow-prompt-language",
    Severity.WARNING,
    "A prompt has no text for a language of the flow",
    explanation="Text is spoken by the voice of the interaction's language: English read by a Spanish voice.",
    example='supportedLanguages: [en-US, es-US], a prompt with ToAudioTTS("Welcome") and no case for es-US',
    fix="Add a case for each language, or use a prompt with recordings for each.",
)
def prompt_language(flow: FlowView) -> Iterator[Problem]:
    graph, languages = flow.graph, flow.body.get("supportedLanguages")
    if graph is None or flow.form != "configuration" or not isinstance(languages, list):
        return
    others = [str(each) for each in languages if not same(each, flow.body.get("defaultLanguage"))]
    silent: dict[str, list[tuple[Path, Node]]] = {}
    for node in graph.nodes.values():
        for path, audio in _audios(node):
            missing = ", ".join(_without_text(audio, others))
            if missing:
                silent.setdefault(missing, []).append((path, node))
    for missing, places in silent.items():
        titles = list(dict.fromkeys(node.title for _, node in places))
        shown = ", ".join(titles[:_SHOWN]) + (", …" if len(titles) > _SHOWN else "")
        count = "a prompt has" if len(places) == 1 else f"{len(places)} prompts have"
        yield Problem(places[0][0], f"{count} no text in {missing}: {shown}")


def _audios(node: Node) -> Iterator[tuple[Path, JsonObject]]:
    """The prompts of a node with their paths; those of an item's actions are theirs."""
    own = {key: value for key, value in node.body.items() if key not in ("actionList", "menuChoiceList")}
    for path, value in walk(own, node.path):
        if isinstance(value, dict) and "defaultAudio" in value and isinstance(value.get("cases"), list):
            yield path, value


def _without_text(audio: JsonObject, languages: list[str]) -> list[str]:
    """The languages in which a prompt that speaks text has none."""
    default = audio["defaultAudio"]
    if not is_set(default) or not _SPOKEN.search(_full_text(default)):
        return []
    named = {text.casefold() for text in texts(audio["cases"])}
    return [language for language in languages if language.casefold() not in named]


def _full_text(expression: Json) -> str:
    """What an audio says: what was typed, or what the editor's sequence was turned into."""
    tree: Json = get(expression, ("config",), {})
    texts = [str(value.get("text", "")) for value in tree.values() if isinstance(value, dict)]
    return " ".join([text_of(expression), *texts])


def _bound(node: Node, field: str) -> dict[str, Json]:
    entries = node.body.get(field)
    return {
        str(entry.get("name")): entry.get("value")
        for entry in (entries if isinstance(entries, list) else [])
        if isinstance(entry, dict)
    }


def _cached(flow: FlowView) -> dict[str, JsonObject]:
    """The contracts of data actions as they were when the flow was saved: schemas of inputs, by action id."""
    entries = get(flow.body, ("uiMetaData", "actionServiceActions"), [])
    found: dict[str, JsonObject] = {}
    for entry in entries if isinstance(entries, list) else []:
        schema = get(entry, ("contract", "input", "inputSchemaFlattened", "schema"))
        if isinstance(entry, dict) and isinstance(schema, dict):
            found[str(entry.get("id"))] = schema
    return found


def _current(flow: FlowView, node: Node) -> JsonObject | None:
    """The input schema of the project's data action that a node calls, by name."""
    name = node.body.get("actionName")
    if not isinstance(name, str):
        return None
    contract = flow.contracts.get(name) or flow.contracts.get(_SUFFIX.sub("", name))
    schema = get(contract, ("input", "inputSchema")) if contract is not None else None
    return schema if isinstance(schema, dict) else None


def _names(schema: JsonObject) -> set[str]:
    properties = schema.get("properties")
    return set(properties) if isinstance(properties, dict) else set()


def _required(schema: JsonObject) -> set[str]:
    required = schema.get("required")
    return {name for name in required if isinstance(name, str)} if isinstance(required, list) else set()


@rule(
    "flow-undeclared-input",
    Severity.ERROR,
    "A data action is given an input that its contract does not have",
    explanation="The input was renamed or removed in the data action: the value is lost, or the call fails.",
    example="inputs: [{name: contactListID}], where the contract says contactListId",
    fix="Open the action in Architect and bind the inputs again.",
)
def undeclared_input(flow: FlowView) -> Iterator[Problem]:
    cached = _cached(flow)
    for node in flow.actions("DataAction"):
        schema = _current(flow, node) or cached.get(str(node.body.get("actionId")))
        if schema is None or not _names(schema):
            continue
        for name in sorted(_bound(node, "inputs").keys() - _names(schema)):
            yield on(node, f"{node.body.get('actionName')} has no input {name}")


@rule(
    "flow-missing-input",
    Severity.WARNING,
    "A required input of a data action is not given",
    explanation="The call fails before it is sent, and takes its Failure output.",
    example="A contract that requires customerId, and a node that binds nothing to it",
    fix="Bind the input.",
)
def missing_input(flow: FlowView) -> Iterator[Problem]:
    cached = _cached(flow)
    for node in flow.actions("DataAction"):
        schema = _current(flow, node) or cached.get(str(node.body.get("actionId")))
        bound = {name for name, value in _bound(node, "inputs").items() if is_set(value)}
        for name in sorted((_required(schema) if schema is not None else set()) - bound):
            yield on(node, f"{node.body.get('actionName')} requires the input {name}")


@rule(
    "flow-stale-contract",
    Severity.WARNING,
    "A flow was saved against an older contract of a data action",
    explanation="The project's data action has other inputs than the copy that Architect keeps in the flow.",
    example="The flow knows the inputs [id]; the data action now has [id, region]",
    fix="Open the flow in Architect, check the action's bindings, save it.",
)
def stale_contract(flow: FlowView) -> Iterator[Problem]:
    cached = _cached(flow)
    for node in flow.actions("DataAction"):
        then, now = cached.get(str(node.body.get("actionId"))), _current(flow, node)
        if then is None or now is None:
            continue
        gone, new = sorted(_names(then) - _names(now)), sorted(_names(now) - _names(then))
        if gone or new:
            parts = [f"without {', '.join(gone)}"] if gone else []
            parts += [f"with {', '.join(new)}"] if new else []
            yield on(node, f"{node.body.get('actionName')} is now {' and '.join(parts)}")


REFERENCE_RULES = (
    not_in_manifest,
    not_in_org,
    other_id,
    unnamed,
    prompt_language,
    undeclared_input,
    missing_input,
    stale_contract,
)
