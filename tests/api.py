"""A plain HTTP client for tests of the emulator: no code of the product's own client."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests

from trunkline.emulator.orgs import Access
from trunkline.emulator.server import Emulator


class Api:
    """Requests to one org with a token of its client. `api.get("/api/v2/…").json()`."""

    def __init__(self, emulator: Emulator, access: Access, scope: str | None = None) -> None:
        self.emulator = emulator
        self.access = access
        self.session = requests.Session()
        self.session.trust_env = False
        fields = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
        answer = self.session.post(
            emulator.url + "/oauth/token",
            data=fields,
            auth=(access.client_id, access.client_secret),
            timeout=10,
        )
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["access_token"]
        self.session.headers["Authorization"] = f"Bearer {self.token}"

    def call(self, method: str, path: str, body: Any = ..., **options: Any) -> requests.Response:
        if body is not ...:
            options["json"] = body
        if options.get("json", ...) is None:
            options["data"], options["headers"] = "null", {"Content-Type": "application/json"}
        return self.session.request(method, self.emulator.url + path, timeout=30, **options)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.call("GET", path, **options)

    def post(self, path: str, body: Any = ..., **options: Any) -> requests.Response:
        return self.call("POST", path, body, **options)

    def put(self, path: str, body: Any = ..., **options: Any) -> requests.Response:
        return self.call("PUT", path, body, **options)

    def patch(self, path: str, body: Any = ..., **options: Any) -> requests.Response:
        return self.call("PATCH", path, body, **options)

    def delete(self, path: str, **options: Any) -> requests.Response:
        return self.call("DELETE", path, **options)

    def admin(self, method: str, path: str, body: Any = ...) -> requests.Response:
        """The emulator's own API; `path` is below `/_trunkline/orgs/{id}`."""
        return self.call(method, f"/_trunkline/orgs/{self.access.id}{path}", body)

    def configure(self, **changes: Any) -> None:
        """Change settings of the org."""
        answer = self.admin("PATCH", "/settings", changes)
        assert answer.status_code == 200, answer.text

    def close(self) -> None:
        self.session.close()


MakeApi = Callable[..., Api]
