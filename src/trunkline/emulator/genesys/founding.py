"""What every Genesys org has from the first: its own description, the home division, two integrations."""

from __future__ import annotations

from trunkline.emulator.clock import stable_guid
from trunkline.emulator.genesys.public import integrations, organization
from trunkline.emulator.orgs import Org


def found(org: Org) -> None:
    """Ids are the same for an org of the same name, so that a reset or a new seed finds them again."""
    org.documents(organization.ORGANIZATION).put(org.id, organization.new_organization(org))
    home = stable_guid("division", org.name, "Home")
    document = {"id": home, "name": "Home", "description": "", "homeDivision": True}
    org.documents("divisions").put(home, document)
    for kind in ("purecloud-data-actions", "custom-rest-actions"):
        integrations.of_type(org, kind)
