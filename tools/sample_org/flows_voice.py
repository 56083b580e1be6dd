"""Calls after hours, calls that wait, and a payment that no agent hears."""

from __future__ import annotations

from datetime import timedelta

from sample_org.dialogue import menu, to_menu, to_task
from sample_org.envelopes import call, in_queue
from sample_org.flow import Choice, Flow, Item, Step, Var
from sample_org.steps import assign, call_action, decide, disconnect, end_flow, get_data, look_up, set_data
from sample_org.values import prompt, queue, say
from sample_org.voice import collect, hold_music, play, play_wait, transfer

TROUBLE = play("Say that records are unavailable", say(prompt("Technical_Problem")))


def closed_greeting() -> Item:
    """The weather where the caller is decides what is said first."""
    weather = call_action(
        "Ask for the weather",
        "Get Current Weather Data",
        {"latitude": "=Flow.latitude", "longitude": "=Flow.longitude"},
        {"weather_code": "Flow.weatherCode", "windspeed": "Flow.windspeed"},
        failure=[assign("Assume fair weather", {"Flow.weatherCode": 0})],
        timeout=[assign("Assume fair weather after a timeout", {"Flow.weatherCode": 0})],
    )
    storm = [
        play("Severe weather", say(prompt("Severe_Weather"))),
        set_data("Remember the storm", {"storm": "true", "region": "=Flow.region"}),
        assign("Storm callers go first", {"Flow.priority": "=Flow.regionPriority + 10"}),
    ]
    return Item(
        "Task",
        "Closed Greeting",
        [
            look_up(
                "Where is the caller?",
                "Storm Regions",
                "=Left(Right(ToPhoneNumber(Call.Ani).e164, 10), 3)",
                {
                    "region": ("str", "Flow.region"),
                    "priority": ("int", "Flow.regionPriority"),
                    "latitude": ("dec", "Flow.latitude"),
                    "longitude": ("dec", "Flow.longitude"),
                },
                found=[weather],
                missing=[assign("Somewhere else", {"Flow.weatherCode": 0})],
                failure=[assign("Unknown place", {"Flow.weatherCode": 0})],
            ),
            decide("A thunderstorm?", "Flow.weatherCode >= 95 or Flow.windspeed > 75.0", storm),
            play("Closed", say(prompt("Closed_Hours"))),
            to_menu("Go to the menu", "After Hours Menu"),
        ],
    )


def after_hours_menu() -> Item:
    """What cannot wait until morning."""
    urgent = transfer(
        "Emergency claim",
        queue("Claims First Notice of Loss"),
        before=say(prompt("Transfer_To_Agent")),
        priority="=Flow.priority",
        failure=(),
    )
    return menu(
        "After Hours Menu",
        say(
            "To report damage that cannot wait, press 1. To be called back tomorrow, press 2. "
            "For roadside assistance, press 3. To end this call, press 9."
        ),
        [
            Choice("Emergency claim", 1, urgent),
            Choice("Callback", 2, to_task("Callback", "Leave Callback")),
            Choice("Roadside", 3, transfer("Roadside", queue("Roadside Dispatch"), priority=10)),
            Choice("Goodbye", 9, disconnect("Goodbye"), default=True),
        ],
    )


def leave_callback() -> Item:
    """A callback in the morning, on a number the caller keys in."""
    booked = call_action(
        "Book the callback",
        "Create Callback",
        {
            "callbackNumber": '=Append("+1", Flow.callbackNumber)',
            "queueId": '=FindQueue("Scheduled Callbacks").id',
            "callbackScheduledTime": "=ToString(AddHours(GetCurrentDateTimeUtc(), 11))",
        },
        {"conversationId": "Flow.callbackId"},
        success=[play("Confirm", say("We will call you tomorrow morning.", prompt("Goodbye")))],
        failure=[TROUBLE],
        timeout=[TROUBLE],
        errors={"userMessage": "Flow.errorMessage"},
    )
    return Item(
        "Task",
        "Leave Callback",
        [
            collect(
                "Key in a number",
                "Flow.callbackNumber",
                say("Please key in your ten digit phone number."),
                (10, 10),
                success=[booked],
                failure=[play("No number", say("I did not get ten digits.", prompt("Goodbye")))],
                wait=timedelta(seconds=10),
            ),
            disconnect(),
        ],
    )


AFTER_HOURS = Flow(
    slug="after-hours",
    name="After Hours",
    type="inboundcall",
    description="Closed hours and holidays of the main and the sales line.",
    start="Closed Greeting",
    version="6.0",
    modified="2026-01-19T18:40:27.005Z",
    items=[closed_greeting(), after_hours_menu(), leave_callback()],
    variables=[
        Var("Flow.region"),
        Var("Flow.regionPriority", "int", 0),
        Var("Flow.priority", "int", 0),
        Var("Flow.latitude", "dec"),
        Var("Flow.longitude", "dec"),
        Var("Flow.weatherCode", "int", 0),
        Var("Flow.windspeed", "dec", "0.0"),
        Var("Flow.callbackNumber"),
        Var("Flow.callbackId"),
        Var("Flow.errorMessage"),
        Var("Flow.legacyRegionCode", description="Not used since the Storm Regions table."),
    ],
    settings=call(say(prompt("Welcome_Main"))),
)


def wait_for_claims() -> list[Step]:
    """Comfort, the estimated wait, a callback on the third turn, more priority on the sixth."""
    called_back = call_action(
        "Put the callback in this queue",
        "Create Callback",
        {
            "callbackNumber": "=ToPhoneNumber(Call.Ani).e164",
            "queueId": "=Call.CurrentQueue.id",
            "callbackUserName": "=Flow.customerName",
            "priority": "5",
        },
        {"conversationId": "Flow.callbackId"},
        success=[
            play("Confirm the callback", say(prompt("Callback_Confirmed"))),
            disconnect("Disconnect after the callback"),
        ],
        failure=[play("Go on waiting", say(prompt("Callback_Failed")))],
        timeout=[play("Go on waiting after a timeout", say(prompt("Callback_Failed")))],
    )
    offer = collect(
        "Offer a callback",
        "Flow.choice",
        say(prompt("Callback_Offer")),
        (1, 1),
        success=[decide("Wants a callback?", 'Flow.choice == "1"', [called_back])],
        failure=(),
    )
    return [
        assign("Count the turns", {"Flow.turn": "=Flow.turn + 1"}),
        play_wait("Speak the estimated wait"),
        decide("First turn?", "Flow.turn == 1", [who_waits(), long_wait()]),
        decide("Offer a callback now?", "Flow.turn == 3 and Flow.waitSeconds > 300", [offer]),
        decide("Waited too long?", "Flow.turn == 6", [raise_priority()]),
        play("Comfort", say(prompt("Comfort_Message"))),
        hold_music("Music", timedelta(seconds=45)),
    ]


def raise_priority() -> Step:
    """Who has waited long goes first."""
    return call_action(
        "Raise the priority",
        "Set Conversation Priority",
        {"conversationId": "=Call.ConversationId", "priority": 20},
        {"priority": "Flow.priority"},
        failure=[assign("Priority unchanged", {"Flow.priority": 0})],
        timeout=[assign("Priority unknown", {"Flow.priority": 0})],
    )


def who_waits() -> Step:
    """The name that the main line found."""
    return get_data("Who is waiting?", {"customerName": "Flow.customerName"})


def long_wait() -> Step:
    """How long will it take?"""
    return call_action(
        "How long is the wait?",
        "Get Estimated Wait Time",
        {"queueId": "=Call.CurrentQueue.id", "mediaType": "call"},
        {"estimatedWaitTimeSeconds": "Flow.waitSeconds"},
        failure=[assign("The wait is unknown", {"Flow.waitSeconds": 0})],
        timeout=[assign("No answer about the wait", {"Flow.waitSeconds": 0})],
    )


CLAIMS_QUEUE = Flow(
    slug="claims-in-queue",
    name="Claims In-Queue",
    type="inqueuecall",
    description="While callers wait for an adjuster.",
    start="In-Queue Task",
    division="Claims",
    languages=("en-US", "es-US"),
    version="9.0",
    modified="2026-02-26T14:02:51.777Z",
    editor="Odile Marchetti",
    items=[Item("LoopTask", "In-Queue Task", wait_for_claims())],
    variables=[
        Var("Flow.turn", "int", 0),
        Var("Flow.waitSeconds", "int", 0),
        Var("Flow.customerName"),
        Var("Flow.choice"),
        Var("Flow.callbackId"),
        Var("Flow.priority", "int", 0),
    ],
    settings=in_queue,
)

DEFAULT_QUEUE = Flow(
    slug="default-in-queue",
    name="Default In-Queue",
    type="inqueuecall",
    description="Music and a comfort message for every queue without a flow of its own.",
    start="In-Queue Task",
    languages=("en-US", "es-US"),
    version="2.0",
    modified="2025-06-03T16:30:00.120Z",
    items=[
        Item(
            "LoopTask",
            "In-Queue Task",
            [
                play("Comfort", say(prompt("Comfort_Message"))),
                hold_music("Music", timedelta(minutes=1)),
            ],
        )
    ],
    settings=in_queue,
)


def card_payment() -> Item:
    """Card digits stay in secure variables; the agent hears nothing of them."""
    charged = call_action(
        "Charge the card",
        "Charge Card",
        {
            "policyNumber": "=Flow.policyNumber",
            "amount": "=Flow.amount",
            "cardNumber": "=Flow.cardNumber",
            "expiry": "=Flow.expiry",
        },
        {"approved": "Flow.approved", "authorizationCode": "Flow.authorizationCode"},
        success=[
            decide(
                "Approved?",
                "Flow.approved",
                [play("Approved", say("Your payment was accepted."))],
                [play("Declined", say("The card was declined."))],
            )
        ],
        failure=[TROUBLE],
        timeout=[TROUBLE],
    )
    expiry = collect(
        "Key in the expiry",
        "Flow.expiry",
        say("Now the month and the year, four digits."),
        (4, 4),
        success=[charged],
        failure=[play("No expiry", say("I did not get four digits."))],
    )
    return Item(
        "Task",
        "Card Payment",
        [
            collect(
                "Key in the card",
                "Flow.cardNumber",
                say("Please key in the digits of your card."),
                (15, 16),
                success=[expiry],
                failure=[play("No card", say("I did not get all the digits."))],
                wait=timedelta(seconds=20),
            ),
            end_flow("Return to the agent"),
        ],
    )


SECURE_PAYMENT = Flow(
    slug="secure-card-payment",
    name="Secure Card Payment",
    type="securecall",
    description="Agents transfer callers here to key in a card.",
    start="Card Payment",
    division="Service",
    version="1.0",
    state="saved",
    modified="2026-03-02T14:48:33.219Z",
    locked_by="Maren Oduya",
    items=[card_payment()],
    variables=[
        Var("Flow.policyNumber", input=True),
        Var("Flow.amount", "dec", input=True),
        Var("Flow.cardNumber", secure=True),
        Var("Flow.expiry", secure=True),
        Var("Flow.approved", "bln", False, output=True),
        Var("Flow.authorizationCode", output=True),
    ],
    settings=call(None, menus=False, secure=True),
)
FLOWS = [AFTER_HOURS, CLAIMS_QUEUE, DEFAULT_QUEUE, SECURE_PAYMENT]
