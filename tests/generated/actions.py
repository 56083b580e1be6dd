"""Data actions on both surfaces: published ones, drafts beside them, drafts alone, several of one name."""

from __future__ import annotations

import copy
import json
from typing import Any

from hypothesis import strategies as st

from tests.generated.texts import ODD, names, texts
from tests.generated.world import Body, Draw, Subject, World, entities, fresh_file, shared

PATH = "/api/v2/integrations/actions"
INTEGRATIONS = "/api/v2/integrations"
integration_names = st.sampled_from(("Web", "web", "Über #1", "a#1a2b3c", "${{ env.HOME }}", "Web"))
field_names = st.sampled_from(("id", "Id", "kunde", "größe", "a.b", "x-y", "$ref", "0", "${{ env.HOME }}"))
plain_texts = texts.filter(lambda text: "\x00" not in text)
schemas = st.recursive(
    st.fixed_dictionaries(
        {"type": st.sampled_from(("string", "integer", "number", "boolean"))},
        optional={"title": plain_texts, "description": plain_texts},
    ),
    lambda inner: (
        inner.map(lambda items: {"type": "array", "items": items})
        | st.dictionaries(field_names, inner, max_size=2).map(
            lambda found: {"type": "object", "properties": found}
        )
    ),
    max_leaves=3,
)


@st.composite
def roots(draw: Draw) -> Body:
    """The schema of an input or an output."""
    properties = draw(st.dictionaries(field_names, schemas, max_size=3))
    schema: Body = {
        "$schema": "http://json-schema.org/draft-04/schema#",
        "type": "object",
        "properties": properties,
    }
    if properties and draw(st.booleans()):
        schema["required"] = draw(st.lists(st.sampled_from(sorted(properties)), unique=True, min_size=1))
    if draw(st.booleans()):
        schema |= {"title": draw(plain_texts), "additionalProperties": draw(st.booleans())}
    return schema


VALID = ("", " ", "null", "true", "1e5", "0123", "~", "- a", "a: b", "'", '"', "a\r\nb", "a\rb", "\t", "{{name}}", "${input.x}",
         "$${input.x}", "$!{input.x}", "\ufeffmarked", "a\u2028b", "e\u0301", "😀", "x" * 3000)  # fmt: skip
"""What parses as a template: the cloud publishes nothing else."""
templates = st.sampled_from(("${input.rawRequest}", '{"a": "$esc.jsonString(${input.id})"}', *VALID))
targets = st.sampled_from(("id", "a", "größe", "0"))
maps = st.dictionaries(targets, st.sampled_from(("$.id", "$..a[0]", "$['a b']", "id", "$")), max_size=2)
defaults = st.dictionaries(targets, st.sampled_from(ODD), max_size=2)
headers = st.dictionaries(st.sampled_from(("Accept", "X-Ä", "accept")), templates, max_size=2)


@st.composite
def configs(draw: Draw) -> Body:
    url = draw(
        st.sampled_from(
            ("https://crm.example.com/${input.id}", "/api/v2/users/${input.id}", "${input.url}", "arn:aws:x")
        )
    )
    request: Body = {
        "requestUrlTemplate": url,
        "requestType": draw(st.sampled_from(("GET", "POST", "PATCH"))),
    }
    response: Body = {}
    for holder, key, drawn in (
        (request, "headers", headers), (request, "requestTemplate", templates), (response, "successTemplate", templates),
        (response, "translationMap", maps), (response, "translationMapDefaults", defaults),
    ):  # fmt: skip
        if draw(st.booleans()):
            holder[key] = draw(drawn)
    config: Body = {"request": request, "response": response}
    if draw(st.booleans()):
        config["timeoutSeconds"] = draw(st.integers(1, 60))
    return config


@st.composite
def actions(draw: Draw, name: str, integrations: list[str]) -> Body:
    """An action in the exported form, its integration by name."""
    contract = {"input": {"inputSchema": draw(roots())}, "output": {"successSchema": draw(roots())}}
    return {
        "name": name, "integration": draw(st.sampled_from(integrations)), "actionType": "custom",
        "config": draw(configs()), "contract": contract, "secure": draw(st.booleans()),
    }  # fmt: skip


def seed(world: World, org: Body) -> None:
    world.api.configure(**org["settings"])
    for name in org["integrations"]:
        made = world.post(INTEGRATIONS, {"name": name, "integrationType": {"id": "custom-rest-actions"}})
        world.ids.setdefault(name, made["id"])
    for each in org["actions"]:
        body = {key: each["body"][key] for key in ("name", "config", "contract", "secure")}
        body |= {"category": each["category"], "integrationId": world.ids[each["body"]["integration"]]}
        made = world.post(f"{PATH}/drafts" if each["stage"] == "draft" else PATH, body)
        if each["stage"] == "both":
            world.post(f"{PATH}/{made['id']}/draft", ...)
            changed = {"version": made["version"], "category": "Changed", "config": each["other"]}
            assert world.api.patch(f"{PATH}/{made['id']}/draft", changed).status_code == 200


def edit(draw: Draw, world: World) -> None:
    """Configurations change in place, contracts by a new action; actions are renamed, made and deleted."""
    drafted = {each["name"] for each in entities(world, f"{PATH}/drafts")}
    for file, body in world.bodies().items():
        if body["name"] in drafted:
            continue  # a draft of somebody else's is theirs: a test of its own
        changed = copy.deepcopy(body)
        match draw(st.sampled_from(("keep", "config", "contract", "secure", "rename", "delete"))):
            case "config":
                changed["config"] = draw(configs())
            case "contract":
                changed["contract"]["output"]["successSchema"] = draw(roots())
            case "secure":
                changed["secure"] = not body["secure"]
            case "rename":
                changed["name"] += " 2"
            case "delete" if not shared(world, body["name"]):
                (world.folder / file).unlink()
                continue
        world.write(file, changed)
    taken = {body["name"] for body in world.bodies().values()} | drafted
    fresh = names().filter(lambda one: one not in taken and " - Exported " not in one)
    for number, name in enumerate(draw(st.lists(fresh, unique=True, max_size=2))):
        world.write(fresh_file("actions", number, ".custom.json"), draw(actions(name, sorted(world.ids))))


def _unordered(schema: Body) -> Body:
    """The order of what is required says nothing."""
    return {**schema, "required": sorted(schema["required"])} if "required" in schema else schema


def live(world: World) -> list[str]:
    """What the actions of the org say; an action that was made anew has an id of its own in its addresses."""
    integrations = {each["id"]: each["name"] for each in entities(world, INTEGRATIONS)}
    found: list[str] = []
    for each in entities(world, PATH, expand="contract", includeConfig="true"):
        kept: dict[str, Any] = {key: each[key] for key in ("name", "category", "secure", "config")}
        kept["contract"] = [
            _unordered(each["contract"]["input"]["inputSchema"]),
            _unordered(each["contract"]["output"]["successSchema"]),
        ]
        said = json.dumps([kept, integrations[each["integrationId"]]], sort_keys=True)
        found.append(said.replace(each["id"], "its own id"))
    return sorted(found)


@st.composite
def orgs(draw: Draw) -> Body:
    integrations = draw(st.lists(integration_names, min_size=1, max_size=3))
    several = names(also=("Get", "get", "Get - Exported 2021-10-22 @ 14:08", "Get#1a2b3c"))
    found: list[Body] = []
    for name in draw(st.lists(several, max_size=4)):
        stage = draw(st.sampled_from(("published", "published", "draft", "both")))
        body = draw(actions(name, integrations))
        found.append({"body": body, "stage": stage, "category": draw(names()), "other": draw(configs())})
    switches = {name: draw(st.booleans()) for name in ("actionTemplateUris", "draftLosesRequestTemplate")}
    return {"integrations": integrations, "actions": found, "settings": switches}


ACTIONS = Subject(("data_action",), orgs(), seed, edit, live, forms=("vendor", "friendly"))
