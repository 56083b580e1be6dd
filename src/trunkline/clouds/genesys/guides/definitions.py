"""What the guides' surface says of a data action, and the canonical body it stands for (chapter G1)."""

from __future__ import annotations

from trunkline.domain.action.guides import check, from_guides, to_guides
from trunkline.domain.canonical import canonical
from trunkline.domain.diff import diff
from trunkline.domain.json import Json, JsonObject, show_path
from trunkline.domain.kinds.data_action import DATA_ACTION
from trunkline.domain.resource import Address, Resource
from trunkline.errors import CloudError, InvalidInput

ALL = "/api/v2/flows/dataactions"
"""All data actions."""
_DEFINITION = (
    "name",
    "description",
    "type",
    "inputs",
    "outputs",
    "integration",
    "responseMapping",
    "errorHandling",
)


def test_result(answer: JsonObject) -> JsonObject:
    """The TestExecutionResult that says the same as {status, output, steps}."""
    steps: list[JsonObject] = answer.get("steps") or []
    return {
        "operations": [
            {
                "step": step.get("number"),
                "name": step.get("name"),
                "success": step.get("ok"),
                "result": step.get("result"),
                **({"error": step["error"]} if "error" in step else {}),
            }
            for step in steps
        ],
        "finalResult": answer.get("output"),
        "success": answer.get("status") == "SUCCESS",
    }


def is_new(action: JsonObject) -> bool:
    """Whether an action was never published."""
    return action.get("status") == "DRAFT" and not action.get("publishedVersionId")


def remark_on(action: JsonObject, address: Address | None) -> str | None:
    """What a user should know of an action that its body does not say."""
    if address is None:
        return f"the draft {name_of(action)} ({action['id']}) was never published and is left out"
    if action.get("status") == "DRAFT":
        return f"{address} has changes that are not published"
    if action.get("unexpressed"):
        return f"{address} says more than this surface can show: pull it with --surface public"
    return None


def name_of(action: JsonObject) -> str:
    name = action.get("name")
    return name if isinstance(name, str) else ""


def body_of(action: JsonObject) -> JsonObject:
    """The canonical body. Raises CloudError with every fault of a definition that makes no sense."""
    definition = {key: action[key] for key in _DEFINITION if key in action}
    if action.get("unexpressed"):
        definition = _without_gaps(definition)
    faults = check({"type": "rest", **definition})
    if faults:
        raise CloudError(
            f"the definition of {name_of(action) or action.get('id')} makes no sense: "
            + "; ".join(str(fault) for fault in faults),
            where=f"GET {ALL}",
        )
    return from_guides(definition)


def _without_gaps(definition: JsonObject) -> JsonObject:
    """The definition without outputs whose mapping the surface could not express."""
    outputs, mapping = definition.get("outputs"), definition.get("responseMapping")
    if not isinstance(outputs, list) or not isinstance(mapping, dict):
        return definition
    kept = [each for each in outputs if isinstance(each, dict) and each.get("name") in mapping]
    return {**definition, "outputs": kept}


def definition_of(desired: Resource) -> JsonObject:
    """The definition of a body. Raises InvalidInput with everything that it cannot say."""
    definition, lost = to_guides(desired.body)
    if lost:
        raise InvalidInput(
            f"{desired.address} cannot be expressed on the guides' surface",
            hint="apply it with --surface public",
            faults=tuple(f"{desired.address} {show_path(each.path)}: {each.reason}" for each in lost),
        )
    return definition


def as_shown(body: JsonObject) -> JsonObject:
    """The body as it comes back from here: an output that is not required may be null, a reply has a map.

    What a definition cannot say stays; writing it is refused.
    """
    definition, lost = to_guides(body)
    if lost:
        return body
    shown = from_guides(definition)
    return {**body, "config": shown["config"], "contract": shown["contract"]}


def says_the_same(found: JsonObject, desired: Resource) -> bool:
    """Whether an action says what is desired, as far as a definition can say it."""
    wanted = from_guides(definition_of(desired))
    there = {key: value for key, value in found.items() if key != "conditions"}
    return not diff(canonical(DATA_ACTION, there), canonical(DATA_ACTION, wanted))


def identity_of(answer: Json) -> str:
    found = answer.get("id") if isinstance(answer, dict) else None
    if not isinstance(found, str):
        raise CloudError("the answer is no data action: it has no id", where=ALL)
    return found
