"""The main customer line: who calls, what about, and what a machine can settle."""

from __future__ import annotations

from datetime import timedelta

from sample_org.dialogue import call_module, menu, to_menu, to_task
from sample_org.envelopes import call
from sample_org.flow import Choice, Flow, Item, Step, Var
from sample_org.flows_billing import CONNECTING, TROUBLE, billing, offer_callback
from sample_org.steps import (
    assign,
    call_action,
    call_task,
    decide,
    disconnect,
    end_task,
    exit_loop,
    jump_to_task,
    look_up,
    loop,
    milestone,
    set_data,
)
from sample_org.values import prompt, queue, say
from sample_org.voice import collect, play, transfer

SERVICE = queue("Service Policy Changes")


def identify_caller() -> Item:
    """The first task: look the caller up, greet by name, mind closures."""
    known = [
        set_data(
            "Remember the customer",
            {
                "customerId": "=Flow.customerId",
                "policyNumber": "=Flow.policyNumber",
                "customerName": "=Flow.customerName",
            },
        ),
        play("Greet by name", say("Hello, ", "=ToAudioTTS(Flow.customerName)", ".")),
    ]
    return Item(
        "Task",
        "Identify Caller",
        [
            play("Recording notice", say(prompt("Recording_Notice"))),
            call_module(
                "Look the caller up",
                "Customer Lookup",
                "3.0",
                {"Common.phoneNumber": "=Call.Ani"},
                {
                    "Common.customerId": "Flow.customerId",
                    "Common.customerName": "Flow.customerName",
                    "Common.policyNumber": "Flow.policyNumber",
                    "Common.preferredLanguage": "Flow.language",
                },
            ),
            decide(
                "Unknown caller?",
                "IsNotSetOrEmpty(Flow.customerId)",
                [set_data("Remember that nobody was found", {"customerTier": "unknown"})],
                known,
            ),
            call_task("Mind closures", "Check Closures"),
            decide(
                "Prefers Spanish?",
                'Flow.language == "es"',
                [jump_to_task("Go on in Spanish", "Service in Spanish")],
                [to_menu("Go to the main menu", "Main Menu")],
            ),
        ],
    )


def check_closures() -> Item:
    """An office that is closed today says why and hangs up."""
    closed = [
        play("Say why we are closed", say("=ToAudioTTS(Flow.closureMessage)", prompt("Goodbye"))),
        disconnect("Disconnect when closed"),
    ]
    looked_up = look_up(
        "Is the office closed today?",
        "Emergency Closures",
        "0100",
        {"closed": ("bln", "Flow.officeClosed"), "message": ("str", "Flow.closureMessage")},
        found=[decide("Closed today?", "Flow.officeClosed", closed)],
        missing=[assign("Nothing is known of today", {"Flow.officeClosed": False})],
        failure=[assign("Assume we are open", {"Flow.officeClosed": False})],
    )
    return Item("Task", "Check Closures", [looked_up, end_task("Back to the caller")], reusable=True)


def main_menu() -> Item:
    """What about?"""
    return menu(
        "Main Menu",
        say(prompt("Main_Menu")),
        [
            Choice("Claims", 1, to_menu("Claims", "Claims Menu")),
            Choice("Billing", 2, to_task("Billing", "Billing")),
            Choice("Track documents", 3, to_task("Track documents", "Track Documents")),
            Choice("New quote", 4, transfer("New quote", queue("Sales New Business"), before=CONNECTING)),
            Choice("Español", 9, to_task("Español", "Service in Spanish")),
            Choice("Representative", 0, transfer("Representative", SERVICE, before=CONNECTING), default=True),
        ],
    )


def claims_menu() -> Item:
    """Which claim?"""
    opened = transfer(
        "New claim",
        queue("Claims First Notice of Loss"),
        before=CONNECTING,
        skills=["Auto Claims"],
        failure=(),
    )
    return menu(
        "Claims Menu",
        say(prompt("Claims_Menu")),
        [
            Choice("New claim", 1, opened),
            Choice("Claim status", 2, to_task("Claim status", "Claim Status")),
            Choice("Roadside", 3, transfer("Roadside", queue("Roadside Dispatch"), priority=10)),
            Choice("Back", 9, to_menu("Back", "Main Menu")),
        ],
        repeats=2,
    )


def ask_status() -> Step:
    """Ask for a claim and speak how far it has come."""
    spoken = [
        play(
            "Speak the status",
            say(
                "Your claim is ",
                '=ToAudioTTS(Replace(Task.claimState, "_", " "))',
                ". Your adjuster is ",
                "=ToAudioTTS(Task.adjuster)",
                ".",
            ),
        ),
        milestone("Count a spoken status", "Claim Status Spoken"),
        exit_loop("Status was spoken"),
    ]
    unknown = [play("Say that there is no such claim", say("I could not find that claim. Let us try again."))]
    return call_action(
        "Ask for the status",
        "Get Claim Status",
        {"claimNumber": "=Task.claimNumber"},
        {"found": "Task.found", "state": "Task.claimState", "adjuster": "Task.adjuster"},
        success=[decide("Is there such a claim?", "Task.found", spoken, unknown)],
        failure=[TROUBLE, exit_loop("Give up after a failure")],
        timeout=[TROUBLE, exit_loop("Give up after a timeout")],
        errors={"errorCode": "Flow.errorCode", "userMessage": "Flow.errorMessage"},
    )


def claim_status() -> Item:
    """Three attempts to key in a claim, then an adjuster."""
    attempt = collect(
        "Key in the claim number",
        "Task.claimNumber",
        say("Please key in the seven digits of your claim number."),
        (7, 7),
        success=[ask_status()],
        failure=[play("Say that nothing was keyed in", say("I did not get seven digits."))],
        wait=timedelta(seconds=8),
    )
    return Item(
        "Task",
        "Claim Status",
        [
            loop("Three attempts", "Task.attempt", 3, [attempt]),
            transfer(
                "To the adjusters",
                queue("Claims Auto Adjusters"),
                before=say("I will connect you with an adjuster."),
                on_failure=say(prompt("Technical_Problem")),
                failure=[disconnect("Disconnect when no adjuster can be reached")],
                skills=["Auto Claims"],
                priority=5,
            ),
        ],
        variables=[
            Var("Task.attempt", "int"),
            Var("Task.claimNumber"),
            Var("Task.found", "bln", False),
            Var("Task.claimState"),
            Var("Task.adjuster"),
        ],
    )


def track_documents() -> Item:
    """Where a mailed card is. Its data action has no handlers for failure: a slip that validation shows."""
    tracked = call_action(
        "Ask the carrier",
        "Track Document Shipment",
        {"trackingNumber": '=Append("PP", Task.number)'},
        {"status": "Task.status", "lastLocation": "Task.place"},
    )
    spoken = play(
        "Speak where it is",
        say(
            "Your documents are ",
            '=ToAudioTTS(Replace(Task.status, "_", " "))',
            ". Last seen: ",
            "=ToAudioTTS(Task.place)",
        ),
    )
    return Item(
        "Task",
        "Track Documents",
        [
            collect(
                "Key in the tracking number",
                "Task.number",
                say("Please key in the six digits after P P."),
                (6, 6),
                success=[tracked, spoken],
                failure=[play("Nothing keyed in", say("I did not get six digits."))],
            ),
            to_menu("Back to the main menu", "Main Menu"),
        ],
        variables=[Var("Task.number"), Var("Task.status"), Var("Task.place")],
    )


def in_spanish() -> Item:
    """Spanish speakers go to agents who speak it."""
    return Item(
        "Task",
        "Service in Spanish",
        [
            play("Connect in Spanish", say("Un momento mientras le comunico con un representante.")),
            transfer(
                "To service in Spanish",
                queue("Service Spanish"),
                language="Spanish",
                failure=[disconnect("Disconnect when nobody can be reached")],
            ),
        ],
        reusable=True,
    )


def old_storm_notice() -> Item:
    """Left from a storm of 2024; nothing leads here any more: a slip that validation shows."""
    return Item(
        "Task",
        "Storm Notice 2024",
        [
            play("Storm notice", say("Because of the storm, waits are longer than usual today.")),
            end_task(),
        ],
        reusable=True,
    )


MAIN_LINE = Flow(
    slug="main-customer-line",
    name="Main Customer Line",
    type="inboundcall",
    description="Answers 312-555-0100, the sales line and the claims hotline.",
    start="Identify Caller",
    division="Home",
    version="14.0",
    modified="2026-02-24T21:14:09.310Z",
    items=[
        identify_caller(),
        check_closures(),
        main_menu(),
        claims_menu(),
        claim_status(),
        billing(),
        offer_callback(),
        track_documents(),
        in_spanish(),
        old_storm_notice(),
    ],
    variables=[
        Var("Flow.customerId", description="The customer number, empty when nobody was found."),
        Var("Flow.customerName"),
        Var("Flow.policyNumber"),
        Var("Flow.language", initial="en"),
        Var("Flow.officeClosed", "bln", False),
        Var("Flow.closureMessage"),
        Var("Flow.policyStatus"),
        Var("Flow.renewalDate"),
        Var("Flow.amountDue", "dec"),
        Var("Flow.paymentUrl"),
        Var("Flow.callbackId"),
        Var("Flow.choice"),
        Var("Flow.errorCode"),
        Var("Flow.errorMessage"),
    ],
    settings=call(say(prompt("Welcome_Main")), SERVICE),
)


FLOWS = [MAIN_LINE]
