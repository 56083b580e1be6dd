"""Conditions of a project against an org that others change too: the base, drift, conflicts, what is no difference."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.api import Api
from tests.cli import trunkline as command
from tests.test_clouds_conditions import ACTIONS, ESCALATE, expressions, project

__all__ = ["project"]
VIP = "name: VIP\n" + ESCALATE[ESCALATE.index("when:") :]


def changed(api: Api, action_id: str, before: str, after: str) -> None:
    """Somebody else's change in the org."""
    action = api.get(f"{ACTIONS}/{action_id}").json()
    body = json.loads(json.dumps(action).replace(f'"{before}"', f'"{after}"'))
    assert api.put(f"{ACTIONS}/{action_id}", body, headers={"If-Match": action["etag"]}).status_code == 200


def test_condition_apply_keeps_what_others_changed_since_it_was_last_applied(project: Any, api: Api) -> None:
    assert command("apply", "--yes", "--target", "data_set/customers").code == 0
    file = project / "vip.yaml"
    file.write_text(VIP)
    made = json.loads(command("condition", "apply", "vip.yaml", "-o", "json").out)["id"]
    changed(api, made, "active", "new")
    assert "unchanged" in command("condition", "apply", "vip.yaml").out
    file.write_text(VIP.replace("80", "90"))
    done = command("condition", "apply", "vip.yaml")
    assert done.code == 0, done.text
    assert expressions(api, made) == ["new", "90"]
    assert "unchanged" in command("condition", "apply", "vip.yaml").out
    changed(api, made, "90", "95")
    file.write_text(VIP.replace("80", "99"))
    refused = command("condition", "apply", "vip.yaml")
    assert refused.code == 6
    assert (
        "was EQUALS" not in refused.err
        and "'90', theirs GREATER_THAN '95', mine GREATER_THAN '99'" in refused.err
    )
    assert expressions(api, made) == ["new", "95"]
    assert command("condition", "apply", "vip.yaml", "--adopt").code == 0
    assert expressions(api, made) == ["active", "99"]
    assert command("plan", "--exit-code").code == 2, "only the data action of the project is left to create"


def test_condition_apply_takes_and_moves_the_base_of_an_action_of_the_project(project: Any, api: Api) -> None:
    assert command("apply", "--yes").code == 0
    made = api.get(ACTIONS).json()["entities"][0]["id"]
    changed(api, made, "active", "new")
    file = project / "actions" / "escalate.yaml"
    file.write_text(ESCALATE.replace("80", "90"))
    done = command("condition", "apply", "actions/escalate.yaml")
    assert done.code == 0, done.text
    assert expressions(api, made) == ["new", "90"]
    assert not list((project / "orgs").glob("*/conditions/*"))
    planned = command("plan", "--exit-code")
    assert "drift" in planned.out, planned.text
    file.write_text(ESCALATE.replace("80", "90").replace("active", "new"))
    assert command("apply", "--yes").code == 0
    file.write_text(file.read_text().replace("90", "91"))
    assert command("condition", "apply", "actions/escalate.yaml").code == 0
    assert expressions(api, made) == ["new", "91"]
    assert command("plan", "--exit-code").code == 0, command("plan").text


def test_what_others_changed_stays_drift_after_an_apply_that_kept_it(project: Any, api: Api) -> None:
    assert command("apply", "--yes").code == 0
    made = api.get(ACTIONS).json()["entities"][0]["id"]
    changed(api, made, "active", "new")
    (project / "actions" / "escalate.yaml").write_text(ESCALATE.replace("crm.example", "new.example"))
    for _ in range(2):
        assert command("apply", "--yes").code == 0
        assert expressions(api, made) == ["new", "80"]
        assert 'drift conditions[0].children[0].expression: "active" → "new"' in command("plan").out


def test_an_empty_when_says_nothing_of_an_action_without_conditions_and_removes_those_of_another(
    project: Any, api: Api
) -> None:
    file = project / "actions" / "escalate.yaml"
    file.write_text(ESCALATE.partition("when:")[0] + "when: []\n")
    assert command("apply", "--yes").code == 0
    assert command("plan", "--exit-code").code == 0, command("plan").text
    file.write_text(ESCALATE)
    assert command("apply", "--yes").code == 0
    file.write_text(ESCALATE.partition("when:")[0] + "when: []\n")
    assert command("plan", "--exit-code").code == 2
    assert command("apply", "--yes").code == 0
    assert api.get(ACTIONS).json()["entities"][0]["conditions"] == []
    assert command("plan", "--exit-code").code == 0, command("plan").text


@pytest.mark.parametrize(
    "outputs",
    ["outputs: {total: number}\nresponse: {map: {total: sum.total}, defaults: {total: null}}\n",
     "outputs: {total: number!, note: string}\n", "outputs: {a-b: string}\n"],
)  # fmt: skip
def test_outputs_of_every_spelling_are_in_sync_once_they_are_applied(project: Any, outputs: str) -> None:
    file = project / "actions" / "escalate.yaml"
    file.write_text(
        f"name: Escalate\ninputs: {{id: string!}}\n{outputs}request: GET https://crm.example.com/{{{{id}}}}\n"
    )
    done = command("apply", "--yes")
    assert done.code == 0, done.text
    assert command("plan", "--exit-code").code == 0, command("plan").text
    again = command("pull")
    assert again.code == 0, again.text
    assert command("plan", "--exit-code").code == 0, command("plan").text
    file.write_text(file.read_text().replace("GET https://crm", "GET https://new"))
    assert command("apply", "--yes").code == 0
    assert command("plan", "--exit-code").code == 0, command("plan").text
