"""The sample org is whole: files parse, references resolve, manifests are complete, actions do what they promise."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from trunkline.domain.flow import EdgeKind, FlowGraph, from_configuration
from trunkline.domain.json import file_text, walk
from trunkline.engine.action import Reply, Request, run
from trunkline.engine.expression import Declaration, parse, to_text

SAMPLE = resources.files("trunkline.emulator") / "sample"
BUILDER = Path(__file__).parent.parent / "tools" / "build_sample_org.py"
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
KEYS_OF_KINDS = {
    "queue": "queues",
    "acdSkill": "skills",
    "acdLanguage": "languages",
    "userPrompt": "prompts",
    "systemPrompt": "systemPrompts",
    "dataTable": "dataTables",
    "scheduleGroup": "scheduleGroups",
    "emergencyGroup": "emergencyGroups",
    "flowMilestone": "flowMilestones",
    "nluDomain": "nluDomains",
    "dataAction": "actions",
    "botFlow": "flows",
    "digitalBotFlow": "flows",
    "commonModuleFlow": "flows",
}
OUTSIDE_THE_ORG = {"language", "ttsEngine", "ttsVoice", "sttEngine"}


@cache
def read(name: str) -> Any:
    return json.loads((SAMPLE / name).read_text(encoding="utf-8"))


ORG = read("org.json")
ACTIONS = [pytest.param(entry, id=entry["name"]) for entry in ORG["actions"]]
FLOWS = [pytest.param(entry, id=entry["name"]) for entry in ORG["flows"]]


def graph(entry: dict[str, Any]) -> FlowGraph:
    return from_configuration(read(entry["file"]))


def files(folder: str) -> list[str]:
    return sorted(f"{folder}/{file.name}" for file in (SAMPLE / folder).iterdir())


def objects() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every object of org.json with the key under which it stands."""
    for key, entries in ORG.items():
        if key not in {"organization", "stubs"}:
            yield from ((key, entry) for entry in entries)


def expressions(document: Any) -> Iterator[dict[str, Any]]:
    """Every value of a flow that holds a tree; not those of the modules it carries along."""
    for _, node in walk({key: part for key, part in document.items() if key != "commonModules"}):
        if isinstance(node, dict) and isinstance(node.get("config"), dict) and "metaData" in node:
            yield node


def test_the_org_has_at_least_twelve_actions_and_eight_flows_of_eight_types():
    assert len(ORG["actions"]) >= 12
    assert len(ORG["flows"]) >= 8
    assert len(ORG["queues"]) >= 8
    assert len({entry["type"] for entry in ORG["flows"]}) >= 8


def test_every_file_is_in_the_index_and_every_entry_has_its_file():
    assert files("actions") == sorted(entry["file"] for entry in ORG["actions"])
    assert files("flows") == sorted(entry["file"] for entry in ORG["flows"])


def test_files_are_written_as_trunkline_writes_json():
    for name in ["org.json", *files("actions"), *files("flows")]:
        text = (SAMPLE / name).read_text(encoding="utf-8")

        assert text == file_text(json.loads(text)), name


def test_ids_are_lower_case_guids_and_used_once():
    ids = Counter(entry["id"] for key, entry in objects() if key != "systemPrompts")

    assert not [found for found in ids if not GUID.fullmatch(found.removeprefix("custom_-_"))]
    assert max(ids.values()) == 1
    assert all(entry["id"].startswith("custom_-_") for entry in ORG["actions"])


def test_names_are_used_once_in_each_kind():
    names = Counter((key, str(entry.get("type")), entry["name"]) for key, entry in objects())

    assert max(names.values()) == 1


def test_every_reference_between_objects_of_the_org_resolves_by_id_and_name():
    known = {(entry["id"], entry["name"]) for _, entry in objects()}
    ids = {found for found, _ in known}

    for key, entry in objects():
        for path, node in walk(entry):
            if isinstance(node, dict) and set(node) == {"id", "name"} and path[-1:] != ("integrationType",):
                assert (node["id"], node["name"]) in known, (key, path, node)
        for field in ("integrationId", "authActionId", "credentialId", "modifiedBy", "createdBy", "lockedBy"):
            assert entry.get(field) is None or entry[field] in ids, (key, entry["name"], field)
        assert set(entry.get("members", ())) <= ids


def test_nobody_real_is_named():
    text = (SAMPLE / "org.json").read_text(encoding="utf-8")
    numbers = re.findall(r"\+1\d{10}", text)
    hosts = re.findall(r"(?:https://|@)([\w.-]+)", text)

    assert numbers
    assert [number for number in numbers if not re.fullmatch(r"\+1\d{3}55501\d\d", number)] == []
    assert {host for host in hosts if not host.rstrip(".").endswith(".example")} == {"api.open-meteo.com"}


@pytest.mark.parametrize("entry", ACTIONS)
def test_an_action_has_the_form_that_the_vendor_exports(entry: dict[str, Any]):
    action = read(entry["file"])
    integration = next(one for one in ORG["integrations"] if one["id"] == entry["integrationId"])

    assert list(action) == ["name", "integrationType", "actionType", "config", "contract", "secure"]
    assert action["name"] == entry["name"]
    assert action["integrationType"] == integration["integrationType"]["id"]
    assert entry["file"].endswith(f".{action['actionType']}.json")
    assert set(action["config"]["response"]["translationMapDefaults"]) <= set(
        action["config"]["response"]["translationMap"]
    )


def test_the_actions_cover_what_real_ones_do():
    actions = [read(entry["file"]) for entry in ORG["actions"]]
    templates = "\n".join(json.dumps(action["config"]) for action in actions)

    assert {action["integrationType"] for action in actions} == {
        "purecloud-data-actions",
        "custom-rest-actions",
        "aws-lambda-data-actions",
        "salesforce-datadip",
    }
    methods = {action["config"]["request"]["requestType"] for action in actions}
    assert methods == {"GET", "POST", "PUT", "PATCH"}
    for construct in (
        "#if",
        "${authResponse.",
        "${credentials.",
        "$esc.jsonString",
        "firstFromArray",
        "arn:aws:lambda:",
    ):
        assert construct in templates


def stub_reply(method: str, url: str, body: str | None) -> dict[str, Any]:
    """The first stub that fits; JSON bodies must be JSON."""
    if body is not None and body.lstrip().startswith("{"):
        json.loads(body)
    for stub in ORG["stubs"]:
        pattern = ".*".join(re.escape(part) for part in stub["url"].split("*"))
        if stub["method"] == method and re.fullmatch(pattern, url):
            return stub
    raise AssertionError(f"no stub fits {method} {url}")


@pytest.mark.parametrize("entry", ACTIONS)
def test_an_action_turns_its_example_and_its_stub_into_the_output_it_promises(entry: dict[str, Any]):
    actions = {one["id"]: one for one in ORG["actions"]}
    secrets = {one["id"]: one["credentialFields"] for one in ORG["credentials"]}
    auth = actions.get(entry.get("authActionId"))
    credential = (auth or entry).get("credentialId")

    def send(request: Request) -> Reply:
        stub = stub_reply(request.method, request.url, request.body)
        return Reply(stub["status"], stub["headers"], json.dumps(stub["body"]))

    made = run(
        read(entry["file"]),
        entry["exampleInput"],
        send,
        credentials=secrets.get(credential, {}),
        auth=read(auth["file"]) if auth else None,
    )

    assert made.ok, made.to_json()
    assert made.output == entry["exampleOutput"]


def test_a_policy_that_nobody_has_is_an_error():
    assert (
        stub_reply("GET", "https://policy.calderridge.example/v2/policies/CRM-0000000", None)["status"] == 404
    )


@pytest.mark.parametrize("entry", FLOWS)
def test_a_flow_is_what_the_index_says(entry: dict[str, Any]):
    document = read(entry["file"])

    assert (document["name"], document["type"]) == (entry["name"], entry["type"])
    assert re.fullmatch(r"[1-9]\d*\.0", entry["version"])
    assert entry["state"] in {"published", "checkedin", "saved"}


@pytest.mark.parametrize("entry", FLOWS)
def test_a_flow_is_joined_without_loose_ends(entry: dict[str, Any]):
    made = graph(entry)

    assert made.start is not None
    assert made.dangling == ()
    assert made.duplicates == ()


@pytest.mark.parametrize("entry", FLOWS)
def test_tracking_ids_are_unique_and_below_the_next(entry: dict[str, Any]):
    document = read(entry["file"])
    numbers = [node.tracking_id for node in graph(entry).nodes.values()]

    assert None not in numbers
    assert len(set(numbers)) == len(numbers)
    assert max(number or 0 for number in numbers) + 1 == document["nextTrackingNumber"]


@pytest.mark.parametrize("entry", FLOWS)
def test_the_manifest_names_all_that_the_flow_uses(entry: dict[str, Any]):
    made = graph(entry)
    listed = {(reference.kind, reference.id) for reference in made.manifest or ()}

    assert {(used.kind, used.id) for used in made.references if used.id is not None} <= listed


@pytest.mark.parametrize("entry", FLOWS)
def test_the_manifest_resolves_against_the_org_by_id_and_name(entry: dict[str, Any]):
    for kind, references in read(entry["file"])["manifest"].items():
        if kind in OUTSIDE_THE_ORG:
            continue
        known = {(one["id"], one["name"]) for one in ORG[KEYS_OF_KINDS[kind]]}
        for reference in references:
            assert (reference["id"], reference["name"]) in known, (kind, reference)


@pytest.mark.parametrize("entry", FLOWS)
def test_expressions_name_variables_that_are_declared_with_the_same_type(entry: dict[str, Any]):
    document = read(entry["file"])
    declared = {variable.id for variable in graph(entry).variables}
    prompts = {prompt["id"] for prompt in ORG["prompts"]}

    for value in expressions(document):
        leaves = [
            body
            for path, body in walk(value["config"])
            if isinstance(body, dict) and path[-1:] in {("ref",), ("sysref",)}
        ]
        listed = {(one["id"], one["type"]) for one in value["metaData"].get("references", [])}
        assert {(leaf["val"], leaf["type"]) for leaf in leaves} == listed
        own = {one["id"] for one in value["metaData"].get("references", []) if not one["isSysRef"]}
        assert own <= declared | prompts


@pytest.mark.parametrize("entry", FLOWS)
def test_the_tree_of_an_expression_is_that_of_its_text(entry: dict[str, Any]):
    for value in expressions(read(entry["file"])):
        ((key, tree),) = value["config"].items()

        assert value["type"] in {tree["type"], "any"}
        if value["uiMetaData"].get("mode") == 1:
            assert tree["text"] == value["text"]
        elif key != "emp":
            named = value["metaData"].get("references", [])
            declared = {
                one["name"]: Declaration(one["type"], one["id"]) for one in named if not one["isSysRef"]
            }
            assert to_text(value["config"]) == to_text(parse(value["text"], declared, value["type"]))


@pytest.mark.parametrize("entry", FLOWS)
def test_the_copy_of_a_contract_is_that_of_the_action(entry: dict[str, Any]):
    actions = {one["id"]: one for one in ORG["actions"]}
    document = read(entry["file"])
    copies = {copy["id"]: copy for copy in document["uiMetaData"].get("actionServiceActions", [])}
    called = {node.body["actionId"] for node in graph(entry).actions() if node.type == "DataAction"}

    assert set(copies) == called
    for found, copy in copies.items():
        contract = read(actions[found]["file"])["contract"]
        assert copy["category"] == actions[found]["category"]
        assert copy["inputSchema"].get("required") == contract["input"]["inputSchema"].get("required")
        inputs = {name.partition(".")[0] for name in copy["inputSchema"]["properties"]}
        outputs = {name.partition(".")[0] for name in copy["successSchema"]["properties"]}
        assert inputs == set(contract["input"]["inputSchema"]["properties"])
        assert outputs == set(contract["output"]["successSchema"]["properties"])


@pytest.mark.parametrize("entry", FLOWS)
def test_required_inputs_of_data_actions_are_given(entry: dict[str, Any]):
    copies = {copy["id"]: copy for copy in read(entry["file"])["uiMetaData"].get("actionServiceActions", [])}
    for node in graph(entry).actions():
        if node.type == "DataAction":
            given = {one["name"] for one in node.body["inputs"] if "emp" not in one["value"]["config"]}
            assert set(copies[node.body["actionId"]]["inputSchema"].get("required", [])) <= given


def test_a_caller_holds_the_module_as_it_was_published():
    module = next(entry for entry in ORG["flows"] if entry["type"] == "commonmodule")
    callers = [read(entry["file"]) for entry in ORG["flows"] if "commonModules" in read(entry["file"])]

    assert len(callers) >= 2
    for caller in callers:
        (copy,) = caller["commonModules"]
        assert (copy["id"], copy["name"], copy["version"]) == (
            module["id"],
            module["name"],
            module["version"],
        )
        assert copy["model"] == read(module["file"])


def test_only_the_known_slips_are_there():
    """A few slips are left on purpose, so that a validation of the sample has something to say."""
    unreachable: set[str] = set()
    unhandled: set[str] = set()
    unused: set[str] = set()
    never_set: set[str] = set()
    for entry in ORG["flows"]:
        made = graph(entry)
        unreachable |= {node.name for node in made.unreachable if node.is_item}
        for node in made.actions():
            failure = node.output("__FAILURE__")
            if node.type == "DataAction" and failure is not None and failure.target is None:
                unhandled.add(node.name)
        written = {use.variable for use in made.uses if use.writes}
        read_from = {use.variable for use in made.uses if not use.writes}
        for variable in made.variables:
            if variable.id not in written | read_from:
                unused.add(variable.name)
            elif variable.id not in written and not (variable.is_input or variable.has_value):
                never_set.add(variable.name)

    assert unreachable == {"Storm Notice 2024"}
    assert unhandled == {"Ask the carrier"}
    assert unused == {"Flow.legacyRegionCode"}
    assert never_set == {"Flow.campaignName"}


def test_the_flows_hold_every_kind_of_way_from_step_to_step():
    kinds = {edge.kind for entry in ORG["flows"] for edge in graph(entry).edges}

    assert kinds >= {
        EdgeKind.START,
        EdgeKind.NEXT,
        EdgeKind.BRANCH,
        EdgeKind.JOIN,
        EdgeKind.LOOP,
        EdgeKind.CALL,
        EdgeKind.JUMP,
        EdgeKind.CHOICE,
    }


@pytest.mark.skipif(not BUILDER.exists(), reason="tools/ is not part of this copy of the sources")
def test_the_builder_reproduces_the_files_byte_for_byte(tmp_path: Path):
    subprocess.run([sys.executable, str(BUILDER), "--output", str(tmp_path)], check=True)

    for name in ["org.json", *files("actions"), *files("flows")]:
        assert (tmp_path / name).read_bytes() == (SAMPLE / name).read_bytes(), name
    made = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("*.json")}
    assert made == {"org.json", *files("actions"), *files("flows")}
