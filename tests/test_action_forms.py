"""The three forms of a data action and the way between them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.shared import needs_shared, shared
from trunkline.domain.action import (
    Form,
    compile_friendly,
    compile_guides,
    form,
    from_guides,
    from_vendor,
    is_static,
    strip_export_suffix,
    to_export,
    to_friendly,
    to_guides,
)
from trunkline.domain.action.friendly import editor_schema
from trunkline.domain.action.guides import check
from trunkline.domain.action.placeholder import Place, from_jsonpath, parse_path, to_jsonpath, to_velocity
from trunkline.domain.json import get, walk
from trunkline.domain.kinds import DATA_ACTION, KINDS
from trunkline.engine.contract import violations

WEATHER = {
    "name": "Get Current Weather Data",
    "inputs": {"latitude": "number!", "longitude": "number!", "unit": "string"},
    "outputs": {"temperature": "number", "weather_code": "integer"},
    "request": "GET https://api.example.com/v1/forecast?latitude={{latitude}}&unit={{unit}}",
    "response": {
        "map": {"temperature": "current_weather.temperature", "weather_code": "current_weather.weathercode"},
        "defaults": {"temperature": 0},
    },
}

DEFINITION = {
    "name": "Get Current Weather Data",
    "description": "Weather at a place",
    "type": "rest",
    "inputs": [
        {"name": "latitude", "type": "number", "required": True, "description": "Degrees north"},
        {"name": "note", "type": "string"},
    ],
    "outputs": [{"name": "temperature", "type": "number"}, {"name": "wind.speed", "type": "number"}],
    "integration": {
        "url": "https://api.example.com/v1/forecast?latitude={{latitude}}&$top=1",
        "method": "POST",
        "headers": {"X-Note": "{{note}}"},
        "body": '{"at": {{latitude}}, "note": "{{note}}", "free": {{note}}}',
        "timeout": 10,
    },
    "responseMapping": {
        "temperature": "{{current_weather.temperature}}",
        "wind.speed": '{{current["wind speed"][0]}}',
    },
    "errorHandling": {"onError": "CONTINUE", "onTimeout": "FAIL"},
}


def test_a_short_document_compiles_to_the_exported_form():
    compiled = compile_friendly(WEATHER)

    assert compiled.faults == ()
    request = compiled.body["config"]["request"]
    assert request == {
        "requestUrlTemplate": "https://api.example.com/v1/forecast"
        "?latitude=$esc.uriEncode(${input.latitude})&unit=$!esc.uriEncode(${input.unit})",
        "requestType": "GET",
        "headers": {},
        "requestTemplate": "${input.rawRequest}",
    }
    assert compiled.body["config"]["response"] == {
        "translationMap": {
            "temperature": "$.current_weather.temperature",
            "weather_code": "$.current_weather.weathercode",
        },
        "translationMapDefaults": {"temperature": "0"},
        "successTemplate": '{"temperature": ${temperature}, "weather_code": ${weather_code}}',
    }
    assert compiled.body["contract"]["input"]["inputSchema"]["required"] == ["latitude", "longitude"]
    assert compiled.body["integrationType"] == "custom-rest-actions"
    assert compiled.body["secure"] is False


def test_every_fault_is_told_at_once_with_its_path_and_a_hint():
    compiled = compile_friendly(
        {
            "nmae": "x",
            "secure": "yes",
            "inputs": {"a": "text", "b": {"type": "string", "required": True}},
            "request": {"url": "https://x.example/{{c}}", "method": "FETCH", "timeout": "10"},
            "response": {"map": {"d": 5}, "defaults": {"e": 1}},
            "on_error": "ignore",
        }
    )

    told = {fault.path: fault for fault in compiled.faults}
    assert told.keys() == {
        ("nmae",),
        ("name",),
        ("secure",),
        ("inputs", "a"),
        ("request", "url"),
        ("request", "method"),
        ("request", "timeout"),
        ("response", "map", "d"),
        ("response", "defaults", "e"),
        ("on_error",),
    }
    assert told["nmae",].hint == "did you mean name?"
    assert "c" in told["request", "url"].message


@pytest.mark.parametrize("document", [None, [], "text", 5, {}, {"request": []}, {"inputs": [1], "name": {}}])
def test_a_document_of_any_shape_gives_faults_and_never_an_error(document):
    assert compile_friendly(document).faults


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("nmae",), "x"),
        (("inputs", "latitude"), "text"),
        (("request", "url"), None),
        (("request", "hedaers"), {}),
        (("response", "map", "temperature"), 5),
        (("secure",), "yes"),
    ],
)
def test_an_editor_sees_the_faults_of_shape_that_the_compiler_sees(path, value):
    document = json.loads(json.dumps({**WEATHER, "request": {"url": "/api/v2/x"}}))
    node = document
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value

    assert compile_friendly(document).faults
    assert violations(editor_schema(), document)


def test_paths_in_the_body_lead_back_to_the_lines_they_were_written_on():
    compiled = compile_friendly(WEATHER)

    assert compiled.origin(("config", "request", "requestUrlTemplate")) == ("request",)
    assert compiled.origin(("config", "response", "translationMap", "weather_code")) == (
        "response",
        "map",
        "weather_code",
    )
    assert compiled.origin(("config", "response", "successTemplate")) == ("response",)
    assert compiled.origin(("contract", "input", "inputSchema", "properties", "unit", "type")) == (
        "inputs",
        "unit",
    )
    assert compiled.origin(("secure",)) == ()


def test_fields_can_be_put_into_a_schema_given_around_them():
    mixed = compile_friendly(
        {**WEATHER, "contract": {"input": {"title": "In", "additionalProperties": None}}}
    )

    schema = mixed.body["contract"]["input"]["inputSchema"]
    assert schema["title"] == "In"
    assert "additionalProperties" not in schema
    assert list(schema["properties"]) == ["latitude", "longitude", "unit"]


def test_a_contract_without_fields_is_taken_exactly_as_it_is():
    schema = {"type": "array", "items": {"type": "string"}}
    document = {key: value for key, value in WEATHER.items() if key != "outputs"}

    compiled = compile_friendly({**document, "contract": {"output": schema}})

    assert compiled.body["contract"]["output"]["successSchema"] == schema


def test_lists_required_marks_and_constraints_are_short_to_write():
    compiled = compile_friendly(
        {**WEATHER, "inputs": {"latitude": {"type": "number!", "minimum": -90}, "unit": "string[]!"}}
    )

    schema = compiled.body["contract"]["input"]["inputSchema"]
    assert schema["properties"] == {
        "latitude": {"type": "number", "minimum": -90},
        "unit": {"type": "array", "items": {"type": "string"}},
    }
    assert schema["required"] == ["latitude", "unit"]


def test_a_body_written_as_a_structure_keeps_the_types_of_its_inputs():
    compiled = compile_friendly(
        {
            **WEATHER,
            "request": {
                "url": "/api/v2/x",
                "body": {"lat": "{{latitude}}", "text": "at {{latitude}}", "list": ["{{unit}}"]},
            },
        }
    )

    request = compiled.body["config"]["request"]
    assert request["requestType"] == "POST"
    assert request["requestTemplate"] == (
        '{\n  "lat": ${input.latitude},\n  "text": "at $esc.jsonString(${input.latitude})",\n'
        '  "list": [\n    #if($input.unit || $input.unit == "")"$esc.jsonString(${input.unit})"'
        "#{else}null#{end}\n  ]\n}"
    )
    assert compiled.body["integrationType"] == "purecloud-data-actions"


def test_what_is_vendor_language_stays_as_it_is_written():
    document = {
        **WEATHER,
        "request": {"method": "GET", "url": "/api/v2/users/${input.unit}?q=$esc.url(${input.unit})"},
        "response": {
            "map": {"temperature": "$.e[?(@.x=='y')].id", "weather_code": "['participants'][0]"},
            "template": '{"temperature": ${successTemplateUtils.firstFromArray("${temperature}")}}',
        },
    }

    compiled = compile_friendly(document)

    assert compiled.faults == ()
    assert compiled.body["config"]["request"]["requestUrlTemplate"] == document["request"]["url"]
    assert compiled.body["config"]["response"]["translationMap"] == document["response"]["map"]
    assert compiled.body["config"]["response"]["successTemplate"] == document["response"]["template"]


def test_the_friendly_form_of_a_body_compiles_to_that_body_again():
    body = compile_friendly({**WEATHER, "on_timeout": "continue", "integration": "Weather API"}).body

    document, lost = to_friendly(body)

    assert lost == ()
    assert compile_friendly(document).body == body
    assert document["response"]["map"]["temperature"] == "current_weather.temperature"
    assert "template" not in document["response"]


def test_what_the_friendly_form_cannot_hold_is_named_with_its_path():
    body = compile_friendly(WEATHER).body
    body["unheardOf"] = {"a": 1}
    body["config"]["request"]["requestTemplateUri"] = "/x"

    lost = to_friendly(body).lost

    assert [each.path for each in lost] == [("config", "request", "requestTemplateUri"), ("unheardOf",)]


def test_defaults_that_are_not_json_survive_the_friendly_form():
    body = compile_friendly(WEATHER).body
    body["config"]["response"]["translationMapDefaults"] = {
        "temperature": "Not Found",
        "weather_code": "[ 1 ]",
    }

    document, lost = to_friendly(body)

    assert lost == ()
    assert document["response"]["defaults"] == {
        "temperature": {"$text": "Not Found"},
        "weather_code": {"$text": "[ 1 ]"},
    }


_names = st.from_regex(r"[a-z][a-zA-Z0-9_]{0,8}", fullmatch=True)
_fields = st.dictionaries(
    _names,
    st.one_of(
        st.sampled_from([{"type": "string"}, {"type": "array", "items": {"type": "number"}}]),
        st.fixed_dictionaries({"type": st.just("string"), "description": st.text(max_size=5)}),
        st.fixed_dictionaries(
            {"type": st.just("object"), "required": st.just(["x"]), "properties": st.just({"x": {}})}
        ),
    ),
    max_size=4,
)


@given(
    properties=_fields,
    required=st.booleans(),
    extra=st.sampled_from([{}, {"title": "T"}, {"additionalProperties": False}]),
    default=st.text(max_size=6),
    path=st.text("$.[]'ab0 ", max_size=8),
)
@settings(max_examples=100, deadline=None)
def test_any_contract_default_and_path_survive_the_friendly_form(properties, required, extra, default, path):
    body = compile_friendly(WEATHER).body
    schema = {"type": "object", "properties": properties, **extra}
    if required and properties:
        schema["required"] = list(properties)
    body["contract"]["input"]["inputSchema"] = schema
    body["config"]["response"]["translationMapDefaults"] = {"temperature": default}
    body["config"]["response"]["translationMap"] = {"temperature": path}

    document, lost = to_friendly(body)

    changed = {each.path for each in lost}
    assert changed <= {("config", "response", "translationMap", "temperature")}
    assert compile_friendly(document).body["contract"] == body["contract"]


def test_the_suffix_of_an_exported_file_goes_and_that_of_a_live_action_stays():
    exported = {"name": "X - Exported 2021-10-22 @ 14:08", "config": {"request": {}}, "contract": {}}

    assert strip_export_suffix(exported["name"]) == "X"
    assert from_vendor(exported)["name"] == "X"
    assert from_vendor({**exported, "id": "custom_-_1"})["name"] == exported["name"]
    assert strip_export_suffix("Exported - X") == "Exported - X"


def test_the_forms_of_the_vendor_are_told_apart():
    exported = {"name": "X", "config": {"request": {}}, "contract": {}}

    assert form(exported) is Form.EXPORT
    assert form({**exported, "integrationId": "i", "category": "c"}) is Form.POST
    assert form({**exported, "id": "custom_-_1", "version": 1}) is Form.ANSWER
    assert form(WEATHER) is None
    assert form([]) is None
    assert is_static({"actionType": "static"})
    assert is_static({"id": "static-1"})
    assert not is_static({"id": "custom_-_1"})


def test_the_exported_form_says_what_it_does_not_hold():
    body = from_guides(DEFINITION)

    document, lost = to_export(body)

    assert document.keys() == {"name", "integrationType", "actionType", "config", "contract", "secure"}
    assert [each.path for each in lost] == [("description",), ("errorHandling",)]


def test_a_definition_of_the_guides_survives_the_canonical_body():
    definition, lost = to_guides(from_guides(DEFINITION))

    assert lost == ()
    assert definition == DEFINITION
    assert check(definition) == ()


def test_a_bracket_where_a_dot_would_do_is_accepted_with_a_hint():
    mapping = {"temperature": "{{current_weather['temperature']}}", "wind.speed": '{{a["b c"]}}'}

    compiled = compile_guides({**DEFINITION, "responseMapping": mapping})

    assert compiled.faults == ()
    assert [(each.path, each.hint) for each in compiled.hints] == [
        (("responseMapping", "temperature"), "write {{current_weather.temperature}}")
    ]


def test_paths_in_the_body_lead_back_into_the_definition():
    compiled = compile_guides(DEFINITION)

    assert compiled.faults == ()
    assert compiled.origin(("config", "request", "headers", "X-Note")) == ("integration", "headers", "X-Note")
    assert compiled.origin(("config", "response", "translationMap", "wind_speed")) == (
        "responseMapping",
        "wind.speed",
    )
    assert compiled.origin(("contract", "input", "inputSchema", "properties", "note", "type")) == (
        "inputs",
        1,
    )
    assert compile_guides({"name": ""}).faults


def test_a_definition_compiles_to_the_vendors_languages():
    body = from_guides(DEFINITION)

    request = body["config"]["request"]
    assert request["requestUrlTemplate"].endswith(
        "latitude=$esc.uriEncode(${input.latitude})&${esc.dollar}top=1"
    )
    assert '"at": ${input.latitude}, "note": "$!esc.jsonString(${input.note})"' in request["requestTemplate"]
    assert body["config"]["response"]["translationMap"] == {
        "temperature": "$.current_weather.temperature",
        "wind_speed": "$.current['wind speed'][0]",
    }
    assert body["config"]["response"]["translationMapDefaults"] == {
        "temperature": "null",
        "wind_speed": "null",
    }
    assert (
        body["config"]["response"]["successTemplate"]
        == '{"temperature": ${temperature}, "wind.speed": ${wind_speed}}'
    )


def test_what_the_guides_cannot_express_is_listed():
    body = compile_friendly(
        {
            **WEATHER,
            "inputs": {"latitude": "number[]", "unit": "string"},
            "request": {"method": "POST", "url": "/api/v2/x?u=${input.unit}"},
            "response": {
                "map": {"temperature": "$..temperature", "weather_code": "a.b"},
                "defaults": {"weather_code": 1},
            },
            "secure": True,
        }
    ).body

    definition, lost = to_guides(body)

    assert {each.path for each in lost} == {
        ("contract", "input", "inputSchema", "properties", "latitude"),
        ("config", "request", "requestUrlTemplate"),
        ("config", "request", "requestTemplate"),
        ("config", "response", "translationMap", "temperature"),
        ("config", "response", "translationMapDefaults", "weather_code"),
        ("secure",),
    }
    assert definition["responseMapping"] == {"weather_code": "{{a.b}}"}


def test_faults_of_a_definition_are_told_all_at_once():
    faults = check(
        {
            **DEFINITION,
            "inputs": [{"name": "latitude", "type": "text"}, {"type": "string"}, {"name": "latitude"}],
            "integration": {"url": "https://x.example/{{lat itude}}/{{nope}}/{{", "timeout": "5"},
            "responseMapping": {"temperature": "{{a..b}}", "other": "a.b"},
            "errorHandling": {"onError": "RETRY"},
        }
    )

    places = [fault.path for fault in faults]
    assert places.count(("integration", "url")) == 3
    assert set(places) >= {
        ("inputs", 0, "type"),
        ("inputs", 1, "name"),
        ("inputs", 2, "name"),
        ("integration", "timeout"),
        ("responseMapping", "temperature"),
        ("responseMapping", "other"),
        ("responseMapping",),
        ("errorHandling", "onError"),
    }


@pytest.mark.parametrize(
    ("text", "steps", "jsonpath"),
    [
        ("a.b.c", ("a", "b", "c"), "$.a.b.c"),
        ("{{ a['x'][0] }}", ("a", "x", 0), "$.a.x[0]"),
        ('response["key with space"]', ("response", "key with space"), "$.response['key with space']"),
        ('{{["it\'s"]}}', ("it's",), "$['it\\'s']"),
        ("a.Build-Version", ("a", "Build-Version"), "$.a.Build-Version"),
    ],
)
def test_a_walk_through_the_reply_becomes_a_jsonpath_and_back(text, steps, jsonpath):
    assert parse_path(text) == steps
    assert to_jsonpath(steps) == jsonpath
    assert from_jsonpath(jsonpath) == steps


@pytest.mark.parametrize("text", ["", "{{}}", "a..b", ".a", "a.", "a[b]", "a b", "a['x", "$.a", "a[*]"])
def test_what_is_no_walk_is_refused(text):
    with pytest.raises(ValueError, match="column|empty"):
        parse_path(text)


@pytest.mark.parametrize("expression", ["$", "$..a", "$.a[*]", "$.a[?(@.b)]", "a.b", "$.a.size()", "$$.id"])
def test_an_indefinite_expression_is_no_walk(expression):
    assert from_jsonpath(expression) is None


def test_a_call_before_a_dot_keeps_the_dot_as_text():
    assert (
        to_velocity("/x/{{id}}.json", Place.URL, {"required": ["id"]})
        == "/x/${esc.uriEncode(${input.id})}.json"
    )


def test_the_kind_declares_what_a_plan_must_know():
    assert KINDS["data_action"] is DATA_ACTION
    normal = DATA_ACTION.normalise
    assert normal is not None
    body = compile_friendly(WEATHER).body
    same_thing = {**body, "errorHandling": {"onError": "FAIL", "onTimeout": "FAIL"}, "category": None}
    assert normal(same_thing) == normal(body)
    lower = json.loads(json.dumps(body).replace('"GET"', '"get"'))
    assert normal(lower) == normal(body)


@pytest.mark.corpus
@needs_shared
def test_every_real_action_survives_the_friendly_form():
    files = sorted(shared("corpus", "data_actions").glob("*.json"))
    assert files
    for file in files:
        body = from_vendor(json.loads(file.read_text("utf-8")))
        document, lost = to_friendly(body)
        compiled = compile_friendly(document)

        assert lost == (), file.name
        assert compiled.faults == (), file.name
        assert compiled.body.keys() - body.keys() <= {"secure"}, file.name
        assert violations(editor_schema(), document) == (), file.name


@pytest.mark.corpus
@needs_shared
def test_every_real_action_has_a_form_of_the_guides_that_says_what_is_lost():
    for file in sorted(shared("corpus", "data_actions").glob("*.json")):
        body = from_vendor(json.loads(file.read_text("utf-8")))
        definition, lost = to_guides(body)
        again = from_guides(definition)

        told = {each.path for each in lost}
        for path, template in walk(body["config"]["request"], ("config", "request")):
            if isinstance(template, str) and get(again, path) != template:
                assert path in told, f"{file.name}: {path}"
