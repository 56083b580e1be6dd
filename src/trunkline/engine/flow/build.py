"""From a configuration document to a program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from trunkline.domain.flow import expressions
from trunkline.domain.flow.configuration import is_configuration
from trunkline.domain.json import Json, JsonObject
from trunkline.engine.flow.actions import make
from trunkline.engine.flow.actions.keypad import choice_label, make_menu
from trunkline.engine.flow.body import Body, Made, Names, compiled, objects, speech, text
from trunkline.engine.flow.program import (
    MOVED,
    Declared,
    Exit,
    Field,
    Flowing,
    Handling,
    Item,
    Program,
    Step,
    Target,
)
from trunkline.engine.flow.question import ANSWERED, WAITING, Kind, Question
from trunkline.engine.flow.run import Run

MAX_ACTIONS: Final = 50_000
_OF_OTHERS: Final = frozenset(("actionList", "menuChoiceList"))


def build(document: JsonObject) -> Program:
    """A configuration, as `/flows/{id}/latestconfiguration` answers it, made ready to run.

    Raises ValueError for what is no configuration. Actions and functions that cannot be executed are
    listed in the program; they stop a run only when it meets them.
    """
    if not is_configuration(document):
        raise ValueError("not a flow configuration: it has no list flowSequenceItemList")
    names = _names(document)
    items: dict[str, Item] = {}
    steps: dict[str, Step] = {}
    variables = _variables(document.get("variables"), names)
    for body in objects(document.get("flowSequenceItemList")):
        item = _item(body, names)
        items[item.id] = item
        for step in _steps(body, item, names):
            steps.setdefault(step.id, step)
        if len(steps) > MAX_ACTIONS:
            raise ValueError(f"the flow has more than {MAX_ACTIONS} actions")
    handling = _handling(document.get("errorHandling"), frozenset(items), names)
    greeting = document.get("initialPrompts")
    return Program(
        name=text(document.get("name")),
        type=text(document.get("type")).lower(),
        language=text(document.get("defaultLanguage"), "en-us").lower() or "en-us",
        languages=tuple(_languages(document.get("supportedLanguages"))),
        start=text(document.get("initialSequence")) or None,
        items=items,
        steps=steps,
        variables=variables,
        handling=handling,
        greeting=speech(greeting, names) if isinstance(greeting, dict) else None,
        modules=dict(_modules(document)),
        keys=names.names,
        types=names.types,
        slots=names.slots,
        definitions=names.definitions,
        system=names.system,
        unsupported=tuple(names.unsupported),
    )


def _languages(value: Json) -> Iterator[str]:
    for one in value if isinstance(value, list) else ():
        if isinstance(one, str):
            yield one.lower()


def _modules(document: JsonObject) -> Iterator[tuple[str, Program]]:
    for one in objects(document.get("commonModules")):
        model = one.get("model")
        if isinstance(model, dict) and is_configuration(model) and not model.get("commonModules"):
            yield text(one.get("id")), build(model)


def _names(document: JsonObject) -> Names:
    settings: JsonObject = {}
    for key in ("defaultSettings", "userInputSettings"):
        found = document.get(key)
        settings |= found if isinstance(found, dict) else {}
    names = Names(settings=settings)
    bodies = list(objects(document.get("flowSequenceItemList")))
    for owner in (document, *bodies):
        for variable in objects(owner.get("variables")):
            _declare(variable, names)
    for body in bodies:
        for choice in objects(body.get("menuChoiceList")):
            if choice.get("globalDtmf") is True or choice.get("globalSpeech") is True:
                names.choices.append(choice)
    return names


def _declare(variable: JsonObject, names: Names) -> None:
    name = text(variable.get("name"))
    key = text(variable.get("id"), name).lower()
    initial = variable.get("initialValue")
    type_ = text(initial.get("type"), "any") if isinstance(initial, dict) else "any"
    names.types[key] = type_
    names.names.setdefault(name.lower(), key)
    scope, _, own = name.partition(".")
    if scope.lower() == "slot":
        names.slots[own.lower()] = Target(key, name, type_)


def _variables(value: Json, names: Names) -> tuple[Declared, ...]:
    found: list[Declared] = []
    for body in objects(value):
        name = text(body.get("name"))
        key = text(body.get("id"), name).lower()
        initial = compiled(body.get("initialValue"), names)
        found.append(
            Declared(
                key,
                name,
                names.types.get(key, initial.type),
                initial,
                body.get("isInput") is True,
                body.get("isOutput") is True,
            )
        )
    return tuple(found)


def _item(body: JsonObject, names: Names) -> Item:
    id_, type_ = text(body.get("id")), text(body.get("__type"))
    start = id_ if type_ == "Menu" else text(body.get("startAction")) or None
    return Item(id_, text(body.get("name"), type_), type_, start, _variables(body.get("variables"), names))


def _steps(body: JsonObject, item: Item, names: Names) -> Iterator[Step]:
    for action in objects(body.get("actionList")):
        yield _step(Body(action, names), item, _exits(action))
    if item.type == "Menu":
        choices = [
            *objects(body.get("menuChoiceList")),
            *(one for one in names.choices if one not in body.get("menuChoiceList", [])),
        ]
        for choice in objects(body.get("menuChoiceList")):
            action = choice.get("action")
            if isinstance(action, dict):
                yield _step(Body(action, names), item, _exits(action))
        whole = Body(body, names)
        yield _made(whole, item, make_menu(whole), _choices(choices), item.id)
    if item.type == "LoopTask":
        whole = Body(body, names)
        yield _made(whole, item, _rounds(whole, item), {}, None)


def _step(body: Body, item: Item, exits: dict[str, Exit]) -> Step:
    return _made(body, item, make(body), exits, text(body.raw.get("nextAction")) or None)


def _made(body: Body, item: Item, made: Made, exits: dict[str, Exit], after: str | None) -> Step:
    tracking = body.raw.get("trackingId")
    fields = _fields(body)
    return Step(
        id=body.id,
        name=body.name,
        type=body.type,
        item=item.id,
        tracking_id=tracking if isinstance(tracking, int) else None,
        perform=made.perform,
        next=after,
        exits=exits,
        reads=tuple(dict.fromkeys(key for field in fields for key in field.reads)),
        conditions=made.conditions,
        fields=fields,
    )


def _fields(body: Body) -> tuple[Field, ...]:
    """All expressions of the action itself."""
    own = {key: value for key, value in body.raw.items() if key not in _OF_OTHERS}
    found = (compiled(expression, body.names) for _, expression in expressions.expressions(own))
    return tuple(field for field in found if field.reads)


def _exits(action: JsonObject) -> dict[str, Exit]:
    paths = [*objects(action.get("paths")), *objects([action.get("path")])]
    found: dict[str, Exit] = {}
    for path in paths:
        id_ = text(path.get("outputId"))
        found[id_] = Exit(
            id_,
            text(path.get("label"), id_),
            text(path.get("nextActionId")) or None,
            path.get("disabled") is True,
        )
    return found


def _choices(choices: list[JsonObject]) -> dict[str, Exit]:
    found: dict[str, Exit] = {}
    for choice in choices:
        action, id_ = choice.get("action"), text(choice.get("id"))
        target = text(action.get("id")) if isinstance(action, dict) else None
        found.setdefault(id_, Exit(id_, choice_label(choice), target))
    return found


def _rounds(body: Body, item: Item) -> Made:
    """What happens when an in-queue task is through: an agent answers, or it starts over."""
    question = Question(Kind.QUEUE, body.name, body.id, body.title, (WAITING, ANSWERED))

    def perform(run: Run) -> Flowing:
        run.ask(question)
        if run.visit is not None:
            run.visit.output = WAITING
        run.frames.append(item.id)
        run.current = item.start
        return MOVED

    return Made(perform)


def _handling(value: Json, items: frozenset[str], names: Names) -> Handling:
    if not isinstance(value, dict):
        return Handling()
    audio = value.get("audio")
    jump = next((one for one in value.values() if isinstance(one, str) and one in items), None)
    return Handling(
        type=text(value.get("handlingType"), "Disconnect"),
        audio=speech(audio, names) if isinstance(audio, dict) else None,
        message=compiled(value.get("errorEventHandover"), names),
        queue=compiled(value.get("queue"), names),
        item=jump,
        recognition=text(value.get("recognitionHandlingType"), "Exit"),
    )
