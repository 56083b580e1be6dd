"""Work without a customer on the line: a module that others call, and a workflow."""

from __future__ import annotations

from datetime import timedelta

from sample_org.envelopes import module, silent
from sample_org.flow import Flow, Item, Step, Var
from sample_org.steps import (
    assign,
    call_action,
    decide,
    end_workflow,
    exit_module,
    loop,
    next_loop,
    switch,
    wait,
)


def look_up_customer() -> list[Step]:
    """Who has this number; nobody, when the directory does not answer."""
    nobody = {"Common.customerId": "=ToString(NOT_SET)", "Common.preferredLanguage": "en"}
    return [
        call_action(
            "Find the customer",
            "Find Customer by Phone",
            {"phoneNumber": "=Common.phoneNumber"},
            {
                "customerId": "Common.customerId",
                "name": "Common.customerName",
                "policyNumber": "Common.policyNumber",
                "preferredLanguage": "Common.preferredLanguage",
                "matches": "Common.matches",
            },
            failure=[assign("The directory failed", nobody)],
            timeout=[assign("The directory is slow", nobody)],
            errors={"userMessage": "Common.errorMessage"},
        ),
        exit_module(),
    ]


CUSTOMER_LOOKUP = Flow(
    slug="customer-lookup",
    name="Customer Lookup",
    type="commonmodule",
    description="Finds a customer by phone number. Used by calls and messages.",
    start="Common Module Task",
    version="3.0",
    modified="2025-12-08T22:20:11.590Z",
    items=[Item("CommonModuleTask", "Common Module Task", look_up_customer())],
    variables=[
        Var("Common.phoneNumber", input=True, description="E.164."),
        Var("Common.customerId", output=True),
        Var("Common.customerName", output=True),
        Var("Common.policyNumber", output=True),
        Var("Common.preferredLanguage", output=True),
        Var("Common.matches", "int", output=True),
        Var("Common.errorMessage", output=True),
    ],
    settings=module("inboundcall", "inboundshortmessage", "inboundemail", "workflow"),
)


def failed(name: str) -> list[Step]:
    """Count what did not work."""
    return [assign(name, {"Flow.failed": "=Flow.failed + 1"})]


def text_a_link() -> Step:
    """Make a payment link and text it."""
    text = call_action(
        "Text the customer",
        "Send Agentless SMS",
        {
            "toAddress": "=State.phone",
            "textBody": '=Append(Flow.campaignName, " Your premium is due. Pay here: ", State.link)',
        },
        {"conversationId": "State.conversationId"},
        success=[assign("Count it", {"Flow.sent": "=Flow.sent + 1"})],
        failure=failed("Count the failure"),
        timeout=failed("Count the timeout"),
    )
    return call_action(
        "Make a payment link",
        "Create Payment Link",
        {"policyNumber": "=State.policyNumber", "amount": "=State.amount", "description": "Premium due"},
        {"url": "State.link"},
        success=[text],
        failure=failed("No link"),
        timeout=failed("No link in time"),
    )


def open_case() -> Step:
    """A lapsed policy is for people."""
    return call_action(
        "Open a case for a lapsed policy",
        "Create Salesforce Case",
        {
            "phone": "=State.phone",
            "subject": '=Append("Lapsed policy ", State.policyNumber)',
            "origin": "Phone",
        },
        {"caseNumber": "State.caseNumber"},
        failure=failed("No case"),
        timeout=failed("No case in time"),
    )


def remind() -> list[Step]:
    """One invoice: the state of its policy decides what happens."""
    return [
        assign(
            "The next invoice",
            {
                "State.phone": "=GetAt(State.phones, State.index)",
                "State.policyNumber": "=GetAt(State.policies, State.index)",
                "State.amount": "=GetAt(State.amounts, State.index)",
            },
        ),
        decide("Is there no number?", "IsNotSetOrEmpty(State.phone)", [next_loop("Skip it")]),
        call_action(
            "Ask for the policy",
            "Get Policy Status",
            {"policyNumber": "=State.policyNumber"},
            {"status": "State.status"},
            success=[
                switch(
                    "The policy is",
                    {
                        "Active": ('State.status == "active"', [text_a_link()]),
                        "Lapsed": ('State.status == "lapsed"', [open_case()]),
                        "Cancelled": ('State.status == "cancelled"', [next_loop("Leave it")]),
                    },
                )
            ],
            failure=failed("Policy unknown"),
            timeout=failed("Policy unknown in time"),
        ),
        wait("Do not hurry the gateway", timedelta(seconds=2)),
    ]


def reminders() -> list[Step]:
    """All invoices due before a day."""
    unavailable = [end_workflow("InvoicesUnavailable", "End: invoices unavailable")]
    return [
        call_action(
            "Which invoices are due?",
            "Get Open Invoices",
            {"dueBefore": "=Flow.dueBefore"},
            {
                "total": "State.total",
                "invoices.phone": "State.phones",
                "invoices.policyNumber": "State.policies",
                "invoices.amount": "State.amounts",
            },
            failure=unavailable,
            timeout=[end_workflow("InvoicesTimeout", "End: no answer in time")],
            errors={"userMessage": "Flow.errorMessage"},
        ),
        decide("Nothing due?", "State.total == 0", [end_workflow("NothingDue", "End: nothing due")]),
        loop("Every invoice", "State.index", "=Count(State.policies)", remind()),
        decide("Did any fail?", "Flow.failed > 0", [end_workflow("Partial", "End: some failed")]),
        end_workflow("Complete"),
    ]


RENEWALS = Flow(
    slug="premium-reminders",
    name="Premium Reminders",
    type="workflow",
    description="Every morning at nine: text a payment link to customers whose premium is due.",
    start="Initial State",
    division="Service",
    version="7.0",
    modified="2026-02-18T13:12:08.845Z",
    items=[
        Item(
            "State",
            "Initial State",
            reminders(),
            variables=[
                Var("State.index", "int"),
                Var("State.total", "int", 0),
                Var("State.phones", "str_coll"),
                Var("State.policies", "str_coll"),
                Var("State.amounts", "dec_coll"),
                Var("State.phone"),
                Var("State.policyNumber"),
                Var("State.amount", "dec"),
                Var("State.status"),
                Var("State.link"),
                Var("State.caseNumber"),
                Var("State.conversationId"),
            ],
        )
    ],
    variables=[
        Var("Flow.dueBefore", input=True, description="A date, YYYY-MM-DD."),
        Var("Flow.campaignName", description="Comes before the text; nothing sets it yet."),
        Var("Flow.sent", "int", 0, output=True),
        Var("Flow.failed", "int", 0, output=True),
        Var("Flow.errorMessage"),
    ],
    settings=silent("EndWorkflow"),
)
FLOWS = [CUSTOMER_LOOKUP, RENEWALS]
