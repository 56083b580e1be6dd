"""Applying a plan: order, blocked dependents, edits of others, lost answers, crashes, rollback."""

from __future__ import annotations

import contextlib
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import trunkline.apply.recorder as recorder
import trunkline.apply.step as step
import trunkline.apply.writing as writing_module
from tests.fake_org import FakeProvider, lost
from trunkline.apply.drift import find_drift
from trunkline.apply.execute import Status
from trunkline.apply.planning import Planner
from trunkline.apply.rollback import plan_rollback
from trunkline.apply.writing import Site, writing
from trunkline.clouds.base import Author
from trunkline.domain.kind import Kind, Reference
from trunkline.domain.plan import Operation, Policy, State
from trunkline.domain.resource import Address, Resource, Source
from trunkline.errors import CloudError, Partial, Refused
from trunkline.project.lock import Lock
from trunkline.store import open_store
from trunkline.store.times import timestamp

THING = Kind(
    name="thing",
    cloud="genesys",
    folder="things",
    title="thing",
    documentation="made for these tests",
    server_owned=("id",),
    references=(Reference("needs.*", "thing"),),
    replace_on=("contract",),
    secret=("secret",),
)


@pytest.fixture(autouse=True, scope="module")
def kinds():
    monkeypatch = pytest.MonkeyPatch()
    import trunkline.apply.drift as drift
    import trunkline.apply.memory as memory
    import trunkline.apply.planning as planning
    import trunkline.apply.rollback as rollback

    for module in (drift, memory, planning, rollback, writing_module):
        monkeypatch.setattr(module, "KINDS", {"thing": THING})
    monkeypatch.setattr(step, "SHOWS_WITHIN", 0.3)
    yield
    monkeypatch.undo()


@pytest.fixture
def provider():
    return FakeProvider()


class World:
    """One org, one project folder, one state."""

    def __init__(self, folder, provider):
        self.folder, self.provider = folder, provider
        self.site = Site("genesys o-1", "dev", "public", "client", {"thing": provider})
        self.told = []

    def planner(self):
        return Planner("dev", "public", self.site.providers, Lock.read(self.folder, "dev"))

    def plan(self, *files, **policy):
        return self.planner().plan(list(files), Policy(**policy))

    def store(self):
        return open_store(self.folder, None, {})

    def apply(self, *files, plan=None, **policy):
        with self.store() as store, writing(self.site, store, Lock.read(self.folder, "dev")) as right:
            self.told = right.settled
            made = plan or right.planner.plan(list(files), Policy(**policy))
            self.outcomes = right.apply(made, workers=3)
            return {outcome.change.address.name: outcome.status for outcome in self.outcomes}

    def verify(self):
        with self.store() as store:
            assert store.audit.verify().faults == ()


@pytest.fixture
def world(tmp_path, provider):
    return World(tmp_path, provider)


def thing(name, **body):
    return Resource(Address("thing", name), {"name": name, **body}, Source(f"things/{name}.yaml"))


def test_after_an_apply_the_plan_is_empty(world, provider):
    files = [thing("a", x=1), thing("b", needs=["a"])]
    assert world.apply(*files) == {"a": Status.DONE, "b": Status.DONE}
    assert provider.writes == [("create", "a"), ("create", "b")]
    assert not world.plan(*files).differs
    world.verify()


def test_a_failed_step_holds_up_what_needs_it_by_name_and_nothing_else(world, provider):
    def refuse(verb, name):
        if name == "b":
            raise CloudError("no", status=400)

    provider.before = refuse
    files = [
        thing("a"),
        thing("b"),
        thing("c", needs=["b"]),
        thing("d", needs=["c"]),
        thing("e", needs=["a"]),
    ]
    statuses = world.apply(*files)
    assert statuses == {
        "a": Status.DONE, "b": Status.FAILED, "c": Status.SKIPPED, "d": Status.SKIPPED, "e": Status.DONE,
    }  # fmt: skip
    because = {outcome.change.address.name: outcome.because for outcome in world.outcomes}
    assert str(because["d"]) == "thing/b"
    provider.before = lambda verb, name: None
    assert world.apply(*files) == {"b": Status.DONE, "c": Status.DONE, "d": Status.DONE}


def test_independent_steps_run_at_the_same_time(world, provider):
    meeting = threading.Barrier(3, timeout=20)
    provider.before = lambda verb, name: meeting.wait() and None
    assert set(world.apply(thing("a"), thing("b"), thing("c")).values()) == {Status.DONE}


def test_an_edit_between_plan_and_apply_is_never_overwritten(world, provider):
    world.apply(thing("a", x=1))
    plan = world.plan(thing("a", x=2))
    provider.edit("a", x=99)
    assert world.apply(plan=plan) == {"a": Status.FAILED}
    assert isinstance(world.outcomes[0].error, Refused)
    assert provider.bodies()["a"]["x"] == 99
    (conflict,) = world.plan(thing("a", x=2)).changes
    assert conflict.state is State.CONFLICT
    assert (conflict.clashes[0].theirs, conflict.clashes[0].mine) == (99, 2)


def test_an_edit_of_another_field_is_merged(world, provider):
    world.apply(thing("a", x=1, y=1))
    provider.edit("a", y=2)
    world.apply(thing("a", x=2, y=1))
    body = provider.bodies()["a"]
    assert (body["x"], body["y"]) == (2, 2)


def test_an_object_that_appeared_since_the_plan_stops_the_create(world, provider):
    plan = world.plan(thing("a", x=1))
    provider.put("a", x=7)
    assert world.apply(plan=plan) == {"a": Status.FAILED}
    assert len(provider.objects) == 1
    assert provider.bodies()["a"]["x"] == 7


def test_a_write_that_no_read_shows_is_an_error(world, provider):
    original = provider.create

    def forgetful(desired):
        made = original(desired)
        provider.edit(desired.body["name"], x="something else")
        return made

    provider.create = forgetful
    assert world.apply(thing("a", x=1)) == {"a": Status.FAILED}
    assert "does not show it: x" in str(world.outcomes[0].error)


def test_a_write_that_shows_late_is_waited_for(world, provider):
    original, looks = provider.read, []

    def late(remote_id):
        looks.append(remote_id)
        if len(looks) < 4:
            return Resource(Address("thing", "a"), {"name": "a", "x": "old"}, None, remote_id, "0")
        return original(remote_id)

    plan = world.plan(thing("a", x=1))
    provider.read = late
    assert world.apply(plan=plan) == {"a": Status.DONE}


@pytest.mark.parametrize("verb", ["create", "update", "delete"])
def test_a_lost_answer_is_found_again_and_nothing_is_done_twice(world, provider, verb):
    world.apply(thing("u", x=1), thing("d"))
    files = [thing("u", x=2), thing("n", x=1)]
    provider.after = lost((verb, {"create": "n", "update": "u", "delete": "d"}[verb]))
    world.apply(*files, allow_delete=True)
    provider.after = lambda verb, name: None
    world.apply(*files, allow_delete=True)
    assert {name: body["x"] for name, body in provider.bodies().items()} == {"u": 2, "n": 1}
    assert len(provider.objects) == 2
    assert [each for each in provider.writes if each[0] == "create"].count(("create", "n")) == 1
    assert not world.plan(*files).differs
    world.verify()


class Killed(BaseException):
    """What a SIGKILL does, as far as one process can play it."""


def dying(number):
    """Dies at the n-th moment of a run: before or after any write, before or after any record."""
    left = [number]

    def tick(*args, **kwargs):
        left[0] -= 1
        if left[0] == 0:
            raise Killed

    return tick


@pytest.mark.parametrize("point", range(1, 34))
def test_a_run_that_died_anywhere_is_finished_by_the_next(world, provider, monkeypatch, point):
    world.apply(thing("u", x=1), thing("r", contract=1), thing("d"))
    files = [thing("u", x=2), thing("r", contract=2), thing("n", needs=["u"])]
    tick = dying(point)
    journal_intend, journal_settle = recorder.Journal.intend, recorder.Journal.settle
    with monkeypatch.context() as patch:
        provider.before = provider.after = tick

        def intend(self, *args, **kwargs):
            tick()
            number = journal_intend(self, *args, **kwargs)
            tick()
            return number

        def settled(self, *args, **kwargs):
            tick()
            journal_settle(self, *args, **kwargs)
            tick()

        patch.setattr(recorder.Journal, "intend", intend)
        patch.setattr(recorder.Journal, "settle", settled)
        with contextlib.suppress(Killed):
            world.apply(*files, allow_delete=True, allow_replace=True)
    provider.before = provider.after = lambda verb, name: None
    world.apply(*files, allow_delete=True, allow_replace=True)
    assert sorted(body["name"] for body, _ in provider.objects.values()) == ["n", "r", "u"]
    assert provider.bodies()["u"]["x"] == 2
    assert provider.bodies()["r"]["contract"] == 2
    assert not world.plan(*files).differs
    assert Lock.read(world.folder, "dev").entries.keys() == {file.address for file in files}
    world.verify()


def test_a_second_writer_is_refused_and_told_who_writes(world):
    with (
        world.store() as store,
        writing(world.site, store, Lock.read(world.folder, "dev")),
        pytest.raises(Refused, match="is being changed by"),
    ):
        world.apply(thing("a"))


def test_a_plan_from_fewer_objects_than_the_org_counts_is_refused(world, provider):
    provider.put("a")
    provider.total = 2
    with pytest.raises(Partial, match="could not be listed whole") as caught:
        world.plan(thing("a"))
    assert "1 of 2 were read" in caught.value.missing


def test_secrets_are_never_in_the_state(world):
    world.apply(thing("a", secret="s3cret-text", x=1))
    world.apply(thing("a", secret="s3cret-text", x=2))
    for file in (world.folder / ".trunkline").iterdir():
        assert b"s3cret-text" not in file.read_bytes()


def test_a_renamed_file_renames_its_object(world, provider):
    world.apply(thing("old", x=1))
    renamed = Resource(Address("thing", "new"), {"name": "new", "x": 1}, Source("things/old.yaml"))
    (change,) = world.plan(renamed).changes
    assert (change.operation, change.renamed_from) == (Operation.UPDATE, Address("thing", "old"))
    assert world.apply(renamed) == {"new": Status.DONE}
    assert list(provider.bodies()) == ["new"]
    assert len(provider.objects) == 1
    assert not world.plan(renamed).differs


def test_a_replace_leaves_one_object_with_a_new_id(world, provider):
    world.apply(thing("a", contract=1))
    (old,) = provider.objects
    assert not world.plan(thing("a", contract=2)).writes
    world.apply(thing("a", contract=2), allow_replace=True)
    (new,) = provider.objects
    assert new != old
    assert not world.plan(thing("a", contract=2)).differs


def rolled_back(world, *runs, since=None):
    with world.store() as store, writing(world.site, store, Lock.read(world.folder, "dev")) as right:
        plan = plan_rollback(right, runs, since)
        world.outcomes = right.apply(plan, verb="rollback")
        return plan


def last_run(world):
    with world.store() as store:
        return store.journal.runs()[0]


def test_a_rollback_brings_back_what_was_there_and_the_plan_that_was(world, provider):
    files = [thing("u", x=1), thing("r", contract=1), thing("d", x=5)]
    world.apply(*files)
    wanted = [thing("u", x=2), thing("r", contract=2), thing("n", needs=["u"])]
    policy = {"allow_delete": True, "allow_replace": True}
    before, plan = provider.bodies(), world.plan(*wanted, **policy)
    world.apply(*wanted, **policy)
    rolled_back(world, last_run(world).id)
    assert provider.bodies() == before
    assert len(provider.objects) == len(before)
    after = world.plan(*wanted, **policy)
    assert not after.blocked, [c.blocked for c in after.changes]
    assert [(c.operation, c.address, c.body) for c in after.writes] == [
        (c.operation, c.address, c.body) for c in plan.writes
    ]
    assert not world.plan(*files).differs
    world.verify()


def test_a_rollback_never_overwrites_what_somebody_changed_since(world, provider):
    world.apply(thing("a", x=1, y=1))
    world.apply(thing("a", x=2, y=1))
    provider.edit("a", y=9)
    plan = rolled_back(world, last_run(world).id)
    assert [field.field for field in plan.changes[0].drift] == ["y"]
    assert (provider.bodies()["a"]["x"], provider.bodies()["a"]["y"]) == (1, 9)
    world.apply(thing("a", x=3, y=9))
    provider.edit("a", x=77)
    plan = rolled_back(world, last_run(world).id)
    assert plan.changes[0].state is State.CONFLICT
    assert provider.bodies()["a"]["x"] == 77


def test_what_somebody_changed_is_kept_by_every_apply_after_it(world, provider):
    world.apply(thing("a", x=1, y=1))
    provider.edit("a", y=9, z=5)
    for x in (2, 2, 3):
        world.apply(thing("a", x=x, y=1))
        assert {key: provider.bodies()["a"][key] for key in "xyz"} == {"x": x, "y": 9, "z": 5}
    plan = world.plan(thing("a", x=3, y=1))
    assert not plan.writes
    assert [field.field for field in plan.changes[0].drift] == ["y", "z"]
    world.apply(thing("a", x=3, y=9, z=5))
    world.apply(thing("a", x=3, y=10, z=5))
    assert provider.bodies()["a"]["y"] == 10


def test_what_a_run_made_and_somebody_changed_since_is_not_deleted_by_a_rollback(world, provider):
    world.apply(thing("a", x=1))
    provider.edit("a", x=2)
    (change,) = rolled_back(world, last_run(world).id).changes
    assert (change.operation, change.writes) == (Operation.DELETE, False)
    assert provider.bodies()["a"]["x"] == 2


def test_several_runs_go_back_to_a_time(world, provider):
    world.apply(thing("a", x=1))
    time.sleep(0.01)
    moment = timestamp()
    time.sleep(0.01)
    world.apply(thing("a", x=2))
    world.apply(thing("a", x=3), thing("b"))
    rolled_back(world, since=moment)
    assert {name: body.get("x") for name, body in provider.bodies().items()} == {"a": 1}


def test_a_rename_is_taken_back(world, provider):
    world.apply(thing("old", x=1))
    world.apply(Resource(Address("thing", "new"), {"name": "new", "x": 1}, Source("things/old.yaml")))
    rolled_back(world, last_run(world).id)
    assert list(provider.bodies()) == ["old"]
    assert not world.plan(thing("old", x=1)).differs


def test_a_rollback_of_a_rollback_is_the_run_again(world, provider):
    world.apply(thing("a", x=1))
    world.apply(thing("a", x=2))
    rolled_back(world, last_run(world).id)
    rolled_back(world, last_run(world).id)
    assert provider.bodies()["a"]["x"] == 2


def test_drift_is_found_with_nothing_but_the_repository(world, provider):
    world.apply(thing("a", x=1), thing("b"), thing("c"))
    for file in (world.folder / ".trunkline").iterdir():
        file.unlink()
    assert find_drift(world.planner(), lambda resource: None) == ([], [])
    provider.edit("a", x=2)
    provider.delete(provider.same_identity(thing("b"))[0])
    found, _ = find_drift(world.planner(), lambda resource: Author("user Ann", None, "update"))
    assert [(each.address.name, each.deleted) for each in found] == [("a", False), ("b", True)]
    assert [field.field for field in found[0].fields] == ["x"]
    assert found[0].author.who == "user Ann"


bodies = st.dictionaries(
    st.sampled_from("pqrs"),
    st.integers(0, 3) | st.sampled_from(["x", None]) | st.just([1, {"k": 2}]),
    max_size=4,
)
orgs = st.dictionaries(st.sampled_from("abcdef"), bodies, max_size=5)


@settings(max_examples=30)
@given(before=orgs, after=orgs)
def test_any_files_are_reached_and_any_run_is_taken_back(tmp_path_factory, before, after):
    provider = FakeProvider()
    world = World(tmp_path_factory.mktemp("world"), provider)
    policy = {"allow_delete": True, "delete_threshold": 1.0}
    old, new = ([thing(name, **body) for name, body in org.items()] for org in (before, after))
    world.apply(*old, **policy)
    live = provider.bodies()
    assert live == {name: {"name": name, **body} for name, body in before.items()}
    world.apply(*new, **policy)
    assert provider.bodies() == {name: {"name": name, **body} for name, body in after.items()}
    assert not world.plan(*new).differs
    if before != after:
        rolled_back(world, last_run(world).id)
    assert provider.bodies() == live
    assert not world.plan(*old).differs
