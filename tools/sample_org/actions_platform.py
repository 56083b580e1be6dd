"""Data actions on the Genesys Cloud public API."""

from __future__ import annotations

from sample_org.action import GENESYS, JSON_BODY, Action, Stub, first, lines
from sample_org.ids import guid

FNOL = guid("queue", "Claims First Notice of Loss")
CONVERSATION = guid("conversation", "example call")
CUSTOMER = guid("participant", "example customer")

ESTIMATED_WAIT = Action(
    slug="get-estimated-wait-time",
    name="Get Estimated Wait Time",
    integration=GENESYS,
    method="GET",
    url="/api/v2/routing/queues/${input.queueId}/mediatypes/${input.mediaType}/estimatedwaittime",
    description="The estimated wait in a queue for one kind of media.",
    inputs={
        "queueId!": ("string", "The queue ID."),
        "mediaType!": (
            {"type": "string", "enum": ["call", "callback", "chat", "email", "message"]},
            "The media.",
        ),
    },
    outputs={"estimatedWaitTimeSeconds": ("integer", "Seconds a new interaction would wait.")},
    headers={"UserAgent": "PureCloudIntegrations/1.0"},
    paths={"wait": "$.results[0].estimatedWaitTimeSeconds"},
    defaults={"wait": "0"},
    success='{"estimatedWaitTimeSeconds": ${wait}}',
    version=3,
    example=({"queueId": FNOL, "mediaType": "call"}, {"estimatedWaitTimeSeconds": 412}),
    stubs=[
        Stub(
            "GET",
            f"/api/v2/routing/queues/{FNOL}/mediatypes/call/estimatedwaittime",
            {"results": [{"intent": "CALL", "formula": "ABANDON", "estimatedWaitTimeSeconds": 412}]},
        ),
        Stub(
            "GET",
            "/api/v2/routing/queues/*/mediatypes/*/estimatedwaittime",
            {"results": [{"intent": "CALL", "formula": "BEST", "estimatedWaitTimeSeconds": 96}]},
        ),
    ],
)

PARTICIPANT_DATA = Action(
    slug="get-customer-participant-data",
    name="Get Customer Participant Data",
    integration=GENESYS,
    method="GET",
    url="/api/v2/conversations/${input.conversationId}",
    description="The customer's participant in a conversation and what the flow stored with it.",
    inputs={"conversationId!": ("string", "The conversation ID.")},
    outputs={
        "participantId": ("string", "The ID of the customer's participant."),
        "customerId": ("string", "The customer number that the flow found, if any."),
        "policyNumber": ("string", "The policy that the call is about, if any."),
    },
    paths={
        "participants": "$.participants[?(@.purpose=='customer')].id",
        "customers": "$.participants[?(@.purpose=='customer')].attributes.customerId",
        "policies": "$.participants[?(@.purpose=='customer')].attributes.policyNumber",
    },
    defaults={"participants": "[]", "customers": "[]", "policies": "[]"},
    success=lines(
        "{",
        f'  "participantId": {first("participants")},',
        f'  "customerId": {first("customers")},',
        f'  "policyNumber": {first("policies")}',
        "}",
    ),
    version=2,
    example=(
        {"conversationId": CONVERSATION},
        {"participantId": CUSTOMER, "customerId": "C-204518", "policyNumber": "CRM-4410927"},
    ),
    stubs=[
        Stub(
            "GET",
            "/api/v2/conversations/*",
            {
                "id": CONVERSATION,
                "startTime": "2026-03-02T15:18:44.120Z",
                "participants": [
                    {
                        "id": CUSTOMER,
                        "purpose": "customer",
                        "address": "tel:+13125550187",
                        "attributes": {"customerId": "C-204518", "policyNumber": "CRM-4410927"},
                    },
                    {
                        "id": guid("participant", "example acd"),
                        "purpose": "acd",
                        "queueId": FNOL,
                        "attributes": {},
                    },
                ],
            },
        )
    ],
)

CREATE_CALLBACK = Action(
    slug="create-callback",
    name="Create Callback",
    integration=GENESYS,
    method="POST",
    url="/api/v2/conversations/callbacks",
    description="Puts a callback in a queue, now or at a scheduled time.",
    inputs={
        "callbackNumber!": ("string", "The number to call, E.164."),
        "queueId!": ("string", "The queue ID."),
        "callbackUserName": ("string", "Who to ask for."),
        "callbackScheduledTime": ("string", "When to call, ISO 8601 in UTC; at once when absent."),
        "priority": ("string", "Priority in the queue."),
        "skillId": ("string", "A skill that the agent needs."),
    },
    outputs={"conversationId": ("string", "The ID of the callback's conversation.")},
    headers=JSON_BODY,
    body=lines(
        "{",
        '  "callbackNumbers": ["$esc.jsonString(${input.callbackNumber})"],',
        '#if("$!{input.callbackUserName}" != "")',
        '  "callbackUserName": "$esc.jsonString(${input.callbackUserName})",',
        "#end",
        '#if("$!{input.callbackScheduledTime}" != "")',
        '  "callbackScheduledTime": "$esc.jsonString(${input.callbackScheduledTime})",',
        "#end",
        '  "routingData": {',
        '    "queueId": "${input.queueId}"',
        '#if("$!{input.priority}" != "")',
        '    ,"priority": ${input.priority}',
        "#end",
        '#if("$!{input.skillId}" != "")',
        '    ,"skillIds": ["${input.skillId}"]',
        "#end",
        "  }",
        "}",
    ),
    paths={"conversation": "$.conversation.id"},
    defaults={"conversation": '""'},
    success='{"conversationId": ${conversation}}',
    version=4,
    example=(
        {
            "callbackNumber": "+13125550187",
            "queueId": FNOL,
            "callbackUserName": 'Ines "Nessa" Calloway',
            "priority": "5",
        },
        {"conversationId": guid("conversation", "example callback")},
    ),
    stubs=[
        Stub(
            "POST",
            "/api/v2/conversations/callbacks",
            {
                "conversation": {"id": guid("conversation", "example callback")},
                "callbackIdentifiers": [
                    {
                        "type": "ACD",
                        "id": guid("callback", "example"),
                        "conversationId": guid("conversation", "example callback"),
                    }
                ],
            },
            status=202,
        )
    ],
)

SET_PRIORITY = Action(
    slug="set-conversation-priority",
    name="Set Conversation Priority",
    integration=GENESYS,
    method="PATCH",
    url="/api/v2/routing/conversations/${input.conversationId}",
    description="Raises a waiting conversation in its queue.",
    inputs={
        "conversationId!": ("string", "The conversation ID."),
        "priority!": ("integer", "The new priority."),
    },
    outputs={"priority": ("integer", "The priority that now applies.")},
    headers=JSON_BODY,
    body='{"priority": ${input.priority}}',
    paths={"priority": "$.priority"},
    defaults={"priority": "0"},
    success='{"priority": ${priority}}',
    example=({"conversationId": CONVERSATION, "priority": 20}, {"priority": 20}),
    stubs=[Stub("PATCH", "/api/v2/routing/conversations/*", {"priority": 20, "skills": []})],
)

AGENT_COUNTS = Action(
    slug="get-on-queue-agent-counts",
    name="Get On Queue Agent Counts",
    integration=GENESYS,
    method="POST",
    url="/api/v2/analytics/queues/observations/query",
    description="How many agents are on a queue, by routing status.",
    inputs={"queueId!": ("string", "The queue ID.")},
    outputs={
        "statuses": ({"type": "array", "items": {"type": "string"}}, "IDLE, INTERACTING, …"),
        "counts": ({"type": "array", "items": {"type": "integer"}}, "Agents in each status, same order."),
    },
    headers=JSON_BODY,
    body=lines(
        "{",
        '  "filter": {"type": "and", "predicates": [',
        '    {"type": "dimension", "dimension": "queueId",',
        '     "operator": "matches", "value": "${input.queueId}"}',
        "  ]},",
        '  "metrics": ["oOnQueueUsers"]',
        "}",
    ),
    paths={
        "statuses": "$.results[0].data[?(@.metric=='oOnQueueUsers')].qualifier",
        "counts": "$.results[0].data[?(@.metric=='oOnQueueUsers')].stats.count",
    },
    defaults={"statuses": "[]", "counts": "[]"},
    success='{"statuses": ${statuses}, "counts": ${counts}}',
    version=2,
    example=({"queueId": FNOL}, {"statuses": ["IDLE", "INTERACTING", "NOT_RESPONDING"], "counts": [2, 7, 1]}),
    stubs=[
        Stub(
            "POST",
            "/api/v2/analytics/queues/observations/query",
            {
                "results": [
                    {
                        "group": {"queueId": FNOL},
                        "data": [
                            {"metric": "oOnQueueUsers", "qualifier": "IDLE", "stats": {"count": 2}},
                            {"metric": "oOnQueueUsers", "qualifier": "INTERACTING", "stats": {"count": 7}},
                            {"metric": "oOnQueueUsers", "qualifier": "NOT_RESPONDING", "stats": {"count": 1}},
                        ],
                    }
                ]
            },
        )
    ],
)

SEND_SMS = Action(
    slug="send-agentless-sms",
    name="Send Agentless SMS",
    integration=GENESYS,
    method="POST",
    url="/api/v2/conversations/messages/agentless",
    description="Sends a text message that no agent takes part in.",
    inputs={
        "toAddress!": ("string", "The recipient, E.164."),
        "textBody!": ({"type": "string", "maxLength": 765}, "The text."),
    },
    outputs={"conversationId": ("string", "The ID of the message's conversation.")},
    headers=JSON_BODY,
    body=lines(
        "{",
        '  "fromAddress": "+13125550160",',
        '  "toAddress": "$esc.jsonString(${input.toAddress})",',
        '  "toAddressMessengerType": "sms",',
        '  "textBody": "$esc.jsonString(${input.textBody})"',
        "}",
    ),
    paths={"conversation": "$.conversationId"},
    success='{"conversationId": ${conversation}}',
    version=2,
    example=(
        {"toAddress": "+13125550187", "textBody": 'Your claim is open.\nReply "STOP" to end.'},
        {"conversationId": guid("conversation", "example sms")},
    ),
    stubs=[
        Stub(
            "POST",
            "/api/v2/conversations/messages/agentless",
            {
                "id": guid("message", "example sms"),
                "conversationId": guid("conversation", "example sms"),
                "fromAddress": "+13125550160",
                "messengerType": "sms",
                "timestamp": "2026-03-02T15:21:08.771Z",
            },
            status=202,
        )
    ],
)

ACTIONS = [ESTIMATED_WAIT, PARTICIPANT_DATA, CREATE_CALLBACK, SET_PRIORITY, AGENT_COUNTS, SEND_SMS]
