"""`trunkline flow validate --org`: what a flow names, looked up in an org."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli import trunkline
from trunkline.clouds.genesys.public.flow_lookup import FlowLookup
from trunkline.clouds.genesys.public.references import Directory
from trunkline.domain.flow import from_configuration
from trunkline.domain.json import walk
from trunkline.domain.resource import Address, Resource
from trunkline.errors import PermissionMissing

Body = dict[str, Any]


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """The flows of the sample org, as exported from it."""
    monkeypatch.chdir(tmp_path)
    done = trunkline("flow", "export", "--org", "emulator", "--all", "--json", "--output-dir", "flows")
    assert done.code == 0, done.text
    return tmp_path / "flows"


def named(folder: Path, name: str) -> Body:
    documents = [json.loads(path.read_text()) for path in folder.glob("flow_*.json")]
    return next(each for each in documents if each["name"] == name)


def problems(document: Body) -> list[tuple[str, str]]:
    """Rule and message of what the org has to say of a flow."""
    Path("changed.json").write_text(json.dumps(document, indent=1))
    done = trunkline("flow", "validate", "changed.json", "--org", "emulator", "--output", "json")
    return [(each["rule"], each["message"]) for each in json.loads(done.out)["findings"]]


def test_the_flows_of_an_org_name_nothing_that_it_lacks(folder):
    done = trunkline("flow", "validate", folder, "--org", "emulator")

    assert done.code == 0, done.text
    assert done.out.splitlines()[-1] == "11 valid, 0 invalid of 11 files"
    assert "not looked up" not in done.err


def test_what_the_org_does_not_have_is_an_error_with_its_line(folder):
    text = json.dumps(named(folder, "Claims Mailbox"), indent=1)
    text = text.replace("b60c4317-1886-5a37-bbfe-524729fd0d70", "b60c4317-0000-5a37-bbfe-524729fd0d70")
    Path("changed.json").write_text(text.replace("Claims Auto Adjusters", "Claims Auto Adjuster"))
    done = trunkline("flow", "validate", "changed.json", "--org", "emulator")

    assert done.code == 1
    (line,) = [each for each in done.out.splitlines() if "not-in-org" in each]
    number = int(line.partition("changed.json:")[2].partition(" ")[0])
    assert line.startswith("Error: emulator has no queue Claims Auto Adjuster in changed.json:")
    assert any(
        "b60c4317-0000" in near
        for near in Path("changed.json").read_text().splitlines()[number - 1 : number + 12]
    )


def test_the_nearest_name_is_told(folder):
    text = json.dumps(named(folder, "Claims Mailbox")).replace("b60c4317-1886", "b60c4317-0000")
    Path("changed.json").write_text(text.replace("Claims Auto Adjusters", "Claims Auto Adjuster"))
    done = trunkline("flow", "validate", "changed.json", "--org", "emulator", "--output", "json")

    hints = [each["hint"] for each in json.loads(done.out)["findings"]]
    assert any("did you mean 'Claims Auto Adjusters'" in hint for hint in hints if hint)


def test_an_object_under_another_id_is_a_warning(folder):
    text = json.dumps(named(folder, "Claims Mailbox")).replace("b60c4317-1886", "b60c4317-0000")
    found = problems(json.loads(text))

    assert found == [
        ("flow-reference-other-id", "emulator has the queue Claims Auto Adjusters under another id")
    ]
    assert trunkline("flow", "validate", "changed.json", "--org", "emulator").code == 0
    assert trunkline("flow", "validate", "changed.json", "--org", "emulator", "--strict").code == 1
    assert trunkline("flow", "validate", "changed.json", "--strict").code == 0


def test_inputs_are_held_against_the_contract_that_the_org_has_now(folder):
    document = named(folder, "Premium Reminders")
    call = next(
        value
        for _, value in walk(document["flowSequenceItemList"])
        if isinstance(value, dict) and value.get("actionName") == "Get Policy Status" and value.get("inputs")
    )
    bound = call["inputs"][0]["name"]
    call["inputs"][0]["name"] = "policyNo"
    document.pop("uiMetaData", None)
    found = [(rule, said.partition(": ")[2]) for rule, said in problems(document) if "input" in rule]

    assert ("flow-undeclared-input", "Get Policy Status has no input policyNo") in found
    assert ("flow-missing-input", f"Get Policy Status requires the input {bound}") in found


def test_a_prompt_without_a_language_of_the_flow_is_told(folder):
    document = named(folder, "Claims In-Queue")
    document["supportedLanguages"].append("fr-CA")
    found = [said for rule, said in problems(document) if rule == "flow-prompt-language"]

    assert "the prompt Callback_Offer has nothing in fr-CA in emulator" in found


def test_a_rule_that_is_switched_off_says_nothing(folder):
    document = json.dumps(named(folder, "Claims Mailbox")).replace("b60c4317-1886", "b60c4317-0000")
    Path("trunkline.toml").write_text('[rules]\ndisabled = ["flow-reference-other-id"]\n')

    assert problems(json.loads(document)) == []


def test_what_may_not_be_listed_is_told_and_not_guessed(folder):
    class Names:
        def directory(self, kind: str) -> Directory:
            if kind == "queue":
                raise PermissionMissing("routing:queue:view is missing")
            return Directory(kind, {}, {}, complete=kind != "skill")

    names: Any = Names()
    actions: Any = None
    lookup = FlowLookup("dev", names, actions)
    document = named(folder, "Claims Mailbox")
    found = lookup.findings(Resource(Address("flow", "x"), document), from_configuration(document))

    assert [each.message for each in found] == ["dev has no data table Email Routing"]
    assert lookup.notes == (
        "queue: routing:queue:view is missing",
        "skill: the listing of the org is not whole",
    )


def test_a_tenant_without_flows_of_architect_is_refused(folder):
    done = trunkline("flow", "validate", folder, "--org", "emulator-cxone")

    assert (done.code, "has no flows of Architect" in done.err) == (64, True)
