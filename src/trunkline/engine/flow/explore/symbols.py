"""Names for what a search chooses, and for the paths it finds.

`in:key` is an input, `data:name` participant data, `node#2:menu` the output of an action's second question,
and `node#2:data_action.name` a value of its answer.
"""

from __future__ import annotations

from typing import Final

from trunkline.engine.flow.explore.answering import Attempt

TURNS: Final = 2
"""How often the branches of one action are decided otherwise, and told apart, within one path."""


def owner_of(symbol: str) -> str:
    """The question's symbol in the symbol of one of its values."""
    head, colon, rest = symbol.partition(":")
    return f"{head}{colon}{rest.partition('.')[0]}"


def symbol_of(path: Attempt, origin: str) -> str | None:
    """The symbol that an origin stands for; None for the outputs of questions."""
    if origin.startswith(("in:", "data:")):
        return origin
    number, dot, name = origin.removeprefix("q").partition(".")
    if not dot or not number.isdigit() or int(number) >= len(path.symbols):
        return None
    return f"{path.symbols[int(number)]}.{name}"


def signature(path: Attempt) -> tuple[tuple[str, str], ...]:
    """What makes a path: its branches in order, each action's first rounds only, and its end."""
    found: list[tuple[str, str]] = []
    turns: dict[str, int] = {}
    for visit in path.result.visits:
        step = visit.step
        if visit.error is None and len(step.exits) < 2 and not visit.questions and not step.conditions:
            continue
        turns[step.id] = turns.get(step.id, 0) + 1
        if turns[step.id] <= TURNS:
            found.append((step.id, "error" if visit.error else visit.output or ""))
    end = path.result.end
    found.append((str(path.result.verdict), end.type if end else path.result.message))
    return tuple(found)
