"""User prompts: what is said, as text in each language. Recordings stay in the org."""

from __future__ import annotations

from trunkline.domain.kind import Kind, Reference

PROMPT = Kind(
    name="prompt",
    cloud="genesys",
    folder="prompts",
    title="prompt",
    documentation="https://developer.genesys.cloud/routing/architect/",
    server_owned=("id", "selfUri", "currentOperation"),
    references=(Reference("division", "division"),),
    unordered=("resources",),
    inherited=("description", "division", "resources"),
)
