"""A pytest plugin: test against the emulator, and run data actions, from any project's own suite.

def test_the_weather_reaches_the_greeting(run_action):
    run = run_action("Get Local Weather", {"latitude": 52.5, "longitude": 13.4}, reply={"current_weather": …})
    assert run.output["temperature"] == 18.4

def test_the_project_applies(org):
    project = trunkline.Project.open()
    project.apply(org, project.plan(org))

`emulator`    one for the whole run, on a port of its own; `.create_org()` makes orgs
`org`         a fresh org with the sample contact centre, open (`trunkline.Org`)
`run_action`  runs a data action of the project offline on recorded replies
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from trunkline.emulator.server import Emulator
    from trunkline.engine.action import Run
    from trunkline.org import Org


@pytest.fixture(scope="session")
def emulator() -> Generator[Emulator]:
    """A running emulator without a quota; its state is gone at the end."""
    from trunkline.emulator.server import start

    with start(quota=0) as running:
        yield running


@pytest.fixture
def org(emulator: Emulator) -> Generator[Org]:
    """A fresh org with the sample contact centre, open on the public surface."""
    from trunkline.clouds.redact import Secret
    from trunkline.clouds.target import Target
    from trunkline.connection import open_target

    access = emulator.create_org("test", origin="sample")
    target = Target(
        cloud="genesys",
        base_url=emulator.url,
        login_url=emulator.url,
        surface="public",
        client_id=access.client_id,
        client_secret=Secret(access.client_secret),
        name="test",
        origin="the org fixture",
    )
    with open_target(target) as opened:
        yield opened


@pytest.fixture
def run_action(request: pytest.FixtureRequest) -> Callable[..., Run]:
    """`run_action(name, given, reply=… | replies=[…], credentials=…)` for the project of the suite.

    A reply is a JSON body (status 200) or an `engine.action.Reply`.
    """
    from trunkline.engine.action import recorded, run
    from trunkline.errors import NotFound
    from trunkline.library import Project
    from trunkline.project.load import load_project

    config = Project.open(Path(str(request.config.rootpath))).config
    loaded = load_project(config, kinds=("data_action",))
    bodies = {resource.address.name: resource.body for resource in loaded.resources}

    def run_by_name(
        name: str,
        given: Any,
        *,
        reply: Any = None,
        replies: list[Any] | None = None,
        credentials: dict[str, Any] | None = None,
    ) -> Run:
        if name not in bodies:
            raise NotFound(f"the project has no data action {name!r}", hint=f"there are: {', '.join(bodies)}")
        send = recorded(replies if replies is not None else [reply])
        return run(bodies[name], given, send, credentials=credentials)

    return run_by_name
