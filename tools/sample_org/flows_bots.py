"""Bots: what a machine can settle in a conversation."""

from __future__ import annotations

from sample_org.bots import Intent, bot
from sample_org.dialogue import (
    ask_boolean,
    ask_intent,
    ask_slot,
    communicate,
    digital_menu,
    exit_bot,
)
from sample_org.flow import Flow, Item, Step, Var
from sample_org.steps import assign, call_action, decide

CLAIM_SLOT, POLICY_SLOT = "ClaimNumber", "PolicyNumber"


INTENTS = [
    Intent(
        "Check Claim Status",
        [
            "where is my claim",
            "what is the status of claim CR-26-00481",
            "has my claim been paid",
            "when will the adjuster call me",
        ],
        [CLAIM_SLOT],
        "The customer wants to know how far a claim has come.",
    ),
    Intent(
        "Pay a Bill",
        ["I want to pay my bill", "how much do I owe", "pay my premium", "my policy is past due"],
        [POLICY_SLOT],
        "The customer wants to pay.",
    ),
    Intent(
        "Talk to an Agent",
        ["agent please", "let me talk to a person", "I need a human", "representative"],
        description="The customer asks for a person.",
    ),
]


def hand_over(name: str) -> Step:
    """Let the calling flow know that a person is wanted."""
    return assign(name, {"Flow.wantsAgent": True})


def sorry(name: str) -> list[Step]:
    """What a bot does when a system does not answer."""
    return [communicate(name, "I cannot reach our records right now."), hand_over(f"{name}: hand over")]


def claim_status() -> list[Step]:
    """The number of the claim, then its state."""
    told = [
        communicate("Tell the state", "Claim ", "=Slot.ClaimNumber", " is ", "=Flow.claimState", "."),
        communicate("Tell the adjuster", "Your adjuster is ", "=Flow.adjuster", "."),
    ]
    return [
        ask_slot(
            "Which claim?",
            CLAIM_SLOT,
            "ClaimNumberType",
            "What is your claim number? It looks like CR-26-00481.",
            "I need a number such as CR-26-00481.",
        ),
        call_action(
            "Ask for the claim",
            "Get Claim Status",
            {"claimNumber": "=Slot.ClaimNumber"},
            {"found": "Flow.claimFound", "state": "Flow.claimState", "adjuster": "Flow.adjuster"},
            success=[
                decide(
                    "Is there such a claim?",
                    "Flow.claimFound",
                    told,
                    [
                        communicate("No such claim", "I could not find that claim."),
                        hand_over("Let an agent search"),
                    ],
                )
            ],
            failure=sorry("Claims are unavailable"),
            timeout=sorry("Claims do not answer"),
        ),
    ]


def pay_bill() -> list[Step]:
    """What is due, and a link to pay it."""
    link = call_action(
        "Make a link",
        "Create Payment Link",
        {"policyNumber": "=Slot.PolicyNumber", "amount": "=Flow.amountDue", "description": "Premium due"},
        {"url": "Flow.paymentUrl"},
        success=[communicate("Give the link", "Here is your link: ", "=Flow.paymentUrl")],
        failure=sorry("Payments are unavailable"),
        timeout=sorry("Payments do not answer"),
    )
    asked = ask_boolean(
        "Pay now?",
        ["You owe $", "=ToCommunication(ToString(Flow.amountDue))", ". Would you like a link to pay it now?"],
        [link],
        [communicate("Later", "All right, you can come back any time.")],
    )
    return [
        ask_slot(
            "Which policy?",
            POLICY_SLOT,
            "PolicyNumberType",
            "What is your policy number? It looks like CRM-4410927.",
            "I need a number such as CRM-4410927.",
        ),
        call_action(
            "Ask for the policy",
            "Get Policy Status",
            {"policyNumber": "=Slot.PolicyNumber"},
            {"status": "Flow.policyStatus", "amountDue": "Flow.amountDue"},
            success=[
                decide(
                    "Is anything due?",
                    "Flow.amountDue > 0.0",
                    [asked],
                    [communicate("Nothing is due", "Nothing is due. You are all set.")],
                )
            ],
            failure=sorry("Policies are unavailable"),
            timeout=sorry("Policies do not answer"),
        ),
    ]


POLICY_ASSISTANT = Flow(
    slug="policy-assistant",
    name="Policy Assistant",
    type="bot",
    description="Claim status and payments, by voice or message.",
    start="Assistant",
    division="Service",
    version="11.0",
    modified="2026-02-27T20:11:43.660Z",
    items=[
        Item(
            "BotState",
            "Assistant",
            [
                ask_intent(
                    "What would you like?",
                    "Hi, this is the Calder Ridge assistant. How can I help?",
                    'You can say "claim status", "pay my bill" or "talk to an agent".',
                    {
                        "Check Claim Status": claim_status(),
                        "Pay a Bill": pay_bill(),
                        "Talk to an Agent": [hand_over("Wants a person")],
                    },
                ),
                exit_bot(),
            ],
        )
    ],
    variables=[
        Var("Slot.ClaimNumber", input=True, output=True, description="The claim the customer asks about."),
        Var("Slot.PolicyNumber", input=True, output=True, description="The policy the customer pays for."),
        Var("Flow.wantsAgent", "bln", False, output=True),
        Var("Flow.claimFound", "bln", False),
        Var("Flow.claimState"),
        Var("Flow.adjuster"),
        Var("Flow.policyStatus"),
        Var("Flow.amountDue", "dec"),
        Var("Flow.paymentUrl"),
    ],
    settings=bot(INTENTS, {CLAIM_SLOT: "ClaimNumberType", POLICY_SLOT: "PolicyNumberType"}),
)


def documents() -> list[Step]:
    """Two quick replies about mailed documents, and a way out."""
    tracked = [
        ask_slot(
            "Which parcel?",
            "TrackingNumber",
            "builtin:any",
            "Please type the tracking number.",
            "It is on the e-mail we sent, and begins with PP.",
        ),
        call_action(
            "Ask the carrier",
            "Track Document Shipment",
            {"trackingNumber": "=Slot.TrackingNumber"},
            {"status": "Flow.status", "lastLocation": "Flow.place", "estimatedDelivery": "Flow.eta"},
            success=[
                communicate("Tell where it is", "It is ", "=Flow.status", ". Last seen: ", "=Flow.place", ".")
            ],
            failure=[
                communicate("Carrier unavailable", "The carrier does not answer. Please try again later.")
            ],
            timeout=[communicate("Carrier too slow", "The carrier does not answer. Please try again later.")],
        ),
    ]
    mailed = call_action(
        "Open a case",
        "Create Salesforce Case",
        {"phone": "=Flow.phone", "subject": "Mail a new ID card", "origin": "Chat"},
        {"caseNumber": "Flow.caseNumber"},
        success=[
            communicate("Give the case", "Your card is on its way. Your case is ", "=Flow.caseNumber", ".")
        ],
        failure=[communicate("No case", "I could not order the card. An agent will write to you.")],
        timeout=[communicate("No case in time", "I could not order the card. An agent will write to you.")],
        errors={"errorCode": "Flow.errorCode"},
    )
    return [
        digital_menu(
            "What about your documents?",
            "What can I do about your documents?",
            {
                "Where is my ID card?": tracked,
                "Mail me a new ID card": [mailed],
                "Something else": [communicate("Back", "All right, back to the assistant.")],
            },
        ),
        exit_bot(),
    ]


DOCUMENT_HELPER = Flow(
    slug="document-helper",
    name="Document Helper",
    type="digitalbot",
    description="ID cards and policy booklets by mail.",
    start="Documents",
    division="Service",
    version="3.0",
    modified="2025-11-12T19:05:02.431Z",
    editor="Lucia Fenwick",
    items=[Item("BotState", "Documents", documents())],
    variables=[
        Var("Slot.TrackingNumber", input=True, output=True, description="The carrier's number."),
        Var("Flow.phone", input=True),
        Var("Flow.status"),
        Var("Flow.place"),
        Var("Flow.eta"),
        Var("Flow.caseNumber", output=True),
        Var("Flow.errorCode"),
    ],
    settings=bot(slots={"TrackingNumber": "builtin:any"}, digital=True),
)


FLOWS = [POLICY_ASSISTANT, DOCUMENT_HELPER]
