"""Data tables: schemas of columns, rows by key, and what may become of them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from hypothesis import strategies as st

from tests.generated.texts import names, texts
from tests.generated.world import Body, Draw, Subject, World, entities, fresh_file, one_each

PATH = "/api/v2/flows/datatables"
_KEYS = (
    "a",
    "A",
    "é",
    "e\u0301",
    "a/b",
    "...",
    "a b",
    "100%",
    "?q=1",
    "#",
    "+",
    "a\\b",
    "\ufeff",
    " ",
    "k" * 256,
)
row_keys = (st.sampled_from(_KEYS) | st.text(st.characters(codec="utf-8"), min_size=1, max_size=8)).filter(
    lambda key: key not in (".", "..")  # no path can hold them: a test of their own
)
column_names = st.sampled_from(("Wert", "wert", "value 1", "é", "a.b", "*", "$ref", "x-y")) | names(size=6)
_VALUES = {
    "string": texts,
    "integer": st.integers(-(2**53), 2**53),
    "number": st.floats(allow_nan=False, allow_infinity=False) | st.integers(-9, 9),
    "boolean": st.booleans(),
}


@st.composite
def columns(draw: Draw) -> Body:
    """One column that is not the key."""
    kind = draw(st.sampled_from(tuple(_VALUES)))
    column: Body = {
        "title": draw(texts),
        "type": kind,
        "$id": "/properties/x",
        "displayOrder": draw(st.integers(0, 5)),
    }
    if draw(st.booleans()):
        column["default"] = draw(_VALUES[kind])
    return column


@st.composite
def tables(draw: Draw, name: str) -> Body:
    more = draw(st.dictionaries(column_names.filter(lambda each: each != "key"), columns(), max_size=3))
    schema: Body = {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "type": "object",
        "additionalProperties": False,
        "properties": {"key": {"title": "key", "type": "string", "$id": "/properties/key"}, **more},
        "required": ["key"],
    }
    body: Body = {"name": name, "schema": schema, "rows": draw(rows(schema))}
    if draw(st.booleans()):
        body["description"] = draw(texts)
    return body


@st.composite
def rows(draw: Draw, schema: Body) -> list[Body]:
    """Rows that fit a schema; what a row leaves out gets its default, or stays out."""
    found: list[Body] = []
    for key in draw(st.lists(row_keys, unique=True, max_size=4)):
        row = {"key": key}
        for name, column in schema["properties"].items():
            if name != "key" and draw(st.booleans()):
                row[name] = draw(_VALUES[column["type"]])
        found.append(row)
    return found


def seed(world: World, org: list[Body]) -> None:
    for body in org:
        made = world.post(PATH, {key: value for key, value in body.items() if key != "rows"})
        for row in body["rows"]:
            world.post(f"{PATH}/{made['id']}/rows", row)


def edit(draw: Draw, world: World) -> None:
    """Rows come, go and change; tables are renamed, made, deleted. Columns cannot be taken away again."""
    taken = {each["name"] for each in world.bodies().values()}
    for file, body in world.bodies().items():
        match draw(st.sampled_from(("keep", "rows", "rename", "delete"))):
            case "rows":
                world.write(file, {**body, "rows": draw(rows(body["schema"])), "description": draw(texts)})
            case "rename":
                world.write(file, {**body, "name": f"{body['name']} renamed"})
            case "delete":
                (world.folder / file).unlink()
    for number, name in enumerate(draw(one_each(names(), taken, most=2))):
        world.write(fresh_file("tables", number), draw(tables(name)))


def live(world: World) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for table in entities(world, PATH, expand="schema"):
        listed = entities(world, f"{PATH}/{quote(table['id'])}/rows", showbrief="false")
        body = {key: value for key, value in table.items() if key not in ("id", "selfUri", "division")}
        found[table["name"]] = {**body, "rows": listed}
    return found


@st.composite
def orgs(draw: Draw) -> list[Body]:
    return [draw(tables(name)) for name in draw(one_each(names(), most=3))]


TABLES = Subject(("data_table",), orgs(), seed, edit, live)
