"""All routes of the emulator: a module that answers something is listed here."""

from __future__ import annotations

from collections.abc import Iterator

from trunkline.emulator import admin, auth
from trunkline.emulator.cxone.guides import actions as script_actions
from trunkline.emulator.cxone.public import references as cxone_references
from trunkline.emulator.cxone.public import scripts, signin
from trunkline.emulator.genesys.guides import action_runs as guides_action_runs
from trunkline.emulator.genesys.guides import (
    audit,
    conditions,
    dataactions,
    datasets,
    flow_settings,
    webhooks,
)
from trunkline.emulator.genesys.guides import flows as guides_flows
from trunkline.emulator.genesys.public import (
    action_parts,
    action_runs,
    actions,
    audits,
    clients,
    credentials,
    datatable_jobs,
    datatables,
    dependencies,
    flow_actions,
    flow_jobs,
    flow_outcomes,
    flows,
    integrations,
    notifications,
    organization,
    prompts,
    queues,
    references,
    subjects,
    tokens,
)
from trunkline.emulator.routes import Route, Routes

MODULES: tuple[Routes, ...] = (
    admin.routes,
    auth.routes,
    tokens.routes,
    subjects.routes,
    audits.routes,
    notifications.routes,
    organization.routes,
    actions.routes,
    action_parts.routes,
    action_parts.uploads,
    action_runs.routes,
    integrations.routes,
    credentials.routes,
    references.routes,
    flow_outcomes.routes,
    queues.routes,
    prompts.routes,
    clients.routes,
    dataactions.routes,
    guides_action_runs.routes,
    flows.routes,
    flow_actions.routes,
    flow_jobs.routes,
    flow_jobs.files,
    datatables.routes,
    datatable_jobs.routes,
    datatable_jobs.files,
    dependencies.routes,
    guides_flows.routes,
    flow_settings.routes,
    conditions.routes,
    datasets.routes,
    webhooks.routes,
    audit.routes,
    script_actions.routes,
    signin.routes,
    scripts.routes,
    cxone_references.routes,
)


def routes() -> Iterator[Route]:
    for module in MODULES:
        yield from module
