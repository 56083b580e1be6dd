"""Data actions on AWS Lambda and Salesforce."""

from __future__ import annotations

from sample_org.action import JSON_BODY, LAMBDA, SALESFORCE, Action, Stub, first, lines

ARN = "arn:aws:lambda:us-east-1:123456789012:function:"

CREATE_CLAIM = Action(
    slug="create-claim",
    name="Create Claim",
    integration=LAMBDA,
    method="POST",
    url=f"{ARN}calder-ridge-create-claim",
    description="Opens a claim from a first notice of loss.",
    inputs={
        "policyNumber!": ("string", "The policy number."),
        "lossType!": ({"type": "string", "enum": ["auto", "property", "glass"]}, "What was damaged."),
        "callbackNumber": ("string", "Where the adjuster can call."),
        "description": ("string", "What happened."),
    },
    outputs={
        "claimNumber!": ("string", "The number of the new claim."),
        "adjusterQueue": ("string", "The name of the queue of adjusters."),
    },
    body=lines(
        "{",
        '  "operation": "createClaim",',
        '  "claim": {',
        '    "policyNumber": "${input.policyNumber}",',
        '    "lossType": "${input.lossType}",',
        '    "callbackNumber": "$esc.jsonString("$!{input.callbackNumber}")",',
        '    "description": "$esc.jsonString("$!{input.description}")"',
        "  }",
        "}",
    ),
    paths={"number": "$.claim.number", "queue": "$.claim.routing.queue"},
    defaults={"queue": '"Claims Auto Adjusters"'},
    success='{"claimNumber": ${number}, "adjusterQueue": ${queue}}',
    version=3,
    example=(
        {"policyNumber": "CRM-4410927", "lossType": "auto", "description": "Hit a deer, front bumper"},
        {"claimNumber": "CR-26-00481", "adjusterQueue": "Claims Auto Adjusters"},
    ),
    stubs=[
        Stub(
            "POST",
            f"{ARN}calder-ridge-create-claim",
            {"claim": {"number": "CR-26-00481", "openedAt": "2026-03-02T15:24:12Z", "state": "open"}},
        )
    ],
)

CLAIM_STATUS = Action(
    slug="get-claim-status",
    name="Get Claim Status",
    integration=LAMBDA,
    method="POST",
    url=f"{ARN}calder-ridge-claim-status",
    description="How far a claim has come.",
    inputs={"claimNumber!": ("string", "The claim number, with or without its prefix.")},
    outputs={
        "found!": ("boolean", "Whether there is such a claim."),
        "state": ("string", "open, in_review, approved, paid or closed."),
        "adjuster": ("string", "Who works on it."),
        "lastUpdate": ("string", "The last change, YYYY-MM-DD."),
    },
    example=(
        {"claimNumber": "CR-26-00481"},
        {"found": True, "state": "in_review", "adjuster": "Tomas Bexley", "lastUpdate": "2026-02-27"},
    ),
    version=2,
    stubs=[
        Stub(
            "POST",
            f"{ARN}calder-ridge-claim-status",
            {"found": True, "state": "in_review", "adjuster": "Tomas Bexley", "lastUpdate": "2026-02-27"},
        )
    ],
)

PHOTO_LINK = Action(
    slug="get-claim-photo-link",
    name="Get Claim Photo Link",
    integration=LAMBDA,
    method="POST",
    url=f"{ARN}calder-ridge-photo-link",
    description="A link on which a customer uploads photographs of the damage. Work in progress.",
    inputs={"claimNumber!": ("string", "The claim number.")},
    outputs={"uploadUrl!": ("string", "The address; it works for a day.")},
    body='{"operation": "photoLink", "claimNumber": "$esc.jsonString(${input.claimNumber})"}',
    paths={"url": "$.uploadUrl"},
    success='{"uploadUrl": ${url}}',
    state="draft",
    example=(
        {"claimNumber": "CR-26-00481"},
        {"uploadUrl": "https://photos.calderridge.example/u/CR-26-00481"},
    ),
    stubs=[
        Stub(
            "POST",
            f"{ARN}calder-ridge-photo-link",
            {"uploadUrl": "https://photos.calderridge.example/u/CR-26-00481", "validHours": 24},
        )
    ],
)

CREATE_CASE = Action(
    slug="create-salesforce-case",
    name="Create Salesforce Case",
    integration=SALESFORCE,
    method="POST",
    url="/services/data/v59.0/composite/",
    description="Finds the contact by phone and opens a case for it, in one composite request.",
    inputs={
        "phone!": ("string", "The caller's number."),
        "subject!": ("string", "The subject of the case."),
        "origin!": ("string", "Phone, Email or Chat."),
    },
    outputs={
        "caseNumber": ("string", "The number that agents quote."),
        "caseId": ("string", "The ID in Salesforce."),
    },
    headers=JSON_BODY,
    body=lines(
        "{",
        '  "allOrNone": true,',
        '  "compositeRequest": [',
        '    {"method": "GET", "referenceId": "caller",',
        '     "url": "/services/data/v59.0/query/?q=SELECT+Id+FROM+Contact'
        "+WHERE+Phone='$esc.url(${input.phone})'+LIMIT+1\"},",
        '    {"method": "POST", "referenceId": "opened",',
        '     "url": "/services/data/v59.0/sobjects/Case",',
        '     "body": {"ContactId": "@{caller.records[0].Id}", "Status": "New",',
        '              "Origin": "$esc.jsonString(${input.origin})",',
        '              "Subject": "$esc.jsonString(${input.subject})"}},',
        '    {"method": "GET", "referenceId": "shown",',
        '     "url": "/services/data/v59.0/sobjects/Case/@{opened.id}?fields=Id,CaseNumber"}',
        "  ]",
        "}",
    ),
    paths={
        "numbers": "$.compositeResponse[?(@.referenceId == 'shown')].body.CaseNumber",
        "ids": "$.compositeResponse[?(@.referenceId == 'shown')].body.Id",
    },
    defaults={"numbers": "[]", "ids": "[]"},
    success=f'{{"caseNumber": {first("numbers")}, "caseId": {first("ids")}}}',
    version=2,
    example=(
        {"phone": "+13125550187", "subject": 'Asked about "glass only" cover', "origin": "Phone"},
        {"caseNumber": "00041873", "caseId": "500SAMPLE00041873"},
    ),
    stubs=[
        Stub(
            "POST",
            "/services/data/v59.0/composite/",
            {
                "compositeResponse": [
                    {
                        "body": {"totalSize": 1, "done": True, "records": [{"Id": "003SAMPLE00204518"}]},
                        "httpHeaders": {},
                        "httpStatusCode": 200,
                        "referenceId": "caller",
                    },
                    {
                        "body": {"id": "500SAMPLE00041873", "success": True, "errors": []},
                        "httpHeaders": {"Location": "/services/data/v59.0/sobjects/Case/500SAMPLE00041873"},
                        "httpStatusCode": 201,
                        "referenceId": "opened",
                    },
                    {
                        "body": {
                            "attributes": {
                                "type": "Case",
                                "url": "/services/data/v59.0/sobjects/Case/500SAMPLE00041873",
                            },
                            "Id": "500SAMPLE00041873",
                            "CaseNumber": "00041873",
                        },
                        "httpHeaders": {},
                        "httpStatusCode": 200,
                        "referenceId": "shown",
                    },
                ]
            },
        )
    ],
)

ACTIONS = [CREATE_CLAIM, CLAIM_STATUS, PHOTO_LINK, CREATE_CASE]
