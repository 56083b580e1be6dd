"""What the vendor's documents leave open about running a flow, and what was chosen here."""

from __future__ import annotations

from typing import Final

from trunkline.engine.expression import Assumption

FLOW_ASSUMPTIONS: Final = (
    Assumption(
        "item-variables",
        "Whether variables of a task or state keep their values when it is entered again.",
        "No: they start anew at every entry.",
    ),
    Assumption(
        "loop-count",
        "When the count of a loop is evaluated, and what its index holds afterwards.",
        "Once, on entry; NOT_SET or a negative count is no round. The index keeps its last value.",
    ),
    Assumption(
        "fall-off",
        "What happens after the last action of a task, menu choice or state that does not end itself.",
        "A called task returns by its default path, a menu is said again, an in-queue task starts over;"
        " else the flow ends: voice and message flows disconnect.",
    ),
    Assumption(
        "failed-outputs",
        "What becomes of the output variables when a data action or a lookup fails.",
        "They keep what they had.",
    ),
    Assumption(
        "missing-outputs",
        "What an output of a data action becomes that is not in the reply, or is null there.",
        "NOT_SET; a collection becomes empty.",
    ),
    Assumption(
        "menu-repeats",
        "How often a menu asks, and what happens without a default choice.",
        "Once and then as often as Prompt Repeat Count says; then it disconnects.",
    ),
    Assumption(
        "transfer-not-set",
        "What a transfer to a queue does when the queue is NOT_SET.",
        "It fails by its failure path with the errorType InvalidQueue; it goes on where there is none.",
    ),
    Assumption(
        "participant-data",
        "What Get Participant Data gives for a name that was never set, and NOT_SET as a value.",
        "NOT_SET; setting NOT_SET removes the entry. Names are case-sensitive.",
    ),
    Assumption(
        "slots-filled",
        "Whether Ask for Slot asks for a slot that already has a value.",
        "No, it goes on by its default path.",
    ),
    Assumption(
        "recognition",
        "What happens after the last unrecognised answer where the action has no path for it.",
        "The bot's handling of recognition failures: it exits or disconnects.",
    ),
    Assumption(
        "empty-literals",
        "Whether a literal without text is a value.",
        "Of type String it is the empty text; of any other type it is NOT_SET.",
    ),
    Assumption(
        "speaking-time",
        "How long prompts take.",
        "No time, except blank audio and hold music for a duration.",
    ),
    Assumption(
        "module-errors",
        "Who handles an error inside a common module.",
        "The flow that called it.",
    ),
    Assumption(
        "disabled-cases",
        "What a disabled case of a switch does.",
        "It is never met: the next case is tried.",
    ),
    Assumption(
        "error-in-error-handling",
        "What an error inside the error handling does.",
        "The interaction is disconnected.",
    ),
    Assumption(
        "wait-limit",
        "How long a flow may wait in all.",
        "72 hours in workflow, message, email and chat flows, an hour in survey invites; beyond it an error.",
    ),
)
