"""Data actions on web services, without and with credentials."""

from __future__ import annotations

from sample_org.action import CRM, JSON_BODY, PAYMENTS, POLICY, PUBLIC, Action, Stub, first, lines
from sample_org.ids import Json

BEARER = {
    "Authorization": "${authResponse.token_type} ${authResponse.access_token}",
    "Accept": "application/json",
}
AUTH = "Policy Services Auth"

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

POLICY_AUTH = Action(
    slug="policy-services-auth",
    name=AUTH,
    integration=POLICY,
    kind="customAuth",
    method="POST",
    url="https://auth.calderridge.example/oauth2/token",
    description="Asks for a token with the client of the integration.",
    inputs={},
    outputs={
        "access_token!": ("string", "The token."),
        "token_type!": ("string", "Bearer."),
        "expires_in": ("integer", "Seconds the token lives."),
    },
    headers={
        "Authorization": 'Basic $encoding.base64("${credentials.clientId}:${credentials.clientSecret}")',
        "Content-Type": "application/x-www-form-urlencoded",
    },
    body="grant_type=client_credentials&scope=$esc.url(${credentials.scope})",
    credential="Policy Services OAuth",
    example=({}, {"access_token": "sample-policy-token", "token_type": "Bearer", "expires_in": 3600}),
    stubs=[
        Stub(
            "POST",
            "https://auth.calderridge.example/oauth2/token",
            {"access_token": "sample-policy-token", "token_type": "Bearer", "expires_in": 3600},
        )
    ],
)

POLICY_STATUS = Action(
    slug="get-policy-status",
    name="Get Policy Status",
    integration=POLICY,
    method="GET",
    url="https://policy.calderridge.example/v2/policies/$esc.url(${input.policyNumber})",
    description="Whether a policy is in force, and what is due.",
    inputs={"policyNumber!": ("string", "The policy number, CRM-1234567.")},
    outputs={
        "status!": ("string", "active, lapsed, cancelled or pending."),
        "product": ("string", "The product's name."),
        "renewalDate": ("string", "The date of renewal, YYYY-MM-DD."),
        "amountDue": ("number", "US dollars due now."),
    },
    headers=BEARER,
    auth=AUTH,
    paths={
        "status": "$.policy.status",
        "product": "$.policy.product.name",
        "renewal": "$.policy.term.renewalDate",
        "due": "$.policy.billing.amountDue",
    },
    defaults={"product": '""', "renewal": '""', "due": "0"},
    success=lines(
        "{",
        '  "status": ${status},',
        '  "product": ${product},',
        '  "renewalDate": ${renewal},',
        '  "amountDue": ${due}',
        "}",
    ),
    version=3,
    example=(
        {"policyNumber": "CRM-4410927"},
        {"status": "active", "product": "Auto Select", "renewalDate": "2026-03-31", "amountDue": 148.2},
    ),
    stubs=[
        Stub(
            "GET",
            "https://policy.calderridge.example/v2/policies/CRM-0000000",
            {"error": {"code": "policy.not.found", "message": "No such policy."}},
            status=404,
        ),
        Stub(
            "GET",
            "https://policy.calderridge.example/v2/policies/CRM-*",
            {
                "policy": {
                    "number": "CRM-4410927",
                    "status": "active",
                    "product": {"code": "AS2", "name": "Auto Select"},
                    "term": {"startDate": "2025-04-01", "renewalDate": "2026-03-31"},
                    "billing": {"plan": "monthly", "amountDue": 148.2, "currency": "USD"},
                }
            },
        ),
    ],
)

OPEN_INVOICES = Action(
    slug="get-open-invoices",
    name="Get Open Invoices",
    integration=POLICY,
    method="GET",
    url="https://policy.calderridge.example/v2/invoices?status=open&dueBefore=$esc.url(${input.dueBefore})",
    description="Invoices that fall due before a day.",
    inputs={"dueBefore!": ("string", "A date, YYYY-MM-DD.")},
    outputs={
        "total": ("integer", "How many there are."),
        "invoices": (
            {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "number": {"type": "string"},
                        "policyNumber": {"type": "string"},
                        "phone": {"type": "string"},
                        "amount": {"type": "number"},
                    },
                },
            },
            "The invoices, by due date.",
        ),
    },
    headers=BEARER,
    auth=AUTH,
    paths={"invoices": "$.items", "total": "$.items.length()"},
    defaults={"invoices": "[]", "total": "0"},
    success='{"total": ${total}, "invoices": ${invoices}}',
    example=(
        {"dueBefore": "2026-03-15"},
        {
            "total": 2,
            "invoices": [
                {
                    "number": "INV-88120",
                    "policyNumber": "CRM-4410927",
                    "phone": "+13125550187",
                    "amount": 148.2,
                },
                {
                    "number": "INV-88164",
                    "policyNumber": "CRM-7730215",
                    "phone": "+13125550171",
                    "amount": 96.75,
                },
            ],
        },
    ),
    stubs=[
        Stub(
            "GET",
            "https://policy.calderridge.example/v2/invoices?status=open&dueBefore=*",
            {
                "items": [
                    {
                        "number": "INV-88120",
                        "policyNumber": "CRM-4410927",
                        "phone": "+13125550187",
                        "amount": 148.2,
                    },
                    {
                        "number": "INV-88164",
                        "policyNumber": "CRM-7730215",
                        "phone": "+13125550171",
                        "amount": 96.75,
                    },
                ],
                "page": 1,
            },
        )
    ],
)

PAYMENT_LINK = Action(
    slug="create-payment-link",
    name="Create Payment Link",
    integration=PAYMENTS,
    method="POST",
    url="https://payments.calderridge.example/v1/links",
    description="A page on which a customer pays one invoice.",
    inputs={
        "policyNumber!": ("string", "The policy to which the payment goes."),
        "amount!": ("number", "US dollars."),
        "description!": ("string", "What the customer reads on the page."),
        "email": ("string", "Where the receipt goes."),
    },
    outputs={
        "url!": ("string", "The address of the page."),
        "expiresAt": ("string", "Until when it works, ISO 8601."),
    },
    headers={"x-api-key": "${credentials.apiKey}", **JSON_BODY},
    body=lines(
        "{",
        '  "reference": "${input.policyNumber}",',
        '  "amount": {"value": ${input.amount}, "currency": "USD"},',
        '#if("$!{input.email}" != "")',
        '  "receiptTo": "$esc.jsonString(${input.email})",',
        "#end",
        '  "description": "$esc.jsonString(${input.description})"',
        "}",
    ),
    paths={"url": "$.link.url", "expires": "$.link.expiresAt"},
    defaults={"expires": '""'},
    success='{"url": ${url}, "expiresAt": ${expires}}',
    credential="Payments API Key",
    version=2,
    example=(
        {"policyNumber": "CRM-4410927", "amount": 148.2, "description": 'Auto Select, "March" premium'},
        {"url": "https://pay.calderridge.example/l/7Hq2mX", "expiresAt": "2026-03-09T15:23:00Z"},
    ),
    stubs=[
        Stub(
            "POST",
            "https://payments.calderridge.example/v1/links",
            {
                "link": {
                    "id": "lnk_7Hq2mX",
                    "url": "https://pay.calderridge.example/l/7Hq2mX",
                    "expiresAt": "2026-03-09T15:23:00Z",
                },
                "status": "open",
            },
            status=201,
        )
    ],
)

CHARGE_CARD = Action(
    slug="charge-card",
    name="Charge Card",
    integration=PAYMENTS,
    method="POST",
    url="https://payments.calderridge.example/v1/charges",
    description="Charges a card that a caller keyed in within a secure flow.",
    inputs={
        "policyNumber!": ("string", "The policy to which the payment goes."),
        "amount!": ("number", "US dollars."),
        "cardNumber!": ("string", "The digits of the card."),
        "expiry!": ("string", "Month and year, MMYY."),
    },
    outputs={
        "approved!": ("boolean", "Whether the card was charged."),
        "authorizationCode": ("string", "What the customer may quote."),
    },
    headers={"x-api-key": "${credentials.apiKey}", **JSON_BODY},
    body=lines(
        "{",
        '  "reference": "${input.policyNumber}",',
        '  "amount": {"value": ${input.amount}, "currency": "USD"},',
        '  "card": {"number": "${input.cardNumber}", "expiry": "${input.expiry}"}',
        "}",
    ),
    paths={"approved": "$.charge.approved", "code": "$.charge.authorizationCode"},
    defaults={"code": '""'},
    success='{"approved": ${approved}, "authorizationCode": ${code}}',
    credential="Payments API Key",
    secure=True,
    example=(
        {"policyNumber": "CRM-4410927", "amount": 148.2, "cardNumber": "4242424242424242", "expiry": "0928"},
        {"approved": True, "authorizationCode": "A71Q20"},
    ),
    stubs=[
        Stub(
            "POST",
            "https://payments.calderridge.example/v1/charges",
            {"charge": {"id": "ch_A71Q20", "approved": True, "authorizationCode": "A71Q20"}},
            status=201,
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

ACTIONS = [
    WEATHER,
    FIND_CUSTOMER,
    UPDATE_PREFERENCES,
    POLICY_AUTH,
    POLICY_STATUS,
    OPEN_INVOICES,
    PAYMENT_LINK,
    CHARGE_CARD,
    TRACK_SHIPMENT,
]
