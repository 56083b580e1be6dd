"""One emulator for the whole run; every test takes a fresh org from it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.api import Api, MakeApi
from trunkline.emulator.orgs import Access
from trunkline.emulator.server import Emulator, start

# How fast examples come says how busy the machine is, and nothing of the product.
UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("here", UNTIMED)
settings.register_profile("ci", UNTIMED, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell's background job begins deaf to Ctrl-C, and so would all that the tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    """Without a quota: a test that wants one sets it on its org."""
    with start(quota=0) as running:
        yield running


@pytest.fixture
def org(emulator: Emulator) -> Access:
    """A fresh, empty Genesys org."""
    return emulator.create_org()


@pytest.fixture
def api(emulator: Emulator, org: Access) -> Iterator[Api]:
    """A client of the fresh org, with all rights."""
    client = Api(emulator, org)
    yield client
    client.close()


@pytest.fixture
def make_api(emulator: Emulator, org: Access) -> Iterator[MakeApi]:
    """`make_api(scopes=[…], permissions=[…], validity=…, scope="…")`: a client of the org with fewer rights."""
    made: list[Api] = []

    def make(*, scope: str | None = None, **client: object) -> Api:
        root = Api(emulator, org)
        made.append(root)
        added = root.admin("POST", "/clients", client).json()
        access = Access(org.name, org.cloud, org.id, added["id"], added["secret"])
        made.append(Api(emulator, access, scope))
        return made[-1]

    yield make
    for client in made:
        client.close()
