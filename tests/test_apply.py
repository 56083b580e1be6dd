"""Applying a plan: order, blocked dependents, edits of others, lost answers, crashes, rollback."""

from __future__ import annotations

import contextlib
import threading

import pytest

import trunkline.apply.recorder as recorder
import trunkline.apply.step as step
import trunkline.apply.writing as writing_module
from tests.fake_org import FakeProvider, lost
from trunkline.apply.execute import Status
from trunkline.apply.planning import Planner
from trunkline.apply.writing import Site, writing
from trunkline.domain.kind import Kind, Reference
from trunkline.domain.plan import Operation, Policy, State
from trunkline.domain.resource import Address, Resource, Source
from trunkline.errors import CloudError, Partial, Refused
from trunkline.project.lock import Lock
from trunkline.store import open_store

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


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    import trunkline.apply.memory as memory
    import trunkline.apply.planning as planning

    for module in (memory, planning, writing_module):
        monkeypatch.setattr(module, "KINDS", {"thing": THING})
    monkeypatch.setattr(step, "SHOWS_WITHIN", 0.3)


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
