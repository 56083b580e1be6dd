"""What a Studio script names in its tenant: skills, hours of operation, points of contact.

NICE publishes no list of the properties that do; these are the names that web Studio shows. The XML of
Desktop Studio has no names of properties, so nothing is known of it. A value with `{…}` in it is computed
when the script runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from trunkline.domain.json import JsonObject, Path

SKILL, HOURS, POINT = "acd_skill", "hours_of_operation", "point_of_contact"
PROPERTIES: Mapping[str, str] = MappingProxyType(
    {
        "skill": SKILL,
        "skillid": SKILL,
        "skillname": SKILL,
        "skillno": SKILL,
        "hoursofoperation": HOURS,
        "hoursprofile": HOURS,
        "hoursprofileid": HOURS,
        "pointofcontact": POINT,
        "pointofcontactid": POINT,
        "poc": POINT,
    }
)
"""What a property names, by the property's name in small letters, without blanks and marks."""
_PROFILE = "profile"
"""Of an HOURS action alone: other actions have profiles of other kinds."""


@dataclass(frozen=True, slots=True)
class StudioReference:
    """One property that names an object: by name or id, as its author wrote it."""

    kind: str
    name: str
    action: str
    path: Path


def references(document: JsonObject) -> Iterator[StudioReference]:
    """Everything that a document names, in the order of its actions."""
    for key, action in document["actions"].items():
        held = document.get("properties", {}).get(key)
        for position, entry in held.items() if isinstance(held, dict) else ():
            if not isinstance(entry, dict):
                continue
            name = "".join(letter for letter in str(entry.get("name") or "").lower() if letter.isalnum())
            kind = PROPERTIES.get(name)
            if name == _PROFILE and str(action.get("name", "")).upper().startswith("HOURS"):
                kind = HOURS
            value = entry.get("value")
            text = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
            if kind and text and "{" not in text:
                yield StudioReference(kind, text, key, ("properties", key, position))
