"""The second half of a run: from the reply to the output."""

from __future__ import annotations

import json
from typing import NoReturn

from trunkline.domain.action.placeholder import from_jsonpath, to_jsonpath
from trunkline.domain.json import Json
from trunkline.engine.action.failure import StepError
from trunkline.engine.action.prepared import Branches, Prepared
from trunkline.engine.action.request import tell
from trunkline.engine.action.result import ActionError
from trunkline.engine.action.wire import Reply
from trunkline.engine.jsonpath import evaluate
from trunkline.engine.template import near_miss, whole_reply


def parse(text: str) -> Json:
    """JSON as the standard has it: no NaN, no Infinity. Raises ValueError."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse)


def ends_early(text: str) -> tuple[Json, str] | None:
    """The JSON value at the front of a text and what follows it; None where there is no such value."""
    front = text.lstrip()
    try:
        value, end = _DECODER.raw_decode(front)
    except (ValueError, RecursionError):
        return None
    return (value, front[end:].strip()) if front[end:].strip() else None


class Receiving:
    """Steps 8 to 11: mapping, defaults, success template, output contract."""

    def __init__(self, action: Prepared, strict: bool, branches: Branches | None) -> None:
        self.reply = Reply()
        self.output: Json = None
        self._action = action
        self._strict = strict
        self._branches = branches
        self._values: dict[str, str] = {}
        self._hints: dict[str, str] = {}

    def _raw(self) -> str:
        # an empty reply (204) counts as an empty object: published actions rely on it
        return (self.reply.text.strip() and self.reply.text) or "{}"

    def translate(self, warnings: list[str]) -> Json:
        if not self._action.paths:
            return {}
        try:
            document = parse(self._raw())
        except ValueError as error:
            message = (
                f"Transform failed to process result using 'translationMap': the reply is not JSON: {error}"
            )
            raise StepError(ActionError(message)) from None
        mapped: dict[str, Json] = {}
        for name in self._action.paths:
            try:
                mapped[name] = self._evaluate(name, document, warnings)
            except LookupError:
                self._missed(name, document, warnings)
        self._values = {name: json_text(value) for name, value in mapped.items()}
        return mapped

    def _evaluate(self, name: str, document: Json, warnings: list[str]) -> Json:
        try:
            path = self._action.paths[name].get()
        except ValueError as error:
            message = f"Transform failed to process result using 'translationMap' path of '{name}': {error}"
            raise StepError(ActionError(message)) from None
        try:
            return path.evaluate(document)
        except LookupError:
            steps = from_jsonpath(path.text) if self._action.guided else None
            whole = whole_reply(document, steps) if steps else None
            if whole is None:
                raise
            return evaluate(to_jsonpath(whole), document)
        except ValueError as error:
            warnings.append(f"{name}: {path.text} fails on this reply: {error}")
            raise LookupError(name) from None

    def _missed(self, name: str, document: Json, warnings: list[str]) -> None:
        text = self._action.paths[name].get().text
        steps = from_jsonpath(text)
        meant = near_miss(document, steps) if steps else None
        if meant:
            self._hints[name] = meant
        default = " and has no default" if name not in self._action.defaults else ""
        warnings.append(
            f"{name}: {text} leads nowhere in this reply{default}" + (f"; {meant}" if meant else "")
        )

    def fill(self, warnings: list[str]) -> Json:
        """Defaults, only for paths that led nowhere: a null that is there stays null."""
        used: dict[str, str] = {}
        for name, text in self._action.defaults.items():
            if name not in self._action.paths or name in self._values:
                continue
            used[name] = self._values[name] = text
            try:
                parse(text)
            except ValueError:
                warnings.append(f"{name}: the default {text!r} is not JSON")
        return used

    def transform(self, warnings: list[str]) -> Json:
        template = self._action.success_text
        taken = None if self._branches is None else self._branches.setdefault("successTemplate", set())
        try:
            text = self._action.success.get().render(
                {"rawResult": self._raw(), **self._values}, strict=self._strict, taken=taken
            )
        except ValueError as error:
            raise self._untransformed(str(error), template) from None
        self.output = self._parsed(text, warnings)
        return text

    def _parsed(self, text: str, warnings: list[str]) -> Json:
        try:
            return parse(text)
        except ValueError as error:
            # the platform's reader stops behind the first value: published actions rely on it
            found = ends_early(text)
            if found is None:
                reason = f"the result is not JSON: {error}"
                raise self._untransformed(reason, self._action.success_text, text) from None
            warnings.append(f"{found[1][:40]!r} follows the JSON and is ignored")
            return found[0]

    def _untransformed(self, reason: str, template: str, result: Json = None) -> StepError:
        message = (
            "Transform failed to process result using 'successTemplate' template due to error:"
            f"'{reason}'\n Template:'{template}'."
        )
        return StepError(ActionError(message, hint=self._hint()), result)

    def validate(self) -> Json:
        try:
            broken = self._action.check_output.get()(self.output)
        except ValueError as error:
            raise StepError(ActionError(f"The output schema is wrong: {error}"), self.output) from None
        if broken:
            message = f"Output does not match the output schema: {tell(broken)}"
            raise StepError(ActionError(message, hint=self._hint()), self.output)
        return self.output

    def _hint(self) -> str | None:
        return "; ".join(self._hints.values()) or None


def json_text(value: Json) -> str:
    """A value as the platform puts it into a template: compact JSON, strings with their quotes."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
