"""Conditions: read, written, checked, evaluated, rewritten, looked over."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.condition_trees import CATALOGUE, CUSTOMERS, FIELDS, ROWS, leaf, trees
from trunkline.domain.action.fault import Reader
from trunkline.domain.condition import (
    Branch,
    Catalogue,
    DataSet,
    Join,
    Leaf,
    Limits,
    Node,
    Operator,
    check_tree,
    depth,
    merge_conditions,
    read_conditions,
    read_dataset,
    to_friendly,
    to_wire,
    with_ids,
    with_names,
    within,
)
from trunkline.domain.condition.literals import CONVERT, options, to_date, to_integer, to_number
from trunkline.domain.cycles import cycles
from trunkline.engine.condition import Means, Program, can_be, evaluate, fixed, lint, prove
from trunkline.engine.condition import prove as prove_equal

MODEST = settings(max_examples=100, deadline=None)


def tree(document: Any) -> Node:
    found = read_conditions(document)
    assert not found.faults, [str(fault) for fault in found.faults]
    return found.trees[0]


def eq(name: str, value: Any, operator: str = "equals") -> dict[str, Any]:
    return {"field": f"customers.{name}", operator: value}


# --- forms


def test_the_friendly_form_compiles_to_the_wire() -> None:
    node = tree({"all": [eq("status", "active"), eq("score", 80, "greater_than")]})
    first, second = to_wire(node)["children"]
    assert first == {
        "type": "EQUALS",
        "value": {"type": "DATASET", "datasetId": "customers", "fieldId": "status"},
        "expression": "active",
    }
    assert (second["type"], second["expression"]) == ("GREATER_THAN", "80")


@MODEST
@given(trees())
def test_wire_to_friendly_to_wire_is_the_identity(node: Node) -> None:
    wire = to_wire(node)
    friendly = to_friendly(tree(wire))
    assert to_wire(tree(friendly)) == wire


@MODEST
@given(st.text(), st.text(min_size=1), st.text(min_size=1), st.sampled_from(list(Operator)))
def test_any_text_survives_both_forms(literal: str, dataset: str, name: str, operator: Operator) -> None:
    wire = to_wire(Leaf(operator, dataset, name, literal))
    assert to_wire(tree(to_friendly(tree(wire)))) == wire


@pytest.mark.parametrize(
    "literal", ["1", "1.0", "1e5", "01", "true", "True", "null", "NaN", "[1, 2]", "[1,2]", " 1"]
)
def test_literals_that_look_like_numbers_keep_their_spelling(literal: str) -> None:
    wire = to_wire(Leaf(Operator.IN, "a.b", "c", literal))
    assert to_wire(tree(to_friendly(tree(wire)))) == wire


def test_names_become_the_ids_of_an_org_and_names_again() -> None:
    node = tree({"not": eq("status", "active")})
    ids = with_ids(node, CATALOGUE)
    assert to_wire(ids)["children"][0]["value"] == {
        "type": "DATASET",
        "datasetId": "ds-1",
        "fieldId": "f-status",
    }
    assert with_names(ids, CATALOGUE) == node


def test_all_faults_are_told_at_once_with_their_places() -> None:
    deep: Any = eq("status", "x")
    for _ in range(11):
        deep = {"any": [deep]}
    document = {
        "all": [
            {"any": [eq("status", str(each)) for each in range(6)]},
            {"type": "XOR", "children": [eq("status", "a")]},
            {"field": "ghosts.name", "equals": "x"},
            eq("score", "abc"),
            {"all": []},
            {"type": "NOT", "children": [eq("status", "a"), eq("status", "b")]},
            eq("colour", "red"),
            deep,
        ]
    }
    found = read_conditions(document)
    faults = [*found.faults, *check_tree(found.trees[0], CATALOGUE)]
    told = {str(fault).partition(":")[0]: str(fault) for fault in faults}
    assert "depth 11" in " ".join(told.values())
    assert "6 children of OR" in told["all[0]"]
    assert "unknown operator XOR" in told["all[1].type"]
    assert "no data set ghosts" in told["all[2]"]
    assert '"abc" is not a number' in told["all[3]"]
    assert "AND has no children" in told["all[4]"]
    assert "NOT has 2 children" in told["all[5]"]
    assert "no field colour" in told["all[6]"]
    assert "8 children of AND" in told["$"]


def test_depth_counts_the_root_as_zero() -> None:
    node: Node = Leaf(Operator.EQUALS, "customers", "status", "x")
    for _ in range(10):
        node = Branch(Join.AND, (node,))
    assert not check_tree(node, CATALOGUE)
    assert "depth 11" in str(check_tree(Branch(Join.AND, (node,)), CATALOGUE)[0])


@pytest.mark.parametrize(
    "document",
    [
        None,
        5,
        "x",
        [],
        {},
        {"all": 5},
        {"all": [5]},
        {"field": 5},
        {"type": 5},
        {"type": "EQUALS", "value": 5},
        {"field": "a.b"},
        {"all": [], "any": []},
        {"field": "ab", "equals": 1},
        {"type": "AND", "children": "x"},
        {"field": "a.b", "equals": {}},
        {"field": "a.b", "eqals": 1},
    ],
)
def test_what_is_no_condition_is_a_fault_and_never_an_exception(document: Any) -> None:
    found = read_conditions(document)
    assert found.faults or document == [] or any(check_tree(each) for each in found.trees) or not found.trees


def test_absurd_nesting_is_refused() -> None:
    deep: Any = eq("status", "x")
    for _ in range(400):
        deep = {"not": deep}
    assert "nested deeper" in str(read_conditions(deep).faults[0])


@pytest.mark.parametrize(
    ("operator", "name", "literal"),
    [
        ("contains", "score", "8"),
        ("greater_than", "vip", "true"),
        ("in", "calls", ["1", "x"]),
        ("in", "calls", []),
        ("in", "calls", "1"),
        ("is_set", "vip", "maybe"),
        ("equals", "calls", "1.5"),
        ("equals", "since", "tomorrow"),
        ("equals", "vip", "yes"),
    ],
)
def test_a_literal_must_fit_the_field(operator: str, name: str, literal: Any) -> None:
    node = tree(eq(name, literal, operator))
    assert len(check_tree(node, CATALOGUE)) == 1


# --- data sets


def test_a_data_set_is_read_in_its_short_and_its_long_form() -> None:
    reader = Reader()
    short = read_dataset({"name": "c", "fields": {"a": "string", "b": "number"}, "source": "Load"}, reader)
    long = read_dataset(
        {
            "id": "1",
            "name": "c",
            "fields": [{"id": "x", "name": "a", "type": "string"}],
            "source": {"actionId": "i"},
        },
        reader,
    )
    assert not reader.faults
    assert short is not None and short.source == "Load" and short.find("b") is not None
    assert long is not None and long.source == "i" and long.find("x") == long.find("a")


def test_the_faults_of_a_data_set_are_told() -> None:
    reader = Reader()
    read_dataset({"name": "", "fields": {"a": "text", "": "string"}}, reader)
    read_dataset(
        {"name": "x", "fields": [{"name": "a", "type": "string"}, {"name": "a", "type": "date"}, 5]}, reader
    )
    assert len(reader.faults) >= 4


# --- evaluation


def reference(node: Node, row: dict[str, Any]) -> bool | None:
    """Ten lines that say what a condition means."""
    if isinstance(node, Branch):
        found = [reference(child, row) for child in node.children]
        joined = (
            (True if True in found else None if None in found else False)
            if node.join is Join.OR
            else (False if False in found else None if None in found else True)
        )
        return (None if joined is None else not joined) if node.join is Join.NOT else joined
    raw, kind = row.get(node.name), FIELDS[node.name]
    if node.operator is Operator.IS_SET:
        return (raw is not None) is (node.literal != "false")
    value = None if raw is None else CONVERT[kind](raw)
    others = [
        CONVERT[kind](each)
        for each in (options(node.literal) if node.operator is Operator.IN else [node.literal]) or []
    ]
    o: Any = others[0]
    return None if value is None else {
        "EQUALS": lambda v: v == o, "NOT_EQUALS": lambda v: v != o, "GREATER_THAN": lambda v: v > o,
        "GREATER_OR_EQUAL": lambda v: v >= o, "LESS_THAN": lambda v: v < o, "LESS_OR_EQUAL": lambda v: v <= o,
        "IN": lambda v: v in others, "CONTAINS": lambda v: o in v, "STARTS_WITH": lambda v: v.startswith(o),
    }[node.operator](value)  # fmt: skip


@MODEST
@given(trees(), st.lists(ROWS, max_size=8))
def test_evaluation_agrees_with_a_plain_reference(node: Node, rows: list[dict[str, Any]]) -> None:
    program = Program(node, CATALOGUE)
    expected = [reference(node, row) for row in rows]
    assert program.many(rows) == expected
    assert [program.one(row).result for row in rows] == expected


@MODEST
@given(trees(), ROWS)
def test_the_deciding_leaves_alone_settle_the_result(node: Node, row: dict[str, Any]) -> None:
    done = Program(node, CATALOGUE).one(row)
    if done.result is None:
        assert all(trace.result is None for trace in done.deciding)
        return
    kept = {trace.leaf.name: row.get(trace.leaf.name) for trace in done.deciding}
    assert Program(node, CATALOGUE).one(kept).result in (done.result, None) or any(
        trace.leaf.operator is Operator.IS_SET for trace in done.leaves
    )
    assert set(done.deciding) <= set(done.leaves)


def test_an_absent_field_is_unknown_and_only_matters_where_it_decides() -> None:
    node = tree({"any": [eq("status", "active"), eq("score", 80, "greater_than")]})
    assert evaluate(node, [{"status": "active"}, {"status": "x"}, {"score": 81}, {"status": "x", "score": 1}]) == [
        True, None, True, False,
    ]  # fmt: skip


def test_rows_may_be_nested_dotted_or_plain() -> None:
    node = tree(eq("score", 80, "greater_than"))
    rows = [
        {"customers": {"score": 81}},
        {"customers.score": 81},
        {"score": 81},
        {"customers": {"score": None}},
    ]
    assert evaluate(node, rows) == [True, True, True, None]


def test_true_and_one_are_not_the_same_even_side_by_side() -> None:
    node = tree(eq("score", 1))
    assert Program(node, CATALOGUE).many([{"score": 1}, {"score": True}, {"score": 1.0}, {"score": "1"}]) == [
        True, None, True, True,
    ]  # fmt: skip


def test_values_of_every_hostile_kind_are_unknown() -> None:
    node = tree(eq("score", 1))
    rows = [{"score": value} for value in ([], {}, float("nan"), float("inf"), "9" * 5000, "١", "1_0", b"1")]
    assert Program(node, CATALOGUE).many(rows) == [None] * len(rows)


def test_values_are_read_as_their_type_has_them() -> None:
    assert (to_number("1e3"), to_integer("3.0"), to_integer(3.5)) == (1000.0, 3, None)
    assert to_date("2024-01-01") == to_date("2024-01-01T01:00:00+01:00")
    assert to_date("2024-13-01") is None


# --- fmt


@MODEST
@given(trees(most=40, width=9))
def test_a_fixed_tree_is_inside_the_limits_equivalent_and_stays_as_it_is(node: Node) -> None:
    limits = Limits(depth=4, children=3)
    done = fixed(node, limits)
    if done is None:
        return
    assert within(done, limits)
    assert fixed(done, limits) == done
    assert prove(node, done, solver=False).equal


@MODEST
@given(trees(most=30, width=9))
def test_the_guides_limits_are_met_by_every_tree_of_a_usual_size(node: Node) -> None:
    done = fixed(node, Limits())
    assert done is not None
    assert within(done, Limits())


def chain(length: int) -> Node:
    node: Node = Leaf(Operator.CONTAINS, "customers", "status", "end")
    for index in range(length):
        join = Join.AND if index % 2 else Join.OR
        node = Branch(join, (Leaf(Operator.CONTAINS, "customers", "status", str(index)), node))
    return node


def test_a_chain_far_too_deep_is_made_flat() -> None:
    node = chain(30)
    done = fixed(node, Limits())
    assert depth(node) == 30
    assert done is not None and within(done, Limits())
    proof = prove(node, done)
    assert proof.equal and proof.means is Means.SOLVER
    assert prove(node, done, solver=False).means is Means.SAMPLING


def test_many_children_are_split_into_neighbouring_groups_of_five() -> None:
    node = tree({"all": [eq("status", str(each), "contains") for each in range(12)]})
    done = fixed(node, Limits())
    assert isinstance(done, Branch)
    assert [len(child.children) for child in done.children if isinstance(child, Branch)] == [5, 5, 2]
    assert "all 177,147 cases" in str(
        prove(tree({"all": to_friendly(node)["all"][:11]}), tree({"all": to_friendly(node)["all"][:11]}))
    )


def test_a_wrong_rewriting_is_found_by_every_means() -> None:
    one = tree({"any": [eq("status", "a", "contains"), eq("status", "b", "contains")]})
    other = tree({"all": [eq("status", "a", "contains"), eq("status", "b", "contains")]})
    assert not prove_equal(one, other).equal
    left, right = chain(16), chain(17)
    assert not prove(left, right, solver=True).equal
    assert not prove(left, right, solver=False).equal


def test_not_is_pushed_inward_where_that_helps() -> None:
    node: Node = Leaf(Operator.EQUALS, "customers", "status", "x")
    for _ in range(12):
        node = Branch(
            Join.NOT, (Branch(Join.AND, (node, Leaf(Operator.EQUALS, "customers", "vip", "true"))),)
        )
    done = fixed(node, Limits())
    assert done is not None and within(done, Limits())
    assert prove(node, done).equal


# --- lint


def rules(document: Any) -> list[str]:
    return [remark.rule for remark in lint(tree(document), CATALOGUE)]


def test_a_contradiction_names_the_fewest_leaves_that_clash() -> None:
    document = {
        "all": [
            eq("status", "a"),
            eq("score", 5, "greater_than"),
            eq("calls", 1),
            eq("score", 3, "less_than"),
        ]
    }
    remarks = lint(tree(document), CATALOGUE)
    assert [remark.rule for remark in remarks] == ["condition-contradiction", "condition-never-true"]
    assert (
        remarks[0].message
        == "customers.score greater than 5 and customers.score less than 3 exclude one another"
    )
    assert remarks[0].path == ("all", 3)


@pytest.mark.parametrize(
    "clash",
    [
        [eq("status", "a"), eq("status", "b")],
        [eq("status", ["a", "b"], "in"), eq("status", "c")],
        [eq("status", "a", "starts_with"), eq("status", "b", "starts_with")],
        [eq("status", "ab"), {"not": eq("status", "a", "contains")}],
        [eq("vip", True), eq("vip", False)],
        [eq("vip", True), eq("vip", False, "is_set")],
        [eq("calls", 1, "greater_than"), eq("calls", 2, "less_than")],
        [eq("since", "2024-01-02", "greater_than"), eq("since", "2024-01-01", "less_than")],
    ],
)
def test_leaves_that_exclude_one_another_are_found(clash: list[Any]) -> None:
    assert "condition-never-true" in rules({"all": clash})


def test_between_two_numbers_there_is_a_number_but_no_whole_one() -> None:
    assert rules({"all": [eq("score", 1, "greater_than"), eq("score", 2, "less_than")]}) == []


def test_what_can_never_be_false_is_found() -> None:
    assert rules({"any": [eq("score", 1, "greater_than"), eq("score", 5, "less_than")]}) == [
        "condition-never-false"
    ]


def test_subsumed_and_duplicate_leaves_are_named() -> None:
    assert rules({"all": [eq("score", 3, "greater_than"), eq("score", 5, "greater_than")]}) == [
        "condition-subsumed"
    ]
    assert rules({"any": [eq("score", 3, "greater_than"), eq("score", 5, "greater_than")]}) == [
        "condition-subsumed"
    ]
    assert rules({"all": [eq("status", "a"), eq("status", "a")]}) == ["condition-duplicate"]


def test_a_sound_condition_has_no_remark() -> None:
    assert (
        rules({"all": [eq("status", "active"), {"any": [eq("score", 80, "greater_than"), eq("vip", True)]}]})
        == []
    )


@MODEST
@given(trees(most=8, width=4))
def test_verdicts_agree_with_the_solver(node: Node) -> None:
    from trunkline.engine.condition.lint import Types
    from trunkline.engine.condition.solve import satisfiable

    for truth in (True, False):
        own = can_be(node, truth=truth, catalogue=CATALOGUE, solver=False)
        asked = node if truth else Branch(Join.NOT, (node,))
        solved = satisfiable(asked, Types(CATALOGUE).of)
        assert own is None or solved is None or own == solved


@MODEST
@given(st.lists(leaf(), min_size=1, max_size=3))
def test_lint_never_fails(leaves: list[Leaf]) -> None:
    for remark in lint(Branch(Join.AND, tuple(leaves)), CATALOGUE, solver=False):
        assert remark.message


# --- merge


def branch(*names: str, join: str = "AND") -> dict[str, Any]:
    return {"type": join, "children": [to_wire(tree(eq("status", name))) for name in names]}


def test_changes_of_different_leaves_come_together() -> None:
    value, clashes = merge_conditions(
        [branch("a", "b", "c")], [branch("x", "b", "c")], [branch("a", "b", "z")]
    )
    assert (value, clashes) == ([branch("x", "b", "z")], [])


def test_added_and_removed_leaves_come_together() -> None:
    value, clashes = merge_conditions(
        [branch("a", "b", "c")], [branch("a", "b", "c", "d")], [branch("b", "c")]
    )
    assert (value, clashes) == ([branch("b", "c", "d")], [])
    value, clashes = merge_conditions([branch("a")], [branch("a", "x")], [branch("a", "y")])
    assert (value, clashes) == ([branch("a", "x", "y")], [])


def test_the_same_leaf_changed_twice_is_a_clash_that_keeps_theirs() -> None:
    value, clashes = merge_conditions([branch("a", "b")], [branch("x", "b")], [branch("y", "b")])
    assert value == [branch("x", "b")]
    assert [clash.path for clash in clashes] == [("conditions", 0, "children", 0)]
    assert clashes[0].mine["expression"] == "y"
    assert merge_conditions([branch("a")], [branch("x")], [branch("x")])[1] == []


def test_a_branch_may_change_its_join_while_others_change_its_leaves() -> None:
    value, clashes = merge_conditions([branch("a", "b")], [branch("a", "b", join="OR")], [branch("a", "z")])
    assert (value, clashes) == ([branch("a", "z", join="OR")], [])


# --- cycles


def test_the_shortest_circle_is_shown_node_by_node() -> None:
    edges = {"a": ["b"], "b": ["c", "d"], "c": ["a"], "d": ["e"], "e": ["a"], "x": ["a"]}
    assert cycles(edges) == [["a", "b", "c", "a"]]


def test_no_circle_is_seen_where_one_thing_is_used_twice() -> None:
    assert cycles({"a": ["b", "c", "b"], "b": ["d"], "c": ["d"]}) == []


def test_a_node_that_needs_itself_and_knots_apart_are_all_shown() -> None:
    assert cycles({"a": ["a"], "b": ["c"], "c": ["b"]}) == [["a", "a"], ["b", "c", "b"]]


def test_a_long_ring_and_a_long_chain_are_no_trouble() -> None:
    ring = {index: [(index + 1) % 5_000] for index in range(5_000)}
    assert len(cycles(ring)[0]) == 5_001
    assert cycles({index: [index + 1] for index in range(5_000)}) == []


@MODEST
@given(st.dictionaries(st.integers(0, 7), st.lists(st.integers(0, 7), max_size=4), max_size=8))
def test_circles_are_real_and_none_is_missed(edges: dict[int, list[int]]) -> None:
    found = cycles(edges)
    for circle in found:
        assert circle[0] == circle[-1]
        assert all(after in edges[before] for before, after in pairwise(circle))
    loops = False
    for start in edges:
        seen, waiting = set(), list(edges[start])
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting += edges.get(node, [])
        loops |= start in seen
    assert bool(found) is loops


def test_a_catalogue_finds_by_id_and_by_name() -> None:
    both = Catalogue([CUSTOMERS]).with_([DataSet("x", "customers", ()), DataSet("y", "orders", ())])
    assert both.find("ds-1") is both.find("customers")
    assert both.names() == ["customers", "orders"]
