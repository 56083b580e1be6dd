"""Whatever an org holds: what is pulled plans empty, what is applied plans empty, and a rollback brings back."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.generated.actions import ACTIONS
from tests.generated.flows import FLOWS
from tests.generated.integrations import INTEGRATIONS
from tests.generated.plain import PLAIN
from tests.generated.script_actions import SCRIPT_ACTIONS
from tests.generated.studio import STUDIO
from tests.generated.tables import TABLES
from tests.generated.world import SECRET, Subject, world

SUBJECTS = {
    "plain objects": PLAIN,
    "data tables": TABLES,
    "integrations": INTEGRATIONS,
    "data actions": ACTIONS,
    "flows": FLOWS,
    "script actions": SCRIPT_ACTIONS,
    "Studio scripts": STUDIO,
}
FLAGS = ("--allow-delete", "--delete-threshold", "100", "--allow-replace", "--rewire")
FULL = os.environ.get("TRUNKLINE_EVIDENCE") == "full"
EXAMPLES = 200 if FULL else 4

some = settings(
    max_examples=EXAMPLES,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
every_kind = pytest.mark.parametrize("subject", SUBJECTS.values(), ids=SUBJECTS.keys())


@every_kind
@some
@given(data=st.data())
def test_what_is_pulled_plans_empty_and_pulling_again_changes_no_byte(emulator, subject: Subject, data):
    with world(emulator, subject.kinds, subject.surface, subject.cloud) as here:
        subject.seed(here, data.draw(subject.orgs, label="org"))
        form = data.draw(st.sampled_from(subject.forms), label="form")
        here.pull(form)
        assert here.plan() == []
        files = here.files()
        here.pull(form)
        assert here.files() == files
        assert SECRET.encode() not in here.everything()


def test_a_number_that_an_apply_added_goes_again(emulator):
    """The org had none: a rollback takes it away, though a file that leaves it out leaves it alone."""
    subject = SUBJECTS["data actions"]
    schema = {"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "properties": {}}
    config = {"request": {"requestUrlTemplate": "https://a.example", "requestType": "GET"}, "response": {}}
    contract = {"input": {"inputSchema": schema}, "output": {"successSchema": schema}}
    body = {"name": "Get", "integration": "Web", "config": config, "contract": contract, "secure": False}
    action = {"body": body, "stage": "published", "category": "Support"}
    with world(emulator, subject.kinds, subject.surface, subject.cloud) as here:
        subject.seed(here, {"integrations": ["Web"], "actions": [action], "settings": {}})
        here.pull()
        org = subject.live(here)
        ((file, mine),) = here.bodies().items()
        here.write(file, {**mine, "config": {**mine["config"], "timeoutSeconds": 7}})
        run = here.apply(*FLAGS)
        here.write(file, mine)
        assert here.plan(*FLAGS) == []
        here.must("rollback", run, "--yes")
        assert subject.live(here) == org

        here.write(file, {**mine, "config": {**mine["config"], "timeoutSeconds": 7}})
        here.apply(*FLAGS)
        here.write(file, {**mine, "config": {**mine["config"], "timeoutSeconds": None}})
        here.apply(*FLAGS)
        assert subject.live(here) == org, "a null in a file says that there is none"
        assert here.plan(*FLAGS) == []


@pytest.mark.parametrize("renamed", [0, 1])
def test_of_two_with_one_name_the_renamed_and_the_deleted_both_come_back(emulator, renamed):
    """Which of them bears the plain name goes by their ids, which are random: either order is tried often."""
    subject = SUBJECTS["integrations"]
    twin = {"name": "Support", "integrationType": "custom-rest-actions"}
    for _ in range(4):
        with world(emulator, subject.kinds, subject.surface, subject.cloud) as here:
            subject.seed(here, ([], [twin, twin]))
            here.pull()
            org = subject.live(here)
            twins = [(file, body) for file, body in here.bodies().items() if body["name"] == "Support"]
            here.write(twins[renamed][0], {**twins[renamed][1], "name": "Support 2"})
            (here.folder / twins[1 - renamed][0]).unlink()
            run = here.apply(*FLAGS)
            here.must("rollback", run, "--yes")
            assert subject.live(here) == org


@every_kind
@some
@given(data=st.data())
def test_what_is_applied_plans_empty_and_after_a_rollback_all_is_as_before(emulator, subject: Subject, data):
    with world(emulator, subject.kinds, subject.surface, subject.cloud) as here:
        subject.seed(here, data.draw(subject.orgs, label="org"))
        here.pull()
        files, org = here.files(), subject.live(here)
        subject.edit(data.draw, here)
        planned = here.plan(*FLAGS)
        run = here.apply(*FLAGS)
        assert here.plan(*FLAGS) == []
        if run is None:
            return
        here.must("rollback", run, "--yes")
        assert subject.live(here) == org
        assert here.plan(*FLAGS) == planned
        here.restore(files)
        assert here.plan() == []
        assert SECRET.encode() not in here.everything()
