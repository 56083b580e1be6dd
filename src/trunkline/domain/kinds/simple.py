"""Kinds with little more than a name: what queues and flows refer to. One line each."""

from __future__ import annotations

from trunkline.domain.kind import Kind, Reference

_STAMPS = ("id", "selfUri", "version", "state", "dateCreated", "dateModified", "createdBy", "modifiedBy")
_ROUTES = ("openHoursFlow", "closedHoursFlow", "holidayHoursFlow")
_OWNED = (*_STAMPS, "createdByApp", "modifiedByApp")


def _simple(
    name: str,
    folder: str,
    title: str,
    *references: Reference,
    owned: tuple[str, ...] = (),
    inherited: tuple[str, ...] = (),
    bare: tuple[str, ...] = (),
) -> Kind:
    return Kind(
        name=name,
        cloud="genesys",
        folder=folder,
        title=title,
        documentation="https://developer.genesys.cloud/platform/api/",
        server_owned=(*_OWNED, *owned),
        references=references if name == "division" else (Reference("division", "division"), *references),
        unordered=tuple(each.path.removesuffix(".*") for each in references if each.path.endswith(".*")),
        inherited=("description", "division", *inherited),
        bare=bare,
    )


SIMPLE = (
    _simple("division", "divisions", "division", owned=("homeDivision", "objectCounts")),
    _simple("skill", "skills", "skill"),
    _simple("language", "languages", "language"),
    _simple("wrapup_code", "wrapup_codes", "wrap-up code"),
    _simple("flow_outcome", "flow_outcomes", "flow outcome", owned=("currentOperation",)),
    _simple("flow_milestone", "flow_milestones", "flow milestone"),
    _simple("schedule", "schedules", "schedule"),
    _simple(
        "schedule_group",
        "schedule_groups",
        "schedule group",
        Reference("openSchedules.*", "schedule"),
        Reference("closedSchedules.*", "schedule"),
        Reference("holidaySchedules.*", "schedule"),
    ),
    _simple(
        "ivr",
        "ivrs",
        "IVR",
        *(Reference(field, "flow") for field in _ROUTES),
        Reference("scheduleGroup", "schedule_group"),
        inherited=(*_ROUTES, "scheduleGroup", "dnis"),
        bare=("name", "division", "description"),
    ),
    _simple(
        "emergency_group",
        "emergency_groups",
        "emergency group",
        Reference("emergencyCallFlows.*.emergencyFlow", "flow"),
        Reference("emergencyCallFlows.*.ivrs.*", "ivr"),
        inherited=("enabled", "emergencyCallFlows"),
        bare=("name", "division", "description"),
    ),
)
