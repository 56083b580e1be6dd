"""A CXone tenant: what can be planned and applied on each surface."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

from trunkline.clouds.connecting import Cloud
from trunkline.clouds.keys import Keys, UnkeptKeys
from trunkline.clouds.session import Session
from trunkline.clouds.target import Target
from trunkline.errors import NoTarget

if TYPE_CHECKING:
    from trunkline.clouds.base import Provider
    from trunkline.clouds.cxone.guides.script_actions import ScriptActions


class CxoneCloud(Cloud):
    """A tenant of NICE CXone. It has none of Genesys's objects: asking for them raises NoTarget."""

    def __init__(self, target: Target, session: Session) -> None:
        super().__init__(target, session)
        self._keys: Keys = UnkeptKeys()

    @cached_property
    def identity(self) -> str:
        """Which tenant this is: its host, and the client that was registered in it."""
        return f"cxone {self.target.base_url} {self.target.client_id}"

    def keep_keys(self, keys: Keys) -> None:
        """Where idempotency keys are kept from now on."""
        self._keys = keys
        if "scripts" in self.__dict__:
            self.scripts.keys = keys

    @property
    def providers(self) -> Mapping[str, Provider]:
        return {self.scripts.kind: self.scripts}

    @cached_property
    def scripts(self) -> ScriptActions:
        """Script actions."""
        from trunkline.clouds.cxone.guides.script_actions import ScriptActions

        return ScriptActions(self.session, self._keys, self.identity)

    @cached_property
    def actions(self) -> NoReturn:
        raise _none(self.target, "data actions")

    @cached_property
    def flows(self) -> NoReturn:
        raise _none(self.target, "flows")

    @cached_property
    def references(self) -> NoReturn:
        raise _none(self.target, "objects of Genesys Cloud")


def cxone(cloud: Cloud) -> CxoneCloud:
    """The cloud as a tenant of CXone. Raises NoTarget for an org of Genesys."""
    if not isinstance(cloud, CxoneCloud):
        raise NoTarget(f"{cloud.target.name} is an org of {cloud.target.cloud}; this needs a tenant of cxone")
    return cloud


def _none(target: Target, what: str) -> NoTarget:
    return NoTarget(
        f"{target.name} is a tenant of NICE CXone, which has no {what}",
        hint="choose a Genesys org with --org, or look at: trunkline script --help",
    )
