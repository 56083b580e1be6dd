"""The billing part of the main customer line: payment links, callbacks, agents."""

from __future__ import annotations

from sample_org.flow import Item, Step
from sample_org.steps import (
    call_action,
    decide,
    disconnect,
    jump_to_task,
    milestone,
)
from sample_org.values import prompt, queue, say
from sample_org.voice import check_schedule, collect, play, transfer

TROUBLE = play("Say that records are unavailable", say(prompt("Technical_Problem")))


CONNECTING = say(prompt("Transfer_To_Agent"))


def send_link() -> list[Step]:
    """Make a payment link and text it."""
    sent = call_action(
        "Text the link",
        "Send Agentless SMS",
        {
            "toAddress": "=ToPhoneNumber(Call.Ani).e164",
            "textBody": '=Append("Pay your Calder Ridge premium here: ", Flow.paymentUrl)',
        },
        {},
        success=[
            milestone("Count a payment link", "Payment Link Sent"),
            play("Say that the link is sent", say("I have sent you the link.", prompt("Goodbye"))),
            disconnect("Disconnect after the link"),
        ],
        failure=[TROUBLE],
        timeout=[TROUBLE],
    )
    return [
        call_action(
            "Make a payment link",
            "Create Payment Link",
            {"policyNumber": "=Flow.policyNumber", "amount": "=Flow.amountDue", "description": "Premium due"},
            {"url": "Flow.paymentUrl"},
            success=[sent],
            failure=[TROUBLE],
            timeout=[TROUBLE],
        )
    ]


def what_is_due() -> Item:
    """Asks for the policy; where something is due, a payment link is offered."""
    offer = collect(
        "Offer a payment link",
        "Flow.choice",
        say(
            "The amount due is ",
            '=ToAudioCurrency(MakeCurrency(Flow.amountDue, "USD"))',
            ". To get a payment link by text message, press 1. To speak with us, press 2.",
        ),
        (1, 1),
        success=[decide("Wants a link?", 'Flow.choice == "1"', send_link())],
    )
    return call_action(
        "Ask for the policy",
        "Get Policy Status",
        {"policyNumber": "=Flow.policyNumber"},
        {"status": "Flow.policyStatus", "amountDue": "Flow.amountDue", "renewalDate": "Flow.renewalDate"},
        success=[decide("Is anything due?", "Flow.amountDue > 0.0", [offer])],
        failure=[TROUBLE],
        timeout=[TROUBLE],
        errors={"userMessage": "Flow.errorMessage"},
    )


def billing() -> Item:
    """What is due; pay by link, by agent, or be called back."""
    status = what_is_due()
    billing_queue = queue("Service Billing")
    to_agent = transfer(
        "To billing",
        billing_queue,
        before=CONNECTING,
        skills=["Billing"],
        failure=[disconnect("Disconnect when nobody bills")],
    )
    later = [jump_to_task("Offer a callback", "Offer Callback")]
    return Item(
        "Task",
        "Billing",
        [
            check_schedule(
                "Is billing open?",
                "Service Hours",
                "Severe Weather",
                is_open=[
                    decide("Is there a policy?", "IsNotSetOrEmpty(Flow.policyNumber)", no=[status]),
                    to_agent,
                ],
                closed=later,
                holiday=[jump_to_task("Offer a callback on a holiday", "Offer Callback")],
                on_emergency=[
                    play("Severe weather", say(prompt("Severe_Weather"))),
                    transfer(
                        "To billing in bad weather",
                        billing_queue,
                        priority=1,
                        failure=[disconnect("Disconnect in bad weather")],
                    ),
                ],
            )
        ],
    )


def offer_callback() -> Item:
    """A callback on the number of the call."""
    called_back = call_action(
        "Put the callback in the queue",
        "Create Callback",
        {
            "callbackNumber": "=ToPhoneNumber(Call.Ani).e164",
            "queueId": '=FindQueue("Scheduled Callbacks").id',
            "callbackUserName": "=Flow.customerName",
        },
        {"conversationId": "Flow.callbackId"},
        success=[
            milestone("Count a callback", "Callback Offered"),
            play("Confirm the callback", say(prompt("Callback_Confirmed"))),
        ],
        failure=[TROUBLE],
        timeout=[TROUBLE],
    )
    return Item(
        "Task",
        "Offer Callback",
        [
            play("Say that we are closed", say(prompt("Closed_Hours"))),
            collect(
                "Wants a callback?",
                "Flow.choice",
                say("To be called back at this number on the next working day, press 1."),
                (1, 1),
                success=[decide("Pressed 1?", 'Flow.choice == "1"', [called_back])],
            ),
            play("Say goodbye", say(prompt("Goodbye"))),
            disconnect(),
        ],
        reusable=True,
    )
