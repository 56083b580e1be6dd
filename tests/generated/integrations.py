"""Integrations with settings and credentials: several may share a name, secrets stay where they are."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from tests.generated.texts import names, texts, values
from tests.generated.world import SECRET, Body, Draw, Subject, World, entities, fresh_file, shared

PATH = "/api/v2/integrations"
TYPES = ("custom-rest-actions", "purecloud-data-actions", "aws-lambda-data-actions")
settings = st.dictionaries(st.sampled_from(("url", "timeout", "a.b", "Ä", "nested")), values, max_size=3)
credential_names = st.sampled_from(("Key", "key", "Schlüssel", "Key #1", "${{ env.HOME }}", "a/b"))


@st.composite
def integrations(draw: Draw, name: str, credentials: list[str], type_: str | None = None) -> Body:
    body: Body = {"name": name, "integrationType": type_ or draw(st.sampled_from(TYPES))}
    if draw(st.booleans()):
        body["intendedState"] = draw(st.sampled_from(("ENABLED", "DISABLED")))
    for field, drawn in (("notes", texts), ("properties", settings), ("advanced", settings)):
        if draw(st.booleans()):
            body[field] = draw(drawn)
    if credentials and draw(st.booleans()):
        chosen = st.dictionaries(
            st.sampled_from(("basicAuth", "oauth")), st.sampled_from(credentials), max_size=2
        )
        body["credentials"] = draw(chosen)
    return body


def seed(world: World, org: tuple[list[str], list[Body]]) -> None:
    credentials, found = org
    for name in credentials:
        fields = {"userName": "u", "password": SECRET}
        made = world.post(
            f"{PATH}/credentials", {"name": name, "type": {"name": "basicAuth"}, "credentialFields": fields}
        )
        world.ids.setdefault(name, made["id"])
    for body in found:
        made = world.post(PATH, {"name": body["name"], "integrationType": {"id": body["integrationType"]}})
        config = {key: body[key] for key in ("notes", "properties", "advanced") if key in body}
        used = {key: {"id": world.ids[name]} for key, name in body.get("credentials", {}).items()}
        config |= {"name": body["name"], "version": 1, "credentials": used}
        world.put(f"{PATH}/{made['id']}/config/current", config)
        state = {"name": body["name"], "intendedState": body.get("intendedState", "DISABLED")}
        assert world.api.patch(f"{PATH}/{made['id']}", state).status_code == 200


def edit(draw: Draw, world: World) -> None:
    """Settings change and go back to what the org gives, states change; integrations come and go."""
    credentials = list(world.ids)
    twins = {body["name"] for body in world.bodies().values() if shared(world, body["name"])}
    for file, body in world.bodies().items():
        match draw(st.sampled_from(("keep", "change", "leave out", "rename", "delete"))):
            case "change":
                world.write(file, draw(integrations(body["name"], credentials, body["integrationType"])))
            case "leave out":
                left = draw(
                    st.sampled_from(("notes", "properties", "advanced", "credentials", "intendedState"))
                )
                world.write(file, {key: value for key, value in body.items() if key != left})
            case "rename" if not (body["name"] in twins or holds(world, f"{body['name']} 2")):
                world.write(file, {**body, "name": f"{body['name']} 2"})
            case "delete" if body["name"] not in twins:
                (world.folder / file).unlink()
    taken = {body["name"] for body in world.bodies().values()}
    for number, name in enumerate(
        draw(st.lists(names().filter(lambda one: one not in taken), unique=True, max_size=2))
    ):
        world.write(fresh_file("integrations", number), draw(integrations(name, credentials)))


def holds(world: World, name: str) -> bool:
    return any(body["name"] == name for body in world.bodies().values())


def live(world: World) -> list[str]:
    credentials = {each["id"]: each["name"] for each in entities(world, f"{PATH}/credentials")}
    found: list[Any] = []
    for each in entities(world, PATH, expand="config.current"):
        config = each["config"]["current"]
        used = {key: credentials[one["id"]] for key, one in config["credentials"].items()}
        kept = {key: config[key] for key in ("name", "notes", "properties", "advanced")}
        kept |= {"credentials": used, "type": each["integrationType"]["id"], "state": each["intendedState"]}
        found.append(json.dumps(kept, sort_keys=True))
    return sorted(found)


@st.composite
def orgs(draw: Draw) -> tuple[list[str], list[Body]]:
    """Credentials by name, and the integrations that use them; two of either may have one name."""
    credentials = draw(st.lists(credential_names, max_size=3))
    found = [draw(integrations(name, credentials)) for name in draw(st.lists(names(), max_size=3))]
    return credentials, [*found, draw(integrations(found[0]["name"], credentials))] if found and draw(
        st.booleans()
    ) else found


INTEGRATIONS = Subject(("integration",), orgs(), seed, edit, live)
