"""A plan compares three sides and never guesses."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.domain.canonical import canonical
from trunkline.domain.diff import MISSING, diff, merge
from trunkline.domain.kind import Kind, Reference
from trunkline.domain.plan import Operation, Policy, State, make_plan
from trunkline.domain.resource import Address, Resource
from trunkline.errors import Refused

THING = Kind(
    name="thing",
    cloud="genesys",
    folder="things",
    title="thing",
    documentation="made for these tests",
    server_owned=("id", "parts.*.uri"),
    references=(Reference("needs.*", "thing"),),
    replace_on=("contract",),
    unordered=("tags",),
    defaults={"secure": False},
    inherited=("home", "config.timeout"),
)
KINDS = {"thing": THING}
ADDRESS = Address("thing", "one")

bodies = st.dictionaries(
    st.sampled_from("abcd"),
    st.recursive(
        st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from("xy"),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("pq"), inner, max_size=2),
        max_leaves=6,
    ),
    max_size=4,
)


def thing(body, name="one", **more):
    return Resource(Address("thing", name), body, **more)


def plan_of(desired, actual, base=None, **policy):
    bases = {} if base is None else {ADDRESS: canonical(THING, base)}
    return make_plan(
        [thing(desired)], [] if actual is None else [thing(actual)], bases, KINDS, Policy(**policy)
    )


def only(plan):
    return plan.changes[0]


def test_an_object_that_is_not_there_is_created():
    change = only(plan_of({"a": 1}, None))
    assert (change.operation, change.state, change.writes) == (Operation.CREATE, State.PENDING, True)


def test_server_owned_fields_defaults_and_order_are_no_difference():
    plan = plan_of(
        {"a": 1, "tags": ["x", "y"]},
        {"id": "7", "a": 1, "tags": ["y", "x"], "secure": False},
    )
    assert not plan.differs


def test_what_a_file_leaves_to_the_cloud_stands_as_it_is_there():
    live = {"home": "here", "config": {"timeout": 5, "x": 1}}
    assert not plan_of({"config": {"x": 1}}, live).differs
    change = only(plan_of({"config": {"x": 2}}, live, base=live))
    assert [field.field for field in change.fields] == ["config.x"]
    assert change.body["home"] == "here"


def test_a_field_that_only_the_file_changed_is_pending():
    change = only(plan_of({"a": 2}, {"a": 1}, base={"a": 1}))
    assert (change.operation, change.state) == (Operation.UPDATE, State.PENDING)
    assert [field.field for field in change.fields] == ["a"]


def test_a_field_that_only_the_org_changed_is_drift_and_is_not_overwritten():
    change = only(plan_of({"a": 1}, {"a": 2}, base={"a": 1}))
    assert (change.operation, change.state, change.writes) == (Operation.NOOP, State.DRIFT, False)


def test_changes_to_different_fields_are_merged():
    change = only(plan_of({"a": 2, "b": 1}, {"a": 1, "b": 2}, base={"a": 1, "b": 1}))
    assert change.body == {"a": 2, "b": 2, "secure": False}
    assert [field.field for field in change.fields] == ["a"]
    assert [field.field for field in change.drift] == ["b"]


def test_changes_to_the_same_field_conflict_and_block():
    change = only(plan_of({"a": 2}, {"a": 3}, base={"a": 1}))
    assert change.state is State.CONFLICT
    assert not change.writes
    clash = change.clashes[0]
    assert (clash.base, clash.theirs, clash.mine) == (1, 3, 2)


def test_an_object_never_applied_from_here_is_of_unknown_origin():
    change = only(plan_of({"a": 2}, {"a": 3}))
    assert change.state is State.UNKNOWN_ORIGIN
    assert not change.writes


def test_adopting_writes_the_file_over_it():
    change = only(plan_of({"a": 2}, {"a": 3}, adopt=True))
    assert change.writes
    assert change.body == {"a": 2, "secure": False}


def test_a_change_of_an_immutable_field_is_a_replace_and_is_blocked():
    change = only(plan_of({"contract": {"x": 2}}, {"contract": {"x": 1}}, base={"contract": {"x": 1}}))
    assert change.operation is Operation.REPLACE
    assert change.blocked
    allowed = only(
        plan_of(
            {"contract": {"x": 2}}, {"contract": {"x": 1}}, base={"contract": {"x": 1}}, allow_replace=True
        )
    )
    assert allowed.writes


def test_what_is_needed_comes_first():
    plan = make_plan(
        [thing({"needs": ["two"]}), thing({}, "two"), thing({"needs": ["elsewhere"]}, "three")], [], {}, KINDS
    )
    names = [change.address.name for change in plan.changes]
    assert names.index("two") < names.index("one")


def test_a_circle_is_refused_and_shown():
    with pytest.raises(Refused, match="thing/one → .*thing/two|thing/two → .*thing/one"):
        make_plan([thing({"needs": ["two"]}), thing({"needs": ["one"]}, "two")], [], {}, KINDS)


def test_the_digest_is_of_what_would_be_written():
    first, second = plan_of({"a": 1}, None), plan_of({"a": 2}, None)
    assert first.digest == plan_of({"a": 1}, None).digest
    assert first.digest != second.digest


@given(bodies)
def test_what_is_exported_plans_empty(body):
    assert not plan_of(copy.deepcopy(body), body).differs


@given(bodies)
def test_the_canonical_form_is_idempotent(body):
    once = canonical(THING, body)
    assert canonical(THING, once) == once


@given(bodies, bodies)
def test_a_difference_is_empty_only_between_equals(left, right):
    changes = diff(left, right)
    assert (not changes) == (not diff(right, left))
    assert all(
        change.before is MISSING or change.after is MISSING or diff(change.before, change.after)
        for change in changes
    )


@given(bodies, bodies)
def test_a_merge_with_one_quiet_side_is_the_other_side(base, other):
    assert not diff(merge(base, base, other).value, other)
    assert not diff(merge(base, other, base).value, other)
    assert not merge(base, other, other).clashes


@given(bodies, bodies, bodies)
def test_a_merge_is_the_same_from_both_sides_unless_it_clashes(base, theirs, mine):
    one, two = merge(base, theirs, mine), merge(base, mine, theirs)
    assert bool(one.clashes) == bool(two.clashes)
    if not one.clashes:
        assert not diff(one.value, two.value)
