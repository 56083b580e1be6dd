"""One run on its way: steps go to the journal, secrets masked, and no write happens without the lock."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from trunkline.domain.canonical import canonical, masked
from trunkline.domain.json import JsonObject
from trunkline.domain.kind import Kind
from trunkline.domain.resource import Address, Resource
from trunkline.errors import TrunklineError
from trunkline.store import Journal, Run, StepStatus
from trunkline.store.locks import user_name

_JOBS = (
    ("GITHUB_RUN_ID", "github"),
    ("CI_JOB_URL", "gitlab"),
    ("BUILD_URL", "jenkins"),
    ("BUILD_BUILDID", "azure"),
    ("CIRCLE_BUILD_URL", "circleci"),
)


def who(client_id: str, environ: Mapping[str, str] = os.environ) -> JsonObject:
    """Who runs this: OS user, host, client id, and the CI job if there is one."""
    job = next((f"{system} {environ[name]}" for name, system in _JOBS if environ.get(name)), None)
    found = {"user": user_name(), "host": socket.gethostname(), "client": client_id, "job": job}
    return {key: value for key, value in found.items() if value}


@dataclass(frozen=True, slots=True)
class Recorder:
    """Writes the steps of one run. `check` raises Refused once the org's lock is lost."""

    journal: Journal
    run: Run
    kinds: Mapping[str, Kind]
    check: Callable[[], None]

    def step(
        self,
        address: Address,
        operation: str,
        before: Resource | None,
        after: JsonObject | None,
        write: Callable[[], Resource | None],
    ) -> tuple[Resource | None, float]:
        """Intent, write, result; what the write gave, and its milliseconds. Raises what the write raises."""
        self.check()
        number = self.journal.intend(
            self.run,
            address,
            operation,
            before=(before.remote_id, self.snapshot(before)) if before else (None, None),
            before_version=before.version if before else None,
            after=None if after is None else self.shown(address.kind, after),
        )
        start = time.perf_counter()
        try:
            seen = write()
        except TrunklineError as error:
            latency = (time.perf_counter() - start) * 1000
            self.journal.settle(self.run, number, StepStatus.FAILED, error=str(error), latency_ms=latency)
            raise
        latency = (time.perf_counter() - start) * 1000
        self.journal.settle(
            self.run,
            number,
            StepStatus.DONE,
            remote_id=seen.remote_id if seen else None,
            version=seen.version if seen else None,
            after=self.snapshot(seen),
            latency_ms=latency,
        )
        return seen, latency

    def snapshot(self, resource: Resource | None) -> JsonObject | None:
        """The body of an object as the org has it, to go back to; without what the org owns."""
        if resource is None:
            return None
        kind = self.kinds[resource.address.kind]
        return masked(kind, resource.body if kind.compared_only else canonical(kind, resource.body))

    def shown(self, kind: str, body: JsonObject) -> JsonObject:
        """A body without its secrets."""
        return masked(self.kinds[kind], body)
