"""Data actions on web services that need no credentials."""

from __future__ import annotations

from sample_org.action import CRM, JSON_BODY, PUBLIC, Action, Stub, first, lines
from sample_org.ids import Json

WEATHER = Action(
    slug="get-current-weather-data",
    name="Get Current Weather Data",
    integration=PUBLIC,
    method="GET",
    url="https://api.open-meteo.com/v1/forecast?latitude=${input.latitude}"
    "&longitude=${input.longitude}&current_weather=true",
    description="The weather at a place, now.",
    inputs={
        "latitude!": ("number", "Degrees north."),
        "longitude!": ("number", "Degrees east."),
    },
    outputs={
        "temperature": ("number", "Degrees Celsius."),
        "windspeed": ("number", "Kilometres an hour."),
        "weather_code": ("integer", "The WMO code of the weather; 95 and above are thunderstorms."),
    },
    paths={
        "temperature": "$.current_weather.temperature",
        "windspeed": "$.current_weather.windspeed",
        "weather_code": "$.current_weather.weathercode",
    },
    success='{"temperature": ${temperature}, "windspeed": ${windspeed}, "weather_code": ${weather_code}}',
    version=2,
    example=(
        {"latitude": 41.88, "longitude": -87.63},
        {"temperature": 3.4, "windspeed": 21.7, "weather_code": 61},
    ),
    stubs=[
        Stub(
            "GET",
            "https://api.open-meteo.com/v1/forecast?latitude=*&longitude=*&current_weather=true",
            {
                "latitude": 41.875,
                "longitude": -87.625,
                "generationtime_ms": 0.0591278076171875,
                "utc_offset_seconds": 0,
                "timezone": "GMT",
                "timezone_abbreviation": "GMT",
                "elevation": 179.0,
                "current_weather_units": {
                    "time": "iso8601",
                    "interval": "seconds",
                    "temperature": "°C",
                    "windspeed": "km/h",
                    "winddirection": "°",
                    "is_day": "",
                    "weathercode": "wmo code",
                },
                "current_weather": {
                    "time": "2026-03-02T15:15",
                    "interval": 900,
                    "temperature": 3.4,
                    "windspeed": 21.7,
                    "winddirection": 248,
                    "is_day": 1,
                    "weathercode": 61,
                },
            },
        )
    ],
)


def customer(number: str, name: str, status: str, language: str | None, policies: list[Json]) -> Json:
    """One record of the customer directory."""
    spoken = {} if language is None else {"preferredLanguage": language}
    return {"id": number, "name": name, "status": status, **spoken, "policies": policies}


FIND_CUSTOMER = Action(
    slug="find-customer-by-phone",
    name="Find Customer by Phone",
    integration=CRM,
    method="GET",
    url="https://crm.calderridge.example/api/v1/customers?phone=$esc.url(${input.phoneNumber})",
    description="The active customer who calls from a number, with the main policy.",
    inputs={"phoneNumber!": ("string", "The caller's number, E.164.")},
    outputs={
        "customerId": ("string", "The customer number; empty when nobody is found."),
        "name": ("string", "The customer's name."),
        "policyNumber": ("string", "The main policy."),
        "preferredLanguage": ("string", "en or es."),
        "matches": ("integer", "How many active customers have this number."),
    },
    headers={"Accept": "application/json"},
    paths={
        "ids": "$.customers[?(@.status=='active')].id",
        "names": "$.customers[?(@.status=='active')].name",
        "policies": "$.customers[?(@.status=='active')].policies[?(@.primary==true)].number",
        "languages": "$.customers[?(@.status=='active' && @.preferredLanguage)].preferredLanguage",
        "matches": "$.activeCount",
    },
    defaults={"ids": "[]", "names": "[]", "policies": "[]", "languages": '["en"]', "matches": "0"},
    success=lines(
        "{",
        f'  "customerId": {first("ids")},',
        f'  "name": {first("names")},',
        f'  "policyNumber": {first("policies")},',
        f'  "preferredLanguage": {first("languages")},',
        '  "matches": ${matches}',
        "}",
    ),
    version=5,
    example=(
        {"phoneNumber": "+13125550187"},
        {
            "customerId": "C-204518",
            "name": "Ines Calloway",
            "policyNumber": "CRM-4410927",
            "preferredLanguage": "en",
            "matches": 1,
        },
    ),
    stubs=[
        Stub(
            "GET",
            "https://crm.calderridge.example/api/v1/customers?phone=%2B13125550187",
            {
                "customers": [
                    customer("C-118204", "R. Calloway", "closed", "en", []),
                    customer(
                        "C-204518",
                        "Ines Calloway",
                        "active",
                        "en",
                        [
                            {"number": "CRH-2201134", "line": "home", "primary": False},
                            {"number": "CRM-4410927", "line": "auto", "primary": True},
                        ],
                    ),
                ],
                "activeCount": 1,
            },
        ),
        Stub("GET", "https://crm.calderridge.example/api/v1/customers?phone=*", {"customers": []}),
    ],
)


UPDATE_PREFERENCES = Action(
    slug="update-contact-preferences",
    name="Update Contact Preferences",
    integration=CRM,
    method="PUT",
    url="https://crm.calderridge.example/api/v1/customers/$esc.url(${input.customerId})/preferences",
    description="How a customer wants to hear from us.",
    inputs={
        "customerId!": ("string", "The customer number."),
        "textMessages!": ("boolean", "Whether text messages are welcome."),
        "note": ("string", "What the customer said, in their words."),
    },
    outputs={"updatedAt": ("string", "When the change was stored, ISO 8601.")},
    headers=JSON_BODY,
    body='{"textMessages": ${input.textMessages}, "note": "$esc.jsonString("$!{input.note}")"}',
    paths={"updatedAt": "$.meta.updatedAt"},
    success='{"updatedAt": ${updatedAt}}',
    example=(
        {"customerId": "C-204518", "textMessages": True, "note": 'said "text me, don\'t call"'},
        {"updatedAt": "2026-03-02T15:22:40Z"},
    ),
    stubs=[
        Stub(
            "PUT",
            "https://crm.calderridge.example/api/v1/customers/*/preferences",
            {"textMessages": True, "meta": {"updatedAt": "2026-03-02T15:22:40Z", "by": "contact-center"}},
        )
    ],
)


TRACK_SHIPMENT = Action(
    slug="track-document-shipment",
    name="Track Document Shipment",
    integration=PUBLIC,
    method="GET",
    url="https://api.parcelpath.example/v3/track/$esc.url(${input.trackingNumber})",
    description="Where a mailed ID card or policy booklet is. Before its first scan a parcel has no place.",
    inputs={"trackingNumber!": ("string", "The carrier's number.")},
    outputs={
        "status": ("string", "label_created, in_transit, out_for_delivery or delivered."),
        "lastLocation": ("string", "The place of the last scan."),
        "estimatedDelivery": ("string", "A date, or empty."),
    },
    paths={
        "status": "$.shipment.status",
        "location": "$.shipment.events[-1].location",
        "eta": "$.shipment.estimatedDelivery",
    },
    defaults={"status": '"unknown"', "location": '"Not yet scanned"', "eta": '""'},
    success='{"status": ${status}, "lastLocation": ${location}, "estimatedDelivery": ${eta}}',
    version=2,
    example=(
        {"trackingNumber": "PP908877"},
        {"status": "label_created", "lastLocation": "Not yet scanned", "estimatedDelivery": ""},
    ),
    stubs=[
        Stub(
            "GET",
            "https://api.parcelpath.example/v3/track/PP104422",
            {
                "shipment": {
                    "status": "in_transit",
                    "estimatedDelivery": "2026-03-05",
                    "events": [
                        {"at": "2026-03-01T08:12:00Z", "location": "Joliet, IL"},
                        {"at": "2026-03-02T04:40:00Z", "location": "Chicago, IL"},
                    ],
                }
            },
        ),
        Stub(
            "GET",
            "https://api.parcelpath.example/v3/track/*",
            {"shipment": {"status": "label_created", "service": "ground"}},
        ),
    ],
)


ACTIONS = [WEATHER, FIND_CUSTOMER, UPDATE_PREFERENCES, TRACK_SHIPMENT]
