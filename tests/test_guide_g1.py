"""Chapter G1 as it is written: create, publish, verify the weather action, from a script and by CLI."""

from __future__ import annotations

import json

import pytest

import trunkline
from tests.cli import trunkline as command
from trunkline.errors import Conflict, InvalidInput

WEATHER = {
    "name": "Get Current Weather Data",
    "description": "Current weather at a place",
    "type": "rest",
    "status": "DRAFT",
    "inputs": [
        {"name": "latitude", "type": "number", "required": True},
        {"name": "longitude", "type": "number", "required": True},
    ],
    "outputs": [
        {"name": "temperature", "type": "number"},
        {"name": "windspeed", "type": "number"},
        {"name": "weather_code", "type": "integer"},
    ],
    "integration": {
        "url": "https://api.open-meteo.com/v1/forecast?latitude={{latitude}}&longitude={{longitude}}&current_weather=true",
        "method": "GET",
        "headers": {},
        "timeout": 10,
    },
    "responseMapping": {
        "temperature": "{{current_weather.temperature}}",
        "windspeed": "{{current_weather.windspeed}}",
        "weather_code": "{{current_weather.weathercode}}",
    },
    "errorHandling": {"onError": "FAIL", "onTimeout": "FAIL"},
}
REPLY = {"current_weather": {"temperature": 18.4, "windspeed": 11.2, "winddirection": 240, "weathercode": 3}}
BERLIN = {"latitude": 52.52, "longitude": 13.41}


@pytest.fixture
def environment(tmp_path, monkeypatch, emulator):
    org = emulator.create_org("guide")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRUNKLINE_CONFIG_DIR", str(tmp_path / "config"))
    for name, value in {
        "CLOUD": "genesys",
        "URL": emulator.url,
        "CLIENT_ID": org.client_id,
        "CLIENT_SECRET": org.client_secret,
        "SURFACE": "guides",
    }.items():
        monkeypatch.setenv(f"TRUNKLINE_{name}", value)
    return org


def test_a_ten_line_script_creates_publishes_and_verifies(environment):
    with trunkline.connect() as org:
        action = org.create_action(WEATHER)
        published = org.publish_action(action)
        run = org.verify_action(action, BERLIN, replies=[REPLY])
    assert published["status"] == "PUBLISHED"
    assert run.output == {"temperature": 18.4, "windspeed": 11.2, "weather_code": 3}


def test_a_second_create_is_a_conflict_with_the_reason(environment, tmp_path):
    (tmp_path / "weather.json").write_text(json.dumps(WEATHER))
    assert command("action", "create", "weather.json").code == 0
    again = command("action", "create", "weather.json")
    assert again.code == 1
    assert "Get Current Weather Data" in again.err
    with trunkline.connect() as org, pytest.raises(Conflict):
        org.create_action(WEATHER)


def test_by_command_line(environment, tmp_path):
    (tmp_path / "weather.json").write_text(json.dumps(WEATHER))
    (tmp_path / "reply.json").write_text(json.dumps(REPLY))
    created = json.loads(command("action", "create", "weather.json", "-o", "json").out)
    assert created["status"] == "DRAFT"
    published = command("action", "publish", "Get Current Weather Data")
    assert published.code == 0, published.text
    verified = command(
        "action", "verify", "Get Current Weather Data", "-s", "latitude=52.52", "-s", "longitude=13.41",
        "--reply", "reply.json", "-o", "json",
    )  # fmt: skip
    assert json.loads(verified.out)["output"] == {"temperature": 18.4, "windspeed": 11.2, "weather_code": 3}
    again = command("action", "publish", "Get Current Weather Data")
    assert again.code == 1
    assert "change" in again.err


def test_a_mapping_that_misses_by_a_letter_names_the_key_that_was_meant(environment):
    mapping = {**WEATHER["responseMapping"], "weather_code": "{{current_weather.weather_code}}"}
    with trunkline.connect() as org:
        action = org.create_action({**WEATHER, "responseMapping": mapping})
        org.publish_action(action)
        run = org.verify_action(action, BERLIN, replies=[REPLY])
    assert "weathercode" in json.dumps(run.to_json())


def test_every_fault_of_a_definition_is_told_and_nothing_is_sent(environment, tmp_path):
    wrong = {
        **WEATHER,
        "integration": {"url": "https://x.example/{{lat}}", "method": "FETCH"},
        "outputs": [{"name": 7}],
    }
    with trunkline.connect() as org, pytest.raises(InvalidInput) as caught:
        org.create_action(wrong)
    assert len(caught.value.faults) >= 3
    (tmp_path / "wrong.json").write_text(json.dumps(wrong, indent=1))
    done = command("action", "create", "wrong.json")
    assert done.code == 1
    assert "wrong.json:" in done.err
