"""The guides' `{{…}}`: rendering by place, and walks through a reply."""

from __future__ import annotations

import json
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trunkline.engine.template import lookup, near_miss, render_body, render_headers, render_url

WEATHER = {"current_weather": {"temperature": 12.5, "weathercode": 3, "list": [{"a b": None}]}}


def test_a_value_in_a_url_is_percent_encoded():
    url = render_url("https://x.example/{{city}}?q={{ q }}&n={{n}}", {"city": "a/b", "q": "ü &", "n": 1.5})

    assert url == "https://x.example/a%2Fb?q=%C3%BC%20%26&n=1.5"


def test_a_missing_input_is_empty_in_a_url_and_null_in_json():
    assert render_url("/x?a={{a}}", {}) == "/x?a="
    assert render_body('{"a": {{a}}, "b": "{{b}}"}', {}) == '{"a": null, "b": ""}'


def test_a_value_in_a_json_body_keeps_its_type_and_cannot_leave_its_string():
    body = render_body(
        '{"n": {{n}}, "t": {{t}}, "q": "say {{t}}", "o": {{o}}}', {"n": 2, "t": 'a"b\n', "o": {"x": [True]}}
    )

    assert json.loads(body) == {"n": 2, "t": 'a"b\n', "q": 'say a"b\n', "o": {"x": [True]}}


def test_the_content_type_decides_how_a_body_is_encoded():
    form = {"content-type": "application/x-www-form-urlencoded"}

    assert render_body("a={{a}}", {"a": "x&y"}, form) == "a=x%26y"
    assert render_body("{{a}}", {"a": "x&y"}) == "x&y"
    assert render_body("{{a}}", {"a": "x"}, {"Content-Type": "application/json"}) == '"x"'


def test_a_header_cannot_be_broken_into_two():
    assert render_headers({"X-Id": "{{a.b}}"}, {"a": {"b": 5}}) == {"X-Id": "5"}
    with pytest.raises(ValueError, match="X-Id"):
        render_headers({"X-Id": "{{a}}"}, {"a": "1\r\nX-Other: 2"})


@given(st.text(max_size=20))
@settings(max_examples=100, deadline=None)
def test_any_text_survives_a_url_and_a_json_string(text):
    if any(0xD800 <= ord(letter) <= 0xDFFF for letter in text):
        return

    assert unquote(render_url("{{a}}", {"a": text})) == text
    assert json.loads(render_body('{"a": "{{a}}", "b": [{{a}}]}', {"a": text})) == {"a": text, "b": [text]}


@pytest.mark.parametrize(
    ("mapping", "value"),
    [
        ("{{current_weather.temperature}}", 12.5),
        ("{{ current_weather['temperature'] }}", 12.5),
        ('{{current_weather.list[0]["a b"]}}', None),
        ("{{current_weather.list[-1]}}", {"a b": None}),
        ('{{response["current_weather"]}}', WEATHER["current_weather"]),
    ],
)
def test_a_mapping_walks_through_the_reply(mapping, value):
    found = lookup(WEATHER, mapping)

    assert found.found
    assert found.value == value


def test_response_is_a_key_like_any_other_where_the_reply_has_one():
    assert lookup({"response": {"a b": 1}, "a b": 2}, '{{response["a b"]}}').value == 1
    assert lookup({"a b": 2}, '{{response["a b"]}}').value == 2


@pytest.mark.parametrize("mapping", ["{{current_weather.nope}}", "{{current_weather.list[7]}}", "{{a.b}}"])
def test_a_missing_path_gives_null_and_says_that_it_missed(mapping):
    found = lookup(WEATHER, mapping)

    assert (found.value, found.found) == (None, False)


def test_a_key_missed_only_by_case_or_underscore_is_named():
    assert lookup(WEATHER, "{{current_weather.weather_code}}").hint == (
        "the reply has current_weather.weathercode: weather_code is called weathercode"
    )
    assert "current_weather.temperature" in (near_miss(WEATHER, ("CurrentWeather", "Temperature")) or "")
    assert near_miss(WEATHER, ("current_weather", "humidity")) is None
    assert near_miss({"a_b": 1, "A-B": 2}, ("ab",)) is None


def test_a_bracket_where_a_dot_would_do_gets_a_hint():
    assert lookup(WEATHER, "{{current_weather['temperature']}}").hint == (
        "a dot will do: {{current_weather.temperature}}"
    )
    assert lookup(WEATHER, "{{current_weather.temperature}}").hint is None
