"""Studio scripts as documents: two forms, one graph, differences that mean something, faults."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import pytest

from tests.cli import trunkline
from tests.studio_samples import XML, action, link, script
from trunkline.domain.resource import Address, Resource
from trunkline.domain.studio import (
    canonical_script,
    diff_scripts,
    from_studio,
    from_xml,
    is_script,
    read_document,
    snippets,
)
from trunkline.rules import check


def rules(document: dict[str, object]) -> list[tuple[str, str]]:
    findings = check([Resource(Address("studio_script", "x"), {"name": "x", **document})])
    return [(each.rule, each.message) for each in findings]


def test_begin_and_events_are_where_a_script_starts() -> None:
    graph = from_studio(canonical_script(script()))
    assert (graph.start, set(graph.roots)) == ("1", {"1", "6"})
    assert not graph.unreachable
    assert not graph.dead_ends
    assert rules(script()) == []


def test_the_wrapped_form_is_the_same_document() -> None:
    wrapped = {"scriptContent": script(), "isDataLoaded": True, "versionHistory": []}
    assert is_script(wrapped)
    assert read_document(wrapped) == read_document(script())


def test_drawing_and_saving_change_nothing() -> None:
    moved = copy.deepcopy(script())
    moved["header"] |= {"masterId": 99, "lockInfo": {"isLocked": True}, "lastSavedIn": "WEB"}
    moved["actions"]["2"] |= {"x": 1, "xws": 7, "libraryId": moved["actions"]["2"]["libraryId"].lower()}
    moved["branches"]["1"][0]["elbows"] = [1, 2]
    assert diff_scripts(script(), moved) == []


def test_a_difference_names_the_action_and_what_changed_of_it() -> None:
    after = copy.deepcopy(script())
    after["properties"]["2"]["0"]["value"] = "ASSIGN tries = 2"
    after["actions"]["4"]["label"] = "Ask"
    after["branches"]["4"][0]["to"] = 10
    after["actions"]["11"] = action(11, "HANGUP")
    del after["actions"]["6"], after["branches"]["6"]
    told = {(each.what, each.action, each.field) for each in diff_scripts(script(), after)}
    assert told == {
        ("changed", "2", "Data"), ("renamed", "4", ""), ("rewired", "4", "default"), ("added", "11", ""),
        ("removed", "6", ""),
    }  # fmt: skip


def test_the_xml_of_desktop_studio_gives_the_same_kind_of_document() -> None:
    document = from_xml(XML)
    assert snippets(document) == {"2": 'ASSIGN password = "hunter2hunter2"'}
    graph = from_studio(canonical_script(document))
    assert [(edge.source, edge.target) for edge in graph.edges] == [("1", "2"), ("2", "3")]
    assert [rule for rule, _ in rules(document)] == ["studio-secret-literal"]


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><ScriptContainer>&b;</ScriptContainer>',
        '<!DOCTYPE x SYSTEM "file:///etc/passwd"><ScriptContainer/>',
        "<ScriptContainer>" + "<a>" * 1000,
        "<Other/>",
        "",
        "<ScriptContainer><Actions><ActionStruct/></Actions></ScriptContainer>",
    ],
)
def test_xml_that_is_no_script_or_means_harm_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        from_xml(text)


def test_the_rules_find_what_the_server_would_and_more() -> None:
    faulty = copy.deepcopy(script())
    faulty["branches"]["10"] = [link(99)]
    faulty["actions"]["12"] = action(12, "PLAY", "Lost")
    faulty["properties"]["2"]["0"]["value"] = 'ASSIGN x = 1\r\nASSIGN apiKey = "a8f5f167f44f4964"'
    assert rules(faulty) == [
        ("studio-dangling", "Say hello [10]: there is no action 99"),
        ("studio-secret-literal", "line 2 of the snippet assigns a secret to apiKey"),
        ("studio-unreachable", "nothing leads to Lost [12]"),
        ("studio-dead-end", "nothing follows Say hello [10], and it is no ending"),
    ]
    del faulty["actions"]["1"]
    assert ("studio-begin", "the script has no Begin action") in rules(faulty)


def test_files_are_validated_compared_and_drawn(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(script()))
    changed = script()
    changed["properties"]["10"]["0"]["value"] = "%Good day"
    (tmp_path / "b.json").write_text(json.dumps({"scriptContent": changed}))
    (tmp_path / "c.xml").write_text(XML)
    done = trunkline("script", "validate", tmp_path, "-o", "json")
    assert done.code == 1
    assert [each["valid"] for each in json.loads(done.out)] == [True, True, False]
    compared = trunkline("script", "diff", tmp_path / "a.json", tmp_path / "b.json", "--exit-code")
    assert compared.code == 2
    assert 'changed PLAY Say hello [10] Sequence: "%Hello" → "%Good day"' in compared.out
    assert "<svg" in trunkline("script", "graph", tmp_path / "a.json", "-o", "svg").out
