"""Tokens of a client-credentials grant, shared by all threads.

https://developer.genesys.cloud/authorization/platform-auth/use-client-credentials
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from trunkline.clouds.answer import error_from, error_object, parse_object
from trunkline.clouds.redact import Redactor, Secret
from trunkline.clouds.retry import Retry
from trunkline.clouds.target import Target
from trunkline.clouds.transport import Request, Response, Transport
from trunkline.errors import AuthenticationFailed, CloudError

_MARGIN = 60.0
_PATHS = {("genesys", "public"): "/oauth/token", ("genesys", "guides"): "/oauth/token"}
_OTHER_PATH = "/api/v2/oauth/token"
_ACCESS_KEY = "/authentication/v1/token/access-key"
"""Where CXone gives tokens for access keys, which are id and secret of the client here."""


@dataclass(frozen=True, slots=True)
class _Token:
    secret: Secret
    renew_at: float


_FIRST_ATTEMPTS = 3


class ClientCredentials:
    """The token of one client: kept in memory, renewed 60 s before it expires, fetched by one thread."""

    def __init__(
        self,
        target: Target,
        transport: Transport,
        redact: Redactor,
        retry: Retry | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._target = target
        self._transport = transport
        self._redact = redact
        self._retry = retry or Retry()
        self._clock = clock
        self._token: _Token | None = None
        self._answered = False
        self._lock = threading.Lock()
        redact.learn(target.client_secret)

    def token(self) -> Secret:
        """A token that is good for a while.

        Raises AuthenticationFailed, saying what the cloud refused and how to mend it.
        """
        with self._lock:
            if self._token is None or self._clock() >= self._token.renew_at:
                self._token = self._fetch()
            return self._token.secret

    def reject(self, token: Secret) -> None:
        """The cloud refused this token; the next is a new one, unless another thread has it already."""
        with self._lock:
            if self._token is not None and self._token.secret == token:
                self._token = None

    @property
    def url(self) -> str:
        """Where tokens are asked for."""
        if (self._target.cloud, self._target.surface) == ("cxone", "public"):
            return self._target.login_url + _ACCESS_KEY
        path = _PATHS.get((self._target.cloud, self._target.surface), _OTHER_PATH)
        return self._target.login_url + path

    def _fetch(self) -> _Token:
        where = f"POST {self.url}"
        asked_at = self._clock()
        response = self._patience()(self._send, idempotent=True, where=where)
        self._answered = True
        if response.status != 200:
            raise self._refusal(response, where)
        answer = parse_object(response.body, where)
        text, lifetime = answer.get("access_token"), answer.get("expires_in", 0)
        if not isinstance(text, str) or not text or not isinstance(lifetime, int | float):
            raise CloudError("the answer holds no token", where=where, hint="is this the URL of the cloud?")
        secret = Secret(text)
        self._redact.learn(secret)
        return _Token(secret, asked_at + lifetime - min(_MARGIN, lifetime / 2))

    def _patience(self) -> Retry:
        """Until the cloud has answered once, a wrong URL is likelier than a bad moment: give up sooner."""
        if self._answered:
            return self._retry
        fewer = min(self._retry.policy.attempts, _FIRST_ATTEMPTS)
        return replace(self._retry, policy=replace(self._retry.policy, attempts=fewer))

    def _send(self) -> Response:
        if self.url.endswith(_ACCESS_KEY):
            return self._send_access_key()
        pair = f"{self._target.client_id}:{self._target.client_secret.reveal()}"
        basic = base64.b64encode(pair.encode()).decode("ascii")
        self._redact.learn(Secret(basic))
        response = self._transport.send(
            Request(
                "POST",
                self.url,
                {
                    "Authorization": f"Basic {basic}",
                    "Content-Type": "application/x-www-form-urlencoded",
                    "Accept": "application/json",
                },
                urlencode({"grant_type": "client_credentials"}).encode(),
            )
        )
        if response.status == 400 and "rate limit exceeded" in _description(response).lower():
            # The login host throttles with a 400; to the retry layer it is what it means.
            return replace(response, status=429)
        return response

    def _send_access_key(self) -> Response:
        key = {"accessKeyId": self._target.client_id, "accessKeySecret": self._target.client_secret.reveal()}
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        return self._transport.send(Request("POST", self.url, headers, json.dumps(key).encode()))

    def _refusal(self, response: Response, where: str) -> CloudError:
        code = error_object(response).get("error")
        if response.status in (400, 401, 403):
            return AuthenticationFailed(
                f"{self._target.base_url} does not accept the client {self._target.client_id}:"
                f" {self._redact(_description(response)) or response.status}",
                where=where,
                hint=_hint(self._target, code),
                status=response.status,
                code=code if isinstance(code, str) else None,
                correlation_id=response.headers.get("inin-correlation-id"),
            )
        return error_from(response, where, self._redact)


def _description(response: Response) -> str:
    body = error_object(response)
    for key in ("error_description", "description", "message", "error"):
        if isinstance(body.get(key), str):
            return body[key]
    return ""


def _hint(target: Target, code: object) -> str:
    if target.cloud == "cxone" and target.surface == "public":
        return "check id and secret of the access key, and that it is active"
    if target.cloud == "cxone":
        return "check client id and secret, and that the client has the scope DataActions.ReadWrite"
    grant = (
        " and that its grant is Client Credentials"
        if code in ("unauthorized_client", "invalid_grant")
        else ""
    )
    return (
        f"check id and secret of {target.name} ({target.origin or 'given'}){grant}, and the region:"
        " a client is known in its own region only"
    )
