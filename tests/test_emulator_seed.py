"""What an emulator holds at first: the sample, or what a folder held, with the objects the flows name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.api import Api
from tests.shared import needs_shared, shared
from trunkline.domain.flow.i3 import encode, unwrap
from trunkline.emulator.server import Emulator, start
from trunkline.errors import InvalidInput

GUID = "11111111-2222-4333-8444-555555555555"
ACTIONS = "/api/v2/integrations/actions"


def flow(name: str = "Main", **changes: Any) -> dict[str, Any]:
    return {
        "name": name,
        "type": "inboundcall",
        "description": "d",
        "manifest": {},
        "flowSequenceItemList": [],
        "uiMetaData": {},
    } | changes


def action(name: str = "Look Up", **changes: Any) -> dict[str, Any]:
    return {
        "name": name,
        "integrationType": "custom-rest-actions",
        "actionType": "custom",
        "config": {
            "request": {"requestUrlTemplate": "https://a.example/", "requestType": "GET"},
            "response": {},
        },
        "contract": {
            "input": {"inputSchema": {"type": "object"}},
            "output": {"successSchema": {"type": "object"}},
        },
        "secure": False,
    } | changes


def write(folder: Path, name: str, document: Any) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode(document) if ".i3" in name else json.dumps(document).encode())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "seed"
    manifest = {
        "dataAction": [
            {"id": f"custom_-_{GUID}", "name": "look up"},
            {"id": "custom_-_gone", "name": "Gone"},
        ],
        "queue": [{"id": "q-1", "name": "Support"}],
        "userPrompt": [{"id": "p-1", "name": "Hello"}],
        "dataTable": [{"id": "t-1", "name": "Closures"}],
        "commonModuleFlow": [{"id": "c-1", "name": "Shared"}, {"id": "c-2", "name": "Absent"}],
        "language": [{"id": "en-us"}],
    }
    write(made, "flows/main.i3InboundFlow", flow(manifest=manifest))
    write(made, f"flows/flow_{GUID}.json", flow("Exported"))
    write(made, "shared.json", flow("Shared", type="commonModule"))
    write(made, "deep/er/look-up.custom.json", action("Look Up - Exported 2021-10-22 @ 14:08"))
    write(made, "twin-1.custom.json", action("Twin"))
    write(made, "twin-2.custom.json", action("Twin"))
    write(made, "auth.customAuth.json", action("Auth", actionType="customAuth"))
    write(made, "broken.custom.json", action("Broken", config={"request": []}))
    write(made, "list.json", [1, 2])
    (made / "bad.json").write_text("{")
    (made / "bad.i3InboundFlow").write_text("not base64!")
    (made / "notes.txt").write_text("hello")
    (made / ".git").mkdir()
    (made / ".git" / "config.json").write_text("{}")
    return made


@pytest.fixture
def seeded(folder: Path) -> Iterator[Api]:
    with start(seed=folder, quota=0) as emulator:
        client = Api(emulator, emulator.orgs[0])
        yield client
        client.close()


def ids(api: Api, path: str) -> dict[str, str]:
    return {each["id"]: each["name"] for each in api.get(path).json()["entities"]}


def test_one_line_counts_what_was_found_and_what_is_neither(seeded: Api) -> None:
    assert seeded.emulator.report == (
        "seeded 4 data actions, 3 flows and 5 objects that the flows name; 5 files are neither"
    )


def test_files_are_held_as_they_are(seeded: Api, folder: Path) -> None:
    names = sorted(ids(seeded, f"{ACTIONS}?includeAuthActions=true").values())
    assert names == ["Auth", "Gone", "Look Up - Exported 2021-10-22 @ 14:08", "Twin", "Twin"]
    found = seeded.get("/api/v2/flows?name=main").json()["entities"][0]
    configuration = seeded.get(f"/api/v2/flows/{found['id']}/latestconfiguration")
    assert configuration.content == unwrap((folder / "flows/main.i3InboundFlow").read_bytes()).encode()


def test_a_file_takes_the_id_that_a_manifest_gives_its_name(seeded: Api) -> None:
    live = ids(seeded, ACTIONS)
    assert live[f"custom_-_{GUID}"] == "Look Up - Exported 2021-10-22 @ 14:08"
    assert ids(seeded, "/api/v2/flows")["c-1"] == "Shared"


def test_an_exported_flow_keeps_the_id_in_its_file_name(seeded: Api) -> None:
    assert ids(seeded, "/api/v2/flows")[GUID] == "Exported"


def test_everything_that_a_manifest_names_resolves(seeded: Api) -> None:
    assert seeded.get("/api/v2/routing/queues/q-1").json()["name"] == "Support"
    assert seeded.get("/api/v2/architect/prompts/p-1").json()["name"] == "Hello"
    assert seeded.get(f"{ACTIONS}/custom_-_gone").json()["name"] == "Gone"
    stand_in = seeded.get("/api/v2/flows/c-2/latestconfiguration")
    assert (stand_in.status_code, stand_in.json()["name"]) == (200, "Absent")


def test_seeding_again_gives_the_same_ids(seeded: Api, folder: Path) -> None:
    with start(seed=folder, quota=0) as emulator:
        again = Api(emulator, emulator.orgs[0])
        for path in (ACTIONS, "/api/v2/flows", "/api/v2/integrations", "/api/v2/authorization/divisions"):
            assert ids(again, path) == ids(seeded, path)
        again.close()


def test_a_state_that_exists_is_not_seeded_again(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with start(seed=folder, data=data, quota=0) as emulator:
        client = Api(emulator, emulator.orgs[0])
        victim = client.get("/api/v2/flows").json()["entities"][0]["id"]
        client.delete("/api/v2/routing/queues/q-1")
        described = emulator.ready()["orgs"]
    with start(seed=folder, data=data, quota=0) as emulator:
        assert "it is not seeded again" in str(emulator.report)
        assert emulator.ready()["orgs"] == described
        client = Api(emulator, emulator.orgs[0])
        assert client.get("/api/v2/routing/queues/q-1").status_code == 404
        assert client.get(f"/api/v2/flows/{victim}/latestconfiguration").status_code == 200


def test_a_reset_seeds_again_from_the_folder(seeded: Api) -> None:
    seeded.delete("/api/v2/routing/queues/q-1")
    assert seeded.admin("POST", "/reset").status_code == 204
    assert seeded.get("/api/v2/routing/queues/q-1").status_code == 200


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        start(seed=tmp_path / "nowhere")


def test_the_sample_is_there_without_a_seed(emulator: Emulator) -> None:
    sample = Api(emulator, emulator.create_org("sample", origin="sample"))
    assert sample.get(ACTIONS).json()["total"] > 10
    assert sample.get("/api/v2/flows").json()["total"] > 5
    assert sample.get("/api/v2/routing/queues").json()["total"] > 5
    listed = sample.get(f"{ACTIONS}?name=Get Current Weather").json()["entities"]
    result = sample.post(f"{ACTIONS}/{listed[0]['id']}/test", {"latitude": 41.9, "longitude": -87.6}).json()
    assert result["success"] is True, result
    queue = sample.get("/api/v2/routing/queues").json()["entities"][0]
    assert "members" not in queue
    sample.close()


def test_every_action_of_the_sample_gives_its_own_example(emulator: Emulator) -> None:
    sample = Api(emulator, emulator.create_org("sample", origin="sample"))
    described = json.loads((Path(__file__).parents[1] / "src/trunkline/emulator/sample/org.json").read_text())
    tried = 0
    for entry in described["actions"]:
        if "exampleInput" not in entry or entry["state"] != "published":
            continue
        result = sample.post(f"{ACTIONS}/{entry['id']}/test", entry["exampleInput"]).json()
        assert result["success"] is True, (entry["name"], result["error"])
        assert result["finalResult"] == entry["exampleOutput"], entry["name"]
        tried += 1
    assert tried > 10
    sample.close()


@pytest.mark.corpus
@needs_shared
def test_the_whole_corpus_is_held() -> None:
    with start(seed=shared("corpus"), quota=0) as emulator:
        client = Api(emulator, emulator.orgs[0])
        assert emulator.report is not None
        assert emulator.report.startswith("seeded 114 data actions, 31 flows and ")
        for page in (1, 2):
            for listed in client.get(f"{ACTIONS}?pageSize=100&pageNumber={page}").json()["entities"]:
                full = client.get(f"{ACTIONS}/{listed['id']}?expand=contract&includeConfig=true")
                assert full.status_code == 200
                assert client.get(f"/api/v2/flows/dataactions/{listed['id']}").status_code == 200
        client.close()
