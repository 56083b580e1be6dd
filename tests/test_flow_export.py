"""`trunkline flow export` against the emulator: what is written, what is read again, what is said."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.api import Api
from tests.cli import trunkline
from tests.flow_org import Exports, document, flow_id, flow_org
from trunkline.emulator.server import Emulator
from trunkline.export.folder import Folder
from trunkline.project.yamlfile import parse_yaml


@pytest.fixture
def export(emulator: Emulator, tmp_path: Path) -> Exports:
    """Three flows: two workflows and a bot."""
    documents = [document("Billing"), document("Support"), document("Ask me", type="bot")]
    documents[0]["manifest"]["queue"] = [{"id": "q-1", "name": "Sales", "context": [{"id": "a-1"}]}]
    access = flow_org(emulator, tmp_path / "seed", documents)
    return Exports(emulator, access, tmp_path / "out")


def kinds(requests: list[str]) -> list[str]:
    """What was asked, in words."""
    return [
        "listing" if each == "GET /api/v2/flows" else each.rpartition("/")[2]
        for each in requests
        if "oauth" not in each
    ]


def test_every_flow_has_its_file_as_it_came(export, tmp_path):
    done = export("--all")

    assert done.code == 0, done.text
    assert set(export.files) == {f"flow_{flow_id(n)}.json" for n in range(3)}
    for name, content in export.files.items():
        assert content == (tmp_path / "seed" / name).read_bytes()
    assert "exported 3 of 3 listed flows" in done.out
    assert kinds(export.requests()) == ["listing", *["configuration"] * 3]


def test_the_manifest_says_what_each_file_is_and_what_it_depends_on(export):
    export("--all")

    line = next(each for each in export.manifest if each["name"] == "Billing")
    content = export.files[line["file"]]
    assert line["id"] == flow_id(0)
    assert (line["type"], line["version"], line["division"]) == ("workflow", "1.0", "Home")
    assert line["sha256"] == hashlib.sha256(content).hexdigest()
    assert line["size"] == len(content)
    assert line["dependencies"]["queue"] == [{"id": "q-1", "name": "Sales"}]
    assert not (export.folder / ".partial").exists()


def test_the_result_is_json_if_asked_for(export):
    result = json.loads(export("--all", "--output", "json").out)

    assert (result["listed"], result["exported"], result["fetched"], result["whole"]) == (3, 3, 3, True)
    assert result["missing"] == []


@pytest.mark.parametrize("option", [(), ("--since-last",)])
def test_a_second_run_reads_only_what_changed(export, option):
    export("--all")
    export.requests()
    before = (export.folder / "manifest.ndjson").stat().st_mtime_ns

    done = export("--all", *option)
    assert done.code == 0
    assert kinds(export.requests()) == ["listing"]
    assert (export.folder / "manifest.ndjson").stat().st_mtime_ns == before
    assert "0 fetched, 3 unchanged" in done.out

    with_new_version(export, 1, document("Support", description="new"))
    export.requests()
    export("--all", *option)
    assert kinds(export.requests()) == ["listing", "configuration"]
    assert json.loads(export.files[f"flow_{flow_id(1)}.json"])["description"] == "new"
    assert next(each["version"] for each in export.manifest if each["id"] == flow_id(1)) == "2.0"


def with_new_version(export: Exports, number: int, body: object, publish: bool = True) -> None:
    api = Api(export.emulator, export.access)
    actions = "/api/v2/flows/actions"
    assert api.post(f"{actions}/checkout?flow={flow_id(number)}").ok
    assert api.post(f"/api/v2/flows/{flow_id(number)}/versions", body).ok
    if publish:
        assert api.post(f"{actions}/publish?flow={flow_id(number)}&version=2.0").ok
    api.close()


def test_everything_is_read_anew_on_demand(export):
    export("--all")
    export.requests()
    export("--all", "--fresh")
    assert kinds(export.requests()) == ["listing", *["configuration"] * 3]


def test_a_file_that_was_changed_or_removed_is_read_again(export):
    export("--all")
    good = export.files
    (export.folder / f"flow_{flow_id(0)}.json").write_text("{}")
    (export.folder / f"flow_{flow_id(1)}.json").unlink()

    assert "2 fetched, 1 unchanged" in export("--all").out
    assert export.files == good


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (("--id", flow_id(1)), {1}),
        (("--id", flow_id(0), "--id", flow_id(2)), {0, 2}),
        (("--name", "s*"), {1}),
        (("--type", "bot"), {2}),
        (("--type", "workflow", "--name", "billing"), {0}),
        (("--division", "home"), {0, 1, 2}),
        (("--division", "Elsewhere"), set()),
    ],
)
@pytest.mark.parametrize("surface", ["public", "guides"])
def test_flows_are_chosen_by_id_name_type_and_division(
    emulator, export, tmp_path, filters, expected, surface
):
    if surface == "guides" and "--division" in filters:
        pytest.skip("the guides' surface has no divisions")
    chosen = Exports(emulator, export.access, tmp_path / "chosen", surface)

    assert chosen(*filters).code == 0
    assert set(chosen.files) == {f"flow_{flow_id(n)}.json" for n in expected}


def test_an_id_that_the_org_does_not_have_is_missing(export):
    done = export("--id", "00000000-0000-4000-8000-000000000000", "--id", flow_id(0))

    assert done.code == 4
    assert "00000000-0000-4000-8000-000000000000: the org has no flow of this id" in done.out
    assert len(export.files) == 1


def test_what_to_export_must_be_said_and_not_twice(export):
    assert export().code == 64
    assert export("--all", "--type", "bot").code == 64
    assert not export.folder.exists()


def test_a_smaller_export_leaves_the_other_flows_in_the_manifest(export):
    export("--all")
    export("--name", "Billing", "--fresh")
    assert len(export.manifest) == 3


def test_a_version_can_be_chosen(export):
    with_new_version(export, 0, document("Billing", description="draft"), publish=False)
    name = f"flow_{flow_id(0)}.json"

    export("--all")
    assert "draft" not in json.loads(export.files[name])["description"]
    export("--all", "--version", "latest")
    assert json.loads(export.files[name])["description"] == "draft"
    export("--all", "--version", "published")
    assert json.loads(export.files[name])["description"] == ""


def test_a_flow_that_was_never_saved_is_said_to_be_missing(export):
    api = Api(export.emulator, export.access)
    api.post("/api/v2/flows", {"name": "Stub", "type": "workflow"})
    api.close()

    done = export("--all")
    assert done.code == 4
    assert "Stub" in done.out
    assert "it was never saved" in done.out
    assert "exported 3 of 4 listed flows" in done.out
    assert "Stub" not in done.err


def test_readable_names_stay_when_a_flow_is_renamed(export):
    export("--all", "--names", "readable")
    names = set(export.files)
    assert names == {
        f"flow_workflow_billing_{flow_id(0)[:8]}.json",
        f"flow_workflow_support_{flow_id(1)[:8]}.json",
        f"flow_bot_ask-me_{flow_id(2)[:8]}.json",
    }

    api = Api(export.emulator, export.access)
    assert api.put(f"/api/v2/flows/{flow_id(0)}", {"name": "Accounts"}).ok
    api.close()
    export("--all", "--names", "readable")
    assert set(export.files) == names


def test_another_form_replaces_the_files_of_the_first(export):
    export("--all")
    done = export("--all", form="")

    assert done.code == 0
    assert set(export.files) == {f"flow_{flow_id(n)}.yaml" for n in range(3)}
    assert parse_yaml(export.files[f"flow_{flow_id(0)}.yaml"].decode()).value["name"] == "Billing"


def test_the_canonical_form_is_the_same_for_a_flow_that_was_saved_again(export):
    export("--all", form="--canonical")
    before = export.files[f"flow_{flow_id(1)}.json"]
    body = document("Support", nextTrackingNumber=999, uiMetaData={"collapsed": True})
    with_new_version(export, 1, body)
    export("--all", form="--canonical")

    assert export.files[f"flow_{flow_id(1)}.json"] == before
    assert json.loads(before)["name"] == "Support"


def test_flows_that_the_org_lost_leave_the_manifest_and_their_files_on_demand(export):
    export("--all")
    api = Api(export.emulator, export.access)
    assert api.delete(f"/api/v2/flows/{flow_id(2)}").ok
    api.close()

    done = export("--all")
    assert done.code == 0
    assert f"no longer in the org: flow_{flow_id(2)}.json" in done.out
    assert len(export.manifest) == 2
    assert len(export.files) == 3

    export.requests()
    again = Exports(export.emulator, export.access, export.folder)
    (export.folder / "manifest.ndjson").write_text("")
    again("--all")
    assert len(again.manifest) == 2


def test_pruning_removes_the_files_of_lost_flows(export):
    export("--all")
    api = Api(export.emulator, export.access)
    assert api.delete(f"/api/v2/flows/{flow_id(2)}").ok
    api.close()
    export("--all", "--prune")
    assert len(export.files) == 2


def test_two_exports_never_write_into_one_folder_at_once(export):
    folder = Folder(export.folder)
    try:
        done = export("--all")
    finally:
        folder.close()
    assert done.code == 6
    assert "another export" in done.err


def test_a_wrong_secret_ends_with_3_and_leaves_nothing_behind(export):
    export.environment["TRUNKLINE_CLIENT_SECRET"] = "wrong"
    done = export("--all")
    assert done.code == 3
    assert list(export.folder.iterdir()) == []


def test_guides_flows_are_exported_as_json_and_as_yaml(emulator, export, tmp_path):
    guides = Exports(emulator, export.access, tmp_path / "guides", "guides")
    assert guides("--all").code == 0
    assert len(guides.files) == 3
    for content in guides.files.values():
        assert {"id", "name", "type", "status", "version", "nodes", "edges"} <= json.loads(content).keys()
    as_json = json.loads(guides.files[f"flow_{flow_id(0)}.json"])

    assert guides("--id", flow_id(0), form="").code == 0
    assert parse_yaml(guides.files[f"flow_{flow_id(0)}.yaml"].decode()).value == as_json

    guides.requests()
    assert guides("--id", flow_id(0), form="").code == 0
    assert guides.requests()[-1] == "GET /api/v2/architect/flows"


def test_the_colon_form_of_the_guides_works(export):
    done = trunkline("flow:export", "--help")
    assert done.code == 0
