"""Script actions of CXone: JavaScript with odd texts in it, names that differ by case, dependencies."""

from __future__ import annotations

import json

import yaml
from hypothesis import strategies as st

from tests.generated.texts import texts
from tests.generated.world import Body, Draw, Subject, World, entities, mapped, unescaped

PATH = "/api/v2/dataactions/actions"
names = st.sampled_from(
    ("calc", "Calc", "CALC", "con", "null", "true", "0123", "1e5", "---", "a" * 64)
) | st.text("abXY09_-", min_size=3, max_size=8)


@st.composite
def codes(draw: Draw) -> str:
    note = json.dumps(draw(texts), ensure_ascii=draw(st.booleans()))
    end = draw(st.sampled_from(("\n", "\r\n", "")))
    mark = draw(st.sampled_from(("", "", "\ufeff", "// ${{ env.HOME }}\n", "\n\n")))
    return f"{mark}function main(c) {{{end} return [{note}, c.input];{end}}}{end}"


@st.composite
def scripts(draw: Draw, name: str, known: list[str]) -> Body:
    body: Body = {"name": name, "script": {"language": "JavaScript", "content": draw(codes())}}
    if draw(st.booleans()):
        body |= {"description": draw(texts), "enabled": draw(st.booleans())}
    if known and draw(st.booleans()):
        body["dependencies"] = draw(st.lists(st.sampled_from(known), unique=True, max_size=3))
    return body


@st.composite
def orgs(draw: Draw) -> list[Body]:
    chosen = draw(st.lists(names, unique=True, max_size=4))
    return [draw(scripts(name, chosen[:index])) for index, name in enumerate(chosen)]


def seed(world: World, org: list[Body]) -> None:
    for body in org:
        world.post(PATH, body)


def edit(draw: Draw, world: World) -> None:
    """Code, words and dependencies change; actions that nothing needs are renamed and deleted; others made."""
    read = {
        file: yaml.safe_load(content) for file, content in world.files().items() if file.endswith(".yaml")
    }
    definitions: dict[str, Body] = {file: mapped(body, unescaped) for file, body in read.items()}
    needed = {name for body in definitions.values() for name in body.get("depends_on", [])}
    for file, body in definitions.items():
        code = world.folder / "scripts" / body["script"]
        match draw(st.sampled_from(("keep", "code", "words", "let go", "rename", "delete"))):
            case "code":
                code.write_text(draw(codes()), encoding="utf-8", newline="")
            case "words":
                world.write(file, {**body, "description": draw(texts), "enabled": draw(st.booleans())})
            case "let go":
                world.write(file, {key: value for key, value in body.items() if key != "depends_on"})
            case "rename" if body["name"] not in needed and len(body["name"]) < 60:
                world.write(file, {**body, "name": f"{body['name']}_2"})
            case "delete" if body["name"] not in needed:
                (world.folder / file).unlink()
                code.unlink()
    known = [body["name"] for body in definitions.values()]
    taken = {name for body in known for name in (body, f"{body}_2")}
    for number, name in enumerate(
        draw(st.lists(names.filter(lambda one: one not in taken), unique=True, max_size=2))
    ):
        body = draw(scripts(name, sorted(needed)))
        (world.folder / "scripts").mkdir(exist_ok=True)
        (world.folder / "scripts" / f"new-{number}.js").write_text(
            body["script"]["content"], encoding="utf-8", newline=""
        )
        document = {key: body[key] for key in ("name", "description", "enabled") if key in body}
        world.write(f"scripts/new-{number}.yaml", {**document, "depends_on": body.get("dependencies", [])})


def live(world: World) -> dict[str, Body]:
    owned = ("id", "createdTimestamp", "modifiedTimestamp", "selfUri")
    found = entities(world, PATH)
    return {
        each["name"]: {
            key: sorted(value) if key == "dependencies" else value
            for key, value in each.items()
            if key not in owned
        }
        for each in found
    }


SCRIPT_ACTIONS = Subject(("script_action",), orgs(), seed, edit, live, surface="guides", cloud="cxone")
