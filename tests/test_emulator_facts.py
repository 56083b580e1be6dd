"""The emulator's public surface against the vendor's own description, route by route and field by field."""

from __future__ import annotations

from typing import Any

import pytest

from tests.shared import needs_shared
from tests.vendor_facts import Comparison, Judge, endpoints, fact_of, public
from trunkline.emulator.genesys.public.dependencies import TYPES
from trunkline.emulator.surface import facts
from trunkline.emulator.surface.shapes import Operation

pytestmark = [pytest.mark.corpus, needs_shared]

UNLISTED: dict[str, str] = {}
"""Routes of known `spec` that the description lacks, and where they are known from."""
ALTERNATIVES = {
    # Who may view all of it may search it: our reading.
    "architect:datatable:search": {"architect:datatable:view"},
    "architect:flow:search": {"architect:flow:view"},
    "architect:datatableRow:view": {"architect:datatable:view"},
}
"""Rights that let one in beside the documented one."""
DIFFERENT = {
    # What cannot be changed is known, so that it is refused in the vendor's words.
    "PATCH /api/v2/integrations/actions/{actionId} <.contract: UpdateActionInput has no such field",
    "PATCH /api/v2/integrations/actions/{actionId} <.integrationId: UpdateActionInput has no such field",
    "PATCH /api/v2/integrations/actions/{actionId} <.secure: UpdateActionInput has no such field",
    "PATCH /api/v2/integrations/actions/{actionId}/draft <.integrationId: UpdateDraftInput has no such field",
    # A flow's type is taken in either case, as lists take it in lower case.
    "POST /api/v2/flows <.type: the enum is missing",
    "POST /api/v2/flows/export/jobs <.flows[].flow.type: the enum is missing",
    # The vendor lists ownerIds there, the name of a field.
    "PUT /api/v2/groups/{id} <.visibility: the enum is ['owners']",
    # Left out, it is empty, or what it was, or the server's to say: our reading.
    "POST /api/v2/authorization/divisions <: the vendor requires description",
    "PUT /api/v2/authorization/divisions/{divisionId} <: the vendor requires description",
    "POST /api/v2/flows/datatables/{datatableId}/import/csv/jobs <: the vendor requires status",
    "POST /api/v2/groups <: the vendor requires rulesVisible, type, visibility",
    "POST /api/v2/integrations <: the vendor requires name",
    "POST /api/v2/users <: the vendor requires divisionId",
    "PUT /api/v2/integrations/{integrationId}/config/current <: the vendor requires "
    "advanced, credentials, name, notes, properties",
}
"""Where the emulator knowingly takes more, or less, than the description says."""
OWN_FLOW_TYPES = "the enum is ['AGENTICVIRTUALAGENTFLOW', 'SPEECHFLOW']"
"""Types of objects for the flow types SPEECH and AGENTICVIRTUALAGENT, which the description names nowhere."""


def test_every_route_that_claims_to_be_documented_is():
    claimed = [route for route in public() if route.known == "spec"]
    unknown = [f"{route.method} {route.pattern}" for route in claimed if fact_of(route) is None]
    assert unknown == sorted(UNLISTED)
    assert len(claimed) > 100


def test_every_route_asks_for_the_documented_permission():
    wrong = {}
    for route in public():
        fact = fact_of(route)
        if fact and route.permissions and fact["permissionsAny"]:
            known = set(fact["permissionsAny"])
            known |= {other for name in known for other in ALTERNATIVES.get(name, ())}
            extra = set(route.permissions) - known
            if extra:
                wrong[f"{route.method} {route.pattern}"] = (sorted(extra), fact["permissionsAny"])
    assert not wrong, "\n".join(map(str, wrong.items()))


def declared() -> list[tuple[str, Operation, dict[str, Any]]]:
    """What the emulator declares of each public route that the vendor describes, with the description."""
    found = []
    for route in public():
        operation, fact = facts.operation(route.method, route.pattern), fact_of(route)
        assert operation is not None, f"nothing is declared of {route.method} {route.pattern}"
        if fact is not None:
            found.append((f"{route.method} {route.pattern}", operation, fact))
    return found


def test_parameters_are_those_of_the_description():
    comparison, found = Comparison(), set()
    for where, operation, fact in declared():
        known = {each["name"]: each for each in fact["params"] if each["in"] == "query"}
        for field in operation.query:
            if field.name not in known or field.required != known[field.name]["required"]:
                found.add(f"{where} ?{field.name}: {known.get(field.name)}")
                continue
            kind = known[field.name]["type"]
            found |= {*comparison.faults(kind, field.schema, f"{where} ?{field.name}", sent=False)}
        missing = {name for name, each in known.items() if each["required"]}
        missing -= {field.name for field in operation.query}
        found |= {f"{where} lacks ?{name}" for name in missing}
    assert not found, "\n".join(sorted(found))


def test_bodies_and_their_required_fields_are_those_of_the_description():
    comparison, found = Comparison(), set()
    for where, operation, fact in declared():
        wanted, body = fact["requestBody"], operation.body
        if (wanted is None) != (body is None):
            found.add(f"{where}: body {wanted}")
        elif wanted is not None and body is not None:
            schema = facts.sent(body.schema)
            found |= {*comparison.faults(wanted["type"], schema, f"{where} <", sent=True)}
    assert found == DIFFERENT, "\n".join(sorted(found ^ DIFFERENT))


def test_answers_of_reads_and_of_writes_are_those_of_the_description():
    comparison, found = Comparison(), set()
    for where, operation, fact in declared():
        for status, content in operation.answers.items():
            if fact["response"] is None:
                is_empty = content.media_type is None or content.schema.get("$ref", "").endswith("/Nothing")
                found |= set() if is_empty else {f"{where} >{status}: the vendor answers nothing"}
            elif content.media_type is None:
                found.add(f"{where} >{status}: the vendor answers {fact['response']}")
            else:
                found |= {*comparison.faults(fact["response"], content.schema, f"{where} >", sent=False)}
    found = {line for line in found if not line.endswith(OWN_FLOW_TYPES)}
    assert not found, "\n".join(sorted(found))
    assert len(endpoints()) > len(declared()) > 200


def test_every_type_of_object_that_is_tracked_is_declared():
    assert facts.declarations().models["DependencyObjectType"]["enum"] == list(TYPES)


def ids(listing: Any) -> list[str]:
    entities = listing.get("entities", []) if isinstance(listing, dict) else []
    return [each["id"] for each in entities if isinstance(each, dict) and "id" in each]


def test_every_answer_to_a_get_is_as_the_description_has_it(emulator):
    """Lists, and what is one level below them, of the sample org."""
    from tests.api import Api

    api = Api(emulator, emulator.create_org(origin="sample"))
    judge, seen, found = Judge(), 0, set()
    listings: dict[str, Any] = {}
    routes = sorted((route for route in public() if route.method == "GET"), key=lambda route: route.pattern)
    for route in routes:
        fact = fact_of(route)
        for path in paths(route.pattern, listings):
            answer = api.get(path)
            if answer.status_code != 200 or "json" not in answer.headers["Content-Type"]:
                continue
            body = answer.json()
            listings.setdefault(route.pattern, body)
            if fact and fact["response"]:
                seen += 1
                found |= set(judge.faults(fact["response"], body, f"GET {route.pattern}"))
    api.close()
    assert not found, "\n".join(sorted(found))
    assert seen > 50


def paths(pattern: str, listings: dict[str, Any]) -> list[str]:
    """Paths of a pattern with ids that the lists above it gave; a few of them."""
    if "{" not in pattern:
        return [pattern]
    head, _, rest = pattern.partition("/{")
    tail = rest.partition("}")[2]
    if "{" in tail:
        return []
    return [f"{head}/{each}{tail}" for each in ids(listings.get(head))[:3]]
