"""The one exception inside a run: a step that failed."""

from __future__ import annotations

from dataclasses import replace

from trunkline.domain.json import Json
from trunkline.engine.action.result import ActionError
from trunkline.engine.action.secrets import Mask


class StepError(Exception):
    """A step cannot go on. `result` is what it had made until then, worth showing."""

    def __init__(self, error: ActionError, result: Json = None) -> None:
        super().__init__(error.message)
        self.error = error
        self.result = result

    def masked(self, mask: Mask) -> ActionError:
        hint = self.error.hint
        return replace(
            self.error, message=mask.text(self.error.message), hint=mask.text(hint) if hint else hint
        )
