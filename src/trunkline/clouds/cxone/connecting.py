"""A CXone tenant: what can be planned and applied on each surface."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, NoReturn

from trunkline.clouds.connecting import Cloud
from trunkline.clouds.keys import Keys, UnkeptKeys
from trunkline.clouds.session import Session
from trunkline.clouds.target import Target
from trunkline.errors import NoTarget, NotFound

if TYPE_CHECKING:
    from trunkline.clouds.base import Author, Provider
    from trunkline.clouds.cxone.guides.script_actions import ScriptActions
    from trunkline.clouds.cxone.public.discovery import Discovered
    from trunkline.clouds.cxone.public.studio import StudioScripts
    from trunkline.domain.resource import Resource


class CxoneCloud(Cloud):
    """A tenant of NICE CXone. It has none of Genesys's objects: asking for them raises NoTarget."""

    def __init__(self, target: Target, session: Session) -> None:
        super().__init__(target, session)
        self._keys: Keys = UnkeptKeys()
        self._api: Session | None = None

    @cached_property
    def identity(self) -> str:
        """Which tenant this is: its id; where that is not told, its host and the client registered in it."""
        try:
            tenant = self._discovered.tenant
        except NotFound:
            tenant = None
        return f"cxone {tenant or f'{self.target.base_url} {self.target.client_id}'}"

    @cached_property
    def _discovered(self) -> Discovered:
        from trunkline.clouds.cxone.public.discovery import discover

        return discover(self.session)

    @cached_property
    def studio(self) -> StudioScripts:
        """Studio scripts, of NICE's own API."""
        from trunkline.clouds.cxone.public.studio import StudioScripts

        if self._discovered.api_url == self.target.base_url:
            return StudioScripts(self.session)
        self._api = Session(replace(self.target, base_url=self._discovered.api_url))
        return StudioScripts(self._api)

    def close(self) -> None:
        super().close()
        if self._api is not None:
            self._api.close()

    def keep_keys(self, keys: Keys) -> None:
        """Where idempotency keys are kept from now on."""
        self._keys = keys
        if "scripts" in self.__dict__:
            self.scripts.keys = keys

    @property
    def providers(self) -> Mapping[str, Provider]:
        if self.target.surface == "public":
            return {self.studio.kind: self.studio}
        return {self.scripts.kind: self.scripts}

    def author_of(self, resource: Resource) -> Author | None:
        """Who saved a Studio script last; of a script action only when it was changed."""
        if resource.address.kind == "studio_script":
            return self.studio.author_of(resource)
        return self.scripts.author_of(resource)

    @property
    def outside(self) -> None:
        """A tenant tells nothing of the use of its objects."""
        return

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
