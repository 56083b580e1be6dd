"""How many times a second a data action runs on one core, beside the parts it is made of."""

from __future__ import annotations

import json
from time import perf_counter

from trunkline.domain.action import compile_friendly
from trunkline.engine.action import Reply, Request, prepare, run
from trunkline.engine.contract import checker
from trunkline.engine.jsonpath import compile_path
from trunkline.engine.velocity import compile_template

ACTION = compile_friendly(
    {
        "name": "Get Queue Statistics",
        "inputs": {"queueId": "string!", "mediaType": "string!", "limit": "integer"},
        "outputs": {"waiting": "integer", "interacting": "integer", "names": "string[]", "first": "string"},
        "request": {
            "method": "POST",
            "url": "/api/v2/analytics/queues/{{queueId}}/observations?media={{mediaType}}",
            "headers": {"Content-Type": "application/json"},
            "body": {
                "filter": {"queueId": "{{queueId}}", "mediaType": "{{mediaType}}"},
                "limit": "{{limit}}",
            },
        },
        "response": {
            "map": {
                "waiting": "stats.waiting",
                "interacting": "stats.interacting",
                "names": "$.entities[*].name",
                "found": "$.entities[?(@.state == 'free')].name",
            },
            "defaults": {"waiting": 0, "interacting": 0, "names": [], "found": []},
            "template": '{"waiting": ${waiting}, "interacting": ${interacting}, "names": ${names}, '
            '"first": ${successTemplateUtils.firstFromArray("${found}", "$esc.quote$esc.quote")}}',
        },
    }
).body
INPUT = {"queueId": "1b9e5e2c-0a4f-4d0e-9d0a-5f0d3c1e7a11", "mediaType": "voice", "limit": 25}
REPLY = Reply(
    body=json.dumps(
        {
            "stats": {"waiting": 3, "interacting": 7},
            "entities": [{"name": f"agent {i}", "state": "free" if i == 5 else "busy"} for i in range(10)],
        }
    )
)


def rate(work: object, seconds: float = 1.0) -> float:
    assert callable(work)
    work()
    count, start = 0, perf_counter()
    while perf_counter() - start < seconds:
        for _ in range(50):
            work()
        count += 50
    return count / (perf_counter() - start)


def main() -> None:
    def send(_: Request) -> Reply:
        return REPLY

    prepared = prepare(ACTION)
    document = json.loads(REPLY.text)
    path, check = compile_path("$.entities[?(@.state == 'free')].name"), checker(prepared.output_schema)
    template = compile_template(prepared.success_text, "successTemplate")
    values = {"waiting": "3", "interacting": "7", "names": "[]", "found": '["agent 5"]'}
    output = run(prepared, INPUT, send).output
    print(f"{'run, prepared':32}{rate(lambda: run(prepared, INPUT, send)):12,.0f} a second")
    print(f"{'run, from the body':32}{rate(lambda: run(ACTION, INPUT, send)):12,.0f} a second")
    print(f"{'  one filter path':32}{rate(lambda: path.evaluate(document)):12,.0f} a second")
    print(f"{'  the success template':32}{rate(lambda: template.render(values, True)):12,.0f} a second")
    print(f"{'  the output contract':32}{rate(lambda: check(output)):12,.0f} a second")


if __name__ == "__main__":
    main()
