"""The variables that name an org: ours, and the three families of the guides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Family:
    """Variables that belong together.

    `variables` maps a field of a target to its variables, the first of them that is set counting.
    `marks` are the fields that show the family is meant; `cloud` is None where a variable says it.
    """

    label: str
    variables: Mapping[str, tuple[str, ...]]
    marks: tuple[str, ...]
    cloud: str | None = None
    defaults: Mapping[str, str] = field(default_factory=dict[str, str])
    shown: Mapping[str, str] = field(default_factory=dict[str, str])

    def is_set(self, environ: Mapping[str, str]) -> bool:
        """Whether any of the telling variables has a value."""
        return any(environ.get(name) for key in self.marks for name in self.variables[key])

    def fields(self, environ: Mapping[str, str]) -> dict[str, str]:
        """The fields that are set, with the family's defaults below them."""
        fields = dict(self.defaults)
        if self.cloud:
            fields["cloud"] = self.cloud
        for key, names in self.variables.items():
            if value := next((environ[name] for name in names if environ.get(name)), None):
                fields[key] = value
        return fields

    def variable(self, key: str) -> str:
        """The name of the variable for a field, for a message about its absence."""
        return self.shown.get(key) or " or ".join(self.variables.get(key, (key,)))


TRUNKLINE = Family(
    label="TRUNKLINE_*",
    variables={
        "cloud": ("TRUNKLINE_CLOUD",),
        "url": ("TRUNKLINE_URL",),
        "region": ("TRUNKLINE_REGION",),
        "site": ("TRUNKLINE_SITE",),
        "login_url": ("TRUNKLINE_LOGIN_URL",),
        "client_id": ("TRUNKLINE_CLIENT_ID",),
        "client_secret": ("TRUNKLINE_CLIENT_SECRET",),
    },
    marks=("cloud", "url", "region", "site", "client_id", "client_secret"),
    shown={"url": "TRUNKLINE_URL or TRUNKLINE_REGION", "site": "TRUNKLINE_SITE or TRUNKLINE_URL"},
)

FAMILIES = (
    Family(
        label="GENESYS_CLOUD_*",
        cloud="genesys",
        variables={
            "url": ("GENESYS_CLOUD_REGION",),
            "client_id": ("GENESYS_CLOUD_CLIENT_ID",),
            "client_secret": ("GENESYS_CLOUD_CLIENT_SECRET",),
        },
        marks=("url", "client_id", "client_secret"),
    ),
    Family(
        label="GENESYS_*",
        cloud="genesys",
        variables={
            "url": ("GENESYS_ENVIRONMENT",),
            "client_id": ("GENESYS_CLIENT_ID",),
            "client_secret": ("GENESYS_CLIENT_SECRET",),
        },
        marks=("client_id", "client_secret"),
        defaults={"url": "us-east-1"},
    ),
    Family(
        label="CXONE_*",
        cloud="cxone",
        variables={
            "site": ("CXONE_SITE",),
            "client_id": ("CXONE_CLIENT_ID",),
            "client_secret": ("CXONE_CLIENT_SECRET",),
        },
        marks=("site", "client_id", "client_secret"),
    ),
)
