"""Script actions and Studio scripts of CXone: taken back, found changed, brought to another tenant."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests import studio_samples
from tests.api import Api
from tests.cli import trunkline
from tests.generated import studio
from tests.generated.world import world

ACTIONS = "/api/v2/dataactions/actions"
CODE = "function main(context) {\n  return 1;\n}\n"


@pytest.fixture
def scripts(emulator):
    """A tenant with two script actions, one of which needs the other, pulled."""
    with world(emulator, ("script_action",), "guides", "cxone") as here:
        for name, needs in (("base", []), ("calc", ["base"])):
            script = {"language": "JavaScript", "content": CODE}
            here.ids[name] = here.post(ACTIONS, {"name": name, "script": script, "dependencies": needs})["id"]
        here.pull()
        yield here


@pytest.fixture
def studios(emulator):
    """A tenant with one Studio script, pulled."""
    with world(emulator, ("studio_script",), cloud="cxone") as here:
        studio.save(here, studio_samples.script())
        here.pull()
        yield here


FILE = "studio/main-greeting.json"


def greeting(here) -> str:
    return studio.live(here)["Main\\Greeting"]["properties"]["10"]["0"]["value"]


def say(here, text: str) -> None:
    body = here.bodies()[FILE]
    body["properties"]["10"]["0"]["value"] = text
    here.write(FILE, body)


def test_a_change_of_a_studio_script_is_taken_back_as_a_version_of_its_own(studios):
    say(studios, "%Good day")
    run = studios.apply()
    assert greeting(studios) == "%Good day"
    studios.must("rollback", run, "--yes")
    assert greeting(studios) == "%Hello"
    history = studios.api.get(
        f"{studio.BASE}/scripts/historyByName", params={"scriptPath": "Main\\Greeting"}
    ).json()
    assert len(history["versions"]) == 3


def test_a_rollback_leaves_a_studio_script_alone_that_somebody_saved_since(studios):
    say(studios, "%Good day")
    run = studios.apply()
    theirs = studio_samples.script()
    theirs["properties"]["10"]["0"]["value"] = "%Theirs"
    studio.save(studios, theirs)
    done = studios.run("rollback", run, "--yes")
    assert done.code == 6
    assert greeting(studios) == "%Theirs"


def test_a_script_that_was_made_is_gone_after_a_rollback_and_one_deleted_is_back(scripts):
    before = {each["name"]: each["script"] for each in scripts.api.get(ACTIONS).json()["entities"]}
    for file in ("calc.yaml", "calc.js"):
        (scripts.folder / "scripts" / file).unlink()
    (scripts.folder / "scripts" / "new.js").write_text(CODE)
    scripts.write("scripts/new.yaml", {"name": "new", "depends_on": ["base"]})
    run = scripts.apply("--allow-delete", "--delete-threshold", "100")
    assert {each["name"] for each in scripts.api.get(ACTIONS).json()["entities"]} == {"base", "new"}
    scripts.must("rollback", run, "--yes")
    assert {each["name"]: each["script"] for each in scripts.api.get(ACTIONS).json()["entities"]} == before


def test_drift_names_the_script_and_the_field_that_somebody_changed(scripts):
    assert scripts.run("drift").code == 0
    changed = scripts.api.get(f"{ACTIONS}/{scripts.ids['calc']}").json() | {"enabled": False}
    scripts.put(f"{ACTIONS}/{scripts.ids['calc']}", changed)
    done = scripts.run("drift", "-o", "json")
    assert done.code == 2
    (row,) = json.loads(done.out)["drift"]
    assert (row["address"], row["fields"][0]["path"]) == ("script_action/calc", "enabled")


def test_drift_tells_who_saved_a_studio_script_and_when(studios):
    theirs = studio_samples.script()
    theirs["properties"]["10"]["0"]["value"] = "%Theirs"
    studio.save(studios, theirs)
    done = studios.run("drift", "-o", "json")
    assert done.code == 2
    (row,) = json.loads(done.out)["drift"]
    assert row["address"] == "studio_script/Main\\Greeting"
    assert row["by"] == studios.api.access.client_id
    assert row["at"]


def test_a_studio_script_that_somebody_deleted_is_drift(studios):
    assert (
        studios.api.delete(f"{studio.BASE}/scripts", params={"scriptPath": "Main\\Greeting"}).status_code
        == 200
    )
    done = studios.run("drift", "-o", "json")
    assert done.code == 2
    assert json.loads(done.out)["drift"][0]["change"] == "deleted"


def other_tenant(here, emulator, monkeypatch, surface: str) -> Api:
    """A second tenant, `prod`, of the project."""
    access = emulator.create_org("prod", "cxone")
    config = here.folder / "trunkline.toml"
    table = f'[orgs.prod]\ncloud = "cxone"\nurl = "{emulator.url}"\nsurface = "{surface}"\n'
    config.write_text(f"{config.read_text()}\n{table}")
    monkeypatch.setenv("TRUNKLINE_PROD_CLIENT_ID", access.client_id)
    monkeypatch.setenv("TRUNKLINE_PROD_CLIENT_SECRET", access.client_secret)
    return Api(emulator, access)


def test_script_actions_are_promoted_with_what_they_need_first(scripts, emulator, monkeypatch):
    prod = other_tenant(scripts, emulator, monkeypatch, "guides")
    scripts.must("promote", "--from", "dev", "--to", "prod", "--yes")
    assert [each["name"] for each in prod.get(ACTIONS).json()["entities"]] == ["base", "calc"]
    again = scripts.must("promote", "--from", "dev", "--to", "prod", "--plan-only")
    assert "in sync" in again.text
    prod.close()


def test_a_studio_script_is_promoted_and_the_next_promotion_has_nothing_to_do(studios, emulator, monkeypatch):
    prod = other_tenant(studios, emulator, monkeypatch, "public")
    studios.must("promote", "--from", "dev", "--to", "prod", "--yes")
    document = prod.get(f"{studio.BASE}/scripts", params={"scriptPath": "Main\\Greeting"}).json()
    assert document["properties"]["10"]["0"]["value"] == "%Hello"
    again = studios.must("promote", "--from", "dev", "--to", "prod", "--plan-only")
    assert "in sync" in again.text
    prod.close()


def without_an_ending() -> dict:
    """A script whose PLAY leads nowhere: the service takes it with a warning."""
    document = studio_samples.script()
    del document["branches"]["10"]
    return document


def test_warnings_of_a_save_are_told_by_apply_at_their_place(studios):
    studios.write(FILE, {"name": "Main\\Greeting", **without_an_ending()})
    done = studios.run("apply", "--yes")
    assert done.code == 0
    assert f"{FILE}:1: warning: Say hello [10]: default-branch-not-connected" in done.err
    studios.write(FILE, {"name": "Main\\Greeting", **without_an_ending(), "properties": {}})
    (step,) = json.loads(studios.must("apply", "--yes", "-o", "json").out)["steps"]
    assert step["notes"] == [f"{FILE}:1: warning: Say hello [10]: default-branch-not-connected"]


def test_errors_of_a_save_are_told_by_apply_at_their_place_among_other_steps(studios):
    broken = studio_samples.script()
    broken["actions"]["10"]["libraryId"] = ""
    studios.write(FILE, {"name": "Main\\Greeting", **broken})
    studios.write("studio/new.json", studio_samples.script("New"))
    done = studios.run("apply", "--yes")
    assert done.code == 4
    assert f"{FILE}:1: error: Say hello [10]: action-not-available" in done.out


def naming(**properties: str) -> dict:
    """A script whose action 4 has these properties."""
    document = studio_samples.script()
    held = {
        str(index): {"name": name, "value": value} for index, (name, value) in enumerate(properties.items())
    }
    document["properties"]["4"] = held
    return document


@pytest.fixture
def tenant(studios, emulator):
    """The tenant with a skill and a profile of hours."""
    assert studios.api.post(f"{studio.BASE}/skills", {"skills": [{"skillName": "Sales"}]}).status_code == 200
    hours = emulator.kernel.orgs.get(studios.api.access.id).documents("hours")
    hours.put("7", {"profileId": 7, "profileName": "Weekdays"})
    return studios


def test_what_a_studio_script_names_and_the_tenant_lacks_is_told_by_plan_and_does_not_block(tenant):
    named = naming(Skill="Salse", HoursProfile="Weekdays", PointOfContact="+4930")
    tenant.write(FILE, {"name": "Main\\Greeting", **named})
    done = tenant.run("plan", "-o", "json")
    told = [each["message"] for each in json.loads(done.out)["findings"] if each["rule"] == "plan-unresolved"]
    assert told == [
        "it refers to acd_skill/Salse, which dev does not have",
        "it refers to point_of_contact/+4930, which dev does not have",
    ]
    tenant.apply()
    assert tenant.plan() == []


def test_names_ids_and_what_is_computed_are_no_fault(tenant):
    skill = tenant.api.get(f"{studio.BASE}/skills").json()["skills"][0]["skillId"]
    named = naming(
        Skill=str(skill), skillName="Sales", SkillNo="{chosen}", HoursOfOperation="7", poc="", Data="Salse"
    )
    tenant.write(FILE, {"name": "Main\\Greeting", **named})
    assert "plan-unresolved" not in tenant.run("plan", "-o", "json").out


def test_validate_looks_names_up_in_a_tenant_and_tells_action_file_and_line(tenant):
    path = tenant.folder / FILE
    path.write_text(json.dumps(naming(Skill="Salse"), indent=1))
    done = tenant.run("script", "validate", FILE, "--org", "dev")
    line = next(n for n, text in enumerate(path.read_text().splitlines(), 1) if "Salse" in text) - 2
    said = "Choose [4] names the acd skill Salse, which dev does not have"
    assert f"{FILE}:{line}: warning: {said}" in done.out
    assert done.code == 0
    assert tenant.run("script", "validate", FILE, "--org", "dev", "--strict").code == 1
    assert "Salse" not in tenant.run("script", "validate", FILE).out


def test_snippets_are_taken_out_of_scripts_for_review(tmp_path):
    one, two = studio_samples.script("Main\\Größe"), studio_samples.script("main\\größe")
    two["properties"]["2"]["0"]["value"] = 'ASSIGN a = "ü"\r\n'
    for name, document in (("one", one), ("two", two)):
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
    done = trunkline("script", "snippets", tmp_path, "--output-dir", tmp_path / "out", "-o", "json")
    assert done.code == 0
    rows = json.loads(done.out)
    assert [(row["script"], row["action"], row["label"], row["lines"]) for row in rows] == [
        ("Main\\Größe", "2", "Set up", 2), ("main\\größe", "2", "Set up", 1),
    ]  # fmt: skip
    texts = [Path(row["path"]).read_bytes() for row in rows]
    assert texts == [b'ASSIGN greeting = "Hello"\nASSIGN tries = 1\n', 'ASSIGN a = "ü"\n'.encode()]
    assert len({row["path"] for row in rows}) == 2
    shown = trunkline("script", "snippets", tmp_path / "one.json")
    assert 'ASSIGN greeting = "Hello"\nASSIGN tries = 1\n' in shown.out
    assert "1 snippet" in shown.out
