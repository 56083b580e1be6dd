"""Runs the scripts of tests/sdk against the emulator on a socket, and says what every SDK must see."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.driven import driving
from trunkline.emulator.server import Emulator

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / ".venv-sdk"
SCRIPTS = ROOT / "tests" / "sdk"

ACTION: dict[str, Any] = {
    "name": "Wait For A Queue",
    "config": {
        "request": {
            "requestUrlTemplate": "/api/v2/routing/queues/${input.queueId}/mediatypes/call/estimatedwaittime",
            "requestType": "GET",
            "headers": {"Accept": "application/json"},
            "requestTemplate": "${input.rawRequest}",
        },
        "response": {
            "translationMap": {"wait": "$.results[0].estimatedWaitTimeSeconds"},
            "translationMapDefaults": {"wait": "0"},
            "successTemplate": '{"wait": ${wait}}',
        },
    },
    "contract": {
        "input": {
            "inputSchema": {
                "type": "object",
                "required": ["queueId"],
                "properties": {"queueId": {"type": "string"}},
                "additionalProperties": True,
            }
        },
        "output": {
            "successSchema": {
                "type": "object",
                "properties": {"wait": {"type": "integer"}},
                "additionalProperties": True,
            }
        },
    },
}
"""The sample org holds a recorded reply for its request: 96 seconds."""


def needs(*files: Path) -> None:
    """Skips where a file (or a program) of an SDK is not there; fails where CI promised it."""
    missing = [str(file) for file in files if not file.exists() and shutil.which(file) is None]
    if missing:
        reason = f"{', '.join(missing)} is not there: run `make sdk`"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(reason)
        pytest.skip(reason)


def drive(
    emulator: Emulator, client: str, command: Sequence[str | Path], home: Path, **environment: str
) -> dict[str, Any]:
    """What a script saw of a fresh sample org, the routes it drove held against the record.

    `client` is the SDK's name there; `home` keeps the SDK from the user's own settings.
    """
    org = emulator.create_org(origin="sample")
    scenario = {
        "url": emulator.url,
        "client_id": org.client_id,
        "client_secret": org.client_secret,
        "action": ACTION,
        "input": {"queueId": "00000000-0000-4000-8000-000000000000"},
        "broken": '{"wait": $Nothing}',
        "unparsable": "#if(",
    }
    with driving(emulator, client, Path(command[-1]).name):
        done = subprocess.run(
            [str(part) for part in command],
            input=json.dumps(scenario),
            env={"PATH": os.environ["PATH"], "HOME": str(home), **environment},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


class Conformance:
    """What an SDK must see, whatever its language. `steps` is a fixture: what its script printed."""

    def test_lists_come_in_pages_and_a_page_past_the_end_is_empty(self, steps):
        assert len(steps["list"]["entities"]) == 5
        assert steps["list"]["total"] > 10
        names = [action["name"] for action in steps["list"]["entities"]]
        assert names == sorted(names, key=str.casefold)
        for step in ("list past the end", "flows past the end"):
            assert not steps[step]["entities"]
            assert steps[step]["total"] > 5

    def test_flows_are_listed_and_their_configuration_is_read(self, steps):
        flow = steps["flows"]["entities"][0]
        assert flow["type"].isupper()
        assert steps["configuration"]["name"] == flow["name"]

    def test_a_draft_is_changed_checked_tested_and_published(self, steps):
        assert steps["draft"]["version"] == 1
        assert steps["get before publish"]["status"] == 404
        assert steps["patch"]["category"] == "Waiting"
        assert steps["patch"]["version"] == 2
        assert steps["validation"]["valid"] is True
        assert steps["publish"]["version"] == 3

    def test_a_test_shows_every_operation_and_the_output(self, steps):
        tested = steps["test"]
        assert tested["success"] is True
        assert tested["finalResult"] == {"wait": 96}
        assert [operation["step"] for operation in tested["operations"]] == list(range(1, 12))
        assert all(operation["success"] for operation in tested["operations"])

    def test_a_published_action_is_read_whole_and_in_parts(self, steps):
        action = steps["get"]
        assert action["config"]["response"]["successTemplate"] == '{"wait": ${wait}}'
        assert action["contract"]["input"]["inputSchema"]["required"] == ["queueId"]
        assert steps["template"] == '{"wait": ${wait}}'
        assert steps["schema"]["properties"]["queueId"]["type"] == "string"

    def test_it_runs_and_refuses_an_input_that_breaks_its_contract(self, steps):
        assert steps["execute"] == {"wait": 96}
        refused = steps["execute without input"]
        assert refused["status"] == 400
        assert "queueId" in refused["body"]["message"]

    def test_stale_versions_are_refused(self, steps):
        assert steps["stale patch"]["status"] in (400, 409)
        assert "does not match the current version" in steps["stale patch"]["body"]["message"]
        assert steps["stale publish"]["status"] == 400
        message = steps["stale publish"]["body"]["message"]
        assert message == "Supplied version 3 does not match latest draft version 2"
        assert steps["stale update"]["status"] == 409
        assert steps["update"]["name"] == "Renamed By The SDK"

    def test_a_failing_template_is_told_as_the_vendor_tells_it(self, steps):
        failed = steps["failing test"]
        assert failed["success"] is False
        operation = failed["operations"][-1]
        assert (operation["step"], operation["name"]) == (10, "Apply output transformation")
        assert operation["success"] is False
        assert operation["error"]["message"].startswith(
            "Transform failed to process result using 'successTemplate' template due to error:"
            "'Variable $Nothing has not been set at successTemplate[line 1, column 10]'"
        )
        assert operation["error"]["details"][0]["errorCode"] == "ACTION.PROCESSING"

    def test_a_template_that_does_not_parse_fails_validation(self, steps):
        assert steps["failing validation"]["valid"] is False
        assert "successTemplate" in json.dumps(steps["failing validation"]["errors"])

    def test_a_deleted_action_is_gone(self, steps):
        assert not steps["discard"]
        assert not steps["delete"]
        assert steps["get after delete"]["status"] == 404
        assert steps["get after delete"]["body"]["code"] == "not.found"
