"""What a bot knows: intents with their utterances, slots, and the settings round them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sample_org.envelopes import (
    Setting,
    bot_error_handling,
    custom_definitions,
    languages,
    note,
    user_input,
    values,
)
from sample_org.flow import Build
from sample_org.ids import Json, guid

ASKING = ("AskForNLUIntentAction", "AskForBooleanAction", "AskForSlotAction", "AskForNLUNextIntentAction")
KNOWLEDGE_SETTINGS: Mapping[str, Setting] = {
    "knowledgeAnswerHighlight": ("bln", False),
    "knowledgeMultiArticleSource": ("bln", False),
    "knowledgeAnswerContentType": ("str", "standard"),
    "knowledgeAnswerHighlightFullArticle": ("str", None),
    "knowledgeAnswerHighlightFlowProgression": ("str", None),
    "maxNumOfAnswersReturned": ("int", 3),
    "knowledgePathMode": ("str", "statement"),
    "responseBias": ("str", "neutral"),
    "sendKnowledgeFeedback": ("bln", True),
    "knowledgeSettingsMode": ("str", "standard"),
}
PATTERNS = {
    "ClaimNumberType": "CR-[0-9]{2}-[0-9]{5}",
    "PolicyNumberType": "CRM-[0-9]{7}",
}


@dataclass(frozen=True)
class Intent:
    """What a customer may want, how they say it, and the slots that go with it."""

    name: str
    utterances: Sequence[str]
    slots: Sequence[str] = ()
    description: str = ""


def bot(
    intents: Sequence[Intent] = (), slots: Mapping[str, str] | None = None, *, digital: bool = False
) -> Callable[[Build], Json]:
    """The envelope of a bot flow; slots: name → entity type."""

    def made(build: Build) -> Json:
        domain, version = guid(build.flow.slug, "nluDomain"), guid(build.flow.slug, "nluDomainVersion")
        note(build, "nluDomain", build.flow.name, domain, "botFlowSettings", version=version)
        if not digital:
            note(build, "sttEngine", "Genesys Enhanced v2", "genesys~v2", "languages")
        return {
            "botFlowSettings": {
                "engineVersion": "3.0",
                "nluDomainId": domain,
                "nluDomainVersionId": version,
                "virtualAgentEnabled": False,
                "agenticVirtualAgentEnabled": False,
            },
            "userInputSettings": user_input(build, digital=digital),
            "errorHandling": bot_error_handling(build),
            "nluMetaData": understanding(build, domain, intents, slots or {}),
            "knowledgeSettings": knowledge(build),
            "virtualAgentSettings": {
                "summarization": build.value("bln", False),
                "assignWrapupCodes": build.value("bln", False),
                "enabledWrapupCodes": build.value("wrc_coll", ""),
            },
            "debugSettings": {},
            **custom_definitions(),
            "defaultSettings": {} if digital else {action: patience(build) for action in ASKING},
            **languages(build, spoken=False),
        }

    return made


def patience(build: Build) -> Json:
    """How long a pause ends what a caller says."""
    return {"voiceEndOfInputTimeout": build.value("dur", timedelta(seconds=1))}


def knowledge(build: Build) -> Json:
    """No knowledge base is attached; the settings are there all the same."""
    speech = build.scope.communication
    return {
        "uiMetaData": {"currentUiVersion": 2},
        "knowledge": None,
        "knowledgeConfirmation": speech("Was that what you wanted to know?"),
        "knowledgeInitialResponseFollowup": build.empty("com"),
        "knowledgeInitialResponseMulti": speech("Which of these do you mean? Please give a number."),
        "knowledgeInitialResponseMultiRetry": speech("Please give the number of one of these."),
        "knowledgeInitialResponseSingle": build.empty("com"),
        "knowledgeNoMatch": speech("None of these"),
        **values(build, KNOWLEDGE_SETTINGS),
        "KnowledgeBase": {},
    }


def understanding(build: Build, domain: str, intents: Sequence[Intent], slots: Mapping[str, str]) -> Json:
    """The `nluMetaData` of a bot; `rawNlu` is a document within the document."""
    entities = [{"name": name, "type": kind} for name, kind in slots.items()]
    own_types = sorted(set(slots.values()) - {kind for kind in slots.values() if kind.startswith("builtin:")})
    variables = {name: build.scope.variables[f"Slot.{name}"].id for name in slots}
    asked = {slot: [intent.name for intent in intents if slot in intent.slots] for slot in slots}
    return {
        "intents": {intent.name: {"confirmation": confirmation(build, intent)} for intent in intents},
        "slots": {name: {"name": name} for name in slots},
        "rawNlu": json.dumps(raw_understanding(build, intents, entities, own_types), ensure_ascii=False),
        "intentHealthInfo": {"mutedUtterances": []},
        "rawNluCompressionFormat": "none",
        "archNlu": {
            "id": domain,
            "intents": [
                {"name": intent.name, "entityNameReferences": list(intent.slots)} for intent in intents
            ],
            "entities": entities,
            "entityTypes": [{"name": kind, "mechanism": {"type": "regex"}} for kind in own_types],
            "isFromWorkbench": True,
        },
        "nluGeneratedInputInfo": {"intents": {}, "utterances": {}},
        "mappings": {
            "intentsToReusableTasks": {},
            "listPickerMappings": {},
            "slotsToGrammars": {},
            "slotToSlotVariables": variables,
            "slotToReferencingIntents": asked,
            "slotToEntityTypes": dict(slots),
            "dynamicSlotTypes": {},
            "dynamicTimeslots": {},
        },
    }


def confirmation(build: Build, intent: Intent) -> Json:
    """How a bot makes sure of an intent."""
    return build.scope.communication(f"I think you want this: {intent.name}. Is that correct?")


def raw_understanding(
    build: Build, intents: Sequence[Intent], entities: list[Json], own_types: Sequence[str]
) -> Json:
    """The training data: utterances by intent."""
    return {
        "language": build.flow.languages[0].lower(),
        "description": f"Draft of {build.flow.name}",
        "intents": [
            {
                "utterances": [
                    {
                        "segments": [{"text": text}],
                        "id": guid(build.flow.slug, intent.name, text),
                        "source": "User",
                    }
                    for text in intent.utterances
                ],
                "entityNameReferences": list(intent.slots),
                "id": guid(build.flow.slug, "intent", intent.name),
                "name": intent.name,
                "description": intent.description,
            }
            for intent in intents
        ],
        "entityTypes": [
            {"name": kind, "mechanism": {"type": "Regex", "items": [{"value": PATTERNS[kind]}]}}
            for kind in own_types
        ],
        "entities": entities,
        "languageVersions": {},
    }
