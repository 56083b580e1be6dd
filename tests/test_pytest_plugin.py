"""The pytest plugin, used as a project's own suite uses it."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.cli import trunkline

SUITE = """
import trunkline


def test_an_action_runs_on_a_recorded_reply(run_action):
    reply = {"current_weather": {"temperature": 18.4, "windspeed": 1, "weathercode": 3}}
    run = run_action("Get Local Weather", {"latitude": 52.5, "longitude": 13.4}, reply=reply)
    assert run.output == {"temperature": 18.4, "windspeed": 1, "weather_code": 3}


def test_the_project_applies_to_a_fresh_org(org):
    project = trunkline.Project.open()
    plan = project.plan(org)
    assert [outcome.status for outcome in project.apply(org, plan)] == ["done"]
    assert not project.plan(org).differs
"""


def test_a_projects_own_suite_uses_the_fixtures(tmp_path):
    folder = tmp_path / "acme"
    assert trunkline("init", folder).code == 0
    (folder / "test_acme.py").write_text(SUITE)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("TRUNKLINE_", "PYTEST_"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert "2 passed" in done.stdout, done.stdout + done.stderr
