"""What surrounds the items of a flow: languages, error handling and the settings of its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from sample_org.flow import Build
from sample_org.ids import Json
from sample_org.values import Named, Say, Value, say, system_prompt

Setting = tuple[str, Value]

VOICES = {"en-US": ("Jill", "genesys/Jill"), "es-US": ("Paulina", "genesys/Paulina")}
SORRY = "I am sorry, something went wrong on our side. Please call again in a few minutes."
BOT_SORRY = "Sorry, an error occurred. One moment, please, while I put you through to someone who can help."

PLAY_SETTINGS: Mapping[str, Mapping[str, Setting]] = {
    "PlayAudioOnSilenceAction": {
        "allowedRepeatCount": ("int", 5),
        "silenceDuration": ("dur", timedelta(seconds=1)),
        "timeout": ("dur", timedelta(seconds=40)),
    },
    "DetectSilenceAction": {
        "silenceDuration": ("dur", timedelta(seconds=1)),
        "timeout": ("dur", timedelta(seconds=40)),
    },
    "DataAction": {"processingPrompt": ("pmt", Named("systemPrompt", "processing"))},
    "CollectInputAction": {
        "interDigitTimeout": ("dur", timedelta(seconds=3)),
        "noEntryTimeout": ("dur", timedelta(seconds=5)),
    },
    "DialExtensionAction": {"digitTimeout": ("dur", timedelta(seconds=6))},
    "TransferUserAction": {"connTimeout": ("dur", None)},
    "TransferExternalAction": {"connTimeout": ("dur", None)},
    "TransferGroupAction": {"connTimeout": ("dur", None)},
    "TransferFlowSecureAction": {"connTimeout": ("dur", timedelta(seconds=15))},
}
MENU_SETTINGS: Mapping[str, Setting] = {
    "promptRepeatCount": ("int", 3),
    "promptRepeatDelay": ("dur", timedelta(seconds=10)),
    "extensionDialingDelay": ("dur", timedelta(seconds=1)),
    "useExtensionDialing": ("bln", False),
}
SPEECH_SETTINGS: Mapping[str, Setting] = {
    "speechRecMinConfidence": ("int", 50),
    "speechRecTimeoutComplete": ("dur", timedelta(milliseconds=100)),
    "speechRecTimeoutIncomplete": ("dur", timedelta(milliseconds=1500)),
    "speechRecTimeoutTotal": ("dur", timedelta(seconds=20)),
}
MISUNDERSTOOD = (
    "didnt_understand_try_again",
    "please_try_again",
    "didnt_get_that_try_again",
    "having_trouble_understanding",
)
INPUT_SETTINGS: Mapping[str, Setting] = {
    "enableBargeIn": ("bln", True),
    "enableAutomaticQuickReplies": ("bln", True),
    "noMatchesMax": ("int", 3),
    "noInputsMax": ("int", 3),
    "noInputsTimeout": ("dur", timedelta(seconds=7)),
    "speechToTextSpeechDetectionSensitivity": ("dec", None),
    "speechToTextMaxSpeechTimeout": ("dur", None),
    "enableIntentClassificationHinting": ("bln", False),
    "interDigitTimeout": ("dur", timedelta(seconds=3)),
    "dtmfTerminatingCharacter": ("str", "#"),
    "confirmationRejectionsMax": ("int", 3),
    "collectionLowConfidenceThreshold": ("int", 20),
    "collectionHighConfidenceThreshold": ("int", 70),
    "confirmationLowConfidenceThreshold": ("int", 40),
}
APOLOGIES = {
    "noMatchApologies": "Sorry.",
    "noInputsApologies": "Sorry, I did not hear from you.",
    "noToConfirmationApologies": "My mistake.",
    "confirmationNoMatchApologies": "Sorry, please answer yes or no.",
    "confirmationNoInputApologies": "Sorry, I did not hear from you. Please answer yes or no.",
}


def values(build: Build, settings: Mapping[str, Setting]) -> Json:
    """Settings as stored values."""
    return {name: build.value(kind, value) for name, (kind, value) in settings.items()}


def languages(build: Build, *, spoken: bool) -> Json:
    """Options of each language; a voice flow has an engine and a voice, both in the manifest."""
    options: list[Json] = []
    for language in build.flow.languages:
        option: Json = {"language": language, "languageSkill": build.empty("lac")}
        if spoken:
            name, voice = VOICES[language]
            speech = {"selection": "default", "name": "Genesys TTS", "id": "genesys"}
            option["textToSpeech"] = {
                "engine": speech,
                "voice": {"selection": "specific", "name": name, "id": voice},
            }
            note(build, "ttsEngine", "Genesys TTS", "genesys", f"{language}-tts")
            note(build, "ttsVoice", name, voice, f"{language}-tts")
        options.append(option)
    return {"supportedLanguageOptions": options}


def note(build: Build, kind: str, name: str, found: str, context: str, **more: str) -> None:
    """An entry of the manifest for what is no object of the org."""
    entries = build.scope.manifest.setdefault(kind, [])
    entry = next((one for one in entries if one["id"] == found), None)
    if entry is None:
        entry = Json(name=name, id=found, **more, context=[])
        entries.append(entry)
    entry["context"].append({"id": context})


def default_settings(build: Build, *, menus: bool) -> Json:
    """What actions of a voice flow fall back to."""
    build.scope.context = {"id": "defaultSettings"}
    settings = {action: values(build, fields) for action, fields in PLAY_SETTINGS.items()}
    if menus:
        settings["Menu"] = values(build, MENU_SETTINGS)
        again = [build.scope.audio(Say((system_prompt(name),))) for name in MISUNDERSTOOD]
        settings["SpeechRec"] = values(build, SPEECH_SETTINGS) | {"invalidSpeechRecPromptsList": again}
    return {"defaultSettings": settings}


def voice_error_handling(build: Build, to: Named | None) -> Json:
    """A caller in trouble hears an apology, then is disconnected or sent to a queue."""
    build.scope.context = {"id": "errorHandling"}
    return {
        "errorHandling": {
            "audio": build.scope.audio(say(SORRY)),
            "queue": build.queue_or_nothing(None) if to is None else build.value("que", to),
            "handlingType": "Disconnect" if to is None else "Queue",
        }
    }


def call(
    greeting: Say | None, to: Named | None = None, *, menus: bool = True, secure: bool = False
) -> Callable[[Build], Json]:
    """Inbound and secure calls: a greeting, and a queue for callers in trouble."""

    def made(build: Build) -> Json:
        handling = voice_error_handling(build, to)
        build.scope.context = {"id": "initialPrompts"}
        return {
            "isSecure": secure,
            "debugSettings": {},
            "disableAsr": build.value("bln", True),
            "disableAsrCompanyDirectory": build.value("bln", True),
            **handling,
            "initialPrompts": build.scope.audio(greeting),
            "speechRecCompanyDirectory": build.value("bln", False),
            "speechRecEngine": build.value("str", ""),
            "suppressRecording": build.value("bln", secure),
            **common_modules(build),
            **custom_definitions(),
            **default_settings(build, menus=menus),
            **languages(build, spoken=True),
        }

    return made


def in_queue(build: Build) -> Json:
    """In-queue calls: hold music."""
    handling = voice_error_handling(build, None)
    build.scope.context = {"id": "inQueueSettings"}
    music = build.value("pmt", system_prompt("on_hold_music"))
    return {
        "debugSettings": {},
        **handling,
        "inQueueCallFlowSettings": {"holdMusic": music},
        **custom_definitions(),
        **default_settings(build, menus=False),
        **languages(build, spoken=True),
    }


def silent(handling: str, **more: Json) -> Callable[[Build], Json]:
    """Workflows, messages and e-mail: no audio; `handling` says how an error ends them."""

    def made(build: Build) -> Json:
        return {
            "debugSettings": {},
            "errorHandling": {"queue": build.queue_or_nothing(None), "handlingType": handling},
            **more,
            **common_modules(build),
            **custom_definitions(),
            "defaultSettings": {},
            **languages(build, spoken=False),
        }

    return made


def common_modules(build: Build) -> Json:
    """A caller holds a copy of each module that it calls, and depends on what the module depends on."""
    used = build.scope.manifest.get("commonModuleFlow", [])
    if not used:
        return {}
    copies: list[Json] = []
    for entry in used:
        model, version = build.directory.modules[entry["name"]]
        callers = [context["id"] for context in entry["context"]]
        copies.append(
            {
                "actionReferences": callers,
                "version": version,
                "name": entry["name"],
                "id": entry["id"],
                "model": model,
            }
        )
        for kind, entries in model["manifest"].items():
            adopt(build, kind, entries)
    return {"commonModules": copies}


def adopt(build: Build, kind: str, entries: list[Json]) -> None:
    """Add a module's dependencies to those of its caller."""
    known = build.scope.manifest.setdefault(kind, []) if entries and kind != "language" else []
    for entry in entries if kind != "language" else []:
        own = next((one for one in known if one["id"] == entry["id"]), None)
        if own is None:
            known.append(entry | {"context": list(entry["context"])})
        else:
            own["context"] += entry["context"]


def module(*destinations: str) -> Callable[[Build], Json]:
    """Common modules: the types of flow that may call them."""

    def made(build: Build) -> Json:
        return {
            "debugSettings": {},
            "commonModuleFlowSettings": {"destinationFlowTypes": list(destinations)},
            **custom_definitions(),
            "defaultSettings": {
                action: {"processingPrompt": build.empty("pmt")} for action in ("DataAction", "SecureAction")
            },
            **languages(build, spoken=False),
        }

    return made


def custom_definitions() -> Json:
    """Types of the flow's own: none."""
    return {"customDefinitions": {"dataTypeDefinitions": []}}


def bot_error_handling(build: Build) -> Json:
    """A bot in trouble goes back to its caller."""
    speech = build.scope.communication
    return {
        "recognitionHandlingType": "Exit",
        "agentEscalationConfirmation": speech("You would like to speak to an advisor. Is that right?"),
        "agentEscalationHandover": speech("One moment, please, and I will put you through to someone."),
        "enableAgentEscalation": build.value("bln", True),
        "errorEventHandover": speech(BOT_SORRY),
        "recognitionEventHandover": speech(
            "Sorry, I am having trouble understanding. Here is someone who can help."
        ),
        "agentEscalationHandlingType": "Exit",
        "subsequentRecognitionFailuresHandlingType": "Exit",
        "handlingType": "Exit",
    }


def user_input(build: Build, *, digital: bool) -> Json:
    """How a bot treats silence and misunderstanding; the words are the same in all bots."""
    settings: Json = {"uiMetaData": {"currentUiVersion": 2}, **values(build, INPUT_SETTINGS)}
    closing = "I have not heard from you for a while, so I am closing this chat. Come back any time."
    settings["endOfSessionMessage"] = build.scope.communication(closing) if digital else build.empty("com")
    if digital:
        settings["noInputsTimeout"] = build.value("dur", timedelta(minutes=1))
    return settings | {name: [build.scope.communication(text)] for name, text in APOLOGIES.items()}
