"""A plan compares three sides and never guesses."""

from __future__ import annotations

import copy
import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trunkline.domain.canonical import canonical
from trunkline.domain.diff import MISSING, diff, lies_between, merge
from trunkline.domain.kind import Kind, Reference
from trunkline.domain.plan import Facts, Operation, Policy, State, make_plan
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


def world(*names, **bodies):
    """Live things, each managed from here with the live body as its base, and nothing in files."""
    live = [thing(bodies.get(name, {}), name, remote_id=name) for name in names]
    bases = {each.address: canonical(THING, each.body) for each in live}
    return live, bases, frozenset(bases)


def deletes_of(live, bases, managed, desired=(), facts=None, **policy):
    known = facts or Facts(managed=managed)
    plan = make_plan(desired, live, bases, KINDS, Policy(**policy), facts=known)
    return [change for change in plan.changes if change.operation is Operation.DELETE]


def test_an_object_whose_file_is_gone_is_deleted():
    (change,) = deletes_of(*world("one"), allow_delete=True)
    assert change.writes
    assert change.address == ADDRESS


def test_nothing_is_deleted_unasked():
    (change,) = deletes_of(*world("one"))
    assert "--allow-delete" in change.hint


def test_what_was_never_managed_from_here_is_never_deleted():
    live, bases, _ = world("one")
    assert deletes_of(live, bases, frozenset(), allow_delete=True) == []


def test_nothing_is_deleted_by_half_a_listing():
    live, bases, managed = world("one")
    facts = Facts(managed=managed, incomplete=frozenset({"thing"}))
    (change,) = deletes_of(live, bases, managed, facts=facts, allow_delete=True)
    assert "not complete" in change.blocked


def test_what_a_file_still_uses_is_not_deleted():
    live, bases, managed = world("one")
    user = thing({"needs": ["one"]}, "user")
    (change,) = deletes_of(live, bases, managed, [user], allow_delete=True)
    assert "thing/user" in change.blocked


def test_what_an_unmanaged_object_uses_is_not_deleted():
    live, bases, managed = world("one")
    (change,) = deletes_of([*live, thing({"needs": ["one"]}, "stranger")], bases, managed, allow_delete=True)
    assert "thing/stranger" in change.blocked


def test_what_the_cloud_says_is_used_is_not_deleted():
    live, bases, managed = world("one")
    facts = Facts(managed=managed, users={ADDRESS: [Address("thing", "unseen")]})
    (change,) = deletes_of(live, bases, managed, facts=facts, allow_delete=True)
    assert "thing/unseen" in change.blocked


def test_what_goes_with_its_user_or_is_let_go_by_it_is_deleted_after_it():
    live, bases, managed = world("one", "two", "user", two={"needs": ["one"]}, user={"needs": ["one"]})
    plan = make_plan(
        [thing({}, "user")], live, bases, KINDS, Policy(allow_delete=True), facts=Facts(managed=managed)
    )
    assert [str(change.address) for change in plan.writes] == ["thing/user", "thing/two", "thing/one"]


def test_what_somebody_changed_since_is_not_deleted():
    _, bases, managed = world("one")
    changed = [thing({"a": "theirs"}, "one", remote_id="one")]
    (change,) = deletes_of(changed, bases, managed, allow_delete=True)
    assert change.state is State.CONFLICT
    assert not change.writes


def test_a_third_of_all_objects_is_never_deleted_at_once():
    names = [f"n{index}" for index in range(10)]
    live, bases, managed = world(*names)
    kept = [thing({}, name) for name in names[4:]]
    changes = deletes_of(live, bases, managed, kept, allow_delete=True)
    assert len(changes) == 4
    assert all("40 %" in change.blocked for change in changes)
    assert all(
        change.writes
        for change in deletes_of(live, bases, managed, kept, allow_delete=True, delete_threshold=0.5)
    )
    fewer = [thing({}, name) for name in names[3:]]
    assert all(change.writes for change in deletes_of(live, bases, managed, fewer, allow_delete=True))


def test_targets_keep_deletes_to_themselves():
    live, bases, managed = world("one", "two")
    facts = Facts(managed=managed, targets=frozenset({ADDRESS}))
    assert [
        each.address.name for each in deletes_of(live, bases, managed, facts=facts, allow_delete=True)
    ] == ["one"]


def test_a_file_whose_name_changed_renames_its_object():
    live, bases, managed = world("one")
    facts = Facts(managed=managed, renamed={Address("thing", "new"): ADDRESS})
    plan = make_plan(
        [thing({"name": "new"}, "new")], live, bases, KINDS, Policy(allow_delete=True), facts=facts
    )
    (change,) = plan.changes
    assert (change.operation, change.renamed_from) == (Operation.UPDATE, ADDRESS)
    assert change.actual.remote_id == "one"


def test_a_replace_that_takes_a_reference_away_needs_rewiring():
    old, new = {"contract": {"x": 1}}, {"contract": {"x": 2}}
    user = thing({"needs": ["one"]}, "user")

    def replaced(**policy):
        plan = make_plan(
            [thing(new), user], [thing(old), user], {ADDRESS: canonical(THING, old)}, KINDS, Policy(**policy)
        )
        return next(change for change in plan.changes if change.address == ADDRESS)

    refused = replaced(allow_replace=True)
    assert refused.users == (user.address,)
    assert "--rewire" in refused.hint
    assert replaced(rewire=True).writes
    assert not replaced().writes


def test_a_circle_of_objects_that_all_exist_is_no_obstacle():
    things = [thing({"needs": ["two"]}), thing({"needs": ["one"]}, "two")]
    assert not make_plan(things, things, {}, KINDS).differs


def test_bodies_that_are_only_compared_are_written_whole_or_conflict():
    kinds = {"thing": dataclasses.replace(THING, compared_only=True)}

    def change(base, theirs, mine):
        bases = {ADDRESS: canonical(THING, base)}
        return make_plan([thing(mine)], [thing(theirs)], bases, kinds).changes[0]

    assert change({"a": 1}, {"a": 1}, {"a": 2}).body == {"a": 2}
    assert change({"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 1, "b": 1}).state is State.DRIFT
    assert change({"a": 1, "b": 1}, {"a": 1, "b": 2}, {"a": 2, "b": 1}).state is State.CONFLICT
    assert change({"a": 1}, {"a": 2}, {"a": 2}).state is State.IN_SYNC


def test_a_half_written_body_lies_between_what_was_and_what_was_to_be():
    before, after = {"a": 1, "rows": [{"k": 1}, {"k": 2}]}, {"a": 2, "rows": [{"k": 1}, {"k": 3}], "b": 1}
    for half in (
        before,
        after,
        {"a": 2, "rows": [{"k": 1}]},
        {"a": 1, "rows": [{"k": 3}, {"k": 2}, {"k": 1}]},
    ):
        assert lies_between(before, half, after)
    for other in ({**before, "a": 3}, {**after, "c": 1}, {**before, "rows": [{"k": 4}]}):
        assert not lies_between(before, other, after)


def test_a_great_many_objects_in_one_circle_are_ordered_at_once():
    count = 3000
    names = [f"t{number}" for number in range(count)]
    around = [
        thing({"needs": [names[number - 1], names[number - 2]]}, names[number]) for number in range(count)
    ]
    plan = make_plan(around, around, {}, KINDS)
    assert len(plan.changes) == count
