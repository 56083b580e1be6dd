"""Queues, prompts, schedules and the small kinds that they and flows name, with references among them."""

from __future__ import annotations

import copy
import json
from collections import Counter
from typing import Any

from hypothesis import strategies as st

from tests.generated.texts import names, texts
from tests.generated.world import Body, Draw, Subject, World, entities, fresh_file, one_each

PATHS = {
    "division": ("divisions", "/api/v2/authorization/divisions"),
    "skill": ("skills", "/api/v2/routing/skills"),
    "language": ("languages", "/api/v2/routing/languages"),
    "wrapup_code": ("wrapup_codes", "/api/v2/routing/wrapupcodes"),
    "flow_milestone": ("flow_milestones", "/api/v2/flows/milestones"),
    "flow_outcome": ("flow_outcomes", "/api/v2/flows/outcomes"),
    "schedule": ("schedules", "/api/v2/architect/schedules"),
    "schedule_group": ("schedule_groups", "/api/v2/architect/schedulegroups"),
    "emergency_group": ("emergency_groups", "/api/v2/architect/emergencygroups"),
    "prompt": ("prompts", "/api/v2/architect/prompts"),
    "queue": ("queues", "/api/v2/routing/queues"),
}
"""Folder and list of each kind, what is referred to first."""
FIXED = ("skill", "language", "flow_outcome")
"""Kinds whose API has no change, and for outcomes no delete."""
GROUPS = ("openSchedules", "closedSchedules", "holidaySchedules")


@st.composite
def bodies(draw: Draw, kind: str, name: str, known: dict[str, list[str]]) -> Body:
    """A file's body, what it refers to by name."""
    body: Body = {"name": name}
    if kind != "division" and known["division"] and kind not in FIXED and draw(st.booleans()):
        body["division"] = draw(st.sampled_from(known["division"]))
    if kind in ("division", "queue", "prompt", "schedule") and draw(st.booleans()):
        body["description"] = draw(texts)
    match kind:
        case "queue":
            if draw(st.booleans()):
                body |= {"autoAnswerOnly": draw(st.booleans()), "acwSettings": {"wrapupPrompt": "OPTIONAL"}}
            if known["prompt"] and draw(st.booleans()):
                body["whisperPrompt"] = draw(st.sampled_from(known["prompt"]))
        case "prompt":
            spoken = draw(st.lists(st.sampled_from(("en-us", "de-de", "fr-ca")), unique=True))
            body["resources"] = [{"language": one, "ttsString": draw(texts)} for one in spoken]
        case "schedule":
            body |= {
                "start": "2026-01-01T09:00:00.000",
                "end": "2026-01-01T17:00:00.000",
                "rrule": draw(texts),
            }
        case "schedule_group":
            body["timeZone"] = draw(st.sampled_from(("UTC", "Europe/Berlin")))
            for field in GROUPS:
                if known["schedule"] and draw(st.booleans()):
                    body[field] = draw(st.lists(st.sampled_from(known["schedule"]), unique=True))
        case "emergency_group":
            body["enabled"] = draw(st.booleans())
        case _:
            pass
    return body


@st.composite
def orgs(draw: Draw) -> list[tuple[str, Body]]:
    known: dict[str, list[str]] = {}
    found: list[tuple[str, Body]] = []
    for kind in PATHS:
        taken = ("Home",) if kind == "division" else ()
        known[kind] = draw(one_each(names(), taken, most=2)) if draw(st.booleans()) else []
        found += [(kind, draw(bodies(kind, name, known))) for name in known[kind]]
    return found


REFERENCES = {"division": "division", "whisperPrompt": "prompt", **dict.fromkeys(GROUPS, "schedule")}


def seed(world: World, org: list[tuple[str, Body]]) -> None:
    ids: dict[tuple[str, str], str] = {}

    def at(kind: str, name: str) -> Body:
        return {"id": ids[kind, name]}

    for kind, body in org:
        sent = {key: value for key, value in body.items() if key != "resources"}
        for field, target in REFERENCES.items():
            if field in body:
                value = body[field]
                sent[field] = (
                    [at(target, one) for one in value] if isinstance(value, list) else at(target, value)
                )
        made = world.post(PATHS[kind][1], sent)
        ids[kind, body["name"]] = made["id"]
        for spoken in body.get("resources", ()):
            world.post(f"{PATHS[kind][1]}/{made['id']}/resources", spoken)


def edit(draw: Draw, world: World) -> None:
    """Objects change, those that nothing names are renamed and deleted, others are made."""
    files = world.bodies()
    kinds = {folder: kind for kind, (folder, _) in PATHS.items()}
    used = Counter(
        text for body in files.values() for field in REFERENCES for text in _texts(body.get(field))
    )
    known = {kind: [body["name"] for file, body in files.items() if file.startswith(f"{folder}/")]
             for kind, (folder, _) in PATHS.items()}  # fmt: skip
    kept = copy.deepcopy(known)
    for file, body in files.items():
        kind = kinds[file.partition("/")[0]]
        free = not used[body["name"]] and body["name"] != "Home"
        match draw(st.sampled_from(("keep", "change", "rename", "delete"))):
            case "change" if kind not in FIXED and body["name"] != "Home":
                world.write(file, {**body, **draw(bodies(kind, body["name"], known))})
            case "rename" if free and kind not in FIXED and kind not in ("division", "schedule", "prompt"):
                world.write(file, {**body, "name": f"{body['name']} 2"})
            case "delete" if free and kind not in ("flow_outcome", "division", "schedule", "prompt"):
                (world.folder / file).unlink()
    for kind, (folder, _) in PATHS.items():
        taken = [name for one in kept[kind] for name in (one, f"{one} 2")]
        if kind != "flow_outcome":  # an outcome cannot be deleted again
            for number, name in enumerate(draw(one_each(names(), (*taken, "Home"), most=1))):
                world.write(fresh_file(folder, number), draw(bodies(kind, name, known)))


def _texts(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


OWNED = (
    "id",
    "selfUri",
    "version",
    "dateCreated",
    "dateModified",
    "createdBy",
    "modifiedBy",
    "uploadStatus",
    "promptId",
)


def live(world: World) -> dict[str, list[str]]:
    """Everything, ids of others by their names, lists in one order."""
    listed = {kind: entities(world, path) for kind, (_, path) in PATHS.items()}
    ids = {each["id"]: f"{kind} {each['name']}" for kind, found in listed.items() for each in found}
    return {
        kind: sorted(json.dumps(_plain(each, ids), sort_keys=True) for each in found)
        for kind, found in listed.items()
    }


def _plain(value: Any, ids: dict[str, str]) -> Any:
    if isinstance(value, dict):
        if value.get("id") in ids and value.keys() <= {"id", "name", "selfUri"}:
            return ids[value["id"]]
        return {
            key: _plain(child, ids)
            for key, child in value.items()
            if key not in OWNED and child not in (None, "", [])
        }
    if isinstance(value, list):
        return sorted(
            (_plain(each, ids) for each in value), key=lambda each: json.dumps(each, sort_keys=True)
        )
    return value


PLAIN = Subject(tuple(PATHS), orgs(), seed, edit, live)
