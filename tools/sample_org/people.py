"""Who works at Calder Ridge Mutual, and what they can do: divisions, users, skills, languages, groups."""

from __future__ import annotations

from sample_org.ids import Json, guid, reference

CREATED = "2024-05-14T13:02:55.000Z"
MODIFIED = "2026-02-11T17:45:31.000Z"

DIVISION_TEXTS = {
    "Home": "Everything that belongs to no line of business.",
    "Sales": "New business and retention.",
    "Service": "Billing, policy changes and documents.",
    "Claims": "First notice of loss, adjusters and total loss.",
    "Roadside": "Roadside assistance, all hours.",
}
SKILL_NAMES = [
    "Auto Claims",
    "Property Claims",
    "Total Loss",
    "Billing",
    "Policy Changes",
    "Retention",
    "Commercial Lines",
    "Licensed Illinois",
    "Licensed Wisconsin",
    "Roadside Dispatch",
]
WRAPUP_NAMES = {
    "Claim Opened": "Claims",
    "Claim Status Given": "Claims",
    "Adjuster Callback Promised": "Claims",
    "Total Loss Explained": "Claims",
    "Payment Taken": "Service",
    "Payment Link Sent": "Service",
    "Policy Changed": "Service",
    "Documents Mailed": "Service",
    "Quote Given": "Sales",
    "Policy Sold": "Sales",
    "Saved Cancellation": "Sales",
    "Tow Dispatched": "Roadside",
    "Wrong Number": "Home",
}
PEOPLE = [
    # name, title, division, phone, skills, languages
    ("Maren Oduya", "Contact Center Architect", "Home", "+13125550101", [], ["English"]),
    ("Grant Ashdown", "Director, Customer Operations", "Home", "+13125550102", [], ["English"]),
    (
        "Odile Marchetti",
        "Claims Team Lead",
        "Claims",
        "+13125550111",
        ["Auto Claims", "Total Loss"],
        ["English"],
    ),
    ("Tomas Bexley", "Auto Adjuster", "Claims", "+13125550112", ["Auto Claims"], ["English", "Spanish"]),
    ("Priya Halloran", "Property Adjuster", "Claims", "+13125550113", ["Property Claims"], ["English"]),
    (
        "Lucia Fenwick",
        "Service Representative",
        "Service",
        "+13125550121",
        ["Billing", "Policy Changes"],
        ["Spanish"],
    ),
    ("Samir Thornbury", "Service Representative", "Service", "+13125550122", ["Billing"], ["English"]),
    (
        "Elliot Sandgate",
        "Sales Agent",
        "Sales",
        "+13125550131",
        ["Licensed Illinois", "Retention"],
        ["English"],
    ),
    ("Jocelyn Wray", "Sales Agent", "Sales", "+13125550132", ["Licensed Wisconsin"], ["English"]),
    (
        "Dev Castellane",
        "Dispatcher",
        "Roadside",
        "+13125550141",
        ["Roadside Dispatch"],
        ["English", "Spanish"],
    ),
]
ARCHITECT = guid("user", "Maren Oduya")


def divisions() -> list[Json]:
    """Divisions; Home is the home division."""
    return [
        {"id": guid("division", name), "name": name, "description": text, "homeDivision": name == "Home"}
        for name, text in DIVISION_TEXTS.items()
    ]


def skills() -> list[Json]:
    """Routing skills."""
    return [named("acdSkill", name) for name in SKILL_NAMES]


def languages() -> list[Json]:
    """Language skills."""
    return [named("acdLanguage", name) for name in ("English", "Spanish")]


def named(kind: str, name: str) -> Json:
    """An object that is little more than its name."""
    return {"id": guid(kind, name), "name": name, "dateModified": MODIFIED, "state": "active", "version": "1"}


def wrapup_codes() -> list[Json]:
    """Wrap-up codes by division."""
    return [
        {
            "id": guid("acdWrapupCode", name),
            "name": name,
            "division": reference("division", division),
            "dateCreated": CREATED,
            "dateModified": MODIFIED,
            "createdBy": ARCHITECT,
        }
        for name, division in WRAPUP_NAMES.items()
    ]


def users() -> list[Json]:
    """Agents and those who configure the org."""
    return [user(*person) for person in PEOPLE]


def user(name: str, title: str, division: str, phone: str, able: list[str], spoken: list[str]) -> Json:
    """One user, expanded with skills and languages."""
    email = f"{name.lower().replace(' ', '.')}@calderridge.example"
    return {
        "id": guid("user", name),
        "name": name,
        "division": reference("division", division),
        "chat": {"jabberId": f"{guid('jabber', name)[:24].replace('-', '')}@calderridge.orgspan.example"},
        "department": DEPARTMENTS[division],
        "email": email,
        "primaryContactInfo": [
            {"address": email, "mediaType": "EMAIL", "type": "PRIMARY"},
            {
                "address": phone,
                "display": phone,
                "mediaType": "PHONE",
                "type": "PRIMARY",
                "countryCode": "US",
            },
        ],
        "addresses": [],
        "state": "active",
        "title": title,
        "username": email,
        "version": 4,
        "acdAutoAnswer": False,
        "routingSkills": [
            {**reference("acdSkill", skill), "proficiency": 4.0, "state": "active"} for skill in able
        ],
        "routingLanguages": [
            {**reference("acdLanguage", language), "proficiency": 5.0, "state": "active"}
            for language in spoken
        ],
    }


DEPARTMENTS = {
    "Home": "Contact Center Technology",
    "Sales": "Sales",
    "Service": "Customer Service",
    "Claims": "Claims",
    "Roadside": "Roadside Assistance",
}


def groups() -> list[Json]:
    """Groups of users."""
    return [
        {
            "id": guid("group", name),
            "name": name,
            "description": text,
            "dateModified": MODIFIED,
            "memberCount": count,
            "state": "active",
            "version": 2,
            "type": "official",
            "rulesVisible": True,
            "visibility": "public",
        }
        for name, text, count in (
            ("Severe Weather Response", "Takes claims calls when a storm doubles the volume.", 5),
            ("Flow Editors", "May edit and publish flows.", 2),
        )
    ]


def queue_members(division: str) -> list[str]:
    """The users of a division, by id."""
    return [guid("user", name) for name, _, home, *_ in PEOPLE if home == division]
