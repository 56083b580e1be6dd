"""Menus of a call, questions of a bot, and calls from one flow to another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sample_org.flow import Branch, Build, Choice, Item, Step
from sample_org.ids import Json, guid
from sample_org.steps import Steps
from sample_org.values import Say, Value

INTENT_EXTRA: Json = {"disabled": False, "isDynamicBranch": True, "unreachable": False}


def menu(name: str, prompts: Say, choices: Sequence[Choice], *, repeats: int | None = None) -> Item:
    """A menu: what is said, and what each key does."""

    def made(build: Build, item: Item) -> Json:
        default = next((choice for choice in choices if choice.default), None)
        tracking = build.track()
        entries = [choice_entry(build, name, choice) for choice in choices]
        build.scope.context = {"id": build.item_id(name), "name": name}
        repeated = build.value("int", repeats)
        if repeats is not None:
            repeated["uiMetaData"]["isOverride"] = True
        lead = {} if default is None else {"defaultMenuChoice": choice_id(build, name, default)}
        return lead | {
            "trackingId": tracking,
            "id": build.item_id(name),
            "name": name,
            "uiMetaData": {"collapsed": False},
            "__type": item.kind,
            "extensionDialingDelay": build.empty("dur"),
            "invalidSpeechRecPromptsList": [],
            "menuChoiceList": entries,
            "promptRepeatCount": repeated,
            "promptRepeatDelay": build.empty("dur"),
            "prompts": build.scope.audio(prompts),
            "speechRecMinConfidence": build.empty("int"),
            "speechRecTimeoutComplete": build.empty("dur"),
            "speechRecTimeoutIncomplete": build.empty("dur"),
            "speechRecTimeoutTotal": build.empty("dur"),
            "useExtensionDialing": build.value("bln", False),
        }

    return Item("Menu", name, menu=made)


def choice_id(build: Build, menu_name: str, choice: Choice) -> str:
    """The id of a menu choice."""
    return guid(build.flow.slug, "choice", menu_name, choice.name)


def choice_entry(build: Build, menu_name: str, choice: Choice) -> Json:
    """One key of a menu; its action is held inline."""
    inline: list[Json] = []
    action = build.action(choice.step, build.step_id(choice.step), None, inline)
    if inline:
        raise ValueError(f"the choice {choice.name!r} cannot hold further actions")
    return {
        "speechRecTerms": {language: [] for language in build.flow.languages},
        "id": choice_id(build, menu_name, choice),
        "name": choice.name,
        "action": action,
        "digit": choice.digit,
    }


def to_menu(name: str, target: str) -> Step:
    """Jump to another menu."""
    return Step(
        "TransferMenuAction",
        "Jump to Menu",
        name,
        lead=lambda build: {"menuReference": build.item_id(target)},
    )


def to_task(name: str, target: str) -> Step:
    """What a menu choice does: run a task."""
    return Step("TaskAction", "Task", name, lead=lambda build: {"taskReference": build.item_id(target)})


def communicate(name: str, *parts: str) -> Step:
    """What a bot says."""
    return Step(
        "CommunicateAction",
        "Communicate",
        name,
        lambda build: {"communication": build.scope.communication(*parts)},
    )


def reprompts(build: Build, no_input: str, no_match: str) -> Json:
    """What a question says to silence and to an answer it does not understand."""
    return {
        "customizeNoInput": build.value("bln", False),
        "customizeNoMatch": build.value("bln", False),
        "noInputs": [build.scope.communication(no_input)],
        "noInputReprompts": build.value("com_coll", ""),
        "noMatches": [build.scope.communication(no_match)],
        "noMatchReprompts": build.value("com_coll", ""),
        "voiceEndOfInputTimeout": build.empty("dur"),
    }


def unused(*outputs: tuple[str, str]) -> list[Branch]:
    """Paths that the editor hides."""
    return [Branch(label, output, (), {"outOfService": True}) for label, output in outputs]


def ask_intent(name: str, question: str, no_match: str, intents: Mapping[str, Steps]) -> Step:
    """Ask for Intent: one path for each intent."""

    def body(build: Build) -> Json:
        return {
            "knowledgeSearchResult": build.empty("kbd_coll"),
            **reprompts(build, no_match, no_match),
            "question": build.scope.communication(question),
        }

    branches = [
        Branch(intent, guid("intent", name, intent), steps, INTENT_EXTRA) for intent, steps in intents.items()
    ]
    branches += unused(
        ("No Intent", "__NO_INTENT__"), ("Knowledge", "__KNOWLEDGE__"), ("Max No Inputs", "__MAX_NO_INPUTS__")
    )
    return Step("AskForNLUIntentAction", "Ask for Intent", name, body, branches=branches)


def ask_slot(name: str, slot: str, slot_type: str, question: str, no_match: str) -> Step:
    """Ask for Slot: fills `Slot.<slot>`."""

    def body(build: Build) -> Json:
        variable = f"Slot.{slot}"
        return {
            "askResult": build.scope.target("str", variable),
            "chooser": build.value("chs", ""),
            "confirmationMode": build.value("str", "never"),
            "confirmationQuestion": build.scope.communication(
                "You said ", f"=ToCommunication({variable})", ". Is that correct?"
            ),
            "customValidation": build.empty("bln"),
            "grammar": build.empty("gmr"),
            "speechToTextEngineCompleteTimeout": build.empty("dur"),
            "speechToTextEngineConfidenceLevel": build.empty("dec"),
            "repromptHandling": build.value("str", "Manual"),
            "continuationPrompt": build.scope.communication(
                "I got ", f"=ToCommunication({variable})", " so far, please continue."
            ),
            "customizeContinuation": build.value("bln", False),
            "continuationReprompts": build.value("com_coll", ""),
            **reprompts(build, no_match, no_match),
            "question": build.scope.communication(question),
        }

    lead: Json = {"selectedSlot": slot, "selectedSlotType": slot_type}
    branches = unused(
        ("Default", "__DEFAULT__"),
        ("Max No Inputs", "__MAX_NO_INPUTS__"),
        ("Max No Matches", "__MAX_NO_MATCHES__"),
    )
    return Step("AskForSlotAction", "Ask for Slot", name, body, lambda _: dict(lead), branches)


def ask_boolean(name: str, question: Sequence[str], yes: Steps, no: Steps) -> Step:
    """Ask for Yes / No. What else may happen is left to the settings of the bot."""

    def body(build: Build) -> Json:
        again = 'Please answer "yes" or "no".'
        return {**reprompts(build, again, again), "question": build.scope.communication(*question)}

    branches = [Branch("Yes", "__YES__", yes), Branch("No", "__NO__", no)]
    branches += unused(("Max No Inputs", "__MAX_NO_INPUTS__"), ("Max No Matches", "__MAX_NO_MATCHES__"))
    return Step("AskForBooleanAction", "Ask for Yes / No", name, body, branches=branches)


def digital_menu(name: str, question: str, choices: Mapping[str, Steps]) -> Step:
    """Digital Menu: quick replies, one path each."""

    def body(build: Build) -> Json:
        chooser = build.value("chs", "")
        chooser["uiMetaData"]["valueSourceType"] = "custom"
        return {
            "choices": [],
            "chooser": chooser,
            "noMatches": [build.scope.communication("Please choose one of the options.")],
            "customizeNoMatch": build.value("bln", False),
            "noMatchReprompts": build.value("com_coll", ""),
            "selection": build.empty("str"),
            "knowledgeSearchResult": build.empty("kbd_coll"),
            "question": build.scope.communication(question),
        }

    branches = [
        Branch(label, guid("choice", name, label), steps, INTENT_EXTRA) for label, steps in choices.items()
    ]
    branches += unused(("Max No Inputs", "__MAX_NO_INPUTS__"), ("Max No Matches", "__MAX_NO_MATCHES__"))
    return Step("DigitalMenuAction", "Digital Menu", name, body, branches=branches)


def exit_bot(name: str = "Exit Bot Flow") -> Step:
    """Return to the flow that called the bot."""
    return Step("ExitBotFlowAction", "Exit Bot Flow", name)


def call_bot(
    name: str,
    bot: str,
    text: str,
    *,
    inputs: Mapping[str, Value] | None = None,
    outputs: Mapping[str, str],
    reason: str,
    intent: str | None = None,
    kind: str = "botFlow",
) -> Step:
    """Call Bot Flow with the customer's words (an expression); outputs: name in the bot → variable here."""

    def lead(build: Build) -> Json:
        found = build.scope.refer(kind, bot, version="published")
        return {"flowId": found, "flowName": bot, "flowLatestVersion": True, "flowDebugPublished": False}

    def body(build: Build) -> Json:
        return {
            "exitReason": build.scope.target("str", reason),
            "inputs": [
                {"name": name, "value": build.value("str", value)} for name, value in (inputs or {}).items()
            ],
            "intent": build.scope.target("str", intent),
            "outputs": bindings(build, outputs),
            "inputText": build.value("str", text),
            "flowOutOfService": False,
        }

    digital = kind == "digitalBotFlow"
    made = "CallDigitalBotFlowAction" if digital else "CallBotFlowAction"
    label = "Call Digital Bot Flow" if digital else "Call Bot Flow"
    return Step(made, label, name, body, lead, branches=[])


def bindings(build: Build, outputs: Mapping[str, str]) -> list[Json]:
    """Outputs of a called flow into variables of this one."""
    return [
        {"name": name, "value": build.scope.target(build.scope.variables[variable].type, variable)}
        for name, variable in outputs.items()
    ]


def call_module(
    name: str, module: str, version: str, inputs: Mapping[str, Value], outputs: Mapping[str, str]
) -> Step:
    """Call Common Module."""

    def lead(build: Build) -> Json:
        found = build.scope.refer("commonModuleFlow", module, version="published")
        return {
            "flowId": found,
            "flowName": module,
            "flowVersion": version,
            "flowLatestVersion": True,
            "flowDebugPublished": False,
        }

    def body(build: Build) -> Json:
        return {
            "flowOutOfService": False,
            "inputs": [{"name": name, "value": build.value("str", value)} for name, value in inputs.items()],
            "outputs": bindings(build, outputs),
        }

    return Step("CallCommonModuleAction", "Call Common Module", name, body, lead, branches=[])
