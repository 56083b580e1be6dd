"""A plain client that holds what it sends and sees against two descriptions: the emulator's and the vendor's."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import requests

from tests.api import Api
from tests.shared import SHARED
from tests.vendor_facts import Judge, fact_of
from trunkline.emulator.orgs import Access
from trunkline.emulator.routes import Route
from trunkline.emulator.server import Emulator
from trunkline.emulator.surface import facts
from trunkline.emulator.surface.document import refusals


class Conforming(Api):
    """`call` fails where the wire differs from a description; the vendor's is held where it is there."""

    def __init__(self, emulator: Emulator, access: Access) -> None:
        super().__init__(emulator, access)
        self.judge = Judge() if SHARED is not None else None

    def call(self, method: str, path: str, body: Any = ..., **options: Any) -> requests.Response:
        answer = super().call(method, path, body, **options)
        match = self.emulator.kernel.table.find(path.partition("?")[0])
        found = match.route(method) if match else None
        assert found is not None, f"no route answers {method} {path}"
        if found[0].surface != "admin":
            self._hold(found[0], body, answer)
        return answer

    def ok(self, method: str, path: str, body: Any = ..., **options: Any) -> Any:
        """What is answered; fails for a refusal."""
        answer = self.call(method, path, body, **options)
        assert answer.status_code < 400, f"{method} {path}: {answer.status_code} {answer.text}"
        is_json = "json" in answer.headers.get("Content-Type", "")
        return answer.json() if is_json and answer.content else answer.content

    def _hold(self, route: Route, body: Any, answer: requests.Response) -> None:
        where = f"{route.method} {route.pattern}"
        declared = facts.operation(route.method, route.pattern)
        assert declared is not None, where
        status = answer.status_code
        assert status in {*declared.answers, *refusals(route, declared)}, f"{where}: {status} {answer.text}"
        content = declared.answers.get(status)
        if content is None or content.media_type is None or route.method == "HEAD":
            return
        assert answer.headers["Content-Type"].partition(";")[0] == content.media_type, where
        if "json" not in content.media_type:
            return
        value = answer.json()
        schema = {**content.schema, "components": {"schemas": facts.components()}}
        told = [error.message for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(value)]
        assert not told, f"{where}: {told}"
        self._hold_to_vendor(route, body, value)

    def _hold_to_vendor(self, route: Route, body: Any, value: Any) -> None:
        fact = fact_of(route) if self.judge is not None and route.surface == "public" else None
        if fact is None or self.judge is None:
            return
        found: list[str] = []
        if fact["requestBody"] and body is not ...:
            found += self.judge.faults(fact["requestBody"]["type"], body, f"{fact['operation']} <")
        if fact["response"]:
            found += self.judge.faults(fact["response"], value, f"{fact['operation']} >")
        assert not found, found
