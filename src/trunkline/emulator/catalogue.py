"""All routes of the emulator: a module that answers something is listed here."""

from __future__ import annotations

from collections.abc import Iterator

from trunkline.emulator import admin, auth
from trunkline.emulator.genesys.guides import dataactions
from trunkline.emulator.genesys.public import (
    action_parts,
    actions,
    credentials,
    integrations,
    organization,
    references,
    tokens,
)
from trunkline.emulator.routes import Route, Routes

MODULES: tuple[Routes, ...] = (
    admin.routes,
    auth.routes,
    tokens.routes,
    organization.routes,
    actions.routes,
    action_parts.routes,
    integrations.routes,
    credentials.routes,
    references.routes,
    dataactions.routes,
)


def routes() -> Iterator[Route]:
    for module in MODULES:
        yield from module
