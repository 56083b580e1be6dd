"""The declarations of action types: each says how an action's JSON becomes something that runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

from trunkline.engine.flow.body import Body, Made
from trunkline.engine.flow.question import Kind, Question, Unanswered, Unsupported
from trunkline.engine.flow.run import Run

Maker: TypeAlias = Callable[[Body], Made]

_MAKERS: Final[dict[str, Maker]] = {}


def action(*types: str) -> Callable[[Maker], Maker]:
    """Declares the decorated function as the compiler of these action types."""

    def declare(maker: Maker) -> Maker:
        for type_ in types:
            _MAKERS[type_] = maker
        return maker

    return declare


def known_types() -> frozenset[str]:
    """The `__type`s that can be executed without a stub."""
    return frozenset(_MAKERS)


def make(body: Body) -> Made:
    """The compiled action; of an unknown type one that runs only with a stub."""
    maker = _MAKERS.get(body.type)
    if maker is not None:
        return maker(body)
    body.names.unsupported[f"action {body.type or 'without a type'}"] = None
    return stubbed(body)


def stubbed(body: Body) -> Made:
    """An action that the outside stands in for: a stub chooses its output and sets variables."""
    question = Question(Kind.STUB, body.type, body.id, body.title, body.outputs or ("",), body.labels)

    def perform(run: Run) -> str | None:
        try:
            answer, number = run.ask(question)
        except Unanswered:
            raise Unsupported(
                f"{body.title}: actions of type {body.type or '(none)'} cannot be executed; declare a stub"
            ) from None
        run.force(answer.values, frozenset((f"q{number}",)))
        return answer.output or None

    return Made(perform)
