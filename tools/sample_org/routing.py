"""Queues, schedules, numbers: where conversations go and when."""

from __future__ import annotations

from sample_org.ids import Json, guid, reference
from sample_org.people import ARCHITECT, CREATED, MODIFIED, queue_members

QUEUES = [
    # name, division, what for, service level (percent within seconds), in-queue flow
    ("Sales New Business", "Sales", "Quotes for people who are not customers yet.", (80, 20), None),
    ("Sales Retention", "Sales", "Customers who think of leaving.", (85, 20), None),
    ("Service Billing", "Service", "Payments, invoices and payment plans.", (80, 30), None),
    ("Service Policy Changes", "Service", "New drivers, cars and addresses.", (80, 30), None),
    ("Service Spanish", "Service", "All of service, in Spanish.", (80, 30), None),
    ("Claims First Notice of Loss", "Claims", "New claims.", (90, 15), "Claims In-Queue"),
    ("Claims Auto Adjusters", "Claims", "Open auto claims.", (75, 45), "Claims In-Queue"),
    ("Claims Property Adjusters", "Claims", "Open property claims.", (75, 45), "Claims In-Queue"),
    ("Claims Total Loss", "Claims", "Vehicles beyond repair.", (75, 60), "Claims In-Queue"),
    ("Roadside Dispatch", "Roadside", "Tows, batteries, tires, lockouts.", (90, 10), None),
    ("Digital Messaging", "Service", "Web messaging and text messages.", (80, 60), None),
    ("Email Service Desk", "Service", "E-mail to service and claims.", (90, 14400), None),
    ("Scheduled Callbacks", "Service", "Callbacks that customers asked for after hours.", (95, 300), None),
]
WEEKDAYS = "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO,TU,WE,TH,FR"
SCHEDULES = [
    # name, start, end, rule
    ("Weekdays 8 to 8", "2024-01-02T08:00:00.000000", "2024-01-02T20:00:00.000000", WEEKDAYS),
    (
        "Saturday 9 to 2",
        "2024-01-06T09:00:00.000000",
        "2024-01-06T14:00:00.000000",
        "FREQ=WEEKLY;INTERVAL=1;BYDAY=SA",
    ),
    ("All Hours", "2024-01-01T00:00:00.000000", "2024-01-02T00:00:00.000000", "FREQ=DAILY;INTERVAL=1"),
    (
        "New Year's Day",
        "2024-01-01T00:00:00.000000",
        "2024-01-02T00:00:00.000000",
        "FREQ=YEARLY;INTERVAL=1;BYMONTH=1;BYMONTHDAY=1",
    ),
    (
        "Independence Day",
        "2024-07-04T00:00:00.000000",
        "2024-07-05T00:00:00.000000",
        "FREQ=YEARLY;INTERVAL=1;BYMONTH=7;BYMONTHDAY=4",
    ),
    (
        "Thanksgiving",
        "2024-11-28T00:00:00.000000",
        "2024-11-29T00:00:00.000000",
        "FREQ=YEARLY;INTERVAL=1;BYMONTH=11;BYDAY=4TH",
    ),
    (
        "Christmas Day",
        "2024-12-25T00:00:00.000000",
        "2024-12-26T00:00:00.000000",
        "FREQ=YEARLY;INTERVAL=1;BYMONTH=12;BYMONTHDAY=25",
    ),
    (
        "Staff Meeting",
        "2024-01-03T08:00:00.000000",
        "2024-01-03T08:30:00.000000",
        "FREQ=MONTHLY;INTERVAL=1;BYDAY=1WE",
    ),
]
HOLIDAYS = ["New Year's Day", "Independence Day", "Thanksgiving", "Christmas Day"]
GROUPS = [
    # name, open, closed, holidays, division
    ("Service Hours", ["Weekdays 8 to 8", "Saturday 9 to 2"], ["Staff Meeting"], HOLIDAYS, "Service"),
    ("Sales Hours", ["Weekdays 8 to 8"], [], HOLIDAYS, "Sales"),
    ("Claims Hours", ["All Hours"], [], [], "Claims"),
]
IVRS = [
    # name, numbers, open, closed, holiday flows, schedule group, division
    (
        "Main Customer Line",
        ["+13125550100"],
        ("Main Customer Line", "After Hours", "After Hours"),
        "Service Hours",
        "Home",
    ),
    ("Sales Line", ["+13125550130"], ("Main Customer Line", "After Hours", None), "Sales Hours", "Sales"),
    (
        "Claims Hotline",
        ["+13125550119", "+14145550119"],
        ("Main Customer Line", None, None),
        "Claims Hours",
        "Claims",
    ),
]


def queues() -> list[Json]:
    """Queues with their media settings."""
    return [queue(*described) for described in QUEUES]


def queue(name: str, division: str, text: str, level: tuple[int, int], in_queue: str | None) -> Json:
    """One queue."""
    members = queue_members(division)
    flow = {"queueFlow": reference("inqueueCallFlow", in_queue)} if in_queue else {}
    return {
        "id": guid("queue", name),
        "name": name,
        "division": reference("division", division),
        "description": text,
        "dateCreated": CREATED,
        "dateModified": MODIFIED,
        "modifiedBy": ARCHITECT,
        "createdBy": ARCHITECT,
        "memberCount": len(members),
        "userMemberCount": len(members),
        "joinedMemberCount": len(members),
        "mediaSettings": media_settings(*level),
        "acwSettings": {"wrapupPrompt": "MANDATORY_TIMEOUT", "timeoutMs": 60000},
        "skillEvaluationMethod": "BEST",
        "scoringMethod": "TimestampAndPriority",
        **flow,
        "autoAnswerOnly": True,
        "enableTranscription": division == "Claims",
        "enableManualAssignment": False,
        "callingPartyName": "Calder Ridge",
        "callingPartyNumber": "+13125550100",
        "members": members,
    }


def media_settings(percent: int, seconds: int) -> Json:
    """Settings of each medium; the service level of the call is the queue's own."""

    def medium(alerting: int, goal: float, within: int) -> Json:
        return {
            "enableAutoAnswer": False,
            "alertingTimeoutSeconds": alerting,
            "serviceLevel": {"percentage": goal, "durationMs": within * 1000},
        }

    return {
        "call": medium(12, percent / 100, seconds),
        "callback": medium(30, 0.8, 300),
        "chat": medium(30, 0.8, 30),
        "email": medium(300, 0.9, 14400),
        "message": medium(30, 0.8, 60),
    }


def written(kind: str, name: str, division: str, version: int) -> Json:
    """The common head of objects that say who wrote them and when."""
    return {
        "id": guid(kind, name),
        "name": name,
        "division": reference("division", division),
        "description": "",
        "version": version,
        "dateCreated": CREATED,
        "dateModified": MODIFIED,
        "modifiedBy": ARCHITECT,
        "createdBy": ARCHITECT,
        "state": "active",
    }


def schedules() -> list[Json]:
    """Schedules, in local time."""
    return [
        written("schedule", name, "Home", 1) | {"start": start, "end": end, "rrule": rule}
        for name, start, end, rule in SCHEDULES
    ]


def schedule_groups() -> list[Json]:
    """Schedule groups, all in Chicago's time."""

    def listed(names: list[str]) -> list[Json]:
        return [reference("schedule", name) for name in names]

    return [
        written("scheduleGroup", name, division, 3)
        | {
            "timeZone": "America/Chicago",
            "openSchedules": listed(is_open),
            "closedSchedules": listed(closed),
            "holidaySchedules": listed(holidays),
        }
        for name, is_open, closed, holidays, division in GROUPS
    ]


def emergency_groups() -> list[Json]:
    """One emergency group, switched off."""
    flows = [
        {
            "emergencyFlow": reference("inboundCallFlow", "After Hours"),
            "ivrs": [reference("ivr", "Main Customer Line"), reference("ivr", "Sales Line")],
        }
    ]
    return [
        written("emergencyGroup", "Severe Weather", "Home", 6)
        | {"enabled": False, "emergencyCallFlows": flows}
    ]


def ivrs() -> list[Json]:
    """Numbers and the flows that answer them."""
    return [ivr(*described) for described in IVRS]


def ivr(
    name: str, numbers: list[str], flows: tuple[str, str | None, str | None], group: str, division: str
) -> Json:
    """One call route."""
    made = written("ivr", name, division, 5) | {"dnis": numbers}
    for key, flow in zip(("openHoursFlow", "closedHoursFlow", "holidayHoursFlow"), flows, strict=True):
        if flow is not None:
            made[key] = reference("inboundCallFlow", flow)
    return made | {"scheduleGroup": reference("scheduleGroup", group)}
