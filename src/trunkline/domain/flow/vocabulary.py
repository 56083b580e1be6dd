"""Architect's words: action types, endings, jumps, outputs, and the fields that name other objects."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

JUMPS: frozenset[str] = frozenset(
    {"TransferTaskAction", "TransferMenuAction", "TaskAction", "MenuAction", "ChangeStateAction"}
)
"""Actions after which another item of the same flow takes over and never returns."""

ENDINGS: frozenset[str] = frozenset(
    {
        "AbortSurveyInviteAction",
        "CompleteSurveyInviteAction",
        "DisconnectAction",
        "EndFlowAction",
        "EndStateAction",
        "EndTaskAction",
        "EndWorkflowAction",
        "ExitBotFlowAction",
        "ExitWorkitemFlowAction",
        "TransferExternalAction",
        "TransferFlowAction",
        "TransferFlowSecureAction",
        "TransferGroupAction",
        "TransferNumberAction",
        "TransferPureMatchAction",
        "TransferUserAction",
        "TransferVoicemailAction",
    }
)
"""Actions after which nothing needs to follow: they end the flow, the task or the interaction's stay."""

TRANSFERS: frozenset[str] = frozenset(name for name in ENDINGS if name.startswith("Transfer"))
"""Actions that hand the interaction to somebody else; on failure it stays in the flow."""

LOOPS: frozenset[str] = frozenset({"LoopAction", "LoopUntilAction"})

PAUSES: frozenset[str] = frozenset(
    {
        "AskForBooleanAction",
        "AskForNLUIntentAction",
        "AskForSlotAction",
        "AskSurveyQuestionAction",
        "CallBotFlowAction",
        "CollectInputAction",
        "DialByExtensionAction",
        "DigitalMenuAction",
        "HoldMusicAction",
        "Menu",
        "PlayAudioAction",
        "PlayEstimatedWaitTimeAction",
        "PlayPositionInQueueAction",
        "TranscriptionAction",
        "WaitAction",
        "WaitForInputAction",
    }
)
"""What waits for somebody or something: a cycle through one of these does not spin."""

_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "askForIntent": "AskForNLUIntentAction",
        "callData": "DataAction",
        "callSecureData": "SecureDataAction",
        "evaluateSchedule": "EvaluateScheduleAction",
        "getParticipantData": "GetAttributesAction",
        "jumpToMenu": "TransferMenuAction",
        "jumpToTask": "TransferTaskAction",
        "loopExit": "ExitLoopAction",
        "loopNext": "NextLoopAction",
        "setParticipantData": "SetAttributesAction",
        "setScreenPop": "ScreenPopAction",
        "setUUIData": "SetUUIDataAction",
        "subMenu": "MenuAction",
        "transferToAcd": "TransferPureMatchAction",
        "transferToFlow": "TransferFlowAction",
        "transferToFlowSecure": "TransferFlowSecureAction",
        "transferToGroup": "TransferGroupAction",
        "transferToNumber": "TransferNumberAction",
        "transferToUser": "TransferUserAction",
        "transferToVoicemail": "TransferVoicemailAction",
        "updateData": "UpdateVariableAction",
    }
)


def archy_type(word: str) -> str:
    """The type of an action that Archy calls `word`: `callData` is a `DataAction`."""
    if word.startswith("menu") and word[4:5].isupper():
        word = word[4].lower() + word[5:]
    return _WORDS.get(word) or word[:1].upper() + word[1:] + "Action"


OUTPUTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "AskForBooleanAction": ("yes", "no", "maxNoInputs", "maxNoMatches"),
        "AskForSlotAction": ("default", "maxNoInputs", "maxNoMatches"),
        "CollectInputAction": ("success", "failure"),
        "DataAction": ("success", "failure", "timeout"),
        "DataTableLookupAction": ("found", "notFound", "failure"),
        "DecisionAction": ("yes", "no"),
        "EvaluateScheduleAction": ("active", "inactive"),
        "EvaluateScheduleGroupAction": ("open", "closed", "holiday", "emergency"),
        "LoopAction": ("loop",),
        "SendNotificationAction": ("success", "failure"),
        "SetConversationDataAction": ("success", "failure"),
        "SwitchAction": ("default",),
    }
)
"""The outputs an action always has, by Archy's names; Archy leaves empty ones out."""

COUNTERPARTS: Mapping[str, str] = MappingProxyType(
    {"found": "notFound", "notFound": "found", "success": "failure", "failure": "success"}
)
"""For actions that are not in OUTPUTS: an output implies the other of its pair."""


def output_id(name: str) -> str:
    """The id of an output that Archy calls `name`: `maxNoInputs` is `__MAX_NO_INPUTS__`."""
    words = "".join(f"_{letter}" if letter.isupper() else letter for letter in name)
    return f"__{words.upper()}__"


class ReferenceField(NamedTuple):
    """Which fields of an action hold the id and the name of a foreign object, and its kind."""

    kind: str
    id_field: str
    name_field: str


REFERENCE_FIELDS: Mapping[str, ReferenceField] = MappingProxyType(
    {
        "AddFlowMilestoneAction": ReferenceField("flowMilestone", "milestoneId", "milestoneName"),
        "CallBotFlowAction": ReferenceField("botFlow", "flowId", "flowName"),
        "CallCommonModuleAction": ReferenceField("commonModuleFlow", "flowId", "flowName"),
        "CallDigitalBotFlowAction": ReferenceField("digitalBotFlow", "flowId", "flowName"),
        "DataAction": ReferenceField("dataAction", "actionId", "actionName"),
        "DataTableLookupAction": ReferenceField("dataTable", "datatableId", "datatableName"),
        "GetResponseAction": ReferenceField("response", "responseId", "responseName"),
        "InitializeFlowOutcomeAction": ReferenceField("flowOutcome", "outcomeId", "outcomeName"),
        "ScreenPopAction": ReferenceField("composerScript", "screenPopId", "screenPopName"),
        "SecureDataAction": ReferenceField("secureAction", "actionId", "actionName"),
        "SetFlowOutcomeAction": ReferenceField("flowOutcome", "outcomeId", "outcomeName"),
        "TransferFlowAction": ReferenceField("inboundCallFlow", "flowId", "flowName"),
        "TransferFlowSecureAction": ReferenceField("secureCallFlow", "flowId", "flowName"),
        "TransferPureMatchAction": ReferenceField("inqueueCallFlow", "inQueueFlowId", "inQueueFlowName"),
    }
)

LITERAL_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "gmr": "grammar",
        "grp": "group",
        "img": "image",
        "lac": "acdLanguage",
        "pmt": "userPrompt",
        "que": "queue",
        "skl": "acdSkill",
        "usr": "user",
        "wrc": "acdWrapupCode",
    }
)
"""The manifest kind of a literal, by the type code of its expression."""

ARCHY_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "acdSkills": "acdSkill",
        "languageSkill": "acdLanguage",
        "preferredAgents": "user",
        "processingPrompt": "userPrompt",
        "prompt": "userPrompt",
        "queue": "queue",
        "targetQueue": "queue",
        "targetUser": "user",
    }
)
"""The manifest kind of a literal object in Archy, by the field that holds it."""


def flow_type(word: str) -> str:
    """Architect's lower-case flow type for Archy's top-level key."""
    return "bot" if word == "botFlow" else word.lower()
