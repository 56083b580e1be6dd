"""The fields of `trunkline.toml`: what each is for, and what it may hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any


class Holds(StrEnum):
    """What a field may hold."""

    TEXT = "text"
    FLAG = "true or false"
    NUMBER = "a number"
    WHOLE = "a whole number"
    TABLE = "a table"
    ANY = "anything"
    """Looked at by somebody else."""


_TYPES: Mapping[Holds, tuple[type, ...]] = MappingProxyType(
    {
        Holds.TEXT: (str,),
        Holds.FLAG: (bool,),
        Holds.NUMBER: (int, float),
        Holds.WHOLE: (int,),
        Holds.TABLE: (dict,),
        Holds.ANY: (object,),
    }
)


@dataclass(frozen=True, slots=True)
class Field:
    """What a field holds and what an editor says of it; `examples` are values it often has."""

    holds: Holds
    said: str
    examples: tuple[str, ...] = ()

    def takes(self, value: object) -> bool:
        """Whether it may hold this; true and false are no numbers."""
        if isinstance(value, bool) and self.holds not in (Holds.FLAG, Holds.ANY):
            return False
        return isinstance(value, _TYPES[self.holds])


TOP: Mapping[str, Field] = MappingProxyType(
    {
        "name": Field(Holds.TEXT, "The name of the project; else that of its folder."),
        "default_org": Field(Holds.TEXT, "The org of commands that name none.", ("emulator",)),
        "state": Field(Holds.TEXT, "Where journal and audit log are: a file, a folder, or a PostgreSQL URL."),
        "variables": Field(Holds.TABLE, "Values that files use as ${{ var.NAME }}."),
        "orgs": Field(Holds.TABLE, "The orgs of the project, by name. Secrets: trunkline auth login."),
        "rules": Field(Holds.TABLE, "Which rules of trunkline check are off."),
        "policy": Field(Holds.TABLE, "What apply may do, and what the org's conditions may hold."),
    }
)
ORG: Mapping[str, Field] = MappingProxyType(
    {
        "cloud": Field(Holds.TEXT, "Whose cloud it is.", ("genesys", "cxone")),
        "surface": Field(Holds.TEXT, "Which endpoints to speak.", ("public", "guides")),
        "region": Field(Holds.TEXT, "The region of a Genesys org.", ("eu-central-1", "us-east-1")),
        "environment": Field(Holds.TEXT, "The domain of a Genesys org.", ("mypurecloud.de",)),
        "url": Field(Holds.TEXT, "The API's own address, of an emulator for example."),
        "site": Field(Holds.TEXT, "The area of a CXone tenant.", ("na1",)),
        "login_url": Field(Holds.TEXT, "Where tokens come from, if not beside url."),
        "client_id": Field(Holds.TEXT, "The client's id. Its secret never stands here."),
        "variables": Field(Holds.TABLE, "Values that stand before those of the project."),
    }
)
RULES: Mapping[str, Field] = MappingProxyType(
    {
        "disabled": Field(Holds.ANY, "Rules that are off everywhere."),
        "ignore": Field(Holds.ANY, "Rules that are off in the files of a glob."),
    }
)
POLICY: Mapping[str, Field] = MappingProxyType(
    {
        "allow_replace": Field(Holds.FLAG, "Make a new object where a field cannot change."),
        "allow_delete": Field(Holds.FLAG, "Delete objects whose files are gone."),
        "min_update_interval": Field(Holds.NUMBER, "Seconds between two changes of one flow's settings."),
        "strict_reload": Field(Holds.FLAG, "Put settings back where the flow does not load them."),
        "audit_file": Field(Holds.TEXT, "A file that changes of settings are noted in, too."),
        "webhook": Field(Holds.TEXT, "An address that is told of changed settings."),
        "max_depth": Field(Holds.WHOLE, "Levels of a condition that the org takes."),
        "max_children": Field(Holds.WHOLE, "Children of one branch of a condition that the org takes."),
    }
)


def faults(table: Mapping[str, Any], fields: Mapping[str, Field], prefix: str) -> Iterator[tuple[str, str]]:
    """Each field that is unknown or holds something else, as (key, message)."""
    for key, value in table.items():
        if key not in fields:
            yield key, f"unknown field {prefix}{key}; known are {', '.join(sorted(fields))}"
        elif not fields[key].takes(value):
            shown = f": [{prefix}{key}]" if fields[key].holds is Holds.TABLE else ""
            yield key, f"{prefix}{key} must be {fields[key].holds}{shown}"
