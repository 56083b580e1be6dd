"""Messages and e-mail: what comes in by text."""

from __future__ import annotations

from sample_org.dialogue import call_bot, call_module
from sample_org.envelopes import silent
from sample_org.flow import Flow, Item, Step, Var
from sample_org.steps import assign, decide, disconnect, look_up, respond, set_data, switch
from sample_org.values import queue
from sample_org.voice import transfer


def choose_bot() -> Step:
    """Documents have a bot of their own."""
    return decide(
        "About documents?",
        'Contains(Message.Message.body, "card", true) or Contains(Message.Message.body, "papers", true)',
        [
            call_bot(
                "Document helper",
                "Document Helper",
                "=Message.Message.body",
                inputs={"Flow.phone": "=Message.Message.senderAddress"},
                outputs={"Flow.caseNumber": "State.caseNumber"},
                reason="State.exitReason",
                kind="digitalBotFlow",
            )
        ],
        [
            call_bot(
                "Policy assistant",
                "Policy Assistant",
                "=Message.Message.body",
                inputs={"Slot.PolicyNumber": "=State.policyNumber"},
                outputs={"Flow.wantsAgent": "State.wantsAgent"},
                reason="State.exitReason",
                intent="State.intent",
            )
        ],
    )


def front_door() -> list[Step]:
    """Know the customer, let a bot try, then a person."""
    return [
        call_module(
            "Look the customer up",
            "Customer Lookup",
            "3.0",
            {"Common.phoneNumber": "=Message.Message.senderAddress"},
            {"Common.customerId": "State.customerId", "Common.policyNumber": "State.policyNumber"},
        ),
        set_data("Remember the customer", {"customerId": "=State.customerId", "channel": "message"}),
        choose_bot(),
        decide(
            "A person, please?",
            'State.wantsAgent or State.exitReason == "AgentRequestedByUser"',
            [
                respond("Say that an agent comes", "One moment, an agent will join this chat."),
                transfer(
                    "To messaging agents",
                    queue("Digital Messaging"),
                    voice=False,
                    failure=[respond("Nobody is there", "Nobody is available. We will write to you.")],
                ),
            ],
            [respond("Say goodbye", "Thank you for writing to Calder Ridge.")],
        ),
        disconnect(),
    ]


FRONT_DOOR = Flow(
    slug="web-messaging-front-door",
    name="Web Messaging Front Door",
    type="inboundshortmessage",
    description="Every web message and text message comes in here.",
    start="Initial State",
    division="Service",
    version="8.0",
    modified="2026-02-27T20:31:17.904Z",
    items=[
        Item(
            "State",
            "Initial State",
            front_door(),
            variables=[
                Var("State.customerId"),
                Var("State.policyNumber"),
                Var("State.caseNumber"),
                Var("State.exitReason"),
                Var("State.intent"),
                Var("State.wantsAgent", "bln", False),
            ],
        )
    ],
    settings=silent("Disconnect"),
)


def sort_mail() -> list[Step]:
    """Partners first, claims to adjusters, the rest to the service desk."""
    return [
        assign(
            "The sender's domain", {"State.domain": '=Lower(GetAt(Split(Email.Message.from.id, "@"), 1))'}
        ),
        look_up(
            "Is the sender a partner?",
            "Email Routing",
            "=State.domain",
            {"priority": ("int", "State.priority"), "partner": ("bln", "State.partner")},
            missing=[assign("Not a partner", {"State.priority": 0, "State.partner": False})],
            failure=[assign("Partner unknown", {"State.priority": 0, "State.partner": False})],
        ),
        switch(
            "What is it about?",
            {
                "A claim": (
                    'Contains(Email.Message.subject, "CR-", true)',
                    [
                        transfer(
                            "To the adjusters",
                            queue("Claims Auto Adjusters"),
                            skills=["Auto Claims"],
                            priority="=State.priority",
                            voice=False,
                        )
                    ],
                ),
                "A partner": (
                    "State.partner",
                    [
                        transfer(
                            "To property claims",
                            queue("Claims Property Adjusters"),
                            priority="=State.priority",
                            voice=False,
                        )
                    ],
                ),
                "An automatic reply": (
                    'Contains(Email.Message.subject, "out of office", true)',
                    [disconnect("Drop automatic replies")],
                ),
            },
            [transfer("To the service desk", queue("Email Service Desk"), voice=False)],
        ),
        disconnect(),
    ]


CLAIMS_MAILBOX = Flow(
    slug="claims-mailbox",
    name="Claims Mailbox",
    type="inboundemail",
    description="claims@calderridge.example and service@calderridge.example.",
    start="Initial State",
    division="Claims",
    version="4.0",
    state="checkedin",
    modified="2026-02-20T15:55:40.018Z",
    editor="Odile Marchetti",
    items=[
        Item(
            "State",
            "Initial State",
            sort_mail(),
            variables=[
                Var("State.domain"),
                Var("State.priority", "int", 0),
                Var("State.partner", "bln", False),
            ],
        )
    ],
    settings=silent("Disconnect", inboundEmailSettings={"emailHandling": {"handlingType": "Disconnect"}}),
)


FLOWS = [FRONT_DOOR, CLAIMS_MAILBOX]
