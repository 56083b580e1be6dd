"""Planning 20,000 data actions of 2 KB: seconds and memory, the listing already there.

Run: python -m bench.plan
"""

from __future__ import annotations

import copy
import json
import resource
import time

from trunkline.domain.canonical import canonical
from trunkline.domain.json import JsonObject
from trunkline.domain.kinds import KINDS
from trunkline.domain.plan import make_plan
from trunkline.domain.resource import Address, Resource

NUMBER = 20_000
CHANGED = 0.05
LIMIT_SECONDS, LIMIT_MEGABYTES = 3.0, 600


def action(number: int) -> JsonObject:
    """A data action whose JSON has about 2 KB."""
    names = [f"field_{index}" for index in range(8)]
    schema = {"type": "object", "required": names[:3], "properties": {n: {"type": "string"} for n in names}}
    query = "&".join(f"{name}=${{input.{name}}}" for name in names)
    return {
        "name": f"Action {number}",
        "integrationType": "custom-rest-actions",
        "integration": "Web Services",
        "category": "Web Services",
        "secure": False,
        "contract": {"input": {"inputSchema": schema}, "output": {"successSchema": schema}},
        "config": {
            "request": {
                "requestUrlTemplate": f"https://example.com/things/{number}?{query}",
                "requestType": "GET",
                "headers": {"Accept": "application/json"},
                "requestTemplate": "${input.rawRequest}",
            },
            "response": {
                "translationMap": {name: f"$.result.{name}" for name in names},
                "translationMapDefaults": dict.fromkeys(names, '""'),
                "successTemplate": "{" + ", ".join(f'"{n}": ${{{n}}}' for n in names) + "}",
            },
        },
    }  # fmt: skip


def measure(number: int = NUMBER) -> tuple[float, int, int]:
    """Seconds of planning, the peak of the process in MB, changes found."""
    kind = KINDS["data_action"]
    desired: list[Resource] = []
    actual: list[Resource] = []
    bases: dict[Address, JsonObject] = {}
    for index in range(number):
        address, live = Address(kind.name, f"Action {index}"), action(index)
        actual.append(
            Resource(address, {"id": f"custom_-_{index}", **live}, remote_id=str(index), version="1")
        )
        bases[address] = canonical(kind, live)
        wanted = copy.deepcopy(live)
        if index < number * CHANGED:
            wanted["config"]["request"]["requestType"] = "POST"
        desired.append(Resource(address, wanted))
    begun = time.perf_counter()
    plan = make_plan(desired, actual, bases, KINDS)
    seconds = time.perf_counter() - begun
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, len(plan.writes)


def main() -> None:
    size = len(json.dumps(action(1)))
    seconds, megabytes, writes = measure()
    print(f"plan of {NUMBER:,} data actions of {size:,} bytes, {writes:,} of them changed:")
    print(
        f"  {seconds:.2f} s (at most {LIMIT_SECONDS:g}),"
        f" {megabytes} MB at its peak (at most {LIMIT_MEGABYTES})"
    )


if __name__ == "__main__":
    main()
