"""Raw HTTP, written from the vendor's description: flows, their jobs, data tables, who uses what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.conforming import Conforming
from tests.driven import HTTP, driving
from tests.test_emulator_flow_jobs import YAML
from trunkline.emulator.server import Emulator

FLOWS = "/api/v2/flows"
TABLES = f"{FLOWS}/datatables"
TRACKING = "/api/v2/architect/dependencytracking"
KEY = {"type": "string", "$id": "/properties/key", "title": "Key"}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["key"],
    "properties": {"key": KEY, "count": {"type": "integer", "$id": "/properties/count", "title": "Count"}},
}


@pytest.fixture
def client(emulator: Emulator) -> Iterator[Conforming]:
    made = Conforming(emulator, emulator.create_org(origin="sample"))
    yield made
    made.close()


def test_a_flow_is_made_saved_checked_in_published_and_deleted(
    emulator: Emulator, client: Conforming
) -> None:
    with driving(emulator, HTTP, "flows"):
        model = client.ok("GET", f"{FLOWS}?pageSize=1&includeSchemas=true")["entities"][0]
        configuration = client.ok("GET", f"{FLOWS}/{model['id']}/latestconfiguration")
        flow = client.ok("POST", FLOWS, {"name": "Conforming", "type": model["type"]})
        one = f"{FLOWS}/{flow['id']}"
        client.ok("POST", f"{one}/versions", configuration)
        for action in ("checkin", "checkout", "revert", "checkout", "unlock", "publish"):
            client.ok("POST", f"{FLOWS}/actions/{action}?flow={flow['id']}")
        assert client.ok("PUT", one, {"name": "Renamed", "description": "d"})["name"] == "Renamed"
        version = client.ok("GET", f"{one}/versions")["entities"][0]["id"]
        client.ok("GET", f"{one}/versions/{version}")
        assert client.ok("GET", f"{one}/versions/{version}/configuration") == configuration
        assert client.ok("GET", one)["publishedVersion"]["id"] == version
        history = client.ok("POST", f"{one}/history")
        assert client.ok("GET", f"{one}/history/{history['id']}?pageSize=50")["entities"]
        client.ok("GET", f"{FLOWS}/divisionviews?includeSchemas=true")
        assert client.ok("GET", f"{FLOWS}/lookup?id={flow['id']}")["total"] == 1
        client.ok("POST", f"{FLOWS}/actions/deactivate?flow={flow['id']}")
        client.ok("DELETE", one)
        other = client.ok("POST", FLOWS, {"name": "Other", "type": "WORKFLOW"})
        client.ok("DELETE", f"{FLOWS}?id={other['id']}")


def test_files_of_archy_go_in_and_come_out(emulator: Emulator, client: Conforming) -> None:
    with driving(emulator, HTTP, "flow jobs"):
        client.ok("POST", "/api/v2/routing/queues", {"name": "Sales"})
        job = client.ok("POST", f"{FLOWS}/jobs", {"createStubs": False})
        sent = requests.put(job["presignedUrl"], data=YAML, headers=job["headers"], timeout=30)
        assert sent.status_code == 200
        done = client.ok("GET", f"{FLOWS}/jobs/{job['id']}?expand=messages")
        assert done["status"] == "Success", done
        export = client.ok(
            "POST",
            f"{FLOWS}/export/jobs",
            {"flows": [{"flow": {"id": done["flow"]["id"]}, "exportType": "Yaml"}]},
        )
        ready = client.ok("GET", f"{FLOWS}/export/jobs/{export['id']}?expand=messages")
        assert requests.get(ready["downloadUrl"], timeout=30).text == YAML


def test_rows_of_tables_are_kept_sent_and_fetched(emulator: Emulator, client: Conforming) -> None:
    with driving(emulator, HTTP, "data tables"):
        table = client.ok("POST", TABLES, {"name": "Conforming", "schema": SCHEMA})
        one = f"{TABLES}/{table['id']}"
        client.ok("PUT", one, {"name": "Renamed", "schema": SCHEMA})
        for path in (f"{one}?expand=schema", TABLES, f"{TABLES}/divisionviews"):
            client.ok("GET", path)
        client.ok("GET", f"{TABLES}/divisionviews/{table['id']}")
        client.ok("POST", f"{one}/rows", {"key": "a", "count": 3})
        client.ok("PUT", f"{one}/rows/a", {"key": "a", "count": 4})
        assert client.ok("GET", f"{one}/rows/a?showbrief=false")["count"] == 4
        assert client.ok("GET", f"{one}/rows?showbrief=false")["total"] == 1
        export = client.ok("POST", f"{one}/export/jobs")
        ready = client.ok("GET", f"{one}/export/jobs/{export['id']}")
        csv = requests.get(ready["downloadURI"], timeout=30).text
        job = client.ok("POST", f"{one}/import/csv/jobs", {"importMode": "ReplaceAll"})
        sent = requests.put(job["uploadURI"], data=csv, headers=job["uploadHeaders"], timeout=30)
        assert sent.status_code == 200
        assert client.ok("GET", f"{one}/import/jobs/{job['id']}")["status"] == "Succeeded"
        assert client.ok("GET", f"{one}/import/jobs")["total"] == 1
        client.ok("DELETE", f"{one}/rows/a")
        client.ok("DELETE", f"{one}?force=true")


def test_uses_are_found_from_both_ends(emulator: Emulator, client: Conforming) -> None:
    with driving(emulator, HTTP, "dependencies"):
        kind = client.ok("GET", f"{TRACKING}/types")["entities"][0]
        client.ok("GET", f"{TRACKING}/types/{kind['id']}")
        found = client.ok("GET", f"{TRACKING}?name=*&objectType=INBOUNDCALLFLOW&consumedResources=true")
        flow = next(each for each in found["entities"] if each["consumedResources"])
        asked = f"id={flow['id']}&objectType={flow['type']}&version={flow['version']}"
        used = client.ok("GET", f"{TRACKING}/consumedresources?{asked}")["entities"][0]
        user = client.ok("GET", f"{TRACKING}/consumingresources?id={used['id']}&objectType={used['type']}")
        assert flow["id"] in [each["id"] for each in user["entities"]]
        client.ok("GET", f"{TRACKING}/object?{asked}&consumingResources=true")
        client.ok("GET", f"{TRACKING}/deletedresourceconsumers?consumedResources=true")
        client.ok("GET", f"{TRACKING}/updatedresourceconsumers?consumedResources=true")
        client.ok("POST", f"{TRACKING}/build")
        assert client.ok("GET", f"{TRACKING}/build")["status"] == "OPERATIONAL"
