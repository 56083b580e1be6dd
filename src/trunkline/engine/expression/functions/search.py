"""Functions that look up objects of the org, by id or by a unique name.

Find… gives NOT_SET for what is not there. The To… casts do the same with an org at hand; without one
they make a reference by name, so that expressions can be tried with nothing set up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from trunkline.engine.expression import system
from trunkline.engine.expression.functions.conversion import unchanged
from trunkline.engine.expression.signatures import Function, function, overload
from trunkline.engine.expression.values import NotSet, Reference, Value, not_set

if TYPE_CHECKING:
    from trunkline.engine.expression.scope import Scope

    _Lookup = Callable[[Scope, str | NotSet], Value]


def _found(scope: Scope, type_: str, text: str | NotSet) -> Value:
    reference = scope.org.find(type_, text) if scope.org and isinstance(text, str) and text else None
    return not_set(type_) if reference is None else reference


def _finder(type_: str) -> _Lookup:
    return lambda scope, text: _found(scope, type_, text)


def _converter(type_: str) -> _Lookup:
    def convert(scope: Scope, text: str | NotSet) -> Value:
        if scope.org is not None or isinstance(text, NotSet) or not text.strip():
            return _found(scope, type_, text)
        return Reference(type_, None, text, text if type_ == "usr" else None)

    return convert


def _system_prompt(scope: Scope, text: str | NotSet) -> Value:
    if isinstance(text, NotSet):
        return not_set("pmt")
    name = text[len("PromptSystem.") :] if text.lower().startswith("promptsystem.") else text
    if name.lower() in system.SYSTEM_PROMPTS:
        return Reference("pmt", system.system_prompt_id(name.lower()), name.lower())
    return _found(scope, "pmt", f"PromptSystem.{name}") if name else not_set("pmt")


def _user_prompt(scope: Scope, text: str | NotSet) -> Value:
    if isinstance(text, str) and text.lower().startswith("prompt."):
        text = text[len("Prompt.") :]
    return _found(scope, "pmt", text)


def _find(name: str, parameter: str, type_: str, lookup: _Lookup) -> Function:
    return function(
        name,
        overload(f"{parameter}:str~ -> {type_}", lookup, scope=True),
        overload(f"{parameter}:nts~ -> {type_}", lookup, scope=True),
    )


def _convert(name: str, type_: str) -> Function:
    lookup = _converter(type_)
    return function(
        name,
        overload(f"valueToConvert:str~ -> {type_}", lookup, scope=True),
        overload(f"valueToConvert:nts~ -> {type_}", lookup, scope=True),
        overload(f"valueToReturn:{type_}~ -> {type_}", unchanged),
    )


SEARCH: Final = (
    _find("FindQueue", "queueToFind", "que", _finder("que")),
    _find("FindQueueById", "queueId", "que", _finder("que")),
    _find("FindUser", "userEmail", "usr", _finder("usr")),
    _find("FindUserById", "userId", "usr", _finder("usr")),
    _find("FindSkill", "skillToFind", "skl", _finder("skl")),
    _find("FindLanguageSkill", "skillToFind", "lac", _finder("lac")),
    _find("FindGroup", "groupToFind", "grp", _finder("grp")),
    _find("FindSystemPrompt", "promptName", "pmt", _system_prompt),
    _find("FindUserPrompt", "promptName", "pmt", _user_prompt),
    _convert("ToQueue", "que"),
    _convert("ToUser", "usr"),
    _convert("ToSkill", "skl"),
    _convert("ToLanguageSkill", "lac"),
    _convert("ToGroup", "grp"),
    _convert("ToWrapupCode", "wrc"),
)
