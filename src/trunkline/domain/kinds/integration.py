"""Integrations: their type and settings. Credentials are named; what is in them is never read nor written."""

from __future__ import annotations

from trunkline.domain.kind import Kind

INTEGRATION = Kind(
    name="integration",
    cloud="genesys",
    folder="integrations",
    title="integration",
    documentation="https://developer.genesys.cloud/platform/integrations/",
    server_owned=("id", "selfUri"),
    replace_on=("integrationType",),
    inherited=("notes", "intendedState", "properties", "advanced", "credentials"),
)
