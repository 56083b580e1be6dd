"""What is suspicious in a condition that is allowed: it never holds, always holds, or says a thing twice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import product

from trunkline.domain.condition import Branch, Catalogue, FieldType, Join, Leaf, Node, Operator
from trunkline.domain.condition.literals import guessed_type
from trunkline.domain.json import Path
from trunkline.engine.condition.constraints import Literal, possible
from trunkline.engine.condition.normal import merged, pushed

MOST_CASES = 4_096
"""Ways for a tree to come true that are looked at one by one."""


@dataclass(frozen=True, slots=True)
class Remark:
    """`rule` is the id of the rule; `others` are the leaves that `path` clashes or compares with."""

    rule: str
    path: Path
    message: str
    others: tuple[Leaf, ...] = ()


class Types:
    """The type to compare a field as: declared, or as the first literal for it looks."""

    def __init__(self, catalogue: Catalogue | None = None) -> None:
        self._catalogue = catalogue or Catalogue()
        self._guessed: dict[tuple[str, str], FieldType] = {}

    def of(self, leaf: Leaf) -> FieldType:
        known = self._catalogue.type_of(leaf.dataset, leaf.name)
        if known is not None:
            return known
        if leaf.operator is Operator.IS_SET:
            return self._guessed.get((leaf.dataset, leaf.name), FieldType.STRING)
        return self._guessed.setdefault((leaf.dataset, leaf.name), guessed_type(leaf))


def can_be(
    tree: Node, *, truth: bool, catalogue: Catalogue | None = None, solver: bool | None = None
) -> bool | None:
    """Whether some row makes the tree true (or false); None where our reasoning does not tell.

    `solver` asks z3 then; None does so where it is installed.
    """
    types = Types(catalogue)
    normal = merged(pushed(tree, negate=not truth))
    verdict = _satisfiable(normal, types)
    if verdict is None and (find_spec("z3") is not None if solver is None else solver):
        from trunkline.engine.condition.solve import satisfiable

        verdict = satisfiable(normal, types.of)
    return verdict


def lint(tree: Node, catalogue: Catalogue | None = None, *, solver: bool | None = None) -> list[Remark]:
    """Every remark about a tree that has no fault."""
    types = Types(catalogue)
    remarks = list(_local(merged(tree), types))
    if can_be(tree, truth=True, catalogue=catalogue, solver=solver) is False:
        if not any(each.rule == "condition-contradiction" for each in remarks):
            remarks += _contradiction(tree, types)
        remarks.append(Remark("condition-never-true", tree.path, "this can never be true"))
    if can_be(tree, truth=False, catalogue=catalogue, solver=solver) is False:
        remarks.append(Remark("condition-never-false", tree.path, "this can never be false"))
    return remarks


def _contradiction(tree: Node, types: Types) -> Iterator[Remark]:
    """The clash where every way to come true has one and the same."""
    cases = _cases(merged(pushed(tree)))
    cores = [core for case in cases or () if (core := _core(case, types))]
    if cores and len(cores) == len(cases or ()):
        shortest = min(cores, key=len)
        yield _clash(shortest)


def _satisfiable(normal: Node, types: Types) -> bool | None:
    cases = _cases(normal)
    if cases is None:
        return None
    verdicts = [_case_possible(case, types) for case in cases]
    return True if True in verdicts else None if None in verdicts else False


def _cases(normal: Node) -> list[tuple[Literal, ...]] | None:
    """The ways for a tree to come true, each a conjunction of literals; None where they are too many."""
    if isinstance(normal, Leaf):
        return [(Literal(normal, truth=True),)]
    if normal.join is Join.NOT:
        leaf = normal.children[0]
        return [(Literal(leaf, truth=False),)] if isinstance(leaf, Leaf) else None
    parts = [_cases(child) for child in normal.children]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if normal.join is Join.OR:
        cases = [case for part in known for case in part]
        return cases if len(cases) <= MOST_CASES else None
    return _combined(known)


def _combined(parts: Sequence[list[tuple[Literal, ...]]]) -> list[tuple[Literal, ...]] | None:
    count = 1
    for part in parts:
        count *= len(part)
    if count > MOST_CASES:
        return None
    return [tuple(dict.fromkeys(each for case in chosen for each in case)) for chosen in product(*parts)]


def _by_field(case: Sequence[Literal]) -> list[list[Literal]]:
    fields: dict[tuple[str, str], list[Literal]] = {}
    for each in case:
        fields.setdefault((each.leaf.dataset, each.leaf.name), []).append(each)
    return list(fields.values())


def _kind(literals: Sequence[Literal], types: Types) -> FieldType:
    kinds = [types.of(each.leaf) for each in literals if each.leaf.operator is not Operator.IS_SET]
    return kinds[0] if kinds else types.of(literals[0].leaf)


def _verdict(literals: Sequence[Literal], types: Types) -> bool | None:
    try:
        return possible(literals, _kind(literals, types))
    except ValueError:
        return None  # leaves of one undeclared field that look like different types


def _case_possible(case: Sequence[Literal], types: Types) -> bool | None:
    verdicts = [_verdict(literals, types) for literals in _by_field(case)]
    return False if False in verdicts else None if None in verdicts else True


def _core(case: Sequence[Literal], types: Types) -> list[Literal]:
    """A clash in a conjunction with no literal too many; none where there is no clash."""
    for literals in _by_field(case):
        if _verdict(literals, types) is not False:
            continue
        core = list(literals)
        for each in literals:
            rest = [other for other in core if other is not each]
            if rest and _verdict(rest, types) is False:
                core = rest
        return core
    return []


def _local(node: Node, types: Types) -> Iterator[Remark]:
    """Remarks about neighbours: duplicates, subsumed leaves, clashes."""
    if isinstance(node, Leaf):
        return
    own = [literal for child in node.children if (literal := _literal(child))]
    unique = list(dict.fromkeys(own))
    yield from _duplicates(own)
    yield from _subsumed(unique, node, types)
    if node.join is Join.AND and (core := _core(unique, types)):
        yield _clash(core)
    for child in node.children:
        yield from _local(child, types)


def _literal(node: Node) -> Literal | None:
    if isinstance(node, Leaf):
        return Literal(node, truth=True)
    inner = node.children[0] if node.join is Join.NOT and node.children else None
    return Literal(inner, truth=False) if isinstance(inner, Leaf) else None


def _duplicates(literals: Sequence[Literal]) -> Iterator[Remark]:
    first: dict[Literal, Literal] = {}
    for each in literals:
        other = first.setdefault(each, each)
        if other is not each:
            yield Remark(
                "condition-duplicate", each.leaf.path, f"{shown(each)} stands here twice", (other.leaf,)
            )


def _subsumed(literals: Sequence[Literal], node: Branch, types: Types) -> Iterator[Remark]:
    """A leaf of AND that another one implies; a leaf of OR that implies another one."""
    if node.join is Join.NOT:
        return
    follows = _implies if node.join is Join.AND else _implied
    gone: set[int] = set()
    for at, each in enumerate(literals):
        for other_at, other in enumerate(literals):
            if at == other_at or other_at in gone or not _same_field(each, other):
                continue
            if follows(other, each, types):
                gone.add(at)
                why = "follows from" if node.join is Join.AND else "is covered by"
                message = f"{shown(each)} {why} {shown(other)}"
                yield Remark("condition-subsumed", each.leaf.path, message, (other.leaf,))
                break


def _implies(strong: Literal, weak: Literal, types: Types) -> bool:
    """Whether whatever satisfies `strong` satisfies `weak`; both can be satisfied at all."""
    opposite = Literal(weak.leaf, not weak.truth)
    return _verdict([strong], types) is True and _verdict([strong, opposite], types) is False


def _implied(strong: Literal, weak: Literal, types: Types) -> bool:
    return _implies(weak, strong, types)


def _same_field(left: Literal, right: Literal) -> bool:
    return (left.leaf.dataset, left.leaf.name) == (right.leaf.dataset, right.leaf.name)


def _clash(core: Sequence[Literal]) -> Remark:
    named = " and ".join(map(shown, core))
    message = f"{named} exclude one another" if len(core) > 1 else f"{named} can never be"
    return Remark("condition-contradiction", core[-1].leaf.path, message, tuple(e.leaf for e in core[:-1]))


def shown(literal: Literal) -> str:
    """A literal in words."""
    return str(literal.leaf) if literal.truth else f"not ({literal.leaf})"
