"""Colours and icons: one colour and one icon a family of actions, light and dark."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from trunkline.domain.flow.vocabulary import ENDINGS, JUMPS, LOOPS, TRANSFERS


class Family(StrEnum):
    """What a node is about."""

    ITEM = "item"
    TALK = "talk"
    ASK = "ask"
    DATA = "data"
    VARIABLE = "variable"
    LOGIC = "logic"
    LOOP = "loop"
    CALL = "call"
    TRANSFER = "transfer"
    WAIT = "wait"
    END = "end"
    OTHER = "other"


class Look(NamedTuple):
    """A family's name for the legend, its colour on light and on dark, its icon (a 16 by 16 path)."""

    name: str
    light: str
    dark: str
    icon: str


LOOKS: Mapping[Family, Look] = MappingProxyType(
    {
        Family.ITEM: Look("Task, menu, state", "#4f46e5", "#8b93ff", "M5.5 3.5v9l7-4.5z"),
        Family.TALK: Look("Says or shows", "#0284c7", "#4cc2ff", "M2.5 3.5h11v7H8l-3.5 3v-3h-2z"),
        Family.ASK: Look(
            "Asks",
            "#0d9488",
            "#3dd9c4",
            "M4 4h.01M8 4h.01M12 4h.01M4 8h.01M8 8h.01M12 8h.01M4 12h.01M8 12h.01M12 12h.01",
        ),
        Family.DATA: Look(
            "Reads or writes data",
            "#7c3aed",
            "#b39bff",
            "M3.5 4.5c0-1 2-1.8 4.5-1.8s4.5.8 4.5 1.8-2 1.8-4.5 1.8-4.5-.8-4.5-1.8zv7c0 1 2 1.8 4.5 1.8"
            "s4.5-.8 4.5-1.8v-7M3.5 8c0 1 2 1.8 4.5 1.8s4.5-.8 4.5-1.8",
        ),
        Family.VARIABLE: Look(
            "Sets variables",
            "#64748b",
            "#a3b1c9",
            "M6 3C3.5 3 5 6.5 3 8c2 1.5.5 5 3 5M10 3c2.5 0 1 3.5 3 5-2 1.5-.5 5-3 5",
        ),
        Family.LOGIC: Look("Decides", "#b45309", "#ffc24d", "M8 2.5 13.5 8 8 13.5 2.5 8z"),
        Family.LOOP: Look("Loops", "#c2410c", "#ff9a62", "M12.8 8a4.8 4.8 0 1 1-1.5-3.5M12.6 2.2v2.9H9.7"),
        Family.CALL: Look("Elsewhere", "#a21caf", "#ee86ff", "M6.5 3H3v10h10V9.5M9.5 3H13v3.5M13 3 7.5 8.5"),
        Family.TRANSFER: Look(
            "Transfers", "#15803d", "#5fdd8b", "M3 9.5V8a5 5 0 0 1 10 0v1.5M3 9h2v4H3zM11 9h2v4h-2z"
        ),
        Family.WAIT: Look(
            "Waits",
            "#0e7490",
            "#4fd3ee",
            "M8 4.8V8l2.2 1.4M13.5 8a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0z",
        ),
        Family.END: Look("Ends", "#e11d48", "#ff8098", "M4.5 4.5h7v7h-7z"),
        Family.OTHER: Look("Other", "#6b7280", "#a8b0bd", "M4 8h.01M8 8h.01M12 8h.01"),
    }
)  # fmt: skip

_ITEMS = frozenset({"Task", "LoopTask", "Menu", "State", "BotState", "CommonModuleTask", "START"})
_LOGIC = frozenset(
    {"DecisionAction", "SwitchAction", "EvaluateScheduleAction", "EvaluateScheduleGroupAction"}
)
_CALLS = JUMPS | {"CallTaskAction", "CallBotFlowAction", "CallDigitalBotFlowAction", "CallCommonModuleAction"}
_VARIABLES = frozenset({"ClearSlotAction", "SetLocaleAction", "UpdateVariableAction"})
_WAITS = frozenset({"HoldMusicAction", "WaitAction"})
_ASK_WORDS = ("Ask", "Collect", "Menu", "WaitForInput", "DialByExtension", "Transcription")
_TALK_WORDS = ("Play", "Communicate", "SendResponse", "SendAutoReply", "Notification", "ScreenPop")
_DATA_WORDS = ("Data", "Attributes", "Find", "Get", "Set", "Create", "Update", "Lookup", "Add", "Initialize")

OBJECTS: Mapping[str, Family] = MappingProxyType(
    {
        "acdLanguage": Family.LOGIC,
        "acdSkill": Family.LOGIC,
        "composerScript": Family.TALK,
        "dataAction": Family.DATA,
        "dataTable": Family.DATA,
        "language": Family.OTHER,
        "queue": Family.TRANSFER,
        "secureAction": Family.DATA,
        "systemPrompt": Family.OTHER,
        "user": Family.TRANSFER,
        "userPrompt": Family.TALK,
    }
)
"""The family of a foreign object, by its kind."""


def family(type_name: str, *, terminal: bool = False) -> Family:
    """The family of an action or item by Architect's word for its type."""
    exact = {
        _ITEMS: Family.ITEM,
        LOOPS | {"NextLoopAction", "ExitLoopAction"}: Family.LOOP,
        _CALLS: Family.CALL,
        TRANSFERS: Family.TRANSFER,
        ENDINGS: Family.END,
        _LOGIC: Family.LOGIC,
        _WAITS: Family.WAIT,
        _VARIABLES: Family.VARIABLE,
    }
    for names, found in exact.items():
        if type_name in names:
            return found
    if terminal:
        return Family.END
    for starts, found in ((_ASK_WORDS, Family.ASK), (_TALK_WORDS, Family.TALK), (_DATA_WORDS, Family.DATA)):
        if any(word in type_name for word in starts):
            return found
    return Family.OTHER


class Tone(StrEnum):
    """How a way out is meant."""

    PLAIN = "plain"
    GOOD = "good"
    BAD = "bad"
    LATE = "late"
    AWAY = "away"
    OFF = "off"


TONES: Mapping[Tone, tuple[str, str]] = MappingProxyType(
    {
        Tone.PLAIN: ("#8390a7", "#6b7896"),
        Tone.GOOD: ("#22a06b", "#3fbf87"),
        Tone.BAD: ("#e2506b", "#f2708a"),
        Tone.LATE: ("#d9952b", "#e3ab4f"),
        Tone.AWAY: ("#9b59d0", "#b98af0"),
        Tone.OFF: ("#c3cad6", "#3f4a63"),
    }
)
"""The colour of lines and ports, on light and on dark."""

_GOOD = frozenset({"success", "yes", "found", "open", "active", "true"})
_BAD = frozenset({"failure", "error", "not found", "notfound", "holiday", "emergency"})
_LATE = frozenset(
    {"timeout", "max no inputs", "max no matches", "maxnoinputs", "maxnomatches", "no intent", "closed"}
)


def tone(label: str) -> Tone:
    """The tone of a branch by its label."""
    word = label.casefold()
    for names, found in ((_GOOD, Tone.GOOD), (_BAD, Tone.BAD), (_LATE, Tone.LATE)):
        if word in names:
            return found
    return Tone.PLAIN


class Surface(NamedTuple):
    """The colours of everything that has no family."""

    canvas: str
    dots: str
    panel: str
    edge: str
    card: str
    border: str
    ink: str
    muted: str
    faint: str


LIGHT = Surface(
    "#f4f6fb", "#dde2ee", "#ffffff", "#e1e6f0", "#ffffff", "#d3dae8", "#172033", "#5d6880", "#8b95aa"
)
DARK = Surface(
    "#0d111d", "#1b2233", "#131a2b", "#2a3552", "#1c243b", "#3a4768", "#e8ecf6", "#9aa6c0", "#6d7996"
)
