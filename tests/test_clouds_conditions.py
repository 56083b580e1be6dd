"""Conditions of an org changed atomically: merged, verified, never overwritten in silence."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.api import Api
from tests.cli import trunkline as command
from tests.test_clouds_data_actions import target
from tests.test_emulator_conditions import SETS, customers, leaf
from trunkline.clouds.connecting import Cloud, connect
from trunkline.clouds.genesys.guides.conditions import (
    Conditions,
    InvalidCondition,
    MergeConflict,
    parse_shown,
)
from trunkline.clouds.retry import Policy
from trunkline.emulator.orgs import Access
from trunkline.emulator.server import Emulator
from trunkline.errors import InvalidInput, PermissionMissing

ACTIONS = "/api/v2/data/actions"
WHEN = [
    {
        "all": [
            {"field": "customers.status", "equals": "active"},
            {"field": "customers.score", "greater_than": 80},
        ]
    }
]
MANY = int(os.environ.get("TRUNKLINE_PROVE", "5"))
"""Updates of each thread and process; `TRUNKLINE_PROVE=200` is the full count."""


@pytest.fixture
def cloud(emulator: Emulator, org: Access) -> Iterator[Cloud]:
    opened = connect(target(emulator, org, "guides"), policy=Policy(first_wait=0.01, longest_wait=0.02))
    yield opened
    opened.close()


def expressions(api: Api, action_id: str) -> list[str]:
    return [
        each["expression"] for each in api.get(f"{ACTIONS}/{action_id}").json()["conditions"][0]["children"]
    ]


def test_an_upsert_creates_then_changes_then_leaves_alone(cloud: Cloud, api: Api) -> None:
    customers(api)
    first = cloud.conditions.upsert("Escalate", WHEN)
    assert (first.status, first.attempts) == ("created", 1)
    changed = json.loads(json.dumps(WHEN).replace("80", "90"))
    second = cloud.conditions.upsert("Escalate", changed)
    assert (second.status, second.id == first.id, second.etag == first.etag) == ("updated", True, False)
    assert second.latency_ms > 0
    assert cloud.conditions.upsert("Escalate", changed).status == "unchanged"
    assert expressions(api, first.id) == ["active", "90"]


def test_a_change_keeps_what_others_changed_since(cloud: Cloud, api: Api) -> None:
    customers(api)
    made = cloud.conditions.upsert("Escalate", WHEN)
    theirs = json.loads(json.dumps(WHEN).replace("active", "new"))
    cloud.conditions.upsert("Escalate", theirs)
    mine = json.loads(json.dumps(WHEN).replace("80", "90"))
    cloud.conditions.upsert("Escalate", mine, base=WHEN)
    assert expressions(api, made.id) == ["new", "90"]


def test_a_true_conflict_stops_with_base_theirs_and_mine(cloud: Cloud, api: Api) -> None:
    customers(api)
    made = cloud.conditions.upsert("Escalate", WHEN)
    cloud.conditions.upsert("Escalate", json.loads(json.dumps(WHEN).replace("80", "85")))
    before = api.get(f"{ACTIONS}/{made.id}").json()["etag"]
    with pytest.raises(MergeConflict) as caught:
        cloud.conditions.upsert("Escalate", json.loads(json.dumps(WHEN).replace("80", "90")), base=WHEN)
    [clash] = caught.value.clashes
    assert [each["expression"] for each in (clash.base, clash.theirs, clash.mine)] == ["80", "85", "90"]
    assert caught.value.exit_code == 6
    assert api.get(f"{ACTIONS}/{made.id}").json()["etag"] == before


def test_what_the_org_refuses_is_told_by_path(cloud: Cloud, api: Api) -> None:
    customers(api)
    with pytest.raises(InvalidCondition) as caught:
        cloud.conditions.upsert(
            "Escalate",
            [{"any": [{"field": "ghosts.a", "equals": 1}, {"field": "customers.score", "equals": "abc"}]}],
        )
    assert [path for path, _ in caught.value.paths] == [
        "conditions[0].children[0]",
        "conditions[0].children[1]",
    ]
    assert parse_shown("conditions[0].children[12]") == ("conditions", 0, "children", 12)
    with pytest.raises(InvalidInput):
        cloud.conditions.upsert("Escalate", [{"xor": []}])


def test_threads_that_change_different_leaves_lose_nothing(cloud: Cloud, api: Api) -> None:
    dataset = customers(api)["id"]
    made = prepared(api, dataset, 20)
    count_up(cloud.conditions, made, range(16), MANY)
    assert expressions(api, made) == [str(MANY) if each < 16 else "0" for each in range(20)]


def test_threads_and_processes_that_change_different_leaves_lose_nothing(
    cloud: Cloud, api: Api, emulator: Emulator, org: Access
) -> None:
    made = prepared(api, customers(api)["id"], 20)
    script = (
        "import sys\nfrom tests.test_clouds_conditions import work\n"
        f"work({emulator.url!r}, {org.client_id!r}, {made!r}, int(sys.argv[1]), {MANY})\n"
    )
    environment = {**os.environ, "SECRET": org.client_secret}
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(16 + index)], env=environment, stderr=subprocess.PIPE
        )
        for index in range(4)
    ]
    count_up(cloud.conditions, made, range(16), MANY)
    for process in processes:
        _, error = process.communicate(timeout=600)
        assert process.returncode == 0, error
    assert expressions(api, made) == [str(MANY)] * 20


def prepared(api: Api, dataset: str, leaves: int) -> str:
    api.configure(conditionChildren=leaves)
    tree = {"type": "AND", "children": [leaf(dataset, literal="0") for _ in range(leaves)]}
    return api.post(ACTIONS, {"name": "Shared", "conditions": [tree]}).json()["id"]


def count_up(conditions: Conditions, action_id: str, leaves: range, times: int) -> None:
    def one(index: int) -> None:
        def change(trees: list[Any]) -> list[Any]:
            found = trees[0]["children"][index]
            found["expression"] = str(int(found["expression"]) + 1)
            return trees

        for _ in range(times):
            assert conditions.update(action_id, change).status == "updated"

    with ThreadPoolExecutor(len(leaves)) as pool:
        list(pool.map(one, leaves))


def work(url: str, client_id: str, action_id: str, index: int, times: int) -> None:
    """One process of the test above."""
    from trunkline.clouds.redact import Secret
    from trunkline.clouds.target import Target

    opened = connect(Target("genesys", url, url, "guides", client_id, Secret(os.environ["SECRET"]), "x"))
    count_up(opened.conditions, action_id, range(index, index + 1), times)
    opened.close()


def test_the_same_leaf_changed_by_two_at_once_is_a_conflict_and_none_is_lost(
    cloud: Cloud, api: Api, emulator: Emulator, org: Access
) -> None:
    made = prepared(api, customers(api)["id"], 2)
    other = connect(target(emulator, org, "guides"))
    barrier = threading.Barrier(2)
    outcomes: list[str] = []

    def change_to(conditions: Conditions, text: str) -> None:
        def change(trees: list[Any]) -> list[Any]:
            barrier.wait(10)
            trees[0]["children"][0]["expression"] = text
            return trees

        try:
            outcomes.append(conditions.update(made, change).status)
        except MergeConflict as error:
            outcomes.append(type(error).__name__)

    threads = [
        threading.Thread(target=change_to, args=(each.conditions, text))
        for each, text in ((cloud, "a"), (other, "b"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert sorted(outcomes) == ["MergeConflict", "updated"]


def test_a_write_without_an_answer_is_read_again_not_sent_again_with_a_stale_etag() -> None:
    state = {"id": "1", "name": "A", "conditions": [leaf("d")], "etag": "1"}
    puts: list[str] = []

    class Silent:
        """Accepts the first PUT and answers 500; what is then sent must carry the new etag."""

        def __init__(self) -> None:
            self.target = None
            self.redact = str

        def get_json(self, to: Any, query: Any = None) -> dict[str, Any]:
            return dict(state)

        def exchange(self, method: str, to: Any, call: Any) -> Any:
            from trunkline.clouds.transport import Response

            puts.append(call.headers["If-Match"])
            state.update(conditions=json.loads(call.body)["conditions"], etag="2")
            return Response(500, {}, b"{}", 2)

    done = Conditions(Silent(), sleep=lambda seconds: None).update(
        "1", lambda trees: [leaf("d", literal="x")]
    )  # type: ignore[arg-type]
    assert (done.status, done.etag, puts) == ("updated", "2", ["1"])


# --- webhooks and audit


def test_a_webhook_is_registered_once_and_its_secret_told_once(cloud: Cloud) -> None:
    first = cloud.webhooks.register("mine", "http://127.0.0.1:9/hook")
    again = cloud.webhooks.register("mine", "http://127.0.0.1:9/hook")
    assert (first.created, again.created, first.id == again.id, again.secret) == (True, False, True, None)
    rotated = cloud.webhooks.rotate(first.id)
    assert rotated.secret is not None and first.secret is not None
    assert rotated.secret.reveal() != first.secret.reveal()
    cloud.webhooks.delete(first.id)
    assert cloud.webhooks.list() == []


def test_the_audit_record_of_our_own_request_is_awaited(cloud: Cloud, api: Api) -> None:
    api.configure(auditDelaySeconds=0.3)
    customers(api)
    done = cloud.conditions.upsert("Escalate", WHEN)
    assert list(cloud.audit.query(done.id)) == []
    record = cloud.audit.await_record(done.id, done.correlation_id or "", seconds=5, every=0.05)
    assert record is not None and record["operation"] == "CREATED"
    assert cloud.audit.await_record(done.id, "none", seconds=0, every=0.01) is None


def test_all_pages_of_the_audit_are_read(cloud: Cloud, api: Api) -> None:
    api.configure(auditDelaySeconds=0)
    dataset = customers(api)["id"]
    made = prepared(api, dataset, 2)
    count_up(cloud.conditions, made, range(1), 110)
    assert len(list(cloud.audit.query(made))) == 111


# --- plan and apply


ESCALATE = """name: Escalate
inputs: {id: string!}
outputs: {total: {type: [number, "null"]}}
request: GET https://crm.example.com/{{id}}
response: {map: {total: total}, defaults: {total: null}}
when:
  all:
    - field: customers.status
      equals: active
    - field: customers.score  # out of 100
      greater_than: 80
"""
CUSTOMERS = "name: customers\nfields: {status: string, score: number}\n"


@pytest.fixture
def project(tmp_path: Any, monkeypatch: pytest.MonkeyPatch, emulator: Emulator, org: Access) -> Any:
    monkeypatch.setenv("TRUNKLINE_CONFIG_DIR", str(tmp_path / "config"))
    for name, value in {"CLOUD": "genesys", "URL": emulator.url, "CLIENT_ID": org.client_id,
                        "CLIENT_SECRET": org.client_secret, "SURFACE": "guides"}.items():  # fmt: skip
        monkeypatch.setenv(f"TRUNKLINE_{name}", value)
    folder = tmp_path / "acme"
    assert command("init", folder).code == 0
    for old in (folder / "actions").glob("*"):
        old.unlink()
    (folder / "actions" / "escalate.yaml").write_text(ESCALATE)
    (folder / "datasets").mkdir()
    (folder / "datasets" / "customers.yaml").write_text(CUSTOMERS)
    monkeypatch.chdir(folder)
    return folder


def test_plan_and_apply_bring_data_set_and_conditions_then_find_nothing_to_do(project: Any, api: Api) -> None:
    done = command("apply", "--yes")
    assert done.code == 0, done.text
    assert api.get(SETS).json()["total"] == 1
    [action] = api.get(ACTIONS).json()["entities"]
    assert [each["expression"] for each in action["conditions"][0]["children"]] == ["active", "80"]
    assert command("plan", "--exit-code").code == 0, command("plan").text
    (project / "actions" / "escalate.yaml").write_text(ESCALATE.replace("80", "90"))
    assert "90" in command("plan").out
    changed = command("apply", "--yes")
    assert changed.code == 0, changed.text
    assert expressions(api, action["id"]) == ["active", "90"]
    assert command("plan", "--exit-code").code == 0


def test_an_action_whose_file_says_nothing_of_conditions_keeps_those_of_the_org(
    project: Any, api: Api
) -> None:
    assert command("apply", "--yes").code == 0
    (project / "actions" / "escalate.yaml").write_text(ESCALATE.partition("when:")[0])
    assert command("plan", "--exit-code").code == 0


def test_a_client_without_the_scope_still_lists_actions(
    cloud: Cloud, api: Api, emulator: Emulator, org: Access
) -> None:
    added = api.admin("POST", "/clients", {"scopes": ["flow:action:read"]}).json()
    limited = connect(
        target(emulator, Access(org.name, org.cloud, org.id, added["id"], added["secret"]), "guides")
    )
    listing = limited.actions.list()
    assert listing.complete
    assert "data:actions:read" in listing.notes[0]
    with pytest.raises(PermissionMissing):
        limited.conditions.list()
    limited.close()


def test_pull_brings_conditions_and_data_sets_into_files(project: Any) -> None:
    assert command("apply", "--yes").code == 0
    for file in ("actions/escalate.yaml", "datasets/customers.yaml", "orgs"):
        path = project / file
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    vendor = command("pull")
    assert "conditions: exported files of the vendor have no such field" in vendor.text
    shutil.rmtree(project / "orgs")
    shutil.rmtree(project / "actions")
    assert command("pull", "--as", "friendly").code == 0
    assert command("pull", "--kind", "data_set").code == 0
    [pulled] = (project / "actions").glob("*.yaml")
    assert "  - field: customers.score\n    greater_than: 80\n" in pulled.read_text()
    assert command("check").code == 0
    assert command("plan", "--exit-code").code == 0
