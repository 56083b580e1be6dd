"""A deadline: nothing new begins after it, no wait goes beyond it, what was begun is finished."""

from __future__ import annotations

import json
import os

import pytest

import trunkline as library
from tests.api import Api
from tests.cli import trunkline
from tests.fake_cloud import FakeCloud, answer, script
from tests.fake_org import FakeProvider
from tests.flow_org import Exports, document, flow_org, variables
from tests.test_apply import THING, thing
from trunkline.apply.execute import Status, execute
from trunkline.apply.planning import Planner
from trunkline.apply.recorder import Recorder
from trunkline.apply.step import Writer
from trunkline.clouds.deadline import Deadline, shown
from trunkline.clouds.session import Call, Session
from trunkline.domain.plan import Policy
from trunkline.errors import DeadlinePassed
from trunkline.project.lock import Lock
from trunkline.store import open_store

LATE = {"fault": "429", "retryAfter": "119", "times": 100}
"""Longer than the deadlines here, shorter than what a Retry-After is heeded for."""


def session(cloud: FakeCloud, seconds: float) -> Session:
    deadline = Deadline(seconds, cloud.clock)
    return Session(
        cloud.session().target, transport=cloud, deadline=deadline, clock=cloud.clock, sleep=cloud.sleep
    )


@pytest.mark.parametrize(
    ("seconds", "text"), [(90, "1 min 30 s"), (600, "10 min"), (3600, "1 h"), (0.5, "0.5 s"), (45, "45 s")]
)
def test_a_deadline_is_told_in_words(seconds, text):
    assert shown(seconds) == text


def test_a_wait_that_would_pass_the_deadline_is_not_begun():
    cloud = FakeCloud(script(answer(429, retry_after="50")))

    with pytest.raises(DeadlinePassed, match=r"GET /x: .*deadline of 1 min.*rate limit: 50 s to wait"):
        session(cloud, 60).get_json("/x")
    assert sum(cloud.slept) == 50
    assert len(cloud.requests) == 2


def test_no_request_leaves_after_the_deadline():
    cloud = FakeCloud(script(answer(value={})))
    opened = session(cloud, 60)
    opened.get_json("/x")
    cloud.now += 60

    with pytest.raises(DeadlinePassed, match="deadline of 1 min"):
        opened.get_json("/x")
    assert len(cloud.requests) == 1


def test_what_a_write_began_is_finished_and_nothing_new_begins():
    cloud = FakeCloud(script(answer(value={})))
    opened = session(cloud, 60)
    opened.send_json("POST", "/query", {}, Call(reads=True))
    opened.send_json("PUT", "/x", {})
    cloud.now += 100
    opened.get_json("/x")
    assert len(cloud.requests) == 3

    assert opened.deadline is not None
    opened.deadline.begin()
    with pytest.raises(DeadlinePassed):
        opened.send_json("PUT", "/y", {})


def test_a_query_by_post_is_no_write():
    cloud = FakeCloud(script(answer(value={})))
    opened = session(cloud, 60)
    opened.send_json("POST", "/query", {}, Call(reads=True))
    cloud.now += 100

    with pytest.raises(DeadlinePassed):
        opened.get_json("/x")


def test_steps_that_have_not_begun_are_left_and_told(tmp_path):
    now = [0.0]
    deadline = Deadline(60, lambda: now[0])
    provider = FakeProvider()
    lock = Lock.read(tmp_path, "dev")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trunkline.apply.planning.KINDS", {"thing": THING})
        plan = Planner("dev", "public", {"thing": provider}, lock).plan(
            [thing(name) for name in "abc"], Policy()
        )

    def pass_time(verb: str, name: str) -> None:
        now[0] += 40

    provider.after = pass_time
    with open_store(tmp_path, None, {}) as store:
        run = store.journal.begin("o-1", "dev", "apply", "d", {"user": "me"}, None)
        recorder = Recorder(store.journal, run, {"thing": THING}, lambda: None)
        writer = Writer({"thing": provider}, {"thing": THING}, recorder)
        outcomes = execute(plan, writer, workers=1, deadline=deadline)

    assert [outcome.status for outcome in outcomes] == [Status.DONE, Status.DONE, Status.SKIPPED]
    assert outcomes[2].reason == "not begun within the deadline of 1 min"
    assert provider.writes == [("create", "a"), ("create", "b")]


def test_an_export_stops_at_the_deadline_and_goes_on_at_the_next_run(emulator, tmp_path):
    access = flow_org(emulator, tmp_path / "seed", [document(name) for name in ("One", "Two", "Three")])
    export = Exports(emulator, access, tmp_path / "out")
    api = Api(emulator, access)
    api.call(
        "POST", "/_trunkline/faults", {**LATE, "route": "GET /api/v2/flows/*", "after": 2, "org": access.id}
    )

    done = export("--all", "--threads", "1", "--deadline", "100s")
    assert done.code == 4, done.text
    assert "stopped at the deadline: 2 of 3 flows are exported and kept, the rest is not" in done.err
    assert "run the same command again" in done.err
    assert len(export.files) == 2

    api.call("DELETE", "/_trunkline/faults")
    assert export("--all").code == 0
    assert len(export.files) == 3
    api.close()


def test_a_command_that_did_nothing_in_time_says_what_it_did_not_ask(emulator, org, api, monkeypatch):
    for name, value in variables(emulator, org).items():
        monkeypatch.setenv(name, value)
    api.call("POST", "/_trunkline/faults", {**LATE, "route": "GET /api/v2/organizations/me", "org": org.id})

    done = trunkline("auth", "whoami", "--deadline", "1m30s")
    api.call("DELETE", "/_trunkline/faults")
    assert done.code == 1
    assert "GET /api/v2/organizations/me: not sent: the deadline of 1 min 30 s" in done.err
    assert "119 s to wait" in done.err


@pytest.mark.parametrize("text", ["0", "-5", "soon", "1d", "m", "1.5h"])
def test_what_is_no_duration_is_a_usage_error(text):
    done = trunkline("auth", "whoami", "--org", "emulator", "--deadline", text)
    assert done.code == 64
    assert "write it as 90s, 10m or 1h30m" in done.err


def test_from_python_a_deadline_is_a_number_of_seconds(emulator, org, tmp_path):
    environ = {**variables(emulator, org), "TRUNKLINE_CONFIG_DIR": str(tmp_path), "PATH": os.environ["PATH"]}
    with library.connect(folder=tmp_path, environ=environ, deadline=3600) as opened:
        assert json.dumps(opened.identity())
        assert opened.cloud.session.deadline is not None
        assert not opened.cloud.session.deadline.passed
