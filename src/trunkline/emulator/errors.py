"""Answers that are errors, in the vendors' shapes.

Genesys: ErrorBody {message, code, status, messageParams, contextId, details, errors};
developer.genesys.cloud, "Platform API errors".
A handler raises; the dispatcher writes the body and undoes what the handler wrote.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from trunkline.domain.json import JsonObject


class ApiError(Exception):
    """An error answer of Genesys Cloud. `details` are {errorCode, fieldName, entityId, entityName}."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        params: Mapping[str, str] | None = None,
        details: Sequence[JsonObject] = (),
        errors: Sequence[JsonObject] = (),
        entity: tuple[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.params = dict(params or {})
        self.details = list(details)
        self.errors = list(errors)
        self.entity = entity
        self.headers = dict(headers or {})

    def body(self, context_id: str) -> JsonObject:
        """The body that is sent; `context_id` is the answer's correlation id."""
        body: JsonObject = {
            "message": self.message,
            "code": self.code,
            "status": self.status,
            "messageParams": self.params,
            "contextId": context_id,
            "details": self.details,
            "errors": self.errors,
        }
        if self.entity is not None:
            body["entityId"], body["entityName"] = self.entity
        return body


class OAuthError(ApiError):
    """A refusal of the token endpoint: exactly {error, description, error_description}."""

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(status, error, description)

    def body(self, context_id: str) -> JsonObject:
        del context_id
        return {"error": self.code, "description": self.message, "error_description": self.message}


def bad_request(message: str, *, code: str = "bad.request", field: str | None = None) -> ApiError:
    details = [{"errorCode": code, "fieldName": field}] if field else []
    return ApiError(400, code, message, details=details)


def not_found(message: str, *, code: str = "not.found", entity: tuple[str, str] | None = None) -> ApiError:
    return ApiError(404, code, message, entity=entity)


def conflict(message: str, *, code: str = "conflict", entity: tuple[str, str] | None = None) -> ApiError:
    return ApiError(409, code, message, entity=entity)


def missing_permission(names: Sequence[str]) -> ApiError:
    """403 naming what is missing; several names are alternatives."""
    listed = ", ".join(names)
    if len(names) > 1:
        return ApiError(
            403,
            "missing.any.permissions",
            "Unable to perform the requested action. "
            f"You are missing one or more of the following permission(s): {listed}",
            params={"permissions": listed},
        )
    return ApiError(
        403,
        "missing.permissions",
        f"Unable to perform the requested action. You are missing the following permission(s): {listed}",
        params={"permissions": listed},
    )


def missing_scope(scope: str) -> ApiError:
    return ApiError(
        403,
        "missing.scope",
        f"Unable to perform the requested action. The token lacks the scope: {scope}",
        params={"scope": scope},
    )
