"""schemathesis against the emulator's own OpenAPI document, every check but one, on both clouds.

Run: `python -m bench.schema_fuzz`; about 2,000 requests, at least 20,000 under `make prove`. Left out is
`positive_data_acceptance`: references to other objects cannot be guessed from a schema. Repeatable: neither
schemathesis nor the ids of the emulator are random.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests

from trunkline.emulator import catalogue
from trunkline.emulator.clock import CountedIds
from trunkline.emulator.orgs import Access
from trunkline.emulator.server import Emulator, start
from trunkline.emulator.surface.document import document

ENDS_THE_TOKEN = "/api/v2/tokens/me"
GENESYS = ("Genesys Cloud", "The guides", "Tokens")
CXONE = ("NICE CXone", "The guides on CXone", "Tokens of CXone")
OTHER_SPELLINGS = r"^/(inContactAPI|InContactAPI|incontactApi)/"
"""The ACD API answers under four spellings of one prefix: the requests go to the first."""
PLACES = {
    "/templates": ["requesttemplate.vm", "successtemplate.vm"],
    "/schemas": ["inputschema.json", "successschema.json"],
    "/resources": ["en-us"],
    "/objects": ["FLOW", "QUEUE", "USER"],
    "/configschemas": ["properties", "advanced"],
    "/services": ["v30.0"],
}
"""What is no id but known, by the end of the path before it."""


SCRIPT = "Main\\Greeting"


@dataclass
class Figures:
    """What came of it: requests by status (0: none came), and schemathesis's own last words."""

    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    operations: set[str] = field(default_factory=set)

    def __str__(self) -> str:
        shown = ", ".join(f"{count:,} × {status}" for status, count in sorted(self.statuses.items()))
        lines = [f"{self.requests:,} requests to {len(self.operations)} operations: {shown}"]
        return "\n".join([*lines, f"failures {len(self.failures)}", *self.failures])


def run(full: bool) -> Figures:
    """Generates requests from the document until each operation has had its share."""
    figures = Figures()
    with start(quota=0, ids=CountedIds("schemathesis")) as emulator, TemporaryDirectory() as folder:
        described = document(catalogue.routes())
        Path(folder, "openapi.json").write_text(json.dumps(described), encoding="utf-8")
        for tags, cloud in ((GENESYS, "genesys"), (CXONE, "cxone")):
            access = emulator.create_org("described", "genesys" if cloud == "genesys" else "cxone", "sample")
            token = sign_in(emulator, access)
            if cloud == "cxone":
                furnish(emulator, token)
            Path(folder, "ids.json").write_text(json.dumps(known_ids(emulator, access, token)), "utf-8")
            _generate(emulator, Path(folder), token, tags, full, figures)
    return figures


def _generate(
    emulator: Emulator, folder: Path, token: str, tags: tuple[str, ...], full: bool, figures: Figures
) -> None:
    command = [sys.executable, "-m", "schemathesis.cli", "run", "openapi.json", "--url", emulator.url]
    command += ["-H", f"Authorization: Bearer {token}", "--no-color", "--generation-deterministic"]
    command += ["--checks", "all", "--exclude-checks", "positive_data_acceptance", "--continue-on-failure"]
    command += ["--phases", "coverage,fuzzing,stateful" if full else "fuzzing"]
    command += ["--max-examples", "22" if full else "6", "--request-timeout", "60"]
    command += ["--suppress-health-check", "all"]
    command += ["--exclude-path", ENDS_THE_TOKEN, "--exclude-path-regex", OTHER_SPELLINGS]
    command += [part for tag in tags for part in ("--include-tag", tag)]
    command += ["--report", "ndjson", "--report-ndjson-path", str(folder / "events.ndjson")]
    places = {"SCHEMATHESIS_HOOKS": "bench.described.hooks", "TRUNKLINE_KNOWN_IDS": str(folder / "ids.json")}
    environment = {**os.environ, **places, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=3600
    )
    _count(folder / "events.ndjson", figures)
    if done.returncode != 0:
        told = done.stdout.partition("= FAILURES =")[2].partition("= WARNINGS =")[0]
        figures.failures.append(told or done.stdout[-4000:] + done.stderr[-4000:])


def _count(events: Path, figures: Figures) -> None:
    for line in events.read_text(encoding="utf-8").splitlines():
        scenario = json.loads(line).get("ScenarioFinished")
        if scenario is None:
            continue
        figures.operations.add(scenario["recorder"]["label"])
        for interaction in scenario["recorder"].get("interactions", {}).values():
            figures.requests += 1
            answer = interaction["response"]
            figures.statuses[answer["status_code"] if answer else 0] += 1


def sign_in(emulator: Emulator, access: Access) -> str:
    """A token of the org's first client."""
    answer = requests.post(
        emulator.url + "/oauth/token",
        data={"grant_type": "client_credentials"},
        auth=(access.client_id, access.client_secret),
        timeout=60,
    )
    return answer.json()["access_token"]


def furnish(emulator: Emulator, token: str) -> None:
    """Give an empty tenant a script action and a Studio script, so that there is something to find."""
    code = {"language": "JavaScript", "content": "function main(context) { return context.input; }"}
    steps = {
        "1": {"name": "BEGIN", "libraryId": "begin", "xws": 1, "yws": 1},
        "2": {"name": "END", "libraryId": "end", "xws": 2, "yws": 1},
    }
    content = {
        "header": {"scriptName": SCRIPT, "mediaType": 4},
        "actions": steps,
        "properties": {},
        "branches": {"1": [{"to": 2, "type": "default"}]},
    }
    acd = "/incontactapi/services/v30.0"
    for path, body in (
        ("/api/v2/dataactions/actions", {"name": "first_action", "type": "SCRIPT", "script": code}),
        (f"{acd}/scripts", {"scriptContent": content}),
        (f"{acd}/points-of-contact", {"contactAddress": "+4930123456", "scriptName": SCRIPT}),
        (f"{acd}/skills", {"skills": [{"skillName": "Claims"}]}),
    ):
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.post(emulator.url + path, json=body, headers=headers, timeout=60)
        assert answer.ok, answer.text


def known_ids(emulator: Emulator, access: Access, token: str) -> dict[str, list[str]]:
    """Ids by the path of their list or by the `?name` of a parameter, and some of all under ""."""
    found: dict[str, list[str]] = {"": [], "?scriptPath": [SCRIPT]}
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token}"
    for route in catalogue.routes():
        if route.surface == "admin" or route.cloud != access.cloud:
            continue
        for end, values in PLACES.items():
            head, _, rest = route.pattern.partition(f"{end}/{{")
            if rest:
                found[head + end] = values
        if route.method == "GET" and route.bearer and "{" not in route.pattern:
            answer = session.get(emulator.url + route.pattern, timeout=60)
            found[route.pattern] = _ids(answer.json() if answer.content else None)
            found[""] += found[route.pattern][:2]
    session.close()
    found["?flow"] = found.get("/api/v2/flows", [])
    return found


def _ids(listing: Any) -> list[str]:
    entities = listing.get("entities", []) if isinstance(listing, dict) else []
    return [each["id"] for each in entities if isinstance(each, dict) and isinstance(each.get("id"), str)]


def main() -> int:
    figures = run(os.environ.get("TRUNKLINE_EVIDENCE") == "full")
    print(figures)
    return 1 if figures.failures else 0


if __name__ == "__main__":
    sys.exit(main())
