"""Random conditions for tests of properties."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from trunkline.domain.condition import (
    Branch,
    Catalogue,
    DataField,
    DataSet,
    FieldType,
    Join,
    Leaf,
    Node,
    Operator,
)

FIELDS = {
    "status": FieldType.STRING,
    "score": FieldType.NUMBER,
    "calls": FieldType.INTEGER,
    "vip": FieldType.BOOLEAN,
    "since": FieldType.DATE,
}
CUSTOMERS = DataSet(
    "ds-1", "customers", tuple(DataField(f"f-{name}", name, kind) for name, kind in FIELDS.items()), None
)
CATALOGUE = Catalogue([CUSTOMERS])

_VALUES: dict[FieldType, st.SearchStrategy[str]] = {
    FieldType.STRING: st.sampled_from(["", "a", "ab", "abc", "b", "ba", "active"]),
    FieldType.NUMBER: st.sampled_from(["-1", "0", "0.5", "1", "2", "80"]),
    FieldType.INTEGER: st.sampled_from(["-1", "0", "1", "2", "3"]),
    FieldType.BOOLEAN: st.sampled_from(["true", "false"]),
    FieldType.DATE: st.sampled_from(["2024-01-01", "2024-01-02", "2024-01-01T12:00:00Z"]),
}
_ORDER = [Operator.GREATER_THAN, Operator.GREATER_OR_EQUAL, Operator.LESS_THAN, Operator.LESS_OR_EQUAL]
_ALWAYS = [Operator.EQUALS, Operator.NOT_EQUALS, Operator.IN, Operator.IS_SET]


def operators(kind: FieldType) -> list[Operator]:
    texts = [Operator.CONTAINS, Operator.STARTS_WITH] if kind is FieldType.STRING else []
    return [*_ALWAYS, *texts, *([] if kind is FieldType.BOOLEAN else _ORDER)]


@st.composite
def leaf(draw: Any) -> Leaf:
    name = draw(st.sampled_from(list(FIELDS)))
    kind = FIELDS[name]
    operator = draw(st.sampled_from(operators(kind)))
    if operator is Operator.IS_SET:
        literal: str | None = draw(st.sampled_from(["true", "false", None]))
    elif operator is Operator.IN:
        given = draw(st.lists(_VALUES[kind], min_size=1, max_size=3))
        literal = "[" + ", ".join(f'"{each}"' for each in given) + "]"
    else:
        literal = draw(_VALUES[kind])
    return Leaf(operator, "customers", name, literal)


def trees(most: int = 12, width: int = 7) -> st.SearchStrategy[Node]:
    def branches(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        joined = st.builds(
            lambda join, parts: Branch(join, tuple(parts)),
            st.sampled_from([Join.AND, Join.OR]),
            st.lists(children, min_size=1, max_size=width),
        )
        return joined | st.builds(lambda child: Branch(Join.NOT, (child,)), children)

    return st.recursive(leaf(), branches, max_leaves=most)


_CELLS: dict[str, st.SearchStrategy[Any]] = {
    "status": st.sampled_from(["a", "ab", "abc", "b", "ba", "active", "", 1, True]),
    "score": st.sampled_from([-1, 0, 0.5, 1, 1.5, 80, "80", "x", True]),
    "calls": st.sampled_from([-1, 0, 1, 2, 3, "2", 2.0, 2.5]),
    "vip": st.sampled_from([True, False, "true", 0]),
    "since": st.sampled_from(["2024-01-01", "2024-01-01T06:00:00+01:00", "2024-01-03", "soon", 5]),
}
ROWS = st.fixed_dictionaries({}, optional={name: cell | st.none() for name, cell in _CELLS.items()})
