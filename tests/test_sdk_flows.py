"""The official Python SDK drives the emulator's flows."""

from __future__ import annotations

import pytest

from tests.driven import PYTHON
from tests.sdk_driver import HOME, SCRIPTS, drive, needs

pytestmark = pytest.mark.sdk
INTERPRETER = HOME / "bin" / "python"


@pytest.fixture(scope="module")
def steps(emulator, tmp_path_factory):
    needs(INTERPRETER)
    return drive(emulator, PYTHON, [INTERPRETER, SCRIPTS / "flows.py"], tmp_path_factory.mktemp("home"))


def test_a_flow_is_created_saved_and_published(steps):
    assert steps["create"]["lockedClient"]
    assert (steps["save"]["id"], steps["save"]["type"]) == ("1.0", "SAVE")
    assert steps["publish"]["actionStatus"] == "STARTED"
    assert steps["published"]["currentOperation"]["actionStatus"] == "SUCCESS"
    assert steps["published"]["publishedVersion"]["type"] == "PUBLISH"


def test_a_configuration_comes_back_as_it_was_saved(steps):
    assert steps["version configuration"] == steps["configuration"]
    assert steps["configuration"]["flowSequenceItemList"]


def test_locks_and_names_are_kept(steps):
    assert steps["checkout"]["lockedClient"]
    assert not steps["revert"].get("lockedClient")
    assert steps["save without the lock"] == {"status": 409, "code": "architect.flow.not.locked.by.user"}
    assert steps["name taken"] == {"status": 409, "code": "architect.flow.already.exists"}
    assert steps["deleted"] == {"status": 410, "code": "architect.flow.deleted"}


def test_history_and_dependencies_tell_of_the_version(steps):
    actions = [entry["action"] for entry in steps["history"]["entities"]]
    assert actions == ["REVERT", "CHECKOUT", "PUBLISH", "SAVE", "CREATE"]
    assert {"LANGUAGE", "QUEUE"} <= {used["type"] for used in steps["uses"]["entities"]}


def test_rows_of_a_data_table_are_written_and_read(steps):
    assert steps["rows"]["entities"] == [{"key": "a", "count": 3}]
