"""Data actions that need credentials: policies, invoices and payments."""

from __future__ import annotations

from sample_org.action import JSON_BODY, PAYMENTS, POLICY, Action, Stub, lines

BEARER = {
    "Authorization": "${authResponse.token_type} ${authResponse.access_token}",
    "Accept": "application/json",
}


AUTH = "Policy Services Auth"


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
        '  "reference": "$esc.jsonString(${input.policyNumber})",',
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
        '  "reference": "$esc.jsonString(${input.policyNumber})",',
        '  "amount": {"value": ${input.amount}, "currency": "USD"},',
        '  "card": {',
        '    "number": "$esc.jsonString(${input.cardNumber})",',
        '    "expiry": "$esc.jsonString(${input.expiry})"',
        "  }",
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


ACTIONS = [POLICY_AUTH, POLICY_STATUS, OPEN_INVOICES, PAYMENT_LINK, CHARGE_CARD]
