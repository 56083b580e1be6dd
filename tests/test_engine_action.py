"""Running a data action offline: the numbered steps and what each produces."""

from __future__ import annotations

import json
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import needs_shared, shared
from trunkline.domain.action import compile_friendly, from_guides, from_vendor
from trunkline.domain.action.placeholder import Place, body_place, to_velocity
from trunkline.engine.action import STEPS, Code, Reply, Request, prepare, recorded, run
from trunkline.engine.action.vendor import error_body, execution_result, flow_error
from trunkline.engine.contract import sample
from trunkline.engine.template import render_body, render_url
from trunkline.engine.velocity import render
from trunkline.errors import InvalidInput

WEATHER = {
    "name": "Get Current Weather Data",
    "inputs": {"latitude": "number!", "unit": "string"},
    "outputs": {"temperature": "number!", "weather_code": "integer"},
    "request": "GET https://api.example.com/v1/forecast?latitude={{latitude}}&unit={{unit}}",
    "response": {
        "map": {"temperature": "current_weather.temperature", "weather_code": "current_weather.weathercode"},
    },
}
REPLY = {"current_weather": {"temperature": 12.5, "weathercode": 3}}


def weather(**changes):
    compiled = compile_friendly({**WEATHER, **changes})
    assert compiled.faults == ()
    return compiled.body


def response(**changes):
    return {"response": {**WEATHER["response"], **changes}}


class Wire:
    """A `send` that remembers what was sent."""

    def __init__(self, *replies):
        self.sent: list[Request] = []
        self.replies = recorded(replies)

    def __call__(self, request):
        self.sent.append(request)
        return self.replies(request)


def test_a_run_goes_through_eleven_numbered_steps_to_its_output():
    wire = Wire(REPLY)

    result = run(weather(), {"latitude": 52.5, "unit": "°C"}, wire)

    assert result.ok
    assert result.output == {"temperature": 12.5, "weather_code": 3}
    assert [(step.number, step.name) for step in result.steps] == list(enumerate(STEPS, 1))
    assert result.step(10).name == "Apply output transformation"
    assert wire.sent == [
        Request("GET", "https://api.example.com/v1/forecast?latitude=52.5&unit=%C2%B0C", {}, None, 60.0)
    ]


def test_each_step_shows_what_it_produced():
    result = run(weather(), {"latitude": 1}, recorded([REPLY]))

    assert result.step(1).result == {"latitude": 1}
    assert result.step(4).result == "https://api.example.com/v1/forecast?latitude=1&unit="
    assert result.step(7).result["status"] == 200
    assert result.step(8).result == {"temperature": 12.5, "weather_code": 3}
    assert result.step(10).result == '{"temperature": 12.5, "weather_code": 3}'
    assert result.step(11).result == result.output


def test_time_is_measured_by_step():
    ticks = count()

    result = run(weather(), {"latitude": 1}, recorded([REPLY]), clock=lambda: float(next(ticks)))

    assert {step.duration_ms for step in result.steps} == {1000.0}
    assert result.duration_ms == 11_000
    assert result.to_json()["steps"][0]["durationMs"] == 1000.0


def test_input_that_breaks_its_contract_stops_the_run_with_every_reason():
    wire = Wire()

    result = run(weather(), {"latitude": "x", "unit": 5}, wire)

    assert not result.ok
    assert result.error.code is Code.INPUT
    assert "latitude" in result.error.message
    assert "unit" in result.error.message
    assert len(result.steps) == 1
    assert wire.sent == []


@pytest.mark.parametrize("value", [None, [], "text", 5])
def test_input_must_be_an_object(value):
    body = {**weather(), "contract": {"input": {"inputSchema": {}}}}

    assert run(body, value, Wire()).error.code is Code.INPUT


def test_a_default_applies_only_when_the_path_misses():
    body = weather(outputs={}, **response(defaults={"temperature": 99, "weather_code": -1}))

    missing = run(body, {"latitude": 1}, recorded([{"current_weather": {"temperature": None}}]))

    assert missing.output == {"temperature": None, "weather_code": -1}
    assert missing.step(9).result == {"weather_code": "-1"}


def test_a_value_that_is_neither_mapped_nor_defaulted_fails_in_the_platforms_words():
    body = weather(**response(template='{"systemPresence": $Presences}', map={"presence": "$.p"}))

    result = run(body, {"latitude": 1}, recorded([{"p": 1}]))

    assert result.error.message == (
        "Transform failed to process result using 'successTemplate' template due to error:"
        "'Variable $Presences has not been set at successTemplate[line 1, column 20]'\n"
        " Template:'{\"systemPresence\": $Presences}'."
    )
    assert result.steps[-1].number == 10
    assert result.error.code is Code.PROCESSING


def test_a_key_missed_by_an_underscore_is_named_in_the_step_and_in_the_error():
    body = weather(
        **response(
            map={"temperature": "current_weather.temperature", "weather_code": "current_weather.weather_code"}
        )
    )

    result = run(body, {"latitude": 1}, recorded([REPLY]))

    assert "weather_code is called weathercode" in result.step(8).warnings[0]
    assert "weather_code is called weathercode" in result.error.hint


def test_a_default_that_is_not_json_only_warns_until_it_breaks_the_output():
    unused = weather(**response(defaults={"temperature": {"$text": "n/a"}}))
    used = run(unused, {"latitude": 1}, recorded([{"current_weather": {"weathercode": 1}}]))
    not_used = run(unused, {"latitude": 1}, recorded([REPLY]))

    assert not_used.ok
    assert not_used.warnings == ()
    assert "'n/a' is not JSON" in used.step(9).warnings[0]
    assert not used.ok


def test_mapped_values_are_inserted_as_json_text():
    body = weather(
        outputs={},
        **response(
            map={"text": "$.t", "list": "$..id", "object": "$.o"},
            template='{"text": ${text}, "first": ${successTemplateUtils.firstFromArray("${list}")}, '
            '"none": ${successTemplateUtils.firstFromArray("${empty}", "$esc.quote$esc.quote")}, '
            '"object": ${object}, "as_text": "$esc.jsonString(${object})"}',
            defaults={},
        ),
    )
    body["config"]["response"]["translationMap"]["empty"] = "$.nothing[*].id"
    body["config"]["response"]["translationMapDefaults"]["empty"] = "[]"

    result = run(body, {"latitude": 1}, recorded([{"t": 'say "x"', "o": {"a": [{"id": "é"}]}}]))

    assert result.output == {
        "text": 'say "x"',
        "first": "é",
        "none": "",
        "object": {"a": [{"id": "é"}]},
        "as_text": '{"a":[{"id":"é"}]}',
    }


def test_the_output_must_keep_its_contract():
    result = run(
        weather(), {"latitude": 1}, recorded([{"current_weather": {"temperature": "warm", "weathercode": 1}}])
    )

    assert result.steps[-1].number == 11
    assert "temperature" in result.error.message
    assert result.output is None


@pytest.mark.parametrize(
    ("status", "code", "shown"),
    [
        (404, Code.REMOTE, 404),
        (500, Code.REMOTE, 500),
        (401, Code.AUTHENTICATION, 401),
        (302, Code.REMOTE, 502),
    ],
)
def test_a_reply_outside_200_to_299_fails_the_request(status, code, shown):
    result = run(weather(), {"latitude": 1}, recorded([Reply(status, body="who?")]))

    assert (result.error.code, result.error.status, result.error.remote_status) == (code, shown, status)
    assert "who?" in result.error.message
    assert result.steps[-1].number == 7
    assert result.steps[-1].result == {"status": status, "body": "who?"}


def test_silence_and_delay_are_told_apart():
    def late(_):
        raise TimeoutError

    def gone(_):
        raise ConnectionRefusedError("refused")

    assert run(weather(), {"latitude": 1}, late).error.code is Code.TIMEOUT
    assert run(weather(), {"latitude": 1}, gone).error.code is Code.REMOTE
    assert "no recorded reply is left" in run(weather(), {"latitude": 1}, recorded([])).error.message


def test_continue_gives_every_output_null_and_success():
    def late(_):
        raise TimeoutError

    body = weather(on_timeout="continue")
    handled = run(body, {"latitude": 1}, late)
    failed = run(body, {"latitude": 1}, recorded([Reply(500)]))

    assert handled.ok
    assert handled.output == {"temperature": None, "weather_code": None}
    assert handled.handled.code is Code.TIMEOUT
    assert not failed.ok
    assert run(weather(on_error="continue"), {"latitude": 1}, recorded([Reply(500)])).ok
    assert not run(weather(on_error="continue"), {}, recorded([])).ok


def test_a_definition_of_the_guides_gives_null_for_a_missing_path_and_fails_if_it_is_required():
    definition = {
        "name": "W",
        "inputs": [{"name": "q", "type": "string"}],
        "outputs": [{"name": "a", "type": "number"}, {"name": "b", "type": "string", "required": True}],
        "integration": {"url": "https://x.example/{{q}}", "method": "GET"},
        "responseMapping": {"a": "{{x.weather_code}}", "b": '{{response["key with space"]}}'},
    }

    found = run(from_guides(definition), {"q": "a b"}, recorded([{"key with space": "here"}]))
    lost = run(from_guides(definition), {}, recorded([{"x": {"weathercode": 1}}]))

    assert found.output == {"a": None, "b": "here"}
    assert found.step(4).result == "https://x.example/a%20b"
    assert not lost.ok
    assert lost.steps[-1].number == 11
    assert "weather_code is called weathercode" in lost.error.hint


def test_an_empty_reply_counts_as_an_empty_object():
    body = weather(outputs={}, response={})

    assert run(body, {"latitude": 1}, recorded([Reply(204)])).output == {}


def test_a_reply_that_is_not_json_fails_only_where_it_is_mapped():
    page = Reply(body="<html>")

    mapped = run(weather(), {"latitude": 1}, recorded([page]))
    quoted = run(
        weather(outputs={}, response={"template": '"$esc.jsonString(${rawResult})"'}),
        {"latitude": 1},
        recorded([page]),
    )

    assert mapped.steps[-1].number == 8
    assert quoted.error is None or quoted.steps[-1].number == 11
    assert quoted.step(10).ok


@pytest.mark.parametrize("text", ["NaN", '{"a": Infinity}', "[" * 100_000, "1" * 10_000, "{'a': 1}", ""])
def test_hostile_replies_end_in_an_error_and_never_in_an_exception(text):
    body = weather(outputs={}, contract={"output": {}}, response={"template": '{"a": ${rawResult}'})

    assert not run(body, {"latitude": 1}, recorded([Reply(body=text)])).ok


def test_text_behind_the_json_is_ignored_with_a_warning():
    body = weather(**response(template='{"temperature": ${temperature}, "weather_code": ${weather_code}}}'))

    result = run(body, {"latitude": 1}, recorded([REPLY]))

    assert result.ok
    assert "follows the JSON" in result.warnings[0]


def test_a_body_is_sent_with_its_type_and_a_get_has_none():
    body = weather(
        request={"method": "POST", "url": "/api/v2/x", "body": {"lat": "{{latitude}}"}, "timeout": 7}
    )
    wire = Wire(REPLY)

    run(body, {"latitude": 1}, wire, base_url="https://api.example.com")

    assert wire.sent[0] == Request(
        "POST",
        "https://api.example.com/api/v2/x",
        {"Content-Type": "application/json"},
        '{\n  "lat": 1\n}',
        7.0,
    )


def test_the_whole_input_is_the_body_where_none_is_given():
    wire = Wire(REPLY)

    run(weather(request="POST /api/v2/x"), {"latitude": 1, "unit": "é"}, wire)

    assert wire.sent[0].body == '{"latitude":1,"unit":"é"}'


@pytest.mark.parametrize("value", ["a b", "a\r\nHost: x", "a\x00b"])
def test_a_url_that_would_break_is_not_sent(value):
    body = weather(request="GET https://x.example/${input.unit}")
    wire = Wire()

    result = run(body, {"latitude": 1, "unit": value}, wire)

    assert result.error.code is Code.SUBSTITUTION
    assert "esc.url" in result.error.hint
    assert wire.sent == []


def test_a_header_that_would_break_is_not_sent():
    body = weather(request={"url": "https://x.example/", "headers": {"X-Unit": "{{unit}}"}})

    result = run(body, {"latitude": 1, "unit": "a\r\nX-Evil: 1"}, Wire())

    assert result.steps[-1].number == 5
    assert result.error.code is Code.SUBSTITUTION


def test_a_part_that_does_not_compile_fails_the_step_that_needs_it():
    path = run(
        weather(**response(map={"temperature": "$.a[?(", "weather_code": "b"})),
        {"latitude": 1},
        recorded([REPLY]),
    )
    template = run(weather(request="GET https://x.example/#if(1)"), {"latitude": 1}, Wire())
    schema = run(weather(contract={"output": {"type": "strng"}}), {"latitude": 1}, recorded([REPLY]))

    assert (path.steps[-1].number, template.steps[-1].number, schema.steps[-1].number) == (8, 4, 11)


@pytest.mark.parametrize(
    "body",
    [
        {"config": []},
        {"config": {"request": {"headers": {"a": 1}}}},
        {"contract": {"input": {"inputSchema": 5}}},
    ],
)
def test_what_is_no_data_action_is_refused(body):
    with pytest.raises(InvalidInput, match="must be"):
        run(body, {}, recorded([]))


def test_equal_bodies_share_what_was_compiled():
    assert prepare(weather()) is prepare(weather())
    assert not prepare({**weather(), "actionType": "static"}).editable


@pytest.mark.parametrize(
    ("url", "reply", "mapping", "output"),
    [
        ("arn:aws:lambda:us-east-1:1:function:f", {"slots": [1, 2]}, "$.slots", [1, 2]),
        (
            '/services/data/v54.0/search/?q=$esc.url("FIND {$salesforce.escReserved(${input.unit})} IN PHONE FIELDS")',
            {"searchRecords": [{"Name": "Ada"}]},
            "$.searchRecords",
            [{"Name": "Ada"}],
        ),
        (
            '/api/data/v8.1/leads?${esc.dollar}filter=$esc.url($msdynamics.phoneNumberFilter("$input.unit", ["a", "b"]))',
            {"value": [{"leadid": "1"}]},
            "$.value",
            [{"leadid": "1"}],
        ),
        ("/api/v2/tickets.json", {"ticket": {"id": 5}}, "$.ticket", {"id": 5}),
    ],
)
def test_integrations_of_other_vendors_are_rendered_and_mapped(url, reply, mapping, output):
    body = weather(
        request={"method": "GET", "url": url},
        outputs=None,
        contract={"output": {}},
        **response(map={"found": mapping}, template="${found}"),
    )
    wire = Wire(reply)

    result = run(body, {"latitude": 1, "unit": "+49-30"}, wire)

    assert result.output == output
    assert wire.sent[0].url.startswith(("arn:", "/"))
    assert " " not in wire.sent[0].url


def test_a_function_action_runs_like_any_other():
    body = {**weather(), "integrationType": "function-data-actions"}

    assert run(body, {"latitude": 1}, recorded([REPLY])).ok


def test_the_platforms_answer_to_a_test_is_made_of_the_steps():
    good = execution_result(run(weather(), {"latitude": 1}, recorded([REPLY])), "id-1")
    bad = execution_result(run(weather(), {"latitude": 1}, recorded([Reply(500)])), "id-2")

    assert good["success"] is True
    assert good["finalResult"] == {"temperature": 12.5, "weather_code": 3}
    assert good["operations"][9]["step"] == 10
    assert bad["success"] is False
    assert "finalResult" not in bad
    assert bad["error"]["contextId"] == "id-2"
    assert bad["operations"][-1]["error"]["details"] == [{"errorCode": "ACTION.ENDPOINT"}]


def test_an_error_has_the_shapes_that_callers_and_flows_see():
    error = run(weather(), {}, recorded([])).error

    assert error_body(error, "c").keys() == {
        "message",
        "code",
        "status",
        "messageParams",
        "contextId",
        "details",
        "errors",
    }
    assert flow_error(error, "c")["userMessage"] == error.message
    assert json.loads(json.dumps(error.to_json()))["code"] == "invalid.schema"


_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_inputs = st.fixed_dictionaries(
    {"s": _text, "n": st.integers(-9, 9), "b": st.booleans()}, optional={"o": _text, "p": st.integers()}
)
_SCHEMA = {
    "properties": {
        "s": {"type": "string"},
        "n": {"type": "integer"},
        "b": {"type": "boolean"},
        "o": {"type": "string"},
        "p": {"type": "integer"},
    },
    "required": ["s", "n", "b"],
}


@given(_inputs)
@settings(max_examples=100, deadline=None)
def test_compiled_to_velocity_a_placeholder_renders_the_same(inputs):
    url = "https://x.example/{{s}}.json?n={{n}}&b={{b}}&o={{o}}&p={{p}}&$top=1#x"
    body = '{"s": {{s}}, "t": "<{{s}}>", "n": {{n}}, "b": {{b}}, "o": {{o}}, "p": {{p}}, "q": "{{o}}$x #if("}'
    context = {"input": inputs}

    assert body_place(body, {}) is Place.JSON
    assert render(to_velocity(url, Place.URL, _SCHEMA, plain=True), context) == render_url(url, inputs)
    velocity = render(to_velocity(body, Place.JSON, _SCHEMA, plain=True), context)
    assert json.loads(velocity) == json.loads(render_body(body, inputs))


@pytest.mark.corpus
@needs_shared
def test_every_real_action_runs_on_sample_values_and_never_raises():
    files = sorted(shared("corpus", "data_actions").glob("*.json"))
    worked = 0
    for file in files:
        body = from_vendor(json.loads(file.read_text("utf-8")))
        given = sample(body["contract"]["input"]["inputSchema"])
        reply = sample(body["contract"]["output"].get("successSchema", {}))

        result = run(body, given, recorded([reply]))

        worked += result.ok
        assert result.steps[0].ok or "pattern" in file.read_text("utf-8"), file.name
        assert result.ok or result.error.message, file.name
    assert worked > len(files) // 3
