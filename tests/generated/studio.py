"""Studio scripts of CXone: actions by number, branches that lead somewhere or nowhere, snippets, odd names."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import strategies as st

from tests.generated.texts import texts
from tests.generated.world import Body, Draw, Subject, World

BASE = "/incontactapi/services/v34.0"
ACTIONS = ("PLAY", "SNIPPET", "MENU", "SKILL", "REQAGENT", "END", "ONRELEASE")
names = st.sampled_from(
    (
        "Main\\Greeting",
        "main\\greeting",
        "Main\\Ünder\\Größe",
        "null",
        "007",
        "con",
        "a#1a2b3c",
        "${{ env.HOME }}",
        "A & B",
        "100%",
    )
) | st.text("abÄ é%+&?#.", min_size=1, max_size=8).map(str.strip).filter(lambda name: name.strip(". ") != "")
properties = st.dictionaries(
    st.sampled_from(("0", "1", "2")),
    st.fixed_dictionaries({"name": st.sampled_from(("Data", "Sequence", "Skill", "")), "value": texts}),
    max_size=2,
)


@st.composite
def documents(draw: Draw, name: str) -> Body:
    """A script that the service takes, with warnings or without."""
    kinds = ["BEGIN", *draw(st.lists(st.sampled_from(ACTIONS), max_size=4))]
    keys = [str(number) for number in draw(st.permutations(range(1, len(kinds) + 1)))]
    keys = draw(st.sampled_from((keys, [f"{key}0" for key in keys])))
    actions: Body = {}
    held: Body = {}
    branches: Body = {}
    for key, kind in zip(keys, kinds, strict=True):
        label = draw(st.none() | texts)
        actions[key] = {"actionId": int(key), "libraryId": draw(st.sampled_from(("aa-BB", "AA-BB"))), "name": kind, "version": 1,
                        "label": label, "dependencyOrder": draw(st.sampled_from((1, "1"))), "x": draw(st.integers(0, 9)), "y": 1}  # fmt: skip
        if draw(st.booleans()):
            held[key] = draw(properties)
        if draw(st.booleans()):
            to = int(draw(st.sampled_from(keys)))
            branches[key] = [{"to": to, "label": draw(st.sampled_from(("", 0, None, "1"))), "type": "default", "index": 0,
                              "elbows": draw(st.lists(st.integers(0, 3), max_size=2))}]  # fmt: skip
            if draw(st.booleans()):
                branches[key].append({"to": to, "label": draw(texts), "type": "case", "index": 1})
    header = {"scriptName": name, "mediaType": draw(st.sampled_from((4, "4"))), "notes": draw(texts)}
    return {"header": header, "actions": actions, "properties": held, "branches": branches}


@st.composite
def orgs(draw: Draw) -> list[Body]:
    return [draw(documents(name)) for name in draw(st.lists(names, unique=True, max_size=3))]


def seed(world: World, org: list[Body]) -> None:
    for document in org:
        save(world, document)


def save(world: World, document: Body) -> None:
    """Somebody's save in Studio."""
    posted = copy.deepcopy(document)
    for action in posted["actions"].values():
        action |= {"xws": 1, "yws": 1}
    answer = world.api.post(f"{BASE}/scripts", {"scriptContent": posted})
    assert answer.status_code in (200, 206), answer.text


def edit(draw: Draw, world: World) -> None:
    """Labels, snippets and wires change, things are moved; scripts are deleted and made."""
    for file, body in world.bodies().items():
        changed = copy.deepcopy(body)
        first = next(iter(changed["actions"]))
        match draw(st.sampled_from(("keep", "label", "wire", "again", "moved", "delete"))):
            case "label":
                changed["actions"][first]["label"] = draw(texts)
            case "wire":
                changed["branches"][first] = [{"to": int(first), "label": "", "type": "default", "index": 0}]
            case "again":
                changed = {"name": body["name"], **draw(documents(body["name"]))}
            case "moved":
                changed["actions"][first] |= {"x": 999, "xws": 7}
            case "delete":
                (world.folder / file).unlink()
                continue
        world.write(file, changed)
    taken = {body["name"] for body in world.bodies().values()}
    for number, name in enumerate(
        draw(st.lists(names.filter(lambda one: one not in taken), unique=True, max_size=2))
    ):
        world.write(f"studio/new-{number}.json", draw(documents(name)))


def live(world: World) -> dict[str, Any]:
    found: dict[str, Any] = {}
    answer = world.api.get(f"{BASE}/scripts/search", params={"top": 100})
    for row in answer.json()["scriptSearchDetails"]:
        document = world.api.get(f"{BASE}/scripts", params={"scriptPath": row["scriptName"]}).json()
        held = {
            key: value
            for key, value in document["header"].items()
            if key not in ("masterId", "lockInfo", "status")
        }
        assert document["header"]["lockInfo"]["isLocked"] is False
        found[row["scriptName"]] = {**document, "header": held}
    return found


STUDIO = Subject(("studio_script",), orgs(), seed, edit, live, cloud="cxone")
