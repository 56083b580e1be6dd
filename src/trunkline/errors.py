"""Every error a user can meet, and the exit code it ends a command with.

    TrunklineError                1   something failed, or a check found faults
    ├── InvalidInput              1   files, definitions or arguments are wrong (carries findings)
    ├── CloudError                1   a cloud answered with an error, or did not answer
    │   ├── NotFound              1
    │   ├── Conflict              1   a name is taken, a version is stale
    │   ├── NoAnswer              1   never sent, or sent without an answer
    │   └── DeadlinePassed        1   not begun, as the time that was given is over
    ├── NoTarget                  3   no org chosen, or half of one
    ├── AuthenticationFailed      3   bad client, expired or refused token
    │   └── PermissionMissing     3   the token lacks a scope or permission
    ├── Partial                   4   some of the work is done, the rest is listed
    ├── Interrupted               5   Ctrl-C or SIGTERM; what was done is kept
    ├── Refused                   6   unsafe: a guard, a stale conflict, a lock held
    └── UsageError               64   the command line is off

Each says what is wrong, where, and how to fix it: `message`, `where`, `hint`.
"""

from __future__ import annotations

from typing import ClassVar


class TrunklineError(Exception):
    """Base of all errors shown to a user. `exit_code` ends the process."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.message}"


class InvalidInput(TrunklineError):
    """Files, definitions or arguments are wrong. `faults` holds every fault as one line."""

    def __init__(
        self,
        message: str,
        *,
        where: str | None = None,
        hint: str | None = None,
        faults: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message, where=where, hint=hint)
        self.faults = faults


class CloudError(TrunklineError):
    """A cloud refused a request. `status` is the HTTP status, `code` the vendor's error code."""

    def __init__(
        self,
        message: str,
        *,
        where: str | None = None,
        hint: str | None = None,
        status: int | None = None,
        code: str | None = None,
        correlation_id: str | None = None,
    ) -> None:
        super().__init__(message, where=where, hint=hint)
        self.status = status
        self.code = code
        self.correlation_id = correlation_id


class NotFound(CloudError):
    """The object is not there (404, 410)."""


class Conflict(CloudError):
    """A name is taken, a version or etag is stale, an object is in use or locked (409)."""


class NoAnswer(CloudError):
    """The request got no answer. `sent` is False only when it provably never left.

    `given_up` is set by the retry layer when it has tried often enough, so that nobody tries again.
    """

    def __init__(
        self, message: str, *, sent: bool, where: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(message, where=where, hint=hint)
        self.sent = sent
        self.given_up = False


class DeadlinePassed(CloudError):
    """The time that was given to a run is over: this request was not sent, or not tried again."""


class NoTarget(TrunklineError):
    """No org was chosen, or what was given is only half of one."""

    exit_code = 3


class AuthenticationFailed(CloudError):
    """The cloud does not know this client, or the token is invalid or expired."""

    exit_code = 3


class PermissionMissing(AuthenticationFailed):
    """The token lacks a scope or permission; the message names it."""


class Partial(TrunklineError):
    """Part of the work is done. What is missing, and why, is in `missing`."""

    exit_code = 4

    def __init__(
        self,
        message: str,
        *,
        where: str | None = None,
        hint: str | None = None,
        missing: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message, where=where, hint=hint)
        self.missing = missing


class Interrupted(TrunklineError):
    """Stopped by the user; whatever was finished is kept."""

    exit_code = 5


class Refused(TrunklineError):
    """Not done because it would be unsafe: a guard, a stale conflict, a cool-down, a lock."""

    exit_code = 6


class UsageError(TrunklineError):
    """The command line is wrong."""

    exit_code = 64
